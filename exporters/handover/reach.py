"""Pair of parties → who of the one reaches what of the other, zone by zone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from operator import attrgetter

import msgspec

from wizard.network.addresses import Cidrs, of_family
from wizard.network.party import Piece
from wizard.network.sites import Pair
from wizard.network.topology import Network
from wizard.plan.model import INTERNET, site_of_zone


class Reach(msgspec.Struct, frozen=True):
    """Addresses of one family in one zone, and those that reach them: all of these are on the
    internet (`outside`), or none is; all are at one `site`, or at none ('').
    """

    outside: bool
    zone: str
    sources: Cidrs
    destinations: Cidrs
    site: str = ""


class Reaching:
    """Remembers what it worked out: many connections run between the same two parties."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._reaches: dict[Pair, tuple[Reach, ...]] = {}
        self._site_of = site_of_zone(network.plan)

    def of(self, pair: Pair) -> tuple[Reach, ...]:
        """Every zone of the destination that something reaches, insiders first."""
        if pair not in self._reaches:
            self._reaches[pair] = tuple(self._of(pair))
        return self._reaches[pair]

    def _of(self, pair: Pair) -> Iterator[Reach]:
        for outside in (False, True):
            pieces = [p for p in pair.sources.pieces if (p.zone == INTERNET) == outside]
            for target in pair.destinations.pieces:
                by_site: dict[str, list[Piece]] = {}
                for piece in pieces:
                    if self._network.way(piece.zone, target.zone) is not None:
                        by_site.setdefault(self._site_of.get(piece.zone, ""), []).append(piece)
                for site, near in by_site.items():
                    yield from _by_family(outside, near, target, site)


def _by_family(outside: bool, sources: list[Piece], target: Piece, site: str) -> Iterator[Reach]:
    for family in sorted(target.families()):
        cidrs = of_family(chain.from_iterable(map(attrgetter("cidrs"), sources)), family)
        if cidrs:
            destinations = of_family(target.cidrs, family)
            yield Reach(outside, target.zone, tuple(dict.fromkeys(cidrs)), destinations, site)
