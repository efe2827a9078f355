"""Two parties, a port and a transport → what every firewall on the way does with the connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product

import msgspec

from wizard.deployment import Deployment
from wizard.explain.passage import Passage, between_machines, holders, nearest
from wizard.explain.values import Because, Hop
from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Cidrs, Family
from wizard.network.crossings import Block, crossings
from wizard.network.party import Party
from wizard.network.ports import holds_port
from wizard.network.topology import Network
from wizard.network.ways import Levels
from wizard.plan.model import INTERNET
from wizard.rules.model import Direction, Forward, Rule
from wizard.rules.on_the_link import ASKING_PORTS
from wizard.rules.seen import Sides
from wizard.tables import by_id
from wizard.views.words import watch_for


class Connection(msgspec.Struct, frozen=True):
    """What is asked, its words understood; `relay`: the front that sends it out under the address
    of who opened it first.
    """

    sources: Party
    destinations: Party
    port: int
    transport: str
    relay: Party | None = None


def hops_of(
    deployment: Deployment,
    network: Network,
    connection: Connection,
    asked: Sequence[Forward] = (),
) -> tuple[tuple[Hop, ...], str]:
    """Every firewall on the way, and in words why there is no way; empty where there is one.
    `asked`: the port forwards by which a public address was asked for.
    """
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
    walk = Walk(deployment, network, connection, tuple(families), way.blocks)
    hops: list[Hop] = []
    for name, firewall in network.guards.items():
        if firewall.egress == "filtered" and walk.touches(connection.relay or sources, name):
            hops += walk.hop(name, "out")
    crossed = {block.firewall for block in way.blocks}
    ways = list(_ways(network, sources, destinations))
    forwards = walk.follow(ways, asked)
    for name in dict.fromkeys(chain.from_iterable(chain.from_iterable(ways))):
        if name in crossed:
            hops += walk.hop(name, "forward", forwards.get(name))
    for name in network.guards:
        if walk.touches(destinations, name):
            hops += walk.hop(name, "in")
    return tuple(hops), ""


def first_stop(hops: Iterable[Hop]) -> str:
    """In words where a connection stops; empty where all let it through."""
    for hop in hops:
        if not hop.allowed:
            reason = "lets all of it through" if hop.others else "is for this port"
            return f"It stops at {hop.firewall}: no rule there {reason}."
    return ""


def _ways(network: Network, sources: Party, destinations: Party) -> Iterator[Levels]:
    """The boundaries and routers between two parties, nearest to the source first; those of a level
    stand side by side.
    """
    for source, destination in product(sources.pieces, destinations.pieces):
        way = network.way(source.zone, destination.zone)
        if way is not None:
            yield way.levels


# What is seen of the other side beyond a port forward, and on which port.
Outside = tuple[Sequence[str], int]


class Walk:
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
        self.relay = connection.relay
        self.families = families
        self._seen = Sides(network)
        self.blocks = blocks
        # Boundary → what it sees of the other side, and on which port, where it is not the other side
        # itself: beyond its own port forward comes another one's.
        self._outside: dict[str, Outside] = {}

    def follow(self, ways: Iterable[Levels], asked: Sequence[Forward]) -> dict[str, Forward]:
        """The port forwards by which a connection from the internet comes to an address behind
        them, by their boundaries: followed outwards, as one can lead to another's public address.
        """
        forwards: dict[str, Forward] = {}
        if self.sources.by_zone.keys() != {INTERNET}:
            return forwards
        for levels in ways:
            inside: Outside = (self.destinations.every_cidr, self.port)
            seen = inside
            for level in reversed(levels):
                # Who stands beside a boundary that forwards is not outside of it.
                if seen is not inside:
                    self._outside.update(dict.fromkeys(level, seen))
                here = {name: self._forward(name, *seen, asked) for name in level}
                forwards |= {name: forward for name, forward in here.items() if forward}
                seen = _before(seen, here.values())
        return forwards

    def _forward(
        self, name: str, targets: Sequence[str], port: int, asked: Sequence[Forward]
    ) -> Forward | None:
        """A boundary's forward to an address and port; of several the one that was asked for."""
        if not self.deployment.plan.firewalls[name].nat:
            return None
        for forward in (*asked, *self.deployment.forwards_of(name)):
            low, high = forward.ports
            if (
                forward.firewall == name
                and forward.transport == self.transport
                and low <= port <= high
                and f"{forward.address}/32" in self.network.seen_at(name, tuple(targets))
            ):
                return forward
        return None

    def touches(self, party: Party, firewall: str) -> bool:
        """True where a firewall guards some of a party."""
        return bool(self.network.held(firewall, party))

    def hop(self, name: str, direction: Direction, forward: Forward | None = None) -> Iterator[Hop]:
        """What one firewall does with the connection on its direct way; none where it is not asked."""
        port = self._outside[name][1] if name in self._outside else self.port
        sides = tuple(self._sides(name, direction))
        # What crosses a boundary comes from another machine.
        seen = sides if direction == "forward" else tuple(between_machines(sides))
        if seen or not sides:
            yield self.hop_at(Passage(name, direction, port, seen), forward)

    def hop_at(self, passage: Passage, forward: Forward | None = None) -> Hop:
        """What one firewall does with what it sees: let through only if its rules hold all of it."""
        name, direction = passage.firewall, passage.direction
        rules = [rule for rule in self.deployment.rules_of(name) if self._fits(rule, passage)]
        firewall = self.deployment.plan.firewalls[name]
        passed: dict[str, Rule] = {}
        complete = True
        for sources, destinations in passage.sides:
            for holding in holders(rules, sources, destinations):
                complete = complete and bool(holding)
                passed |= by_id(holding)
        allowed = complete and bool(passed)
        passing = tuple(passed.values()) if allowed else ()
        others = () if allowed else tuple(nearest(passage, rules))
        facts = tuple(_because(self.deployment, passing, self.port))
        return Hop(
            name,
            firewall.kind,
            direction,
            allowed,
            passing,
            forward,
            facts,
            others,
            sees=self._sees(passage),
            leads_to=self._leads_to(passage),
            published=self._published(name) if direction == "in" else "",
        )

    def _published(self, name: str) -> str:
        """The container engine that takes this port on a host, and forwards what comes to it."""
        party = self.destinations
        targets = self.network.renumbered.own(party.by_zone, party.every_cidr)
        for entry in self.deployment.containers_of(name):
            same_port = holds_port(entry.ports, self.port)
            same_place = addresses.overlap(entry.destinations, targets)
            if same_port and same_place and entry.transport == self.transport:
                return entry.engine
        return ""

    def _fits(self, rule: Rule, passage: Passage) -> bool:
        if (rule.direction, rule.transport) != (passage.direction, self.transport):
            return False
        return holds_port(rule.ports, passage.port)

    def _sides(self, name: str, direction: Direction) -> Iterator[tuple[Cidrs, Cidrs]]:
        """Sources and destinations, of one family each, whose every pair comes to the firewall."""
        if direction == "forward":
            # A boundary sees only what crosses it: another zone of the same party may go another
            # way.
            for block in self.blocks:
                if block.firewall == name:
                    for family in self.families:
                        yield self._sources_at(block, family), self._targets_at(block, family)
            return
        for family in self.families:
            if direction == "in":
                yield from self._sides_in(name, family)
            elif self.relay is not None:
                yield from self._sides_relayed(name, self.relay, family)
            else:
                yield from self._sides_out(name, family)

    def _sides_relayed(
        self, name: str, relay: Party, family: Family
    ) -> Iterator[tuple[Cidrs, Cidrs]]:
        here, there = self.sources.cidrs(family), self.destinations.cidrs(family)
        held = addresses.of_family(self.network.held(name, relay), family)
        for zones in self.network.standpoints_of(relay, held):
            own = self.network.renumbered.own
            yield own(zones, here), own(zones, there)

    def _sides_out(self, name: str, family: Family) -> Iterator[tuple[Cidrs, Cidrs]]:
        held = addresses.of_family(self.network.held(name, self.sources), family)
        own, there = self.network.renumbered.own, self.destinations.cidrs(family)
        for piece in self.sources.pieces:
            guarded = addresses.overlap(held, piece.cidrs)
            if guarded:
                yield own((piece.zone,), guarded), own((piece.zone,), there)

    def _sides_in(self, name: str, family: Family) -> Iterator[tuple[Cidrs, Cidrs]]:
        held = addresses.of_family(self.network.held(name, self.destinations), family)
        for piece in self.destinations.pieces:
            guarded = addresses.overlap(held, piece.cidrs)
            if guarded:
                own = self.network.renumbered.own((piece.zone,), guarded)
                yield self._sources_in(piece.zone, family), own

    def _sources_in(self, zone: str, family: Family) -> Cidrs:
        """Who opens, as a host in a zone sees them."""
        return tuple(addresses.every_cidr(self._seen.sources_at(self.sources, zone, family)))

    def _sources_at(self, block: Block, family: Family) -> Cidrs:
        """Who opens, as a boundary sees them."""
        return tuple(addresses.every_cidr(self._seen.sources_of(block, self.sources, family)))

    def _targets_at(self, block: Block, family: Family) -> Cidrs:
        """Who listens, as a boundary sees them, after its own port forward."""
        if family == 4 and block.sources == (INTERNET,) and block.firewall in self._outside:
            return addresses.of_family(self._outside[block.firewall][0], family)
        cidrs = _part(self.destinations, block.destinations).cidrs(family)
        return self.network.seen_at(block.firewall, cidrs)

    def _sees(self, passage: Passage) -> Cidrs:
        """Addresses that the connection seems to come from there, where they are not its own."""
        seen = addresses.declared(chain.from_iterable(sources for sources, _ in passage.sides))
        if self._is_seen_as_another(self.sources):
            return seen
        return addresses.beyond(seen, self.sources.every_cidr)

    def _leads_to(self, passage: Passage) -> Cidrs:
        """The other side of the same, where it is in a zone that is seen as another."""
        if not self._is_seen_as_another(self.destinations):
            return ()
        return addresses.declared(chain.from_iterable(targets for _, targets in passage.sides))

    def _is_seen_as_another(self, party: Party) -> bool:
        """True where some zone of a party is."""
        return not self.network.renumbered.zones.keys().isdisjoint(party.by_zone)


