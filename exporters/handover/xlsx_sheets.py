"""The sheets of the workbook as values: titles, columns, rows. `xlsx.py` writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import product
from operator import attrgetter
from typing import Any

import msgspec

from exporters.handover.checks import Check
from exporters.handover.model import (
    AskedRow,
    BypassRow,
    DocumentPlace,
    FileRow,
    GroupRow,
    Handover,
    HostRow,
    ListRow,
    RuleRow,
    SenderRow,
    TeamPart,
)
from exporters.handover.print_team import TASK
from exporters.handover.texts import (
    client_text,
    expected_text,
    ports,
    sides,
    sources_of,
    to_text,
    without_text,
)
from exporters.handover.xlsx_cells import CellValue
from wizard.network.addresses import bare
from wizard.rules.records import PERMANENT
from wizard.tables import indexed

Columns = tuple[tuple[str, int], ...]


NEEDS, GROUPS = "Needs", "Address groups"
BEFORE_THE_TEAMS = (NEEDS, GROUPS)


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: its title, (heading, width in characters) for each column, the rows below.

    `about` stands in the printed head. `tall` is the least height of a row in points, for what is
    written by hand. The first `lead` columns say which row it is: they are on every page where a
    row is printed on several.
    """

    title: str
    columns: Columns
    rows: tuple[tuple[CellValue, ...], ...]
    about: str = ""
    tall: float = 0
    lead: int = 2

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return tuple(heading for heading, _ in self.columns)

    @property
    def widths(self) -> tuple[int, ...]:
        """How wide the columns are, in characters."""
        return tuple(width for _, width in self.columns)


def port_value(pairs: Sequence[tuple[int, int]]) -> CellValue:
    """One port is a number, so that it sorts and filters as one."""
    if len(pairs) == 1 and pairs[0][0] == pairs[0][1]:
        return pairs[0][0]
    return ports(pairs)


def _places(places: Iterable[DocumentPlace]) -> str:
    lines = []
    for place in places:
        # What the plan itself asks for is in no document, and nobody publishes it.
        named = ", ".join(filter(None, (place.publisher, place.title)))
        lines.append(
            (f"{named}: " if place.number else "")
            + place.locator
            + (f" ({place.note})" if place.note else "")
        )
    return "\n".join(lines)


# Heading → what stands below it for a rule, a connection or a port forward.
_VALUES: dict[str, Callable[[Any], CellValue]] = {
    "Firewall": attrgetter("firewall"),
    "Rule": attrgetter("id"),
    "Forward": attrgetter("id"),
    "Way": attrgetter("way"),
    "From": attrgetter("from_"),
    "Source": lambda row: "\n".join(sources_of(row)),
    "To": attrgetter("to"),
    "Destination": lambda row: "\n".join(sides(row.destinations)),
    "Transport": attrgetter("transport"),
    "Port": lambda row: port_value(row.ports),
    "Public address": attrgetter("public"),
    "Public port": lambda row: port_value(row.public_ports),
    "Leads to": attrgetter("inside"),
    "Service": lambda row: "\n".join(row.services),
    "Installation": lambda row: "\n".join(row.installations),
    "Feature": lambda row: "\n".join(row.why),
    "Reason": without_text,
    "Watch for": lambda row: "\n".join(row.watch),
    "Encrypted": attrgetter("encrypted"),
    "Status": attrgetter("status"),
    "Waits for": lambda row: "\n".join(row.waits),
    "Document": lambda row: _places(row.places),
    "Owner": attrgetter("record.owner"),
    "Classification": attrgetter("record.classification"),
    "Ends": lambda row: row.record.expires or PERMANENT,
    "Logged": attrgetter("record.log"),
    "Risk": attrgetter("record.risk.text"),
}
_ON_RECORD: Columns = (
    ("Owner", 18), ("Classification", 14), ("Ends", 12), ("Logged", 14), ("Risk", 16),
)  # fmt: skip
_RULES: Columns = (
    ("Firewall", 12), ("Rule", 16), ("Way", 9), ("From", 14), ("Source", 17), ("To", 14), ("Destination", 17),
    ("Transport", 10), ("Port", 10), ("Service", 20), ("Feature", 20), ("Reason", 26), ("Watch for", 30),
    ("Encrypted", 10), ("Status", 10), ("Waits for", 14), ("Document", 30), *_ON_RECORD,
)  # fmt: skip
_FORWARDS: Columns = (
    ("Firewall", 14), ("Forward", 16), ("Transport", 10), ("Source", 26), ("Public address", 18),
    ("Public port", 12), ("Leads to", 18), ("Port", 12), ("Service", 28), ("Feature", 22), ("Reason", 30),
    ("Watch for", 30), ("Waits for", 20), ("Document", 36),
)  # fmt: skip
_CONNECTIONS: Columns = (
    ("Way", 9), ("From", 15), ("Source", 18), ("To", 15), ("Destination", 18), ("Transport", 10), ("Port", 10),
    ("Service", 22), ("Feature", 22), ("Reason", 30), ("Watch for", 30), ("Encrypted", 10),
    ("Status", 10), ("Waits for", 16), ("Document", 34),
)  # fmt: skip
_AUDITED: Columns = (
    ("Firewall", 12), ("Rule", 16), ("From", 15), ("Source", 18), ("To", 15), ("Destination", 18),
    ("Transport", 10), ("Port", 10), ("Service", 22), ("Encrypted", 10), ("Status", 10), ("Document", 36),
)  # fmt: skip


