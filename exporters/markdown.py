"""Deployment → `handover.md`: the handover document as CommonMark with tables, the network as Mermaid."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from exporters.cidrs import bare
from exporters.handover import handover
from exporters.handover_checks import Check
from exporters.handover_model import (
    FirewallPart,
    ForwardRow,
    Handover,
    RuleRow,
    TeamPart,
    place_text,
    ports,
    sides,
)
from exporters.handover_words import Team
from exporters.picture import picture
from exporters.picture_mermaid import mermaid
from exporters.picture_model import stream_text
from exporters.safe import markdown as safe
from wizard.deployment import Deployment
from wizard.text import one_line

_LONG = 100_000


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    return {"handover.md": "\n".join(_lines(deployment))}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Cells that are Markdown already → the lines of a table; none for no rows."""
    lines = [f"| {' | '.join(cell or ' ' for cell in row)} |" for row in rows]
    if not lines:
        return []
    return [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}", *lines, ""]


def cell(*texts: str) -> str:
    """Texts of the plan or the facts → one cell, a line each."""
    return "<br>".join(safe(text, _LONG) for text in texts)


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
            yield from _team(part)
    yield from _proxy(document)
    yield from _mail(document)
    yield from _open(document)
    yield from _findings(document)
    yield from _checks(document)
    yield from _files(document)
    yield from _approval(document)
    yield from _sources(document)
    yield from _lists(document)


def _given(value: str | datetime.date | None) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return safe(value, _LONG) if value and one_line(value) else "not given"


def _at_a_glance(document: Handover) -> Iterator[str]:
    yield "## Who does what"
    yield ""
    rows = []
    for part in document.teams:
        count = _counted(part.team, document, part)
        rows.append((part.team.name, count, part.team.task))
    yield from table(("Team", "What", "Task"), rows)
    errors = sum(f.severity == "error" for f in document.findings)
    warnings = sum(f.severity == "warning" for f in document.findings)
    yield (
        f"Open questions: {len(document.open)}. Findings: {errors} errors, {warnings} warnings. "
        f"Connections to test: {sum(c.how != 'none' for c in document.checks)}."
    )
    yield ""


def _counted(team: Team, document: Handover, part: TeamPart) -> str:
    if team.id == "proxy":
        hosts = sum(len(purpose.hosts) for purpose in document.allowlist)
        return f"{hosts} on the allowlist, {len(document.bypass)} on the bypass list"
    if team.id == "mail":
        return f"{len(document.senders)} senders"
    rules = sum(len(wall.rules) for wall in part.firewalls)
    forwards = sum(len(wall.forwards) for wall in part.firewalls)
    names = ", ".join(f"`{wall.name}`" for wall in part.firewalls)
    return f"{names}: {rules} rules" + (f", {forwards} port forwards" if forwards else "")


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


def _team(part: TeamPart) -> Iterator[str]:
    yield f"## {part.team.name}"
    yield ""
    yield part.team.task
    yield ""
    for wall in part.firewalls:
        yield from _firewall(wall)


def _firewall(wall: FirewallPart) -> Iterator[str]:
    yield f"### Firewall {safe(wall.name)}"
    yield ""
    yield safe(wall.about, 2000)
    yield ""
    if wall.waits:
        yield f"**Waits for: {safe(', '.join(wall.waits))}.** Its files are left out of the export until then."
        yield ""
    if wall.formats:
        yield f"Files for it: {', '.join(wall.formats)}, under `firewalls/{wall.name}/`."
        yield ""
    yield from table(
        ("Rule", "Way", "Source", "Destination", "Port", "Service", "Why", "Encrypted", "Status", "Document"),
        map(_rule, wall.rules),
    ) or ["No rules.", ""]
    if wall.forwards:
        yield f"#### Port forwards of {safe(wall.name)}"
        yield ""
        yield from table(
            ("Forward", "From", "Public", "Leads to", "Service", "Status", "Document"),
            map(_forward, wall.forwards),
        )


