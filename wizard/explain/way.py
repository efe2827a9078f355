"""What a question asks of each product, and the way of the connection: directly, by a port forward
or through the web proxy.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.deployment import Deployment
from wizard.explain.apart import site_notes
from wizard.explain.fronted import by_fronts
from wizard.explain.hops import Connection, first_stop
from wizard.explain.never import with_denials
from wizard.explain.proxied import by_proxies
from wizard.explain.public import hops_asked, inside_notes, is_at_itself
from wizard.explain.values import Explanation, Hop
from wizard.explain.words import party_of, service_of
from wizard.network import addresses
from wizard.network.party import Party, Piece
from wizard.network.renumbered import seen_networks
from wizard.network.topology import Network
from wizard.plan.fronts import place_key
from wizard.plan.publishing import public_addresses
from wizard.rules.model import Forward


def way_of(deployment: Deployment, source: str, destination: str, service: str) -> Explanation:
    """The way of a connection, without what would open it: that of the first product for which it
    gets through.

    Raises:
        QuestionError: for a name that the plan does not know, or a service that is none.
    """
    port, transport = service_of(service)
    network = deployment.network
    question = Explanation(source, destination, transport, port, False, (), "", ())
    ways = [
        _way_for(deployment, network, product, question) for product in deployment.plan.viewpoints
    ]
    way = next((way for way in ways if way.allowed), ways[0])
    if not deployment.denials:
        return way
    return with_denials(deployment, way, _asked(deployment, question))


def _asked(deployment: Deployment, question: Explanation) -> Iterator[Connection]:
    """What is asked as each product understands it, before a port forward and after."""
    for product in deployment.plan.viewpoints:
        connection = _connection(deployment, deployment.network, product, question)
        yield connection
        if _forward_to(deployment, connection) is not None:
            yield _inside(deployment, deployment.network, connection)


def connections(deployment: Deployment, question: Explanation) -> Iterator[tuple[str, Connection]]:
    """What is asked as each product understands it, after port forwards; without those for which a
    party has no place.
    """
    network = deployment.network
    for product in deployment.plan.viewpoints:
        connection = _connection(deployment, network, product, question)
        if not connection.sources.unplaced and not connection.destinations.unplaced:
            yield product, _inside(deployment, network, connection)


def _connection(
    deployment: Deployment, network: Network, product: str, question: Explanation
) -> Connection:
    roles = deployment.catalog.roles
    return Connection(
        party_of(network, roles, product, question.source),
        party_of(network, roles, product, question.destination),
        question.port,
        question.transport,
    )


def _way_for(
    deployment: Deployment, network: Network, product: str, question: Explanation
) -> Explanation:
    connection = _connection(deployment, network, product, question)
    sources, destinations = connection.sources, connection.destinations
    asked = _asked_for(deployment, network, connection)
    if is_at_itself(deployment, network, connection, asked):
        asked = ()
    elif asked and asked[0].address is not None:
        connection = _inside(deployment, network, connection)
    elif name := _public(network, destinations):
        hop = Hop(name, "boundary", "forward", False, (), asked[0] if asked else None, ())
        reason = (
            f"It stops at {name}: no port forward there leads"
            f" {question.port}/{question.transport} to a host."
        )
        return msgspec.structs.replace(question, hops=(hop,), stops=reason)
    for party, word in ((sources, question.source), (destinations, question.destination)):
        if party.unplaced:
            return msgspec.structs.replace(question, **_nowhere(deployment, product, word))
    hops, stops = hops_asked(deployment, network, connection, asked)
    stops = stops or first_stop(hops)
    direct = msgspec.structs.replace(
        question, allowed=not stops, hops=hops, stops=stops, notes=tuple(_forward_notes(hops))
    )
    through = by_fronts(deployment, network, connection, direct, asked)
    if through is not None and (direct.allowed or through.allowed):
        return through
    if direct.allowed:
        return direct
    notes = (
        *inside_notes(deployment, network, connection, asked),
        *site_notes(deployment, connection),
    )
    direct = msgspec.structs.replace(direct, notes=(*direct.notes, *notes))
    return by_proxies(deployment, product, connection, direct) or direct


def _nowhere(deployment: Deployment, product: str, word: str) -> dict[str, str]:
    place = deployment.plan.placement(product, word)
    answers = deployment.plan.products.get(product)
    owner = product if answers is not None and word in answers.roles else None
    if place is not None and place.absent:
        absent = place_key(deployment.plan, word, "absent", owner)
        return {"stops": f"The plan says that there is no {word}.", "stop_key": str(absent)}
    zones = place_key(deployment.plan, word, "zones", owner)
    return {"stops": f"{word} has no place in this plan yet.", "stop_key": str(zones)}


def _inside(deployment: Deployment, network: Network, connection: Connection) -> Connection:
    """What is asked of a public address, as it is after the port forward; without one: of all behind
    it.
    """
    role = connection.destinations.role
    forwards = _asked_for(deployment, network, connection)
    if forwards and forwards[-1].address is not None:
        for forward in forwards:
            connection = _behind(network, connection, forward)
        return connection
    if not _public(network, connection.destinations):
        return connection
    behind = tuple(
        Piece(name, addresses.declared(seen_networks(zone)))
        for name, zone in deployment.plan.zones.items()
    )
    return msgspec.structs.replace(connection, destinations=Party(role, behind))


def _asked_for(
    deployment: Deployment, network: Network, connection: Connection
) -> tuple[Forward, ...]:
    """The port forwards that lead from a public address inwards, the outermost first."""
    forwards: list[Forward] = []
    forward = _forward_to(deployment, connection)
    while forward is not None and forward not in forwards:
        forwards.append(forward)
        if forward.address is None:
            break
        connection = _behind(network, connection, forward)
        forward = _forward_to(deployment, connection)
    return tuple(forwards)


def _behind(network: Network, connection: Connection, forward: Forward) -> Connection:
    """What is asked, after a port forward."""
    host = Party(
        connection.destinations.role, network.located_at(forward.firewall, f"{forward.address}/32")
    )
    port = connection.port + forward.ports[0] - forward.public_ports[0]
    return Connection(connection.sources, host, port, connection.transport)


def _public(network: Network, destinations: Party) -> str:
    """The boundary whose public address is asked for; empty for none."""
    for name, firewall in network.plan.firewalls.items():
        for address in public_addresses(firewall) if firewall.nat else ():
            if f"{address}/32" in network.seen_at(name, destinations.every_cidr):
                return name
    return ""


def _forward_to(deployment: Deployment, connection: Connection) -> Forward | None:
    network, asked_for = deployment.network, connection.destinations.every_cidr
    for forward in deployment.forwards:
        low, high = forward.public_ports
        if (
            forward.transport == connection.transport
            and low <= connection.port <= high
            and f"{forward.public_address}/32" in network.seen_at(forward.firewall, asked_for)
        ):
            return forward
    return None


def _forward_notes(hops: tuple[Hop, ...]) -> Iterator[str]:
    for hop in hops:
        if hop.allowed and hop.forward is not None and hop.forward.unresolved:
            waits = ", ".join(name.replace("_", " ") for name in hop.forward.unresolved)
            yield f"The port forward at {hop.firewall} still waits for: {waits}."
