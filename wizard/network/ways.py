"""What stands between two zones: the boundaries and routers of the shortest ways."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain

import msgspec

from wizard.plan.model import INTERNET, Plan
from wizard.tables import each_made

# So many pairs of firewalls are tried before a search through the whole network.
_FEW = 64


# Firewalls that are equally far, level by level, nearest to the source first.
Levels = tuple[tuple[str, ...], ...]


class Way(msgspec.Struct, frozen=True, dict=True):
    """What stands between two zones: all firewalls on any of the shortest ways, by levels."""

    levels: Levels

    @cached_property
    def firewalls(self) -> tuple[str, ...]:
        """All of them, nearest to the source first."""
        return tuple(chain.from_iterable(self.levels))

    @cached_property
    def ambiguous(self) -> bool:
        """True where several ways are equally short."""
        return any(len(level) > 1 for level in self.levels)


class Ways:
    """The ways between the zones of a plan. Remembers what it worked out."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._hubs: set[frozenset[str]] = set()
        self._reach: dict[frozenset[str], dict[str, tuple[int, frozenset[str]]]] = {}
        self._ways: dict[tuple[str, str], Way | None] = {}

    @cached_property
    def joiners(self) -> dict[str, frozenset[str]]:
        """Zone → the boundaries and routers that it is joined to."""
        names_by_zone: dict[str, set[str]] = {zone: set() for zone in (*self.plan.zones, INTERNET)}
        for name, firewall in self.plan.firewalls.items():
            for zone in firewall.zones if firewall.joins_zones else ():
                if zone in names_by_zone:
                    names_by_zone[zone].add(name)
        return each_made(frozenset, names_by_zone)

    @cached_property
    def _zones_of(self) -> dict[str, frozenset[str]]:
        """Boundary or router → the zones that it joins, of those that there are."""
        zones_by_name: dict[str, set[str]] = {}
        for zone, names in self.joiners.items():
            for name in names:
                zones_by_name.setdefault(name, set()).add(zone)
        return each_made(frozenset, zones_by_name)

    def way(self, source: str, destination: str) -> Way | None:
        """The fewest boundaries and routers that join two zones; None where nothing does."""
        if source == destination:
            return Way(())
        if source not in self.joiners or destination not in self.joiners:
            # An unfinished plan names a zone that it does not have yet.
            return None
        key = (source, destination)
        if key not in self._ways:
            self._ways[key] = self._near(source, destination) or self._far(source, destination)
        return self._ways[key]

    def search_from(self, zone: str) -> None:
        """Look from this zone, because many ways will begin or end here."""
        self._hubs.add(self.joiners[zone])

    def _near(self, source: str, destination: str) -> Way | None:
        """The way over one or two firewalls, which needs no search; None for others."""
        ends = self.joiners[source], self.joiners[destination]
        if both := ends[0] & ends[1]:
            return Way((tuple(sorted(both)),))
        if len(ends[0]) * len(ends[1]) > _FEW:
            return None
        firsts: set[str] = set()
        seconds: set[str] = set()
        for first in ends[0]:
            between = self._zones_of[first] - {INTERNET, source, destination}
            nexts = {second for second in ends[1] if not between.isdisjoint(self._zones_of[second])}
            if nexts:
                firsts.add(first)
                seconds |= nexts
        if not firsts:
            return None
        return Way((tuple(sorted(firsts)), tuple(sorted(seconds))))

    def _far(self, source: str, destination: str) -> Way | None:
        """The way by a search. Ways are the same in both directions: one search from a hub serves a
        thousand branches.
        """
        ends, hubs = (self.joiners[source], self.joiners[destination]), self._hubs
        if ends[0] in hubs and ends[1] not in hubs:
            way = self._shortest(destination, source)
            return Way(way.levels[::-1]) if way else None
        return self._shortest(source, destination)

    def _shortest(self, source: str, destination: str) -> Way | None:
        reach = self._distances(destination)
        near = self.joiners[source] & reach.keys()
        if not near:
            return None
        distance = min(reach[name][0] for name in near)
        level = frozenset(name for name in near if reach[name][0] == distance)
        levels: list[tuple[str, ...]] = []
        while level:
            levels.append(tuple(sorted(level)))
            level = frozenset().union(*(reach[name][1] for name in level))
        return Way(tuple(levels))

    def _distances(self, destination: str) -> dict[str, tuple[int, frozenset[str]]]:
        """Each joiner's distance to a zone, and the joiners that come next on the shortest ways
        there.

        Zones with the same joiners have the same distances, so a thousand branch zones cost one
        search. The internet is no way from one own zone to another: what is private does not travel
        there.
        """
        start = self.joiners[destination]
        if start not in self._reach:
            reach: dict[str, tuple[int, frozenset[str]]] = dict.fromkeys(start, (1, frozenset()))
            visited = {INTERNET, destination}
            frontier, distance = set(start), 1
            while frontier:
                distance += 1
                # A zone is first met at one distance only: what joins it is one step further at the
                # most.
                nexts_by_zone: dict[str, set[str]] = {}
                for name in frontier:
                    for zone in self.plan.firewalls[name].zones:
                        if zone not in visited and zone in self.joiners:
                            nexts_by_zone.setdefault(zone, set()).add(name)
                visited |= nexts_by_zone.keys()
                following: dict[str, set[str]] = {}
                for zone, nexts in nexts_by_zone.items():
                    for name in self.joiners[zone] - reach.keys():
                        following.setdefault(name, set()).update(nexts)
                for name, nexts in following.items():
                    reach[name] = (distance, frozenset(nexts))
                frontier = set(following)
            self._reach[start] = reach
        return self._reach[start]

    def classes(self, zones: Iterable[str]) -> list[tuple[str, ...]]:
        """Zones, put together where they are joined to the same firewalls: their ways elsewhere are
        the same.
        """
        alike: dict[tuple[bool, frozenset[str]], list[str]] = {}
        for zone in zones:
            alike.setdefault((zone == INTERNET, self.joiners[zone]), []).append(zone)
        return list(map(tuple, alike.values()))
