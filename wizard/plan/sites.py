"""A site like one that there is: its zones, firewalls and places again, in networks of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import msgspec

from wizard.network.addresses import Cidrs
from wizard.plan.edits import free_name
from wizard.plan.every_place import every_place, with_places
from wizard.plan.field import AnswerError
from wizard.plan.free import FreeSpace, Moves, within
from wizard.plan.model import (
    Firewall,
    Placement,
    Plan,
    Published,
    Site,
    Zone,
    changed,
)
from wizard.tables import those_in


def site_like(plan: Plan, like: str, name: str) -> Plan:
    """The plan with one more site: the zones of another under names of its own in the next free
    networks of the same size, what joins them, and who is there.

    Raises:
        AnswerError: where there is no such site, a name is taken, or no network is free.
    """
    return sites_like(plan, like, {name: {}})


def sites_like(plan: Plan, like: str, sites: Mapping[str, Mapping[str, Cidrs]]) -> Plan:
    """The plan with several such sites. Each has networks for zones of the other site; those that
    it lacks are the next free ones.

    Raises:
        AnswerError: as `site_like` does.
    """
    copies = _Copies(plan, like)
    for name, networks in sites.items():
        copies.add(name.strip(), networks)
    return copies.plan()


def name_like(like: str, name: str, of_like: str) -> str:
    """What a zone or firewall of a site is called at another."""
    return name if of_like == like else f"{name}-{of_like.removeprefix(f'{like}-')}"


class _Copies:
    """Collects what comes with new sites; the plan is put together once."""

    def __init__(self, plan: Plan, like: str) -> None:
        if like not in plan.sites:
            raise AnswerError(f"There is no site {like!r}; there are {', '.join(plan.sites)}.")
        self._plan, self._like = plan, like
        self._zones_of_like = plan.sites[like].zones
        self._free = FreeSpace(plan)
        self._zones, self._sites = {**plan.zones}, {**plan.sites}
        self._firewalls = {**plan.firewalls}
        # A firewall of several sites → the zones that it joins besides.
        self._joined: dict[str, list[str]] = {}
        # A place that reaches into the other site → the zones and addresses that come.
        self._places: dict[Placement, tuple[list[str], list[str]]] = {}
        self._networks_of_like: dict[str, Cidrs] = {}
        for zone in self._zones_of_like:
            self._networks_of_like[zone] = plan.zones[zone].networks
        own = tuple(chain.from_iterable(self._networks_of_like.values()))
        # Addresses that are given somewhere → those of them that are at the other site.
        self._own_addresses: dict[tuple[str, ...], tuple[str, ...]] = {}
        for items in _every_address(plan):
            self._own_addresses[items] = tuple(within(items, own))

    def add(self, name: str, networks: Mapping[str, Cidrs]) -> None:
        """One more site.

        Raises:
            AnswerError: where a name cannot be or is taken, or no network is free.
        """
        name = free_name(name, self._sites, "site")
        moves = self._free.moves(self._networks_of_like, networks)
        zones: dict[str, str] = {}
        for zone in self._zones_of_like:
            zones[zone] = free_name(name_like(self._like, name, zone), self._zones, "zone")
            self._zones[zones[zone]] = Zone(moves.networks[zone])
        self._sites[name] = self._site(zones, moves)
        for key, firewall in self._plan.firewalls.items():
            self._add_firewall(name, key, firewall, zones, moves)
        self._add_places(zones, moves)

    def _site(self, zones: Mapping[str, str], moves: Moves) -> Site:
        """The other site again; its proxy is there too, or where both have it."""
        proxy = self._plan.sites[self._like].proxy
        moved = moves.moved(self._own_addresses[proxy.addresses])
        proxy = msgspec.structs.replace(proxy, addresses=moved or proxy.addresses)
        return Site(tuple(zones.values()), proxy)

    def _add_firewall(
        self, name: str, key: str, firewall: Firewall, zones: Mapping[str, str], moves: Moves
    ) -> None:
        """What stands at the other site stands here too; what joins several sites joins this one."""
        own = list(those_in(firewall.zones, zones))
        moved = moves.moved(self._own_addresses[firewall.addresses])
        if own and self._is_shared(firewall):
            self._joined.setdefault(key, []).extend(zones[zone] for zone in own)
        elif own or (firewall.guards_hosts and moved):
            new = free_name(name_like(self._like, name, key), self._firewalls, "firewall")
            self._firewalls[new] = msgspec.structs.replace(
                firewall,
                zones=tuple(zones.get(zone, zone) for zone in firewall.zones),
                addresses=moved,
                public_address=None,
                publish=_ports_alone(firewall),
                hides={},
            )

    def _is_shared(self, firewall: Firewall) -> bool:
        """True where it joins zones of other sites too."""
        for name, site in self._plan.sites.items():
            if name != self._like and not set(site.zones).isdisjoint(firewall.zones):
                return True
        return False

    def _add_places(self, zones: Mapping[str, str], moves: Moves) -> None:
        for placement in every_place(self._plan):
            own = [zones[zone] for zone in placement.zones if zone in zones]
            moved = moves.moved(self._own_addresses[placement.addresses])
            if placement.addresses and not moved:
                continue  # the other site has none of them
            if own or moved:
                more_zones, more_addresses = self._places.setdefault(placement, ([], []))
                more_zones += own
                more_addresses += moved

    def plan(self) -> Plan:
        """The plan with the new sites."""
        firewalls = {**self._firewalls}
        for name, zones in self._joined.items():
            joined = (*firewalls[name].zones, *zones)
            firewalls[name] = msgspec.structs.replace(firewalls[name], zones=joined)
        plan = changed(self._plan, zones=self._zones, sites=self._sites, firewalls=firewalls)
        return with_places(plan, self._extended)

    def _extended(self, placement: Placement) -> Placement:
        zones, addresses = self._places.get(placement, ((), ()))
        return msgspec.structs.replace(
            placement,
            zones=tuple(dict.fromkeys((*placement.zones, *zones))),
            addresses=tuple(dict.fromkeys((*placement.addresses, *addresses))),
        )


def _every_address(plan: Plan) -> Iterator[tuple[str, ...]]:
    for placement in every_place(plan):
        yield placement.addresses
    for firewall in plan.firewalls.values():
        yield firewall.addresses
    for site in plan.sites.values():
        yield site.proxy.addresses


def _ports_alone(firewall: Firewall) -> dict[str, Published]:
    """What another site's firewall publishes: on the same ports, on addresses of its own."""
    publish: dict[str, Published] = {}
    for listener, entry in firewall.publish.items():
        if entry.port is not None:
            publish[listener] = Published(port=entry.port)
    return publish
