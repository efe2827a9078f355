"""Which zones are alike: in the picture they share a lane where there are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from operator import attrgetter

from wizard.plan.model import Firewall
from wizard.tables import each_made


def alike(
    first: Mapping[str, Hashable], joiners: Mapping[str, Firewall]
) -> tuple[dict[str, int], dict[str, int]]:
    """Refines until neighbours of what is alike are alike too."""
    zones = numbered(first)
    walls = numbered(each_made(attrgetter("kind", "nat", "default"), joiners))
    while True:
        near: dict[str, Counter[int]] = {zone: Counter() for zone in zones}
        for name, fw in joiners.items():
            for zone in fw.zones:
                if zone in near:
                    near[zone][walls[name]] += 1
        new_zones = numbered({zone: (zones[zone], frozenset(near[zone].items())) for zone in zones})
        key_by_wall: dict[str, Hashable] = {}
        for name, fw in joiners.items():
            inside = Counter(new_zones[zone] for zone in fw.zones if zone in new_zones)
            key_by_wall[name] = walls[name], frozenset(inside.items())
        new_walls = numbered(key_by_wall)
        if _kinds(new_zones) == _kinds(zones) and _kinds(new_walls) == _kinds(walls):
            return new_zones, new_walls
        zones, walls = new_zones, new_walls


def each_its_own(names: Iterable[str]) -> dict[str, int]:
    """A number for each name: nothing is alike."""
    return {name: number for number, name in enumerate(names)}


def _kinds(numbers: Mapping[str, int]) -> int:
    return len(set(numbers.values()))


def numbered(keys: Mapping[str, Hashable]) -> dict[str, int]:
    """Name → a number for its key."""
    numbers: dict[Hashable, int] = {}
    return {name: numbers.setdefault(key, len(numbers)) for name, key in keys.items()}
