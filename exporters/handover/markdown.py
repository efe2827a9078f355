"""Deployment → `handover.md`: the handover document as CommonMark with tables, the network as
Mermaid.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from exporters.handover import handover
from exporters.handover.checks import Check
from exporters.handover.markdown_rules import LONG, cell, connections, table, team
from exporters.handover.model import (
    AuditRow,
    Handover,
)
from exporters.handover.texts import (
    audit_groups,
    audit_more,
    client_text,
    expected_text,
    from_text,
    place_text,
    to_text,
)
from exporters.picture import picture
from exporters.picture.mermaid import mermaid
from exporters.picture.model import stream_text
from exporters.safe import markdown as safe
from wizard.deployment import Deployment
from wizard.text import one_line


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    return {"handover.md": "\n".join(_lines(deployment))}


def _lines(deployment: Deployment) -> Iterator[str]:
    document = handover(deployment)
    yield f"# {safe(document.title, 200)}"
    yield ""
    yield "What is asked of each team, from one plan; each rule with the document that asks for it."
    yield ""
    yield from table(("Request", ""), ((label, _given(value)) for label, value in document.request))
    for product in document.products:
        yield f"- {safe(product)}"
    yield from ["", *_at_a_glance(document)]
    yield from _network(deployment, document)
    for part in document.teams:
        if part.firewalls:
            yield from team(part)
    yield from _proxy(document)
    yield from _mail(document)
    for part in document.teams:
        if part.connections and part.team.id != "proxy":
            yield from [
                f"## {part.team.name}",
                "",
                part.team.task,
                "",
                *connections(document, part),
            ]
    yield from _open(document)
    yield from _findings(document)
    yield from _audit(document)
    yield from _checks(document)
    yield from _files(document)
    yield from _approval(document)
    yield from _sources(document)
    yield from _lists(document)


def _given(value: str | datetime.date | None) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return safe(value, LONG) if value and one_line(value) else "not given"


def _at_a_glance(document: Handover) -> Iterator[str]:
    yield "## Who does what"
    yield ""
    yield from table(
        ("Team", "What", "Task"),
        ((part.team.name, cell(part.count), part.team.task) for part in document.teams),
    )
    errors = sum(f.severity == "error" for f in document.findings)
    warnings = sum(f.severity == "warning" for f in document.findings)
    yield (
        f"Open questions: {len(document.open)}. Findings: {errors} errors, {warnings} warnings. "
        f"Connections to test: {sum(c.how != 'none' for c in document.checks)}."
    )
    yield ""


def _network(deployment: Deployment, document: Handover) -> Iterator[str]:
    shown = picture(deployment)
    yield "## The network"
    yield ""
    yield from table(
        ("Zone", "Networks", "Who is in it", "Joined by"),
        (
            (
                cell(zone.name),
                cell(*zone.networks) or "to be supplied",
                cell(", ".join(zone.roles)),
                cell(", ".join(zone.joined_by)),
            )
            for zone in document.zones
        ),
    )
    yield "```mermaid"
    yield mermaid(shown).rstrip("\n")
    yield "```"
    yield ""
    yield from (f"- {safe(stream_text(stream), 2000)}" for stream in shown.streams)
    yield ""


def _proxy(document: Handover) -> Iterator[str]:
    part = next((part for part in document.teams if part.team.id == "proxy"), None)
    if part is None:
        return
    yield "## Proxy team"
    yield ""
    yield (
        f"{' '.join(document.proxy)} `*.` stands for any depth below a name, not for the name"
        " itself."
    )
    yield ""
    if document.allowlist:
        yield from ["### Allowlist, by purpose", ""]
    yield from table(
        ("Purpose", "Host", "Port", "Path", "From", "Why", "Status", "Document"),
        (
            (
                cell(purpose.name),
                cell(f"{row.scheme}://{row.host}"),
                str(row.port),
                cell(*row.paths),
                cell(*map(client_text, row.clients)),
                cell(*row.why),
                row.status,
                cell(*map(place_text, row.places)),
            )
            for purpose in document.allowlist
            for row in purpose.hosts
        ),
    )
    if part.connections:
        yield from ["### Who connects to the proxy", "", *connections(document, part)]
    if document.bypass:
        yield "### Not to be inspected (TLS bypass)"
        yield ""
        yield from table(
            ("Host", "Purpose", "Product", "Document"),
            (
                (
                    cell(r.host),
                    cell(*r.purposes),
                    cell(*r.products),
                    cell(*map(place_text, r.places)),
                )
                for r in document.bypass
            ),
        )


def _mail(document: Handover) -> Iterator[str]:
    if document.senders:
        yield "## Mail gateway team"
        yield ""
        yield "Mail comes from these addresses. They need no firewall rule."
        yield ""
        yield from table(
            ("Address", "Domain", "Product", "Document"),
            (
                (
                    cell(r.address),
                    cell(r.domain),
                    cell(*r.products),
                    cell(*map(place_text, r.places)),
                )
                for r in document.senders
            ),
        )


def _open(document: Handover) -> Iterator[str]:
    yield "## Open questions"
    yield ""
    if not document.open:
        yield from ["None: everything that a rule needs is known.", ""]
    for row in document.open:
        waits = f" Waits for it: {safe(row.waits, 500)}." if row.waits else ""
        yield f"- {safe(row.text, 500)}{waits} (In the plan: {safe(row.key)})"
    yield ""


def _findings(document: Handover) -> Iterator[str]:
    yield "## Findings"
    yield ""
    rows = table(
        ("Severity", "Finding", "What was found", "What to do", "Who"),
        (
            (f.severity, cell(f.code), cell(f.message), f.what_to_do, f.who)
            for f in document.findings
        ),
    )
    yield from rows or ["None.", ""]


def _audit(document: Handover) -> Iterator[str]:
    yield "## Audit"
    yield ""
    yield "Each rule above names the document and the place that ask for it. Where to look first:"
    yield ""
    yield from table(
        ("Question", "Rules", "Which"),
        ((row.question, str(len(row.rules)), _which(row)) for row in document.audit),
    )
    yield (
        "Whether the files of an export are as they were written: `sha256sum -c .portwright-export`"
        " in its folder. What a later plan changes, and which answers caused it: `portwright diff"
        " OLD NEW`."
    )
    yield ""


def _which(row: AuditRow) -> str:
    listed = [f"{firewall}: {', '.join(rules)}" for firewall, rules in audit_groups(row).items()]
    return cell(*listed, *filter(None, [audit_more(row)])) or "none"


def _checks(document: Handover) -> Iterator[str]:
    yield "## Tests"
    yield ""
    yield (
        "The scripts in `tests/` try these; each must connect. From a larger network, name one"
        " address."
    )
    yield ""
    yield from table(
        ("From", "To", "Address or host", "Port", "Service", "Expected"),
        (_check(document, c) for c in document.checks),
    )


def _check(document: Handover, check: Check) -> tuple[str, ...]:
    roles = document.roles
    return (
        cell(roles.get(check.from_, check.from_), *from_text(check)),
        cell(roles.get(check.to, check.to)),
        cell(to_text(check)),
        f"{check.port}/{check.transport}",
        cell(check.service),
        cell(expected_text(check)),
    )


def _files(document: Handover) -> Iterator[str]:
    yield "## The files, and how to apply, check and undo them"
    yield ""
    yield (
        "What an export of all formats holds; its README.md says which are there. Nothing of it has"
        " been applied."
    )
    yield ""
    for row in document.files:
        yield f"### {row.name}: {row.about}"
        yield ""
        walls = _coded(" Firewalls: ", row.firewalls) + _coded(
            " Left out until the plan has answers: ", row.waiting
        )
        what = f": {row.for_what}" if row.for_what != row.reader else ""
        yield f"{_coded('', row.paths)} For {row.reader}{what}.{walls}"
        yield ""
        yield row.use
        yield ""


def _coded(label: str, names: Sequence[str]) -> str:
    return f"{label}{', '.join(f'`{name}`' for name in names)}." if names else ""


def _approval(document: Handover) -> Iterator[str]:
    yield "## Approval"
    yield ""
    yield from table(
        ("Who", "Approves", "Name", "Date", "Signature"),
        ((who, what, "", "", "") for who, what in document.approvals),
    )


def _sources(document: Handover) -> Iterator[str]:
    yield "## Documents"
    yield ""
    yield from table(
        ("Number", "Document", "Publisher", "Version", "Kind", "Address"),
        (
            (
                f"\\[{row.number}\\]",
                cell(row.title),
                cell(row.publisher),
                cell(row.version),
                row.tier,
                cell(row.address),
            )
            for row in document.sources
        ),
    )
    yield (
        "*Inferred*: the document leaves part of it unsaid. *Other source*: not the vendor's own"
        " port list."
    )
    yield ""


def _lists(document: Handover) -> Iterator[str]:
    if document.lists:
        yield "## Address lists"
        yield ""
        for row in document.lists:
            yield f"- {safe(row.name)}: {safe(', '.join(row.cidrs), LONG * 10)}"
        yield ""
