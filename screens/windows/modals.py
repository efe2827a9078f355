"""Windows over the wizard: something to read, something to choose from. Esc closes each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
from rich.console import RenderableType
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget

from screens.widgets.bars import Bar
from screens.widgets.line_view import Landing, LineView
from screens.widgets.lines import Line, StyledText, clean, fit, line, short, width, wrapped
from screens.windows.behind import Behind

# A window has nine tenths of the terminal, all of it up to so many columns, and never more than
# `WIDEST`, border and padding among them.
SLIM = 80
WIDEST = 100
_ROUND = 4
# What a line of a window has at 80 columns.
COLUMNS = SLIM - _ROUND
# Each is drawn over those below it, call within call: keys sent many at once opened more than Python
# can draw.
MOST_WINDOWS = 8


class LeanModal(ModalScreen[str | None]):
    """A window that repaints nothing when the focus moves. `about` is its long help, for F1."""

    AUTO_FOCUS = "#window-lines"
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (SLIM + 1, "-roomy")]
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, title: str, keys: str, about: str = "") -> None:
        super().__init__()
        self.heading = title
        self.keys = keys
        self.about = about

    def compose(self) -> ComposeResult:
        with Container(id="window"):
            yield Bar(id="window-title")
            yield Reader(id="window-lines")
            yield Bar(id="window-keys")

    def render(self) -> RenderableType:
        styles: Mapping[str, Style] = self.app.line_styles  # type: ignore[attr-defined]
        return Behind(super().render(), styles["behind"])

    def take(self) -> None:
        """A row was clicked, or Enter pressed on it."""

    def tell_about(self, title: str, text: str, first: StyledText = ("", "")) -> None:
        """The long help, in a window over this one; before it what the window has no room for."""
        if text or first[0]:
            self.open_over(Reading(title, text_lines(text, first)))

    def open_over(self, window: LeanModal) -> None:
        """A window over this one, unless there are too many already."""
        if len(self.app.screen_stack) < MOST_WINDOWS:
            _ = self.app.push_screen(window)

    def close_with(self, result: str | None) -> None:
        """Close the window and give this back."""
        _ = self.dismiss(result)

    def is_there(self, *parts: str) -> bool:
        """False for a window that is taken away before it was filled, as by keys ten at once: some
        of these parts are gone.
        """
        return all(self.query(part) for part in parts)

    def on_mount(self) -> None:
        if not self.is_there("#window-title", "#window-keys"):
            return
        # Everything is there before the first layout: a window is drawn once, in its size.
        self.set_class(bool(getattr(self.app, "ascii", False)), "-ascii")
        self.set_class(self.app.size.width <= SLIM, "-slim")
        self._heads()

    def room(self, widest: int = WIDEST) -> int:
        """How many columns the reader's lines have, before the first layout too."""
        size = self.query_one(Reader).size.width if self.query(Reader) else 0
        # One is kept for the scroll bar.
        columns = self.app.size.width
        whole = columns if columns <= SLIM else columns * 9 // 10
        return (size or min(widest, whole) - _ROUND) - 1

    def _heads(self) -> None:
        self.query_one("#window-title", Bar).say((self.heading, "title"))
        self.show_keys()

    def show_keys(self) -> None:
        """The keys, as many as there is room for; how to close stays."""
        bar = self.query_one("#window-keys", Bar)
        slim = self.app.size.width <= SLIM
        columns = self.app.size.width - _ROUND if slim else WIDEST
        bar.say((fitting_keys(self.keys, columns), "dim"))


def fitting_keys(keys: str, columns: int) -> str:
    """Keys that are parted by blanks, in at most so many columns: the last but one goes first."""
    gap = "   " if "   " in keys else "  "
    parts = keys.split(gap)
    while len(parts) > 2 and width(gap.join(parts)) > columns:
        del parts[-2]
    return gap.join(parts)


