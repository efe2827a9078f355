"""The way of one connection: every firewall and the rule there that lets it through, or where it
stops.

`explain(deployment, source, destination, "9191/tcp")` → an `Explanation`: `allowed`, `hops`, in
words why it `stops`, and `nearest`: what would open it, each with the `key` of the question to go
to, a `label`, and every answer that has to be given (`steps`). The values are in
`explain_values.py`; take them from here.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from wizard.deployment import Deployment, deploy
from wizard.explain.hops import Asked, hops_of
from wizard.explain.openers import openers
from wizard.explain.values import Because, Explanation, Hop, Opener, OpenStep, QuestionError
from wizard.explain.words import party_of, service_of
from wizard.network import addresses
from wizard.network.topology import Network, Party, Piece
from wizard.plan.model import INTERNET, Plan
from wizard.rules.model import Forward
from wizard.rules.select import PROXIED_SCHEMES
from wizard.rules.wants import PROXY

__all__ = ["Because", "Explanation", "Hop", "OpenStep", "Opener", "QuestionError", "explain"]


def explain(deployment: Deployment, source: str, destination: str, service: str) -> Explanation:
    """The way from `source` to `destination` (addresses, CIDRs, role or zone names) for
    `PORT/TRANSPORT`.

    A role can be at another place for each product: the first product for which it gets through
    answers.

    Raises:
        QuestionError: for a name that the plan does not know, or a service that is none.
    """
    found = _ways(deployment, source, destination, service)
    best = next((one for one in found if one.allowed), found[0])
    if best.allowed or not best.hops:
        return best

    def gets_through(plan: Plan) -> bool:
        other = deploy(deployment.catalog, plan)
        return plan is not deployment.plan and any(
            one.allowed for one in _ways(other, source, destination, service)
        )

    port, transport = service_of(service)
    network = Network(deployment.plan)
    roles = deployment.catalog.roles
    asked = {
        product: Asked(
            party_of(network, roles, product, source),
            party_of(network, roles, product, destination),
            port,
            transport,
        )
        for product in deployment.plan.products or ("",)
    }
    placed = {
        product: _inside(deployment, network, one)
        for product, one in asked.items()
        if not one.sources.unplaced and not one.destinations.unplaced
    }
    return msgspec.structs.replace(best, nearest=openers(deployment, network, placed, gets_through))


def _ways(deployment: Deployment, source: str, destination: str, service: str) -> list[Explanation]:
    """One answer for each product, without what would open it."""
    port, transport = service_of(service)
    network = Network(deployment.plan)
    return [
        _way(
            deployment,
            network,
            product,
            Explanation(source, destination, transport, port, False, (), "", ()),
        )
        for product in deployment.plan.products or ("",)
    ]


def _way(deployment: Deployment, network: Network, product: str, empty: Explanation) -> Explanation:
    sources = party_of(network, deployment.catalog.roles, product, empty.source)
    destinations = party_of(network, deployment.catalog.roles, product, empty.destination)
    asked = Asked(sources, destinations, empty.port, empty.transport)
    forward = _forward_to(deployment, asked)
    if forward is not None and forward.address is not None:
        asked = _inside(deployment, network, asked)
    elif name := _public(deployment.plan, destinations):
        hop = Hop(name, "boundary", "forward", False, (), forward, ())
        said = (
            f"It stops at {name}: no port forward there leads {empty.port}/{empty.transport} to a"
            " host."
        )
        return msgspec.structs.replace(empty, hops=(hop,), stops=said)
    for party, word in ((sources, empty.source), (destinations, empty.destination)):
        if party.unplaced:
            return msgspec.structs.replace(empty, **_nowhere(deployment, product, word))
    hops, stops = hops_of(deployment, network, asked, forward)
    stops = stops or _first_stop(hops)
    notes = tuple(_forward_notes(hops))
    direct = msgspec.structs.replace(empty, allowed=not stops, hops=hops, stops=stops, notes=notes)
    return (
        direct
        if direct.allowed
        else _by_proxy(deployment, network, product, asked, direct) or direct
    )


def _nowhere(deployment: Deployment, product: str, word: str) -> dict[str, str]:
    place = deployment.plan.placement(product, word)
    own = deployment.plan.products.get(product)
    head = (
        f"products.{product}.roles.{word}"
        if own is not None and word in own.roles
        else f"roles.{word}"
    )
    if place is not None and place.absent:
        return {"stops": f"The plan says that there is no {word}.", "stop_key": f"{head}.absent"}
    return {"stops": f"{word} has no place in this plan yet.", "stop_key": f"{head}.zones"}


def _by_proxy(
    deployment: Deployment, network: Network, product: str, asked: Asked, direct: Explanation
) -> Explanation | None:
    """The way of web traffic where servers are told to use a proxy: to it, and from it to the
    internet.
    """
    proxy = deployment.plan.proxy
    outside = any(piece.zone == INTERNET for piece in asked.destinations.pieces)
    if proxy.mode != "explicit" or asked.transport != "tcp" or not outside:
        return None
    entries = [
        entry
        for entry in deployment.allowlist
        if entry.port == asked.port and entry.scheme in PROXIED_SCHEMES
    ]
    clients = {role for entry in entries for role in entry.from_}
    if not any(_covers(network, product, role, asked.sources) for role in clients):
        return None
    middle = network.party(product, PROXY) or Party(PROXY, ())
    if middle.unplaced:
        said = "It has to go through the web proxy, which has no place in this plan yet."
        return msgspec.structs.replace(direct, hops=(), stops=said, stop_key=f"roles.{PROXY}.zones")
    there, no_way = hops_of(deployment, network, Asked(asked.sources, middle, proxy.port, "tcp"))
    away, no_way_out = hops_of(
        deployment, network, Asked(middle, asked.destinations, asked.port, "tcp")
    )
    hops = (
        *(msgspec.structs.replace(hop, leg="to the web proxy") for hop in there),
        *(msgspec.structs.replace(hop, leg="from the web proxy") for hop in away),
    )
    stops = no_way or no_way_out or _first_stop(hops)
    if stops:
        return None
    hosts = list(dict.fromkeys(entry.host for entry in entries))
    shown = ", ".join(hosts[:3]) + (f" and {len(hosts) - 3} more" if len(hosts) > 3 else "")
    notes = (
        f"It goes through the web proxy, on port {proxy.port}: not directly.",
        f"The proxy lets through what its allowlist names: {shown}.",
    )
    return msgspec.structs.replace(
        direct, allowed=True, hops=hops, stops="", through=PROXY, notes=notes
    )


def _covers(network: Network, product: str, role: str, party: Party) -> bool:
    place = network.party(product, role)
    held = [cidr for piece in (place.pieces if place else ()) for cidr in piece.cidrs]
    return party.role == role or addresses.covers(
        held, [c for piece in party.pieces for c in piece.cidrs]
    )


def _inside(deployment: Deployment, network: Network, asked: Asked) -> Asked:
    """A question about a public address, as it is after the port forward; without one: to all
    behind it.
    """
    forward = _forward_to(deployment, asked)
    if forward is None or forward.address is None:
        name = _public(deployment.plan, asked.destinations)
        if not name:
            return asked
        behind = tuple(
            Piece(zone, addresses.declared(own.networks))
            for zone, own in deployment.plan.zones.items()
        )
        return msgspec.structs.replace(asked, destinations=Party(asked.destinations.role, behind))
    pieces: tuple[Piece, ...] = network.locate((f"{forward.address}/32",))
    inside = Party(asked.destinations.role, pieces)
    return Asked(asked.sources, inside, forward.ports[0], asked.transport)


def _public(plan: Plan, destinations: Party) -> str:
    """The boundary whose public address is asked for; empty for none."""
    wanted = {cidr for piece in destinations.pieces for cidr in piece.cidrs}
    names = (
        name
        for name, one in plan.firewalls.items()
        if one.nat and f"{one.public_address}/32" in wanted
    )
    return next(names, "")


def _forward_to(deployment: Deployment, asked: Asked) -> Forward | None:
    wanted = {cidr for piece in asked.destinations.pieces for cidr in piece.cidrs}
    for forward in deployment.forwards:
        low, high = forward.public_ports
        if (
            forward.transport == asked.transport
            and low <= asked.port <= high
            and f"{forward.public_address}/32" in wanted
        ):
            return forward
    return None


def _forward_notes(hops: Iterable[Hop]) -> Iterable[str]:
    for hop in hops:
        if hop.allowed and hop.forward is not None and hop.forward.unresolved:
            waits = ", ".join(name.replace("_", " ") for name in hop.forward.unresolved)
            yield f"The port forward at {hop.firewall} still waits for: {waits}."


def _first_stop(hops: Iterable[Hop]) -> str:
    for hop in hops:
        if not hop.allowed:
            what = (
                "no rule there lets all of it through"
                if hop.others
                else "no rule there is for this port"
            )
            return f"It stops at {hop.firewall}: {what}."
    return ""
