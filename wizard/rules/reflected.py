"""What a reflector makes of multicast DNS between zones: it hears on one link and says it again on
the others, under its own address there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from wizard.facts.discovery import is_mdns
from wizard.network import addresses
from wizard.network.party import Party, Piece
from wizard.network.sites import Pair
from wizard.network.topology import Network
from wizard.plan.keys import FirewallKey
from wizard.plan.model import INTERNET
from wizard.plan.reflectors import reflector_role

if TYPE_CHECKING:
    from wizard.rules.wants import Want

_ANSWERED = ("mdns_reflector", "addresses", "zones", "kind")


class Reflector(msgspec.Struct, frozen=True):
    """A boundary or router that says multicast DNS again, and what is its own in each zone."""

    name: str
    own: dict[str, Piece]

    def serves(self, zone: str, other: str) -> bool:
        """Whether it carries what is said in one zone to another."""
        return zone != other and zone in self.own and other in self.own

    def hears(self, zone: str, others: Party) -> bool:
        """Whether it is between this zone and some other one in which a party is."""
        return any(self.serves(zone, other) for other in others.by_zone)


def reflectors(network: Network) -> tuple[Reflector, ...]:
    """Those of the plan that have an address in some of their zones."""
    found: list[Reflector] = []
    for name, firewall in network.plan.firewalls.items():
        # A network or range would make everybody in it the reflector.
        single = addresses.declared(item for item in firewall.addresses if "-" not in item)
        single = tuple(filter(addresses.is_single, single))
        if firewall.reflects and single:
            cidrs = network.renumbered.seen(single)
            zones = set(firewall.zones) - {INTERNET}
            pieces = (piece for piece in network.locate(cidrs) if piece.zone in zones)
            found.append(Reflector(name, {piece.zone: piece for piece in pieces}))
    return tuple(found)


def reflected(network: Network, wants: Iterable[Want]) -> Iterator[Want]:
    """The same, and after each the connections by which reflectors carry it from zone to zone."""
    present = reflectors(network)
    for want in wants:
        yield want
        if is_mdns(want.fact):
            for reflector in present:
                yield from _heard(want, reflector)
                yield from _said_again(want, reflector)


def _heard(want: Want, reflector: Reflector) -> Iterator[Want]:
    pairs: list[Pair] = []
    for pair in want.pairs:
        for piece in pair.sources.pieces:
            if reflector.hears(piece.zone, pair.destinations):
                here = Party(want.from_, (piece,))
                pairs.append(Pair(here, _at(reflector, piece.zone)))
    fact = msgspec.structs.replace(want.fact, to=reflector_role(reflector.name))
    yield from _between(msgspec.structs.replace(want, fact=fact), reflector, pairs)


def _said_again(want: Want, reflector: Reflector) -> Iterator[Want]:
    pairs: list[Pair] = []
    for pair in want.pairs:
        for piece in pair.destinations.pieces:
            if reflector.hears(piece.zone, pair.sources):
                here = Party(want.to, (piece,))
                pairs.append(Pair(_at(reflector, piece.zone), here))
    fact = msgspec.structs.replace(want.fact, from_=reflector_role(reflector.name))
    yield from _between(msgspec.structs.replace(want, fact=fact), reflector, pairs)


def _at(reflector: Reflector, zone: str) -> Party:
    return Party(reflector_role(reflector.name), (reflector.own[zone],))


def _between(want: Want, reflector: Reflector, pairs: list[Pair]) -> Iterator[Want]:
    if not pairs:
        return
    keys = map(partial(FirewallKey, reflector.name), _ANSWERED)
    yield msgspec.structs.replace(
        want,
        sources=Party(want.from_, tuple(dict.fromkeys(p.sources.pieces[0] for p in pairs))),
        destinations=Party(want.to, tuple(dict.fromkeys(p.destinations.pieces[0] for p in pairs))),
        because=tuple(dict.fromkeys((*want.because, *keys))),
        pairs=tuple(pairs),
    )
