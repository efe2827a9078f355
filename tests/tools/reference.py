"""The contract once more, slow and simple: may this firewall let this one connection through, or
not?

Nothing of the compile is used, only the facts and the tables of the plan file. Each question is
about single addresses; sets of addresses, merging, blocks of zones and the like do not exist here.
Networks must be tiny and disjoint."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, permutations, product
from typing import NamedTuple

from tests.tools.internet import PRIVATE
from tests.tools.reference_fronts import FrontReading
from tests.tools.reference_hairpin import Hairpins
from tests.tools.reference_nat import Translations
from tests.tools.reference_plan import INTERNET, Ip, Place, PlanReading, Table, Wanted
from tests.tools.reference_proxies import At
from wizard.facts.model import Catalog

# Multicast that stays on the link, and where IPv6 sends it from (RFC 6724, rule 2).
LINK_GROUPS, LINK = ipaddress.ip_network("ff02::/16"), ipaddress.ip_network("fe80::/10")
# From where Linux and Windows ask when a program names no port (their documents).
ASKING = {"linux": (32768, 60999), "windows": (49152, 65535)}
MDNS = {"224.0.0.251", "ff02::fb"}
SOMEWHERE = (ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("2001:4860:4860::8888"))


class Denied(NamedTuple):
    """What must never be, as the plan says it."""

    name: str
    table: Table


@dataclass(frozen=True, eq=False)
class Places:
    """All the places of a role that count."""

    listed: tuple[Place, ...]


class Reference:
    def __init__(self, catalog: Catalog, tables: Table) -> None:
        self.plan = PlanReading(catalog, tables)
        self.networks = [
            (zone, ipaddress.ip_network(network))
            for zone, table in self.plan.zones.items()
            for network in table.get("networks", ())
        ]
        self.addresses: list[Ip] = [ip for _, network in self.networks for ip in network]
        self.zone = cache(self._zone)
        self.addresses += self._placed_outside(tables)
        self.nat = Translations(self.plan, self.zone, lambda a, b: self.steps(a, b))
        self.stand_ins = frozenset(self.nat.addresses())
        self._places_by_list: dict[tuple[Place, ...], Places] = {}
        self.moved = cache(self._moved)
        self.steps = cache(self._steps)
        self.in_places = cache(self._in_places)
        self.places = cache(self._places)
        self.opens = cache(self._opens)
        self.listens = cache(self._listens)
        self.covered = cache(self._covered)
        self.count = cache(self._count)
        self.senders = cache(self._senders)
        self.zones_of = cache(self._zones_of)
        self.alike = cache(self._alike)
        self.on_port = cache(self._on_port)
        self.comes = cache(self._comes)
        self.own_of_reflectors = cache(self._own_of_reflectors)
        self.direct = [want for want in self.plan.wanted() if self._is_used(want)]
        fronts = FrontReading(tables)
        parts = (part for want in self.direct for part in fronts.parts(want))
        self.wanted = [part for part in parts if self.plan.goes(part)]
        self.hairpins = Hairpins(self)

    def _placed_outside(self, tables: Table) -> list[Ip]:
        places: list[Table] = [*tables.get("roles", {}).values()]
        for answers in self.plan.products.values():
            places += answers.get("roles", {}).values()
            for feature in answers.get("features", {}).values():
                places += feature.get("roles", {}).values()
        outside: dict[Ip, None] = {}
        for place in places:
            for item in place.get("addresses", ()):
                if "/" not in item:
                    outside |= dict.fromkeys(ip for ip in _ends(item) if self.zone(ip) == INTERNET)
        return list(outside)

    # Where things are

    def _zone(self, ip: Ip) -> str:
        """The zone that holds an address; the internet, where only public ones are; or none."""
        for zone, network in self.networks:
            if ip in network:
                return zone
        return INTERNET if _public(ip) else ""

    def site(self, zone: str) -> str:
        """The site that a zone belongs to; none of a central one."""
        site: str = self.plan.site_by_zone.get(zone, "")
        return site

    def _places(self, want: Wanted, role: str) -> Places:
        at = want.from_at if role == want.from_ else want.to_at if role == want.to else At()
        if at.addresses:
            return self._one((Place((), at.addresses),))
        return self._one(self.plan.stand(want.installation, want.features, role).places)

    def _is_used(self, want: Wanted) -> bool:
        """Of what a proxy opens: does anybody come to it?"""
        if want.on_behalf is None:
            return True
        role, at = want.on_behalf
        places = self._one(self.plan.stand(want.installation, want.features, role).places)
        there = [ip for ip in (*self.addresses, *SOMEWHERE) if self.in_places(places, ip)]
        return any(self._takes_part(at, ip) for ip in there) if there else at.nowhere

    def _takes_part(self, at: At, ip: Ip) -> bool:
        return at.zones is None or self.zone(ip) in at.zones

    def everywhere(self, installation: str, role: str) -> Places:
        """All places that a role has in an installation, whatever for."""
        return self._one(self.plan.everywhere(installation, role))

    def _one(self, listed: tuple[Place, ...]) -> Places:
        """The same value for the same places, so that each address is looked for there once."""
        return self._places_by_list.setdefault(listed, Places(listed))

    def _in_places(self, places: Places, ip: Ip, local: bool = False) -> bool:
        """Is one of them at this address? `local`: not merely because it is somewhere on the
        internet.
        """
        return any(self._in_place(place, ip, local) for place in places.listed)

    def _in_place(self, place: Place, ip: Ip, local: bool) -> bool:
        zone = self.zone(ip)
        if place.absent or not zone:
            return False
        if place.addresses:
            inside = any(_holds(item, ip) for item in place.addresses)
            return inside and (not place.zones or zone in place.zones)
        return zone in place.zones and not (local and zone == INTERNET)

    def _covered(self, name: str, ip: Ip) -> bool:
        """Does this host's firewall guard the address? Its list, or where its role is anywhere."""
        firewall = self.plan.firewalls[name]
        if firewall.get("addresses"):
            return any(_holds(item, ip) for item in firewall["addresses"])
        return "role" in firewall and any(
            self.in_places(self.everywhere(installation, firewall["role"]), ip, True)
            for installation in self.plan.installations
        )

    def guards(self, name: str, want: Wanted, role: str, ip: Ip, known: bool = False) -> bool:
        """Is this party of the connection behind this firewall? Its own role is; another role only
        where both are known by their addresses (`known`: this party is), not by being somewhere in
        one zone."""
        firewall = self.plan.firewalls[name]
        if not self.covered(name, ip) or "role" not in firewall:
            return self.covered(name, ip)
        if self._machine(want, role) == self._machine(want, firewall["role"]):
            return True
        if not known and not self._pinned(self.places(want, role), ip):
            return False
        return bool(firewall.get("addresses")) or any(
            self._pinned(self.everywhere(installation, firewall["role"]), ip)
            for installation in self.plan.installations
        )

    def _machine(self, want: Wanted, role: str) -> str:
        """The role on whose machine this one is."""
        return self.plan.stand(want.installation, want.features, role).as_role

    def _pinned(self, places: Places, ip: Ip) -> bool:
        """Is it known to be at this address, and not just somewhere in its zone?"""
        return any(place.addresses and self._in_place(place, ip, True) for place in places.listed)

    def on_the_way(self, source: str, destination: str) -> frozenset[str]:
        """All firewalls of all the shortest ways."""
        return frozenset().union(*self.steps(source, destination))

    def _steps(self, source: str, destination: str) -> tuple[frozenset[str], ...]:
        """The firewalls of all the shortest ways, step by step. Nothing goes by the internet from
        one own zone to another.
        """
        if source == destination:
            return ()
        joiners = {
            name: set(firewall["zones"])
            for name, firewall in self.plan.firewalls.items()
            if firewall["kind"] in ("boundary", "router")
        }
        for length in range(1, len(joiners) + 1):
            ways = [
                way
                for way in permutations(joiners, length)
                if source in joiners[way[0]]
                and destination in joiners[way[-1]]
                and all((joiners[a] & joiners[b]) - {INTERNET} for a, b in pairwise(way))
            ]
            if ways:
                return tuple(frozenset(names) for names in zip(*ways, strict=True))
        return ()

    # The question

    def directions(self, name: str) -> tuple[str, ...]:
        firewall = self.plan.firewalls[name]
        if firewall["kind"] == "boundary":
            return ("forward",)
        if firewall["kind"] == "router":
            return ()
        return ("in", "out") if firewall.get("egress") == "filtered" else ("in",)

    def allows(
        self, name: str, direction: str, transport: str, port: int, source: Ip, destination: Ip
    ) -> bool:
        """Does some connection of the plan need this firewall to let this one through?"""
        if any(
            self._needs(want, name, direction, source, destination, (port, port))
            for want in self.on_port(transport, port)
        ):
            return True
        if direction == "in" and self._answers(name, transport, port, source, destination):
            return True
        if any(
            self._reflects(want, name, direction, source, destination)
            for want in self.on_port(transport, port)
        ):
            return True
        if self.hairpins.allows(name, direction, transport, port, source, destination):
            return True
        # Behind another boundary's port forward, the port can be another one.
        return any(
            self._needs(want, name, direction, source, destination, (listening, port))
            for want, listening in self.moved(transport, port)
        )

    def _moved(self, transport: str, port: int) -> tuple[tuple[Wanted, int], ...]:
        """What some boundary publishes on this port, with the port on which it listens."""
        return tuple(
            (want, want.ports[0][0])
            for want in self.wanted
            for firewall in self.plan.firewalls.values()
            if want.transport == transport
            and firewall.get("publish", {}).get(want.published, {}).get("port") == port
        )

    def _on_port(self, transport: str, port: int) -> tuple[Wanted, ...]:
        """The connections that use this port."""
        return tuple(
            want
            for want in self.wanted
            if want.transport == transport and any(low <= port <= high for low, high in want.ports)
        )

    def _opens(self, want: Wanted, ip: Ip, local: bool = False) -> bool:
        """Is who opens the connection at this address?"""
        if not want.from_outside and self.zone(ip) == INTERNET:
            return False
        if not self._takes_part(want.from_at, ip):
            return False
        return self.in_places(self.places(want, want.from_), ip, local)

    def _listens(self, want: Wanted, ip: Ip, local: bool = False) -> bool:
        """Is who listens at this address?"""
        if want.guarded:
            return bool(self.zone(ip)) and self.covered(want.guarded, ip)
        if not want.to_outside and self.zone(ip) == INTERNET:
            return False
        if not self._takes_part(want.to_at, ip):
            return False
        return self.in_places(self.places(want, want.to), ip, local)

    def paired(self, want: Wanted, source: str, destination: str) -> bool:
        """Does the served side in its zone have the other side in its zone for a partner?"""
        if not want.served:
            return True
        served, partner = source, destination
        if want.served == "to":
            served, partner = destination, source
        everywhere = frozenset().union(*map(self.zones_of, self.alike(want)))
        own = self.site(served)
        if own and any(self.site(zone) == own for zone in everywhere):
            return self.site(partner) == own
        if any(not self.site(zone) for zone in everywhere):
            return not self.site(partner)
        return True

    def _alike(self, want: Wanted) -> list[Wanted]:
        """What serves the same role with the same thing: a site's own server does it there in the
        place of the one that it reports to.
        """
        if want.group:
            return [other for other in self.wanted if other.group == want.group]
        return [
            other
            for other in self.direct
            if (other.installation, other.served, other.transport, other.offered)
            == (want.installation, want.served, want.transport, want.offered)
            and _served_and_partner(other) == _served_and_partner(want)
        ]

    def _zones_of(self, want: Wanted) -> frozenset[str]:
        """The zones in which something of the side that serves is."""
        is_there = self.listens if want.served == "from" else self.opens
        everybody = (*self.addresses, *SOMEWHERE)
        return frozenset(self.zone(ip) for ip in everybody if is_there(want, ip))

    def _talk(self, want: Wanted, source: Ip, destination: Ip) -> bool:
        return self.paired(want, self.zone(source), self.zone(destination))

    def _needs(
        self,
        want: Wanted,
        name: str,
        direction: str,
        source: Ip,
        destination: Ip,
        ports: tuple[int, int],
    ) -> bool:
        """`ports`: on which it listens, and on which it is seen."""
        if want.arriving and not any(self.comes(part) for part in want.arriving):
            return False
        if want.passed:
            return ports[0] == ports[1] and self._relays(want, name, direction, source, destination)
        moved = ports[0] != ports[1]
        if source in LINK:
            # On the link nobody is known by such an address: it may be anybody's who sends there.
            to_all = destination in want.groups and destination in LINK_GROUPS
            return (
                to_all
                and self._multicasts(want, name)
                and any(
                    self._needs(want, name, direction, sender, destination, ports)
                    for sender in self.senders(want)
                )
            )
        if direction != "forward" and self._broadcasts(want, name, direction, source, destination):
            return not moved
        if direction == "forward":
            openers = [] if want.link_local else self._real(source)
            openers = [real for real in openers if self.opens(want, real)]
            targets = self._real(destination) if openers else []
            targets = [target for target in targets if self.listens(want, target)]
            return any(
                self._crosses(want, name, (real, source), (target, destination), ports)
                for real in openers
                for target in targets
            )
        if direction == "in":
            here = destination in want.groups or self._in_at(want, name, destination)
            return (
                here
                and not moved
                and any(
                    self._comes_in(want, name, real, source, destination)
                    for real in self._real(source)
                )
            )
        return self._out_at(want, name, source) and any(
            self._goes_out(want, source, (target, destination), ports)
            for target in self._real(destination)
            if not (moved and want.link_local)
        )

    def _comes(self, want: Wanted) -> bool:
        """May anybody come to a front this way? Who has no place yet is waited for."""
        if want.arriving and not any(self.comes(part) for part in want.arriving):
            return False
        everybody = (*self.addresses, *SOMEWHERE, *self.stand_ins)
        if self._waits(want) or not any(self._is_at(want, want.to, ip) for ip in everybody):
            return True
        here = frozenset().union(*(self._leaves_from(want, ip) for ip in everybody))
        there = frozenset(self.zone(ip) for ip in everybody if self.listens(want, ip))
        return any(self.paired(want, source, target) for source in here for target in there)

    def _waits(self, want: Wanted) -> bool:
        """Has whoever opens it no place yet?"""
        if want.passed:
            return any(self._waits(part) for part in want.passed)
        everybody = (*self.addresses, *SOMEWHERE)
        return not any(self._is_at(want, want.from_, ip) for ip in everybody)

    def _is_at(self, want: Wanted, role: str, ip: Ip) -> bool:
        return self.in_places(self.places(want, role), ip)

    def _multicasts(self, want: Wanted, name: str) -> bool:
        """Does it go to everybody on the link by IPv6? The networks of clouds carry no such thing."""
        host = self.plan.firewalls[name]["kind"] == "host"
        return host and want.link_local and any(group in LINK_GROUPS for group in want.groups)

    def _broadcasts(
        self, want: Wanted, name: str, direction: str, source: Ip, destination: Ip
    ) -> bool:
        """Does it go to everybody in a network, by the broadcast address of that, and does this
        firewall guard somebody there who listens, or opens it?
        """
        if not want.broadcast or self.plan.firewalls[name]["kind"] != "host":
            return False
        called = self._called(destination)
        listening = self._held(want, 4)
        if direction == "out":
            return (
                self.zone(source) in called
                and self._out_at(want, name, source)
                and any(
                    self.zone(ip) == self.zone(source) and self._talk(want, source, ip)
                    for ip in listening
                )
            )
        return self.opens(want, source, True) and any(
            self.zone(ip) in called
            and self.zone(source) == self.zone(ip)
            and self._to_guarded(want, name, ip)
            and self._talk(want, source, ip)
            for ip in listening
        )

    def _called(self, ip: Ip) -> list[str]:
        """The zones with a network of which this is the broadcast address."""
        return [
            zone
            for zone, network in self.networks
            if network.version == 4 and network.prefixlen < 31 and ip == network.broadcast_address
        ]

    def _answers(self, name: str, transport: str, port: int, source: Ip, destination: Ip) -> bool:
        """Is it what a device answers, from its own address, to a host that asked all of them?"""
        firewall = self.plan.firewalls[name]
        low, high = ASKING[firewall.get("platform", "linux")]
        if firewall["kind"] != "host" or not low <= port <= high:
            return False
        asked = [want for want in self.wanted if want.answered and want.transport == transport]
        if source in LINK or destination in LINK:
            # Where IPv6 asks from the link, it is answered there.
            both = source in LINK and destination in LINK
            on_link = [want for want in asked if self._multicasts(want, name)]
            near = [ip for ip in self.addresses if ip.version == 6]
            return both and any(
                self._answered(want, name, device, ip)
                for want, device, ip in product(on_link, near, near)
            )
        return any(self._answered(want, name, source, destination) for want in asked)

    def _answered(self, want: Wanted, name: str, device: Ip, asker: Ip) -> bool:
        """Nothing of this kind gets into another network, so that no answer comes from there."""
        return (
            device.version == asker.version
            and device.version in {group.version for group in want.groups}
            and self.zone(device) == self.zone(asker)
            and self.listens(want, device, True)
            and self._out_at(want, name, asker)
            and self._talk(want, asker, device)
        )

    def _reflects(
        self, want: Wanted, name: str, direction: str, source: Ip, destination: Ip
    ) -> bool:
        """Is it what a reflector says again in a zone, of what it heard in another, or hears there?"""
        if direction == "forward" or not MDNS & {str(group) for group in want.groups}:
            return False
        on_link = source in LINK and destination in LINK_GROUPS
        if (on_link and not self._multicasts(want, name)) or (source in LINK and not on_link):
            return False
        to_all = destination in want.groups
        for own, zone in self.own_of_reflectors(want, direction):
            if direction == "in":
                said = own.version == 6 if on_link else source == own
                held = [ip for ip in self.addresses if ip == destination or to_all]
                hearing = [ip for ip in held if self.zone(ip) == zone and ip.version == own.version]
                if said and any(self._in_at(want, name, ip) for ip in hearing):
                    return True
            else:
                heard = own.version == destination.version and (to_all or destination == own)
                held = [ip for ip in self.addresses if ip == source or on_link]
                asking = [ip for ip in held if self.zone(ip) == zone and ip.version == own.version]
                if heard and any(self._out_at(want, name, ip) for ip in asking):
                    return True
        return self._is_reflectors_own(want, name, direction, source, destination)

    def _is_reflectors_own(
        self, want: Wanted, name: str, direction: str, source: Ip, destination: Ip
    ) -> bool:
        """Is a reflector itself behind this firewall, and hears this in a zone or says it there?"""
        to_all = destination in want.groups
        on_link = source in LINK and destination in LINK_GROUPS
        is_there, other = self.opens, "out"
        if direction == "out":
            is_there, other = self.listens, "in"
        for own, zone in self.own_of_reflectors(want, other):
            if own.version != destination.version or not self.guards(name, want, "", own, True):
                continue
            there = [
                ip for ip in self.addresses if self.zone(ip) == zone and is_there(want, ip, True)
            ]
            alike = {ip for ip in there if ip.version == own.version}
            if direction == "in":
                goes = (to_all or destination == own) and (source in alike or (on_link and alike))
            else:
                said = source == own or (on_link and own.version == 6)
                goes = said and (destination in alike or (to_all and alike))
            if goes:
                return True
        return False

    def _own_of_reflectors(self, want: Wanted, direction: str) -> list[tuple[Ip, str]]:
        """A reflector's addresses in zones where it says this again (in), or hears it (out)."""
        here, there = (
            (self.listens, self.opens) if direction == "in" else (self.opens, self.listens)
        )
        found = []
        for own in self._reflectors():
            for ip, zone in own:
                others = {other for _, other in own} - {zone}
                inside = [a for a in self.addresses if self.zone(a) == zone]
                near = [a for a in inside if here(want, a, True)]
                outside = [b for b in self.addresses if self.zone(b) in others]
                far = [b for b in outside if there(want, b, True)]
                ends = product(near, far) if direction == "out" else product(far, near)
                if any(self._talk(want, *pair) for pair in ends):
                    found.append((ip, zone))
        return found

    def _reflectors(self) -> list[list[tuple[Ip, str]]]:
        """The addresses of each reflector in its own zones."""
        tables = [table for table in self.plan.firewalls.values() if table.get("mdns_reflector")]
        return [
            [
                (ip, self.zone(ip))
                for ip in map(ipaddress.ip_address, table.get("addresses", ()))
                if self.zone(ip) in set(table["zones"]) - {INTERNET}
            ]
            for table in tables
        ]

    def _senders(self, want: Wanted) -> list[Ip]:
        """The IPv6 addresses, in the plan's networks, of those who open it."""
        return [ip for ip in self.addresses if ip.version == 6 and self.opens(want, ip, True)]

    def _relays(self, want: Wanted, name: str, direction: str, source: Ip, destination: Ip) -> bool:
        """Does a front send this one on, past this firewall, under somebody's address?"""
        if source.version != destination.version or not self.listens(want, destination):
            return False
        there = self.zone(destination)
        zones = [z for z in self._leaves_from(want, source) if self.paired(want, z, there)]
        if direction == "forward":
            return any(z != there and name in self.on_the_way(z, there) for z in zones)
        if direction == "in":
            return bool(zones) and self._to_guarded(want, name, destination)
        return bool(zones) and any(
            self.guards(name, want, want.from_, ip) and self.opens(want, ip, True)
            for ip in self.addresses
            if ip.version == source.version
        )

    def _leaves_from(self, want: Wanted, ip: Ip) -> set[str]:
        """The zones from which connections go on under this address."""
        if not want.passed:
            return {self.zone(ip)} if self.opens(want, ip) else set()
        return {
            self.zone(front)
            for earlier in want.passed
            for real in self._real(ip)
            for here in self._leaves_from(earlier, real)
            for front in self.addresses
            if front.version == ip.version == real.version
            and self.listens(earlier, front)
            and self.paired(earlier, here, self.zone(front))
            and (here == self.zone(front) or self.steps(here, self.zone(front)))
            and ip in self.nat.seen_sources(real, here, self.zone(front))
        }

    def _real(self, ip: Ip) -> list[Ip]:
        """Who may be seen as this address: itself, and whoever it stands for."""
        return [ip, *self.addresses] if ip in self.stand_ins else [ip]

    def _comes_in(self, want: Wanted, name: str, real: Ip, source: Ip, destination: Ip) -> bool:
        local = want.link_local
        if not self.opens(want, real, local):
            return False
        if destination in want.groups:
            return any(
                self._to_guarded(want, name, ip)
                and self._talk(want, real, ip)
                and source == self._known_as(real, self.zone(ip))
                for ip in self._held(want, source.version)
            )
        if real.version != destination.version:
            return False
        here, there = self.zone(real), self.zone(destination)
        seen = {self._known_as(real, there)}
        if not local:
            seen = self.nat.seen_sources(real, here, there)
        return (
            source in seen
            and self._in_at(want, name, destination)
            and self._talk(want, real, destination)
        )

    def _in_at(self, want: Wanted, name: str, ip: Ip) -> bool:
        """Is who listens at this address, behind this firewall?"""
        return self.listens(want, ip, True) and self._to_guarded(want, name, ip)

    def _out_at(self, want: Wanted, name: str, ip: Ip) -> bool:
        """Is who opens it at this address, behind this firewall?"""
        return self.opens(want, ip, True) and self.guards(name, want, want.from_, ip)

    def _goes_out(
        self, want: Wanted, source: Ip, aimed: tuple[Ip, Ip], ports: tuple[int, int]
    ) -> bool:
        real, destination = aimed
        if destination in want.groups:
            return any(self._talk(want, source, ip) for ip in self._held(want, source.version))
        if not (self.listens(want, real, want.link_local) and self._talk(want, source, real)):
            return False
        seen = {(self._known_as(real, self.zone(source)), ports[0])}
        if self.zone(source) == INTERNET and not want.link_local:
            targets = self.nat.targets(want, real, ports[0], self.zone(real), 0)
            seen = {(ip, port) for ip, port, _ in targets}
        return (destination, ports[1]) in seen

    def _known_as(self, ip: Ip, zone: str) -> Ip:
        """As what a zone knows somebody, beside what hides them on the way."""
        return ip if zone == self.zone(ip) else self.nat.elsewhere(self.zone(ip), ip)

    def _to_guarded(self, want: Wanted, name: str, ip: Ip) -> bool:
        role = self.plan.firewalls[want.guarded].get("role") if want.guarded else want.to
        # Management goes to what a firewall guards, and that is known by address.
        return self.guards(name, want, role or "", ip, known=bool(want.guarded))

    def _held(self, want: Wanted, version: int) -> list[Ip]:
        return [
            ip for ip in self.addresses if ip.version == version and self.listens(want, ip, True)
        ]

    def _crosses(
        self,
        want: Wanted,
        name: str,
        sources: tuple[Ip, Ip],
        destinations: tuple[Ip, Ip],
        ports: tuple[int, int],
    ) -> bool:
        """Is this between the two who open and listen, each as it is and as this boundary sees it?"""
        source, destination = sources[0], destinations[0]
        if source.version != destination.version:
            return False
        here, there = self.zone(source), self.zone(destination)
        if here == there or name not in self.on_the_way(here, there):
            return False
        if not self._talk(want, source, destination):
            return False
        depth = self.nat.depth(name, here, there)
        if sources[1] not in self.nat.seen_sources(source, here, there, depth):
            return False
        if here != INTERNET:
            is_last = depth == len(self.steps(here, there)) - 1
            seen = destination if is_last else self.nat.elsewhere(there, destination)
            return destinations[1] == seen and ports[0] == ports[1]
        translates = self.plan.firewalls[name].get("nat", False) and source.version == 4
        return any(
            (ip, port) == (destinations[1], ports[1])
            and (
                not translates
                or beyond
                or self.count(want, name, self.nat.forwards_after(there, depth)) == 1
            )
            for ip, port, beyond in self.nat.targets(want, destination, ports[0], there, depth + 1)
        )

    def _count(self, want: Wanted, name: str, after: tuple[frozenset[str], ...]) -> int:
        """How many addresses a forward of this boundary could lead to, of those behind the same
        other ones.
        """
        return len(
            {
                ip
                for ip in self.addresses
                if ip.version == 4
                and self.zone(ip) != INTERNET
                and self.listens(want, ip)
                and name in self.on_the_way(INTERNET, self.zone(ip))
                and self.paired(want, INTERNET, self.zone(ip))
                and after
                == self.nat.forwards_after(
                    self.zone(ip), self.nat.depth(name, INTERNET, self.zone(ip))
                )
            }
        )

    # What must never be

    def denials(self) -> list[Denied]:
        return [Denied(name, table) for name, table in self.plan.tables.get("never", {}).items()]

    def denies(
        self, denied: Denied, transport: str, port: int, source: Ip, destination: Ip
    ) -> bool:
        """Is this one connection among what must never be?"""
        table = denied.table
        if table.get("transport", transport) != transport:
            return False
        spans = [item.partition("-") for item in map(str, table.get("ports", ()))]
        if spans and not any(int(low) <= port <= int(high or low) for low, _, high in spans):
            return False
        return self.is_meant(table["from"], source) and self.is_meant(table["to"], destination)

    def is_meant(self, side: Table, ip: Ip) -> bool:
        """Is this address at that end?"""
        if "role" in side:
            return any(
                self.in_places(self.everywhere(installation, side["role"]), ip)
                for installation in self.plan.installations
            )
        if "addresses" in side:
            return any(_holds(item, ip) for item in side["addresses"])
        return self.zone(ip) in side["zones"]


def _served_and_partner(want: Wanted) -> tuple[str, str]:
    served, partner = (want.from_, want.to) if want.served == "from" else (want.to, want.from_)
    return served, "print-server" if partner == "secondary-server" else partner


def _public(ip: Ip) -> bool:
    """Is this an address that hosts on the internet have?"""
    if ip.version == 6:
        return int(ip) >> 125 == 0b001
    return not any(ip in ipaddress.ip_network(network) for network in PRIVATE)


@cache
def _ends(item: str) -> list[Ip]:
    return [ipaddress.ip_address(end) for end in item.split("-")]


@cache
def _network(item: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(item)


def _holds(item: str, ip: Ip) -> bool:
    if "/" in item:
        return ip in _network(item)
    ends = _ends(item)
    return ends[0].version == ip.version and int(ends[0]) <= int(ip) <= int(ends[-1])
