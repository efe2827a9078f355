"""Addresses that stayed where a zone's network was, and what they are in the network that it has
now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.plan.every_place import every_place, with_places
from wizard.plan.free import within
from wizard.plan.model import Firewall, NeverEnd, Placement, Plan, changed


def left_behind(plan: Plan, zone: str) -> dict[str, str]:
    """Addresses, CIDRs and ranges of parties in a zone that no zone holds → with the same place in
    the zone's network. Nothing where it has several networks of a family: nobody knows which.
    """
    every_network = [network for each in plan.zones.values() for network in each.networks]
    mapping: dict[str, str] = {}
    for place in every_place(plan):
        if zone not in place.zones:
            continue
        inside = set(within(place.addresses, every_network))
        for item in place.addresses:
            moved = None if item in inside else _in_network(item, plan.zones[zone].networks)
            if moved is not None:
                mapping[item] = moved
    return mapping


def brought_along(plan: Plan, zone: str) -> Plan:
    """The plan with those addresses in the zone's network, wherever they stand."""
    mapping = left_behind(plan, zone)

    def moved(items: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mapping.get(item, item) for item in items))

    def of_place(place: Placement) -> Placement:
        return msgspec.structs.replace(place, addresses=moved(place.addresses))

    def of_end(end: NeverEnd) -> NeverEnd:
        return msgspec.structs.replace(end, addresses=moved(end.addresses))

    firewalls: dict[str, Firewall] = {}
    for name, firewall in plan.firewalls.items():
        firewalls[name] = msgspec.structs.replace(firewall, addresses=moved(firewall.addresses))
    never = {
        name: msgspec.structs.replace(each, from_=of_end(each.from_), to=of_end(each.to))
        for name, each in plan.never.items()
    }
    return changed(with_places(plan, of_place), firewalls=firewalls, never=never)


def zones_left(plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """The zones of which something was left behind, with what it is and would be."""
    for zone in plan.zones:
        mapping = left_behind(plan, zone)
        if mapping:
            yield zone, mapping


def _in_network(item: str, networks: Cidrs) -> str | None:
    """The item with its last bits in the one network of its family; None where it does not fit."""
    of_family = addresses.of_family(networks, addresses.family_of(item))
    if len(of_family) != 1:
        return None
    first, last = addresses.span(of_family[0])
    cidrs = addresses.cidrs_of(item)
    start, end = addresses.span(cidrs[0])[0], addresses.span(cidrs[-1])[1]
    by = first + start % (last - first + 1) - start
    return addresses.at(item, by) if end + by <= last else None
