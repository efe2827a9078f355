"""The contract once more, slow and simple: may this firewall let this one connection through, or
not?

Nothing of the compile is used, only the facts and the plan. Each question is about single
addresses; sets of addresses, merging, blocks of zones and the like do not exist here. Networks must
be tiny and disjoint."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, permutations
from typing import NamedTuple

from wizard.facts.model import Catalog, Condition, EndpointFact, FlowFact, Product
from wizard.plan.model import Firewall, Placement, Plan, ProductPlan

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
INTERNET, NOWHERE = "internet", "(nowhere)"
SSH_AND_SUCH = {"ssh": (22, 22), "rdp": (3389, 3389), "winrm": (5985, 5986)}


class Wanted(NamedTuple):
    """One connection of the plan. `to` of management is the name of a firewall."""

    id: str
    product: str
    from_: str
    to: str
    transport: str
    ports: tuple[tuple[int, int], ...]
    link_local: bool = False
    never_public: bool = False
    groups: tuple[Ip, ...] = ()
    guarded: str = ""


class Reference:
    def __init__(self, catalog: Catalog, plan: Plan) -> None:
        self.catalog, self.plan = catalog, plan
        self.networks = [
            (zone, ipaddress.ip_network(network))
            for zone, z in plan.zones.items()
            for network in z.networks
        ]
        self.addresses: list[Ip] = [ip for _, network in self.networks for ip in network]
        places = [
            *plan.roles.values(),
            *(p for a in plan.products.values() for p in a.roles.values()),
        ]
        for place in places:
            self.addresses += [
                ip
                for item in place.addresses
                if "/" not in item
                for ip in _ends(item)
                if self.zone(ip) == INTERNET
            ]
        self.wanted = [*self._flows(), *self._endpoints(), *self._management()]
        self.on_the_way = cache(self._on_the_way)
        self.in_role = cache(self._in_role)
        self.count = cache(self._count)

    # Where things are

    def zone(self, ip: Ip) -> str:
        """The zone that holds an address; what none holds is the internet if it is public, else
        nowhere.
        """
        elsewhere = INTERNET if _public(ip) else NOWHERE
        return next((zone for zone, network in self.networks if ip in network), elsewhere)

    def place(self, product: str, role: str) -> Placement | None:
        own = self.plan.products[product].roles if product in self.plan.products else {}
        place = own.get(role, self.plan.roles.get(role))
        if role in (INTERNET, "mail-server") and (place is None or place == Placement()):
            return Placement(zones=(INTERNET,))
        return place

    def absent(self, product: str, role: str) -> bool:
        place = self.place(product, role)
        return place is not None and place.absent

    def _in_role(self, product: str, role: str, ip: Ip, local: bool = False) -> bool:
        """Is the role at this address? `local`: not merely because it is somewhere on the internet."""
        place, zone = self.place(product, role), self.zone(ip)
        if place is None or place.absent:
            return False
        if place.addresses:
            inside = any(_holds(item, ip) for item in place.addresses)
            return inside and zone != NOWHERE and (not place.zones or zone in place.zones)
        return zone in place.zones and not (local and zone == INTERNET)

    def covered(self, name: str, ip: Ip) -> bool:
        firewall = self.plan.firewalls[name]
        if firewall.addresses:
            return any(_holds(item, ip) for item in firewall.addresses)
        return firewall.role is not None and any(
            self.in_role(product, firewall.role, ip, True) for product in self.plan.products
        )

    def guards(self, name: str, want: Wanted, role: str, ip: Ip, known: bool = False) -> bool:
        """Is this party of the connection behind this firewall? Its own role is; another role only
        where both are known by their addresses (`known`: this party is), not by being somewhere in
        one zone."""
        firewall = self.plan.firewalls[name]
        if not self.covered(name, ip) or firewall.role is None or firewall.role == role:
            return self.covered(name, ip)
        place = self.place(want.product, role)
        if not known and not (place is not None and place.addresses):
            return False
        return bool(firewall.addresses) or any(
            own is not None
            and bool(own.addresses)
            and self.in_role(product, firewall.role, ip, True)
            for product in self.plan.products
            for own in [self.place(product, firewall.role)]
        )

    def _on_the_way(self, source: str, destination: str) -> frozenset[str]:
        """All firewalls of all the shortest ways. Nothing goes by the internet from one own zone to
        another.
        """
        joiners = {
            n: set(f.zones)
            for n, f in self.plan.firewalls.items()
            if f.kind in ("boundary", "router")
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
                return frozenset(name for way in ways for name in way)
        return frozenset()

    # What is wanted

    def _selected(
        self, product: Product, answers: ProductPlan, fact: FlowFact | EndpointFact
    ) -> bool:
        version = _numbers(answers.version or product.newest)
        if fact.versions.since and version < _numbers(fact.versions.since):
            return False
        if fact.versions.until and version > _numbers(fact.versions.until):
            return False
        return any(all(self._holds(product, answers, c) for c in all_of) for all_of in fact.when)

    def _holds(self, product: Product, answers: ProductPlan, condition: Condition) -> bool:
        feature = product.features[condition.feature]
        if not feature.core and condition.feature not in answers.features:
            return False
        for name, wanted in condition.options.items():
            option = feature.options[name]
            value = answers.features.get(condition.feature, {}).get(name, option.default)
            if name == "wildcards":
                value = value is True and self.plan.proxy.wildcards
            values = value if isinstance(value, tuple) else (value,)
            if "any" not in values and not set(values) & set(wanted):
                return False
        return True

    def _products(self) -> Iterator[tuple[Product, ProductPlan]]:
        for product_id, answers in self.plan.products.items():
            yield self.catalog.products[product_id], answers

    def _flows(self) -> Iterator[Wanted]:
        for product, answers in self._products():
            for f in product.flows:
                if f.scope == "loopback" or not self._selected(product, answers, f):
                    continue
                if self.absent(product.id, f.from_) or self.absent(product.id, f.to):
                    continue
                ports = f.ports
                if f.listener in answers.ports:
                    ports = ((answers.ports[f.listener], answers.ports[f.listener]),)
                elif f.ports_option:
                    given = answers.features[f.feature][f.ports_option]
                    assert isinstance(given, tuple)
                    ports = tuple(_range(str(item)) for item in given)
                yield Wanted(
                    f.id,
                    product.id,
                    f.from_,
                    f.to,
                    f.transport,
                    ports,
                    f.scope == "link-local",
                    f.never_public,
                    tuple(ipaddress.ip_address(a) for a in f.cast_addresses),
                )

    def _endpoints(self) -> Iterator[Wanted]:
        proxy = self.plan.proxy
        for product, answers in self._products():
            for e in product.endpoints:
                if not self._selected(product, answers, e) or self.absent(product.id, e.from_):
                    continue
                hops = [(e.from_, INTERNET, e.port)]
                if proxy.mode == "explicit" and e.scheme in ("http", "https", "wss"):
                    hops = [(e.from_, "web-proxy", proxy.port), ("web-proxy", INTERNET, e.port)]
                for from_, to, port in hops:
                    if not self.absent(product.id, from_) and not self.absent(product.id, to):
                        yield Wanted(e.id, product.id, from_, to, "tcp", ((port, port),))

    def _management(self) -> Iterator[Wanted]:
        for name, firewall in self.plan.firewalls.items():
            for method in firewall.management:
                yield Wanted(
                    f"management/{method}",
                    "",
                    "admin-computer",
                    "",
                    "tcp",
                    (SSH_AND_SUCH[method],),
                    guarded=name,
                )

    # The question

    def directions(self, firewall: Firewall) -> tuple[str, ...]:
        if firewall.kind == "boundary":
            return ("forward",)
        if firewall.kind == "router":
            return ()
        return ("in", "out") if firewall.egress == "filtered" else ("in",)

    def allows(
        self, name: str, direction: str, transport: str, port: int, source: Ip, destination: Ip
    ) -> bool:
        """Does some connection of the plan need this firewall to let this one through?"""
        return any(
            want.transport == transport
            and any(low <= port <= high for low, high in want.ports)
            and self._needs(want, name, direction, source, destination)
            for want in self.wanted
        )

    def _from(self, want: Wanted, ip: Ip, local: bool = False) -> bool:
        if want.never_public and self.zone(ip) == INTERNET:
            return False
        return self.in_role(want.product, want.from_, ip, local)

    def _to(self, want: Wanted, ip: Ip, local: bool = False) -> bool:
        if want.guarded:
            return self.covered(want.guarded, ip)
        if want.never_public and self.zone(ip) == INTERNET:
            return False
        return self.in_role(want.product, want.to, ip, local)

    def _needs(self, want: Wanted, name: str, direction: str, source: Ip, destination: Ip) -> bool:
        if direction == "forward":
            return not want.link_local and self._crosses(want, name, source, destination)
        local = want.link_local
        if direction == "in":
            if destination in want.groups:
                here = any(
                    self._to_guarded(want, name, ip) for ip in self._held(want, source.version)
                )
                return here and self._from(want, source, local)
            return (
                self._to_guarded(want, name, destination)
                and self._to(want, destination, True)
                and self._from(want, source, local)
            )
        if not (self.guards(name, want, want.from_, source) and self._from(want, source, True)):
            return False
        if destination in want.groups:
            return bool(self._held(want, source.version))
        return self._to(want, destination, local)

    def _to_guarded(self, want: Wanted, name: str, ip: Ip) -> bool:
        role = self.plan.firewalls[want.guarded].role if want.guarded else want.to
        # Management goes to what a firewall guards, and that is known by address.
        return self.guards(name, want, role or "", ip, known=bool(want.guarded))

    def _held(self, want: Wanted, version: int) -> list[Ip]:
        return [ip for ip in self.addresses if ip.version == version and self._to(want, ip, True)]

    def _crosses(self, want: Wanted, name: str, source: Ip, destination: Ip) -> bool:
        if not (self._from(want, source) and self._to(want, destination)):
            return False
        here, there = self.zone(source), self.zone(destination)
        if here == there or name not in self.on_the_way(here, there):
            return False
        translates = self.plan.firewalls[name].nat and here == INTERNET and source.version == 4
        return not translates or self.count(want, name) == 1

    def _count(self, want: Wanted, name: str) -> int:
        """How many addresses a forward of this boundary could lead to."""
        return len(
            {
                ip
                for ip in self.addresses
                if ip.version == 4
                and self.zone(ip) != INTERNET
                and self._to(want, ip)
                and name in self.on_the_way(INTERNET, self.zone(ip))
            }
        )


def _public(ip: Ip) -> bool:
    """Is this an address that hosts on the internet have?"""
    if ip.version == 6:
        return int(ip) >> 125 == 0b001
    first, second, *_ = ip.packed
    private = first == 10 or (first, second) == (192, 168) or (first == 172 and second & 0xF0 == 16)
    shared = first == 100 and second & 0xC0 == 64
    return not (
        private or shared or first in (0, 127) or first >= 224 or (first, second) == (169, 254)
    )


def _numbers(version: str) -> list[int]:
    return [*map(int, version.split(".")), 0, 0, 0][:4]


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def _ends(item: str) -> list[Ip]:
    return [ipaddress.ip_address(end) for end in item.split("-")]


def _holds(item: str, ip: Ip) -> bool:
    if "/" in item:
        return ip in ipaddress.ip_network(item)
    ends = _ends(item)
    return ends[0].version == ip.version and int(ends[0]) <= int(ip) <= int(ends[-1])
