"""Which zones hold which addresses, found without a walk through all zones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import accumulate

import msgspec

from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Cidrs, Family
from wizard.plan.model import Plan


class _Networks(msgspec.Struct, frozen=True):
    """The networks of all zones in one family, sorted; `ends`: the last address of any so far."""

    firsts: list[int]
    lasts: list[int]
    zones: list[str]
    ends: list[int]


class ZoneIndex:
    """The zones of a plan by their addresses."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._networks = {family: self._sorted(family) for family in FAMILIES}

    def _sorted(self, family: Family) -> _Networks:
        entries: list[tuple[int, int, str]] = []
        for zone, declared in self._plan.zones.items():
            for network in addresses.of_family(declared.networks, family):
                entries.append((*addresses.span(network), zone))
        entries.sort()
        lasts = [last for _, last, _ in entries]
        return _Networks(
            firsts=[first for first, _, _ in entries],
            lasts=lasts,
            zones=[zone for _, _, zone in entries],
            ends=list(accumulate(lasts, max)),
        )

    def split(self, cidrs: Cidrs, zones: Collection[str]) -> tuple[dict[str, Cidrs], Cidrs]:
        """Addresses → zone and what it holds of them, by the zones' names, and what none holds.

        Only `zones` count, where some are named. What two zones hold is the first one's.
        """
        counting = set(zones)
        by_zone: dict[str, list[str]] = {}
        scattered: list[str] = []
        near: set[str] = set()
        for cidr in cidrs:
            touching: dict[str, bool] = {}
            for zone, is_whole in self._touching(cidr):
                if not counting or zone in counting:
                    touching[zone] = is_whole or touching.get(zone, False)
            if list(touching.values()) == [True]:
                by_zone.setdefault(next(iter(touching)), []).append(cidr)
            else:
                scattered.append(cidr)
                near |= touching.keys()
        rest = tuple(scattered)
        for zone in sorted(near):
            inside = addresses.overlap(rest, self._plan.zones[zone].networks)
            if inside:
                by_zone.setdefault(zone, []).extend(inside)
                rest = addresses.beyond(rest, inside)
        return {zone: addresses.declared(by_zone[zone]) for zone in sorted(by_zone)}, rest

    def touching(self, cidrs: Cidrs) -> set[str]:
        """The zones that hold some of these addresses."""
        return {zone for cidr in cidrs for zone, _ in self._touching(cidr)}

    def _touching(self, cidr: str) -> Iterator[tuple[str, bool]]:
        """The zones that hold some of it, and whether one network of theirs holds all."""
        first, last = addresses.span(cidr)
        networks = self._networks[addresses.family_of(cidr)]
        position = bisect_right(networks.firsts, last) - 1
        while position >= 0 and networks.ends[position] >= first:
            if networks.lasts[position] >= first:
                is_whole = networks.firsts[position] <= first and last <= networks.lasts[position]
                yield networks.zones[position], is_whole
            position -= 1
