"""A comparison's rows as text for a ticket or a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from exporters.safe import csv_cell
from screens.board.copytext import row_text
from screens.board.entry import Mark
from screens.windows.compare.compared import Comparison, Row, fields, mark_of, record_of
from screens.windows.compare.tables import cells_of, group_of
from wizard.changes import AnswerChange
from wizard.text import one_line

_ACTIONS: dict[Mark, str] = {"+": "add", "-": "remove", "~": "change"}


def row_line(comparison: Comparison, row: Row) -> str:
    """A row on one line, for a ticket: `add: Firewall: core; …; because of: SNMP status: switched
    on`.
    """
    if isinstance(row, AnswerChange):
        return f"answer: {one_line(comparison.said(row))}"
    parts = [f"{_ACTIONS[mark_of(row)]}: {row_text(comparison.side_of(row), record_of(row))}"]
    if changed := fields(row):
        parts.append(f"changed: {one_line(changed)}")
    return "; ".join((*parts, f"because of: {one_line(comparison.said(row)) or 'no answer'}"))


def table_lines(comparison: Comparison, rows: Sequence[Row]) -> str:
    """Rows as spreadsheets take them when they are pasted: cells parted by tabs, none of them a
    formula.
    """
    lines = []
    for row in rows:
        cause = "" if isinstance(row, AnswerChange) else comparison.said(row)
        cells = (_ACTIONS[mark_of(row)], group_of(row), *cells_of(row, "uncut"), cause)
        lines.append("\t".join(csv_cell(one_line(cell)) for cell in cells) + "\n")
    return "".join(lines)
