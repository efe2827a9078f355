"""Letters on all that is in sight; who types one stands there. In every window.

A letter covers the two columns that the cursor's mark has, so that no line moves.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from textual import events
from textual.errors import NoWidget
from textual.screen import Screen

from screens.terminal.keys import typed
from screens.widgets.line_view import Landing, LineView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Those under the fingers first.
_LETTERS = "asdfghjklqwertyuiopzxcvbnm"
_ENDS = (events.MouseDown, events.MouseScrollDown, events.MouseScrollUp, events.Resize)


def labels(count: int) -> list[str]:
    """So many labels, none the beginning of another: one letter as long as there are enough."""
    pairs = 0
    while pairs < len(_LETTERS) and len(_LETTERS) + pairs * (len(_LETTERS) - 1) < count:
        pairs += 1
    alone, first = _LETTERS[: len(_LETTERS) - pairs], _LETTERS[len(_LETTERS) - pairs :]
    return [*alone, *map("".join, product(first, _LETTERS))][:count]


class Lettering:
    """The letters that are shown on a screen now; `over` is called when they go."""

    def __init__(self, screen: Screen[object], over: Callable[[], None]) -> None:
        self._screen = screen
        self._over = over
        self._typed = ""
        self._places: dict[str, tuple[LineView, Landing]] = {}

    def begin(self) -> bool:
        """Put a letter on everything in sight that one can go to; whether there is anything."""
        places: list[tuple[LineView, Landing]] = []
        for view in _views(self._screen):
            places += product((view,), view.targets())
        self._places = dict(zip(labels(len(places)), places, strict=False))
        shown: dict[LineView, dict[int, list[tuple[int, str]]]] = {}
        for label, (view, target) in self._places.items():
            shown.setdefault(view, {}).setdefault(target.line, []).append((target.column, label))
        for view, letters in shown.items():
            view.put_letters(letters)
        return bool(self._places)

    def took(self, event: events.Event) -> bool:
        """Whether the event was meant for the letters. What is none of them ends them."""
        if isinstance(event, events.InputEvent) and event.is_forwarded:
            return False
        if isinstance(event, events.Key) and self._screen.app.screen is self._screen:
            self._key(event)
            return True
        if isinstance(event, (*_ENDS, events.Key, events.Paste)):
            self._end()
        return False

    def _key(self, event: events.Key) -> None:
        self._typed += typed(event.key, event.character).casefold() or "?"
        view, target = self._places.get(self._typed, (None, None))
        # What was drawn anew meanwhile has none any more: nobody goes where nothing shows.
        if view is not None and target is not None and view.has_letter(target.line):
            self._end()
            target.take()
        elif not any(label.startswith(self._typed) for label in self._places):
            self._end()

    def _end(self) -> None:
        self._over()
        for view in dict.fromkeys(view for view, _ in self._places.values()):
            view.put_letters({})


def _views(screen: Screen[object]) -> Iterator[LineView]:
    """What is in sight, first what has the focus."""
    yield from sorted(
        filter(_is_laid_out, screen.query(LineView)), key=lambda view: not view.has_focus
    )


def _is_laid_out(view: LineView) -> bool:
    try:
        return bool(view.screen.find_widget(view).visible_region)
    except NoWidget:
        return False
