"""Sites that are alike: the same kinds of zones, with the same roles in them, behind the same kinds
of firewalls. Where each would be shown, one stands for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, is_

import msgspec

from wizard.network import addresses
from wizard.network.zoned import ZoneIndex
from wizard.plan.model import INTERNET, Firewall, Placement, Plan, site_of_zone
from wizard.tables import each_made, picked, those_not_in

# Fewer alike sites are each shown.
_FEW = 3


def alike_sites(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The first site of those that are alike → all of them, in the order of the plan.

    Sites of which there are few stand for themselves alone.
    """
    global _last
    # Most answers leave all of this as it is, and at a thousand sites it takes a while: the last
    # answer is kept.
    parts = _parts(plan)
    last = _last
    if last is None or len(last[0]) != len(parts) or not all(map(is_, last[0], parts)):
        last = _last = (parts, _alike_sites(plan))
    return last[1]


_last: tuple[tuple[object, ...], dict[str, tuple[str, ...]]] | None = None


def _parts(plan: Plan) -> tuple[object, ...]:
    """What it follows from."""
    parts: list[object] = [plan.sites, plan.zones, plan.roles, plan.firewalls, plan.fronts]
    for product, answers in plan.products.items():
        parts += [product, answers.roles, answers.feature_roles]
    return tuple(parts)


def _alike_sites(plan: Plan) -> dict[str, tuple[str, ...]]:
    traits: dict[str, list[object]] = {site: [] for site in plan.sites}
    roles = _roles_by_zone(plan)
    for name, site in plan.sites.items():
        # Each has its proxy at addresses of its own.
        proxy = msgspec.structs.replace(site.proxy, addresses=())
        traits[name].append((proxy, len(site.proxy.addresses)))
        for zone in site.zones:
            traits[name].append((zone.removeprefix(f"{name}-"), frozenset(roles.get(zone, ()))))
    for site_name, trait in _firewalls(plan):
        traits[site_name].append(trait)
    groups: dict[tuple[object, ...], list[str]] = {}
    for name in plan.sites:
        groups.setdefault(tuple(traits[name]), []).append(name)
    alike: dict[str, tuple[str, ...]] = {}
    for names in groups.values():
        if len(names) > _FEW:
            alike[names[0]] = tuple(names)
        else:
            for name in names:
                alike[name] = (name,)
    return alike


def zones_shown(plan: Plan) -> dict[str, str]:
    """The zones that are listed → their names with their sites; of sites that are alike, one's."""
    site_of, alike = site_of_zone(plan), alike_sites(plan)
    shown: dict[str, str] = {}
    for zone in plan.zones:
        site = site_of.get(zone)
        if site is None:
            shown[zone] = zone
        elif site in alike:
            shown[zone] = f"{zone} ({sites_text(alike[site])})"
    return shown


def firewalls_alike(plan: Plan) -> dict[str, tuple[str, int]] | None:
    """The firewalls that stand at one of several sites that are alike → the site that stands for
    those, and the how many-th firewall of its site it is. None for a plan of few sites.
    """
    if len(plan.sites) <= _FEW:
        return None
    standing: dict[str, str] = {}
    for first, sites in alike_sites(plan).items():
        if len(sites) > 1:
            standing |= dict.fromkeys(sites, first)
    places: dict[str, tuple[str, int]] = {}
    numbers: Counter[str] = Counter()
    for name, site in firewalls_at_sites(plan).items():
        if site in standing:
            places[name] = standing[site], numbers[site]
            numbers[site] += 1
    return places


def firewalls_at_sites(plan: Plan) -> dict[str, str]:
    """The firewalls that stand at one site → that site: they join its zones and no other site's,
    or guard addresses there alone.
    """
    site_of, index = site_of_zone(plan), ZoneIndex(plan)
    places: dict[str, str] = {}
    for name, firewall in plan.firewalls.items():
        zones: Iterable[str] = firewall.zones
        if firewall.guards_hosts and firewall.addresses:
            zones, _ = index.split(addresses.declared(firewall.addresses), ())
        sites = set(picked(site_of, zones).values())
        if len(sites) == 1:
            places[name] = sites.pop()
    return places


def sites_text(sites: Sequence[str]) -> str:
    """Sites that are alike, for a title: `site north`, `sites north, south and 198 more alike`."""
    if len(sites) == 1:
        return f"site {sites[0]}"
    return f"sites {', '.join(sites[:2])} and {len(sites) - 2} more alike"


def _roles_by_zone(plan: Plan) -> dict[str, set[tuple[str, str]]]:
    """Zone → who is in it, of which product (none: in general), the fronts among them."""
    index = ZoneIndex(plan)
    by_zone: dict[str, set[tuple[str, str]]] = {}
    for placer, places in _places(plan):
        for name, place in places.items():
            for zone in zones_of_place(index, place):
                by_zone.setdefault(zone, set()).add((placer, name))
    return by_zone


def _places(plan: Plan) -> Iterator[tuple[str, Mapping[str, Placement]]]:
    """Who places them (none: the plan), and the roles and fronts with their places."""
    yield "", plan.roles
    yield "", each_made(attrgetter("place"), plan.fronts)
    for product, answers in plan.products.items():
        yield product, answers.roles
        for feature, roles in answers.feature_roles.items():
            yield f"{product}/{feature}", roles


def zones_of_place(index: ZoneIndex, place: Placement) -> set[str]:
    """The zones that a place is in: those that its addresses are in, or all that it names."""
    if not place.addresses:
        return set(place.zones)
    inside, outside = index.split(addresses.declared(place.addresses), place.zones)
    on_the_internet = {INTERNET} if outside and INTERNET in place.zones else set()
    return {*inside, *on_the_internet}


def _firewalls(plan: Plan) -> Iterator[tuple[str, object]]:
    """A site, and what one of the firewalls that join its zones is like there."""
    site_of = site_of_zone(plan)
    for name, firewall in plan.firewalls.items():
        sites = dict.fromkeys(picked(site_of, firewall.zones).values())
        for site in sites:
            zones = [z.removeprefix(f"{site}-") for z in firewall.zones if site_of.get(z) == site]
            central = tuple(those_not_in(firewall.zones, site_of))
            yield site, (_kind(firewall, name, len(sites)), tuple(zones), central)


def _kind(firewall: Firewall, name: str, sites: int) -> object:
    """A site's own firewall is like those of other sites; one of several sites is itself."""
    if sites > 1:
        return name
    return firewall.kind, firewall.nat, firewall.default, firewall.platform
