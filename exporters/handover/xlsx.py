"""Deployment → `handover.xlsx`: the handover document as a workbook, with a sheet for each team.

The same plan gives the same bytes: times in the file come from the plan (`wanted`) or are
1980-01-01. No cell is ever a formula.
"""

from __future__ import annotations

from openpyxl import Workbook

from exporters.handover import handover
from exporters.handover.model import Handover
from exporters.handover.xlsx_book import EPOCH, new_book, saved, write, write_pairs
from exporters.handover.xlsx_sheets import Value, sheets
from wizard.deployment import Deployment


def files(deployment: Deployment) -> dict[str, bytes]:
    """The one file."""
    document = handover(deployment)
    book = new_book()
    parts = list(sheets(document))
    _overview(book, document, {sheet.title for sheet in parts})
    for sheet in parts:
        write(book.create_sheet(sheet.title), sheet, _named(document))
    return {"handover.xlsx": saved(book, document.wanted or EPOCH)}


# Cells


def _overview(book: Workbook, document: Handover, named: set[str]) -> None:
    sheet = book.create_sheet("Request")
    rows: list[tuple[str, Value]] = [("Plan", document.title), *document.request]
    rows += [("Product", product) for product in document.products]
    for part in document.teams:
        titles = [part.team.sheet]
        if part.team.id == "proxy":
            titles = [
                title
                for title in ("Proxy allowlist", "TLS bypass", "Proxy clients")
                if title in named
            ]
        rows.append((part.team.name, f"{part.team.task} ({part.count}) Sheet: {', '.join(titles)}"))
    rows += [("Open questions", len(document.open)), ("Findings", len(document.findings))]
    write_pairs(sheet, rows, _named(document))


def _named(document: Handover) -> tuple[str, str]:
    return document.title, str(dict(document.request)["Reference"] or "")