_TO_FILL_IN: Columns = (
    ("Approved by", 20), ("Approved on", 12), ("Done by", 20), ("Done on", 12), ("Name on the device", 24),
)  # fmt: skip


def sheets(document: Handover) -> Iterator[Sheet]:
    """All sheets but the first; one that would be empty is left out."""
    yield from filter(attrgetter("rows"), _needs(document))
    for part in document.teams:
        if part.firewalls:
            yield from _of_firewalls(part)
        if part.connections:
            title = "Proxy clients" if part.team.id == "proxy" else part.team.sheet
            yield _asked(title, _CONNECTIONS, part.connections, part.task, lead=7)
    yield from filter(attrgetter("rows"), (_never(document), *_lists(document)))


def _of_firewalls(part: TeamPart) -> Iterator[Sheet]:
    yield _asked(part.team.sheet, (*_RULES, *_TO_FILL_IN), part.rules, part.task)
    if part.forwards:
        yield _asked("Port forwards", _FORWARDS, part.forwards)


def _asked(
    title: str, columns: Columns, rows: Sequence[AskedRow], about: str = "", lead: int = 2
) -> Sheet:
    """A sheet of what a team is asked for; with installations, where there are any to tell apart."""
    if any(map(attrgetter("installations"), rows)):
        at = list(dict(columns)).index("Feature")
        columns = (*columns[:at], ("Installation", 16), *columns[at:])
    return Sheet(title, columns, _rows(columns, rows), about, lead=lead)


def _rows(columns: Columns, rows: Iterable[object]) -> tuple[tuple[CellValue, ...], ...]:
    values = [_VALUES.get(heading, _left_empty) for heading, _ in columns]
    cells: list[tuple[CellValue, ...]] = []
    for row in rows:
        cells.append(tuple(value(row) for value in values))
    return tuple(cells)


def _left_empty(_: object) -> None:
    return None


def _audited(document: Handover) -> Iterator[tuple[CellValue, ...]]:
    """A row for each question and each rule that it is about, so that they can be filtered."""
    rules: dict[tuple[str, str], RuleRow] = indexed(attrgetter("firewall", "id"), document.rules)
    for row in document.audit:
        for cells in _rows(_AUDITED, map(rules.__getitem__, row.rules)):
            yield (row.question, *cells)
        if not row.rules:
            yield (row.question, "none", *[None] * (len(_AUDITED) - 1))