class Reader(LineView, can_focus=True, inherit_bindings=False):
    """Lines to scroll through, or rows to choose from where `cursor` is set."""

    takes_text = False

    def line_at(self, index: int) -> Line:
        drawn = super().line_at(index)
        if self.cursor is None:
            return drawn
        return Line((("> " if index == self.cursor else "  ", "key"), *drawn.spans))

    def on_key(self, event: events.Key) -> None:
        page = max(1, self.size.height - 1)
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            "home": -(10**9),
            "end": 10**9,
        }
        if event.key not in steps:
            return
        event.stop()
        by = steps[event.key]
        if self.cursor is None:
            top = max(0, min(self.max_scroll_y, self.scroll_offset.y + by))
            self.scroll_to(y=top, animate=False, force=True)
        else:
            self.move_cursor(max(0, min(len(self._lines) - 1, self.cursor + by)))

    def targets(self) -> Iterator[Landing]:
        for index in self.seen_lines() if self.cursor is not None else ():
            yield Landing(index, 0, partial(self.move_cursor, index))

    def on_click(self, event: events.Click) -> None:
        if self.cursor is not None:
            self.move_cursor(min(len(self._lines) - 1, event.y + self.scroll_offset.y))
            screen = self.screen
            if isinstance(screen, LeanModal):
                screen.take()


class Reading(LeanModal):
    """Something to read. `make` gives the lines for a width, `copy` sends what is shown to the
    terminal.

    Enter gives back 'enter', Esc nothing.
    """

    def __init__(
        self,
        title: str,
        make: Callable[[int], Sequence[Line]],
        *,
        keys: str = "Esc: close",
        tall: bool = False,
        copy: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(title, keys)
        self._make = make
        self._copy = copy
        self._tall = tall

    def on_mount(self) -> None:
        self._fill()

    def _fill(self) -> None:
        if not self.is_there("#window", "#window-lines", "#window-title"):
            return
        self.query_one("#window").set_class(self._tall, "-tall")
        reader = self.query_one(Reader)
        lines = self._make(max(20, self.room() - 1))
        if not self._tall:
            reader.styles.height = max(1, min(len(lines), self.app.size.height * 9 // 10 - 4))
        reader.show(lines)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "q", "f1", "f3", "w", "question_mark"):
            event.stop()
            self.close_with(None)
        elif event.key == "enter":
            event.stop()
            self.close_with("enter")
        elif event.key == "c" and self._copy is not None:
            event.stop()
            self._copy()


class Alternative(msgspec.Struct, frozen=True):
    """One of several to choose from; `note` stands behind it."""

    id: str
    label: str
    note: str = ""


class Choosing(LeanModal):
    """One of several: gives back its id."""

    def __init__(
        self, title: str, options: Sequence[Alternative], *, keys: str, about: str = ""
    ) -> None:
        super().__init__(title, keys, about)
        self._options = options

    def _heads(self) -> None:
        """The title may be a whole sentence, such as who has a draft."""
        bar = self.query_one("#window-title", Bar)
        lines = list(wrapped(self.heading, self.room(), "title"))
        bar.styles.height = len(lines)
        bar.show(lines)
        self.show_keys()

    def on_mount(self) -> None:
        if self.is_there("#window-lines"):
            self.query_one(Reader).cursor = 0
            self.refill(self._options)

    def refill(self, options: Sequence[Alternative]) -> None:
        """Other options; the cursor stays at its place."""
        self._options = options
        reader = self.query_one(Reader)
        columns = max(20, self.room() - 3)
        notes = max(width(option.note) for option in options)
        widest = max(width(clean(option.label)) for option in options)
        widest = min(widest, max(columns - notes - 2, columns // 2))
        room = columns - widest - 2
        cursor = min(reader.cursor or 0, len(options) - 1)
        lines = [
            line(fit(clean(o.label), widest), ("  " + short(clean(o.note), room), "dim"))
            for o in options
        ]
        reader.cursor = cursor
        reader.show(lines)
        reader.move_cursor(cursor)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.close_with(None)
        elif event.key in ("enter", "space"):
            event.stop()
            self.take()
        elif event.key in ("f1", "question_mark"):
            event.stop()
            self.tell_about(self.heading, self.about)

    def chosen(self) -> Alternative:
        """What the cursor stands on."""
        return self._options[self.query_one(Reader).cursor or 0]

    def take(self) -> None:
        self.close_with(self.chosen().id)


def text_lines(text: str, first: StyledText = ("", "")) -> Callable[[int], list[Line]]:
    """Paragraphs, wrapped to the window; before them something in a style of its own."""

    def lines(columns: int) -> list[Line]:
        words, style = first
        before = [*wrapped(words, columns, style), line("")] if words else []
        return [*before, *wrapped(text, columns)]

    return lines
