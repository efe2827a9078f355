"""What every workbook is made with: no formulas, filters, print set-up, fixed bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exporters.handover.xlsx_cells import CellValue, SheetRows, height, text_of
from exporters.handover.xlsx_filled import DAYS, validate
from exporters.handover.xlsx_sheets import Sheet
from wizard.text import one_line

# Paper → its number in workbooks, and how many pixels of columns it takes across at their own size, with room
# for other programs' rounding.
PAPERS = {"a4": (9, 1010), "letter": (1, 945)}
_SMALLEST = 70  # per cent: letters of 7 points; what would print smaller goes onto several pages
EPOCH = datetime.date(1980, 1, 1)


class Book:
    """A workbook with the styles of its cells; sheets come one after another."""

    def __init__(self, paper: str | None = None) -> None:
        self._book = Workbook()
        self._paper, self._across = PAPERS[paper or "a4"]
        for style in _styles():
            self._book.add_named_style(style)
        first = self._book.active
        if first is not None:
            self._book.remove(first)
        self._rows: list[SheetRows] = []

    def add(self, content: Sheet, print_head: Sequence[str]) -> None:
        """A table with its headings, filters and print set-up. `print_head`: title, reference."""
        sheet, rows = self._sheet(content.title)
        headings, widths = content.headings, content.widths
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        rows.add(product(headings, ("pw-head",)))
        styles = ["pw-date" if heading in DAYS else "pw-cell" for heading in headings]
        for row in content.rows:
            rows.add(zip(row, styles, strict=True), max(height(row, widths), content.tall))
        validate(sheet, headings, len(content.rows))
        last = get_column_letter(len(content.columns))
        sheet.freeze_panes = "C2" if len(content.columns) > 6 else "A2"
        sheet.auto_filter.ref = f"A1:{last}{len(content.rows) + 1}"
        sheet.print_title_rows = "1:1"
        printed(sheet, print_head, "landscape", content.about)
        _side_by_side(sheet, pages_across(widths, content.lead, self._across), content.lead)

    def add_pairs(
        self, title: str, pairs: Sequence[tuple[str, CellValue]], print_head: Sequence[str]
    ) -> None:
        """A first sheet: what there is to know, a line each; what is empty is 'not given'."""
        sheet, rows = self._sheet(title)
        sheet.column_dimensions["A"].width = 26
        sheet.column_dimensions["B"].width = 90
        for label, value in pairs:
            empty = value is None or (isinstance(value, str) and not one_line(value))
            cells = ((label, "pw-head"), ("not given" if empty else value, "pw-cell"))
            rows.add(cells, height((label, value), [26, 90]))
        printed(sheet, print_head, "portrait")

    def saved(self, day: datetime.date, title: str) -> bytes:
        """The workbook's bytes, with one fixed time in place of the clock's."""
        buffer = io.BytesIO()
        self._book.properties.creator = "Portwright"
        self._book.properties.title = text_of(one_line(title, 200))
        self._book.properties.language = "en-GB"
        self._book.save(buffer)
        parts = {f"xl/worksheets/sheet{n}.xml": rows for n, rows in enumerate(self._rows, 1)}
        return _packed(buffer, parts, day)

    def _sheet(self, title: str) -> tuple[Worksheet, SheetRows]:
        sheet = self._book.create_sheet(title)
        sheet.page_setup.paperSize = self._paper
        self._rows.append(SheetRows(self._book, sheet))
        return sheet, self._rows[-1]


def printed(
    sheet: Worksheet,
    print_head: Sequence[str],
    orientation: Literal["portrait", "landscape"],
    about: str = "",
) -> None:
    """Margins, direction, and what stands above and below on each page."""
    sheet.page_setup.orientation = orientation
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.HeaderFooter.scaleWithDoc = False
    # '&' begins a code in headers and footers.
    texts = {
        ("oddHeader", "left"): " · ".join(
            text_of(text).replace("&", "&&")[:100] for text in print_head if one_line(text)
        ),
        ("oddHeader", "right"): about.replace("&", "&&")[:120] or sheet.title,
        ("oddFooter", "left"): sheet.title,
        ("oddFooter", "right"): "&P / &N",
    }
    for (line, side), text in texts.items():
        getattr(getattr(sheet, line), side).text = text


def pages_across(widths: Sequence[int], lead: int, across: int = PAPERS["a4"][1]) -> int:
    """How many pages, each with so many pixels across, stand beside one another, so that columns of
    these widths print readably.

    The first `lead` columns are on every page.
    """
    pixels = [7 * width + 5 for width in widths]
    room = across * 100 // _SMALLEST
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


def _packed(buffer: io.BytesIO, parts: Mapping[str, SheetRows], day: datetime.date) -> bytes:
    """The files of the workbook with their rows, in a fixed order and as of one day."""
    year = min(max(day.year, 1980), 2107)
    stamp = (year, day.month, day.day, 0, 0, 0)
    when = f"{year:04}-{day.month:02}-{day.day:02}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            data = source.read(name)
            if name in parts:
                data = parts[name].put_into(data)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>" + when, data)
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data)
    return out.getvalue()
