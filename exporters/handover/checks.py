"""Deployment → the connections to try: who connects from where to what, and why one cannot be
tried.

The list of the documents and the scripts in `tests/` are both made from it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Literal

import msgspec

from exporters.proxy.names import host_name, is_address
from wizard.deployment import Deployment
from wizard.network.addresses import bare, prefix
from wizard.network.topology import Network
from wizard.plan.model import INTERNET
from wizard.rules.model import AllowlistEntry, Flow
from wizard.rules.select import splits
from wizard.views.words import lower_first, role_name

# A range of so few addresses is tried address by address; of a larger one, somebody names one.
_FEW = 8
_PROXY = "web-proxy"
_NO_WAY = ("no-path", "cleartext-over-untrusted", "internal-flow")


class Check(msgspec.Struct, frozen=True, order=True):
    """One connection to try. `how` is `tcp`, `proxy` (through the web proxy at `via`), or `none`.

    `host` is an address or a host name; empty where somebody must name one out of `networks`.
    `why_not` says why nothing is tried. The expected result is always that it connects.
    """

    from_: str = msgspec.field(name="from")
    to: str
    transport: str
    port: int
    host: str
    networks: tuple[str, ...]
    how: Literal["tcp", "proxy", "none"]
    via: tuple[str, int] | None
    service: str
    sources: tuple[str, ...]
    why_not: str


def checks_of(deployment: Deployment) -> tuple[Check, ...]:
    """Every connection of the plan that crosses the network, sorted by who opens it."""
    checks: dict[Check, None] = {}
    for flow in deployment.flows:
        checks |= dict.fromkeys(_of_flow(deployment, flow))
    for entry in deployment.allowlist:
        checks |= dict.fromkeys(_of_entry(deployment, entry))
    return tuple(_joined(checks))


def _joined(checks: Iterable[Check]) -> list[Check]:
    """One check a connection: services that share it are put together."""
    groups: dict[Check, list[Check]] = {}
    for check in checks:
        key = msgspec.structs.replace(check, service="", sources=(), why_not="")
        groups.setdefault(key, []).append(check)
    joined = []
    for key, members in groups.items():
        services = dict.fromkeys(check.service for check in members)
        sources = dict.fromkeys(chain.from_iterable(check.sources for check in members))
        reasons = dict.fromkeys(check.why_not for check in members if check.why_not)
        joined.append(
            msgspec.structs.replace(
                key,
                service="; ".join(services),
                sources=tuple(sources),
                why_not="; ".join(reasons),
            )
        )
    return sorted(joined, key=lambda c: (c.from_, c.to, c.transport, c.port, _order(c.host), c))


def _order(host: str) -> tuple[int, int, str]:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return (9, 0, host)
    return (address.version, int(address), host)


def _of_flow(deployment: Deployment, flow: Flow) -> Iterator[Check]:
    if flow.scope == "loopback":
        return
    why_not = _why_not(deployment, flow)
    aside = [("", flow.destinations, port) for port in _ends(flow.ports)]
    targets = aside if why_not else _targets(deployment, flow)
    for host, networks, port in targets:
        if host and flow.sources == (_single(host),):
            continue
        yield Check(
            from_=flow.from_,
            to=flow.to,
            transport=flow.transport,
            port=port,
            host=host,
            networks=networks,
            how="none" if why_not else "tcp",
            via=None,
            service=flow.service,
            sources=flow.sources,
            why_not=why_not,
        )


def _why_not(deployment: Deployment, flow: Flow) -> str:
    """Why a flow cannot be tried by opening a connection; empty where it can."""
    stopped = {key for f in deployment.findings if f.code in _NO_WAY for key in f.subjects}
    if flow.id in stopped:
        return "no way for it in this plan, see the findings"
    if flow.scope == "link-local":
        return "discovery inside one network, no connection"
    if flow.transport == "udp":
        return "UDP cannot be tested this way: nothing answers an empty packet"
    for role, cidrs in ((flow.from_, flow.sources), (flow.to, flow.destinations)):
        if not cidrs:
            return _waits_for(deployment, role)
    forwards = [forward for forward in deployment.forwards if flow.id in forward.flows]
    if forwards and _only_outside(flow) and not any(map(attrgetter("public_address"), forwards)):
        return "waits for the public address"
    return ""


def _targets(deployment: Deployment, flow: Flow) -> list[tuple[str, tuple[str, ...], int]]:
    """(host, networks to name one from, port) of each connection to try."""
    forwards = [f for f in deployment.forwards if flow.id in f.flows and f.public_address]
    targets: dict[tuple[str, tuple[str, ...], int], None] = {}
    if forwards and _from_outside(flow):
        for forward in forwards:
            for port in _ends((forward.public_ports,)):
                targets[forward.public_address or "", (), port] = None
        if _only_outside(flow):
            return list(targets)
    families = {":" in cidr for cidr in flow.sources}
    cidrs = [cidr for cidr in flow.destinations if (":" in cidr) in families]
    hosts = list(chain.from_iterable(map(_hosts, cidrs)))
    wide = tuple(cidr for cidr in cidrs if not _hosts(cidr))
    for port in _ends(flow.ports):
        targets |= dict.fromkeys((host, (), port) for host in hosts)
        if wide:
            targets["", wide, port] = None
    return list(targets)


def _from_outside(flow: Flow) -> bool:
    return any(map(_is_anywhere, flow.sources))


def _only_outside(flow: Flow) -> bool:
    return all(map(_is_anywhere, flow.sources))


def _is_anywhere(cidr: str) -> bool:
    return prefix(cidr).length == 0


def _ends(ports: Iterable[tuple[int, int]]) -> list[int]:
    """Each single port, and of a range its two ends."""
    return list(dict.fromkeys(chain.from_iterable(ports)))


def _hosts(cidr: str) -> list[str]:
    """The addresses of a small network, none for a larger one."""
    net = prefix(cidr)
    if net.bits - net.length > _FEW.bit_length() - 1:
        return []
    kind = ipaddress.IPv6Address if net.bits == 128 else ipaddress.IPv4Address
    return [str(kind(number)) for number in range(net.first, net.last + 1)]


def _single(host: str) -> str:
    return f"{host}/{'128' if ':' in host else '32'}"


# Hosts on the internet


def _of_entry(deployment: Deployment, entry: AllowlistEntry) -> Iterator[Check]:
    network = deployment.network
    explicit = splits(deployment.plan.proxy, entry.scheme)
    for role in (*entry.from_, *((_PROXY,) if explicit else ())):
        proxied = explicit and role != _PROXY
        cidrs = addresses_of(network, role, entry.installations)
        via = _proxy(network, entry.installations) if proxied else None
        why_not = ""
        host = host_name(entry.host) or (
            entry.host if is_address(entry.host) and "%" not in entry.host else None
        )
        if host is None:
            why_not = "no host name"
        elif host.startswith("*."):
            why_not = "any host below this name; name one that you use"
        elif not cidrs:
            why_not = _waits_for(deployment, role)
        elif proxied and via is None:
            why_not = "waits for the address of the web proxy"
        yield Check(
            from_=role,
            to=INTERNET,
            transport="tcp",
            port=entry.port,
            host=host or "",
            networks=(),
            how="none" if why_not else "proxy" if via else "tcp",
            via=via,
            service="; ".join(entry.purposes),
            sources=cidrs,
            why_not=why_not,
        )


def addresses_of(network: Network, role: str, products: Iterable[str]) -> tuple[str, ...]:
    """The CIDRs of a role in any of the products."""
    cidrs: dict[str, None] = {}
    for product in products:
        party = network.party(product, role)
        for piece in party.pieces if party else ():
            cidrs |= dict.fromkeys(piece.cidrs)
    return tuple(cidrs)


def _proxy(network: Network, products: Iterable[str]) -> tuple[str, int] | None:
    """The proxy's first address and its port; None where the plan does not say one address."""
    for cidr in addresses_of(network, _PROXY, products):
        if bare(cidr) != cidr:
            return bare(cidr), network.plan.proxy.port
    return None


def _waits_for(deployment: Deployment, role: str) -> str:
    return f"waits for the address of the {lower_first(role_name(deployment.catalog, role))}"
