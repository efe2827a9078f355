"""What the plan wants to connect: flows, endpoints and management, each with the two parties it
runs between.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import EndpointFact, FlowFact, Status
from wizard.network.ports import PortRange
from wizard.network.topology import Network, Party, Piece
from wizard.plan.keys import Key
from wizard.plan.model import INTERNET, Plan
from wizard.rules.because import (
    PROXY_MODE,
    PROXY_PORT,
    keys_of_place,
    management_keys,
)
from wizard.rules.select import (
    MANAGEMENT,
    MANAGER,
    PROXIED_SCHEMES,
    Flow,
    Selected,
    SelectedEndpoint,
)

PROXY = "web-proxy"
MANAGEMENT_PRODUCT = "management"
_ENDPOINT_STATUS: dict[str, Status] = {
    "current": "required",
    "optional": "optional",
    "legacy": "optional",
}


class Want(msgspec.Struct, frozen=True):
    """A connection that should work: who opens it to whom, on what ports, and by which fact (`id`).

    `because` are the answers that it came from, those left at their defaults too.
    """

    id: str
    product: str
    from_: str
    to: str
    transport: str
    ports: tuple[PortRange, ...]
    service: str
    status: Status
    encrypted: bool | None
    link_local: bool
    never_public: bool
    cast_addresses: tuple[str, ...]
    sources: Party
    destinations: Party
    because: tuple[Key, ...]


def wants(
    network: Network, flows: tuple[Selected, ...], endpoints: tuple[SelectedEndpoint, ...]
) -> tuple[Want, ...]:
    """Every connection of the plan, loopback ones left out."""
    return (
        *(want for flow in flows for want in _of_flow(network, flow)),
        *(want for endpoint in endpoints for want in _of_endpoint(network, endpoint)),
        *_of_management(network),
    )


def _of_flow(network: Network, selected: Selected) -> Iterator[Want]:
    fact = selected.fact
    sources, destinations = (
        network.party(fact.product, fact.from_),
        network.party(fact.product, fact.to),
    )
    if fact.scope == "loopback" or sources is None or destinations is None:
        return
    yield Want(
        id=fact.id,
        product=fact.product,
        from_=fact.from_,
        to=fact.to,
        transport=fact.transport,
        ports=selected.ports,
        service=fact.service,
        status=fact.status,
        encrypted=fact.encrypted,
        link_local=fact.scope == "link-local",
        never_public=fact.never_public,
        cast_addresses=fact.cast_addresses,
        sources=sources,
        destinations=destinations,
        because=_because(network, selected.because, fact.product, fact.from_, fact.to),
    )


def _because(
    network: Network, because: tuple[Key, ...], product: str, *roles: str
) -> tuple[Key, ...]:
    """Why a fact counts, and where its parties are."""
    places = (key for role in roles for key in keys_of_place(network.plan, product, role))
    return tuple(dict.fromkeys((*because, *places)))


def _of_endpoint(network: Network, selected: SelectedEndpoint) -> Iterator[Want]:
    """To the internet, or with an explicit proxy to the proxy and from there to the internet."""
    fact, because = selected.fact, selected.because
    port = ((fact.port, fact.port),)
    if fact.scheme not in PROXIED_SCHEMES:
        yield from _hop(network, fact, fact.from_, INTERNET, port, because)
        return
    because = (*because, PROXY_MODE)
    if network.plan.proxy.mode != "explicit":
        yield from _hop(network, fact, fact.from_, INTERNET, port, because)
        return
    proxy_port = network.plan.proxy.port
    to_proxy = (*because, PROXY_PORT)
    yield from _hop(network, fact, fact.from_, PROXY, ((proxy_port, proxy_port),), to_proxy)
    yield from _hop(network, fact, PROXY, INTERNET, port, because)


def _hop(
    network: Network,
    fact: EndpointFact,
    from_: str,
    to: str,
    ports: tuple[PortRange, ...],
    because: tuple[Key, ...],
) -> Iterator[Want]:
    sources, destinations = _party(network, fact, from_), _party(network, fact, to)
    if sources is None or destinations is None:
        return
    yield Want(
        id=fact.id,
        product=fact.product,
        from_=from_,
        to=to,
        transport="tcp",
        ports=ports,
        service=fact.purpose,
        status=_ENDPOINT_STATUS[fact.status],
        encrypted=fact.scheme != "http",
        link_local=False,
        never_public=False,
        cast_addresses=(),
        sources=sources,
        destinations=destinations,
        because=_because(network, because, fact.product, fact.from_, from_, to),
    )


def _party(network: Network, fact: EndpointFact, role: str) -> Party | None:
    """Where the role is. A plan with an explicit proxy and none of it is an open question, not a
    shortcut.
    """
    party = network.party(fact.product, role)
    return Party(role, ()) if party is None and role == PROXY else party


def _of_management(network: Network) -> Iterator[Want]:
    managers = network.party("", MANAGER)
    if managers is None:
        return
    for name, firewall in sorted(network.guards.items()):
        hosts = _guarded(network, name)
        for method in firewall.management:
            service, ports, encrypted = MANAGEMENT[method]
            yield Want(
                id=f"management/{method}",
                product=MANAGEMENT_PRODUCT,
                from_=MANAGER,
                to=hosts.role,
                transport="tcp",
                ports=ports,
                service=service,
                status="required",
                encrypted=encrypted,
                link_local=False,
                never_public=False,
                cast_addresses=(),
                sources=managers,
                destinations=hosts,
                because=tuple(dict.fromkeys(_why_managed(network.plan, name))),
            )


def _why_managed(plan: Plan, name: str) -> Iterator[Key]:
    yield from management_keys(name)
    yield from keys_of_place(plan, "", MANAGER)
    firewall = plan.firewalls[name]
    if firewall.role is not None and not firewall.addresses:
        for product in plan.products or ("",):
            yield from keys_of_place(plan, product, firewall.role)


def _guarded(network: Network, firewall: str) -> Party:
    """The hosts behind a host's firewall, as a party."""
    role = network.plan.firewalls[firewall].role or firewall
    pieces: dict[str, tuple[str, ...]] = {}
    for piece in network.locate(network.covered(firewall)):
        pieces[piece.zone] = piece.cidrs
    return Party(role, tuple(Piece(zone, cidrs) for zone, cidrs in pieces.items()))


