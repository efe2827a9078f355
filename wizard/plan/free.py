"""Networks that a plan does not use yet, and what addresses become that move into them."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.plan.every_place import every_network
from wizard.plan.field import AnswerError
from wizard.plan.model import Plan
from wizard.tables import without_names

# Where a network of one's own moves: it stays private, or public.
_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
_TRIES = 1 << 16


class Moves(msgspec.Struct, frozen=True):
    """Zone → its new networks; and each network that was, with the one that it became."""

    networks: dict[str, Cidrs]
    pairs: tuple[tuple[str, str], ...]

    def moved(self, items: Iterable[str]) -> tuple[str, ...]:
        """Addresses, CIDRs and ranges in what was, as they are in what it became; others go."""
        return tuple(chain.from_iterable(map(self._moved, items)))

    def _moved(self, item: str) -> Iterator[str]:
        for old, new in self.pairs:
            if _is_within(item, old):
                by = addresses.span(new)[0] - addresses.span(old)[0]
                moved = addresses.at(item, by)
                if _is_within(moved, new):
                    yield moved
                return


class FreeSpace:
    """The networks of a plan, and what moved beside them."""

    def __init__(self, plan: Plan) -> None:
        self._taken: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for network in every_network(plan):
            self._take(network)
        # How far the last block moved: the next one begins there.
        self._steps: dict[tuple[str, ...], int] = {}

    def moves(self, zones: Mapping[str, Cidrs], given_networks: Mapping[str, Cidrs]) -> Moves:
        """Networks for zones like these: those that are named, else the next free ones, all
        networks of a family moved by as much.

        Raises:
            AnswerError: where none is free.
        """
        unnamed = without_names(zones, given_networks)
        open_ones = tuple(chain.from_iterable(unnamed.values()))
        becomes: dict[str, str] = {}
        for family in addresses.FAMILIES:
            becomes.update(self._next(addresses.of_family(open_ones, family)))
        networks: dict[str, Cidrs] = {}
        pairs: list[tuple[str, str]] = []
        for zone, of_zone in zones.items():
            networks[zone] = given_networks.get(zone) or tuple(becomes[n] for n in of_zone)
            pairs += _paired(of_zone, networks[zone])
            for network in networks[zone]:
                self._take(network)
        return Moves(networks, tuple(pairs))

    def _take(self, network: str) -> None:
        insort(self._taken[addresses.family_of(network)], addresses.span(network))

    def _next(self, networks: Cidrs) -> dict[str, str]:
        """Each network → the free one that it moves to; all of them move by as much."""
        if not networks:
            return {}
        size, bounds = _block(networks)
        start = self._steps.get(networks, 0) + 1
        for step in range(start, start + _TRIES):
            moved = {
                n: addresses.at(n, step * size) for n in networks if _fits(n, step * size, bounds)
            }
            if len(moved) < len(networks):
                break
            if all(map(self._is_free, moved.values())):
                self._steps[networks] = step
                return moved
        raise AnswerError(
            f"After {', '.join(networks)} no networks of that size are free; name them yourself."
        )

    def _is_free(self, network: str) -> bool:
        first, last = addresses.span(network)
        taken = self._taken[addresses.family_of(network)]
        at = bisect_right(taken, (last, last)) - 1
        return at < 0 or taken[at][1] < first


def within(items: Iterable[str], networks: Sequence[str]) -> Iterator[str]:
    """Addresses, CIDRs and ranges that are in one of the networks."""
    for item in items:
        if any(_is_within(item, network) for network in networks):
            yield item


def _is_within(item: str, network: str) -> bool:
    cidrs = addresses.cidrs_of(item)
    first, last = addresses.span(network)
    if addresses.family_of(network) != addresses.family_of(item):
        return False
    return first <= addresses.span(cidrs[0])[0] and addresses.span(cidrs[-1])[1] <= last


def _block(networks: Cidrs) -> tuple[int, tuple[int, int]]:
    """By how much networks move at once, and the range that they stay in.

    As much as the smallest block that holds them all; where they are spread thinly over it, as far
    as the next number that people write: an octet, or four digits of IPv6.
    """
    spans = sorted(map(addresses.span, networks))
    bits, digits = (32, 8) if addresses.family_of(networks[0]) == 4 else (128, 16)
    length = (spans[0][0] ^ max(last for _, last in spans)).bit_length()
    used = sum(last - first + 1 for first, last in spans)
    if 2 * used < 1 << length:
        length = -(-length // digits) * digits
    bounds = (0, (1 << bits) - 1)
    for network in _RANGES:
        first, last = addresses.span(network)
        same_family = addresses.family_of(network) == addresses.family_of(networks[0])
        if same_family and first <= spans[0][0] and spans[-1][1] <= last:
            bounds = (first, last)
    return 1 << length, bounds


def _fits(network: str, by: int, bounds: tuple[int, int]) -> bool:
    first, last = addresses.span(network)
    return bounds[0] <= first + by and last + by <= bounds[1]


def _paired(old: Cidrs, new: Cidrs) -> Iterator[tuple[str, str]]:
    """The networks of a zone with those that they become, family by family in their order."""
    for family in addresses.FAMILIES:
        yield from zip(
            addresses.of_family(old, family), addresses.of_family(new, family), strict=False
        )
