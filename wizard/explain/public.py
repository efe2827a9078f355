"""The way of a connection that asks for a public address: from outside by port forwards, from inside
only where hairpin NAT leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, starmap

import msgspec

from wizard.deployment import Deployment
from wizard.explain.hops import Connection, Walk, first_stop, hops_of
from wizard.explain.passage import Passage
from wizard.explain.values import Hop, on_leg
from wizard.findings.translation import not_led_text
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.party import Party, Piece
from wizard.network.topology import Network
from wizard.plan.model import INTERNET
from wizard.rules.hairpin import Insiders, InsideWay, Pass
from wizard.rules.model import Forward


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
        hops += on_leg(leg, hops_of_part)
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
    insiders = deployment.insiders_of(asked[0])
    if any(map(insiders.way, inside.sources.by_zone)):
        return False
    here = inside.destinations.without_internet.pieces
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
    insiders = deployment.insiders_of(forward)
    hindrances = list(filter(None, map(insiders.hindrance, connection.sources.by_zone)))
    if len(asked) != 1 or hindrances:
        hop = Hop(forward.firewall, "boundary", "forward", False, (), forward, ())
        why = f": {not_led_text(hindrances[0])}" if insiders.is_written and hindrances else ""
        return (hop,), (
            f"It stops at {forward.firewall}: nothing leads those inside from its public address"
            f" {forward.public_address} to {forward.address} (hairpin NAT){why}."
        )
    if not addresses.of_family(connection.sources.every_cidr, 4):
        return (), "The two share no address family."
    walk = _Inside(deployment, network, connection, insiders, forward)
    return tuple(walk.hops()), ""


class _Inside(Walk):
    """One question from inside, put to each firewall on the way through a public address. `led_by` is
    the forward that leads there.
    """

    def __init__(
        self,
        deployment: Deployment,
        network: Network,
        connection: Connection,
        insiders: Insiders,
        led_by: Forward,
    ) -> None:
        super().__init__(deployment, network, connection, (4,), ())
        self.insiders, self.led_by = insiders, led_by
        self.ways: list[tuple[Piece, InsideWay]] = []
        for piece in self.sources.pieces:
            way = insiders.way(piece.zone)
            if way is not None and addresses.of_family(piece.cidrs, 4):
                self.ways.append((piece, way))

    def hops(self) -> Iterator[Hop]:
        """Clients' own firewalls, those up to the boundary, it and those beyond, the server's own."""
        insiders = self.insiders
        public_port = self.port + self.led_by.public_ports[0] - self.led_by.ports[0]
        for name, firewall in self.network.guards.items():
            if firewall.egress == "filtered" and self.touches(self.sources, name):
                asking = tuple((own, insiders.public) for own, _ in self._sides_out(name, 4))
                yield self.hop_at(Passage(name, "out", public_port, asking))
        questions = chain.from_iterable(starmap(insiders.asking, self.ways))
        yield from self._crossing(questions, public_port)
        yield from self._crossing(starmap(insiders.turning, self.ways), self.port)
        led = chain.from_iterable(starmap(insiders.led, self.ways))
        yield from self._crossing(led, self.port)
        ends = starmap(insiders.arriving, self.ways)
        coming = addresses.declared(chain.from_iterable(end.sources for end in ends))
        for name in self.network.guards:
            if self.touches(self.destinations, name):
                arriving = tuple((coming, held) for _, held in self._sides_in(name, 4))
                yield self.hop_at(Passage(name, "in", self.port, arriving))

    def _crossing(self, passes: Iterable[Pass], port: int) -> Iterator[Hop]:
        """One after the other: a boundary may be passed on the way out and again on the way in."""
        sides: dict[str, list[tuple[Cidrs, Cidrs]]] = {}
        for each in passes:
            sides.setdefault(each.firewall, []).append((each.sources, each.targets))
        for name, seen in sides.items():
            turns = name == self.led_by.firewall
            passage = Passage(name, "forward", port, tuple(seen))
            yield self.hop_at(passage, self.led_by if turns else None)
