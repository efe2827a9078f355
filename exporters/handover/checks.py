"""Deployment → the connections to try: who connects from where to what, and why one cannot be
tried.

The list of the documents and the scripts in `tests/` are both made from it. Everything is asked of
the addresses that talk to each other, so that what one of two parties may not do is no word about
the other.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from itertools import chain, product
from operator import attrgetter
from typing import Literal

import msgspec

from exporters.handover.reach import Reach, Reaching
from exporters.proxy.names import host_name, is_address
from wizard.deployment import Deployment
from wizard.network.addresses import Cidrs, bare, family_of, is_single, of_family, prefix
from wizard.network.ports import PortRange
from wizard.network.sites import Pair
from wizard.plan.model import INTERNET
from wizard.plan.proxies import PROXY
from wizard.rules.model import AllowlistEntry, Forward
from wizard.rules.wants import Want
from wizard.views.words import lower_first, port_texts, role_name

# A network of so few addresses is tried address by address; of a larger one, somebody names one.
_FEW = 8
# Of a range of so few ports one must connect. Of a larger one nothing listens on most.
_FEW_PORTS = 8
NO_WAY = "no way for it in this plan, see the findings"


class Check(msgspec.Struct, frozen=True, order=True):
    """One connection to try. `how` is `tcp`, `proxy` (through the web proxy at `via`), or `none`.

    `ports` is one port, or a range of few of which one must connect. `host` is an address or a host
    name; empty where somebody must name one out of `networks`, which are in `zone`. `sources` are
    all on the internet (`outside`), or none is. `why_not` says why nothing is tried. The expected
    result is always that it connects. `site` is where it is tried from: each site is tried for
    itself; '' is elsewhere, or all of what is not tried.
    """

    from_: str = msgspec.field(name="from")
    to: str
    transport: str
    ports: PortRange
    host: str
    networks: tuple[str, ...]
    zone: str
    outside: bool
    how: Literal["tcp", "proxy", "none"]
    via: tuple[str, int] | None
    service: str
    sources: tuple[str, ...]
    why_not: str
    site: str = ""

    @property
    def is_tried(self) -> bool:
        """Whether the scripts try it."""
        return self.how != "none"

    @property
    def port(self) -> str:
        """`9100`, or `9100-9102`."""
        return port_texts((self.ports,))[0]


class _Target(msgspec.Struct, frozen=True):
    """Where to connect: a host, or networks of a zone to name one of, from some sources."""

    host: str
    networks: Cidrs
    zone: str
    ports: PortRange
    outside: bool
    sources: Cidrs
    site: str = ""


def checks_of(deployment: Deployment) -> tuple[Check, ...]:
    """Every connection of the plan that crosses the network, sorted by who opens it."""
    return tuple(_joined(_Checks(deployment).every()))


def _joined(checks: Iterable[Check]) -> list[Check]:
    """One check a connection: services and sources that share it are put together."""
    groups: dict[Check, list[Check]] = {}
    for check in checks:
        key = msgspec.structs.replace(check, service="", sources=(), why_not="")
        groups.setdefault(key, []).append(check)
    joined = []
    for key, members in groups.items():
        services = dict.fromkeys(map(attrgetter("service"), members))
        reasons = dict.fromkeys(filter(None, map(attrgetter("why_not"), members)))
        joined.append(
            msgspec.structs.replace(
                key,
                service="; ".join(services),
                sources=_all_sources(members),
                why_not="; ".join(reasons),
            )
        )
    return sorted(joined, key=lambda c: (c.from_, c.to, c.transport, c.ports, _order(c.host), c))


def _all_sources(many: Iterable[Check | Reach]) -> Cidrs:
    """Whoever any of them comes from, once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(attrgetter("sources"), many))))


def _order(host: str) -> tuple[int, int, str]:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return (9, 0, host)
    return (address.version, int(address), host)


