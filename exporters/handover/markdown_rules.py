"""Rules, port forwards and connections as tables of Markdown: the teams' parts of handover.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporters.handover.model import (
    ConnectionRow,
    FirewallPart,
    ForwardRow,
    Handover,
    RuleRow,
    TeamPart,
)
from exporters.handover.texts import place_text, ports, reasons, sides
from exporters.safe import markdown as safe

LONG = 100_000


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Cells that are Markdown already → the lines of a table; none for no rows."""
    lines = [f"| {' | '.join(cell or ' ' for cell in row)} |" for row in rows]
    if not lines:
        return []
    return [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}", *lines, ""]


def cell(*texts: str) -> str:
    """Texts of the plan or the facts → one cell, a line each."""
    return "<br>".join(safe(text, LONG) for text in texts)


def team(part: TeamPart) -> Iterator[str]:
    """The part of a team that has firewalls."""
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
        yield (
            f"**Waits for: {safe(', '.join(wall.waits))}.** Its files are left out of the export"
            " until then."
        )
        yield ""
    if wall.formats:
        yield f"Files for it: {', '.join(wall.formats)}, under `firewalls/{wall.name}/`."
        yield ""
    yield from table(
        (
            "Rule",
            "Way",
            "Source",
            "Destination",
            "Port",
            "Service",
            "Why",
            "Encrypted",
            "Status",
            "Document",
        ),
        map(_rule, wall.rules),
    ) or ["No rules.", ""]
    if wall.forwards:
        yield f"#### Port forwards of {safe(wall.name)}"
        yield ""
        yield from table(
            ("Forward", "From", "Public", "Leads to", "Service", "Why", "Status", "Document"),
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
        cell(*reasons(rule)),
        rule.encrypted,
        f"waits for {cell(', '.join(rule.waits))}" if rule.waits else rule.status,
        cell(*map(place_text, rule.places)),
    )


def connections(document: Handover, part: TeamPart) -> Iterator[str]:
    """What reaches or leaves the systems of a team, after what it is asked to supply."""
    for row in document.open:
        if row.who == part.team.who:
            yield from [f"**{safe(row.text, 500)}**", ""]
    yield from table(
        ("Way", "From", "To", "Port", "Service", "Why", "Encrypted", "Status", "Document"),
        map(_connection, part.connections),
    )


def _connection(row: ConnectionRow) -> tuple[str, ...]:
    return (
        row.way,
        f"{cell(row.from_)}<br>{cell(*sides(row.sources))}",
        f"{cell(row.to)}<br>{cell(*sides(row.destinations))}",
        f"{ports(row.ports)}/{row.transport}",
        cell(*row.services),
        cell(*reasons(row)),
        row.encrypted,
        f"waits for {cell(', '.join(row.waits))}" if row.waits else row.status,
        cell(*map(place_text, row.places)),
    )


def _forward(row: ForwardRow) -> tuple[str, ...]:
    return (
        cell(row.id),
        cell(*sides(row.sources)),
        (
            f"{cell(row.public or 'address not known yet')}"
            f" {ports((row.public_ports,))}/{row.transport}"
        ),
        f"{cell(row.inside or 'address not known yet')} {ports((row.ports,))}/{row.transport}",
        cell(*row.services),
        cell(*reasons(row)),
        f"waits for {cell(', '.join(row.waits))}" if row.waits else "required",
        cell(*map(place_text, row.places)),
    )
