"""Why something is there: the fact, its document, and the answer that caused it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from screens.widgets.lines import Line, line, wrap
from screens.widgets.rows import RowKey, Spot
from wizard.deployment import Deployment
from wizard.plan.keys import ANY, FirewallKey
from wizard.views.kinds import view_of
from wizard.views.record import Detail, Record

# Columns of a label, before one blank.
_INDENT = 13


def why(deployment: Deployment, record: Record, columns: int) -> tuple[str, list[Line]]:
    """A title and lines that say why this is there."""
    view = view_of(deployment, record)
    lines: list[Line] = []
    for detail in view.details(record):
        lines += _lines(detail, columns)
    return view.title(record), lines


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
