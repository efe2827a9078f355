"""What the handover document is made of: frozen values, texts as in plan and facts."""

from __future__ import annotations

import datetime
from itertools import chain
from operator import attrgetter

import msgspec

from exporters.handover.checks import Check
from exporters.handover.open import OpenRow
from exporters.handover.words import READ_REMARKS, Team
from wizard.network.ports import PortRange
from wizard.rules.needs import Risk
from wizard.rules.records import RuleRecord
from wizard.views.words import count


class DocumentPlace(msgspec.Struct, frozen=True):
    """Where something stands: the document's number in `Handover.sources`, the place in it, and a
    remark.

    Number 0: in no document, but in the plan itself.
    """

    number: int
    publisher: str
    title: str
    locator: str
    note: str


class Addresses(msgspec.Struct, frozen=True):
    """One side of a rule. `listed` names the list at the end that holds them all, or is empty.

    `anywhere` is 4 or 6 for every public address of that family outside the plan's networks, else 0.
    """

    cidrs: tuple[str, ...]
    anywhere: int
    listed: str


class Client(msgspec.Struct, frozen=True):
    """A role, and where it is."""

    role: str
    addresses: Addresses


class AskedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a team is asked for. `why` are features, `without` is what breaks where it is missing,
    `watch` what the documents warn of. `installations` are those that ask, where a plan has a
    product several times; else empty.
    """

    services: tuple[str, ...]
    why: tuple[str, ...]
    without: tuple[str, ...]
    watch: tuple[str, ...]
    waits: tuple[str, ...]
    places: tuple[DocumentPlace, ...]
    installations: tuple[str, ...] = ()


class ConnectionRow(AskedRow, frozen=True, kw_only=True):
    """A connection to or from another team's system. `way` is `in` or `out`, as that sees it."""

    way: str
    from_: str
    sources: Addresses
    to: str
    destinations: Addresses
    transport: str
    ports: tuple[PortRange, ...]
    encrypted: str
    status: str


class RuleRow(ConnectionRow, frozen=True, kw_only=True):
    """A rule as a reviewer reads it. `way` is `in`, `out` or `through`, as its firewall sees it."""

    id: str
    firewall: str
    record: RuleRecord


class ForwardRow(AskedRow, frozen=True, kw_only=True):
    """A port forward. `public` and `inside` are None where the plan does not say the address;
    `hairpin` are those inside whom it leads there too.
    """

    id: str
    firewall: str
    transport: str
    public: str | None
    public_ports: tuple[PortRange, ...]
    inside: str | None
    ports: tuple[PortRange, ...]
    sources: Addresses
    hairpin: Addresses


class DenialRow(msgspec.Struct, frozen=True):
    """What must never be: between whom, on what ports, why, and what keeps it from being."""

    name: str
    from_: str
    sources: tuple[str, ...]
    to: str
    destinations: tuple[str, ...]
    ports: str
    reason: str
    kept: tuple[str, ...]


class NeedRecord(msgspec.Struct, frozen=True):
    """What is on record about the rules of a need, each different answer once."""

    owner: tuple[str, ...]
    classification: tuple[str, ...]
    expires: tuple[str, ...]
    log: tuple[str, ...]


class NeedRow(msgspec.Struct, frozen=True):
    """A need in one line: who connects to whom, on what, why, at what risk, and which firewalls it
    crosses (`cells`, one for each of `RequestPart.walls`).

    `sources` and `destinations` are empty where all addresses of the group are meant.
    """

    name: str
    from_: str
    sources: tuple[str, ...]
    to: str
    destinations: tuple[str, ...]
    ports: str
    services: tuple[str, ...]
    why: tuple[str, ...]
    encrypted: str
    status: str
    risk: Risk
    cells: tuple[str, ...]
    rules: int
    record: NeedRecord


class GroupRow(msgspec.Struct, frozen=True):
    """An address group that somebody makes before the rules: a role and all of its addresses."""

    key: str
    name: str
    addresses: Addresses


class RequestPart(msgspec.Struct, frozen=True):
    """The request on two pages. `walls` are the headings of the firewalls' columns."""

    walls: tuple[str, ...]
    needs: tuple[NeedRow, ...]
    groups: tuple[GroupRow, ...]


class FirewallPart(msgspec.Struct, frozen=True):
    """One firewall: what it is, its rules and forwards, what it waits for, the formats that fit it,
    and a sentence about those that are written only when asked for.
    """

    name: str
    about: str
    rules: tuple[RuleRow, ...]
    forwards: tuple[ForwardRow, ...]
    waits: tuple[str, ...]
    formats: tuple[str, ...]
    on_request: str


class RemarkRow(msgspec.Struct, frozen=True):
    """What a document says beside ports. `to_do`: somebody has to do something."""

    product: str
    text: str
    to_do: bool
    place: DocumentPlace


