"""Deployment → `handover.html`: the handover document as one file that fetches nothing and needs no script."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup

from exporters.cidrs import bare
from exporters.handover import handover
from exporters.handover_model import Handover, TeamPart, sides
from exporters.picture import picture
from exporters.picture_svg import svg
from wizard.deployment import Deployment
from wizard.ports import PortRange
from wizard.text import one_line

# Table → its headings; on a phone each row is a card, and the headings stand before the cells.
HEADINGS: dict[str, tuple[str, ...]] = {
    "teams": ("Team", "What", "Task"),
    "zones": ("Zone", "Networks", "Who is in it", "Joined by"),
    "rules": ("Rule", "Way", "Source", "Destination", "Port", "Service", "Why", "Encrypted", "Status", "Document"),
    "forwards": ("Forward", "From", "Public", "Leads to", "Service", "Status", "Document"),
    "hosts": ("Purpose", "Host", "Port", "Path", "From", "Why", "Status", "Document"),
    "bypass": ("Host", "Product", "Document"),
    "senders": ("Address", "Domain", "Product", "Document"),
    "open": ("To be supplied by", "What", "What waits for it", "In the plan"),
    "findings": ("Severity", "What was found", "What to do", "Who"),
    "checks": ("From", "To", "Address or host", "Port", "Service", "Expected"),
    "approval": ("Who", "Approves", "Name", "Date", "Signature"),
    "documents": ("Number", "Document", "Publisher", "Version", "Kind"),
}  # fmt: skip


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    document = handover(deployment)
    text = _template().render(
        d=document,
        contents=list(_contents(document)),
        headings=HEADINGS,
        css=Markup(_css()),
        svg=Markup(svg(picture(deployment))),
    )
    return {"handover.html": text}


def _contents(document: Handover) -> Iterator[tuple[str, str]]:
    yield "who", "Who does what"
    yield "network", "The network"
    yield from ((f"team-{part.team.id}", part.team.name) for part in document.teams)
    yield "open", "Open questions"
    yield "findings", "Findings"
    yield "tests", "Tests"
    yield "files", "Files"
    yield "approval", "Approval"
    yield "documents", "Documents"
    if document.lists:
        yield "lists", "Address lists"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_harmless)
    environment.filters |= {
        "anchor": lambda name: re.sub(r"[^a-z0-9]+", "-", name.partition(":")[0].lower()),
        "bare": lambda cidrs: [bare(cidr) for cidr in cidrs],
        "blocks": lambda use: list(_blocks(use)),
        "counted": _counted,
        "first_upper": lambda text: text[:1].upper() + text[1:],
        "given": _given,
        "line": one_line,
        "ports": _ports,
        "sides": sides,
    }
    return environment.from_string(_read("handover.html"))


def _harmless(value: Any) -> Any:
    """What is put in: texts lose control and direction characters; markup of our own stays as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        if "\n" in value:
            return "\n".join(one_line(line, 100_000) if line.strip() else "" for line in value.split("\n"))
        lead = " " if value[:1] == " " else ""
        tail = " " if value[-1:] == " " and value.strip() else ""
        return lead + one_line(value, 1_000_000) + tail
    return value


def _given(value: str | datetime.date | None) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return one_line(value, 100_000) if value and one_line(value) else "not given"


def _ports(pairs: Iterable[PortRange]) -> list[str]:
    return [str(low) if low == high else f"{low}-{high}" for low, high in pairs]


def _counted(part: TeamPart) -> str:
    if not part.firewalls:
        return "lists"
    rules = sum(len(wall.rules) for wall in part.firewalls)
    forwards = sum(len(wall.forwards) for wall in part.firewalls)
    names = ", ".join(wall.name for wall in part.firewalls)
    return f"{names}: {rules} rules" + (f", {forwards} port forwards" if forwards else "")


def _blocks(use: str) -> Iterator[tuple[str, Any]]:
    """The table's own Markdown (paragraphs, fences, code in backticks) → ("text", words) and ("code", text)."""
    for number, part in enumerate(use.split("```")):
        if number % 2:
            yield "code", Markup("{}").format(part.strip("\n"))
            continue
        for paragraph in part.strip().split("\n\n"):
            words = paragraph.split("`")
            if paragraph.strip():
                yield "text", [(word, at % 2 == 1) for at, word in enumerate(words) if word]


@cache
def _css() -> str:
    labels = "".join(
        f'.t-{name} td:nth-child({number})::before{{content:"{heading}"}}'
        for name, headings in HEADINGS.items()
        for number, heading in enumerate(headings, 1)
    )
    return f"{_read('handover.css')}@media screen and (max-width:760px){{{labels}}}\n"


def _read(name: str) -> str:
    return resources.files("exporters").joinpath(f"templates/{name}").read_text("utf-8")
