"""`deploy(catalog, plan)` → the one value that screens and exporters read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from wizard.facts.model import Catalog, EndpointFact, Fact, Product
from wizard.findings import Finding, Survey, review
from wizard.network.ports import PortRange
from wizard.network.topology import Network
from wizard.plan.catalog import catalog_of
from wizard.plan.model import FORMAT, Plan
from wizard.plan.stamp import Stamp, stamp_of
from wizard.rules.compile import compile_rules
from wizard.rules.containers import ContainerPorts, container_ports
from wizard.rules.denials import Denial, denials_of
from wizard.rules.fronted import PlacedFront, placed_fronts
from wizard.rules.groups import group_rules
from wizard.rules.hairpin import Hairpin, Insiders
from wizard.rules.model import AllowlistEntry, Bypass, Flow, Forward, MailSender, Rule
from wizard.rules.seen_denials import SeenDenials
from wizard.rules.select import (
    SelectedEndpoint,
    active_features,
    select_endpoints,
    select_flows,
)
from wizard.rules.wants import Want, flow_values, wants
from wizard.tables import each_made

_STATUSES = ("current", "optional", "legacy")


class Deployment(msgspec.Struct, frozen=True, dict=True, weakref=True):
    """All that follows from one plan: flows, rules, forwards, lists, findings, and the facts behind
    them.

    `catalog` is what the plan sees of the facts. `facts` maps the id of each selected flow and
    endpoint to its fact; `coverage` maps each host's and cloud firewall to the CIDRs that it
    guards, `containers` to the ports that containers publish behind it. `wants` are the connections
    that the rules are for, with the answers behind them; `endpoints` those behind the allowlist.
    `seen_denials` knows what of `denials` each firewall sees.
    """

    catalog: Catalog
    plan: Plan
    network: Network
    seen_denials: SeenDenials
    wants: tuple[Want, ...]
    endpoints: tuple[SelectedEndpoint, ...]
    flows: tuple[Flow, ...]
    rules: tuple[Rule, ...]
    forwards: tuple[Forward, ...]
    allowlist: tuple[AllowlistEntry, ...]
    tls_bypass: tuple[Bypass, ...]
    mail_senders: tuple[MailSender, ...]
    findings: tuple[Finding, ...]
    facts: dict[str, Fact]
    coverage: dict[str, tuple[str, ...]] = {}
    denials: tuple[Denial, ...] = ()
    fronts: tuple[PlacedFront, ...] = ()
    containers: dict[str, tuple[ContainerPorts, ...]] = {}
    hairpins: tuple[Hairpin, ...] = ()
    insiders: tuple[Insiders, ...] = ()

    @property
    def stamp(self) -> Stamp:
        """What every file that is made of this carries."""
        return stamp_of(self.catalog, self.plan)

    def containers_of(self, firewall: str) -> tuple[ContainerPorts, ...]:
        """What containers publish behind a host's firewall."""
        return self.containers.get(firewall, ())

    def rules_of(self, firewall: str) -> tuple[Rule, ...]:
        """The rules of one firewall, in the order of all rules."""
        return self._rules_by_firewall.get(firewall, ())

    @cached_property
    def _rules_by_firewall(self) -> dict[str, tuple[Rule, ...]]:
        rules: dict[str, list[Rule]] = {}
        for rule in self.rules:
            rules.setdefault(rule.firewall, []).append(rule)
        return each_made(tuple, rules)

    def written_rules_of(self, firewall: str) -> tuple[Rule, ...]:
        """The same as the file of a cloud group holds them: the internet may be everything there."""
        answers = self.plan.firewalls[firewall]
        return group_rules(answers, self.rules_of(firewall), self.denials_seen_at(firewall))

    def forwards_of(self, firewall: str) -> tuple[Forward, ...]:
        """The port forwards of one firewall."""
        return tuple(forward for forward in self.forwards if forward.firewall == firewall)

    def hairpins_of(self, firewall: str) -> tuple[Hairpin, ...]:
        """The ways from inside through public addresses that a boundary's script writes."""
        return tuple(way for way in self.hairpins if way.forward.firewall == firewall)

    def insiders_of(self, forward: Forward) -> Insiders:
        """Whom one of the port forwards leads through its public address."""
        return next(one for one in self.insiders if one.forward.id == forward.id)

    def denied_at(self, firewall: str) -> tuple[Rule, ...]:
        """What a boundary that accepts by default must deny, before it allows anything."""
        lines: list[Rule] = []
        for denial in self.denials_seen_at(firewall):
            if firewall in denial.firewalls:
                lines += denial.lines(firewall)
        return tuple(lines)

    def denials_seen_at(self, firewall: str) -> list[Denial]:
        """What must never be, with the addresses that one firewall sees."""
        return self.seen_denials.all_at(firewall, self.denials)

    def against(self, denial: Denial, rule: Rule) -> tuple[PortRange, ...]:
        """The ports on which a rule lets through some of what must never be."""
        return self.seen_denials.ports_against(denial, rule)

    def missing(self, firewall: str) -> tuple[str, ...]:
        """What rules and forwards of this firewall still wait for; files of it are refused until
        then.
        """
        waits: set[str] = set()
        opening: tuple[Rule | Forward, ...] = (
            *self.rules_of(firewall),
            *self.forwards_of(firewall),
        )
        for each in opening:
            waits.update(each.unresolved)
        return tuple(sorted(waits))

    def facts_of(self, ids: Iterable[str]) -> list[Fact]:
        """Those of the ids that are facts; `management/…` is none."""
        return [self.facts[fact_id] for fact_id in ids if fact_id in self.facts]

    def covered(self, firewall: str) -> tuple[str, ...]:
        """The addresses (CIDRs) that a host's or cloud firewall guards."""
        return self.coverage.get(firewall, ())

    def reached(self, firewall: str) -> tuple[str, ...]:
        """The same addresses as whoever is elsewhere reaches them."""
        if self.network.renumbered.zones:
            return self.network.covered(firewall)
        return self.covered(firewall)