def _host(row: HostRow) -> tuple[CellValue, ...]:
    lists = (row.paths, map(client_text, row.clients), row.why, row.watch)
    places = _places(row.places)
    installed = ["\n".join(row.installations)] if row.installations else []
    first = row.purpose, row.scheme, row.host, row.port
    return (*first, *map("\n".join, lists), row.status, places, *installed)


def _check(roles: dict[str, str], check: Check) -> tuple[CellValue, ...]:
    return (
        roles.get(check.from_, check.from_),
        "\n".join(map(bare, check.sources)),
        roles.get(check.to, check.to),
        to_text(msgspec.structs.replace(check, via=None)),
        check.transport,
        port_value((check.ports,)),
        check.service,
        f"{check.via[0]}:{check.via[1]}" if check.via else None,
        expected_text(check),
        None,
        None,
        check.site or None,
    )


def _needs(document: Handover) -> Iterator[Sheet]:
    """A line a need, with room for who approves it and who puts it in."""
    rows: list[tuple[CellValue, ...]] = []
    for need in document.asked.needs:
        sides_of_need = (
            "\n".join((need.from_, *need.sources)),
            "\n".join((need.to, *need.destinations)),
        )
        reasons = ("\n".join(need.services), "\n".join(need.why), need.encrypted, need.status)
        risk = (need.risk.rating, ", ".join(need.risk.reasons))
        on_record = map("\n".join, msgspec.structs.astuple(need.record))
        empty = (None,) * len(_TO_FILL_IN)
        first = (need.name, *sides_of_need, need.ports, *reasons, *risk)
        rows.append((*first, *need.cells, *on_record, *empty))
    walls = product(document.asked.walls, (14,))
    yield Sheet(
        NEEDS,
        (("Need", 32), ("From", 20), ("To", 20), ("Port", 14), ("Service", 30), ("Feature", 30), ("Encrypted", 10),
         ("Status", 12), ("Risk", 9), ("Because", 24), *walls, *_ON_RECORD[:4], *_TO_FILL_IN),
        tuple(rows),
        "A line a need. It keeps its name when addresses change.",
        lead=1,
    )  # fmt: skip
    yield Sheet(
        GROUPS,
        (("Group", 26), ("Name", 30), ("Network", 40)),
        tuple(_grouped(document.asked.groups)),
    )


def _grouped(groups: Iterable[GroupRow]) -> Iterator[tuple[CellValue, ...]]:
    for row in groups:
        for cidr in row.addresses.cidrs:
            yield row.key, row.name, bare(cidr)


def _listed(lists: Iterable[ListRow]) -> Iterator[tuple[CellValue, ...]]:
    for row in lists:
        for cidr in row.cidrs:
            yield row.name, cidr


def _bypass(row: BypassRow) -> tuple[CellValue, ...]:
    return row.host, "\n".join(row.purposes), "\n".join(row.products), _places(row.places)


def _sender(row: SenderRow) -> tuple[CellValue, ...]:
    return row.address, row.domain, "\n".join(row.products), _places(row.places)


def _never(document: Handover) -> Sheet:
    rows: list[tuple[CellValue, ...]] = []
    for row in document.denials:
        lists = map("\n".join, (row.sources, row.destinations, row.kept))
        sources, destinations, kept = lists
        rows.append(
            (row.name, row.from_, sources, row.to, destinations, row.ports, row.reason, kept)
        )
    return Sheet(
        "Never",
        (("Never", 18), ("From", 18), ("Source", 24), ("To", 18), ("Destination", 24), ("Port", 22),
         ("Why", 44), ("Kept by", 50)),
        tuple(rows),
        "What must never be. Nothing in the other sheets opens any of it, unless it says so here.",
    )  # fmt: skip


def _file(row: FileRow) -> tuple[CellValue, ...]:
    paths, ready, waiting = map("\n".join, (row.paths, row.firewalls, row.waiting))
    use = row.use.replace("```\n", "").replace("`", "")
    return row.name, paths, row.about, row.reader, row.for_what, ready, waiting, use


def _remarks(document: Handover) -> Iterator[tuple[CellValue, ...]]:
    for part in document.teams:
        for row in part.remarks:
            to_do = "yes" if row.to_do else "no"
            yield part.team.name, row.product, to_do, row.text, _places([row.place])


