"""Addresses that stayed where a zone's network was, and what they are in the network that it has
now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.plan.edits import with_ends
from wizard.plan.every_place import every_network, every_place, with_places
from wizard.plan.model import Firewall, NeverEnd, Placement, Plan, changed


def left_behind(plan: Plan) -> dict[str, dict[str, str]]:
    """Zone → addresses, CIDRs and ranges of parties in it that no zone holds → with the same place
    in the zone's network.

    Nothing where nobody knows which: the party is in several zones, or the zone has several networks
    of the family; nor where somebody else has that address, or would get it too.
    """
    places = every_place(plan)
    taken: set[str] = set()
    for place in places:
        taken.update(place.addresses)
    networks = tuple(every_network(plan))
    by_zone: dict[str, dict[str, str]] = {}
    for place in places:
        zone = place.zones[0] if len(place.zones) == 1 else ""
        if zone not in plan.zones or not place.addresses:
            continue
        for item in _outside(place.addresses, networks):
            moved = _in_network(item, plan.zones[zone].networks)
            if moved is not None and moved not in taken:
                by_zone.setdefault(zone, {})[item] = moved
    return {zone: clear for zone, moves in by_zone.items() if (clear := _apart(moves))}


def _apart(moves: dict[str, str]) -> dict[str, str]:
    """Those of which no two become one."""
    counts = Counter(moves.values())
    return {item: moved for item, moved in moves.items() if counts[moved] == 1}


def _outside(items: Sequence[str], networks: Cidrs) -> Iterator[str]:
    """The items of which the networks do not hold all."""
    cidrs_by_item = {item: addresses.cidrs_of(item) for item in items}
    every_cidr = tuple(chain.from_iterable(cidrs_by_item.values()))
    inside = addresses.covered(every_cidr, networks)
    for item, cidrs in cidrs_by_item.items():
        if not inside.issuperset(cidrs):
            yield item


def brought_along(plan: Plan, zone: str) -> Plan:
    """The plan with those addresses in the zone's network, wherever they stand."""
    mapping = left_behind(plan).get(zone, {})

    def moved(items: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mapping.get(item, item) for item in items))

    def of_place(place: Placement) -> Placement:
        return msgspec.structs.replace(place, addresses=moved(place.addresses))

    def of_end(end: NeverEnd) -> NeverEnd:
        return msgspec.structs.replace(end, addresses=moved(end.addresses))

    firewalls: dict[str, Firewall] = {}
    for name, firewall in plan.firewalls.items():
        firewalls[name] = msgspec.structs.replace(firewall, addresses=moved(firewall.addresses))
    return changed(with_places(plan, of_place), firewalls=firewalls, never=with_ends(plan, of_end))


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
