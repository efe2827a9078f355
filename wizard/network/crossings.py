"""Which zones' traffic crosses which boundary, when one party talks to another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product, starmap

import msgspec

from wizard.network.party import Party
from wizard.network.topology import Network
from wizard.network.ways import Levels
from wizard.plan.model import INTERNET, Plan
from wizard.tables import those_not_in

Zones = tuple[str, ...]
# A boundary, with what translates before it and after it.
_Place = tuple[str, Levels, Levels]
# From this many zones on that all talk to each other, pairs are put together by halves instead of
# one by one.
_MANY = 16


class Block(msgspec.Struct, frozen=True):
    """Zones whose traffic to other zones crosses a boundary: every pair of them does, and no zone
    meets itself. `before` and `after` are firewalls on the same ways that translate: those that it
    has passed change its sources, those that it comes to its destinations.
    """

    firewall: str
    sources: Zones
    destinations: Zones
    before: Levels = ()
    after: Levels = ()


class Crossings(msgspec.Struct, frozen=True):
    """All that stands between two parties, and the pairs of zones that nothing, or too much, joins."""

    blocks: tuple[Block, ...]
    no_path: tuple[tuple[Zones, Zones], ...]
    no_family: tuple[tuple[str, str], ...]
    ambiguous: tuple[tuple[Zones, Zones, Zones], ...]


def crossings(network: Network, sources: Party, destinations: Party) -> Crossings:
    """Work out what stands between two parties. Routers are on the way and get no block."""
    pairs_by_boundary: dict[_Place, list[tuple[Zones, Zones]]] = {}
    no_path: list[tuple[Zones, Zones]] = []
    ambiguous: list[tuple[Zones, Zones, Zones]] = []
    source_classes = network.classes(piece.zone for piece in sources.pieces)
    destination_classes = network.classes(piece.zone for piece in destinations.pieces)
    for zones in min(source_classes, destination_classes, key=len):
        network.search_from(zones[0])
    for source_zones in source_classes:
        for destination_zones in destination_classes:
            pairs = list(_pairs(source_zones, destination_zones))
            if not pairs:
                continue
            way = network.way(*_different(source_zones, destination_zones))
            if way is None:
                no_path.append((source_zones, destination_zones))
                continue
            if way.ambiguous:
                ambiguous.append((source_zones, destination_zones, way.firewalls))
            outward, inward = INTERNET in destination_zones, INTERNET in source_zones
            for depth, level in enumerate(way.levels):
                before = translating(network.plan, way.levels[:depth], outward)
                after = publishing(network.plan, way.levels[depth + 1 :]) if inward else ()
                for name in level:
                    if network.plan.firewalls[name].kind == "boundary":
                        pairs_by_boundary.setdefault((name, before, after), []).extend(pairs)
    return Crossings(
        blocks=tuple(_blocks(pairs_by_boundary)),
        no_path=tuple(no_path),
        no_family=tuple(_without_family(sources, destinations)),
        ambiguous=tuple(ambiguous),
    )


def translating(plan: Plan, levels: Levels, outward: bool) -> Levels:
    """The levels of a way on which sources may be translated; `outward`: on the way out."""

    def translates(name: str) -> bool:
        firewall = plan.firewalls[name]
        return bool(firewall.hides) or (outward and firewall.nat)

    return tuple(level for level in levels if any(map(translates, level)))


def publishing(plan: Plan, levels: Levels) -> Levels:
    """The levels of a way in on which destinations are translated: their boundaries forward."""

    def forwards(name: str) -> bool:
        return plan.firewalls[name].nat

    return tuple(level for level in levels if any(map(forwards, level)))


def _blocks(pairs_by_boundary: dict[_Place, list[tuple[Zones, Zones]]]) -> Iterator[Block]:
    for (name, before, after), pairs in sorted(pairs_by_boundary.items()):
        for sources, destinations in _joined(pairs):
            yield Block(name, sources, destinations, before, after)


def _different(sources: Zones, destinations: Zones) -> tuple[str, str]:
    """The first pair of two different zones; some are."""
    return next(pair for pair in product(sources, destinations) if pair[0] != pair[1])


def _pairs(sources: Zones, destinations: Zones) -> Iterator[tuple[Zones, Zones]]:
    """Products of zones that together hold every pair but destination_zones of a zone with itself."""
    both = tuple(sorted(set(sources) & set(destinations)))
    only_sources = tuple(those_not_in(sources, both))
    only_destinations = tuple(those_not_in(destinations, both))
    if only_sources and destinations:
        yield only_sources, destinations
    if both and only_destinations:
        yield both, only_destinations
    if len(both) <= _MANY:
        for zone in both:
            if others := tuple(those_not_in(both, (zone,))):
                yield (zone,), others
        return
    # Two different zones differ in some bit of their positions: few products, each of half the
    # zones.
    for bit in range((len(both) - 1).bit_length()):
        halves: tuple[list[str], list[str]] = ([], [])
        for position, zone in enumerate(both):
            halves[position >> bit & 1].append(zone)
        yield tuple(halves[0]), tuple(halves[1])
        yield tuple(halves[1]), tuple(halves[0])


def _joined(pairs: list[tuple[Zones, Zones]]) -> Iterator[tuple[Zones, Zones]]:
    """Products with the same destinations made one. The internet stays apart: its rules have
    exceptions.
    """
    by_destinations: dict[tuple[bool, Zones], dict[str, None]] = {}
    for sources, destinations in pairs:
        key = (INTERNET in sources, tuple(sorted(destinations)))
        by_destinations.setdefault(key, {}).update(dict.fromkeys(sources))
    by_sources: dict[tuple[bool, Zones], dict[str, None]] = {}
    for (_, destinations), sources_set in by_destinations.items():
        key = (INTERNET in destinations, tuple(sorted(sources_set)))
        by_sources.setdefault(key, {}).update(dict.fromkeys(destinations))
    for (_, sources), destinations_set in by_sources.items():
        yield sources, tuple(sorted(destinations_set))


def _without_family(sources: Party, destinations: Party) -> Iterator[tuple[str, str]]:
    """Pairs of zones whose parties share no address family."""
    from_families = {piece.families() for piece in sources.pieces}
    to_families = {piece.families() for piece in destinations.pieces}
    if not any(starmap(frozenset.isdisjoint, product(from_families, to_families))):
        return
    for source in sources.pieces:
        for destination in destinations.pieces:
            if not source.families() & destination.families():
                yield source.zone, destination.zone
