"""Wants → the streams of a picture: what one role opens to another, between which lanes, and through
which firewalls.

Each stream is one set of lanes with the same firewalls between them, so that no arrow shows a
connection, and no letter a firewall, that no rule is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import product

import msgspec

from exporters.picture.model import Link, PicturedHost, Stream
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.party import Party
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.network.sites import Pair
from wizard.plan.model import INTERNET, Plan
from wizard.rules.wants import Want
from wizard.views.words import count, role_name

# The lane of roles that nobody has placed.
NOWHERE = ""


class Strand(msgspec.Struct, frozen=True):
    """What streams are told apart by. `links` are pairs of lanes, `crosses` letters of firewalls;
    `installation` is named where a product has several.
    """

    from_: str
    to: str
    links: tuple[tuple[int, int], ...]
    crosses: tuple[str, ...]
    waits: bool
    installation: str = ""


class _Load(msgspec.Struct):
    """What gathers for one stream: ports by transport, services, hosts on the internet."""

    ports: dict[str, list[PortRange]] = {}
    services: dict[str, None] = {}
    hosts: dict[str, None] = {}


class Streams:
    """Makes the streams. `lane_of`: zone → its lane; `letter_of`: firewall → its letter."""

    def __init__(
        self, deployment: Deployment, lane_of: Mapping[str, int], letter_of: Mapping[str, str]
    ) -> None:
        self._deployment = deployment
        self._network = deployment.network
        self._lane_of, self._letter_of = lane_of, letter_of
        self._several = _several(deployment.plan)
        # Port forwards that lead to nobody yet.
        self._not_led: set[str] = set()
        for forward in deployment.forwards:
            self._not_led.update(() if forward.is_complete else forward.flows)
        self._purposes: dict[str, tuple[str, str]] = {}
        for endpoint in deployment.endpoints:
            self._purposes[endpoint.fact.id] = (endpoint.fact.purpose, endpoint.host or "")
        self._links: dict[
            tuple[Pair, bool, Party | None], dict[tuple[str, ...], dict[tuple[int, int], None]]
        ] = {}

    def every(self) -> tuple[Stream, ...]:
        """All streams, from the first lane on."""
        loads: dict[Strand, _Load] = {}
        for want in self._deployment.wants:
            for strand in self._strands(want):
                self._take(loads.setdefault(strand, _Load({}, {}, {})), want)
        ordered = sorted(loads, key=_order)
        return tuple(
            self._stream(number, strand, loads[strand]) for number, strand in enumerate(ordered, 1)
        )

    def _take(self, load: _Load, want: Want) -> None:
        load.ports.setdefault(want.transport, []).extend(want.ports)
        purpose, host = self._purposes.get(want.id, (want.fact.service, ""))
        load.services[purpose] = None
        if host and want.to == INTERNET:
            load.hosts[host] = None

    def _strands(self, want: Want) -> Iterator[Strand]:
        links_by_letters: dict[tuple[str, ...], dict[tuple[int, int], None]] = {}
        waits = False
        for pair in want.pairs:
            waits = waits or pair.sources.unplaced or pair.destinations.unplaced
            for letters, links in self._of_pair(pair, want.link_local, want.relay).items():
                links_by_letters.setdefault(letters, {}).update(links)
        outside = self._lane_of.get(INTERNET)
        for letters, links in links_by_letters.items():
            between = tuple(sorted(links))
            named = want.installation if want.installation in self._several else ""
            comes_in = want.id in self._not_led and any(first == outside for first, _ in between)
            yield Strand(want.from_, want.to, between, letters, waits or comes_in, named)

    def _of_pair(
        self, pair: Pair, link_local: bool, relay: Party | None
    ) -> dict[tuple[str, ...], dict[tuple[int, int], None]]:
        """Letters of the firewalls on the way → pairs of lanes that they are between."""
        key = (pair, link_local, relay)
        if key not in self._links:
            links: dict[tuple[str, ...], dict[tuple[int, int], None]] = {}
            ends = product(self._ends(pair.sources), self._ends(pair.destinations))
            for source, destination in ends:
                names = self._between(pair, source, destination, link_local, relay)
                if names is not None:
                    lanes = (self._lane_of[source], self._lane_of[destination])
                    links.setdefault(self._letters(names), {})[lanes] = None
            self._links[key] = links
        return self._links[key]

    def _between(
        self, pair: Pair, source: str, destination: str, link_local: bool, relay: Party | None
    ) -> set[str] | None:
        """The firewalls between two zones of a pair; None where nothing runs between them."""
        firewalls: set[str] = set()
        if NOWHERE not in (source, destination):
            families = _families(pair.sources, source) & _families(pair.destinations, destination)
            way = self._network.way(source, destination)
            if not families or way is None or (link_local and source != destination):
                return None
            firewalls.update(way.firewalls)
        ends = (pair.sources, source), (pair.destinations, destination)
        firewalls.update(self._guards(*ends[1], *ends[0]))
        # What a front sends on leaves the front.
        opening = [ends[0]] if relay is None else product((relay,), relay.by_zone)
        for party, zone in opening:
            for name in self._guards(party, zone, *ends[1]):
                if self._network.guards[name].egress == "filtered":
                    firewalls.add(name)
        return firewalls

    def _guards(self, party: Party, zone: str, peer: Party, peer_zone: str) -> Iterator[str]:
        """The hosts' own firewalls and groups that guard some of what a party has in a zone, and that
        see it talk to the other one in its zone.
        """
        for name in self._network.guards_near(party):
            if zone == NOWHERE:
                firewall = self._network.guards[name]
                if firewall.role == party.role and not firewall.addresses:
                    yield name
                continue
            piece = party.by_zone[zone]
            # Who may be anywhere on the internet is not at the addresses of one's own.
            there = () if piece.anywhere else piece.cidrs
            held = addresses.overlap(there, self._network.held(name, party))
            for family, own in addresses.by_family(held).items():
                # A machine that talks to itself crosses no firewall.
                is_itself = addresses.is_one_address(own) and own == peer.cidrs(family)
                if not is_itself and (peer_zone == NOWHERE or family in _families(peer, peer_zone)):
                    yield name
                    break

    def _ends(self, party: Party) -> Iterator[str]:
        """Of a party's zones in each lane the first and the last stand for all that are alike."""
        if party.unplaced:
            yield NOWHERE
        zones_by_lane: dict[int, list[str]] = {}
        for zone in party.by_zone:
            zones_by_lane.setdefault(self._lane_of[zone], []).append(zone)
        for zones in zones_by_lane.values():
            yield from dict.fromkeys((zones[0], zones[-1]))

    def _letters(self, firewalls: Collection[str]) -> tuple[str, ...]:
        letters = {self._letter_of[name] for name in firewalls}
        return tuple(sorted(letters, key=lambda letter: (len(letter), letter)))

    def _stream(self, number: int, strand: Strand, load: _Load) -> Stream:
        links: list[Link] = []
        sources: dict[PicturedHost, None] = {}
        destinations: dict[PicturedHost, None] = {}
        for first, second in strand.links:
            source, destination = (first, strand.from_), (second, strand.to)
            links.append((source, destination))
            sources[source] = destinations[destination] = None
        hosts = f" ({count(len(load.hosts), 'host name')})" if load.hosts else ""
        installation = f" of {strand.installation}" if strand.installation else ""
        catalog = self._deployment.catalog
        return Stream(
            number=number,
            sources=tuple(sources),
            destinations=tuple(destinations),
            from_=role_name(catalog, strand.from_),
            to=role_name(catalog, strand.to) + installation + hosts,
            ports="; ".join(_ports(load)),
            links=tuple(links),
            services=tuple(load.services),
            crosses=strand.crosses,
            waits=strand.waits,
        )


def _order(strand: Strand) -> tuple[object, ...]:
    """Where a stream stands among the others: by its first lanes."""
    first, _ = min(strand.links)
    place = (first, strand.from_, min(link[1] for link in strand.links), strand.to)
    return *place, strand.links, strand.crosses, strand.installation


def _several(plan: Plan) -> set[str]:
    """The installations of products that the plan has more than once."""
    numbers = Counter(map(plan.product_of, plan.products))
    return {name for name in plan.products if numbers[plan.product_of(name)] > 1}


def _families(party: Party, zone: str) -> frozenset[int]:
    return frozenset(party.by_zone[zone].families())


def _ports(load: _Load) -> Iterator[str]:
    for transport, pairs in sorted(load.ports.items()):
        yield f"{ports_text(join_ports(pairs))}/{transport}"
