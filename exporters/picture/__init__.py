"""Deployment → the network as a picture's parts: zones as lanes, hosts in them, firewalls, streams
of flows.

With many zones those that are alike (same hosts, same kind of firewalls to the same neighbours)
share a lane. `svg.py` draws it, `mermaid.py` writes it as Mermaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, starmap
from operator import attrgetter

import msgspec

from exporters.once import made_once
from exporters.picture.alike import alike, each_its_own
from exporters.picture.model import (
    Guard,
    Host,
    Lane,
    Picture,
    PicturedHost,
    Stream,
    Wall,
    hosts_of,
)
from exporters.picture.streams import NOWHERE, Streams
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import bare
from wizard.network.party import Party
from wizard.network.renumbered import network_texts
from wizard.plan.model import INTERNET, Firewall, site_of_zone
from wizard.plan.publishing import public_addresses
from wizard.text import one_line
from wizard.views.words import GUARDS, TO_BE_SUPPLIED, few, lower_first, role_name

# From this many zones on alike ones are put together.
_MANY = 12


@made_once
def picture(deployment: Deployment) -> Picture:
    """The parts of the picture."""
    return _Maker(deployment).picture()


class _Maker:
    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.plan = deployment.plan
        self.network = deployment.network
        # Zone → role → addresses, for every role that takes part.
        self.here: dict[str, dict[str, dict[str, None]]] = {}

    def picture(self) -> Picture:
        self._gather()
        return Picture(
            title=self.plan.name if one_line(self.plan.name) else "Network",
            lanes=self.lanes,
            walls=self.walls,
            guards=tuple(self.guards.values()),
            streams=tuple(
                self._shown(Streams(self.deployment, self.lane_of, self.letter_of).every())
            ),
        )

    def _shown(self, streams: Iterable[Stream]) -> Iterator[Stream]:
        """Streams between hosts that some lane has: an arrow needs both of its ends."""
        keys = set(map(attrgetter("key"), hosts_of(self.lanes)))
        for stream in streams:
            links = tuple(filter(keys.issuperset, stream.links))
            if links:
                sources = tuple(key for key in stream.sources if key in keys)
                destinations = tuple(key for key in stream.destinations if key in keys)
                yield msgspec.structs.replace(
                    stream,
                    links=links,
                    sources=sources,
                    destinations=destinations,
                    from_=stream.from_ + self._at_sites(sources),
                    to=stream.to + self._at_sites(destinations),
                )

    def _at_sites(self, hosts: Iterable[PicturedHost]) -> str:
        """` (site north)`, where the plan has sites and the hosts have a zone."""
        places: dict[str, None] = {}
        for number, _ in hosts:
            lane = self.lanes[number]
            if lane.kind == "zone":
                places[lane.site or "central"] = None
        if not self.plan.sites or not places:
            return ""
        return f" ({few(map(lower_first, places), 2)})"

    # Who is where

    def _gather(self) -> None:
        for want in self.deployment.wants:
            if want.pairs:
                self._take(want.from_, want.sources)
                self._take(want.to, want.destinations)
            for pair in want.pairs:
                self._await(want.from_, pair.sources)
                self._await(want.to, pair.destinations)

    def _take(self, role: str, party: Party) -> None:
        for piece in party.pieces:
            of_role = self.here.setdefault(piece.zone, {}).setdefault(role, {})
            of_role |= dict.fromkeys(() if piece.anywhere else piece.cidrs)
        self._await(role, party)

    def _await(self, role: str, party: Party) -> None:
        """Who has no place, or none that this may have: a party on the internet is left out of what
        stays inside.
        """
        if party.unplaced:
            self.here.setdefault(NOWHERE, {}).setdefault(role, {})

    # Zones

    @cached_property
    def _joiners(self) -> dict[str, Firewall]:
        return {name: fw for name, fw in self.plan.firewalls.items() if fw.joins_zones}

    @cached_property
    def colours(self) -> tuple[dict[str, int], dict[str, int]]:
        """Zone and joiner → number; what has the same number is alike."""
        zones = [INTERNET, *self.plan.zones]
        if len(zones) <= _MANY:
            return each_its_own(zones), each_its_own(self._joiners)
        roles_of_zones = {
            zone: (zone == INTERNET, frozenset(self.here.get(zone, {}))) for zone in zones
        }
        return alike(roles_of_zones, self._joiners)

    @cached_property
    def lane_zones(self) -> list[tuple[str, ...]]:
        """The zones of each lane: the internet first, then as the plan has them."""
        groups: dict[int, list[str]] = {}
        for zone in self.plan.zones:
            groups.setdefault(self.colours[0][zone], []).append(zone)
        joined = any(INTERNET in fw.zones for fw in self._joiners.values())
        outside = [(INTERNET,)] if joined or INTERNET in self.here else []
        nowhere = [(NOWHERE,)] if NOWHERE in self.here else []
        lanes = sorted(map(tuple, groups.values()), key=self._place_of_site)
        return [*outside, *lanes, *nowhere]

    @cached_property
    def site_of(self) -> dict[str, str]:
        return site_of_zone(self.plan)

    def _place_of_site(self, zones: tuple[str, ...]) -> int:
        """Central zones first, then site by site."""
        site = self.site_of.get(zones[0])
        return -1 if site is None else list(self.plan.sites).index(site)

    def _site(self, zones: tuple[str, ...]) -> str:
        """The site of a lane, or those that are alike; empty where one of its zones is central."""
        sites = list(dict.fromkeys(self.site_of.get(zone, "") for zone in zones))
        if "" in sites:
            return ""
        return f"Site {sites[0]}" if len(sites) == 1 else f"Sites {few(sites, 2)}, alike"

    @cached_property
    def lane_of(self) -> dict[str, int]:
        lanes: dict[str, int] = {}
        for lane, zones in enumerate(self.lane_zones):
            lanes |= dict.fromkeys(zones, lane)
        return lanes

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        return tuple(starmap(self._lane, enumerate(self.lane_zones)))

    def _lane(self, number: int, zones: tuple[str, ...]) -> Lane:
        roles: dict[str, dict[str, None]] = {}
        for zone in zones:
            for role, cidrs in self.here.get(zone, {}).items():
                roles.setdefault(role, {}).update(cidrs)
        hosts = []
        for role, cidrs in sorted(roles.items()):
            key, name = (number, role), self._role(role)
            hosts.append(Host(key, name, _some(cidrs), _some(cidrs, 1), self._guards(cidrs)))
        if zones == (INTERNET,):
            return Lane("internet", "Internet", zones, "", tuple(hosts))
        if zones == (NOWHERE,):
            return Lane("nowhere", "No place yet", zones, "", tuple(hosts))
        networks: list[str] = []
        for zone in zones:
            networks += network_texts(self.plan.zones[zone])
        name = zones[0] if len(zones) == 1 else f"{len(zones)} zones: {_some(zones)}"
        return Lane(
            "zone",
            name,
            zones,
            _some(networks) or f"networks {TO_BE_SUPPLIED}",
            tuple(hosts),
            self._site(zones),
        )

    # Firewalls

    @cached_property
    def _joiner_groups(self) -> list[list[str]]:
        groups: dict[int, list[str]] = {}
        for name in self._joiners:
            groups.setdefault(self.colours[1][name], []).append(name)
        return list(groups.values())

    @cached_property
    def letter_of(self) -> dict[str, str]:
        """Firewall → its letter: those between zones first, then those of hosts."""
        groups = [*self._joiner_groups, *([name] for name in self.network.guards)]
        letters: dict[str, str] = {}
        for number, names in enumerate(groups):
            letters |= dict.fromkeys(names, _letter(number))
        return letters

    @cached_property
    def walls(self) -> tuple[Wall, ...]:
        return tuple(map(self._wall, self._joiner_groups))

    def _wall(self, names: list[str]) -> Wall:
        alike = [self.plan.firewalls[name] for name in names]
        lanes: set[int] = set()
        for fw in alike:
            lanes.update(self.lane_of[zone] for zone in fw.zones if zone in self.lane_of)
        name = names[0] if len(names) == 1 else f"{len(names)}: {_some(names)}"
        about = _about(alike, leads_back=any(map(self.deployment.hairpins_of, names)))
        filters = alike[0].kind == "boundary"
        return Wall(self.letter_of[names[0]], name, about, filters, tuple(sorted(lanes)))

    @cached_property
    def guards(self) -> dict[str, Guard]:
        return {
            name: Guard(self.letter_of[name], name, self._guarded(fw))
            for name, fw in self.network.guards.items()
        }

    def _guarded(self, fw: Firewall) -> str:
        return GUARDS[fw.kind] + (f" of {self._role(fw.role)}" if fw.role else "")

    def _guards(self, cidrs: Iterable[str]) -> tuple[str, ...]:
        host = tuple(cidrs)
        return tuple(
            self.letter_of[name]
            for name in self.network.guards
            if addresses.overlap(host, self.network.covered(name))
        )

    def _role(self, role: str) -> str:
        return role_name(self.deployment.catalog, role)


def _about(alike: Sequence[Firewall], leads_back: bool) -> str:
    """What joiners are, and what they do to addresses: `firewall with NAT at 203.0.113.7, hides guests`;
    `leads_back`: those inside who ask for a public address, too.
    """
    if alike[0].kind == "router":
        return "router, filters nothing"
    public = dict.fromkeys(chain.from_iterable(map(public_addresses, alike)))
    hidden = dict.fromkeys(chain.from_iterable(map(attrgetter("hides"), alike)))
    translates = f" with NAT{f' at {few(public, 2)}' if public else ''}" if alike[0].nat else ""
    translates += " and hairpin NAT" if leads_back else ""
    return f"firewall{translates}{f', hides {few(hidden, 2)}' if hidden else ''}"


def _letter(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _some(cidrs: Iterable[str], most: int = 2) -> str:
    return few(map(bare, cidrs), most)
