"""Deployment → `handover.html`: the document as one file, fetching nothing, no script."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import starmap
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup

from exporters.handover import handover
from exporters.handover.columns import TABLES
from exporters.handover.model import Handover
from exporters.handover.print_team import TASK
from exporters.handover.records import STANDARDS
from exporters.handover.texts import (
    audit_groups,
    audit_more,
    expected_text,
    from_inside,
    need_why,
    sides,
    to_text,
    tried_from,
    watch_text,
    without_text,
)
from exporters.lines import code_spans, running_head
from exporters.picture import picture
from exporters.picture.model import stream_text
from exporters.picture.svg import svg
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.tables import without_name
from wizard.text import one_line
from wizard.views.words import port_texts, upper_first


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    document, drawn = handover(deployment), picture(deployment)
    text = _template().render(
        d=document,
        contents=list(_contents(document)),
        headings=TABLES,
        standards=STANDARDS,
        print_task=TASK,
        css=_on_paper(
            deployment.plan.request.paper,
            _css(bool(document.denials))
            + _on_cards(_cell_labels("needs", document.asked.walls, len(TABLES["needs"]) + 1))
            + _running_heads(document),
        ),
        picture=drawn,
        svg=Markup(svg(drawn, legend=False)),
    )
    return {"handover.html": text}


def _contents(document: Handover) -> Iterator[tuple[str, str]]:
    if document.asked.needs:
        yield "request", "The request"
    yield "who", "Who does what"
    yield "network", "The network"
    if document.denials:
        yield "never", "What must never be"
    for part in document.teams:
        yield f"team-{part.team.id}", part.team.name
    yield "print-team", "Print team"
    yield "open", "Open questions"
    yield "findings", "Findings"
    yield "audit", "Audit"
    yield "tests", "Tests"
    yield "files", "Files"
    yield "approval", "Approval"
    yield "documents", "Documents"
    if document.lists:
        yield "lists", "Address lists"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=harmless
    )
    environment.filters |= {
        "anchor": lambda name: re.sub(r"[^a-z0-9]+", "-", name.partition(":")[0].lower()),
        "bare": lambda cidrs: list(map(bare, cidrs)),
        "blocks": lambda use: list(_blocks(use)),
        "audit_groups": audit_groups,
        "audit_more": audit_more,
        "expected": expected_text,
        "first_upper": upper_first,
        "from_inside": from_inside,
        "given": _given,
        "line": one_line,
        "need_why": need_why,
        "ports": port_texts,
        "sides": sides,
        "stream_text": stream_text,
        "to_text": to_text,
        "tried_from": tried_from,
        "watch": watch_text,
        "without": without_text,
    }
    return environment.from_string(template_text("handover.html"))


def harmless(value: Any) -> Any:
    """Texts that are put in, without control and direction characters; own markup as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        if "\n" in value:
            return "\n".join(map(_long_line, value.split("\n")))
        lead = " " if value[:1] == " " else ""
        tail = " " if value[-1:] == " " and value.strip() else ""
        return lead + one_line(value, 1_000_000) + tail
    return value


def _long_line(line: str) -> str:
    return one_line(line, 100_000) if line.strip() else ""


def _given(value: str | datetime.date | None) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return one_line(value, 100_000) if value and one_line(value) else "not given"


def _blocks(use: str) -> Iterator[tuple[str, Any]]:
    """Our own Markdown (paragraphs, fences, backticks) → ("text", words), ("code", text)."""
    for number, part in enumerate(use.split("```")):
        if number % 2:
            yield "code", Markup("{}").format(part.strip("\n"))
            continue
        for paragraph in part.strip().split("\n\n"):
            if paragraph.strip():
                yield "text", code_spans(paragraph)


@cache
def _css(with_denials: bool) -> str:
    """Of tables that hardly any document has, only where there is one."""
    tables = without_name(TABLES, "never")
    return styles(TABLES if with_denials else tables)


def styles(tables: Mapping[str, Sequence[str]]) -> str:
    """The style sheet for documents with these tables (name → headings)."""
    labels = starmap(_cell_labels, tables.items())
    return template_text("handover.css") + _on_cards("".join(labels))


def _cell_labels(table: str, headings: Iterable[str], first: int = 1) -> str:
    """What stands before each value where a row is a card; columns count from 1."""
    return "".join(
        f".t-{table} td:nth-child({number})::before{{content:{css_text(heading)}}}"
        for number, heading in enumerate(headings, first)
    )


def _on_cards(labels: str) -> str:
    return f"@media screen and (max-width:760px){{{labels}}}\n"


def _running_heads(document: Handover) -> str:
    """What stands on every printed page: the document and its reference, and whose page it is."""
    title = running_head(document.title, str(dict(document.request)["Reference"] or ""))
    pages = "".join(
        f"@page team-{part.team.id}{{size:A4 landscape;margin:14mm 11mm;"
        f"@top-right{{content:{css_text(part.team.name)}}}}}.p-{part.team.id}{{page:team-{part.team.id}}}"
        for part in document.teams
    )
    return f"@page{{@top-left{{content:{css_text(title)}}}}}@media print{{{pages}}}\n"


def _on_paper(paper: str | None, css: str) -> Markup:
    """A style sheet that prints on A4 → the same for another paper."""
    return Markup(css.replace("{size:A4", "{size:letter") if paper == "letter" else css)


def css_text(text: str) -> str:
    """Text → a string of CSS in which every character but letters and digits is a number."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


def template_text(name: str) -> str:
    """A file of `templates/`."""
    return resources.files("exporters").joinpath(f"templates/{name}").read_text("utf-8")
