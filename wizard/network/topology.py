"""The network of a plan: who sits where, what each firewall guards, and what stands between two
zones.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, FAMILIES, Family
from wizard.plan.model import INTERNET, Firewall, Placement, Plan


class Piece(msgspec.Struct, frozen=True):
    """The part of a role that is in one zone.

    `whole`: it is somewhere in the zone, nobody has said at which addresses. `anywhere`: all of the
    internet.
    """

    zone: str
    cidrs: tuple[str, ...]
    anywhere: bool = False
    whole: bool = False

    def families(self) -> frozenset[Family]:
        """The address families that it has."""
        return addresses.families_of(self.cidrs)


class Party(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Where one side of a connection is. No pieces: the role has no place yet, and nobody is let
    through. Parties are told apart as objects: a network has one for each place of a role.
    """

    role: str
    pieces: tuple[Piece, ...]

    @property
    def unplaced(self) -> bool:
        """True while nobody has said where the role is."""
        return not self.pieces

    def cidrs(self, family: Family) -> tuple[str, ...]:
        """All its addresses of one family; the internet as `0.0.0.0/0` or `::/0`."""
        return addresses.declared(
            c for piece in self.pieces for c in addresses.of_family(piece.cidrs, family)
        )

    @property
    def every_cidr(self) -> tuple[str, ...]:
        """All its addresses, piece by piece."""
        return tuple(cidr for piece in self.pieces for cidr in piece.cidrs)

    def families(self) -> frozenset[Family]:
        """The address families of all its pieces."""
        return frozenset(family for piece in self.pieces for family in piece.families())

    @property
    def local_cidrs(self) -> tuple[str, ...]:
        """All that it has but 'the internet', piece by piece."""
        return tuple(cidr for piece in self.pieces if not piece.anywhere for cidr in piece.cidrs)

    @cached_property
    def by_zone(self) -> dict[str, Piece]:
        """Its pieces by their zones."""
        return {piece.zone: piece for piece in self.pieces}

    @cached_property
    def without_internet(self) -> Party:
        """The same party, less what of it is on the internet."""
        if INTERNET not in self.by_zone:
            return self
        return Party(self.role, tuple(piece for piece in self.pieces if piece.zone != INTERNET))


class Way(msgspec.Struct, frozen=True):
    """What stands between two zones: all firewalls on any of the shortest ways, nearest to the
    source first.
    """

    firewalls: tuple[str, ...]
    ambiguous: bool


