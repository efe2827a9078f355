"""The sheets of the workbook as values: titles, columns, rows. `xlsx.py` writes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters.cidrs import bare
from exporters.handover.model import Addresses, Handover, Place, TeamPart
from exporters.handover.texts import client_text, expected_text, ports, sides, to_text, without_text

Value = str | int | datetime.date | None


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: its title, (heading, width in characters) for each column, the rows below.

    `about` stands in the printed head. `tall` is the least height of a row in points, for what is
    written by hand. The first `lead` columns say which row it is: they are on every page where a
    row is printed on several.
    """

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Value, ...], ...]
    about: str = ""
    tall: float = 0
    lead: int = 2


def sheets(document: Handover) -> Iterator[Sheet]:
    """All sheets but the first; one that would be empty is left out."""
    for part in document.teams:
        if part.firewalls:
            yield _rules(part)
            if any(wall.forwards for wall in part.firewalls):
                yield _forwards(part)
        if part.connections:
            yield _connections(part)
    yield from (sheet for sheet in _lists(document) if sheet.rows)


def _rules(part: TeamPart) -> Sheet:
    columns = (
        ("Firewall", 12), ("Rule", 16), ("Way", 9), ("From", 14), ("Source", 17), ("To", 14), ("Destination", 17),
        ("Transport", 10), ("Port", 10), ("Service", 20), ("Feature", 20), ("Reason", 26), ("Encrypted", 10),
        ("Status", 10), ("Waits for", 14), ("Document", 30),
    )  # fmt: skip
    rows = [
        (
            rule.firewall, rule.id, rule.direction, rule.from_, _side(rule.sources), rule.to,
            _side(rule.destinations), rule.transport, port_value(rule.ports), _many(rule.services), _many(rule.why),
            without_text(rule), rule.encrypted, rule.status, _many(rule.waits), _places(rule.places),
        )
        for wall in part.firewalls
        for rule in wall.rules
    ]  # fmt: skip
    return Sheet(part.team.sheet, columns, tuple(rows), part.team.task)


def _connections(part: TeamPart) -> Sheet:
    """The sheet of a team that has no firewall in the plan: what reaches or leaves its systems."""
    columns = (
        ("Way", 9), ("From", 15), ("Source", 18), ("To", 15), ("Destination", 18), ("Transport", 10), ("Port", 10),
        ("Service", 22), ("Feature", 22), ("Reason", 30), ("Encrypted", 10), ("Status", 10), ("Waits for", 16),
        ("Document", 34),
    )  # fmt: skip
    rows = [
        (
            row.way, row.from_, _side(row.sources), row.to, _side(row.destinations), row.transport,
            port_value(row.ports), _many(row.services), _many(row.why), without_text(row), row.encrypted, row.status,
            _many(row.waits), _places(row.places),
        )
        for row in part.connections
    ]  # fmt: skip
    title = "Proxy clients" if part.team.id == "proxy" else part.team.sheet
    return Sheet(title, columns, tuple(rows), part.team.task, lead=7)


def _audit(document: Handover) -> Sheet:
    """A row for each question and each rule that it is about, so that they can be filtered."""
    rows: list[tuple[Value, ...]] = []
    known = {(rule.firewall, rule.id): rule for rule in document.rules}
    for row in document.audit:
        for key in row.rules:
            rule = known[key]
            rows.append(
                (row.question, rule.firewall, rule.id, rule.from_, _side(rule.sources), rule.to,
                 _side(rule.destinations), rule.transport, port_value(rule.ports), _many(rule.services), rule.encrypted,
                 rule.status, _places(rule.places))
            )  # fmt: skip
        if not row.rules:
            rows.append((row.question, "none", *[None] * 11))
    columns = (
        ("Question", 36), ("Firewall", 12), ("Rule", 16), ("From", 15), ("Source", 18), ("To", 15),
        ("Destination", 18), ("Transport", 10), ("Port", 10), ("Service", 22), ("Encrypted", 10), ("Status", 10),
        ("Document", 36),
    )  # fmt: skip
    return Sheet(
        "Audit",
        columns,
        tuple(rows),
        "Where to look first; each rule once for each question.",
        lead=3,
    )


