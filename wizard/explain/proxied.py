"""The way of web traffic where somebody is told to use a proxy: to it, and from it to the internet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from wizard.deployment import Deployment
from wizard.explain.hops import Connection, first_stop, hops_of
from wizard.explain.values import Explanation, Hop, on_leg
from wizard.network import addresses
from wizard.network.party import Party
from wizard.network.proxied import Proxied
from wizard.plan.model import INTERNET
from wizard.plan.proxies import PROXIED_SCHEMES, PROXY, UsedProxy
from wizard.rules.model import AllowlistEntry


def by_proxies(
    deployment: Deployment, product: str, connection: Connection, direct: Explanation
) -> Explanation | None:
    """The way by the proxy of whoever opens it: of each site by its own. None where nobody is told
    to use one, or something stands on the way.
    """
    outside = INTERNET in connection.destinations.by_zone
    if connection.transport != "tcp" or not outside:
        return None
    entries = [
        entry
        for entry in deployment.allowlist
        if entry.port == connection.port and entry.scheme in PROXIED_SCHEMES
    ]
    clients: set[str] = set()
    for entry in entries:
        clients.update(entry.from_)
    if not any(_covers(deployment, product, role, connection.sources) for role in clients):
        return None
    proxied = Proxied(deployment.network)
    parts: list[tuple[UsedProxy, Party]] = []
    for used in proxied.used:
        part = proxied.clients(connection.sources, used)
        if part is not None:
            parts.append((used, part))
    if not any(used.is_explicit for used, _ in parts):
        return None
    role = deployment.network.party(product, PROXY)
    hops: list[Hop] = []
    for used, part in parts:
        middle = proxied.place(role, used) if used.is_explicit else None
        if middle is not None and middle.unplaced:
            return msgspec.structs.replace(direct, hops=(), **_nowhere(used))
        for leg, way in _legs(connection, part, middle, used):
            hops_of_leg, no_way = hops_of(deployment, deployment.network, way)
            if no_way or first_stop(hops_of_leg):
                return None
            hops += on_leg(leg, hops_of_leg)
    notes = (*_notes(parts), _lets_through(entries))
    return msgspec.structs.replace(
        direct, allowed=True, hops=tuple(hops), stops="", through=PROXY, notes=notes
    )


def _legs(
    connection: Connection, part: Party, middle: Party | None, used: UsedProxy
) -> Iterator[tuple[str, Connection]]:
    outside, port = connection.destinations, connection.port
    of_site = f" of {used.site}" if used.site else ""
    if middle is None:
        yield f"directly{of_site and f' from {used.site}'}", Connection(part, outside, port, "tcp")
        return
    yield f"to the web proxy{of_site}", Connection(part, middle, used.answers.port, "tcp")
    yield f"from the web proxy{of_site}", Connection(middle, outside, port, "tcp")


def _nowhere(used: UsedProxy) -> dict[str, str]:
    if used.site:
        return {
            "stops": f"It has to go through the web proxy of {used.site}, which has no place in this"
            " plan yet.",
            "stop_key": f"sites.{used.site}.proxy.addresses",
        }
    return {
        "stops": "It has to go through the web proxy, which has no place in this plan yet.",
        "stop_key": f"roles.{PROXY}.zones",
    }


def _notes(parts: Iterable[tuple[UsedProxy, Party]]) -> Iterator[str]:
    for used, _ in parts:
        if not used.is_explicit:
            yield f"From {used.site or 'everywhere else'} it goes directly, without a proxy."
        elif used.site:
            yield (
                f"From {used.site} it goes through the web proxy of {used.site}, on port"
                f" {used.answers.port}: not directly."
            )
        else:
            yield f"It goes through the web proxy, on port {used.answers.port}: not directly."


def _lets_through(entries: Sequence[AllowlistEntry]) -> str:
    hosts = list(dict.fromkeys(entry.host for entry in entries))
    hosts_text = ", ".join(hosts[:3]) + (f" and {len(hosts) - 3} more" if len(hosts) > 3 else "")
    return f"The proxy lets through what its allowlist names: {hosts_text}."


def _covers(deployment: Deployment, product: str, role: str, party: Party) -> bool:
    place = deployment.network.party(product, role)
    return party.role == role or addresses.covers(
        place.every_cidr if place else (), party.every_cidr
    )