def _rule(rule: RuleRow) -> tuple[str, ...]:
    return (
        cell(rule.id),
        rule.direction,
        f"{cell(rule.from_)}<br>{cell(*sides(rule.sources))}",
        f"{cell(rule.to)}<br>{cell(*sides(rule.destinations))}",
        f"{ports(rule.ports)}/{rule.transport}",
        cell(*rule.services),
        cell(*rule.why),
        rule.encrypted,
        f"waits for {cell(', '.join(rule.waits))}" if rule.waits else rule.status,
        cell(*map(place_text, rule.places)),
    )


def _forward(row: ForwardRow) -> tuple[str, ...]:
    return (
        cell(row.id),
        cell(*sides(row.sources)),
        f"{cell(row.public or 'address not known yet')} {ports((row.public_ports,))}/{row.transport}",
        f"{cell(row.inside or 'address not known yet')} {ports((row.ports,))}",
        cell(*row.services),
        f"waits for {cell(', '.join(row.waits))}" if row.waits else "required",
        cell(*map(place_text, row.places)),
    )


def _proxy(document: Handover) -> Iterator[str]:
    if not (document.allowlist or document.bypass):
        return
    yield "## Proxy team"
    yield ""
    yield f"{' '.join(document.proxy)} `*.` stands for any depth below a name, not for the name itself."
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
                cell(*row.from_),
                cell(*row.why),
                row.status,
                cell(*map(place_text, row.places)),
            )
            for purpose in document.allowlist
            for row in purpose.hosts
        ),
    )
    if document.bypass:
        yield "### Not to be inspected (TLS bypass)"
        yield ""
        yield from table(
            ("Host", "Product", "Document"),
            ((cell(r.host), cell(*r.products), cell(*map(place_text, r.places))) for r in document.bypass),
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
                (cell(r.address), cell(r.domain), cell(*r.products), cell(*map(place_text, r.places)))
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
        ((f.severity, cell(f.code), cell(f.message), f.what_to_do, f.who) for f in document.findings),
    )
    yield from rows or ["None.", ""]


def _checks(document: Handover) -> Iterator[str]:
    yield "## Tests"
    yield ""
    yield "The scripts in `tests/` try these; each must connect. From a larger network, name one address."
    yield ""
    yield from table(
        ("From", "To", "Address or host", "Port", "Service", "Expected"),
        (_check(document, c) for c in document.checks),
    )


def _check(document: Handover, check: Check) -> tuple[str, ...]:
    roles = document.roles
    networks = ", ".join(map(bare, check.networks))
    where = check.host or (f"one of {networks}" if networks and check.how != "none" else networks)
    via = f" through the proxy {check.via[0]}:{check.via[1]}" if check.via else ""
    return (
        cell(roles.get(check.from_, check.from_)),
        cell(roles.get(check.to, check.to)),
        cell(where + via),
        f"{check.port}/{check.transport}",
        cell(check.service),
        f"not tried: {cell(check.why_not)}" if check.how == "none" else "connects",
    )


def _files(document: Handover) -> Iterator[str]:
    yield "## The files, and how to apply, check and undo them"
    yield ""
    yield "What an export of all formats holds; its README.md says which are there. Nothing of it has been applied."
    yield ""
    for row in document.files:
        yield f"### {row.name}: {row.about}"
        yield ""
        walls = f" Firewalls: {', '.join(f'`{name}`' for name in row.firewalls)}." if row.firewalls else ""
        what = f": {row.for_what}" if row.for_what != row.reader else ""
        yield f"For {row.reader}{what}.{walls}"
        yield ""
        yield row.use
        yield ""


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
        "*Inferred*: the document leaves part of it unsaid. *Other source*: not the vendor's own port list."
    )
    yield ""


def _lists(document: Handover) -> Iterator[str]:
    if document.lists:
        yield "## Address lists"
        yield ""
        for row in document.lists:
            yield f"- {safe(row.name)}: {safe(', '.join(row.cidrs), _LONG * 10)}"
        yield ""
