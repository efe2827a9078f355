"""Deployment → the network as a picture's parts: zones as lanes, hosts in them, firewalls, streams
of flows.

With many zones those that are alike (same hosts, same kind of firewalls to the same neighbours)
share a lane. `picture_svg.py` draws it, `picture_mermaid.py` writes it as Mermaid.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property

import msgspec

from exporters.cidrs import bare
from exporters.picture.alike import alike, numbered
from exporters.picture.model import Guard, Host, Lane, Picture, Stream, Wall
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.network.topology import Network, Party
from wizard.plan.model import INTERNET, Firewall
from wizard.rules.select import PROXIED_SCHEMES
from wizard.text import one_line
from wizard.views.words import GUARDS, count, few, role_name

# From this many zones on alike ones are put together.
_MANY = 12
_NOWHERE = ""


def picture(deployment: Deployment) -> Picture:
    """The parts of the picture."""
    return _Maker(deployment).picture()


class _Bundle(msgspec.Struct):
    """What gathers for one stream: the zones of both sides, ports by transport, services, hosts by
    name.
    """

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
        self.network = Network(deployment.plan)
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
        first, last = (
            min(self.lane_of[zone] for zone in side)
            for side in (bundle.sources, bundle.destinations)
        )
        return first, pair[0], last, pair[1]

    # Who talks to whom

    def _gather(self) -> None:
        for flow in self.deployment.flows:
            if flow.scope == "loopback":
                continue
            self._take(
                (flow.from_, flow.to),
                self._party(flow.product, flow.from_, flow.sources),
                self._party(flow.product, flow.to, flow.destinations),
                (flow.transport, flow.ports),
                flow.service,
                link=flow.scope == "link-local",
            )
        for entry in self.deployment.allowlist:
            port = ("tcp", ((entry.port, entry.port),))
            proxied = self.plan.proxy.mode == "explicit" and entry.scheme in PROXIED_SCHEMES
            proxy = ("tcp", ((self.plan.proxy.port, self.plan.proxy.port),))
            purpose = "; ".join(entry.purposes)
            for product in entry.products:
                world = self.network.party(product, INTERNET)
                for role in entry.from_:
                    party, via = (
                        self.network.party(product, role),
                        self.network.party(product, "web-proxy"),
                    )
                    if proxied:
                        self._take((role, "web-proxy"), party, via, proxy, purpose)
                        self._take(
                            ("web-proxy", INTERNET), via, world, port, purpose, host=entry.host
                        )
                    else:
                        self._take((role, INTERNET), party, world, port, purpose, host=entry.host)

    def _party(self, product: str, role: str, cidrs: tuple[str, ...]) -> Party | None:
        if product in self.plan.products:
            return self.network.party(product, role)
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
                known = self.here.setdefault(piece.zone, {}).setdefault(role, {})
                known.update(dict.fromkeys(() if piece.anywhere else piece.cidrs))
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
        first: dict[str, Hashable] = {
            zone: (zone == INTERNET, frozenset(self.here.get(zone, {}))) for zone in zones
        }
        return alike(first, joiners)

    @cached_property
    def lane_zones(self) -> list[tuple[str, ...]]:
        """The zones of each lane: the internet first, then as the plan has them."""
        groups: dict[int, list[str]] = {}
        for zone in self.plan.zones:
            groups.setdefault(self.colours[0][zone], []).append(zone)
        joined = any(INTERNET in fw.zones for fw in self.plan.firewalls.values() if fw.joins_zones)
        outside = [(INTERNET,)] if joined or INTERNET in self.here else []
        nowhere = [(_NOWHERE,)] if _NOWHERE in self.here else []
        return [*outside, *map(tuple, groups.values()), *nowhere]

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
        hosts = tuple(
            Host(
                (number, role), self._role(role), _some(cidrs), _some(cidrs, 1), self._guards(cidrs)
            )
            for role, cidrs in sorted(roles.items())
        )
        if zones in ((INTERNET,), (_NOWHERE,)):
            kind, name = (
                ("internet", "Internet") if zones == (INTERNET,) else ("nowhere", "No place yet")
            )
            return Lane(kind, name, zones, "", hosts)
        networks = [net for zone in zones for net in self.plan.zones[zone].networks]
        name = zones[0] if len(zones) == 1 else f"{len(zones)} zones: {_some(zones)}"
        return Lane("zone", name, zones, _some(networks) or "networks to be supplied", hosts)

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
        held = tuple(cidrs)
        names = (
            name
            for name in self.network.guards
            if addresses.overlap(held, self.network.covered(name))
        )
        return tuple(self.letter_of[name] for name in names)

    # Streams

    def _stream(self, number: int, pair: tuple[str, str], bundle: _Bundle) -> Stream:
        source, destination = pair
        return Stream(
            number=number,
            sources=tuple(dict.fromkeys((self.lane_of[zone], source) for zone in bundle.sources)),
            destinations=tuple(
                dict.fromkeys((self.lane_of[zone], destination) for zone in bundle.destinations)
            ),
            from_=self._role(source),
            to=self._role(destination)
            + (f" ({count(len(bundle.hosts), 'host name')})" if bundle.hosts else ""),
            ports="; ".join(
                f"{ports_text(join_ports(pairs))}/{name}"
                for name, pairs in sorted(bundle.ports.items())
            ),
            services=tuple(bundle.services),
            crosses=self._crosses(pair, bundle),
            waits=_NOWHERE in bundle.sources or _NOWHERE in bundle.destinations,
        )

    def _crosses(self, pair: tuple[str, str], bundle: _Bundle) -> tuple[str, ...]:
        """The letters on the way. One zone of each lane stands for all that are alike."""
        found: dict[str, None] = {}
        for one in self._some_of_each(bundle.sources):
            for other in self._some_of_each(bundle.destinations):
                way = self.network.way(one, other) if not bundle.local else None
                for name in way.firewalls if way else ():
                    found[self.letter_of[name]] = None
        for name, fw in self.network.guards.items():
            sides = [(pair[1], bundle.destinations)] + (
                [(pair[0], bundle.sources)] if fw.egress == "filtered" else []
            )
            for role, zones in sides:
                here = [c for zone in zones for c in self.here.get(zone, {}).get(role, {})]
                if here and addresses.overlap(tuple(here), self.network.covered(name)):
                    found[self.letter_of[name]] = None
        return tuple(sorted(found, key=lambda letter: (len(letter), letter)))

    def _some_of_each(self, zones: Iterable[str]) -> list[str]:
        by_lane: dict[int, list[str]] = {}
        for zone in zones:
            if zone != _NOWHERE:
                by_lane.setdefault(self.lane_of[zone], []).append(zone)
        return [zone for members in by_lane.values() for zone in (members[0], members[-1])]

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