def _forwards(part: TeamPart) -> Sheet:
    columns = (
        ("Firewall", 14), ("Forward", 16), ("Transport", 10), ("Source", 26), ("Public address", 18),
        ("Public port", 12), ("Leads to", 18), ("Port", 12), ("Service", 28), ("Feature", 22), ("Reason", 30),
        ("Waits for", 20), ("Document", 36),
    )  # fmt: skip
    rows = [
        (
            row.firewall, row.id, row.transport, _side(row.sources), row.public, port_value((row.public_ports,)),
            row.inside, port_value((row.ports,)), _many(row.services), _many(row.why), without_text(row),
            _many(row.waits), _places(row.places),
        )
        for wall in part.firewalls
        for row in wall.forwards
    ]  # fmt: skip
    return Sheet("Port forwards", columns, tuple(rows))


def _lists(document: Handover) -> Iterator[Sheet]:
    roles = document.roles
    yield Sheet(
        "Proxy allowlist",
        (("Purpose", 28), ("Scheme", 8), ("Host", 38), ("Port", 8), ("Path", 12), ("From", 24), ("Why", 26),
         ("Status", 10), ("Document", 36)),
        tuple(
            (purpose.name, row.scheme, row.host, row.port, _many(row.paths), _many(map(client_text, row.clients)),
             _many(row.why), row.status, _places(row.places))
            for purpose in document.allowlist
            for row in purpose.hosts
        ),
        " ".join(document.proxy),
    )  # fmt: skip
    yield Sheet(
        "TLS bypass",
        (("Host", 40), ("Purpose", 34), ("Product", 20), ("Document", 50)),
        tuple(
            (row.host, _many(row.purposes), _many(row.products), _places(row.places))
            for row in document.bypass
        ),
        "TLS inspection must leave these alone. Another list than the allowlist.",
    )
    yield Sheet(
        "Mail senders",
        (("Address", 24), ("Domain", 28), ("Product", 20), ("Document", 50)),
        tuple(
            (row.address, row.domain, _many(row.products), _places(row.places))
            for row in document.senders
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
        (
            ("Severity", 11),
            ("Finding", 24),
            ("What was found", 80),
            ("What to do", 50),
            ("Who", 22),
        ),
        tuple(
            (row.severity, row.code, row.message, row.what_to_do, row.who)
            for row in document.findings
        ),
    )
    yield _audit(document)
    yield Sheet(
        "Tests",
        (("From", 18), ("Source", 18), ("To", 18), ("Address or host", 28), ("Transport", 10), ("Port", 8),
         ("Service", 28), ("Through proxy", 16), ("Expected", 25), ("Found", 14), ("Date", 11)),
        tuple(
            (roles.get(c.from_, c.from_), _many(map(bare, c.sources)), roles.get(c.to, c.to),
             to_text(msgspec.structs.replace(c, via=None)), c.transport,
             c.port, c.service, f"{c.via[0]}:{c.via[1]}" if c.via else None,
             expected_text(c), None, None)
            for c in document.checks
        ),
        "The scripts in tests/ try these.",
    )  # fmt: skip
    yield Sheet(
        "Files",
        (("Format", 14), ("Files", 36), ("What it is", 36), ("For whom", 28), ("For what", 40), ("Firewalls", 18),
         ("Left out yet", 18), ("How to apply, check and undo", 100)),
        tuple((f.name, _many(f.paths), f.about, f.reader, f.for_what, _many(f.firewalls), _many(f.waiting),
               f.use.replace("```\n", "").replace("`", ""))
              for f in document.files),
    )  # fmt: skip
    yield Sheet(
        "Approval",
        (("Who", 26), ("Approves", 70), ("Name", 28), ("Date", 14), ("Signature", 34)),
        tuple((who, what, None, None, None) for who, what in document.approvals),
        tall=34,
    )
    yield Sheet(
        "Documents",
        (
            ("Number", 9),
            ("Document", 50),
            ("Publisher", 28),
            ("Version", 24),
            ("Kind", 26),
            ("Address", 56),
        ),
        tuple(
            (s.number, s.title, s.publisher, s.version, s.tier, s.address) for s in document.sources
        ),
        "Inferred: the document leaves part of it unsaid. Other source: not the vendor's own port"
        " list.",
    )
    yield Sheet(
        "Address lists",
        (("List", 40), ("Network", 44)),
        tuple((row.name, cidr) for row in document.lists for cidr in row.cidrs),
    )


def _side(addresses: Addresses) -> str:
    return "\n".join(sides(addresses))


def port_value(pairs: Sequence[tuple[int, int]]) -> Value:
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
