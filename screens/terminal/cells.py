"""A model of the terminal's cells: takes what Textual would send, gives back only what changes the
screen.

Textual repaints whole widgets. This reads its output (absolute moves, SGR, text) and keeps what
should be on the screen; `painting.py` knows what is there and sends the difference. What is not
known here passes through as it is, and makes it forget what it can no longer be sure of. No Textual
here.
"""

from __future__ import annotations

import re

from screens.terminal.painting import HALF, ORPHAN, SPECIAL, UNKNOWN, Painter
from screens.terminal.sgr import DEFAULT, Style, changed_style
from screens.terminal.widths import FRAGILE, kind

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<move>[0-9]*(?:;[0-9]*)?)H"
    r"|\x1b\[(?P<sgr>[0-9;]*)m"
    r"|(?P<newline>\n)"
    r"|(?P<sync>\x1b\[\?2026[hl])"
    # Modes, queries, titles, the clipboard: they leave cells and cursor alone.
    r"|(?P<aside>\x1b\[\?(?!(?:3|6|47|1047|1048|1049)[hl])[0-9;]*[hl]|\x1b\[\?[0-9;]*\$p|\x1b\[[<>=][0-9;]*u"
    r"|\x1b\[[0-9;?>]*[cn]|\x07|\x1b\](?!8;).*?(?:\x07|\x1b\\)|\x1b[P^_X].*?\x1b\\)"
    r"|(?P<other>\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
    r"|[\x00-\x1a\x1c-\x1f\x7f-\x9f])",
    re.S,
)
_SYNC = "\x1b[?2026h"


