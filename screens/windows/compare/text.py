"""A comparison's rows as text for a ticket or a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from exporters.safe import csv_cell
from screens.board.copytext import row_text
from screens.windows.compare.compared import (
    ComparedRow,
    Comparison,
    changed_fields,
    mark_of,
    record_of,
)
from screens.windows.compare.tables import cells_of, group_of
from wizard.changes import AnswerChange
from wizard.changes.values import WORDS
from wizard.text import one_line


def row_line(comparison: Comparison, row: ComparedRow) -> str:
    """A row on one line, for a ticket: `add: Firewall: core; …; because of: SNMP status: switched
    on`.
    """
    if isinstance(row, AnswerChange):
        return f"answer: {one_line(comparison.reason(row))}"
    parts = [f"{WORDS[mark_of(row)]}: {row_text(comparison.side_of(row), record_of(row))}"]
    if changed := changed_fields(row):
        parts.append(f"changed: {one_line(changed)}")
    return "; ".join((*parts, f"because of: {one_line(comparison.reason(row)) or 'no answer'}"))


def table_lines(comparison: Comparison, rows: Sequence[ComparedRow]) -> str:
    """Rows as spreadsheets take them when they are pasted: cells parted by tabs, none of them a
    formula.
    """
    lines = []
    for row in rows:
        cause = "" if isinstance(row, AnswerChange) else comparison.reason(row)
        cells = (WORDS[mark_of(row)], group_of(row), *cells_of(comparison, row, "uncut"), cause)
        lines.append("\t".join(map(csv_cell, map(one_line, cells))) + "\n")
    return "".join(lines)
