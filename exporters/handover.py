"""Deployment → the handover document as one frozen value: what markdown, html and xlsx lay out.

Texts are as they stand in the plan and the facts: each format makes them harmless for itself. Nothing here
knows the day or the machine; the same plan gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporters import handover_open
from exporters.cidrs import bare
from exporters.handover_checks import checks_of
from exporters.handover_model import (
    Addresses,
    BypassRow,
    FileRow,
    FindingRow,
    FirewallPart,
    ForwardRow,
    Handover,
    HostRow,
    ListRow,
    Place,
    Purpose,
    RuleRow,
    SenderRow,
    SourceRow,
    TeamPart,
    ZoneRow,
)
from exporters.handover_words import TEAMS, WAYS, Team, advice, team_of
from exporters.table import FORMATS, Format
from wizard.deployment import Deployment
from wizard.facts import EndpointFact, FlowFact, Source
from wizard.flows import Flow
from wizard.plan import INTERNET, Firewall
from wizard.report import encryption_text
from wizard.rules import Forward, Rule
from wizard.text import one_line

# More addresses than this on one side of a rule stand in a list of their own at the end.
MOST = 8
_EVIDENCE = {"stated": "", "inferred": "inferred", "other": "other source"}


def handover(deployment: Deployment) -> Handover:
    """The document for this deployment."""
    return _Maker(deployment).document()


class _Maker:
    """Makes the parts, and numbers documents and address lists as they come up."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.catalog = deployment.catalog
        self.plan = deployment.plan
        self.numbers: dict[str, int] = {}
        self.lists: dict[tuple[str, ...], str] = {}

    def document(self) -> Handover:
        d, plan = self.deployment, self.plan
        teams = tuple(self.team(team) for team in TEAMS)
        allowlist = self.allowlist()
        bypass = tuple(
            BypassRow(b.host, tuple(map(self.product, b.products)), (self.place(b.source),))
            for b in d.tls_bypass
        )
        senders = tuple(
            SenderRow(m.address, m.domain, tuple(map(self.product, m.products)), (self.place(m.source),))
            for m in d.mail_senders
        )
        has = {"proxy": bool(allowlist or bypass), "mail": bool(senders)}
        teams = tuple(part for part in teams if part.firewalls or has.get(part.team.id))
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
            findings=tuple(FindingRow(f.severity, f.code, f.message, *advice(f.code)) for f in d.findings),
            checks=checks_of(d),
            files=tuple(self.files()),
            approvals=(
                ("Requester", "The request is complete and the findings are accepted."),
                *((part.team.name, part.team.task) for part in teams),
                ("Security", "The exposure is acceptable."),
            ),
            sources=tuple(self.source(key, number) for key, number in self.numbers.items()),
            lists=tuple(ListRow(name, cidrs) for cidrs, name in self.lists.items()),
            roles={key: role.name for key, role in self.catalog.roles.items()},
        )

    # Firewalls

    def team(self, team: Team) -> TeamPart:
        walls = [
            self.firewall(name, firewall)
            for name, firewall in self.plan.firewalls.items()
            if firewall.kind != "router" and team_of(firewall) == team.id
        ]
        return TeamPart(team, tuple(walls))

    def firewall(self, name: str, firewall: Firewall) -> FirewallPart:
        d = self.deployment
        return FirewallPart(
            name=name,
            about=self.about(name, firewall),
            rules=tuple(map(self.rule, d.rules_of(name))),
            forwards=tuple(map(self.forward, d.forwards_of(name))),
            waits=tuple(map(self.waiting, d.missing(name))),
            formats=tuple(
                entry.name
                for entry in FORMATS
                if entry.for_firewalls and not (entry.extra or entry.folder) and entry.fits_firewall(firewall)
            ),
        )

    def about(self, name: str, firewall: Firewall) -> str:
        if firewall.guards_hosts:
            own = "Own firewall" if firewall.kind == "host" else "Cloud security group"
            covered = ", ".join(bare(c) for c in self.deployment.covered(name)[:MOST]) or "no address yet"
            whose = f" of {self.role(firewall.role)}" if firewall.role else ""
            what = f" ({firewall.platform})" if firewall.kind == "host" else ""
            out = "everything out is allowed" if firewall.egress == "open" else "so is what goes out"
            denied = f"New connections in are denied unless a rule allows them; {out}."
            return f"{own}{whose}{what}, guards {covered}. {denied}"
        base = (
            "It denies what no rule allows."
            if firewall.default == "deny"
            else "The rules are added to those it has."
        )
        nat = ""
        if firewall.nat:
            nat = f" It translates addresses; its public address is {firewall.public_address or 'not known yet'}."
        return f"Firewall between {_listed(firewall.zones)}. {base}{nat}"

    def rule(self, rule: Rule) -> RuleRow:
        return RuleRow(
            id=rule.id,
            firewall=rule.firewall,
            direction=WAYS[rule.direction],
            from_=self.role(rule.from_),
            sources=self.addresses(rule.sources, rule.except_sources, rule.from_),
            to=self.role(rule.to),
            destinations=self.addresses(rule.destinations, rule.except_destinations, rule.to),
            transport=rule.transport,
            ports=rule.ports,
            services=rule.services,
            why=self.why(rule.flows),
            without=tuple(dict.fromkeys(f.without for f in self.facts(rule.flows) if f.without)),
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
            sources=self.addresses(forward.sources, (), INTERNET),
            services=tuple(dict.fromkeys(f.service for f in facts if isinstance(f, FlowFact))),
            waits=tuple(map(self.waiting, forward.unresolved)),
            places=self.places(forward.flows),
        )

    def addresses(self, cidrs: tuple[str, ...], excepted: tuple[str, ...], role: str) -> Addresses:
        anywhere = 0
        if cidrs in (("0.0.0.0/0",), ("::/0",)):
            anywhere = 6 if ":" in cidrs[0] else 4
        if len(cidrs) > MOST and cidrs not in self.lists:
            self.lists[cidrs] = f"List {len(self.lists) + 1}: {self.role(role)}, {len(cidrs)} entries"
        return Addresses(cidrs, anywhere, self.lists.get(cidrs, "").partition(":")[0])

    # Lists

    def proxy(self) -> tuple[str, ...]:
        proxy = self.plan.proxy
        if proxy.mode == "none":
            return ("There is no web proxy in this plan: the list is for firewalls that filter by name.",)
        lines = [
            f"Web traffic goes through the proxy on port {proxy.port}."
            if proxy.mode == "explicit"
            else "A transparent proxy sees the web traffic."
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
                from_=tuple(map(self.role, entry.from_)),
                why=self.why(entry.endpoints),
                status=entry.status,
                places=self.places(entry.endpoints),
            )
            groups.setdefault("; ".join(entry.purposes), []).append(row)
        return tuple(Purpose(name, tuple(hosts)) for name, hosts in sorted(groups.items()))

    def zones(self) -> Iterable[ZoneRow]:
        here: dict[str, dict[str, None]] = {}
        sides: list[Flow | Rule] = [*self.deployment.flows, *self.deployment.rules]
        for one in sides:
            for role, cidrs in ((one.from_, one.sources), (one.to, one.destinations)):
                if cidrs:
                    here.setdefault(role, {}).update(dict.fromkeys(cidrs))
        for name, zone in self.plan.zones.items():
            inside = [role for role, cidrs in here.items() if handover_open.touches(cidrs, zone.networks)]
            joined = tuple(
                key for key, fw in self.plan.firewalls.items() if fw.joins_zones and name in fw.zones
            )
            yield ZoneRow(name, zone.networks, tuple(sorted(map(self.role, inside))), joined)

    def files(self) -> Iterable[FileRow]:
        for entry in FORMATS:
            if entry.offered(self.deployment):
                walls = entry.firewalls(self.deployment) if entry.for_firewalls else ()
                yield _file(entry, walls)

    # Words

    def facts(self, ids: Iterable[str]) -> list[FlowFact | EndpointFact]:
        return [self.deployment.facts[key] for key in ids if key in self.deployment.facts]

    def why(self, ids: Sequence[str]) -> tuple[str, ...]:
        found = {
            f"{self.product(f.product)}: {self.feature(f.product, f.feature)}": None for f in self.facts(ids)
        }
        if any(key.startswith("management/") for key in ids):
            found["Administration of the machine"] = None
        return tuple(found)

    def places(self, ids: Sequence[str]) -> tuple[Place, ...]:
        found: dict[tuple[int, str], Place] = {}
        for fact in self.facts(ids):
            place = self.place(fact.source, _EVIDENCE[fact.evidence])
            found.setdefault((place.number, place.locator), place)
        if not found and any(key.startswith("management/") for key in ids):
            return (Place(0, "", "", "this plan: management of the firewall", ""),)
        return tuple(found.values())

    def place(self, source: Source, note: str = "") -> Place:
        number = self.numbers.setdefault(source.document, len(self.numbers) + 1)
        known = self.catalog.documents.get(source.document)
        publisher, title = (known.publisher, known.title) if known else ("", source.document)
        return Place(number, publisher, title, source.locator, note)

    def source(self, key: str, number: int) -> SourceRow:
        known = self.catalog.documents.get(key)
        if known is None:
            return SourceRow(number, key, "", "", "", "")
        tier = "the vendor's port list" if known.tier == "source" else "other source"
        return SourceRow(number, known.title, known.publisher, known.version, tier, known.address)

    def role(self, role: str) -> str:
        known = self.catalog.roles.get(role)
        return known.name if known else role

    def waiting(self, name: str) -> str:
        return handover_open.waiting(self.catalog, name)

    def product(self, product: str) -> str:
        known = self.catalog.products.get(product)
        return known.name if known else product

    def feature(self, product: str, feature: str) -> str:
        known = self.catalog.products.get(product)
        return known.features[feature].name if known and feature in known.features else feature

    def product_line(self, product: str) -> str:
        answers, known = self.plan.products[product], self.catalog.products.get(product)
        core = [f.name for f in known.features.values() if f.core] if known else []
        names = [*core, *(self.feature(product, feature) for feature in answers.features)]
        version = answers.version or (known.newest if known else "")
        listed = ", ".join(dict.fromkeys(names))
        return f"{self.product(product)}{f' {version}' if version else ''}: {listed}"


def _file(entry: Format, firewalls: tuple[str, ...]) -> FileRow:
    return FileRow(entry.name, entry.about, entry.for_what, entry.reader, firewalls, entry.use)


def _listed(words: Sequence[str]) -> str:
    *head, last = [*words] or [""]
    return f"{', '.join(head)} and {last}" if head else last
