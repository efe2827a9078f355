"""Rows and tables as text for a ticket or a spreadsheet: in words, with reason and document. Pure.

One row is one line (`Firewall: edge; direction: through; …`); a table is lines of cells parted by
tabs, as spreadsheets take them when they are pasted. No cell holds a tab, a line end, a control
character, or a formula.
"""

from __future__ import annotations

from collections.abc import Sequence

from exporters.safe import csv_cell
from wizard.deployment import Deployment
from wizard.text import one_line
from wizard.views.kinds import view_of
from wizard.views.record import Record

_LIMIT = 30_000


def row_text(deployment: Deployment, record: Record) -> str:
    """The record on one line, without line end; empty cells are left out."""
    parts = []
    for number, (head, text) in enumerate(view_of(deployment, record).cells(record)):
        if text := one_line(text, _LIMIT):
            parts.append(f"{head.lower() if number else head}: {text}")
    return "; ".join(parts)


def table_text(deployment: Deployment, records: Sequence[Record]) -> str:
    """A line of headings, and a line for each record; records are all of one kind."""
    if not records:
        return ""
    view = view_of(deployment, records[0])
    lines = ["\t".join(head for head, _ in view.cells(records[0]))]
    for record in records:
        lines.append("\t".join(csv_cell(text) for _, text in view.cells(record)))
    return "\n".join(lines) + "\n"