class _Checks:
    """Makes the checks of a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._reaching = Reaching(deployment.network)
        self._endpoints = frozenset(map(attrgetter("fact.id"), deployment.endpoints))
        self._forwards: dict[str, list[Forward]] = {}
        for forward in deployment.forwards:
            for flow in forward.flows:
                self._forwards.setdefault(flow, []).append(forward)

    def every(self) -> Iterator[Check]:
        """All of them; what several services share comes once for each."""
        wants_of_endpoints: dict[str, list[Want]] = {}
        for want in self._deployment.wants:
            if want.id in self._endpoints:
                wants_of_endpoints.setdefault(want.id, []).append(want)
            else:
                yield from self._of_want(want)
        for entry in self._deployment.allowlist:
            for endpoint in entry.endpoints:
                for want in wants_of_endpoints.get(endpoint, ()):
                    yield from self._of_entry(entry, want)

    def _of_want(self, want: Want) -> Iterator[Check]:
        reaches = tuple(chain.from_iterable(map(self._reaching.of, want.pairs)))
        why_not = self._why_not(want, reaches)
        for ports in want.ports:
            if why_not:
                yield self._aside(want, ports, why_not)
            elif ports[1] - ports[0] >= _FEW_PORTS:
                yield self._aside(want, ports, _some_of(ports))
            else:
                for target in self._targets(want, reaches, ports):
                    yield _check(want, target)
                if any(map(attrgetter("outside"), reaches)) and self._waits_outside(want):
                    yield self._aside(want, ports, "waits for the public address")

    def _why_not(self, want: Want, reaches: tuple[Reach, ...]) -> str:
        """Why a connection cannot be tried at all; empty where it can."""
        if not want.pairs:
            return NO_WAY
        for party in (want.sources, want.destinations):
            if party.unplaced:
                return self._waits_for(party.role)
        if want.link_local:
            return "discovery inside one network, no connection"
        if not reaches:
            return NO_WAY
        if want.transport == "udp":
            return "UDP services do not answer an empty packet"
        return ""

    def _aside(self, want: Want, ports: PortRange, why_not: str) -> Check:
        """What is not tried, as one line."""
        cidrs: dict[str, None] = {}
        for pair in want.pairs:
            for piece in pair.sources.pieces:
                cidrs |= dict.fromkeys(piece.cidrs)
        sources = tuple(cidrs) or want.sources.every_cidr
        outside = self._deployment.network.any_on_the_internet(sources[:1])
        networks = want.destinations.local_cidrs
        target = _Target("", networks, "", ports, outside, sources)
        return msgspec.structs.replace(_check(want, target), how="none", why_not=why_not)

    def _targets(self, want: Want, reaches: Iterable[Reach], ports: PortRange) -> Iterator[_Target]:
        """Where to connect, for one range of the ports."""
        forwards = self._forwards.get(want.id, ())
        for reach in reaches:
            if reach.outside and forwards and family_of(reach.destinations[0]) == 4:
                yield from _through(forwards, reach, ports)
                continue
            wide = []
            for cidr in reach.destinations:
                hosts = _hosts(cidr)
                wide += [] if hosts else [cidr]
                for host in hosts:
                    others = tuple(c for c in reach.sources if c != _single(host))
                    if others:
                        yield _Target(host, (), "", ports, reach.outside, others, reach.site)
            if wide:
                where = (tuple(wide), reach.zone, ports, reach.outside, reach.sources)
                yield _Target("", *where, reach.site)

    def _waits_outside(self, want: Want) -> bool:
        forwards = self._forwards.get(want.id, ())
        return bool(forwards) and not any(map(attrgetter("public_address"), forwards))

    def _waits_for(self, role: str) -> str:
        name = lower_first(role_name(self._deployment.catalog, role))
        return f"waits for the address of the {name}"

    # Hosts on the internet

    def _of_entry(self, entry: AllowlistEntry, want: Want) -> Iterator[Check]:
        host = host_name(entry.host) or (
            entry.host if is_address(entry.host) and "%" not in entry.host else None
        )
        for pair, site in self._from_sites(want):
            reaches = tuple(r for r in self._reaching.of(pair) if site in (None, r.site))
            via = self._via(want, reaches)
            why_not = self._why_not_host(want, host, reaches, via)
            cidrs = _all_sources(reaches) or pair.sources.every_cidr
            ports = (entry.port, entry.port)
            target = _Target(host or "", (), "", ports, False, of_via(cidrs, via), site or "")
            yield msgspec.structs.replace(
                _check(want, target),
                to=INTERNET,
                service="; ".join(entry.purposes),
                how="none" if why_not else "proxy" if via else "tcp",
                via=via,
                why_not=why_not,
            )

    def _from_sites(self, want: Want) -> Iterator[tuple[Pair, str | None]]:
        """Each pair, once for each site that somebody opens it from; None where nobody can."""
        for pair in want.pairs:
            sites = dict.fromkeys(map(attrgetter("site"), self._reaching.of(pair)))
            yield from product((pair,), sites or (None,))

    def _via(self, want: Want, reaches: Iterable[Reach]) -> tuple[str, int] | None:
        """The first single address of the proxy that is reached, and its port."""
        if want.to == PROXY:
            for reach in reaches:
                for cidr in filter(is_single, reach.destinations):
                    return bare(cidr), want.ports[0][0]
        return None

    def _why_not_host(
        self, want: Want, host: str | None, reaches: tuple[Reach, ...], via: object
    ) -> str:
        if host is None:
            return "no host name"
        if host.startswith("*."):
            return "any host below this name; name one that you use"
        if want.sources.unplaced:
            return self._waits_for(want.from_)
        if want.to == PROXY and (want.destinations.unplaced or (reaches and not via)):
            return "waits for the address of the web proxy"
        return "" if reaches else NO_WAY


def of_via(cidrs: Cidrs, via: tuple[str, int] | None) -> Cidrs:
    """The sources that can use the address of a proxy: those of its family."""
    return of_family(cidrs, family_of(via[0])) if via else cidrs


def _check(want: Want, target: _Target) -> Check:
    return Check(
        from_=want.from_,
        to=want.to,
        transport=want.transport,
        ports=target.ports,
        host=target.host,
        networks=target.networks,
        zone=target.zone,
        outside=target.outside,
        how="tcp",
        via=None,
        service=want.fact.service,
        sources=target.sources,
        why_not="",
        site=target.site,
    )


def _some_of(ports: PortRange) -> str:
    return (
        f"the service uses a few of the ports {ports[0]}-{ports[1]}, and which ones is not fixed:"
        " test with the service itself"
    )


def _through(forwards: Iterable[Forward], reach: Reach, ports: PortRange) -> Iterator[_Target]:
    """The public addresses by which a port forward leads to these destinations."""
    for forward in forwards:
        leads_to = forward.address is not None and _single(forward.address) in reach.destinations
        if forward.public_address and forward.ports == ports and leads_to:
            yield _Target(forward.public_address, (), "", forward.public_ports, True, reach.sources)


def _hosts(cidr: str) -> list[str]:
    """The addresses of a small network, none for a larger one."""
    net = prefix(cidr)
    if net.bits - net.length > _FEW.bit_length() - 1:
        return []
    kind = ipaddress.IPv6Address if net.bits == 128 else ipaddress.IPv4Address
    return list(map(str, map(kind, range(net.first, net.last + 1))))


def _single(host: str) -> str:
    return f"{host}/{'128' if ':' in host else '32'}"
