"""Two parties, a port and a transport → what every firewall on the way does with the connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import msgspec

from wizard.deployment import Deployment
from wizard.explain.values import Because, Hop
from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Cidrs, Family
from wizard.network.crossings import Block, crossings
from wizard.network.topology import Network, Party
from wizard.plan.model import INTERNET
from wizard.rules.model import Direction, Forward, Rule
from wizard.views.words import watch_for


class Connection(msgspec.Struct, frozen=True):
    """What is asked, its words understood."""

    sources: Party
    destinations: Party
    port: int
    transport: str


def hops_of(
    deployment: Deployment, network: Network, connection: Connection, forward: Forward | None = None
) -> tuple[tuple[Hop, ...], str]:
    """Every firewall on the way, and in words why there is no way; empty where there is one."""
    sources, destinations = connection.sources, connection.destinations
    way = crossings(network, sources, destinations)
    if way.no_path:
        these, those = way.no_path[0]
        return (), f"Nothing joins {', '.join(these)} to {', '.join(those)}."
    families = [
        family for family in FAMILIES if sources.cidrs(family) and destinations.cidrs(family)
    ]
    if not families:
        return (), "The two share no address family."
    walk = _Walk(deployment, network, connection, tuple(families), way.blocks)
    hops = []
    for name, firewall in network.guards.items():
        if firewall.egress == "filtered" and walk.touches(sources, name):
            hops.append(walk.hop(name, "out"))
    crossed = {block.firewall for block in way.blocks}
    for name in _in_order(network, sources, destinations):
        if name in crossed:
            translation = forward if forward and forward.firewall == name else walk.forward(name)
            hops.append(walk.hop(name, "forward", translation))
    for name in network.guards:
        if walk.touches(destinations, name):
            hops.append(walk.hop(name, "in"))
    return tuple(hops), ""


def _in_order(network: Network, sources: Party, destinations: Party) -> dict[str, None]:
    """The boundaries and routers between two parties, nearest to the source first."""
    names: dict[str, None] = {}
    for source, destination in product(sources.pieces, destinations.pieces):
        way = network.way(source.zone, destination.zone)
        names |= dict.fromkeys(way.firewalls if way else ())
    return names


class _Walk:
    """One question, put to one firewall after the other."""

    def __init__(
        self,
        deployment: Deployment,
        network: Network,
        connection: Connection,
        families: tuple[Family, ...],
        blocks: tuple[Block, ...],
    ) -> None:
        self.deployment = deployment
        self.network = network
        self.sources, self.destinations = connection.sources, connection.destinations
        self.port, self.transport = connection.port, connection.transport
        self.families = families
        self.blocks = blocks

    def forward(self, name: str) -> Forward | None:
        """The port forward by which a connection from the internet comes to an address behind this
        boundary.
        """
        zones = {piece.zone for piece in self.sources.pieces}
        if not self.deployment.plan.firewalls[name].nat or zones != {INTERNET}:
            return None
        for forward in self.deployment.forwards_of(name):
            low, high = forward.ports
            if (
                forward.transport == self.transport
                and low <= self.port <= high
                and f"{forward.address}/32" in self.destinations.every_cidr
            ):
                return forward
        return None

    def touches(self, party: Party, firewall: str) -> bool:
        return bool(self.network.held(firewall, party))

    def hop(self, name: str, direction: Direction, forward: Forward | None = None) -> Hop:
        """What one firewall does with the connection: let through only if its rules hold all of it."""
        rules = [rule for rule in self.deployment.rules_of(name) if self._fits(rule, direction)]
        firewall = self.deployment.plan.firewalls[name]
        passed: dict[str, Rule] = {}
        complete = True
        for sources, destinations in self._sides(name, direction):
            for holding in _holders(rules, sources, destinations):
                complete = complete and bool(holding)
                passed |= {rule.id: rule for rule in holding}
        allowed = complete and bool(passed)
        passing = tuple(passed.values()) if allowed else ()
        others = () if allowed else tuple(self._nearest(rules))
        facts = tuple(_because(self.deployment, passing, self.port))
        return Hop(name, firewall.kind, direction, allowed, passing, forward, facts, others)

    def _nearest(self, rules: Sequence[Rule]) -> Sequence[Rule]:
        """Of the rules for this port those that hold a part of the connection; all where none does."""
        sources = [cidr for family in self.families for cidr in self.sources.cidrs(family)]
        destinations = [
            cidr for family in self.families for cidr in self.destinations.cidrs(family)
        ]
        touching = [
            rule
            for rule in rules
            if addresses.overlap(rule.sources, sources)
            and addresses.overlap(rule.destinations, destinations)
        ]
        return touching or rules

    def _fits(self, rule: Rule, direction: Direction) -> bool:
        if (rule.direction, rule.transport) != (direction, self.transport):
            return False
        return any(low <= self.port <= high for low, high in rule.ports)

    def _sides(self, name: str, direction: Direction) -> Iterator[tuple[Cidrs, Cidrs]]:
        """Sources and destinations, of one family each, whose every pair comes to the firewall."""
        if direction == "forward":
            # A boundary sees only what crosses it: another zone of the same party may go another
            # way.
            for block in self.blocks:
                if block.firewall == name:
                    yield from self._between(
                        _part(self.sources, block.sources),
                        _part(self.destinations, block.destinations),
                    )
            return
        for family in self.families:
            sources, destinations = self.sources.cidrs(family), self.destinations.cidrs(family)
            if direction == "in":
                destinations = addresses.of_family(
                    self.network.held(name, self.destinations), family
                )
            else:
                sources = addresses.of_family(self.network.held(name, self.sources), family)
            yield sources, destinations

    def _between(self, sources: Party, destinations: Party) -> Iterator[tuple[Cidrs, Cidrs]]:
        for family in self.families:
            yield sources.cidrs(family), destinations.cidrs(family)


def _part(party: Party, zones: Sequence[str]) -> Party:
    """What of a party is in these zones."""
    return Party(party.role, tuple(piece for piece in party.pieces if piece.zone in zones))


def _holders(
    rules: Sequence[Rule], sources: Cidrs, destinations: Cidrs
) -> Iterator[Sequence[Rule]]:
    """The rules that hold a pair of a source and a destination, for each pair; once for those that
    are held alike, so that a thousand addresses on each side are no million pairs.
    """
    at_sources = _held_alike(sources, [(rule.sources, rule.except_sources) for rule in rules])
    at_destinations = _held_alike(
        destinations, [(rule.destinations, rule.except_destinations) for rule in rules]
    )
    for some, others in product(at_sources, at_destinations):
        yield [rules[position] for position in some if position in others]


def _held_alike(cidrs: Cidrs, sides: Iterable[tuple[Cidrs, Cidrs]]) -> Iterable[tuple[int, ...]]:
    """For the CIDRs, each different one once: the positions of the sides that hold all of it."""
    positions: dict[str, list[int]] = {cidr: [] for cidr in cidrs}
    for position, (held, excepted) in enumerate(sides):
        # 'The internet' in a question means what it means in a rule: every public address
        # outside the plan's own networks.
        but = addresses.touched(cidrs, excepted) - {*addresses.ANYWHERE.values()}
        for cidr in addresses.covered(cidrs, held) - but:
            positions[cidr].append(position)
    return dict.fromkeys(map(tuple, positions.values()))


def _because(deployment: Deployment, rules: Iterable[Rule], port: int) -> Iterator[Because]:
    """The facts behind the rules: of a joined rule only those that ask for this port."""
    for flow in dict.fromkeys(flow for rule in rules for flow in rule.flows):
        fact = deployment.facts.get(flow)
        if isinstance(fact, FlowFact):
            ports = [pair for value in deployment.flows if value.id == flow for pair in value.ports]
            if not any(low <= port <= high for low, high in ports):
                continue
            service = fact.service
        elif fact is None:
            yield Because(flow, flow.partition("/")[2], "", "the plan's own management access")
            continue
        else:
            service = fact.purpose
        document = deployment.catalog.documents.get(fact.source.document)
        title = document.title if document else fact.source.document
        yield Because(flow, service, title, fact.source.locator, watch_for([fact]))
