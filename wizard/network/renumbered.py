"""Zones that the rest of the network sees under other networks: 1:1 translation at whatever joins
them.

Everywhere in the core an address of such a zone is the one under which it is seen: no other zone has
it. What stands in the zone, or joins it, sees its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from operator import attrgetter

from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, Cidrs
from wizard.plan.model import Plan, Zone
from wizard.tables import those_not_in, where, without_name

Networks = tuple[tuple[str, str], ...]


def network_pairs(zone: Zone) -> Networks:
    """Each network that is translated, with that as which it is seen: of IPv4, in their order."""
    own = addresses.of_family(zone.networks, 4)
    return tuple(zip(own, zone.seen_as, strict=False))


def check_seen_as(networks: Cidrs, seen_as: Cidrs) -> None:
    """A network of the same size for each IPv4 network, and others than those.

    Raises:
        ValueError: saying which has none, or not the right size.
    """
    own = addresses.of_family(networks, 4)
    for seen in seen_as:
        if addresses.family_of(seen) == 6:
            raise ValueError(f"{seen} is IPv6; only IPv4 networks are translated")
    if seen_as and len(seen_as) != len(own):
        raise ValueError(
            f"{', '.join(seen_as)} is no match for {', '.join(own) or 'a zone without IPv4'}; name one"
            " network for each IPv4 network of the zone, in their order"
        )
    for network, seen in zip(own, seen_as, strict=True) if seen_as else ():
        if addresses.prefix(network).length != addresses.prefix(seen).length:
            size = addresses.prefix(network).length
            raise ValueError(f"{seen} is not as large as {network}; name a network with /{size}")
    for number, seen in enumerate(seen_as):
        if twice := addresses.overlap((seen,), seen_as[:number]):
            raise ValueError(f"two of its networks are seen as {twice[0]}; name one for each")
    if shared := addresses.overlap(seen_as, own):
        raise ValueError(f"{shared[0]} is in the zone's own networks; name one that nobody uses")


def seen_networks(zone: Zone) -> Cidrs:
    """A zone's networks as all others see them."""
    becomes = dict(network_pairs(zone))
    return tuple(becomes.get(network, network) for network in zone.networks)


def network_texts(zone: Zone) -> tuple[str, ...]:
    """A zone's networks for people: `192.168.1.0/24 seen as 10.101.1.0/24`."""
    becomes = dict(network_pairs(zone))
    texts: list[str] = []
    for network in zone.networks:
        seen = becomes.get(network)
        texts.append(f"{network} seen as {seen}" if seen else network)
    return tuple(texts)


def as_seen(zone: Zone, cidrs: Iterable[str]) -> Cidrs:
    """CIDRs of a zone, as all others see them; the rest stays."""
    return _moved(cidrs, network_pairs(zone))


def as_own(zone: Zone, cidrs: Iterable[str]) -> Cidrs:
    """CIDRs as others see them, as the zone itself knows them; the rest stays."""
    return _moved(cidrs, tuple((seen, own) for own, seen in network_pairs(zone)))


def _moved(cidrs: Iterable[str], pairs: Networks) -> Cidrs:
    every = tuple(cidrs)
    # The internet is everybody in a rule, and stays.
    rest = tuple(those_not_in(every, (ANYWHERE[4],)))
    anywhere = (ANYWHERE[4],) if len(rest) < len(every) else ()
    moved: list[str] = []
    for old, new in pairs:
        by = addresses.span(new)[0] - addresses.span(old)[0]
        moved += (addresses.at(cidr, by) for cidr in addresses.overlap(rest, (old,)))
        rest = addresses.beyond(rest, (old,)) if addresses.overlap(rest, (old,)) else rest
    return (*anywhere, *addresses.declared((*rest, *moved))) if moved else every


class Renumbered:
    """The zones of a plan that are seen as others."""

    def __init__(self, plan: Plan) -> None:
        self.zones = where(attrgetter("seen_as"), plan.zones)
        self._plan = plan

    def seen(self, cidrs: Cidrs, zones: Collection[str] = ()) -> Cidrs:
        """Addresses as a plan gives them, as all others see them; `zones`: those that they are in,
        all where none is named. What several zones hold stays: nobody knows whose it is.
        """
        if not self.zones:
            return cidrs
        holders: dict[str, Cidrs] = {}
        for name, zone in self._plan.zones.items():
            if not zones or name in zones:
                held = addresses.overlap(cidrs, zone.networks)
                if held:
                    holders[name] = held
        for name, held in holders.items():
            if name in self.zones:
                others = without_name(holders, name).values()
                own = addresses.beyond(held, chain.from_iterable(others))
                rest = addresses.beyond(cidrs, own)
                cidrs = addresses.declared((*rest, *as_seen(self.zones[name], own)))
        return cidrs

    def own(self, zones: Iterable[str], cidrs: Cidrs) -> Cidrs:
        """Addresses as all others see them, as whoever is in these zones, or joins them, does."""
        if self.zones:
            for name in zones:
                if name in self.zones:
                    cidrs = as_own(self.zones[name], cidrs)
        return cidrs

    def words(self, zones: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each of these zones that is seen as another, and what as what: `192.168.1.0/24 as …`."""
        for name in zones:
            if name in self.zones:
                pairs = network_pairs(self.zones[name])
                yield name, ", ".join(f"{own} as {seen}" for own, seen in pairs)
