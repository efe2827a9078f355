"""Two parties, a port and a transport → what every firewall on the way does with the connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import msgspec

from wizard.deployment import Deployment
from wizard.explain.values import Because, Hop
from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Family
from wizard.network.crossings import Block, crossings
from wizard.network.topology import Network, Party, Piece
from wizard.plan.model import INTERNET
from wizard.rules.model import Direction, Forward, Rule


class Asked(msgspec.Struct, frozen=True):
    """A question whose words are understood."""

    sources: Party
    destinations: Party
    port: int
    transport: str


def hops_of(
    deployment: Deployment, network: Network, asked: Asked, forward: Forward | None = None
) -> tuple[tuple[Hop, ...], str]:
    """Every firewall on the way, and in words why there is no way; empty where there is one."""
    sources, destinations = asked.sources, asked.destinations
    way = crossings(network, sources, destinations)
    if way.no_path:
        these, those = way.no_path[0]
        return (), f"Nothing joins {', '.join(these)} to {', '.join(those)}."
    families = [
        family for family in FAMILIES if sources.cidrs(family) and destinations.cidrs(family)
    ]
    if not families:
        return (), "The two share no address family."
    walk = _Walk(deployment, network, asked, tuple(families), way.blocks)
    hops = []
    for name, firewall in network.guards.items():
        if firewall.egress == "filtered" and walk.touches(sources, name):
            hops.append(walk.hop(name, "out"))
    order = [
        f
        for one in sources.pieces
        for two in destinations.pieces
        for f in _way_names(network, one, two)
    ]
    for name in dict.fromkeys(order):
        if any(block.firewall == name for block in way.blocks):
            given = forward if forward and forward.firewall == name else walk.forward(name)
            hops.append(walk.hop(name, "forward", given))
    for name in network.guards:
        if walk.touches(destinations, name):
            hops.append(walk.hop(name, "in"))
    return tuple(hops), ""


def _way_names(network: Network, one: Piece, two: Piece) -> tuple[str, ...]:
    way = network.way(one.zone, two.zone)
    return way.firewalls if way else ()


class _Walk:
    """One question, put to one firewall after the other."""

    def __init__(
        self,
        deployment: Deployment,
        network: Network,
        asked: Asked,
        families: tuple[Family, ...],
        blocks: tuple[Block, ...],
    ) -> None:
        self.deployment = deployment
        self.network = network
        self.sources, self.destinations = asked.sources, asked.destinations
        self.port, self.transport = asked.port, asked.transport
        self.families = families
        self.blocks = blocks

    def forward(self, name: str) -> Forward | None:
        """The port forward by which a connection from the internet comes to an address behind this
        boundary.
        """
        zones = {piece.zone for piece in self.sources.pieces}
        if not self.deployment.plan.firewalls[name].nat or zones != {INTERNET}:
            return None
        wanted = {cidr for piece in self.destinations.pieces for cidr in piece.cidrs}
        return next(
            (
                f
                for f in self.deployment.forwards_of(name)
                if f.transport == self.transport
                and f.ports[0] <= self.port <= f.ports[1]
                and f"{f.address}/32" in wanted
            ),
            None,
        )

    def touches(self, party: Party, firewall: str) -> bool:
        return bool(self.network.held(firewall, party))

    def hop(self, name: str, direction: Direction, forward: Forward | None = None) -> Hop:
        """What one firewall does with the connection: let through only if its rules hold all of it."""
        rules = [
            r for r in self.deployment.rules_of(name) if r.direction == direction and self._fits(r)
        ]
        firewall = self.deployment.plan.firewalls[name]
        passed: dict[str, Rule] = {}
        complete = True
        for source, destination in self._pairs(name, direction):
            holding = [r for r in rules if _holds(r, source, destination)]
            complete = complete and bool(holding)
            passed.update({r.id: r for r in holding})
        allowed = complete and bool(passed)
        found = tuple(passed.values()) if allowed else ()
        others = () if allowed else tuple(self._nearest(rules))
        return Hop(
            name,
            firewall.kind,
            direction,
            allowed,
            found,
            forward,
            tuple(_because(self.deployment, found, self.port)),
            others,
        )

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

    def _fits(self, rule: Rule) -> bool:
        return rule.transport == self.transport and any(
            low <= self.port <= high for low, high in rule.ports
        )

    def _pairs(self, name: str, direction: Direction) -> Iterator[tuple[str, str]]:
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
            yield from product(sources, destinations)

    def _between(self, sources: Party, destinations: Party) -> Iterator[tuple[str, str]]:
        for family in self.families:
            yield from product(sources.cidrs(family), destinations.cidrs(family))


def _part(party: Party, zones: Sequence[str]) -> Party:
    """What of a party is in these zones."""
    return Party(party.role, tuple(piece for piece in party.pieces if piece.zone in zones))


def _holds(rule: Rule, source: str, destination: str) -> bool:
    return _side_holds(rule.sources, rule.except_sources, source) and _side_holds(
        rule.destinations, rule.except_destinations, destination
    )


def _side_holds(cidrs: Iterable[str], excepted: tuple[str, ...], cidr: str) -> bool:
    # 'The internet' in a question means what it means in a rule: everything but the plan's own
    # networks.
    anywhere = cidr in addresses.ANYWHERE.values()
    return addresses.covers(cidrs, (cidr,)) and (
        anywhere or not addresses.overlap((cidr,), excepted)
    )


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
        document = deployment.catalog.documents[fact.source.document].title
        yield Because(flow, service, document, fact.source.locator)
