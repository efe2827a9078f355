"""Host names of the allowlist, for formats that let through by name.

`*.` stands for any depth below a domain, and never for the domain itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact
from wizard.network import addresses
from wizard.network.addresses import FAMILIES
from wizard.network.topology import Party
from wizard.plan.proxies import PROXY
from wizard.rules.model import AllowlistEntry
from wizard.rules.seen import Sides

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")

# Schemes that go through a web proxy; ldaps and others go out directly.
WEB = ("http", "https", "wss")


class Names(msgspec.Struct, frozen=True):
    """Hosts with nothing said twice: `below` are domains of which every host below counts, `hosts`
    single ones.

    A domain stands in both where its own name is listed too. No host is below a domain of `below`.
    """

    below: tuple[str, ...]
    hosts: tuple[str, ...]


def names(listed: Iterable[str]) -> Names:
    """Canonical hosts, `*.` or not → the same without those that a wildcard holds."""
    names = set(listed)
    domains = {host[2:] for host in names if host.startswith("*.")}
    single = {host for host in names if not host.startswith("*.")}
    return Names(
        below=tuple(sorted(domain for domain in domains if not _held(domain, domains))),
        hosts=tuple(sorted(host for host in single if not _held(host, domains))),
    )


def host_name(host: str) -> str | None:
    """A host as people write it → in lower case without a final dot; None for what is no host name.

    An address is none either: lists of names do not hold addresses.
    """
    lower = host.strip().removesuffix(".").lower()
    if len(lower) > 253 or not _HOST.fullmatch(lower):
        return None
    # Some programs read `1.2` and `0x7f.1` as addresses: the last label of a name is never a
    # number.
    last = lower.rpartition(".")[2]
    return None if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) else lower


def is_address(host: str) -> bool:
    """True for an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Access(msgspec.Struct, frozen=True):
    """Who may reach what through the proxy: `hosts` on a port, from addresses. `tls` is false for
    plain HTTP.
    """

    tls: bool
    port: int
    sources: tuple[str, ...]
    roles: tuple[str, ...]
    hosts: tuple[str, ...]


class Unlisted(msgspec.Struct, frozen=True):
    """An entry that could not be written, and why."""

    host: str
    why: str


def through_proxy(deployment: Deployment) -> tuple[tuple[Access, ...], tuple[Unlisted, ...]]:
    """The allowlist by port and clients, as far as it goes through a web proxy; and what had to be
    left out.

    Clients are the places of the roles inside the plan's zones, as an explicit proxy sees them
    behind what translates on the way. A role without a place is nobody.
    """
    sides = Sides(deployment.network)
    names: dict[tuple[bool, int, tuple[str, ...]], tuple[set[str], set[str]]] = {}
    unlisted: dict[Unlisted, None] = {}
    for entry in deployment.allowlist:
        if entry.scheme not in WEB:
            unlisted[Unlisted(entry.host, f"{entry.scheme} does not go through a web proxy")] = None
            continue
        host = host_name(entry.host)
        if host is None:
            unlisted[Unlisted(entry.host, "it is not a host name")] = None
            continue
        clients = list(_clients(deployment, sides, entry))
        sources = addresses.declared(cidr for _, cidrs in clients for cidr in cidrs)
        if not sources:
            unlisted[Unlisted(entry.host, f"no place is known for {', '.join(entry.from_)}")] = None
            continue
        roles, hosts = names.setdefault(
            (entry.scheme != "http", entry.port, sources), (set(), set())
        )
        roles.update(role for role, cidrs in clients if cidrs)
        hosts.add(host)
    accesses = [
        Access(tls, port, sources, tuple(sorted(roles)), tuple(sorted(hosts)))
        for (tls, port, sources), (roles, hosts) in names.items()
    ]
    return tuple(
        sorted(accesses, key=lambda access: (not access.tls, access.port, access.sources))
    ), tuple(unlisted)


def proxies(deployment: Deployment) -> tuple[str, ...]:
    """The single addresses of the web proxy; none where it has no place or is only known by a
    network.
    """
    network = deployment.network
    parties = [network.party(product, PROXY) for product in deployment.plan.viewpoints]
    cidrs = addresses.declared(cidr for party in parties for cidr in _inside(party))
    single = [cidr.partition("/")[0] for cidr in cidrs if addresses.is_single(cidr)]
    return tuple(single) if len(single) == len(cidrs) else ()


def _clients(
    deployment: Deployment, sides: Sides, entry: AllowlistEntry
) -> Iterator[tuple[str, Sequence[str]]]:
    """The roles that open this entry, each with its addresses."""
    network, explicit = deployment.network, deployment.plan.proxy.mode == "explicit"
    pairs: dict[tuple[str, str], None] = {}
    for key in entry.endpoints:
        fact = deployment.facts.get(key)
        if isinstance(fact, EndpointFact):
            pairs[(fact.installation, fact.from_)] = None
    for installation, role in pairs:
        party = network.party(installation, role)
        proxy = network.party(installation, PROXY)
        if party is None or proxy is None or not explicit:
            yield role, _inside(party)
        else:
            seen = (sides.arriving(party, proxy, family) for family in FAMILIES)
            yield role, [cidr for side in seen for cidr in side.cidrs]


def _inside(party: Party | None) -> list[str]:
    """A party's addresses, less what of it is the whole internet."""
    pieces = party.pieces if party else ()
    return [cidr for piece in pieces if not piece.anywhere for cidr in piece.cidrs]


def _held(host: str, domains: set[str]) -> bool:
    """True for a name below one of the domains."""
    above = host
    while "." in above:
        above = above.partition(".")[2]
        if above in domains:
            return True
    return False
