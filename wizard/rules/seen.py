"""Both sides of a connection as a firewall on its way sees them, beside translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import product

import msgspec

from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, FAMILIES, Cidrs, Family
from wizard.network.crossings import Block, Crossings, publishing, translating
from wizard.network.party import Party, Piece
from wizard.network.ports import PortRange
from wizard.network.topology import Network
from wizard.network.translation import seen_after
from wizard.network.ways import Levels
from wizard.plan.model import INTERNET
from wizard.plan.publishing import public_side
from wizard.rules.wants import Want


class RuleSide(msgspec.Struct, frozen=True):
    """Addresses of one family on one side of a rule, with those that are excepted; `waits` names
    what is not known yet, for a side that is nobody for the time being.
    """

    cidrs: Cidrs
    excepted: Cidrs = ()
    waits: tuple[str, ...] = ()


class SeenTarget(msgspec.Struct, frozen=True):
    """The other side of a connection as it is seen somewhere, and on which ports; `listens` are
    those on which somebody listens, one for each.
    """

    side: RuleSide
    ports: tuple[PortRange, ...]
    listens: tuple[PortRange, ...]


class Across(msgspec.Struct, frozen=True):
    """A boundary on a way, and who opens and who listens as it sees them in one family;
    `is_forwarded`: it forwards ports of its public address.
    """

    block: Block
    family: Family
    sides: tuple[list[RuleSide], list[RuleSide]]
    is_forwarded: bool


class Sides:
    """The sides of rules, by party, zones and what translates on the way. Remembers plain ones."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._sides: dict[tuple[Party, tuple[str, ...], Family], list[RuleSide]] = {}
        self._across: dict[tuple[Party, Party], list[Across]] = {}

    def plain(self, party: Party, zones: Sequence[str], family: Family) -> list[RuleSide]:
        """A party's addresses of one family in some zones (none named: in all): local ones, then
        the internet.
        """
        key = (party, tuple(zones), family)
        if key not in self._sides:
            pieces = [party.by_zone[zone] for zone in sorted(zones or party.by_zone)]
            local_pieces = [piece for piece in pieces if not piece.anywhere]
            local = addresses.of_family(
                addresses.declared(addresses.every_cidr(local_pieces)), family
            )
            sides = [RuleSide(local)] if local else []
            if any(piece.anywhere and family in piece.families() for piece in pieces):
                sides.append(self._everybody(family))
            self._sides[key] = sides
        return self._sides[key]

    def across(self, between: Crossings, sources: Party, destinations: Party) -> list[Across]:
        """Each boundary between two parties: hundreds of connections run between the same two."""
        parties = sources, destinations
        if parties not in self._across:
            found = self._across[parties] = []
            for block, family in product(between.blocks, FAMILIES):
                firewall = self.network.plan.firewalls[block.firewall]
                is_forwarded = (
                    firewall.nat
                    and family == 4
                    and block.sources == (INTERNET,)
                    and INTERNET not in block.destinations
                )
                sides = (
                    self.sources_of(block, sources, family),
                    self.destinations_of(block, destinations, family),
                )
                found.append(Across(block, family, sides, is_forwarded))
        return self._across[parties]

    def sources_of(self, block: Block, party: Party, family: Family) -> list[RuleSide]:
        """Who opens, as a boundary sees them."""
        outward = INTERNET in block.destinations
        sides = self.sources(party, block.sources, block.before, outward, family)
        return list(map(partial(self.at, block.firewall), sides))

    def destinations_of(self, block: Block, party: Party, family: Family) -> list[RuleSide]:
        """Who listens, as a boundary sees them after its own translation."""
        sides = self.plain(party, block.destinations, family)
        return list(map(partial(self.at, block.firewall), sides))

    def in_zones(self, zones: Sequence[str], side: RuleSide) -> RuleSide:
        """A side as it is seen in zones: its neighbours there by their own addresses."""
        own = self.network.renumbered.own(zones, side.cidrs)
        return side if own is side.cidrs else msgspec.structs.replace(side, cidrs=own)

    def at(self, name: str, side: RuleSide) -> RuleSide:
        """A side as a boundary sees it, beside zones that are seen as others."""
        own = self.network.seen_at(name, side.cidrs)
        return side if own is side.cidrs else msgspec.structs.replace(side, cidrs=own)

    def sources(
        self, party: Party, zones: Sequence[str], levels: Levels, outward: bool, family: Family
    ) -> list[RuleSide]:
        """Who opens, seen behind these levels of firewalls."""
        if not levels:
            return self.plain(party, zones, family)
        passed = ((party.by_zone[zone], levels) for zone in sorted(zones))
        return self._seen(passed, outward, family)

    def sources_at(self, party: Party, zone: str, family: Family) -> list[RuleSide]:
        """Who opens, seen in a zone that they connect to."""
        passed: list[tuple[Piece, Levels]] = []
        outward = zone == INTERNET
        for piece in party.pieces:
            way = self.network.way(piece.zone, zone)
            passed.append(
                (piece, translating(self.network.plan, way.levels, outward) if way else ())
            )
        return [self.in_zones((zone,), side) for side in self._seen(passed, outward, family)]

    def arriving(self, party: Party, destinations: Party, family: Family) -> RuleSide:
        """Who opens, less the internet, as somebody who listens sees them, in whatever zones he is;
        where he has no place yet, as they are.
        """
        local: list[str] = []
        waits: set[str] = set()
        for zone in sorted(destinations.by_zone):
            for side in self.sources_at(party, zone, family):
                waits.update(side.waits)
                if side.cidrs != (ANYWHERE[family],):
                    local += side.cidrs
        if destinations.unplaced:
            local += addresses.of_family(party.local_cidrs, family)
        return RuleSide(addresses.declared(local), waits=tuple(sorted(waits)))

    def targets(
        self, want: Want, side: RuleSide, levels: Levels, family: Family
    ) -> Iterator[SeenTarget]:
        """Where a connection from the internet leads, seen before these levels of firewalls."""
        if not levels or family != 4:
            yield SeenTarget(side, want.ports, want.ports)
            return
        for ports in want.ports:
            yield from self._published(want, SeenTarget(side, (ports,), (ports,)), levels)

    def targets_at(self, want: Want, party: Party, family: Family) -> Iterator[SeenTarget]:
        """Where a connection leads, seen from the internet."""
        for piece in party.pieces:
            way = self.network.way(INTERNET, piece.zone)
            levels = publishing(self.network.plan, way.levels) if way else ()
            for side in self.plain(party, (piece.zone,), family):
                yield from self.targets(want, side, levels, family)

    def _published(self, want: Want, target: SeenTarget, levels: Levels) -> Iterator[SeenTarget]:
        """The same from further and further outside: of each level, what its boundaries publish."""
        current = [target]
        for level in reversed(levels):
            outside: list[SeenTarget] = []
            for name in level:
                firewall = self.network.plan.firewalls[name]
                if not firewall.nat:
                    outside += current
                    continue
                address, public = public_side(firewall, want.fact, want.ports, target.listens[0])
                side = RuleSide((f"{address}/32",)) if address else RuleSide((), waits=(name,))
                outside.append(SeenTarget(side, (public,), target.listens))
            current = list(dict.fromkeys(outside))
        yield from current

    def _seen(
        self, passed: Iterable[tuple[Piece, Levels]], outward: bool, family: Family
    ) -> list[RuleSide]:
        local: list[str] = []
        waits: set[str] = set()
        everybody = False
        for piece, levels in passed:
            if piece.anywhere:
                everybody = everybody or family in piece.families()
                continue
            cidrs = addresses.of_family(piece.cidrs, family)
            seen = seen_after(self.network, piece.zone, cidrs, levels, outward, family)
            local += seen.cidrs
            waits.update(seen.waits if cidrs else ())
        sides = [RuleSide(addresses.declared(local))] if local else []
        if waits:
            sides.append(RuleSide((), waits=tuple(sorted(waits))))
        if everybody:
            sides.append(self._everybody(family))
        return sides

    def _everybody(self, family: Family) -> RuleSide:
        return RuleSide((ANYWHERE[family],), self.network.not_internet[family])
