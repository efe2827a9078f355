"""A file of comma-separated values as a table. Rows are taken apart as they come into sight: a file
may have tens of thousands of them, and a cell all addresses of a role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import overload

from textual import events

from screens.widgets.bars import Bar
from screens.widgets.lines import Line, clean, fit, line, short, width, wrap
from screens.windows.modals import Reader, Reading
from wizard.views.words import plural

# Columns that one of a table has at most, and the blanks between two.
_MOST, _BETWEEN = 30, 2
# What stands before each row: the mark of the one that the cursor is on.
_MARK = 2
# Columns are as wide as the widest cell of about so many rows, from the whole file.
_SAMPLE = 100


def records(text: str) -> list[str]:
    """The rows of such a file, not yet taken apart; a quoted cell may hold several lines."""
    rows = list(_whole(text.split("\n"), "\n"))
    return rows if rows[-1] else rows[:-1]


def cells_of(record: str) -> list[str]:
    """The cells of a row, however long they are; `csv.reader` takes no more than 131,072 characters."""
    return list(map(_unquoted, _whole(record.removesuffix("\r").split(","), ",")))


def _whole(parts: Sequence[str], between: str) -> Iterator[str]:
    """Parts, those that a quote holds together joined again."""
    held: list[str] = []
    is_open = False
    for part in parts:
        held.append(part)
        is_open ^= bool(part.count('"') % 2)
        if not is_open:
            yield between.join(held)
            held = []
    if held:
        yield between.join(held)


def _unquoted(cell: str) -> str:
    if len(cell) < 2 or not cell[0] == cell[-1] == '"':
        return cell
    return cell[1:-1].replace('""', '"')


def _one_line(cell: str) -> str:
    """What can be seen of a cell in a column."""
    # More would be cut; of some alphabets several characters share a column.
    return clean(" ".join(cell[: 8 * _MOST].splitlines()))


class _Lines(Sequence[Line]):
    """Lines that are made when they are first looked at."""

    def __init__(self, count: int, made: Callable[[int], Line]) -> None:
        self._numbers, self._made = range(count), cache(made)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return list(map(self._made, self._numbers[at]))
        return self._made(self._numbers[at])


class CsvTable(Reading):
    """The table: its heads stay in sight, Left and Right move its columns, Enter shows all of a row."""

    def __init__(
        self, path: str, text: str, *, keys: str, copy: Callable[[], None] | None = None
    ) -> None:
        # Pages it turns as well; what only a table does has the room to be said.
        close, *others = keys.split("   ")
        keys = "   ".join((close, "Enter: row", *others[:1], "Left, Right: columns"))
        super().__init__(path, self._drawn, keys=keys, tall=True, copy=copy)
        top, *self._records = records(text) or [""]
        self._top = cells_of(top)
        self._head_words = list(map(_one_line, self._top))
        self._widths = self._widest()
        self._first = 0

    def _widest(self) -> list[int]:
        widths = list(map(width, self._head_words))
        for record in self._records[:: max(1, len(self._records) // _SAMPLE)]:
            cells = cells_of(record)
            if self._is_whole(cells):
                seen = map(width, map(_one_line, cells))
                widths = list(map(max, widths, seen))
        return [min(_MOST, most) for most in widths]

    def _is_whole(self, row: Sequence[str]) -> bool:
        return len(row) == len(self._top)

    def on_mount(self) -> None:
        """Rows can be chosen, where there are some."""
        if self._records and self.is_there("#window-lines"):
            self.query_one(Reader).cursor = 0

    def _heads_said(self, columns: int) -> None:
        shown = self._shown(columns)
        last = self._first + len(shown)
        where = f"columns {self._first + 1} to {last} of {len(self._top)}"
        title = f"{self.heading}: {plural(len(self._records), 'row')}, {where}"
        bar = self.query_one("#window-title", Bar)
        bar.styles.height = 2
        heads = self._row(self._head_words, shown, "heading")
        bar.show([line((short(title, columns), "title")), Line((("  ", ""), *heads.spans))])

    def _shown(self, columns: int) -> list[int]:
        """The columns that there is room for, from the first one on; that one in any case."""
        shown: list[int] = []
        columns -= _MARK
        for index in range(self._first, len(self._widths)):
            columns -= self._widths[index] + _BETWEEN
            if shown and columns < -_BETWEEN:
                break
            shown.append(index)
        return shown

    def _row(self, cells: Sequence[str], shown: Sequence[int], style: str = "") -> Line:
        if not self._is_whole(cells):
            return line((", ".join(map(_one_line, cells)), style))
        gap = " " * _BETWEEN
        seen = (fit(_one_line(cells[at]), self._widths[at]) for at in shown)
        return line((gap.join(seen), style))

    def _drawn(self, columns: int) -> Sequence[Line]:
        self._heads_said(columns)
        shown = self._shown(columns)
        return _Lines(len(self._records), lambda at: self._row(cells_of(self._records[at]), shown))

    def on_key(self, event: events.Key) -> None:
        """Left, Right and Enter; the rest is as in any window to read."""
        if event.key == "enter":
            event.stop()
            # Elsewhere Enter closes a window to read.
            event.prevent_default()
            self.take()
            return
        by = {"left": -1, "right": 1}.get(event.key, 0)
        is_last = len(self._shown(self.room() - 1)) + self._first == len(self._widths)
        if not by or (by > 0 and is_last) or self._first + by < 0:
            return
        event.stop()
        self._first += by
        self.query_one(Reader).show(self._drawn(self.room() - 1))

    def take(self) -> None:
        """All of the row under the cursor, each cell below the one before."""
        at = self.query_one(Reader).cursor if self.is_there("#window-lines") else None
        if at is None:
            return
        cells = cells_of(self._records[at])
        title = f"{self.heading}: row {at + 1} of {len(self._records)}"
        self.open_over(Reading(title, lambda columns: self._cells(cells, columns), tall=True))

    def _cells(self, cells: Sequence[str], columns: int) -> list[Line]:
        drawn: list[Line] = []
        for at, cell in enumerate(cells):
            head = f"{self._head_words[at]}: " if at < len(self._head_words) else ""
            first, *rest = wrap("\n".join((head + cell).splitlines()), columns)
            said = min(len(head), len(first))
            drawn.append(line((first[:said], "heading"), first[said:]))
            drawn += map(line, rest)
        return drawn