def flow_values(
    network: Network, flows: tuple[Selected, ...], wanted: tuple[Want, ...]
) -> tuple[Flow, ...]:
    """The flows as `show` lists them: those of the products and those of management, with
    addresses.
    """
    listed = [_flow_value(network, selected.fact, selected.ports) for selected in flows]
    for want in wanted:
        if want.product == MANAGEMENT_PRODUCT:
            sources, destinations = _addresses(want.sources, want.destinations)
            listed.append(
                Flow(
                    id=want.id,
                    product=want.product,
                    feature=want.id.partition("/")[2],
                    from_=want.from_,
                    to=want.to,
                    transport=want.transport,
                    ports=want.ports,
                    sources=sources,
                    destinations=destinations,
                    service=want.service,
                    status=want.status,
                    scope="network",
                    cast="unicast",
                    encrypted=want.encrypted,
                )
            )
    return tuple(
        dict.fromkeys(
            sorted(listed, key=lambda flow: (flow.product, flow.id, flow.to, flow.destinations))
        )
    )


def _flow_value(network: Network, fact: FlowFact, ports: tuple[PortRange, ...]) -> Flow:
    sources, destinations = (
        network.party(fact.product, fact.from_),
        network.party(fact.product, fact.to),
    )
    placed = fact.scope != "loopback" and sources is not None and destinations is not None
    shown = _addresses(sources, destinations) if placed and sources and destinations else ((), ())
    return Flow(
        id=fact.id,
        product=fact.product,
        feature=fact.feature,
        from_=fact.from_,
        to=fact.to,
        transport=fact.transport,
        ports=ports,
        sources=shown[0],
        destinations=shown[1],
        service=fact.service,
        status=fact.status,
        scope=fact.scope,
        cast=fact.cast,
        encrypted=fact.encrypted,
    )


def _addresses(sources: Party, destinations: Party) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All addresses of both sides; the internet only in the families that the other side has."""

    def shown(party: Party, other: Party) -> tuple[str, ...]:
        families = other.families() if not other.unplaced else party.families()
        anywhere = any(piece.anywhere for piece in party.pieces)
        return tuple(
            c
            for family in sorted(party.families())
            if family in families or not anywhere
            for c in party.cidrs(family)
        )

    return shown(sources, destinations), shown(destinations, sources)
