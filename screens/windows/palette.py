"""The window that finds a command, and everything in the plan: type some letters of it, Enter does
it or goes there.

Its rows come from the one registry (`commands.py`), from what the plan offers (`offers.py`), and
below them from the index of all that can be looked for (`found.py`). What cannot be done now stands
there too, with the reason. A line below says what the row under the cursor is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Offset

from screens.main.command import Command, spoken
from screens.terminal.keys import typed
from screens.widgets.bars import Bar
from screens.widgets.editor import LineEditor
from screens.widgets.lines import Line, StyledText, fit, line, short, width
from screens.windows.modals import LeanModal, Reader

# So many rows and columns at most: what is found stands at the top, and all of them cost bytes.
ROWS = 12
WIDEST = 76
_ASK = "Find: "
_KEYS = "Enter: do it   Up, Down   F1: what it does   Esc: close"


class CommandRow(msgspec.Struct, frozen=True):
    """A command, why it cannot be done now ('' where it can), and what it is, where that is not in
    its help.
    """

    command: Command
    waits: str = ""
    about: str = ""


class Palette(LeanModal):
    """`command` is what was chosen, None for Esc. `found` gives what fits beside the items."""

    def __init__(
        self,
        items: Sequence[CommandRow],
        found: Callable[[str], Sequence[CommandRow]] = lambda words: (),
    ) -> None:
        super().__init__("Commands", _KEYS)
        self._items = items
        self._found = found
        self.editor = LineEditor()
        self.fitting: list[CommandRow] = []
        self.command: Command | None = None

    def compose(self) -> ComposeResult:
        with Container(id="window", classes="-palette"):
            yield Bar(id="window-title")
            yield Matches(id="window-lines")
            yield Bar(id="window-summary")
            yield Bar(id="window-keys")

    def _heads(self) -> None:
        reader = self.query_one(Matches)
        # The height stays while the rows get fewer: nothing below has to be painted again.
        reader.styles.height = max(3, min(ROWS, len(self._items), self.app.size.height - 9))
        self._show()

    def on_resize(self) -> None:
        self.call_after_refresh(self._heads)

    def _show(self) -> None:
        """What is typed, and what fits it."""
        self._show_text()
        reader = self.query_one(Matches)
        words = self.editor.text
        found = list(self._found(words))
        # Letters in their order alone are the last resort.
        self.fitting = [*find(self._items, words, roughly=not found), *found]
        columns = max(20, self.room(WIDEST) - 2)
        lines = [_drawn(item, columns) for item in self.fitting]
        reader.cursor = None
        reader.show(lines or [line(("Nothing fits. Esc: all again.", "dim"))])
        reader.move_cursor(0)

    def _show_text(self) -> None:
        editor = self.editor
        before, after = editor.text[: editor.cursor], editor.text[editor.cursor + 1 :]
        # Past the end the caret stands on a '_', so that it is there without colour.
        caret: StyledText = (editor.text[editor.cursor : editor.cursor + 1] or "_", "caret")
        self.query_one("#window-title", Bar).say(
            (_ASK, "title"), (before, "field"), caret, (after, "field")
        )
        self.show_keys()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        editor, before = self.editor, self.editor.text
        match event.key:
            case "escape" if not editor.text:
                self.close_with(None)
                return
            case "escape":
                self.editor = LineEditor()
            case "enter":
                self.take()
                return
            case "f1":
                self._about()
                return
            case key:
                if character := typed(key, event.character):
                    editor.insert(character)
                elif not editor.press(key):
                    return
        if self.editor.text != before:
            self._show()
        else:
            self._show_text()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.editor.insert(event.text)
        self._show()

    def take(self) -> None:
        """Do what the cursor stands on, or say why not."""
        item = self._item()
        if item is None:
            return
        if item.waits:
            self.query_one("#window-keys", Bar).say((f"Not now: {item.waits}.", "warn"))
            return
        self.command = item.command
        self.close_with(item.command.id)

    def say_what(self) -> None:
        """What the row under the cursor is."""
        item = self._item()
        words = (item.about or item.command.help) if item is not None else ""
        self.query_one("#window-summary", Bar).say((short(words, self.room(WIDEST)), "dim"))

    def _item(self) -> CommandRow | None:
        index = self.query_one(Matches).cursor or 0
        return self.fitting[index] if index < len(self.fitting) else None

    def _about(self) -> None:
        item = self._item()
        if item is None:
            return
        command = item.command
        keys = ", ".join(map(spoken, command.keys)) or command.keycap
        parts = (
            command.help,
            f"Keys: {keys}" if keys else "",
            f"Not now: {item.waits}." if item.waits else "",
        )
        self.tell_about(command.title, "\n\n".join(filter(None, parts)) or command.title)


class Matches(Reader):
    """The rows. The terminal's own cursor is on the row that was moved to, at the caret while one
    types.
    """

    takes_text = True
    _moving = False

    def move_cursor(self, index: int | None, *, above: int = 0, below: int = 0) -> None:
        super().move_cursor(index, above=above, below=below)
        screen = self.screen
        if isinstance(screen, Palette):
            screen.say_what()

    def on_key(self, event: events.Key) -> None:
        self._moving = event.key in ("up", "down", "pageup", "pagedown", "home", "end")

    def terminal_cursor(self) -> Offset:
        """On the row, or at the caret above."""
        if self._moving:
            return super().terminal_cursor()
        screen = self.screen
        assert isinstance(screen, Palette)
        title = screen.query_one("#window-title", Bar)
        column = width(_ASK) + width(screen.editor.text[: screen.editor.cursor])
        return title.content_region.offset + Offset(min(column, max(0, title.size.width - 1)), 0)


def find(items: Sequence[CommandRow], words: str, roughly: bool = True) -> list[CommandRow]:
    """The items that fit every word, the best first; all of them where there is no word.

    Where none fits, and `roughly` is allowed, those that have the letters of every word in their
    order. Of those that fit alike the ones that can be done now come first, each in its order.
    """
    for rough in (False, True) if roughly else (False,):
        fitting: list[tuple[int, int, CommandRow]] = []
        for at, item in enumerate(items):
            points = score(item.command, words, rough)
            if points is not None:
                fitting.append((points, at, item))
        if fitting:
            break
    fitting.sort(key=lambda entry: (-entry[0], bool(entry[2].waits), entry[1]))
    return [item for _, _, item in fitting]


def score(command: Command, words: str, roughly: bool = False) -> int | None:
    """How well a command fits what was typed; None where a word fits nothing.

    The best is one of its keys, then the beginning of one of its words, then a part of one.
    """
    title = f"{command.title} {command.short} {command.words}".casefold()
    parts = re.findall(r"\w[\w.-]*", title)
    keys = set(map(str.casefold, (command.keycap, *map(spoken, command.keys))))
    total = 0
    for word in words.casefold().split():
        if word in keys:
            total += 5
        elif any(part.startswith(word) for part in parts):
            total += 4
        elif word in title:
            total += 2
        elif roughly and _in_order(word, title):
            total += 1
        else:
            return None
    return total


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _drawn(item: CommandRow, columns: int) -> Line:
    """The title, and on the right the key, where it is, or why it has to wait."""
    command = item.command
    style = "dim" if item.waits else ""
    note = short(f"({item.waits})" if item.waits else command.keycap, columns // 2)
    if not note:
        return line((short(command.title, columns), style))
    return line(
        (fit(command.title, columns - width(note) - 1), style),
        (f" {note}", "dim" if item.about else style or "key"),
    )
