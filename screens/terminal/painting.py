"""What the terminal shows, where its cursor is, and the shortest output that makes a line of it
another one.
"""

from __future__ import annotations

from screens.terminal.sgr import DEFAULT, Style, on_blank, transition

# A cell holds a character, or is the right half of a wide one, or half of one whose other half is
# gone (what terminals show there differs), or nobody knows.
HALF = ""
ORPHAN = "\x00"
UNKNOWN = "\x01"
SPECIAL = frozenset((HALF, ORPHAN, UNKNOWN))

# Unchanged cells up to so many are written again where that is shorter than a move.
_GAP = 4
# Blank cells: from how many on erasing them, to the end of the line or not, is shorter than writing
# them.
_WORTH_CLEARING = 4
_WORTH_ERASING = 12


class Painter:
    """One terminal. `x`, `y` and `style` are its cursor and what it writes in; None: not known.

    `erases`: it erases with the colour that is set, so that blank cells need not be written.
    """

    def __init__(self, width: int, height: int, erases: bool) -> None:
        self.width = width
        self.erases = erases
        self.shown = [[UNKNOWN] * width for _ in range(height)]
        self.shown_styles = [[DEFAULT] * width for _ in range(height)]
        self.x: int | None = None
        self.y: int | None = None
        self.style: Style | None = None

    def forget(self) -> None:
        """Whatever it shows, it is not known any more."""
        self.shown = [[UNKNOWN] * self.width for _ in self.shown]
        self.x = self.y = self.style = None

    def row(self, y: int, cells: list[str], styles: list[Style], out: list[str]) -> None:
        """Make a line of the screen what it should be."""
        shown_cells, shown_styles = self.shown[y], self.shown_styles[y]
        if cells == shown_cells and styles == shown_styles:
            return
        x = 0
        while x < self.width:
            cell = cells[x]
            if cell == shown_cells[x] and (
                cell in SPECIAL or _looks_alike(cell, styles[x], shown_styles[x])
            ):
                shown_styles[x] = styles[x]
                x += 1
                continue
            if cell in (ORPHAN, UNKNOWN):
                shown_cells[x] = cell
                x += 1
                continue
            if cell == HALF:
                x -= 1
                cell = cells[x]
            if (self.x, self.y) != (x, y):
                self._approach(x, y, out)
            if self.style is None or not _looks_alike(cell, styles[x], self.style):
                self.set_style(styles[x], out)
            if cell == " " and self.erases and (blanks := self._blanks(x, y, cells, styles)):
                out.append("\x1b[K" if x + blanks == self.width else f"\x1b[{blanks}X")
                shown_cells[x : x + blanks] = cells[x : x + blanks]
                shown_styles[x : x + blanks] = styles[x : x + blanks]
                x += blanks
                continue
            out.append(cell)
            width = 2 if x + 1 < self.width and cells[x + 1] == HALF else 1
            shown_cells[x : x + width] = cells[x : x + width]
            shown_styles[x : x + width] = styles[x : x + width]
            x += width
            # Past the last column terminals differ in where they say the cursor is.
            self.x = x if x < self.width else None

    def go(self, x: int, y: int, out: list[str]) -> None:
        """Have the cursor at a cell."""
        if (x, y) != (self.x, self.y):
            out.append(self._way(x, y))
            self.x, self.y = x, y

    def set_style(self, style: Style, out: list[str]) -> None:
        """Have what is written next in this style."""
        if style != self.style:
            out.append(transition(self.style, style))
            self.style = style

    def _blanks(self, x: int, y: int, cells: list[str], styles: list[Style]) -> int:
        """How many blank cells from here on are better erased than written; 0: none."""
        style, end, changed = on_blank(styles[x]), x, x
        while end < self.width and cells[end] == " " and on_blank(styles[end]) == style:
            if self.shown[y][end] != " " or on_blank(self.shown_styles[y][end]) != style:
                changed = end
            end += 1
        # Erasing leaves the cursor where it is, so that a move follows; underlined blanks are not
        # erased cells.
        least = _WORTH_ERASING if end < self.width else _WORTH_CLEARING
        return end - x if changed - x >= least and not style.flags else 0

    def _approach(self, x: int, y: int, out: list[str]) -> None:
        """Go to a cell: by a move, or by writing the few cells between once more."""
        start = self.x if self.x is not None and self.y == y else x
        if 0 < x - start <= _GAP and self.style is not None:
            between = range(start, x)
            cells, styles = self.shown[y], self.shown_styles[y]
            if all(
                len(cells[i]) == 1
                and " " <= cells[i] <= "~"
                and _looks_alike(cells[i], styles[i], self.style)
                for i in between
            ):
                out.append("".join(cells[i] for i in between))
                self.x = x
                return
        self.go(x, y, out)

    def _way(self, x: int, y: int) -> str:
        """The shortest move to a cell."""
        ways = [f"\x1b[{y + 1}{f';{x + 1}' if x else ''}H" if x or y else "\x1b[H"]
        if self.y == y:
            ways.append("\r" if x == 0 else f"\x1b[{x + 1}G")
            if self.x is not None:
                by = x - self.x
                ways.append(
                    f"\x1b[{_number(by)}C" if by > 0 else "\b" * -by if by > -4 else f"\x1b[{-by}D"
                )
        elif self.y is not None and x == self.x:
            by = y - self.y
            ways.append(f"\x1b[{_number(by)}B" if by > 0 else f"\x1b[{_number(-by)}A")
        elif self.y is not None and x == 0 and y == self.y + 1:
            ways.append("\r\n")
        return min(ways, key=len)


def _looks_alike(cell: str, one: Style, other: Style) -> bool:
    """Whether a cell looks the same in both styles: a blank one has no colour of text."""
    return one == other or (cell == " " and on_blank(one) == on_blank(other))


def _number(count: int) -> str:
    return "" if count == 1 else str(count)
