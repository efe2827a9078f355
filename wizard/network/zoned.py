"""Who holds which addresses, of zones or firewalls: found without a walk through all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from itertools import accumulate

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.renumbered import Renumbered, seen_networks
from wizard.plan.model import Plan
from wizard.tables import each_made


class _Networks(msgspec.Struct, frozen=True):
    """What all hold in one family, sorted, and who does; `ends`: the last address of any so far."""

    firsts: list[int]
    lasts: list[int]
    names: list[str]
    ends: list[int]


class AddressIndex:
    """Names by the addresses that each holds."""

    def __init__(self, held: Iterable[tuple[str, Cidrs]]) -> None:
        listed = list(held)
        self._networks = addresses.each_family(partial(_sorted, listed))

    def touching(self, cidrs: Cidrs) -> set[str]:
        """Who holds some of these addresses."""
        names: set[str] = set()
        for cidr in cidrs:
            for name, _ in self.near(cidr):
                names.add(name)
        return names

    def near(self, cidr: str) -> Iterator[tuple[str, bool]]:
        """Who holds some of it, and whether one network of theirs holds all."""
        first, last = addresses.span(cidr)
        networks = self._networks[addresses.family_of(cidr)]
        position = bisect_right(networks.firsts, last) - 1
        while position >= 0 and networks.ends[position] >= first:
            if networks.lasts[position] >= first:
                is_whole = networks.firsts[position] <= first and last <= networks.lasts[position]
                yield networks.names[position], is_whole
            position -= 1


def _sorted(held: Iterable[tuple[str, Cidrs]], family: Family) -> _Networks:
    entries: list[tuple[int, int, str]] = []
    for name, cidrs in held:
        for network in addresses.of_family(cidrs, family):
            entries.append((*addresses.span(network), name))
    entries.sort()
    lasts = [last for _, last, _ in entries]
    return _Networks(
        firsts=[first for first, _, _ in entries],
        lasts=lasts,
        names=[name for _, _, name in entries],
        ends=list(accumulate(lasts, max)),
    )


class ZoneIndex(AddressIndex):
    """The zones of a plan by their addresses."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(each_made(seen_networks, plan.zones).items())
        self._plan = plan
        self._renumbered = Renumbered(plan)

    def split(self, cidrs: Cidrs, zones: Collection[str]) -> tuple[dict[str, Cidrs], Cidrs]:
        """Addresses → zone and what it holds of them, by the zones' names, and what none holds. Both
        as all others see them; they may be given as the zone itself knows them.

        Only `zones` count, where some are named. What two zones hold is the first one's.
        """
        counting = set(zones)
        cidrs = self._renumbered.seen(cidrs, counting)
        by_zone: dict[str, list[str]] = {}
        scattered: list[str] = []
        near: set[str] = set()
        for cidr in cidrs:
            touching: dict[str, bool] = {}
            for zone, is_whole in self.near(cidr):
                if not counting or zone in counting:
                    touching[zone] = is_whole or touching.get(zone, False)
            if list(touching.values()) == [True]:
                by_zone.setdefault(next(iter(touching)), []).append(cidr)
            else:
                scattered.append(cidr)
                near |= touching.keys()
        rest = tuple(scattered)
        for zone in sorted(near):
            inside = addresses.overlap(rest, seen_networks(self._plan.zones[zone]))
            if inside:
                by_zone.setdefault(zone, []).extend(inside)
                rest = addresses.beyond(rest, inside)
        return each_made(addresses.declared, dict(sorted(by_zone.items()))), rest