class Network:
    """The plan's zones and firewalls, with answers to 'where' and 'through what'. Remembers what it
    worked out.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.stray: dict[tuple[str, str], tuple[str, ...]] = {}
        self._parties: dict[tuple[str, str], Party | None] = {}
        self._reach: dict[frozenset[str], dict[str, tuple[int, frozenset[str]]]] = {}
        self._ways: dict[tuple[str, str], Way | None] = {}
        self._covered: dict[str, tuple[str, ...]] = {}

    # Zones and addresses

    @cached_property
    def own_networks(self) -> dict[Family, tuple[str, ...]]:
        """The networks of all zones by family; the internet is every address outside them."""
        every = addresses.declared(n for zone in self.plan.zones.values() for n in zone.networks)
        return {family: addresses.of_family(every, family) for family in FAMILIES}

    @cached_property
    def _internet(self) -> Piece:
        return Piece(INTERNET, (ANYWHERE[4], ANYWHERE[6]), anywhere=True)

    def party(self, product: str, role: str) -> Party | None:
        """Where a product's role is; None where the plan says that there is none."""
        own = self.plan.products.get(product)
        key = (product if own is not None and role in own.roles else "", role)
        if key not in self._parties:
            place = self.plan.placement(*key)
            self._parties[key] = self._place(key, role, place)
        return self._parties[key]

    def _place(self, key: tuple[str, str], role: str, place: Placement | None) -> Party | None:
        if place is None:
            return Party(role, ())
        if place.absent:
            return None
        if not place.addresses:
            zones = [z for z in set(place.zones) if z == INTERNET or self._networks(z)]
            return Party(role, tuple(self._whole(zone) for zone in sorted(zones)))
        pieces, stray = self._split(addresses.declared(place.addresses), place.zones)
        if stray:
            self.stray[key] = stray
        return Party(role, pieces)

    def _whole(self, zone: str) -> Piece:
        if zone == INTERNET:
            return self._internet
        return Piece(zone, addresses.declared(self._networks(zone)), whole=True)

    def _networks(self, zone: str) -> tuple[str, ...]:
        """A zone's networks; none for a zone that an unfinished plan names and does not have yet."""
        declared = self.plan.zones.get(zone)
        return declared.networks if declared else ()

    def _split(
        self, cidrs: tuple[str, ...], zones: tuple[str, ...]
    ) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
        """Addresses → pieces by zone, and what is in none of the zones (given none: of the plan)."""
        rest = cidrs
        pieces: dict[str, tuple[str, ...]] = {}
        for zone in sorted(z for z in zones or self.plan.zones if z != INTERNET):
            held = addresses.overlap(rest, self._networks(zone))
            if held:
                pieces[zone] = held
                rest = addresses.beyond(rest, held)
        if rest and (INTERNET in zones or not zones):
            outside = tuple(
                cidr for cidr in self._outside(rest) if zones or not addresses.is_inside_only(cidr)
            )
            if outside:
                pieces[INTERNET] = outside
                rest = addresses.beyond(rest, outside)
        return tuple(Piece(zone, held) for zone, held in pieces.items()), rest

    def _outside(self, cidrs: tuple[str, ...]) -> tuple[str, ...]:
        own = (*self.own_networks[4], *self.own_networks[6])
        return tuple(cidr for cidr in cidrs if not addresses.overlap((cidr,), own))

    def locate(self, cidrs: tuple[str, ...]) -> tuple[Piece, ...]:
        """Addresses → pieces by the zones that hold them; the rest is left out."""
        return self._split(cidrs, ())[0]

    # Firewalls

    @cached_property
    def guards(self) -> dict[str, Firewall]:
        """Host and cloud firewalls."""
        return {
            name: firewall
            for name, firewall in self.plan.firewalls.items()
            if firewall.guards_hosts
        }

    def covered(self, name: str) -> tuple[str, ...]:
        """The addresses that a host's or cloud firewall guards: its own list, or its role's in any
        product.
        """
        if name not in self._covered:
            self._covered[name] = self._guarded(name, pinned=False)
        return self._covered[name]

    def _guarded(self, name: str, pinned: bool) -> tuple[str, ...]:
        """What a firewall guards; `pinned`: only where addresses are given, not 'somewhere in the
        zone'.
        """
        firewall = self.plan.firewalls[name]
        if firewall.addresses:
            return addresses.declared(firewall.addresses)
        if firewall.role is None:
            return ()
        parties = [self.party(product, firewall.role) for product in self.plan.products or ("",)]
        pieces = [p for party in parties if party for p in party.pieces if not p.anywhere]
        return addresses.declared(
            c for piece in pieces if not (pinned and piece.whole) for c in piece.cidrs
        )

    def held(self, name: str, party: Party) -> tuple[str, ...]:
        """What of a party a host's or cloud firewall guards.

        A printer that is somewhere in the server's zone is not on the server: where only the zone
        is known, a firewall takes its own role and no other.
        """
        role = self.plan.firewalls[name].role
        own = role is None or party.role == role
        local = addresses.declared(
            c for p in party.pieces if not p.anywhere and (own or not p.whole) for c in p.cidrs
        )
        return addresses.overlap(
            local, self.covered(name) if own else self._guarded(name, pinned=True)
        )

    @cached_property
    def joiners(self) -> dict[str, frozenset[str]]:
        """Zone → the boundaries and routers that it is joined to."""
        found: dict[str, set[str]] = {zone: set() for zone in (*self.plan.zones, INTERNET)}
        for name, firewall in self.plan.firewalls.items():
            if firewall.joins_zones:
                for zone in firewall.zones:
                    if zone in found:
                        found[zone].add(name)
        return {zone: frozenset(names) for zone, names in found.items()}

    def way(self, source: str, destination: str) -> Way | None:
        """The fewest boundaries and routers that join two zones; None where nothing does."""
        if source == destination:
            return Way((), ambiguous=False)
        key = (source, destination)
        if key not in self._ways:
            # Ways are the same in both directions: one search from a hub serves a thousand
            # branches.
            known = (
                self.joiners[source] in self._reach and self.joiners[destination] not in self._reach
            )
            way = (
                self._shortest(destination, source)
                if known
                else self._shortest(source, destination)
            )
            self._ways[key] = Way(way.firewalls[::-1], way.ambiguous) if known and way else way
        return self._ways[key]

    def search_from(self, zone: str) -> None:
        """Work out the distances to this zone now, because many ways will begin or end here."""
        self._distances(zone)

    def _shortest(self, source: str, destination: str) -> Way | None:
        reach = self._distances(destination)
        level = self.joiners[source]
        distance = min((reach[name][0] for name in level if name in reach), default=None)
        if distance is None:
            return None
        names: list[str] = []
        ambiguous = False
        here = frozenset(name for name in level if name in reach and reach[name][0] == distance)
        while here:
            names += sorted(here)
            ambiguous = ambiguous or len(here) > 1
            here = frozenset().union(*(reach[name][1] for name in here))
        return Way(tuple(names), ambiguous)

    def _distances(self, destination: str) -> dict[str, tuple[int, frozenset[str]]]:
        """Each joiner's distance to a zone, and the joiners that come next on the shortest ways
        there.

        Zones with the same joiners have the same distances, so a thousand branch zones cost one
        search. The internet is no way from one own zone to another: what is private does not travel
        there.
        """
        start = self.joiners[destination]
        if start not in self._reach:
            found: dict[str, tuple[int, frozenset[str]]] = {
                name: (1, frozenset()) for name in start
            }
            seen = {INTERNET, destination}
            frontier, distance = set(start), 1
            while frontier:
                distance += 1
                # A zone is first met at one distance only: what joins it is one step further at the
                # most.
                met: dict[str, set[str]] = {}
                for name in frontier:
                    for zone in self.plan.firewalls[name].zones:
                        if zone not in seen and zone in self.joiners:
                            met.setdefault(zone, set()).add(name)
                seen |= met.keys()
                following: dict[str, set[str]] = {}
                for zone, nexts in met.items():
                    for name in self.joiners[zone]:
                        if name not in found:
                            following.setdefault(name, set()).update(nexts)
                for name, nexts in following.items():
                    found[name] = (distance, frozenset(nexts))
                frontier = set(following)
            self._reach[start] = found
        return self._reach[start]

    def classes(self, zones: Iterable[str]) -> list[tuple[str, ...]]:
        """Zones, put together where they are joined to the same firewalls: their ways elsewhere are
        the same.
        """
        found: dict[tuple[bool, frozenset[str]], list[str]] = {}
        for zone in zones:
            found.setdefault((zone == INTERNET, self.joiners[zone]), []).append(zone)
        return [tuple(members) for members in found.values()]


def overlapping_zones(plan: Plan) -> list[tuple[str, str, str]]:
    """Pairs of zones that share addresses, each with the network that they share."""
    spans = sorted(
        (addresses.family_of(network), *addresses.span(network), zone, network)
        for zone, declared in plan.zones.items()
        for network in declared.networks
    )
    found: dict[tuple[str, str], str] = {}
    open_spans: list[tuple[int, int, int, str, str]] = []
    for family, first, last, zone, network in spans:
        open_spans = [span for span in open_spans if span[0] == family and span[2] >= first]
        for other in open_spans:
            if other[3] != zone:
                pair = (min(zone, other[3]), max(zone, other[3]))
                found.setdefault(pair, network)
        open_spans.append((family, first, last, zone, network))
    return [(one, two, network) for (one, two), network in sorted(found.items())]