def deploy(catalog: Catalog, plan: Plan) -> Deployment:
    """Everything that follows from a plan. Never fails: what is missing or wrong is in the
    findings.
    """
    catalog = catalog_of(catalog, plan)
    network = Network(plan, catalog.roles)
    flows = tuple(select_flows(catalog, plan))
    endpoints = tuple(select_endpoints(catalog, plan))
    all_wants = wants(network, flows, endpoints)
    compiled = compile_rules(network, all_wants)
    allowlist = allowlist_of(endpoints)
    bypass = bypass_of(catalog, plan)
    seen_denials = SeenDenials(network)
    survey = Survey(
        catalog=catalog,
        plan=plan,
        network=network,
        seen_denials=seen_denials,
        flows=flows,
        endpoints=endpoints,
        wants=all_wants,
        compiled=compiled,
        allowlist=allowlist,
        tls_bypass=bypass,
    )
    facts: dict[str, Fact] = {}
    for selected in (*flows, *endpoints):
        facts[selected.fact.id] = selected.fact
    return Deployment(
        catalog=catalog,
        plan=plan,
        network=network,
        seen_denials=seen_denials,
        wants=all_wants,
        endpoints=endpoints,
        flows=flow_values(network, flows, all_wants),
        rules=compiled.rules,
        forwards=compiled.forwards,
        allowlist=allowlist,
        tls_bypass=bypass,
        mail_senders=tuple(senders_of(catalog, plan)),
        findings=review(survey),
        facts=facts,
        coverage={name: network.on_machines(name) for name in network.guards},
        denials=denials_of(network),
        fronts=placed_fronts(network, (flow.fact for flow in flows)),
        containers=container_ports(catalog, network, all_wants),
        hairpins=compiled.hairpins,
        insiders=compiled.insiders,
    )


def to_json(deployment: Deployment) -> dict[str, object]:
    """What `show --json` prints: plain lists, dictionaries, texts, numbers."""
    from wizard.rules.records import record_of  # not for the first frame

    parts = (
        "flows",
        "rules",
        "forwards",
        "allowlist",
        "tls_bypass",
        "mail_senders",
        "findings",
        "denials",
        "fronts",
    )
    listed = {part: msgspec.to_builtins(getattr(deployment, part)) for part in parts}
    stamp = msgspec.to_builtins(deployment.stamp)
    on_record = (record_of(rule, deployment.network) for rule in deployment.rules)
    records = msgspec.to_builtins(tuple(on_record))
    head = {"format": FORMAT, "name": deployment.plan.name}
    return {**head, **listed, "records": records, "stamp": stamp}


def allowlist_of(endpoints: Iterable[SelectedEndpoint]) -> tuple[AllowlistEntry, ...]:
    """One entry a scheme, host and port. Hosts that nobody has named yet are findings, not entries."""
    facts_by_place: dict[tuple[str, str, int], list[EndpointFact]] = {}
    for endpoint in endpoints:
        if endpoint.host is not None:
            place = (endpoint.host, endpoint.fact.scheme, endpoint.fact.port)
            facts_by_place.setdefault(place, []).append(endpoint.fact)
    return tuple(_entry(*place, facts) for place, facts in sorted(facts_by_place.items()))


def _entry(host: str, scheme: str, port: int, facts: list[EndpointFact]) -> AllowlistEntry:
    def each(field: str) -> tuple[str, ...]:
        return tuple(sorted({getattr(fact, field) for fact in facts}))

    return AllowlistEntry(
        scheme=scheme,
        host=host,
        port=port,
        paths=each("path"),
        from_=each("from_"),
        purposes=each("purpose"),
        products=each("product"),
        installations=each("installation"),
        features=each("feature"),
        status=min((fact.status for fact in facts), key=_STATUSES.index),
        endpoints=each("id"),
        evidence=tuple(sorted({fact.evidence for fact in facts})),
    )


def bypass_of(catalog: Catalog, plan: Plan) -> tuple[Bypass, ...]:
    """One entry a host, with the source of the first installation that names it."""
    entries: dict[str, Bypass] = {}
    for product, active in _active(catalog, plan):
        for fact in product.tls_bypass:
            if fact.feature in active:
                entry = entries.setdefault(fact.host, Bypass(fact.host, (), (), fact.source))
                entries[fact.host] = msgspec.structs.replace(
                    entry,
                    products=tuple(dict.fromkeys((*entry.products, product.product))),
                    installations=tuple(dict.fromkeys((*entry.installations, product.id))),
                )
    return tuple(entries[host] for host in sorted(entries))


def senders_of(catalog: Catalog, plan: Plan) -> Iterator[MailSender]:
    """The services in the internet that send mail in the name of the plan's products."""
    for product, active in _active(catalog, plan):
        for fact in product.mail_senders:
            if fact.feature in active:
                yield MailSender(
                    fact.address, fact.domain, (product.product,), (product.id,), fact.source
                )


def _active(catalog: Catalog, plan: Plan) -> Iterator[tuple[Product, set[str]]]:
    """The plan's installations, and the features that are active in each."""
    for installation, answers in sorted(plan.products.items()):
        product = catalog.products[installation]
        yield product, active_features(product, answers)
