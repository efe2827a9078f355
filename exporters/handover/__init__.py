"""Deployment → the handover document as one frozen value: what markdown, html and xlsx lay out.

Texts are as they stand in the plan and the facts: each format makes them harmless for itself.
Nothing here knows the day or the machine; the same plan gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from exporters.data.csv import with_rows
from exporters.handover import open as handover_open
from exporters.handover.audit import audit
from exporters.handover.checks import checks_of
from exporters.handover.denials import denial_rows
from exporters.handover.local import local_ports
from exporters.handover.model import (
    BypassRow,
    FileRow,
    FindingRow,
    FirewallPart,
    ForwardRow,
    Handover,
    HostRow,
    RemarkRow,
    RuleRow,
    SenderRow,
    TeamPart,
    ZoneRow,
)
from exporters.handover.names import EVIDENCE, MOST, HandoverNames
from exporters.handover.needs import request_part
from exporters.handover.print_team import print_rows
from exporters.handover.proxies import proxy_sentences
from exporters.handover.records import request_pairs
from exporters.handover.systems import connections_of
from exporters.handover.words import (
    CONCERNED_TEAMS,
    TEAMS,
    Team,
    proxy_task,
    team_of,
    who_knows,
)
from exporters.once import made_once
from exporters.script import TAKE_ONE
from exporters.table import FORMATS
from wizard.deployment import Deployment
from wizard.facts.model import FlowFact
from wizard.findings import Finding, advice
from wizard.network.addresses import bare
from wizard.network.alike import alike_sites, sites_text, zones_shown
from wizard.network.renumbered import network_texts, seen_networks
from wizard.plan.model import INTERNET, Firewall
from wizard.rules.model import Bypass, Flow, Forward, MailSender, Rule
from wizard.rules.records import record_of
from wizard.rules.remarks import remarks_of
from wizard.tables import each_made
from wizard.text import one_line
from wizard.views.containers import container_notes
from wizard.views.groups import WHOSE_CLOUD, group_notes, waits_for_provider
from wizard.views.translation import translation_notes
from wizard.views.words import (
    GUARDS,
    NO_ADDRESS,
    WAYS,
    count,
    encryption_text,
    facts_words,
    listed,
    upper_first,
)

_OUTSIDE = " 'This plan's networks' means the networks of its zones, listed under 'The network'."
__all__ = ["MOST", "handover"]


@made_once
def handover(deployment: Deployment) -> Handover:
    """The document for this deployment."""
    return _Maker(deployment).document()


class _Maker(HandoverNames):
    """Makes the parts."""

    def document(self) -> Handover:
        deployment = self.deployment
        title = self.plan.name
        findings = tuple(map(self.finding, deployment.findings))
        teams = tuple(filter(attrgetter("count"), map(self.team, TEAMS)))
        return Handover(
            title=title if one_line(title) else "Firewall rules for print management",
            products=tuple(map(self.product_line, self.plan.products)),
            request=request_pairs(deployment),
            wanted_on=self.plan.request.wanted,
            zones=tuple(self.zones()),
            denials=tuple(denial_rows(self)),
            teams=teams,
            asked=request_part(self),
            proxy=tuple(proxy_sentences(self.deployment)),
            allowlist=tuple(sorted(self.allowlist(), key=attrgetter("purpose"))),
            bypass=tuple(map(self.bypass, deployment.tls_bypass)),
            senders=tuple(map(self.sender, deployment.mail_senders)),
            open=handover_open.open_rows(deployment),
            findings=findings,
            checks=checks_of(deployment),
            check_sites={"": ""} | each_made(sites_text, alike_sites(self.plan)),
            audit=audit(self),
            files=tuple(self.files()),
            approvals=tuple(_approvals(teams)),
            sources=self.sources,
            facts=facts_words(self.catalog),
            lists=self.lists,
            print_team=tuple(print_rows(self, findings)),
            roles=each_made(attrgetter("name"), self.catalog.roles),
        )

    # Firewalls

    def team(self, team: Team) -> TeamPart:
        """A team with nothing to do has an empty `count`."""
        walls = tuple(self.walls(team))
        connections = connections_of(self, team)
        remarks = tuple(self.remarks(team))
        work = self.work(team, walls, len(connections), len(remarks))
        return TeamPart(team, self.asked(team), walls, connections, remarks, ", ".join(work))

    def walls(self, team: Team) -> Iterator[FirewallPart]:
        """The firewalls that a team looks after; nobody sets rules on a router."""
        for name, firewall in self.plan.firewalls.items():
            if firewall.kind != "router" and team_of(firewall) == team.id:
                yield self.firewall(name, firewall)

    def asked(self, team: Team) -> str:
        """What this plan asks of a team: nothing of forwards where it has none."""
        deployment = self.deployment
        if team.id == "network" and deployment.forwards:
            return f"{team.task} Then make the port forwards."
        if team.id == "proxy":
            return proxy_task(bool(deployment.allowlist), bool(deployment.tls_bypass))
        return team.task

    def remarks(self, team: Team) -> Iterator[RemarkRow]:
        """What the documents say that concerns this team, each sentence once a product, and the ports
        within its machines.
        """
        rows: dict[tuple[str, str], RemarkRow] = {}
        for counting in remarks_of(self.catalog, self.plan):
            remark = counting.remark
            if CONCERNED_TEAMS[remark.team] == team.id:
                place = self.place(remark.source, EVIDENCE[remark.evidence])
                name = self.product(counting.installation)
                row = RemarkRow(name, remark.text, remark.to_do, place)
                rows.setdefault((row.product, row.text), row)
        yield from rows.values()
        for concerned in ("server", "computer"):
            if CONCERNED_TEAMS[concerned] == team.id:
                yield from local_ports(self, concerned)

    def work(
        self, team: Team, walls: Sequence[FirewallPart], connections: int, remarks: int
    ) -> Iterator[str]:
        """How much there is to do, part by part; what there is none of is left out."""
        deployment = self.deployment
        if walls:
            names = ", ".join(wall.name for wall in walls)
            yield f"{names}: {count(sum(len(wall.rules) for wall in walls), 'rule')}"
        numbers = [(sum(len(wall.forwards) for wall in walls), "port forward", "port forwards")]
        if team.id == "proxy":
            hosts, spared = len(deployment.allowlist), len(deployment.tls_bypass)
            numbers.append((hosts, "host to let through", "hosts to let through"))
            numbers.append((spared, "host not to inspect", "hosts not to inspect"))
        if team.id == "mail":
            numbers.append((len(deployment.mail_senders), "sender", "senders"))
        numbers.append((connections, "kind of connection", "kinds of connections"))
        numbers.append((remarks, "remark of the documents", "remarks of the documents"))
        for number, singular, several in numbers:
            if number:
                yield count(number, singular, several)

    def firewall(self, name: str, firewall: Firewall) -> FirewallPart:
        deployment = self.deployment
        rules = tuple(map(self.rule, deployment.rules_of(name)))
        outside = any(rule.sources.anywhere or rule.destinations.anywhere for rule in rules)
        return FirewallPart(
            name=name,
            about=self.about(name, firewall) + (_OUTSIDE if outside else ""),
            rules=rules,
            forwards=tuple(map(self.forward, deployment.forwards_of(name))),
            waits=(
                *map(self.waiting, deployment.missing(name)),
                *([WHOSE_CLOUD] if waits_for_provider(firewall) else []),
            ),
            formats=tuple(_formats_of(firewall)),
            on_request=" ".join(filter(None, (_one_of(firewall), _on_request(firewall)))),
        )

    def about(self, name: str, firewall: Firewall) -> str:
        """What a firewall is, and what its rules take for granted or let through beyond themselves."""
        notes = (
            *translation_notes(self.deployment, name),
            *group_notes(self.deployment, name),
            *container_notes(self.deployment, name),
        )
        return " ".join((self._kind(firewall, name), *notes))

    def _kind(self, firewall: Firewall, name: str) -> str:
        if firewall.guards_hosts:
            kind = upper_first(GUARDS[firewall.kind])
            covered = ", ".join(map(bare, self.deployment.covered(name)[:MOST])) or NO_ADDRESS
            whose = f" of {self.role(firewall.role)}" if firewall.role else ""
            platform = f" ({firewall.platform})" if firewall.kind == "host" else ""
            is_open = firewall.egress == "open"
            both = "inbound" if is_open else "inbound and outbound"
            denied = f"New connections, {both}, are denied unless a rule allows them."
            denied += " Everything outbound is allowed." if is_open else ""
            return f"{kind}{whose}{platform}, guards {covered}. {denied}"
        denies = firewall.default == "deny"
        base = "It denies what no rule allows" if denies else "The rules are added to those it has"
        text = f"Firewall between {listed(firewall.zones)}. {base}."
        first = [each.name for each in self.deployment.denials if name in each.firewalls]
        if first:
            text += f" What must never be is denied first: {listed(first)}."
        if firewall.nat:
            address = firewall.public_address or "not known yet"
            text += f" It translates addresses; its public address is {address}."
        return text

    def rule(self, rule: Rule) -> RuleRow:
        return RuleRow(
            id=rule.id,
            firewall=rule.firewall,
            way=WAYS[rule.direction].column,
            from_=self.role(rule.from_),
            sources=self.addresses(rule.sources, rule.from_),
            to=self.role(rule.to),
            destinations=self.addresses(rule.destinations, rule.to),
            transport=rule.transport,
            ports=rule.ports,
            services=rule.services,
            why=self.why(rule.flows),
            without=self.without(rule.flows),
            watch=self.watch(rule.flows),
            encrypted=encryption_text(rule.encrypted),
            status=rule.status,
            waits=tuple(map(self.waiting, rule.unresolved)),
            places=self.places(rule.flows),
            installations=self.installations(rule.installations),
            record=record_of(rule, self.deployment.network),
        )

    def forward(self, forward: Forward) -> ForwardRow:
        facts = self.facts(forward.flows)
        return ForwardRow(
            id=forward.id,
            firewall=forward.firewall,
            transport=forward.transport,
            public=forward.public_address,
            public_ports=(forward.public_ports,),
            inside=forward.address,
            ports=(forward.ports,),
            sources=self.addresses(forward.sources, INTERNET),
            hairpin=self.addresses(forward.hairpin, INTERNET),
            services=tuple(dict.fromkeys(f.service for f in facts if isinstance(f, FlowFact))),
            why=self.why(forward.flows),
            without=self.without(forward.flows),
            watch=self.watch(forward.flows),
            waits=tuple(map(self.waiting, forward.unresolved)),
            places=self.places(forward.flows),
            installations=self.installations(forward.installations),
        )

    # Lists

    def allowlist(self) -> Iterator[HostRow]:
        for entry in self.deployment.allowlist:
            yield HostRow(
                purpose="; ".join(entry.purposes),
                scheme=entry.scheme,
                host=entry.host,
                port=entry.port,
                paths=entry.paths,
                clients=self.clients(entry),
                why=self.why(entry.endpoints),
                watch=self.watch(entry.endpoints),
                status=entry.status,
                places=self.places(entry.endpoints),
                installations=self.installations(entry.installations),
            )

    def bypass(self, entry: Bypass) -> BypassRow:
        products = tuple(map(self.product, entry.installations))
        return BypassRow(
            entry.host, self.purposes(entry.host), products, (self.place(entry.source),)
        )

    def sender(self, sender: MailSender) -> SenderRow:
        products = tuple(map(self.product, sender.installations))
        return SenderRow(sender.address, sender.domain, products, (self.place(sender.source),))

    def finding(self, finding: Finding) -> FindingRow:
        what, who = advice(finding.code)
        if finding.code == "unplaced-role":
            who = who_knows(finding.subjects[0])
        return FindingRow(finding.severity, finding.code, finding.message, what, who)

    def purposes(self, host: str) -> tuple[str, ...]:
        """What the allowlist says of a host, of hosts below it, or of a wildcard round it."""
        purposes: dict[str, None] = {}
        for entry in self.deployment.allowlist:
            below, below_entry = host.removeprefix("*"), entry.host.removeprefix("*")
            if host == entry.host or (
                (host != below and entry.host.endswith(below))
                or (entry.host != below_entry and host.endswith(below_entry))
            ):
                purposes |= dict.fromkeys(entry.purposes)
        return tuple(purposes) or ("not on the allowlist by itself",)

    def zones(self) -> Iterator[ZoneRow]:
        cidrs_by_role: dict[str, dict[str, None]] = {}
        connections: list[Flow | Rule] = [*self.deployment.flows, *self.deployment.rules]
        for connection in connections:
            for role, cidrs in (
                (connection.from_, connection.sources),
                (connection.to, connection.destinations),
            ):
                if cidrs:
                    cidrs_by_role.setdefault(role, {}).update(dict.fromkeys(cidrs))
        for name, label in zones_shown(self.plan).items():
            zone = self.plan.zones[name]
            roles: list[str] = []
            for role, role_cidrs in cidrs_by_role.items():
                if handover_open.touches(role_cidrs, seen_networks(zone)):
                    roles.append(self.role(role))
            joined_by = tuple(self.joiners(name))
            yield ZoneRow(label, network_texts(zone), tuple(sorted(roles)), joined_by)

    def joiners(self, zone: str) -> Iterator[str]:
        """The firewalls that join a zone to others."""
        for name, firewall in self.plan.firewalls.items():
            if firewall.joins_zones and zone in firewall.zones:
                yield name

    def files(self) -> Iterator[FileRow]:
        for entry in FORMATS:
            if entry.offered(self.deployment):
                ready: list[str] = []
                waiting: list[str] = []
                walls = entry.firewalls(self.deployment) if entry.for_firewalls else ()
                for name in walls:
                    has_provider = not waits_for_provider(self.plan.firewalls[name])
                    is_ready = has_provider and not self.deployment.missing(name)
                    (ready if is_ready else waiting).append(name)
                yield FileRow(
                    entry.name,
                    with_rows(entry.paths, self.deployment),
                    entry.about,
                    entry.for_what,
                    entry.reader,
                    tuple(ready),
                    tuple(waiting),
                    entry.use,
                )


def _approvals(teams: Iterable[TeamPart]) -> Iterator[tuple[str, str]]:
    """Who signs what."""
    yield "Requester", "The request is complete and the findings are accepted."
    for part in teams:
        if not part.only_remarks:
            yield part.team.name, part.task
    yield "Security", "The exposure is acceptable."


def _one_of(firewall: Firewall) -> str:
    """Which of several scripts is the one to take."""
    several = len([*_formats_of(firewall)]) > 1 and firewall.kind != "cloud"
    return TAKE_ONE if several else ""


def _on_request(firewall: Firewall) -> str:
    """The formats for makes that no plan names."""
    names: list[str] = []
    for entry in FORMATS if firewall.kind == "boundary" else ():
        if entry.by_name and entry.fits_firewall(firewall):
            names.append(entry.name)
    return f"For other makes, by name (`--format`): {', '.join(names)}." if names else ""


def _formats_of(firewall: Firewall) -> Iterator[str]:
    """The formats that write files into a firewall's folder; none before its provider is named."""
    for entry in FORMATS:
        by_itself = entry.for_firewalls and not (entry.only_by_name or entry.folder)
        if by_itself and entry.fits_firewall(firewall) and not waits_for_provider(firewall):
            yield entry.name
