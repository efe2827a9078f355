"""Deployment → the network as a picture's parts: zones as lanes, hosts in them, firewalls, streams
of flows.

With many zones those that are alike (same hosts, same kind of firewalls to the same neighbours)
share a lane. `svg.py` draws it, `mermaid.py` writes it as Mermaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, product

import msgspec

from exporters.picture.alike import alike, numbered
from exporters.picture.model import Guard, Host, Lane, Picture, Stream, Wall
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import bare
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.network.topology import Party
from wizard.plan.model import INTERNET, Firewall, site_of_zone
from wizard.rules.select import legs
from wizard.text import one_line
from wizard.views.words import GUARDS, TO_BE_SUPPLIED, count, few, role_name

# From this many zones on alike ones are put together.
_MANY = 12
_NOWHERE = ""


def picture(deployment: Deployment) -> Picture:
    """The parts of the picture."""
    return _Maker(deployment).picture()


class _Bundle(msgspec.Struct):
    """What gathers for one stream: zones of both sides, ports by transport, services, hosts."""

    sources: dict[str, None] = {}
    destinations: dict[str, None] = {}
    ports: dict[str, list[PortRange]] = {}
    services: dict[str, None] = {}
    hosts: set[str] = set()
    local: bool = True


class _Maker:
    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.plan = deployment.plan
        self.network = deployment.network
        self.bundles: dict[tuple[str, str], _Bundle] = {}
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
                self._stream(number, pair, self.bundles[pair])
                for number, pair in enumerate(sorted(self.bundles, key=self._order), 1)
            ),
        )

    def _order(self, pair: tuple[str, str]) -> tuple[int, str, int, str]:
        bundle = self.bundles[pair]
        first = min(map(self.lane_of.__getitem__, bundle.sources))
        last = min(map(self.lane_of.__getitem__, bundle.destinations))
        return first, pair[0], last, pair[1]

    # Who talks to whom

    def _gather(self) -> None:
        kept_off = {want.id for want in self.deployment.wants if not want.pairs}
        for flow in self.deployment.flows:
            if flow.scope == "loopback" or flow.id in kept_off:
                continue
            self._take(
                (flow.from_, flow.to),
                self._party(flow.id, flow.from_, flow.sources),
                self._party(flow.id, flow.to, flow.destinations),
                (flow.transport, flow.ports),
                flow.service,
                link=flow.scope == "link-local",
            )
        for entry in self.deployment.allowlist:
            purpose = "; ".join(entry.purposes)
            for installation, role in product(entry.installations, entry.from_):
                for leg in legs(self.plan.proxy, entry.scheme, role, entry.port):
                    self._take(
                        (leg.from_, leg.to),
                        self.network.party(installation, leg.from_),
                        self.network.party(installation, leg.to),
                        ("tcp", ((leg.port, leg.port),)),
                        purpose,
                        host=entry.host if leg.to == INTERNET else "",
                    )

    def _party(self, flow: str, role: str, cidrs: tuple[str, ...]) -> Party | None:
        fact = self.deployment.facts.get(flow)
        if fact is not None:
            return self.network.party_of(fact, role)
        return Party(role, self.network.locate(cidrs))

    def _take(
        self,
        pair: tuple[str, str],
        sources: Party | None,
        destinations: Party | None,
        ports: tuple[str, Iterable[PortRange]],
        service: str,
        host: str = "",
        link: bool = False,
    ) -> None:
        if sources is None or destinations is None:
            return
        bundle = self.bundles.setdefault(pair, _Bundle({}, {}, {}, {}, set()))
        for role, party, zones in (
            (pair[0], sources, bundle.sources),
            (pair[1], destinations, bundle.destinations),
        ):
            for piece in party.pieces:
                zones[piece.zone] = None
                addresses_of_role = self.here.setdefault(piece.zone, {}).setdefault(role, {})
                addresses_of_role |= dict.fromkeys(() if piece.anywhere else piece.cidrs)
            if party.unplaced:
                zones[_NOWHERE] = None
                self.here.setdefault(_NOWHERE, {}).setdefault(role, {})
        bundle.ports.setdefault(ports[0], []).extend(ports[1])
        bundle.services[service] = None
        bundle.local = bundle.local and link
        if host:
            bundle.hosts.add(host)

    # Zones

    @cached_property
    def colours(self) -> tuple[dict[str, int], dict[str, int]]:
        """Zone and joiner → number; what has the same number is alike."""
        zones = [INTERNET, *self.plan.zones]
        joiners = {name: fw for name, fw in self.plan.firewalls.items() if fw.joins_zones}
        if len(zones) <= _MANY:
            return numbered({z: z for z in zones}), numbered({j: j for j in joiners})
        roles_of_zones = {
            zone: (zone == INTERNET, frozenset(self.here.get(zone, {}))) for zone in zones
        }
        return alike(roles_of_zones, joiners)

    @cached_property
    def lane_zones(self) -> list[tuple[str, ...]]:
        """The zones of each lane: the internet first, then as the plan has them."""
        groups: dict[int, list[str]] = {}
        for zone in self.plan.zones:
            groups.setdefault(self.colours[0][zone], []).append(zone)
        joined = any(INTERNET in fw.zones for fw in self.plan.firewalls.values() if fw.joins_zones)
        outside = [(INTERNET,)] if joined or INTERNET in self.here else []
        nowhere = [(_NOWHERE,)] if _NOWHERE in self.here else []
        lanes = sorted(map(tuple, groups.values()), key=self._place_of_site)
        return [*outside, *lanes, *nowhere]

    @cached_property
    def site_of(self) -> dict[str, str]:
        return site_of_zone(self.plan)

    def _place_of_site(self, zones: tuple[str, ...]) -> int:
        """Central zones first, then site by site."""
        sites = list(self.plan.sites)
        places = [sites.index(self.site_of[zone]) for zone in zones[:1] if zone in self.site_of]
        return places[0] if places else -1

    def _site(self, zones: tuple[str, ...]) -> str:
        """The site of a lane, or those that are alike; empty where one of its zones is central."""
        sites = list(dict.fromkeys(self.site_of.get(zone, "") for zone in zones))
        if "" in sites:
            return ""
        return f"Site {sites[0]}" if len(sites) == 1 else f"Sites {few(sites, 2)}, alike"

    @cached_property
    def lane_of(self) -> dict[str, int]:
        return {zone: lane for lane, zones in enumerate(self.lane_zones) for zone in zones}

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        return tuple(self._lane(number, zones) for number, zones in enumerate(self.lane_zones))

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
        if zones == (_NOWHERE,):
            return Lane("nowhere", "No place yet", zones, "", tuple(hosts))
        networks = list(chain.from_iterable(self.plan.zones[zone].networks for zone in zones))
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
        for name, fw in self.plan.firewalls.items():
            if fw.joins_zones:
                groups.setdefault(self.colours[1][name], []).append(name)
        return list(groups.values())

    @cached_property
    def letter_of(self) -> dict[str, str]:
        """Firewall → its letter: those between zones first, then those of hosts."""
        groups = [*self._joiner_groups, *([name] for name in self.network.guards)]
        return {name: _letter(number) for number, names in enumerate(groups) for name in names}

    @cached_property
    def walls(self) -> tuple[Wall, ...]:
        return tuple(self._wall(names) for names in self._joiner_groups)

    def _wall(self, names: list[str]) -> Wall:
        fw = self.plan.firewalls[names[0]]
        zones = [zone for name in names for zone in self.plan.firewalls[name].zones]
        lanes = sorted({self.lane_of[zone] for zone in zones if zone in self.lane_of})
        name = names[0] if len(names) == 1 else f"{len(names)}: {_some(names)}"
        return Wall(self.letter_of[names[0]], name, _about(fw), fw.kind == "boundary", tuple(lanes))

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

    # Streams

    def _stream(self, number: int, pair: tuple[str, str], bundle: _Bundle) -> Stream:
        source, destination = pair
        hosts = f" ({count(len(bundle.hosts), 'host name')})" if bundle.hosts else ""
        ports = [
            f"{ports_text(join_ports(pairs))}/{transport}"
            for transport, pairs in sorted(bundle.ports.items())
        ]
        sources = self._hosts_of(source, bundle.sources)
        destinations = self._hosts_of(destination, bundle.destinations)
        return Stream(
            number=number,
            sources=sources,
            destinations=destinations,
            links=self._links(pair, sources, destinations),
            from_=self._role(source),
            to=self._role(destination) + hosts,
            ports="; ".join(ports),
            services=tuple(bundle.services),
            crosses=self._crosses(pair, bundle),
            waits=_NOWHERE in bundle.sources or _NOWHERE in bundle.destinations,
        )

    def _links(
        self,
        pair: tuple[str, str],
        sources: tuple[tuple[int, str], ...],
        destinations: tuple[tuple[int, str], ...],
    ) -> tuple[tuple[tuple[int, str], tuple[int, str]], ...]:
        """Which of the hosts talk to each other: all, but where sites keep them apart."""
        paired = self._paired.get(pair)
        if paired is None:
            return tuple(product(sources, destinations))
        ends = [((first, pair[0]), (second, pair[1])) for first, second in paired]
        return tuple(dict.fromkeys(link for link in ends if link[0] in sources))

    @cached_property
    def _paired(self) -> dict[tuple[str, str], dict[tuple[int, int], None]]:
        """Roles of both sides → the lanes that are paired; only those that sites keep apart."""
        lanes: dict[tuple[str, str], dict[tuple[int, int], None]] = {}
        apart: set[tuple[str, str]] = set()
        for want in self.deployment.wants if self.plan.sites else ():
            key = want.from_, want.to
            apart |= {key} if len(want.pairs) != 1 else set()
            for pair in want.pairs:
                first = self._lanes_of(pair.sources.by_zone)
                second = self._lanes_of(pair.destinations.by_zone)
                lanes.setdefault(key, {}).update(dict.fromkeys(product(first, second)))
        return {key: lanes[key] for key in apart}

    def _lanes_of(self, zones: Iterable[str]) -> set[int]:
        return {self.lane_of.get(zone, 0) for zone in zones}

    def _hosts_of(self, role: str, zones: Iterable[str]) -> tuple[tuple[int, str], ...]:
        """The keys of a role's hosts, one a lane."""
        return tuple(dict.fromkeys((self.lane_of[zone], role) for zone in zones))

    def _crosses(self, pair: tuple[str, str], bundle: _Bundle) -> tuple[str, ...]:
        """The letters on the way. One zone of each lane stands for all that are alike."""
        firewalls: set[str] = set()
        if not bundle.local:
            ends = map(self._ends_of_lanes, (bundle.sources, bundle.destinations))
            for source, destination in product(*ends):
                way = self.network.way(source, destination)
                firewalls.update(way.firewalls if way else ())
        for name, fw in self.network.guards.items():
            covered = self.network.covered(name)
            inside = self._overlap(pair[1], bundle.destinations, covered)
            if inside or (
                fw.egress == "filtered" and self._overlap(pair[0], bundle.sources, covered)
            ):
                firewalls.add(name)
        letters = {self.letter_of[name] for name in firewalls}
        return tuple(sorted(letters, key=lambda letter: (len(letter), letter)))

    def _overlap(self, role: str, zones: Iterable[str], covered: tuple[str, ...]) -> bool:
        """True where a role has an address in these zones that a guard covers."""
        cidrs = chain.from_iterable(self.here.get(zone, {}).get(role, {}) for zone in zones)
        return bool(addresses.overlap(tuple(cidrs), covered))

    def _ends_of_lanes(self, zones: Iterable[str]) -> Iterator[str]:
        """Of the zones in each lane the first and the last."""
        zones_by_lane: dict[int, list[str]] = {}
        for zone in zones:
            if zone != _NOWHERE:
                zones_by_lane.setdefault(self.lane_of[zone], []).append(zone)
        for lane_zones in zones_by_lane.values():
            yield from (lane_zones[0], lane_zones[-1])

    def _role(self, role: str) -> str:
        return role_name(self.deployment.catalog, role)


def _about(fw: Firewall) -> str:
    if fw.kind == "router":
        return "router, filters nothing"
    return f"firewall{' with NAT' if fw.nat else ''}"


def _letter(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _some(cidrs: Iterable[str], most: int = 2) -> str:
    return few(map(bare, cidrs), most)
