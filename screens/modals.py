"""Windows over the wizard: something to read, something to choose from. Esc closes each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget

from screens.lines import Line, line, wrap
from screens.widgets.bars import Bar
from screens.widgets.line_view import LineView


class LeanModal(ModalScreen[str | None]):
    """A window that repaints nothing when the focus moves."""

    AUTO_FOCUS = "#window-lines"
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self.heading = title
        self.keys = keys

    def compose(self) -> ComposeResult:
        with Container(id="window"):
            yield Bar(id="window-title")
            yield Reader(id="window-lines")
            yield Bar(id="window-keys")

    def close_with(self, result: str | None) -> None:
        """Close the window and give this back."""
        _ = self.dismiss(result)

    def on_mount(self) -> None:
        self.set_class(bool(getattr(self.app, "ascii", False)), "-ascii")
        self.call_after_refresh(self._heads)

    def _heads(self) -> None:
        self.query_one("#window-title", Bar).say((self.heading, "title"))
        self.query_one("#window-keys", Bar).say((self.keys, "dim"))


class Reader(LineView, can_focus=True, inherit_bindings=False):
    """Lines to scroll through, or rows to choose from where `cursor` is set."""

    def line_at(self, index: int) -> Line:
        found = super().line_at(index)
        if self.cursor is None:
            return found
        return Line((("> " if index == self.cursor else "  ", "key"), *found.spans))

    def on_key(self, event: events.Key) -> None:
        page = max(1, self.size.height - 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -(10**9), "end": 10**9}
        if event.key not in steps:
            return
        event.stop()
        by = steps[event.key]
        if self.cursor is None:
            top = max(0, min(self.max_scroll_y, self.scroll_offset.y + by))
            self.scroll_to(y=top, animate=False, force=True)
        else:
            self.move_cursor(max(0, min(len(self._lines) - 1, self.cursor + by)))

    def on_click(self, event: events.Click) -> None:
        if self.cursor is not None:
            self.move_cursor(min(len(self._lines) - 1, event.y + self.scroll_offset.y))
            screen = self.screen
            if isinstance(screen, Choosing):
                screen.take()


class Reading(LeanModal):
    """Something to read. `make` gives the lines for a width. Enter gives back 'enter', Esc nothing."""

    def __init__(
        self,
        title: str,
        make: Callable[[int], Sequence[Line]],
        *,
        keys: str = "Esc: close",
        tall: bool = False,
    ) -> None:
        super().__init__(title, keys)
        self._make = make
        self._tall = tall

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#window").set_class(self._tall, "-tall")
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        reader = self.query_one(Reader)
        lines = list(self._make(max(20, reader.size.width - 2)))
        if not self._tall:
            reader.styles.height = max(1, min(len(lines), self.size.height - 6))
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


class Option(msgspec.Struct, frozen=True):
    """One of several to choose from; `note` stands behind it."""

    id: str
    label: str
    note: str = ""


class Choosing(LeanModal):
    """One of several: gives back its id. Other `letters` give back `letter:id`."""

    def __init__(self, title: str, options: Sequence[Option], *, keys: str, letters: str = "") -> None:
        super().__init__(title, keys)
        self._options = options
        self._letters = letters

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        reader = self.query_one(Reader)
        widest = max(len(option.label) for option in self._options)
        reader.cursor = 0
        reader.show(
            [line(f"{option.label:<{widest}}", ("  " + option.note, "dim")) for option in self._options]
        )
        reader.move_cursor(0)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.close_with(None)
        elif event.key in ("enter", "space"):
            event.stop()
            self.take()
        elif event.character and event.character in self._letters:
            event.stop()
            self.take(event.character)

    def take(self, letter: str = "") -> None:
        """Close with what the cursor stands on."""
        index = self.query_one(Reader).cursor or 0
        chosen = self._options[index].id
        self.close_with(f"{letter}:{chosen}" if letter else chosen)


def text_lines(text: str) -> Callable[[int], list[Line]]:
    """Paragraphs, wrapped to the window."""
    return lambda columns: [line(part) for part in wrap(text, columns)]


def file_lines(text: str) -> Callable[[int], list[Line]]:
    """A file as it is, line by line, cut at the edge."""
    return lambda columns: [line(part) for part in text.split("\n")]