class Cells:
    """The screen of one terminal. Not safe for threads: the driver holds a lock.

    `erases`: the terminal erases with the colour that is set, so that blank cells need not be
    written.
    """

    def __init__(self, width: int, height: int, *, erases: bool = False) -> None:
        self.erases = erases
        self._rest = ""
        self._held = False
        self._wraps = True
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size, or may hold anything: nothing is known any more."""
        # Serial consoles say that they are 0 by 0.
        self.width, self.height = max(width, 1), max(height, 1)
        self._wanted = [[UNKNOWN] * self.width for _ in range(self.height)]
        self._styles = [[DEFAULT] * self.width for _ in range(self.height)]
        self._painter = Painter(self.width, self.height, self.erases)
        self._dirty: set[int] = set()
        # Where Textual's output stands; None: not known. Past the last column `_x` is `width`.
        self._x: int | None = None
        self._y: int | None = None
        self._style: Style | None = DEFAULT
        # Passing through until the next absolute move; from this row and column on nothing is known
        # then.
        self._raw: tuple[int | None, int] | None = None

    def forget(self) -> str:
        """What paints the whole screen again, as far as it is known."""
        self._painter.forget()
        self._dirty.update(range(self.height))
        return self._difference()

    def feed(self, data: str) -> str:
        """Textual's output → what to send instead. The screen then shows what it would have shown."""
        data, out = self._rest + data, []
        self._rest, position = "", 0
        while position < len(data):
            token = _TOKEN.match(data, position)
            if token is None:
                self._rest = data[position:]
                break
            position = token.end()
            name, text = token.lastgroup, token[0]
            if name == "sync":
                out.append(self._synchronized(text))
            elif name == "aside":
                out += (self._release(self._difference()), text)
                if text.startswith("\x1b[?7"):
                    self._wraps = text[-1] == "h"
            elif name == "move":
                self._moved(token["move"])
            elif self._raw is not None:
                self._passed(name, token["sgr"])
                out.append(text)
            elif name == "text":
                out.append(self._written(text))
            elif name == "sgr":
                style = changed_style(self._style, token["sgr"])
                if style is None:
                    out += (self._pass_through(self._x), text)
                self._style = style
            elif name == "newline" and self._line_feed():
                pass
            else:
                out += (self._pass_through(None), text)
        out.append(self._difference())
        return self._release("".join(out))

    # --- reading ---------------------------------------------------------------------------------

    def _synchronized(self, text: str) -> str:
        """A frame within which nothing is sent needs no frame."""
        if text == _SYNC:
            out = self._difference()
            self._held = True
            return out
        out = self._release(self._difference())
        if self._held:
            self._held = False
            return ""
        return out + text

    def _release(self, out: str) -> str:
        if out and self._held:
            self._held = False
            return _SYNC + out
        return out

    def _moved(self, numbers: str) -> None:
        if self._raw is not None:
            self._end_raw()
        row, _, column = numbers.partition(";")
        self._y = min(max(int(row or 1), 1), self.height) - 1
        self._x = min(max(int(column or 1), 1), self.width) - 1

    def _line_feed(self) -> bool:
        """To the next line, if there is one; the column is left open, as terminals' settings differ
        there.
        """
        if self._y is None or self._y == self.height - 1:
            return False
        self._x, self._y = None, self._y + 1
        return True

    def _written(self, text: str) -> str:
        """Put text into the cells; what has to be sent at once, which is nothing for ordinary text."""
        x, y = self._x, self._y
        if x is None or y is None:
            return self._pass_through(None) + text
        out = ""
        if text.isascii() and x + len(text) <= self.width:
            end = self._x = x + len(text)
            out = self._halves(x, end, y)
            self._wanted[y][x:end] = text
            self._styles[y][x:end] = [self._style or DEFAULT] * len(text)
            self._dirty.add(y)
            return out
        column = x
        for at, character in enumerate(text):
            width = kind(character)
            if width == 0 and at > 0 and self._combined(column - 1, y, character):
                continue
            if width in (0, FRAGILE) or column + width > self.width:
                return out + self._pass_through(column) + text[at:]
            out += self._halves(column, column + width, y)
            cells, styles = self._wanted[y], self._styles[y]
            cells[column] = character
            styles[column] = self._style or DEFAULT
            if width == 2:
                cells[column + 1] = HALF
                styles[column + 1] = self._style or DEFAULT
            column = self._x = column + width
            self._dirty.add(y)
        return out

    def _combined(self, last: int, y: int, mark: str) -> bool:
        """Add a combining mark to the character that was just written."""
        cells = self._wanted[y]
        if cells[last] == HALF:
            last -= 1
        if last < 0 or cells[last] in SPECIAL or len(cells[last]) > 8:
            return False
        cells[last] += mark
        return True

    def _halves(self, start: int, end: int, y: int) -> str:
        """Before cells are overwritten: a wide character that loses one half. What had to be sent
        first.
        """
        cells = self._wanted[y]
        cuts_left = cells[start] == HALF
        cuts_right = end < self.width and cells[end] == HALF
        if not (cuts_left or cuts_right):
            return ""
        # The terminal shall meet the same sequence of overwritings that it would have met.
        out = self._difference(move=False)
        if cuts_left:
            cells[start - 1] = ORPHAN
        if cuts_right:
            cells[end] = ORPHAN
        self._dirty.add(y)
        return out

    # --- passing through -------------------------------------------------------------------------

    def _pass_through(self, column: int | None) -> str:
        """From here on everything is sent as it is, up to the next absolute move."""
        if self._x == self.width and self._y is not None:
            # Just past the edge is a place to which no move leads: the last character is written
            # once more.
            out = self._difference(move=False)
            last = self.width - (2 if self._wanted[self._y][-1] == HALF else 1)
            self._painter.shown[self._y][last] = UNKNOWN
            self._dirty.add(self._y)
            out += self._difference()
        else:
            out = self._difference()
        self._raw = (None, 0) if column is None or self._wraps else (self._y, column)
        return out

    def _passed(self, name: str | None, sgr: str | None) -> None:
        if name == "sgr":
            self._style = changed_style(self._style, sgr or "")
        elif name != "text" and not (name == "newline" and self._line_feed()):
            self._raw = (None, 0)

    def _end_raw(self) -> None:
        assert self._raw is not None
        row, column = self._raw
        rows = range(self.height) if row is None else (row,)
        for y in rows:
            start = max(min(column, self.width - 1) - 1, 0)
            for cells in (self._wanted[y], self._painter.shown[y]):
                cells[start:] = [UNKNOWN] * (self.width - start)
        self._raw = None
        self._painter.x = self._painter.y = None
        self._painter.style = self._style

    # --- sending ---------------------------------------------------------------------------------

    def _difference(self, move: bool = True) -> str:
        """Everything that differs; with `move` the cursor and the style end where Textual's output
        stands.
        """
        if self._raw is not None:
            return ""
        out: list[str] = []
        painter = self._painter
        for y in sorted(self._dirty):
            painter.row(y, self._wanted[y], self._styles[y], out)
        self._dirty.clear()
        if move and self._style is not None:
            painter.set_style(self._style, out)
        if move and self._x is not None and self._y is not None and self._x < self.width:
            painter.go(self._x, self._y, out)
        return "".join(out)