def _before(seen: Outside, forwards: Iterable[Forward | None]) -> Outside:
    """What is seen before a level of boundaries, by what each of them forwards, of what is seen behind
    it; None: it changes nothing. Of several ports the first one's addresses.
    """
    targets, port = seen
    before: dict[int, dict[str, None]] = {}
    for forward in forwards:
        if forward is None:
            before.setdefault(port, {}).update(dict.fromkeys(targets))
        else:
            asked_on = port + forward.public_ports[0] - forward.ports[0]
            known = [f"{forward.public_address}/32"] if forward.public_address else []
            before.setdefault(asked_on, {}).update(dict.fromkeys(known))
    if list(before) == [port] and tuple(before[port]) == tuple(targets):
        return seen
    forwarded = [forward for forward in before if forward != port] or [port]
    return tuple(before[forwarded[0]]), forwarded[0]


def _part(party: Party, zones: Sequence[str]) -> Party:
    """What of a party is in these zones."""
    return Party(party.role, tuple(piece for piece in party.pieces if piece.zone in zones))


def _because(deployment: Deployment, rules: Iterable[Rule], port: int) -> Iterator[Because]:
    """The facts behind the rules: of a joined rule only those that ask for this port."""
    flows: dict[str, None] = {}
    for rule in rules:
        flows |= dict.fromkeys(rule.flows)
    for flow in flows:
        fact = deployment.facts.get(flow)
        if isinstance(fact, FlowFact):
            ports = [*ASKING_PORTS.values()] if fact.answers else []
            for want in deployment.wants:
                if want.id == flow:
                    ports += want.ports
            if not holds_port(ports, port):
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
