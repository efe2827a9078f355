"""Plans between an old one and a new one: what there is with the answers of some groups only.

`Between.at(groups)` → `World`, where just those groups answer as in the new plan. No plan is
compiled: facts are selected by product, rules worked out for the connections between two roles only
and findings by one check, each once for all worlds that answer alike what it depends on. A plan
taken half back may make no sense; what follows from it is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, product, starmap

import msgspec

from wizard.changes.differing import GroupOf, mixed
from wizard.changes.values import FACTS, INERT, group_path
from wizard.deployment import Deployment, allowlist_of, bypass_of, senders_of
from wizard.facts.model import OWN_PRODUCT, Catalog
from wizard.findings import FINDINGS, Finding, Survey
from wizard.network.crossings import crossings
from wizard.network.ports import MANY_PORTS, port_count
from wizard.network.topology import Network
from wizard.plan.catalog import catalog_of
from wizard.plan.fronts import fronts_of
from wizard.plan.keys import AnswerPath
from wizard.plan.model import INTERNET, Own, Plan, changed
from wizard.rules.compile import compile_rules
from wizard.rules.compiled import Compiled
from wizard.rules.exposure import is_public_in_the_clear
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender
from wizard.rules.seen_denials import SeenDenials
from wizard.rules.select import Selected, SelectedEndpoint, select_endpoints, select_flows
from wizard.rules.wants import Want, fact_wants, management_wants, wants
from wizard.tables import names_where, picked, with_names

Groups = frozenset[str]
# Transport, and the roles of both sides: what each rule is made for.
Parties = tuple[str, str, str]
_NO_RULES = Compiled((), (), ())
# Where the plan file has what the plan adds to the facts.
_OWN = "own"
_NEVER = "never"
_MOST = 1500  # worlds that are looked at for one comparison


class Selection(msgspec.Struct, frozen=True, eq=False):
    """The facts of one product that count."""

    flows: tuple[Selected, ...]
    endpoints: tuple[SelectedEndpoint, ...]


class Wanted(msgspec.Struct, frozen=True, eq=False):
    """The connections of one product, or of management, by what rules are made for."""

    by_parties: dict[Parties, list[Want]]

    def __iter__(self) -> Iterator[Want]:
        return chain.from_iterable(self.by_parties.values())


class Between:
    """Two deployments, and the worlds between them."""

    def __init__(self, old: Deployment, new: Deployment, group_of: GroupOf) -> None:
        self.old, self.new = old, new
        self._group_of = group_of
        paths = {group: group_path(group) for group in (*group_of.values(), FACTS)}
        # What only some groups have a say in.
        self._placing = frozenset(names_where(_places, paths))
        self._everywhere = frozenset(names_where(_selects, paths))
        self._of_product = {
            name: self._everywhere | frozenset(_within(paths, ("products", name)))
            for name in sorted(old.plan.products.keys() | new.plan.products.keys())
        }
        # What the plans add to the facts comes last, as when it is selected.
        self._of_product[OWN_PRODUCT] = self._everywhere | frozenset(_within(paths, (_OWN,)))
        self._selecting = self._everywhere.union(*self._of_product.values())
        self._worlds: dict[Groups, World] = {}
        self._plans: dict[Groups, Plan] = {}
        self._networks: dict[Groups, Network] = {}
        self._selections: dict[tuple[str, Groups], Selection] = {}
        self._wanted: dict[tuple[Selection | None, Groups], Wanted] = {}
        self._compiled: dict[tuple[Parties | None, Groups, tuple[Wanted, ...]], Compiled] = {}
        self._findings: dict[tuple[str, Groups], frozenset[str]] = {}

    def at(self, answered: Groups) -> World:
        """The world where these groups answer as in the new plan."""
        if answered not in self._worlds:
            self._worlds[answered] = World(self, answered)
        return self._worlds[answered]

    @property
    def is_exhausted(self) -> bool:
        """True where so many worlds were looked at that only what must be is worked out."""
        return len(self._worlds) > _MOST

    def plan(self, answered: Groups) -> Plan:
        """The old plan with the answers of these groups; without products that its facts don't know."""
        if answered not in self._plans:
            self._plans[answered] = self._plan(answered)
        return self._plans[answered]

    def _plan(self, answered: Groups) -> Plan:
        plan = mixed(self.old.plan, self.new.plan, self._group_of, answered)
        known = catalog_of(self.catalog(answered), plan).products
        if plan.products.keys() <= known.keys():
            return plan
        return changed(plan, products=with_names(plan.products, known))

    def catalog(self, answered: Groups) -> Catalog:
        """The facts that the plan is made from, as one of the two plans sees them."""
        return self.new.catalog if FACTS in answered else self.old.catalog

    def network(self, answered: Groups) -> Network:
        """Places and firewalls, with the proxy."""
        key = answered & self._placing
        if key not in self._networks:
            self._networks[key] = Network(self.plan(key), self.catalog(key).roles)
        return self._networks[key]

    def selections(self, answered: Groups) -> Iterator[Selection]:
        """What counts, product by product."""
        for name, deciding in self._of_product.items():
            key = name, answered & deciding
            if key not in self._selections:
                self._selections[key] = self._selected(*key)
            yield self._selections[key]

    def _selected(self, product: str, answered: Groups) -> Selection:
        plan, catalog = self.plan(answered), self.catalog(answered)
        answers = picked(plan.products, (product,))
        plan = changed(plan, products=answers, own=plan.own if product == OWN_PRODUCT else Own())
        return Selection(tuple(select_flows(catalog, plan)), tuple(select_endpoints(catalog, plan)))

    def wanted(self, answered: Groups) -> Iterator[Wanted]:
        """The connections of each product, then those of management."""
        places = answered & self._placing
        network = self.network(places)
        for selection in (*self.selections(answered), None):
            key = selection, places
            if key not in self._wanted:
                self._wanted[key] = _wanted(
                    fact_wants(network, selection.flows, selection.endpoints)
                    if selection is not None
                    else management_wants(network)
                )
            yield self._wanted[key]

    def compiled(self, answered: Groups, parties: Parties) -> Compiled:
        """Rules and forwards for the connections between two roles."""
        asking, network = self.at(answered).wanted, self.network(answered)
        # A way through a public address comes of others' forwards too: then all at once.
        together = any(firewall.hairpin for firewall in network.plan.firewalls.values())
        if not together:
            asking = tuple(each for each in asking if parties in each.by_parties)
        key = None if together else parties, answered & self._placing, asking
        if key not in self._compiled:
            connections = chain.from_iterable(asking)
            if not together:
                connections = chain.from_iterable(each.by_parties[parties] for each in asking)
            self._compiled[key] = compile_rules(network, connections)
        return self._compiled[key]

    def findings(self, answered: Groups, code: str) -> frozenset[str]:
        """What findings of a kind say."""
        deciding = self._selecting if code in _OF_FACTS else self._selecting | self._placing
        key = code, answered & deciding
        if key not in self._findings:
            survey = self.at(key[1]).survey
            if code in _OF_RULES:
                connections = _OF_RULES[code](survey)
                compiled = compile_rules(survey.network, connections)
                survey = msgspec.structs.replace(survey, compiled=compiled)
            self._findings[key] = frozenset(message for message, _ in FINDINGS[code].find(survey))
        return self._findings[key]


