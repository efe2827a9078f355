"""Rows of a sheet → its XML, written as they come: a cell is a text and never an object, for tables of
thousands of rows. What openpyxl makes of a sheet without rows is put round it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exporters.safe import csv_cell
from wizard.text import one_line

CellValue = str | int | datetime.date | None
_LONGEST = 32_000  # a cell takes 32,767 units of UTF-16
_NUMBERED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TALLEST = 405.0  # points; a row can have 409
_DAY_0 = datetime.date(1899, 12, 30)  # from which workbooks count days
_NO_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData></sheetData>")
_EXTENT = re.compile(rb'(<dimension ref=")[^"]*')


class SheetRows:
    """The rows of one sheet of a workbook."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._numbers = _Styles(book, sheet)
        self._rows: list[str] = []
        self._columns = 1

    def add(self, cells: Iterable[tuple[CellValue, str]], height: float | None = None) -> None:
        """A row below the others: values with the names of their styles."""
        number = len(self._rows) + 1
        texts = []
        for column, (value, style) in enumerate(cells, 1):
            texts.append(self._cell(f"{get_column_letter(column)}{number}", value, style))
        self._columns = max(self._columns, len(texts))
        tall = "" if height is None else f' ht="{height:g}" customHeight="1"'
        self._rows.append(f'<row r="{number}"{tall}>{"".join(texts)}</row>')

    def put_into(self, xml: bytes) -> bytes:
        """The XML of the sheet, with these rows in it."""
        extent = f"A1:{get_column_letter(self._columns)}{max(len(self._rows), 1)}".encode()
        rows = f"<sheetData>{''.join(self._rows)}</sheetData>".encode()
        before, _, after = _NO_ROWS.sub(b"<sheetData>", xml, count=1).partition(b"<sheetData>")
        return _EXTENT.sub(rb"\g<1>" + extent, before, count=1) + rows + after

    def _cell(self, place: str, value: CellValue, style: str) -> str:
        """Numbers and dates as what they are, any text as text: nothing is ever taken for a formula."""
        if isinstance(value, datetime.date):
            return f'<c r="{place}" s="{self._numbers.of("pw-date")}" t="n"><v>{(value - _DAY_0).days}</v></c>'
        if isinstance(value, int):
            return f'<c r="{place}" s="{self._numbers.of(style)}" t="n"><v>{value}</v></c>'
        xml, as_formula = _text_xml(value) if value else ("", False)
        number = self._numbers.of(style, quoted=as_formula)
        if not xml:
            return f'<c r="{place}" s="{number}" t="n" />'
        return f'<c r="{place}" s="{number}" t="inlineStr"><is><t>{xml}</t></is></c>'


class _Styles:
    """Numbers of the styles of a workbook, given as they are used."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._book = book
        self._cell = Cell(sheet, 1, 1)
        self._numbers: dict[tuple[str, bool], int] = {}

    def of(self, style: str, quoted: bool = False) -> int:
        """`quoted`: typed again by hand, such a text must still not become a formula."""
        key = (style, quoted)
        if key not in self._numbers:
            self._cell.style = style
            if quoted:
                self._cell.quotePrefix = True
            self._numbers[key] = self._cell.style_id
        return self._numbers[key]


def text_of(value: str) -> str:
    """A text as a cell holds it: line by line without what cannot be seen."""
    text = "\n".join(one_line(line, _LONGEST) for line in value.split("\n"))
    # Spreadsheets count as UTF-16 does: letters beyond its first 65,536 are two.
    units = text.encode("utf-16-le", "surrogatepass")
    return (
        text if len(units) <= 2 * _LONGEST else units[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    )


@lru_cache(maxsize=4096)
def _text_xml(value: str) -> tuple[str, bool]:
    """A text for XML, and whether it begins as a formula does. Texts of a column are often alike."""
    text = text_of(value)
    harmless = csv_cell(text)
    # `_x0041_` is a letter's number to a spreadsheet: what only looks like one says so.
    literal = _NUMBERED.sub("_x005F_", text)
    return escape(literal, quote=False), harmless != text and harmless.startswith("'")


def height(row: Sequence[CellValue], widths: Sequence[int]) -> float:
    """Points that the row needs: programs do not agree on working it out for wrapped text."""
    lines = 1
    for value, width in zip(row, widths, strict=True):
        if isinstance(value, str):
            lines = max(lines, _lines(value, width))
    return min(13.0 * lines + 2, _TALLEST)


@lru_cache(maxsize=4096)
def _lines(value: str, width: int) -> int:
    return sum(1 + len(line) // max(width - 2, 1) for line in value.split("\n"))
