"""Deployment → `handover.md`: the handover document as CommonMark, the network as Mermaid."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import starmap

from jinja2 import Environment, Template

from exporters.handover import handover
from exporters.handover.columns import TABLES
from exporters.handover.html import template_text
from exporters.handover.model import Addresses, AskedRow, AuditRow
from exporters.handover.print_team import TASK
from exporters.handover.records import STANDARDS
from exporters.handover.texts import (
    audit_groups,
    audit_more,
    client_text,
    expected_text,
    need_why,
    place_text,
    reasons,
    sides,
    sources_of,
    to_text,
    tried_from,
)
from exporters.lines import coded
from exporters.picture import picture
from exporters.picture.mermaid import mermaid
from exporters.picture.model import stream_text
from exporters.safe import markdown
from wizard.deployment import Deployment
from wizard.network.ports import PortRange, ports_text
from wizard.text import one_line
from wizard.views.words import waits_for

_LONG = 100_000


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    drawn = picture(deployment)
    text = _template().render(
        d=handover(deployment),
        picture=drawn,
        mermaid=mermaid(drawn).rstrip("\n"),
        standards=STANDARDS,
        print_task=TASK,
    )
    return {"handover.md": text.removesuffix("\n")}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Cells that are Markdown already → the lines of a table; none for no rows."""
    lines = list(starmap(_row, rows))
    return [_head(headings), *lines, ""] if lines else []


def pair_rows(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Labels of our own, each with a text of the plan, as rows."""
    return ((label, cell(value)) for label, value in pairs)


def cell(*texts: str) -> str:
    """Texts of the plan or the facts → one cell, a line each."""
    return "<br>".join(markdown(text, _LONG) for text in texts)


def _head(headings: Sequence[str]) -> str:
    return f"| {' | '.join(headings)} |\n|{'---|' * len(headings)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(text or ' ' for text in cells)} |"


def _given(value: str | datetime.date | None) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return markdown(value, _LONG) if value and one_line(value) else "not given"


def _side(role: str, addresses: Addresses) -> str:
    return f"{cell(role)}<br>{cell(*sides(addresses))}"


def _ports(pairs: tuple[PortRange, ...], transport: str) -> str:
    return f"{ports_text(pairs)}/{transport}"


def _status(row: AskedRow, status: str) -> str:
    return waits_for([cell(", ".join(row.waits))]) if row.waits else status


def _which(row: AuditRow) -> str:
    groups = [f"{firewall}: {', '.join(rules)}" for firewall, rules in audit_groups(row).items()]
    return cell(*groups, *filter(None, [audit_more(row)])) or "none"


def _coded(label: str, names: Sequence[str]) -> str:
    return f"{label}{', '.join(coded(names))}." if names else ""


@cache
def _template() -> Template:
    # What is put in is made harmless by `md` and `cell`; nothing here is HTML.
    environment = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.filters |= {
        "client_text": client_text,
        "given": _given,
        "md": markdown,
        "place_text": place_text,
        "stream_text": stream_text,
    }
    environment.globals |= {
        "cell": cell,
        "coded": _coded,
        "expected_text": expected_text,
        "head": lambda name, more=(): _head((*TABLES[name], *more)),
        "need_why": need_why,
        "ports": _ports,
        "reasons": reasons,
        "row": _row,
        "side": _side,
        "sides": sides,
        "sources_of": sources_of,
        "status": _status,
        "to_text": to_text,
        "tried_from": tried_from,
        "which": _which,
    }
    return environment.from_string(template_text("handover.md"))
