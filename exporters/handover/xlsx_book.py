"""What every workbook is made with: no formulas, filters, print set-up, fixed bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exporters.handover.xlsx_sheets import CellValue, Sheet
from exporters.safe import csv_cell
from wizard.text import one_line

_LONGEST = 32_000  # a cell takes 32,767 characters
_TALLEST = 405.0  # points; a row can have 409
_PAPER_A4 = 9
_ACROSS = 1010  # pixels of columns that A4 across takes at its own size, with room for other programs' rounding
_SMALLEST = 70  # per cent: letters of 7 points; what would print smaller goes onto several pages
EPOCH = datetime.date(1980, 1, 1)


def write(sheet: Worksheet, content: Sheet, print_head: Sequence[str]) -> None:
    """A table with its headings, filters and print set-up. `print_head`: title, reference."""
    widths = [width for _, width in content.columns]
    for number, (heading, width) in enumerate(content.columns, 1):
        put(sheet.cell(1, number), heading, "pw-head")
        sheet.column_dimensions[get_column_letter(number)].width = width
    for at, row in enumerate(content.rows, 2):
        for number, value in enumerate(row, 1):
            put(sheet.cell(at, number), value, "pw-cell")
        sheet.row_dimensions[at].height = max(height(row, widths), content.tall)
    last = get_column_letter(len(content.columns))
    sheet.freeze_panes = "C2" if len(content.columns) > 6 else "A2"
    sheet.auto_filter.ref = f"A1:{last}{len(content.rows) + 1}"
    sheet.print_title_rows = "1:1"
    printed(sheet, print_head, "landscape", content.about)
    _side_by_side(sheet, pages_across(widths, content.lead), content.lead)


def write_pairs(
    sheet: Worksheet, rows: Sequence[tuple[str, CellValue]], print_head: Sequence[str]
) -> None:
    """A first sheet: what there is to know, a line each; what is empty is 'not given'."""
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 90
    for number, (label, value) in enumerate(rows, 1):
        put(sheet.cell(number, 1), label, "pw-head")
        empty = value is None or (isinstance(value, str) and not one_line(value))
        put(sheet.cell(number, 2), "not given" if empty else value, "pw-cell")
        sheet.row_dimensions[number].height = height((label, value), [26, 90])
    printed(sheet, print_head, "portrait")


def put(cell: Cell | MergedCell, value: CellValue, style: str) -> None:
    """Numbers and dates as what they are, any text as text: nothing is ever taken for a formula."""
    if isinstance(value, datetime.date):
        cell.value = value
        cell.style = "pw-date"
        return
    cell.style = style
    if isinstance(value, int):
        cell.value = value
    elif value and (text := _text(value)):
        cell.value = text
        cell.data_type = "s"
        # Typed again by hand, such a text must still not become a formula.
        if csv_cell(text) != text and csv_cell(text).startswith("'"):
            cell.quotePrefix = True


def height(row: Sequence[CellValue], widths: Sequence[int]) -> float:
    """Points that the row needs: programs do not agree on working it out for wrapped text."""
    lines = 1
    for value, width in zip(row, widths, strict=True):
        if isinstance(value, str):
            lines = max(
                lines, sum(1 + len(line) // max(width - 2, 1) for line in value.split("\n"))
            )
    return min(13.0 * lines + 2, _TALLEST)


def _text(value: str) -> str:
    lines = (one_line(line, _LONGEST) for line in value.split("\n"))
    return "\n".join(lines)[:_LONGEST]


def printed(
    sheet: Worksheet,
    print_head: Sequence[str],
    orientation: Literal["portrait", "landscape"],
    about: str = "",
) -> None:
    """Paper, margins, and what stands above and below on each page."""
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = _PAPER_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.HeaderFooter.scaleWithDoc = False
    # '&' begins a code in headers and footers.
    texts = {
        ("oddHeader", "left"): " · ".join(
            _text(text).replace("&", "&&")[:100] for text in print_head if one_line(text)
        ),
        ("oddHeader", "right"): about.replace("&", "&&")[:120] or sheet.title,
        ("oddFooter", "left"): sheet.title,
        ("oddFooter", "right"): "&P / &N",
    }
    for (line, side), text in texts.items():
        getattr(getattr(sheet, line), side).text = text


def pages_across(widths: Sequence[int], lead: int) -> int:
    """How many pages of A4 stand beside one another, so that columns of these widths print
    readably.

    The first `lead` columns are on every page.
    """
    pixels = [7 * width + 5 for width in widths]
    room = _ACROSS * 100 // _SMALLEST
    pages, used = 1, 0
    for number, width in enumerate(pixels):
        if used + width > room and number > lead:
            pages, used = pages + 1, sum(pixels[:lead])
        used += width
    return pages


def _side_by_side(sheet: Worksheet, pages: int, lead: int) -> None:
    """A table that is too wide for one page: several beside one another, each with the first
    columns.

    How large the letters can be, and where a page ends, is left to the program: fonts differ
    between machines.
    """
    if pages > 1:
        sheet.page_setup.fitToWidth = pages
        sheet.page_setup.pageOrder = "overThenDown"
        sheet.print_title_cols = f"A:{get_column_letter(lead)}"


def new_book() -> Workbook:
    """A workbook with the styles of its cells, and no sheet yet."""
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    first = book.active
    if first is not None:
        book.remove(first)
    return book


def _styles() -> tuple[NamedStyle, ...]:
    line = Side(style="thin", color="C9D0D9")
    border = Border(left=line, right=line, top=line, bottom=line)
    wrapped = Alignment(vertical="top", horizontal="left", wrap_text=True)
    head = NamedStyle(
        "pw-head",
        font=Font(name="Arial", size=10, bold=True, color="1B2430"),
        fill=PatternFill("solid", fgColor="E4E9EF"),
        border=border,
        alignment=wrapped,
    )
    cell = NamedStyle("pw-cell", font=Font(name="Arial", size=10), border=border, alignment=wrapped)
    date = NamedStyle(
        "pw-date",
        font=Font(name="Arial", size=10),
        border=border,
        alignment=Alignment(vertical="top", horizontal="left"),
    )
    date.number_format = "yyyy-mm-dd"
    return head, cell, date


def saved(book: Workbook, day: datetime.date) -> bytes:
    """The workbook's bytes, with one fixed time in place of the clock's."""
    buffer = io.BytesIO()
    book.properties.creator = "Portwright"
    book.save(buffer)
    year = min(max(day.year, 1980), 2107)
    stamp = (year, day.month, day.day, 0, 0, 0)
    when = f"{year:04}-{day.month:02}-{day.day:02}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>" + when, data)
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data)
    return out.getvalue()
