"""Why something is there: the fact, its document, and the answer that caused it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from screens.board.derived import Derived
from screens.board.entry import Entry
from screens.widgets.lines import Line, line, wrap
from screens.widgets.rows import RowKey, Spot
from wizard.deployment import Deployment
from wizard.plan.keys import ANY, FirewallKey
from wizard.views.kinds import view_of, view_of_table
from wizard.views.record import Detail, Record, TableId

# Columns of a label, before one blank.
_INDENT = 13


def why(deployment: Deployment, record: Record, columns: int) -> tuple[str, list[Line]]:
    """A title and lines that say why this is there."""
    view = view_of(deployment, record)
    lines: list[Line] = []
    for detail in view.details(record):
        lines += _lines(detail, columns)
    return view.title(record), lines


def words_beside(
    derived: Derived | None, table: TableId | None, entry: Entry | None, columns: int
) -> tuple[str, list[Line]]:
    """What stands beside a row: why it is there; beside a heading what it stands for."""
    if derived is None or table is None or entry is None:
        return "", []
    if entry.record is not None:
        return why(derived.deployment, entry.record, columns)
    return _group(derived.deployment, table, entry, columns) if entry.heading else ("", [])


def _group(
    deployment: Deployment, table: TableId, heading: Entry, columns: int
) -> tuple[str, list[Line]]:
    view = view_of_table(deployment, table)
    title, counts = heading.cells
    lines = list(_lines(Detail(view.name.casefold(), counts), columns))
    for detail in view.group_details(heading.group):
        lines += _lines(detail, columns)
    return title, lines


def _lines(detail: Detail, columns: int) -> Iterator[Line]:
    label, text, style = detail
    if label:
        for text_line in wrap(text, columns - _INDENT - 2) if text else ():
            yield line((f"{label:<{_INDENT}} ", "dim"), (text_line, style))
            label = " "
    elif style == "heading" or not text:
        yield line((text, style))
    else:
        for text_line in wrap(text, columns):
            yield line((text_line, style))


def cause(deployment: Deployment, record: Record) -> RowKey | None:
    """The key of the answer that caused it; None where there is none to go to."""
    match answer := view_of(deployment, record).answer(record):
        case FirewallKey(firewall, part) if part == ANY:
            return Spot("firewall", firewall)
        case _:
            return answer