class TeamPart(msgspec.Struct, frozen=True):
    """A team: its firewalls, the connections of its systems, what documents say that concerns it,
    and how much there is for it to do.

    The lists of the proxy team and of the mail gateway stand in `Handover`. `asked` is what this plan
    asks of the team.
    """

    team: Team
    asked: str
    firewalls: tuple[FirewallPart, ...]
    connections: tuple[ConnectionRow, ...]
    remarks: tuple[RemarkRow, ...]
    count: str

    @property
    def only_remarks(self) -> bool:
        """True for a team that has nothing in hand but what documents say."""
        with_lists = self.team.id in ("proxy", "mail")
        return not (self.firewalls or self.connections or with_lists)

    @property
    def task(self) -> str:
        """What it has to do."""
        return READ_REMARKS if self.only_remarks else self.asked

    @property
    def rules(self) -> tuple[RuleRow, ...]:
        """Those of all its firewalls."""
        return tuple(chain.from_iterable(map(attrgetter("rules"), self.firewalls)))

    @property
    def forwards(self) -> tuple[ForwardRow, ...]:
        """Those of all its firewalls."""
        return tuple(chain.from_iterable(map(attrgetter("forwards"), self.firewalls)))


class HostRow(msgspec.Struct, frozen=True):
    """A host that must be let through by name, and what for."""

    purpose: str
    scheme: str
    host: str
    port: int
    paths: tuple[str, ...]
    clients: tuple[Client, ...]
    why: tuple[str, ...]
    watch: tuple[str, ...]
    status: str
    places: tuple[DocumentPlace, ...]
    installations: tuple[str, ...] = ()


class BypassRow(msgspec.Struct, frozen=True):
    """A host that TLS inspection must leave alone, and what the allowlist says it is for."""

    host: str
    purposes: tuple[str, ...]
    products: tuple[str, ...]
    places: tuple[DocumentPlace, ...]


class SenderRow(msgspec.Struct, frozen=True):
    """An address that mail comes from."""

    address: str
    domain: str
    products: tuple[str, ...]
    places: tuple[DocumentPlace, ...]


class FindingRow(msgspec.Struct, frozen=True):
    """A finding, with what to do and who does it."""

    severity: str
    code: str
    message: str
    what_to_do: str
    who: str


class PrintRow(msgspec.Struct, frozen=True):
    """One thing for the print team: what kind it is, what it is about, what to do or to know."""

    part: str
    what: str
    text: str


class ZoneRow(msgspec.Struct, frozen=True):
    """A zone, its networks and the roles in it; the text that says what the picture shows."""

    name: str
    networks: tuple[str, ...]
    roles: tuple[str, ...]
    joined_by: tuple[str, ...]


class AuditRow(msgspec.Struct, frozen=True):
    """What an auditor asks, and the rules that it is about, as (firewall, id of the rule)."""

    question: str
    rules: tuple[tuple[str, str], ...]


class FileRow(msgspec.Struct, frozen=True):
    """A format that fits the plan. `use` is Markdown.

    `firewalls` are those whose files it writes; `waiting` those that have none until the plan has
    answers.
    """

    name: str
    paths: tuple[str, ...]
    about: str
    for_what: str
    reader: str
    firewalls: tuple[str, ...]
    waiting: tuple[str, ...]
    use: str


class SourceRow(msgspec.Struct, frozen=True):
    """A document that facts come from, under the number by which rows name it."""

    number: int
    title: str
    publisher: str
    version: str
    read: datetime.date | None
    tier: str
    address: str


class ListRow(msgspec.Struct, frozen=True):
    """A list of addresses that rules name."""

    name: str
    cidrs: tuple[str, ...]


class Handover(msgspec.Struct, frozen=True):
    """The whole document, part by part."""

    title: str
    products: tuple[str, ...]
    request: tuple[tuple[str, str | datetime.date | None], ...]
    wanted_on: datetime.date | None
    zones: tuple[ZoneRow, ...]
    denials: tuple[DenialRow, ...]
    teams: tuple[TeamPart, ...]
    asked: RequestPart
    proxy: tuple[str, ...]
    allowlist: tuple[HostRow, ...]
    bypass: tuple[BypassRow, ...]
    senders: tuple[SenderRow, ...]
    open: tuple[OpenRow, ...]
    findings: tuple[FindingRow, ...]
    checks: tuple[Check, ...]
    check_sites: dict[str, str]
    audit: tuple[AuditRow, ...]
    files: tuple[FileRow, ...]
    approvals: tuple[tuple[str, str], ...]
    sources: tuple[SourceRow, ...]
    facts: str
    lists: tuple[ListRow, ...]
    print_team: tuple[PrintRow, ...]
    roles: dict[str, str]

    @property
    def in_short(self) -> str:
        """How much there is, in one line."""
        severities = list(map(attrgetter("severity"), self.findings))
        return ", ".join(
            (
                count(len(self.open), "open question"),
                count(severities.count("error"), "error"),
                count(severities.count("warning"), "warning"),
                count(sum(map(attrgetter("is_tried"), self.checks)), "connection") + " to test.",
            )
        )

    @property
    def rules(self) -> tuple[RuleRow, ...]:
        """All rules, team by team."""
        return tuple(chain.from_iterable(map(attrgetter("rules"), self.teams)))

    @property
    def forwards(self) -> tuple[ForwardRow, ...]:
        """All port forwards, team by team."""
        return tuple(chain.from_iterable(map(attrgetter("forwards"), self.teams)))
