"""Deployment → the handover document as one frozen value: what markdown, html and xlsx lay out.

Texts are as they stand in the plan and the facts: each format makes them harmless for itself.
Nothing here knows the day or the machine; the same plan gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterable

from exporters.cidrs import bare
from exporters.handover import open as handover_open
from exporters.handover.audit import audit
from exporters.handover.checks import checks_of
from exporters.handover.model import (
    BypassRow,
    FileRow,
    FindingRow,
    FirewallPart,
    ForwardRow,
    Handover,
    HostRow,
    Purpose,
    RuleRow,
    SenderRow,
    TeamPart,
    ZoneRow,
)
from exporters.handover.names import MOST, Names
from exporters.handover.systems import connections_of
from exporters.handover.words import TEAMS, Team, advice, team_of
from exporters.table import FORMATS
from wizard.deployment import Deployment
from wizard.facts.model import FlowFact
from wizard.plan.model import INTERNET, Firewall
from wizard.rules.model import Forward, Rule
from wizard.rules.select import Flow
from wizard.text import one_line
from wizard.views.words import (
    GUARDS,
    NO_ADDRESS,
    WAYS,
    count,
    encryption_text,
    listed,
    upper_first,
)

_OUTSIDE = " The networks of this plan are those of its zones, listed under 'The network'."
__all__ = ["MOST", "handover"]


def handover(deployment: Deployment) -> Handover:
    """The document for this deployment."""
    return _Maker(deployment).document()


class _Maker(Names):
    """Makes the parts."""

    def document(self) -> Handover:
        d, plan = self.deployment, self.plan
        teams = tuple(part for team in TEAMS if (part := self.team(team)).count)
        allowlist = self.allowlist()
        bypass = tuple(
            BypassRow(
                b.host,
                self.purposes(b.host),
                tuple(map(self.product, b.products)),
                (self.place(b.source),),
            )
            for b in d.tls_bypass
        )
        senders = tuple(
            SenderRow(
                m.address, m.domain, tuple(map(self.product, m.products)), (self.place(m.source),)
            )
            for m in d.mail_senders
        )
        request = plan.request
        return Handover(
            title=plan.name if one_line(plan.name) else "Firewall rules for print management",
            products=tuple(map(self.product_line, plan.products)),
            request=(
                ("Requested by", request.requester),
                ("Reference", request.reference),
                ("Why", request.justification),
                ("Wanted by", request.wanted),
                ("Review on", request.review),
            ),
            wanted=request.wanted,
            zones=tuple(self.zones()),
            teams=teams,
            proxy=self.proxy(),
            allowlist=allowlist,
            bypass=bypass,
            senders=senders,
            open=handover_open.open_rows(d),
            findings=tuple(
                FindingRow(f.severity, f.code, f.message, *advice(f.code)) for f in d.findings
            ),
            checks=checks_of(d),
            audit=audit(self),
            files=tuple(self.files()),
            approvals=(
                ("Requester", "The request is complete and the findings are accepted."),
                *((part.team.name, part.team.task) for part in teams),
                ("Security", "The exposure is acceptable."),
            ),
            sources=self.sources,
            lists=self.lists,
            roles={key: role.name for key, role in self.catalog.roles.items()},
        )

    # Firewalls

    def team(self, team: Team) -> TeamPart:
        """A team with nothing to do has an empty `count`."""
        walls = tuple(
            self.firewall(name, firewall)
            for name, firewall in self.plan.firewalls.items()
            if firewall.kind != "router" and team_of(firewall) == team.id
        )
        connections = connections_of(self, team)
        parts = []
        if walls:
            names = ", ".join(wall.name for wall in walls)
            parts.append(f"{names}: {count(sum(len(wall.rules) for wall in walls), 'rule')}")
            parts += _some(sum(len(wall.forwards) for wall in walls), "port forward")
        if team.id == "proxy":
            parts += _some(
                len(self.deployment.allowlist), "host to let through", "hosts to let through"
            )
            parts += _some(
                len(self.deployment.tls_bypass), "host not to inspect", "hosts not to inspect"
            )
        if team.id == "mail":
            parts += _some(len(self.deployment.mail_senders), "sender")
        parts += _some(len(connections), "kind of connection", "kinds of connections")
        return TeamPart(team, walls, connections, ", ".join(parts))

    def firewall(self, name: str, firewall: Firewall) -> FirewallPart:
        d = self.deployment
        rules = tuple(map(self.rule, d.rules_of(name)))
        outside = any(rule.sources.anywhere or rule.destinations.anywhere for rule in rules)
        return FirewallPart(
            name=name,
            about=self.about(name, firewall) + (_OUTSIDE if outside else ""),
            rules=rules,
            forwards=tuple(map(self.forward, d.forwards_of(name))),
            waits=tuple(map(self.waiting, d.missing(name))),
            formats=tuple(
                entry.name
                for entry in FORMATS
                if entry.for_firewalls
                and not (entry.extra or entry.folder)
                and entry.fits_firewall(firewall)
            ),
        )

    def about(self, name: str, firewall: Firewall) -> str:
        if firewall.guards_hosts:
            kind = upper_first(GUARDS[firewall.kind])
            covered = ", ".join(map(bare, self.deployment.covered(name)[:MOST])) or NO_ADDRESS
            whose = f" of {self.role(firewall.role)}" if firewall.role else ""
            platform = f" ({firewall.platform})" if firewall.kind == "host" else ""
            is_open = firewall.egress == "open"
            out = "everything out is allowed" if is_open else "so is what goes out"
            denied = f"New connections in are denied unless a rule allows them; {out}."
            return f"{kind}{whose}{platform}, guards {covered}. {denied}"
        base = (
            "It denies what no rule allows."
            if firewall.default == "deny"
            else "The rules are added to those it has."
        )
        nat = ""
        if firewall.nat:
            nat = (
                " It translates addresses; its public address is"
                f" {firewall.public_address or 'not known yet'}."
            )
        return f"Firewall between {listed(firewall.zones)}. {base}{nat}"

    def rule(self, rule: Rule) -> RuleRow:
        return RuleRow(
            id=rule.id,
            firewall=rule.firewall,
            direction=WAYS[rule.direction].column,
            from_=self.role(rule.from_),
            sources=self.addresses(rule.sources, rule.from_),
            to=self.role(rule.to),
            destinations=self.addresses(rule.destinations, rule.to),
            transport=rule.transport,
            ports=rule.ports,
            services=rule.services,
            why=self.why(rule.flows),
            without=self.without(rule.flows),
            encrypted=encryption_text(rule.encrypted),
            status=rule.status,
            waits=tuple(map(self.waiting, rule.unresolved)),
            places=self.places(rule.flows),
        )

    def forward(self, forward: Forward) -> ForwardRow:
        facts = self.facts(forward.flows)
        return ForwardRow(
            id=forward.id,
            firewall=forward.firewall,
            transport=forward.transport,
            public=forward.public_address,
            public_ports=forward.public_ports,
            inside=forward.address,
            ports=forward.ports,
            sources=self.addresses(forward.sources, INTERNET),
            services=tuple(dict.fromkeys(f.service for f in facts if isinstance(f, FlowFact))),
            why=self.why(forward.flows),
            without=self.without(forward.flows),
            waits=tuple(map(self.waiting, forward.unresolved)),
            places=self.places(forward.flows),
        )

    # Lists

    def proxy(self) -> tuple[str, ...]:
        proxy = self.plan.proxy
        if proxy.mode == "none":
            return (
                (
                    "There is no web proxy in this plan: the list is for firewalls that filter by"
                    " name."
                ),
            )
        lines = [
            (
                f"Web traffic goes through the proxy on port {proxy.port}."
                if proxy.mode == "explicit"
                else "A transparent proxy sees the web traffic."
            )
        ]
        lines.append(
            "Its list can hold wildcards."
            if proxy.wildcards
            else "Its list takes no wildcards: hosts are named."
        )
        lines.append("It inspects TLS." if proxy.tls_inspection else "It does not inspect TLS.")
        return tuple(lines)

    def allowlist(self) -> tuple[Purpose, ...]:
        groups: dict[str, list[HostRow]] = {}
        for entry in self.deployment.allowlist:
            row = HostRow(
                scheme=entry.scheme,
                host=entry.host,
                port=entry.port,
                paths=entry.paths,
                clients=tuple(self.client(role, entry.products) for role in entry.from_),
                why=self.why(entry.endpoints),
                status=entry.status,
                places=self.places(entry.endpoints),
            )
            groups.setdefault("; ".join(entry.purposes), []).append(row)
        return tuple(Purpose(name, tuple(hosts)) for name, hosts in sorted(groups.items()))

    def purposes(self, host: str) -> tuple[str, ...]:
        """What the allowlist says of a host, or of the hosts below a wildcard, or of a wildcard
        that holds it.
        """
        found: dict[str, None] = {}
        for entry in self.deployment.allowlist:
            some, other = (name.removeprefix("*") for name in (host, entry.host))
            if host == entry.host or (
                (host != some and entry.host.endswith(some))
                or (entry.host != other and host.endswith(other))
            ):
                found |= dict.fromkeys(entry.purposes)
        return tuple(found) or ("not on the allowlist by itself",)

    def zones(self) -> Iterable[ZoneRow]:
        here: dict[str, dict[str, None]] = {}
        sides: list[Flow | Rule] = [*self.deployment.flows, *self.deployment.rules]
        for one in sides:
            for role, cidrs in ((one.from_, one.sources), (one.to, one.destinations)):
                if cidrs:
                    here.setdefault(role, {}).update(dict.fromkeys(cidrs))
        for name, zone in self.plan.zones.items():
            inside = [
                role for role, cidrs in here.items() if handover_open.touches(cidrs, zone.networks)
            ]
            joined = tuple(
                key
                for key, fw in self.plan.firewalls.items()
                if fw.joins_zones and name in fw.zones
            )
            yield ZoneRow(name, zone.networks, tuple(sorted(map(self.role, inside))), joined)

    def files(self) -> Iterable[FileRow]:
        for entry in FORMATS:
            if entry.offered(self.deployment):
                walls = entry.firewalls(self.deployment) if entry.for_firewalls else ()
                waiting = tuple(name for name in walls if self.deployment.missing(name))
                ready = tuple(name for name in walls if name not in waiting)
                yield FileRow(
                    entry.name,
                    entry.paths,
                    entry.about,
                    entry.for_what,
                    entry.reader,
                    ready,
                    waiting,
                    entry.use,
                )


def _some(number: int, one: str, many: str = "") -> list[str]:
    """`["2 senders"]`; nothing for none."""
    return [count(number, one, many)] if number else []
