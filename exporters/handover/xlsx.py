"""Deployment → `handover.xlsx`: the handover document as a workbook, with a sheet for each team.

The same plan gives the same bytes: times in the file come from the plan (`wanted`) or are
1980-01-01. No cell is ever a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from operator import attrgetter

from exporters.handover import handover
from exporters.handover.model import Handover
from exporters.handover.xlsx_book import EPOCH, Book
from exporters.handover.xlsx_cells import CellValue
from exporters.handover.xlsx_picture import picture_sheets
from exporters.handover.xlsx_sheets import BEFORE_THE_TEAMS, sheets
from exporters.picture import picture
from wizard.deployment import Deployment

_OF_THE_PROXY = ("Proxy allowlist", "TLS bypass", "Proxy clients")


def files(deployment: Deployment) -> dict[str, bytes]:
    """The one file."""
    document = handover(deployment)
    book = Book(deployment.plan.request.paper)
    parts = list(sheets(document))
    asked = sum(sheet.title in BEFORE_THE_TEAMS for sheet in parts)
    parts[asked:asked] = picture_sheets(picture(deployment))
    _overview(book, document, list(map(attrgetter("title"), parts)))
    for sheet in parts:
        book.add(sheet, _printed_head(document))
    return {"handover.xlsx": book.saved(document.wanted_on or EPOCH, document.title)}


def _overview(book: Book, document: Handover, titles: Sequence[str]) -> None:
    rows: list[tuple[str, CellValue]] = [("Plan", document.title), *document.request]
    rows += product(("Product",), document.products)
    for part in document.teams:
        listed = part.team.sheet
        if part.team.id == "proxy":
            listed = ", ".join(title for title in _OF_THE_PROXY if title in titles)
        rows.append((part.team.name, f"{part.task} ({part.count}) Sheet: {listed}"))
    rows += [("Open questions", len(document.open)), ("Findings", len(document.findings))]
    book.add_pairs("Request", rows, _printed_head(document))


def _printed_head(document: Handover) -> tuple[str, str]:
    return document.title, str(dict(document.request)["Reference"] or "")