def _lists(document: Handover) -> Iterator[Sheet]:
    installed = any(map(attrgetter("installations"), document.allowlist))
    yield Sheet(
        "Proxy allowlist",
        (("Purpose", 28), ("Scheme", 8), ("Host", 38), ("Port", 8), ("Path", 12), ("From", 24), ("Why", 26),
         ("Watch for", 30), ("Status", 10), ("Document", 36), *([("Installation", 16)] if installed else [])),
        tuple(map(_host, document.allowlist)),
        " ".join(document.proxy),
    )  # fmt: skip
    yield Sheet(
        "TLS bypass",
        (("Host", 40), ("Purpose", 34), ("Product", 20), ("Document", 50)),
        tuple(map(_bypass, document.bypass)),
        "TLS inspection must leave these alone. Another list than the allowlist.",
    )
    yield Sheet(
        "Mail senders",
        (("Address", 24), ("Domain", 28), ("Product", 20), ("Document", 50)),
        tuple(map(_sender, document.senders)),
        "For the mail gateway; no firewall rule.",
    )
    yield Sheet(
        "Remarks",
        (("Team", 22), ("Product", 24), ("To do", 8), ("What the document says", 80), ("Document", 50)),
        tuple(_remarks(document)),
        "What the documents say beside ports, for each team.",
    )  # fmt: skip
    yield Sheet(
        "Print team",
        (("For the print team", 22), ("About", 50), ("What to do, or to know", 80)),
        tuple(map(msgspec.structs.astuple, document.print_team)),
        TASK,
    )
    yield Sheet(
        "Open questions",
        (("To be supplied by", 26), ("What", 46), ("What waits for it", 46), ("In the plan", 40), ("Answer", 30)),
        tuple((row.who, row.what, row.waits, row.key, None) for row in document.open),
    )  # fmt: skip
    yield Sheet(
        "Findings",
        (("Severity", 11), ("Finding", 24), ("What was found", 80), ("What to do", 50), ("Who", 22)),
        tuple(map(attrgetter("severity", "code", "message", "what_to_do", "who"), document.findings)),
    )  # fmt: skip
    yield Sheet(
        "Audit",
        (("Question", 36), *_AUDITED),
        tuple(_audited(document)),
        "Review these groups first; each rule once for each question.",
        lead=3,
    )
    yield Sheet(
        "Tests",
        (("From", 18), ("Source", 18), ("To", 18), ("Address or host", 28), ("Transport", 10), ("Port", 8),
         ("Service", 28), ("Through proxy", 16), ("Expected", 25), ("Found", 14), ("Date", 11), ("Site", 14)),
        tuple(map(partial(_check, document.roles), document.checks)),
        "The scripts in tests/ try these.",
    )  # fmt: skip
    yield Sheet(
        "Files",
        (("Format", 14), ("Files", 36), ("What it is", 36), ("For whom", 28), ("For what", 40), ("Firewalls", 18),
         ("Left out yet", 18), ("How to apply, check and undo", 100)),
        tuple(map(_file, document.files)),
    )  # fmt: skip
    yield Sheet(
        "Approval",
        (("Who", 26), ("Approves", 70), ("Name", 28), ("Date", 14), ("Signature", 34)),
        tuple((who, task, None, None, None) for who, task in document.approvals),
        tall=34,
    )
    yield Sheet(
        "Documents",
        (("Number", 9), ("Document", 50), ("Publisher", 28), ("Version", 24),
            ("Read on", 12), ("Kind", 26), ("Address", 56)),
        tuple(map(attrgetter("number", "title", "publisher", "version", "read", "tier", "address"), document.sources)),
        f"Everything here follows from {document.facts}."
        " Inferred: the document does not state every detail. Other source: not the vendor's own port list.",
    )  # fmt: skip
    yield Sheet(
        "Address lists",
        (("List", 40), ("Network", 44)),
        tuple(_listed(document.lists)),
    )