class World:
    """What there is with the answers of some groups."""

    def __init__(self, between: Between, answered: Groups) -> None:
        self._between, self._answered = between, answered

    def compiled(self, parties: Parties) -> Compiled:
        """Rules and forwards for the connections between two roles."""
        return self._between.compiled(self._answered, parties)

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        """The connections of each product, then those of management alone."""
        return tuple(self._between.wanted(self._answered))

    @cached_property
    def forwards(self) -> tuple[Forward, ...]:
        """The port forwards: what the internet opens."""
        parties: dict[Parties, None] = {}
        for want in chain.from_iterable(self.wanted):
            if _is_from_internet(want):
                parties[want.transport, want.from_, want.to] = None
        compiled = map(self.compiled, parties)
        return tuple(chain.from_iterable(each.forwards for each in compiled))

    def says(self, finding: Finding) -> bool:
        """True where the same finding is there."""
        return finding.message in self._between.findings(self._answered, finding.code)

    @cached_property
    def allowlist(self) -> tuple[AllowlistEntry, ...]:
        """The hosts that the proxy must let through."""
        return allowlist_of(self._endpoints)

    @cached_property
    def tls_bypass(self) -> tuple[Bypass, ...]:
        """The hosts that TLS inspection leaves alone."""
        return bypass_of(self._catalog, self._between.plan(self._answered))

    @cached_property
    def mail_senders(self) -> tuple[MailSender, ...]:
        """The senders of mail."""
        return tuple(senders_of(self._catalog, self._between.plan(self._answered)))

    @cached_property
    def _catalog(self) -> Catalog:
        """The facts as the plan of this world sees them."""
        plan = self._between.plan(self._answered)
        return catalog_of(self._between.catalog(self._answered), plan)

    @cached_property
    def _endpoints(self) -> tuple[SelectedEndpoint, ...]:
        selections = self._between.selections(self._answered)
        return tuple(chain.from_iterable(selection.endpoints for selection in selections))

    @cached_property
    def survey(self) -> Survey:
        """What findings look at; no rules yet."""
        plan = self._between.plan(self._answered)
        network = Network(plan, self._catalog.roles)
        selections = self._between.selections(self._answered)
        flows = tuple(chain.from_iterable(selection.flows for selection in selections))
        return Survey(
            catalog=self._catalog,
            plan=plan,
            network=network,
            seen_denials=SeenDenials(network),
            flows=flows,
            endpoints=self._endpoints,
            wants=wants(network, flows, self._endpoints),
            compiled=_NO_RULES,
            allowlist=self.allowlist,
            tls_bypass=self.tls_bypass,
        )


