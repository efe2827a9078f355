"""The way of a connection that asks for a public address: from outside by port forwards, from inside
only where hairpin NAT leads there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from wizard.deployment import Deployment
from wizard.explain.hops import Connection, Walk, first_stop, hops_of
from wizard.explain.values import Hop
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.party import Party, Piece
from wizard.network.topology import Network
from wizard.plan.model import INTERNET
from wizard.rules.hairpin import home_of, leads_from
from wizard.rules.model import Direction, Forward


def hops_asked(
    deployment: Deployment,
    network: Network,
    connection: Connection,
    asked: Sequence[Forward],
) -> tuple[tuple[Hop, ...], str]:
    """Every firewall on the way, and in words why there is none. `asked`: the port forwards by which
    a public address was asked for, the outermost first; the connection is the one after them.
    """
    outside, inside = _apart(connection)
    if not asked or not inside.sources.pieces:
        return hops_of(deployment, network, connection, asked)
    if not outside.sources.pieces:
        return _from_inside(deployment, network, inside, asked)
    parts = {
        "from the internet": hops_of(deployment, network, outside, asked),
        "from inside": _from_inside(deployment, network, inside, asked),
    }
    hops: list[Hop] = []
    for leg, (hops_of_part, _) in parts.items():
        hops += [msgspec.structs.replace(hop, leg=leg) for hop in hops_of_part]
    return tuple(hops), next((no_way for _, no_way in parts.values() if no_way), "")


def is_at_itself(
    deployment: Deployment, network: Network, connection: Connection, asked: Sequence[Forward]
) -> bool:
    """True where rules let those inside through to somebody who has the public address itself, in a
    zone of the plan.
    """
    outside, inside = _apart(connection)
    if outside.sources.pieces or not asked:
        return False
    if any(leads_from(network, asked[0], piece.zone) for piece in inside.sources.pieces):
        return False
    here = [piece for piece in inside.destinations.pieces if piece.zone != INTERNET]
    hops, no_way = hops_of(deployment, network, inside) if here else ((), "")
    return bool(hops) and not (no_way or first_stop(hops))


def inside_notes(
    deployment: Deployment,
    network: Network,
    connection: Connection,
    asked: Sequence[Forward],
) -> Iterator[str]:
    """How those inside get through to whom a public address does not lead them."""
    inside = _apart(connection)[1]
    if not asked or not inside.sources.pieces:
        return
    _, no_way = _from_inside(deployment, network, inside, asked)
    hops, no_direct_way = hops_of(deployment, network, inside)
    if no_way and not no_direct_way and not first_stop(hops):
        address = asked[-1].address
        yield (
            f"From inside it gets through by {address}, on port {connection.port}: let the name"
            " resolve to that there (split DNS)."
        )


def _apart(connection: Connection) -> tuple[Connection, Connection]:
    """The same from the internet, and from the plan's own zones."""
    outside: list[Piece] = []
    inside: list[Piece] = []
    for piece in connection.sources.pieces:
        (outside if piece.zone == INTERNET else inside).append(piece)
    role = connection.sources.role
    return (
        msgspec.structs.replace(connection, sources=Party(role, tuple(outside))),
        msgspec.structs.replace(connection, sources=Party(role, tuple(inside))),
    )


def _from_inside(
    deployment: Deployment,
    network: Network,
    connection: Connection,
    asked: Sequence[Forward],
) -> tuple[tuple[Hop, ...], str]:
    """The way through a public address, where the boundary leads those inside back in."""
    forward = asked[0]
    zones = {piece.zone for piece in connection.sources.pieces}
    led = len(asked) == 1 and all(leads_from(network, forward, zone) for zone in zones)
    if not led:
        hop = Hop(forward.firewall, "boundary", "forward", False, (), forward, ())
        return (hop,), (
            f"It stops at {forward.firewall}: nothing leads those inside from its public address"
            f" {forward.public_address} to {forward.address} (hairpin NAT)."
        )
    if not addresses.of_family(connection.sources.every_cidr, 4):
        return (), "The two share no address family."
    return tuple(_Inside(deployment, network, connection, forward).hops()), ""


class _Inside(Walk):
    """One question from inside, put to each firewall on the way through a public address."""

    def __init__(
        self, deployment: Deployment, network: Network, connection: Connection, forward: Forward
    ) -> None:
        super().__init__(deployment, network, connection, (4,), ())
        self.led_by = forward
        self.public = (f"{forward.public_address}/32",)
        self.home = home_of(network, forward)

    def hops(self) -> Iterator[Hop]:
        """Clients' own firewalls, the boundary, the server's own."""
        for name, firewall in self.network.guards.items():
            if firewall.egress == "filtered" and self.touches(self.sources, name):
                yield self.hop(name, "out")
        yield self.hop(self.led_by.firewall, "forward", self.led_by)
        for name in self.network.guards:
            if self.touches(self.destinations, name):
                yield self.hop(name, "in")

    def _port_at(self, name: str, direction: Direction) -> int:
        return self._asked_port() if direction == "out" else self.port

    def _asked_port(self) -> int:
        return self.port + self.led_by.public_ports[0] - self.led_by.ports[0]

    def _sides(self, name: str, direction: Direction) -> Iterator[tuple[Cidrs, Cidrs]]:
        sources = addresses.of_family(self.sources.every_cidr, 4)
        if direction == "forward":
            yield sources, (f"{self.led_by.address}/32",)
        elif direction == "out":
            yield addresses.of_family(self.network.held(name, self.sources), 4), self.public
        else:
            held = addresses.of_family(self.network.held(name, self.destinations), 4)
            yield self._seen_by_the_server(), held

    def _seen_by_the_server(self) -> Cidrs:
        seen: list[str] = []
        for piece in self.sources.pieces:
            own = addresses.of_family(piece.cidrs, 4)
            seen += self.public if own and piece.zone == self.home else own
        return addresses.declared(seen)
