"""The sheets of the workbook as values: titles, columns, rows. `xlsx.py` writes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters.handover_model import Addresses, Handover, Place, TeamPart, ports, sides

Value = str | int | datetime.date | None


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: its title, (heading, width in characters) for each column, the rows below.

    `about` stands in the printed head. `printed` is how many columns are printed, where not all are.
    """

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Value, ...], ...]
    about: str = ""
    printed: int = 0


def sheets(document: Handover) -> Iterator[Sheet]:
    """All sheets but the first; one that would be empty is left out."""
    for part in document.teams:
        if part.firewalls:
            yield _rules(part)
            if any(wall.forwards for wall in part.firewalls):
                yield _forwards(part)
    yield from (sheet for sheet in _lists(document) if sheet.rows)


def _rules(part: TeamPart) -> Sheet:
    columns = (
        ("Firewall", 12), ("Rule", 16), ("Way", 9), ("From", 15), ("Source", 19), ("To", 15), ("Destination", 19),
        ("Transport", 10), ("Port", 11), ("Service", 24), ("Why", 24), ("Encrypted", 10), ("Status", 10),
        ("Waits for", 14), ("Document", 36), ("Without it", 40),
    )  # fmt: skip
    rows = [
        (
            rule.firewall, rule.id, rule.direction, rule.from_, _side(rule.sources), rule.to,
            _side(rule.destinations), rule.transport, _ports(rule.ports), _many(rule.services), _many(rule.why),
            rule.encrypted, rule.status, _many(rule.waits), _places(rule.places), _many(rule.without),
        )
        for wall in part.firewalls
        for rule in wall.rules
    ]  # fmt: skip
    return Sheet(part.team.sheet, columns, tuple(rows), part.team.task, printed=15)


def _forwards(part: TeamPart) -> Sheet:
    columns = (
        ("Firewall", 14), ("Forward", 16), ("Transport", 10), ("Source", 26), ("Public address", 18),
        ("Public port", 12), ("Leads to", 18), ("Port", 12), ("Service", 36), ("Waits for", 24), ("Document", 46),
    )  # fmt: skip
    rows = [
        (
            row.firewall, row.id, row.transport, _side(row.sources), row.public, _ports((row.public_ports,)),
            row.inside, _ports((row.ports,)), _many(row.services), _many(row.waits), _places(row.places),
        )
        for wall in part.firewalls
        for row in wall.forwards
    ]  # fmt: skip
    return Sheet("Port forwards", columns, tuple(rows))


def _lists(document: Handover) -> Iterator[Sheet]:
    roles = document.roles
    yield Sheet(
        "Proxy allowlist",
        (("Purpose", 34), ("Scheme", 9), ("Host", 40), ("Port", 8), ("Path", 18), ("From", 20), ("Why", 34),
         ("Status", 11), ("Document", 46)),
        tuple(
            (purpose.name, row.scheme, row.host, row.port, _many(row.paths), _many(row.from_), _many(row.why),
             row.status, _places(row.places))
            for purpose in document.allowlist
            for row in purpose.hosts
        ),
        " ".join(document.proxy),
    )  # fmt: skip
    yield Sheet(
        "TLS bypass",
        (("Host", 40), ("Product", 20), ("Document", 50)),
        tuple((row.host, _many(row.products), _places(row.places)) for row in document.bypass),
        "TLS inspection must leave these alone. Another list than the allowlist.",
    )
    yield Sheet(
        "Mail senders",
        (("Address", 24), ("Domain", 28), ("Product", 20), ("Document", 50)),
        tuple(
            (row.address, row.domain, _many(row.products), _places(row.places)) for row in document.senders
        ),
        "For the mail gateway; no firewall rule.",
    )
    yield Sheet(
        "Open questions",
        (
            ("To be supplied by", 26),
            ("What", 46),
            ("What waits for it", 46),
            ("In the plan", 40),
            ("Answer", 30),
        ),
        tuple((row.who, row.what, row.waits, row.key, None) for row in document.open),
    )
    yield Sheet(
        "Findings",
        (("Severity", 11), ("Finding", 24), ("What was found", 80), ("What to do", 50), ("Who", 22)),
        tuple((row.severity, row.code, row.message, row.what_to_do, row.who) for row in document.findings),
    )
    yield Sheet(
        "Tests",
        (("From", 22), ("Source", 24), ("To", 22), ("Address or host", 34), ("Transport", 10), ("Port", 8),
         ("Service", 40), ("Through proxy", 20), ("Expected", 34), ("Found", 18), ("Date", 12)),
        tuple(
            (roles.get(c.from_, c.from_), _many(c.sources), roles.get(c.to, c.to),
             c.host or ("one of: " if c.how != "none" and c.networks else "") + _many(c.networks), c.transport,
             c.port, c.service, f"{c.via[0]}:{c.via[1]}" if c.via else None,
             f"not tried: {c.why_not}" if c.how == "none" else "connects", None, None)
            for c in document.checks
        ),
        "The scripts in tests/ try these.",
    )  # fmt: skip
    yield Sheet(
        "Files",
        (("Format", 14), ("What it is", 44), ("For whom", 34), ("For what", 50), ("Firewalls", 24),
         ("How to apply, check and undo", 100)),
        tuple((f.name, f.about, f.reader, f.for_what, _many(f.firewalls), f.use.replace("```\n", "").replace("`", ""))
              for f in document.files),
    )  # fmt: skip
    yield Sheet(
        "Approval",
        (("Who", 26), ("Approves", 70), ("Name", 28), ("Date", 14), ("Signature", 34)),
        tuple((who, what, None, None, None) for who, what in document.approvals),
    )
    yield Sheet(
        "Documents",
        (("Number", 9), ("Document", 60), ("Publisher", 34), ("Version", 26), ("Kind", 26), ("Address", 70)),
        tuple((s.number, s.title, s.publisher, s.version, s.tier, s.address) for s in document.sources),
        "Inferred: the document leaves part of it unsaid. Other source: not the vendor's own port list.",
    )
    yield Sheet(
        "Address lists",
        (("List", 40), ("Network", 44)),
        tuple((row.name, cidr) for row in document.lists for cidr in row.cidrs),
    )


def _side(addresses: Addresses) -> str:
    return "\n".join(sides(addresses))


def _ports(pairs: Sequence[tuple[int, int]]) -> Value:
    """One port is a number, so that it sorts and filters as one."""
    if len(pairs) == 1 and pairs[0][0] == pairs[0][1]:
        return pairs[0][0]
    return ports(pairs)


def _many(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _places(places: Iterable[Place]) -> str:
    return "\n".join(
        (f"{p.publisher}, {p.title}: {p.locator}" if p.number else p.locator)
        + (f" ({p.note})" if p.note else "")
        for p in places
    )