def _wanted(connections: Iterable[Want]) -> Wanted:
    by_parties: dict[Parties, list[Want]] = {}
    for want in connections:
        by_parties.setdefault((want.transport, want.from_, want.to), []).append(want)
    return Wanted(by_parties)


# What things have a say in, by where they stand


def _places(path: AnswerPath) -> bool:
    """Whether zones, firewalls or somebody's place may follow from it."""
    if path[0] == "products":
        return len(path) == 2 or (path[2] in ("roles", "across_sites") or "roles" in path[4:5])
    return path[0] not in INERT


def _selects(path: AnswerPath) -> bool:
    """Whether the facts of every product may follow from it."""
    return path[0] not in INERT | {"products", "zones", "sites", "firewalls", _OWN, _NEVER}


def _within(paths: Mapping[str, AnswerPath], head: AnswerPath) -> Iterator[str]:
    for group, path in paths.items():
        if path[: len(head)] == head:
            yield group


# What findings look at: facts alone, or the rules for some of the connections

_OF_FACTS = {
    "unknown-host", "unencrypted", "no-encrypted-way", "deprecated-port", "tls-inspection", "wildcard-unsupported",
    "host-only-allowlist", "source-contradicts", "facts-incomplete", "proxy-login",
}  # fmt: skip


def _from_internet(survey: Survey) -> Iterator[Want]:
    yield from filter(_is_from_internet, survey.wants)


def _is_from_internet(want: Want) -> bool:
    return INTERNET in want.sources.by_zone


def _in_the_clear(survey: Survey) -> Iterator[Want]:
    yield from (want for want in survey.wants if is_public_in_the_clear(want.fact))


def _kept_off_the_internet(survey: Survey) -> Iterator[Want]:
    yield from (want for want in survey.wants if not want.pairs)


def _without_clear_way(survey: Survey) -> Iterator[Want]:
    for want in survey.wants:
        if not want.link_local and (
            is_public_in_the_clear(want.fact) or not _runs_clear(survey, want)
        ):
            yield want


def _runs_clear(survey: Survey, want: Want) -> bool:
    """True where one way, and not more, leads from each zone to each other."""
    for pair in want.pairs:
        between = crossings(survey.network, pair.sources, pair.destinations)
        if between.no_path or between.no_family or between.ambiguous:
            return False
    return True


def _all(survey: Survey) -> Iterator[Want]:
    yield from survey.wants


def _of_many_ports(survey: Survey) -> Iterator[Want]:
    by_rule: dict[object, list[Want]] = {}
    for want in survey.wants:
        rule = want.transport, want.from_, want.to, want.fact.status, want.fact.encrypted
        by_rule.setdefault(rule, []).append(want)
    for connections in by_rule.values():
        ranges = chain.from_iterable(want.ports for want in connections)
        if port_count(ranges) > MANY_PORTS:
            yield from connections


def _of_management(survey: Survey) -> Iterator[Want]:
    return management_wants(survey.network)


def _at_limited_firewalls(survey: Survey) -> Iterator[Want]:
    limited = [name for name, wall in survey.plan.firewalls.items() if wall.provider is not None]
    for want in survey.wants:
        at_sides = product(limited, (want.sources, want.destinations))
        if any(starmap(survey.network.held, at_sides)):
            yield want


def _through_fronts(survey: Survey) -> Iterator[Want]:
    ids = {flow.fact.id for flow in survey.flows if fronts_of(survey.plan, flow.fact)}
    return (want for want in survey.wants if want.id in ids)


_OF_RULES: dict[str, Callable[[Survey], Iterable[Want]]] = {
    "ambiguous-path": _without_clear_way,
    "cleartext-over-untrusted": _in_the_clear,
    "dynamic-range": _of_many_ports,
    "front-conflict": _through_fronts,
    "forward-conflict": _from_internet,
    "hairpin": _from_internet,
    "internal-flow": _kept_off_the_internet,
    "internet-exposure": _from_internet,
    "nat-without-address": _from_internet,
    "nat-without-use": _all,
    "never-violated": _all,
    "no-management": _of_management,
    "no-path": _without_clear_way,
    "rule-limit": _at_limited_firewalls,
    "tls-ends-at-front": _through_fronts,
    "unused-front": _through_fronts,
}
