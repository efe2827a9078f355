"""What a boundary makes of source addresses, for files that write it: `snat = "write"`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.crossings import translating
from wizard.network.renumbered import network_pairs, seen_networks
from wizard.network.topology import Network
from wizard.network.translation import seen_after
from wizard.plan.model import INTERNET


class SourceNat(msgspec.Struct, frozen=True):
    """IPv4 addresses that leave as another one, unless they go to what is excepted; no `to`: as the
    address of the interface by which they leave.
    """

    sources: Cidrs
    excepted: Cidrs
    to: str | None
    about: str


class ZoneNat(msgspec.Struct, frozen=True):
    """A zone's network, and the one of the same size as which others see it; `inside`: all networks
    of the zone, which see it as it is.
    """

    own: str
    seen: str
    inside: Cidrs
    about: str


def source_nats(network: Network, name: str) -> tuple[SourceNat, ...]:
    """What leaves a boundary as one address, zones of their own first, then the way out; none where
    that is somebody else's.
    """
    if network.plan.firewalls[name].snat != "write":
        return ()
    return (*_hidden(network, name), *_outward(network, name))


def zone_nats(network: Network, name: str) -> tuple[ZoneNat, ...]:
    """The networks of zones that a boundary joins and that it translates one to one."""
    boundary = network.plan.firewalls[name]
    nats: list[ZoneNat] = []
    for zone in boundary.zones if boundary.snat == "write" else ():
        if zone in network.renumbered.zones:
            declared = network.renumbered.zones[zone]
            inside = addresses.of_family(declared.networks, 4)
            nats += (ZoneNat(own, seen, inside, zone) for own, seen in network_pairs(declared))
    return tuple(nats)


def _hidden(network: Network, name: str) -> Iterator[SourceNat]:
    for zone, hidden in network.plan.firewalls[name].hides.items():
        cidrs = network.seen_at(name, _networks(network, zone))
        if cidrs and hidden.behind is not None:
            yield SourceNat(cidrs, cidrs, hidden.behind, f"zone {zone}")


def _outward(network: Network, name: str) -> Iterator[SourceNat]:
    boundary = network.plan.firewalls[name]
    sources: list[str] = []
    for zone in network.plan.zones if boundary.nat else ():
        way = network.way(zone, INTERNET)
        if way is None or name not in way.firewalls:
            continue
        depth = next(at for at, level in enumerate(way.levels) if name in level)
        before = translating(network.plan, way.levels[:depth], outward=True)
        seen = seen_after(network, zone, _networks(network, zone), before, True, 4)
        sources += network.seen_at(name, seen.cidrs)
    if sources:
        excepted = network.not_internet[4]
        yield SourceNat(
            addresses.declared(sources), excepted, boundary.public_address, "to the internet"
        )


def _networks(network: Network, zone: str) -> Cidrs:
    declared = network.plan.zones.get(zone)
    return addresses.of_family(seen_networks(declared), 4) if declared else ()
