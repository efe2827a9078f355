"""Sites that are alike: the same kinds of zones, with the same roles in them, behind the same kinds
of firewalls. Where each would be shown, one stands for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.network import addresses
from wizard.network.zoned import ZoneIndex
from wizard.plan.model import Firewall, Placement, Plan, site_of_zone

# Fewer alike sites are each shown.
_FEW = 3


def alike_sites(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The first site of those that are alike → all of them, in the order of the plan.

    Sites of which there are few stand for themselves alone.
    """
    traits: dict[str, list[object]] = {site: [] for site in plan.sites}
    roles = _roles_by_zone(plan)
    for name, site in plan.sites.items():
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
            alike.update({name: (name,) for name in names})
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


def sites_text(sites: Sequence[str]) -> str:
    """Sites that are alike, for a title: `site north`, `sites north, south and 198 more alike`."""
    if len(sites) == 1:
        return f"site {sites[0]}"
    return f"sites {', '.join(sites[:2])} and {len(sites) - 2} more alike"


def _roles_by_zone(plan: Plan) -> dict[str, set[tuple[str, str]]]:
    """Zone → who is in it, of which product (none: in general)."""
    index = ZoneIndex(plan)
    by_zone: dict[str, set[tuple[str, str]]] = {}
    placed = [(("", role), place) for role, place in plan.roles.items()]
    for product, answers in plan.products.items():
        placed += [((product, role), place) for role, place in answers.roles.items()]
        for feature, roles in answers.feature_roles.items():
            placed += [((f"{product}/{feature}", role), place) for role, place in roles.items()]
    for who, place in placed:
        for zone in _zones_of(index, place):
            by_zone.setdefault(zone, set()).add(who)
    return by_zone


def _zones_of(index: ZoneIndex, place: Placement) -> set[str]:
    if not place.addresses:
        return set(place.zones)
    inside, _ = index.split(addresses.declared(place.addresses), place.zones)
    return set(inside)


def _firewalls(plan: Plan) -> Iterator[tuple[str, object]]:
    """A site, and what one of the firewalls that join its zones is like there."""
    site_of = site_of_zone(plan)
    for name, firewall in plan.firewalls.items():
        sites = dict.fromkeys(site_of[zone] for zone in firewall.zones if zone in site_of)
        for site in sites:
            zones = [z.removeprefix(f"{site}-") for z in firewall.zones if site_of.get(z) == site]
            central = [zone for zone in firewall.zones if zone not in site_of]
            yield site, (_kind(firewall, name, len(sites)), tuple(zones), tuple(central))


def _kind(firewall: Firewall, name: str, sites: int) -> object:
    """A site's own firewall is like those of other sites; one of several sites is itself."""
    if sites > 1:
        return name
    return firewall.kind, firewall.nat, firewall.default, firewall.platform
