"""The network of a plan: who sits where, and what each firewall guards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import starmap
from operator import attrgetter

import msgspec

from wizard.facts.model import Fact, Role
from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, Cidrs, Family
from wizard.network.party import Party, Piece, both, local_addresses
from wizard.network.renumbered import Renumbered, seen_networks
from wizard.network.ways import Ways
from wizard.network.zoned import AddressIndex, ZoneIndex
from wizard.plan.every_place import every_network
from wizard.plan.model import INTERNET, Firewall, Placement, Plan
from wizard.plan.placement import (
    ByFeatures,
    PlaceAt,
    by_features,
    is_nowhere,
    placement_at,
    places_of,
)
from wizard.plan.publishing import public_addresses
from wizard.tables import those_in, those_not_in, where


class Network(Ways):
    """The plan's zones and firewalls, with answers to 'where' and 'through what'. Remembers what it
    worked out.
    """

    def __init__(self, plan: Plan, roles: Mapping[str, Role] | None = None) -> None:
        super().__init__(plan)
        # Role → the role where it stands while nobody has placed it.
        self._stands_at = {name: role.at for name, role in (roles or {}).items() if role.at}
        # Who places a role, and the role → what of its addresses is in none of its zones.
        self.stray: dict[tuple[PlaceAt, str], Cidrs] = {}
        self._parties: dict[tuple[tuple[PlaceAt, ...], str], Party | None] = {}
        self._parties_by_use: dict[tuple[str, str, ByFeatures], Party | None] = {}
        self._covered: dict[tuple[str, bool], Cidrs] = {}
        self._held: dict[tuple[str, Party], Cidrs] = {}
        self._standpoints: dict[str, tuple[tuple[str, ...], ...]] = {}

    # Zones and addresses

    @cached_property
    def renumbered(self) -> Renumbered:
        """The zones that are seen as others."""
        return Renumbered(self.plan)

    def seen_at(self, name: str, cidrs: Cidrs) -> Cidrs:
        """Addresses as a boundary sees them: the own ones of zones that it joins."""
        return self.renumbered.own(self.plan.firewalls[name].zones, cidrs)

    def standpoints(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The zones whose own addresses a firewall sees: a boundary those of all that it joins, at
        once; of hosts in several zones each only those of its own zone.
        """
        if name not in self.guards:
            return (self.plan.firewalls[name].zones,)
        if name not in self._standpoints:
            stands = self._stands(self.locate(self.covered(name)))
            self._standpoints[name] = tuple(stands) or ((),)
        return self._standpoints[name]

    def standpoints_of(self, party: Party, cidrs: Cidrs) -> Iterator[tuple[str, ...]]:
        """The same of those of a party who have some of these addresses."""
        local = party.local_pieces
        return self._stands(piece for piece in local if addresses.overlap(cidrs, piece.cidrs))

    def _stands(self, pieces: Iterable[Piece]) -> Iterator[tuple[str, ...]]:
        """Who is in a zone that is seen as no other sees what everybody sees, wherever it is."""
        stands: dict[tuple[str, ...], None] = {}
        for piece in pieces:
            stands[self._stand(piece)] = None
        yield from stands

    def _stand(self, piece: Piece) -> tuple[str, ...]:
        return (piece.zone,) if piece.zone in self.renumbered.zones else ()

    def own_parts(
        self, party: Party, cidrs: Cidrs
    ) -> Iterator[tuple[tuple[str, ...], Party, Cidrs]]:
        """The standpoints of a party's local addresses, with who stands there and what of the CIDRs,
        both by the addresses that the machines have.
        """
        if not self.renumbered.zones:
            yield (), party, cidrs
            return
        pieces_by_stand: dict[tuple[str, ...], list[Piece]] = {}
        for piece in party.local_pieces:
            stand = self._stand(piece)
            own = msgspec.structs.replace(piece, cidrs=self.renumbered.own(stand, piece.cidrs))
            pieces_by_stand.setdefault(stand, []).append(own)
        for stand, pieces in pieces_by_stand.items():
            part = Party(party.role, tuple(pieces))
            own_cidrs = addresses.overlap(self.renumbered.own(stand, cidrs), part.every_cidr)
            if own_cidrs:
                yield stand, part, own_cidrs

    def on_machines(self, name: str) -> Cidrs:
        """What a host's or cloud firewall guards, by the addresses that the machines have."""
        return self.renumbered.own(self.plan.zones, self.covered(name))

    @cached_property
    def not_internet(self) -> dict[Family, Cidrs]:
        """What is not the internet, by family: private addresses and the networks of all zones."""
        own = addresses.declared(every_network(self.plan))
        return addresses.each_family(partial(addresses.not_internet, own))

    @cached_property
    def _internet(self) -> Piece:
        return Piece(INTERNET, (ANYWHERE[4], ANYWHERE[6]), anywhere=True)

    @cached_property
    def _zoned(self) -> ZoneIndex:
        return ZoneIndex(self.plan)

    def party(self, installation: str, role: str, by: ByFeatures = ()) -> Party | None:
        """Where an installation's role is, for what counts by some features; None where the plan
        says that there is none.
        """
        # Each fact asks this several times, thousands in all: who asked the same has the same.
        use = installation, role, by
        if use not in self._parties_by_use:
            self._parties_by_use[use] = self._party(*use)
        return self._parties_by_use[use]

    def _party(self, installation: str, role: str, by: ByFeatures) -> Party | None:
        stands_at = self._stands_at.get(role)
        if stands_at and is_nowhere(self.plan, installation, role, by):
            at_home = self.party(installation, stands_at, by)
            return at_home and Party(role, at_home.pieces)
        key = places_of(self.plan, installation, role, by), role
        if key not in self._parties:
            self._parties[key] = self._place(*key)
        return self._parties[key]

    def parties_of(self, installation: str, role: str) -> Iterator[Party]:
        """All that a role is for an installation: in general, and for each feature."""
        answers = self.plan.products.get(installation)
        alternatives: list[ByFeatures] = [()]
        alternatives += [((name,),) for name in (answers.feature_roles if answers else ())]
        for by in alternatives:
            party = self.party(installation, role, by)
            if party is not None:
                yield party

    def party_of(self, fact: Fact, role: str) -> Party | None:
        """Where a role is for a selected fact."""
        installation = fact.installation
        answers = self.plan.products.get(installation)
        by = by_features(fact) if answers is not None and answers.feature_roles else ()
        return self.party(installation, role, by)

    def _place(self, places: tuple[PlaceAt, ...], role: str) -> Party | None:
        """One who is at several places is one party, with all the pieces."""
        parties: list[Party] = []
        for at in places:
            party = self._placed(at, role, placement_at(self.plan, at, role))
            if party is not None:
                parties.append(party)
        if len(parties) < 2:
            return parties[0] if parties else None
        pieces: dict[str, Piece] = {}
        for party in parties:
            for piece in party.pieces:
                pieces[piece.zone] = both(pieces.get(piece.zone), piece)
        return Party(role, tuple(pieces[zone] for zone in sorted(pieces)))

    def _placed(self, at: PlaceAt, role: str, place: Placement | None) -> Party | None:
        if place in (None, Placement()):
            return Party(role, ())
        if place.absent:
            return None
        if not place.addresses:
            zones = sorted(z for z in set(place.zones) if z == INTERNET or self._networks(z))
            return Party(role, tuple(map(self._whole, zones)))
        pieces, stray = self._split(addresses.declared(place.addresses), place.zones)
        if stray:
            self.stray[at, role] = stray
        return Party(role, pieces)

    def _whole(self, zone: str) -> Piece:
        if zone == INTERNET:
            return self._internet
        return Piece(zone, addresses.declared(self._networks(zone)), whole=True)

    def _networks(self, zone: str) -> Cidrs:
        """A zone's networks; none for a zone that an unfinished plan names and does not have yet."""
        declared = self.plan.zones.get(zone)
        return seen_networks(declared) if declared else ()

    def _split(self, cidrs: Cidrs, zones: tuple[str, ...]) -> tuple[tuple[Piece, ...], Cidrs]:
        """Addresses → pieces by zone, and what is in none of the zones (no zones: of the plan's)."""
        inside, rest = self._zoned.split(cidrs, zones)
        pieces = list(starmap(Piece, inside.items()))
        if rest and (INTERNET in zones or not zones):
            outside = tuple(self._outside(rest))
            if outside:
                pieces.append(Piece(INTERNET, outside))
                rest = addresses.beyond(rest, outside)
        return tuple(pieces), rest

    def _outside(self, cidrs: Cidrs) -> Iterator[str]:
        """Those that are on the internet."""
        for cidr in cidrs:
            if not addresses.overlap((cidr,), self.not_internet[addresses.family_of(cidr)]):
                yield cidr

    def locate(self, cidrs: Cidrs, near: tuple[str, ...] = ()) -> tuple[Piece, ...]:
        """Addresses → pieces by the zones that hold them, near ones first; the rest is left out."""
        inside, rest = self._split(cidrs, near)
        return (*inside, *self.locate(rest)) if near and rest else inside

    def located_at(self, firewall: str, cidr: str) -> tuple[Piece, ...]:
        """The same of an address as a boundary sees it: an own one of a zone that it joins, first."""
        zones = self.plan.firewalls[firewall].zones
        if self.renumbered.zones and (pieces := self._split((cidr,), zones)[0]):
            return pieces
        return self.locate((cidr,))

    def any_on_the_internet(self, cidrs: Iterable[str]) -> bool:
        """True where some of these CIDRs are the internet, or addresses on it."""
        whole = ANYWHERE.values()
        others = those_not_in(cidrs, self.stand_ins)
        return any(cidr in whole or any(self._outside((cidr,))) for cidr in others)

    @cached_property
    def stand_ins(self) -> dict[str, str]:
        """Public addresses of the plan's own boundaries, as which those behind them are seen, and the
        boundary of each.
        """
        names: dict[str, str] = {}
        for name, firewall in self.plan.firewalls.items():
            texts = [hidden.behind for hidden in firewall.hides.values()]
            if firewall.nat:
                texts += public_addresses(firewall)
            names.update((f"{text}/32", name) for text in texts if text)
        return names

    # Firewalls

    @cached_property
    def hides_zones(self) -> bool:
        """True where some boundary shows a zone's addresses as another one."""
        return any(firewall.hides for firewall in self.plan.firewalls.values())

    @cached_property
    def guards(self) -> dict[str, Firewall]:
        """Host and cloud firewalls."""
        return where(attrgetter("guards_hosts"), self.plan.firewalls)

    @cached_property
    def _guards_by_zone(self) -> dict[str, list[str]]:
        """Zone → the firewalls of hosts and groups that guard something in it, maybe."""
        names_by_zone: dict[str, list[str]] = {}
        for name in self.guards:
            for zone in {INTERNET, *self._zoned.touching(self.covered(name))}:
                names_by_zone.setdefault(zone, []).append(name)
        return names_by_zone

    @cached_property
    def _guards_by_address(self) -> AddressIndex:
        return AddressIndex((name, self.covered(name)) for name in self.guards)

    def guards_near(self, party: Party) -> Iterable[str]:
        """The hosts' firewalls and groups that may guard some of a party; all for one without a
        place.
        """
        if party.unplaced:
            return self.guards
        if len(party.pieces) == 1:
            piece = party.pieces[0]
            in_zone = self._guards_by_zone.get(piece.zone, ())
            if piece.anywhere or len(piece.cidrs) > len(in_zone):
                return in_zone
            # Of hundreds of guarded hosts in a zone a few addresses are near few.
            guarding = self._guards_by_address.touching(piece.cidrs)
            return list(those_in(in_zone, guarding))
        near: dict[str, None] = {}
        for piece in party.pieces:
            near.update(dict.fromkeys(self._guards_by_zone.get(piece.zone, ())))
        return near

    def covered(self, name: str) -> Cidrs:
        """What a host's or cloud firewall guards: its own list, or its role's in any installation."""
        return self._guarded(name, pinned=False)

    def _guarded(self, name: str, pinned: bool) -> Cidrs:
        """What a firewall guards; `pinned`: only where addresses are given, not 'somewhere in the
        zone'.
        """
        key = (name, pinned)
        if key not in self._covered:
            self._covered[key] = self._guarded_of(name, pinned)
        return self._covered[key]

    def _guarded_of(self, name: str, pinned: bool) -> Cidrs:
        firewall = self.plan.firewalls[name]
        if firewall.addresses:
            return self.renumbered.seen(addresses.declared(firewall.addresses))
        if firewall.role is None:
            return ()
        cidrs: list[str] = []
        for product in self.plan.viewpoints:
            for party in self.parties_of(product, firewall.role):
                cidrs += local_addresses(party, pinned)
        return addresses.declared(cidrs)

    def held(self, name: str, party: Party) -> Cidrs:
        """What of a party a host's or cloud firewall guards.

        A printer that is somewhere in the server's zone is not on the server: where only the zone
        is known, a firewall takes its own role and no other.
        """
        key = (name, party)
        if key not in self._held:
            self._held[key] = self._held_of(name, party)
        return self._held[key]

    def _held_of(self, name: str, party: Party) -> Cidrs:
        role = self.plan.firewalls[name].role
        is_its_role = role is None or party.role == role
        local = addresses.declared(local_addresses(party, pinned=not is_its_role))
        guarded = self.covered(name) if is_its_role else self._guarded(name, pinned=True)
        return addresses.overlap(local, guarded)
