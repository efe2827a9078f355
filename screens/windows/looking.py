"""A look into a file: CSV as a table, remarks quiet, headings told apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from textual import events

from screens.widgets.bars import Bar
from screens.widgets.lines import Line, chopped, clean, fit, line, short, width
from screens.windows.modals import Reader, Reading
from wizard.views.words import plural

# Before the rest of a line that is longer than the window is wide.
_GOES_ON = "… "
# What a remark begins with, in some language that files are written in.
_REMARKS = ("#", "//", "!", ";", "REM ")
# Columns that one of a table has at most, and the blanks between two.
_MOST, _BETWEEN = 30, 2


def looking(path: str, text: str, keys: str, copy: Callable[[], None] | None = None) -> Reading:
    """The window for a file, by its name."""
    if PurePosixPath(path).suffix == ".csv":
        return CsvTable(path, text, keys=f"{keys}   Left, Right: columns", copy=copy)
    return Reading(path, file_lines(text, path), keys=keys, tall=True, copy=copy)


def file_lines(text: str, path: str = "") -> Callable[[int], list[Line]]:
    """A file as it is, line by line; what is longer goes on below, behind a sign."""

    def lines(columns: int) -> list[Line]:
        drawn: list[Line] = []
        for whole in text.split("\n"):
            style = style_of(whole, PurePosixPath(path).suffix)
            # Tables end their lines as spreadsheets want it.
            first, *rest = chopped(clean(whole.removesuffix("\r")), columns)
            drawn.append(line((first, style)))
            if rest:
                more = chopped("".join(rest), columns - len(_GOES_ON))
                drawn += [line((_GOES_ON, "dim"), (part, style)) for part in more]
        return drawn

    return lines


def style_of(text: str, suffix: str) -> str:
    """How a line of such a file is drawn: a heading, a remark, or like any text."""
    if suffix == ".md":
        return "heading" if text.startswith("#") else ""
    if suffix in (".json", ".html", ".svg", ".txt"):
        return ""
    if text.startswith("[") and text.rstrip().endswith("]"):
        return "heading"
    return "dim" if text.lstrip().startswith(_REMARKS) else ""


def _one_line(cell: str) -> str:
    return clean(" ".join(cell.splitlines()))


class CsvTable(Reading):
    """A file of comma-separated values: its heads stay in sight, Left and Right move its columns."""

    def __init__(
        self, path: str, text: str, *, keys: str, copy: Callable[[], None] | None = None
    ) -> None:
        super().__init__(path, self._drawn, keys=keys, tall=True, copy=copy)
        rows = [list(map(_one_line, row)) for row in csv.reader(io.StringIO(text, newline=""))]
        self._top, *self._rows = rows or [[]]
        columns = zip(
            *(row for row in (self._top, *self._rows) if self._is_whole(row)), strict=True
        )
        self._widths = [min(_MOST, max(map(width, cells))) for cells in columns]
        self._first = 0

    def _is_whole(self, row: Sequence[str]) -> bool:
        return len(row) == len(self._top)

    def _heads_said(self, columns: int) -> None:
        shown = self._shown(columns)
        last = self._first + len(shown)
        where = f"columns {self._first + 1} to {last} of {len(self._top)}"
        title = f"{self.heading}: {plural(len(self._rows), 'row')}, {where}"
        bar = self.query_one("#window-title", Bar)
        bar.styles.height = 2
        bar.show([line((short(title, columns), "title")), self._row(self._top, shown, "heading")])

    def _shown(self, columns: int) -> list[int]:
        """The columns that there is room for, from the first one on; that one in any case."""
        shown: list[int] = []
        for index in range(self._first, len(self._widths)):
            columns -= self._widths[index] + _BETWEEN
            if shown and columns < -_BETWEEN:
                break
            shown.append(index)
        return shown

    def _row(self, cells: Sequence[str], shown: Sequence[int], style: str = "") -> Line:
        if not self._is_whole(cells):
            return line((", ".join(cells), style))
        gap = " " * _BETWEEN
        return line((gap.join(fit(cells[at], self._widths[at]) for at in shown), style))

    def _drawn(self, columns: int) -> list[Line]:
        self._heads_said(columns)
        shown = self._shown(columns)
        return [self._row(cells, shown) for cells in self._rows]

    def on_key(self, event: events.Key) -> None:
        """Left and Right; the rest is as in any window to read."""
        by = {"left": -1, "right": 1}.get(event.key, 0)
        is_last = len(self._shown(self.room() - 1)) + self._first == len(self._widths)
        if not by or (by > 0 and is_last) or self._first + by < 0:
            return
        event.stop()
        self._first += by
        self.query_one(Reader).show(self._drawn(self.room() - 1))
