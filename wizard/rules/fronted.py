"""Connections through load balancers and reverse proxies: to the front, and from it to the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import starmap

import msgspec

from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, Family
from wizard.network.crossings import translating
from wizard.network.party import Party, Piece
from wizard.network.ports import PortRange
from wizard.network.sites import Pair
from wizard.network.topology import Network
from wizard.network.translation import seen_after
from wizard.plan.fronts import front_ports, front_role, fronts_before, fronts_of
from wizard.plan.model import INTERNET, Front, FrontKind
from wizard.plan.publishing import publish_name
from wizard.rules.exposure import reached
from wizard.rules.serving import Serving
from wizard.tables import ids_of, those_not_in


class PlacedFront(msgspec.Struct, frozen=True):
    """A front as `show` lists it: where it is, and the flows that go through it. `serves`: listener
    and the port on the front.
    """

    name: str
    kind: FrontKind
    role: str
    addresses: tuple[str, ...]
    serves: dict[str, int]
    encrypts: tuple[str, ...]
    behind: str | None
    hides_sources: bool
    checks: bool
    flows: tuple[str, ...]


class FrontLeg(msgspec.Struct, frozen=True):
    """One of the connections that a fact becomes; its fact names the two ends of it. `relay` is the
    front that sends it out under the address of who opened it first.
    """

    fact: FlowFact
    ports: tuple[PortRange, ...]
    sources: Party
    destinations: Party
    pairs: tuple[Pair, ...]
    relay: Party | None = None


class _Stream(msgspec.Struct, frozen=True):
    """Whom the next one sees: a role, at these places; `relay` as above."""

    role: str
    party: Party
    relay: Party | None = None
    probes: bool = False


class Fronted:
    """The connections of one fact that goes through fronts."""

    def __init__(
        self,
        network: Network,
        serving: Serving,
        fact: FlowFact,
        ports: tuple[PortRange, ...],
        sources: Party,
        destinations: Party,
    ) -> None:
        self._network, self._serving = network, serving
        self._fact, self._ports = fact, ports
        self._opener = _Stream(fact.from_, sources)
        self._destinations = destinations
        self._fronts = fronts_of(network.plan, fact)
        self._parties = {name: self._party(name, front) for name, front in self._fronts.items()}

    def legs(self) -> Iterator[FrontLeg]:
        """To each front, from the first to the last of a row, and from the last to the server."""
        before_it = fronts_before(self._network.plan, self._fact)
        last = list(those_not_in(self._fronts, before_it.values()))
        streams: dict[str, tuple[_Stream, ...]] = {}
        for name, front in self._fronts.items():
            earlier = before_it[name]
            others = [self._parties[n] for n in self._fronts if before_it[n] == earlier]
            arrived: list[FrontLeg] = []
            for stream in streams.get(earlier or "", (self._opener,)):
                offering = others if self._fact.served == "from" else [stream.relay or stream.party]
                arrived.append(self._to_front(stream, name, front, offering))
            yield from arrived
            streams[name] = tuple(self._onward(name, front, arrived))
        lasts = [self._parties[name] for name in last]
        offering = [self._destinations] if self._fact.served == "from" else lasts
        for name in last:
            for stream in streams[name]:
                yield self._to_server(stream, offering)

    def _party(self, name: str, front: Front) -> Party:
        role = front_role(name, front)
        return self._network.party_of(self._fact, role) or Party(role, ())

    def _to_front(
        self, stream: _Stream, name: str, front: Front, offering: Iterable[Party]
    ) -> FrontLeg:
        encrypted = True if publish_name(self._fact) in front.encrypts else self._fact.encrypted
        fact = msgspec.structs.replace(
            self._fact, from_=stream.role, to=front_role(name, front), encrypted=encrypted
        )
        ports = front_ports(front, self._fact, self._ports)
        return self._leg(fact, ports, stream, self._parties[name], offering)

    def _to_server(self, stream: _Stream, offering: Iterable[Party]) -> FrontLeg:
        fact = msgspec.structs.replace(self._fact, from_=stream.role)
        if stream.probes:
            fact = msgspec.structs.replace(fact, service=f"{fact.service}: health checks")
        return self._leg(fact, self._ports, stream, self._destinations, offering)

    def _leg(
        self,
        fact: FlowFact,
        ports: tuple[PortRange, ...],
        stream: _Stream,
        destinations: Party,
        offering: Iterable[Party],
    ) -> FrontLeg:
        # A partner on the internet that must not be reached serves nobody in place of others.
        if fact.served == "from":
            partners = (reached(fact, stream.party, party)[1] for party in offering)
        else:
            partners = (reached(fact, party, destinations)[0] for party in offering)
        pairs = self._serving.pairs_among(fact, stream.party, destinations, partners)
        return FrontLeg(fact, ports, stream.party, destinations, pairs, stream.relay)

    def _onward(self, name: str, front: Front, arrived: Iterable[FrontLeg]) -> Iterator[_Stream]:
        """Whom the next one sees behind a front; nobody, where nobody may come to it."""
        arrived = list(arrived)
        if not any(leg.pairs for leg in arrived):
            return
        party, role = self._parties[name], front_role(name, front)
        if front.hides_sources or party.unplaced:
            yield _Stream(role, party)
            return
        for leg in arrived:
            for pair in leg.pairs:
                for passed in passed_on(self._network, leg.fact.from_, pair):
                    yield _Stream(leg.fact.from_, passed, relay=party)
        if front.checks:
            yield _Stream(role, party, probes=True)


def placed_fronts(network: Network, facts: Iterable[FlowFact]) -> tuple[PlacedFront, ...]:
    """The fronts of a plan; `facts`: those that count."""
    facts_by_front: dict[str, list[FlowFact]] = {name: [] for name in network.plan.fronts}
    for fact in facts:
        for name in fronts_of(network.plan, fact):
            facts_by_front[name].append(fact)
    return tuple(starmap(partial(_placed, network), facts_by_front.items()))


def _placed(network: Network, name: str, facts: Iterable[FlowFact]) -> PlacedFront:
    front = network.plan.fronts[name]
    role = front_role(name, front)
    cidrs: list[str] = []
    for party in (network.party("", role), *(network.party_of(fact, role) for fact in facts)):
        if party is not None:
            cidrs += party.every_cidr
    return PlacedFront(
        name=name,
        kind=front.kind,
        role=role,
        addresses=addresses.declared(cidrs),
        serves=front.serves,
        encrypts=front.encrypts,
        behind=front.behind,
        hides_sources=front.hides_sources,
        checks=front.checks,
        flows=tuple(sorted(set(ids_of(facts)))),
    )


def passed_on(network: Network, role: str, pair: Pair) -> Iterator[Party]:
    """Who opened connections to a front, as others see them where the front sends them on: in its
    zones, under the addresses that the front sees. The internet is a party of its own.
    """
    if pair.sources.unplaced:
        yield pair.sources
        return
    local: list[Piece] = []
    everybody: list[Piece] = []
    for front in pair.destinations.pieces:
        cidrs: list[str] = []
        anywhere: list[str] = []
        for family in sorted(front.families()):
            for piece in pair.sources.pieces:
                if piece.anywhere and _is_joined(network, piece.zone, front.zone):
                    anywhere.append(ANYWHERE[family])
                elif not piece.anywhere:
                    cidrs += _seen_by(network, piece, front.zone, family)
        if cidrs:
            local.append(Piece(front.zone, addresses.declared(cidrs)))
        if anywhere:
            everybody.append(Piece(front.zone, tuple(dict.fromkeys(anywhere)), anywhere=True))
    for pieces in (local, everybody):
        if pieces:
            yield Party(role, tuple(pieces))


def _is_joined(network: Network, zone: str, other: str) -> bool:
    return network.way(zone, other) is not None


def _seen_by(network: Network, piece: Piece, zone: str, family: Family) -> Iterable[str]:
    """What somebody's addresses are to a zone that they connect to; nobody's where no way leads."""
    cidrs = addresses.of_family(piece.cidrs, family)
    way = network.way(piece.zone, zone)
    if way is None or not cidrs:
        return ()
    outward = zone == INTERNET
    levels = translating(network.plan, way.levels, outward)
    return seen_after(network, piece.zone, cidrs, levels, outward, family).cidrs
