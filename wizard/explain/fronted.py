"""The way of a connection that goes through load balancers or reverse proxies: to the first, from
each to the next, and from the last to the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from wizard.deployment import Deployment
from wizard.explain.apart import has
from wizard.explain.hops import Connection, first_stop
from wizard.explain.public import hops_asked
from wizard.explain.values import Explanation, Hop
from wizard.network.party import Party
from wizard.network.ports import holds_port
from wizard.network.sites import Pair
from wizard.network.topology import Network
from wizard.plan.fronts import front_role, front_title
from wizard.rules.fronted import passed_on
from wizard.rules.model import Forward
from wizard.rules.wants import Want


def by_fronts(
    deployment: Deployment,
    network: Network,
    connection: Connection,
    direct: Explanation,
    asked: Sequence[Forward],
) -> Explanation | None:
    """The whole way, asked for by the front or by a server behind it; None where no front is on it."""
    legs = _legs_for(deployment, connection)
    if not legs:
        return None
    titles = _titles(deployment)
    hops: list[Hop] = []
    stops = ""
    sources, pair = connection.sources, Pair(connection.sources, legs[0].destinations)
    for leg in legs:
        pair = _pair(leg, sources, connection)
        part = Connection(pair.sources, pair.destinations, _port(leg, connection), leg.transport)
        part = msgspec.structs.replace(part, relay=leg.relay)
        hops_of_leg, no_way = hops_asked(deployment, network, part, asked if leg is legs[0] else ())
        words = _words(leg, titles, leg is legs[0])
        hops += (_on_leg(hop, words, leg, legs[0], pair) for hop in hops_of_leg)
        stops = no_way or first_stop(hops_of_leg)
        if stops:
            break
        sources = _onward(network, deployment, leg, pair)
    names = [leg.to for leg in legs[:-1]]
    between = " and then ".join(titles[name] for name in names)
    ports = [_port(leg, connection) for leg in legs]
    note = (
        f"It goes through {between}: to it on port {ports[0]}, and on to the server on port"
        f" {ports[-1]}."
    )
    return msgspec.structs.replace(
        direct,
        allowed=not stops,
        hops=tuple(hops),
        stops=stops,
        through=", ".join(names),
        notes=(*direct.notes, note),
    )


def _titles(deployment: Deployment) -> dict[str, str]:
    """Role of a front → what people call it."""
    fronts = deployment.plan.fronts.items()
    return {front_role(name, front): front_title(name, front) for name, front in fronts}


def _legs_for(deployment: Deployment, connection: Connection) -> list[Want]:
    """The parts of the way of the first fact that fits the question."""
    roles = _titles(deployment)
    wants = [w for w in deployment.wants if w.transport == connection.transport]
    for first in wants if roles else ():
        if first.to not in roles or first.from_ in roles or not has(
            first.sources, connection.sources
        ):  # fmt: skip
            continue
        legs = [first, *_after(wants, first)]
        if any(_is_asked_for(leg, connection) for leg in legs) and legs[-1].to not in roles:
            return legs
    return []


def _after(wants: Sequence[Want], leg: Want) -> Iterator[Want]:
    """What comes after a part of the way: under the address that is passed on, where one is."""
    onward = [w for w in wants if w.id == leg.id and w.to != leg.to and _leaves(w, leg.to)]
    relayed = [w for w in onward if w.relay is not None and w.from_ == leg.from_]
    following = next(iter(relayed or onward), None)
    if following is not None:
        yield following
        yield from _after(wants, following)


def _leaves(want: Want, role: str) -> bool:
    return want.relay.role == role if want.relay is not None else want.from_ == role


def _is_asked_for(leg: Want, connection: Connection) -> bool:
    """True where a part of the way leads to what is asked for, on that port."""
    on_port = holds_port(leg.ports, connection.port)
    return on_port and has(leg.destinations, connection.destinations)


def _pair(leg: Want, sources: Party, connection: Connection) -> Pair:
    """Who talks to whom on a part of the way: as sites pair them, and only to whom is asked for."""
    destinations = leg.destinations
    for pair in leg.pairs:
        if has(pair.sources, sources):
            destinations = pair.destinations
            break
    if _is_asked_for(leg, connection):
        destinations = connection.destinations
    return Pair(sources, destinations)


def _port(leg: Want, connection: Connection) -> int:
    on_it = holds_port(leg.ports, connection.port)
    return connection.port if on_it else leg.ports[0][0]


def _onward(network: Network, deployment: Deployment, leg: Want, pair: Pair) -> Party:
    """Whom the next one sees."""
    relays = any(w.relay is not None and _leaves(w, leg.to) for w in deployment.wants)
    if relays:
        for party in passed_on(network, leg.from_, pair):
            return party
    return pair.destinations


def _words(leg: Want, titles: dict[str, str], is_first: bool) -> str:
    if is_first:
        return f"to {titles[leg.to]}"
    start = leg.relay.role if leg.relay is not None else leg.from_
    end = f" to {titles[leg.to]}" if leg.to in titles else ""
    return f"from {titles[start]}{end}"


def _on_leg(hop: Hop, words: str, leg: Want, first: Want, pair: Pair) -> Hop:
    """A firewall on a part of the way; behind a front it is told whom it sees."""
    sees = hop.sees
    if leg is not first and not sees:
        sees = pair.sources.every_cidr
    return msgspec.structs.replace(hop, leg=words, sees=sees)
