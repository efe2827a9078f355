"""A packet to a public address and the answer to it, for the reference: one firewall after the other,
each with what it has noted of the packets that it translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from tests.tools.reference_nat import Steps
from tests.tools.reference_plan import INTERNET, Ip

if TYPE_CHECKING:
    from tests.tools.reference import Reference
    from tests.tools.reference_hairpin import Led

Socket = tuple[Ip, int]
OWN, INSTEAD = 40000, 50000  # a port that a client has, and one that a boundary takes in its place


class Packet(NamedTuple):
    source: Socket
    destination: Socket

    def answered(self) -> Packet:
        """The packet that comes back."""
        return Packet(self.destination, self.source)


class Noted:
    """What each firewall knows of what it sent on: the answer as it comes → as it goes on."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, Packet], Packet] = {}

    def sent(self, name: str, came: Packet, goes: Packet) -> Packet:
        self._answers[name, goes.answered()] = came.answered()
        return goes

    def back(self, name: str, packet: Packet) -> Packet:
        return self._answers.get((name, packet), packet)


def comes_back(reference: Reference, led: Led, client: Ip, hides: bool) -> bool:
    """Does the client's socket get the answer, from the socket that it asked, whichever of the
    shortest ways the question takes? Of firewalls side by side the answer takes the one that let the
    question through: the others know nothing of it. `hides`: the boundary gives the question its own
    public address.
    """
    here, home = reference.zone(client), reference.zone(led.real)
    outside = reference.zone(led.public) or INTERNET
    steps_back = reference.steps(home, outside if hides else here)
    return all(
        _is_answered(reference, led, client, hides, out, inward, back)
        # Its own way out, wherever the public address stands: another one may lead there as well.
        for out in each_way(reference.steps(here, INTERNET))
        for inward in each_way(_inward(reference, led.boundary, home))
        for back in each_way([names & {*out, *inward} or names for names in steps_back])
    )


def each_way(steps: Steps) -> Iterator[tuple[str, ...]]:
    return product(*map(sorted, steps))


def _inward(reference: Reference, boundary: str, home: str) -> Steps:
    """The firewalls from a boundary to a zone behind it, on the shortest ways from a zone of its."""
    joined = [zone for zone in reference.plan.firewalls[boundary]["zones"] if zone != INTERNET]
    if home in joined:
        return ()
    ways = [reference.steps(zone, home) for zone in joined]
    return min((way for way in ways if way), key=len, default=())


def _is_answered(
    reference: Reference,
    led: Led,
    client: Ip,
    hides: bool,
    out: tuple[str, ...],
    inward: tuple[str, ...],
    back: tuple[str, ...],
) -> bool:
    if led.boundary not in out:
        return False
    before = out[: out.index(led.boundary)]
    asked = (led.public, led.public_ports[0])
    packet, zone, noted = Packet((client, OWN), asked), reference.zone(client), Noted()
    for name in before:
        packet, zone = _cross(reference, noted, name, packet, zone, INTERNET, name == out[0])
    # The boundary turns it round.
    host = (led.host, led.ports[0])
    home = reference.zone(led.real)
    if hides:
        turned, zone = Packet((led.public, INSTEAD), host), reference.zone(led.public)
        packet = noted.sent(led.boundary, packet, turned)
    else:
        ahead = Packet(packet.source, host)
        seen, zone = _cross(reference, Noted(), led.boundary, ahead, zone, home, not before)
        packet = noted.sent(led.boundary, packet, seen)
    for name in inward:
        # Who joins the server's zone knows it by its own address.
        at = led.real if home in reference.plan.firewalls[name]["zones"] else packet.destination[0]
        goes, zone = _cross(reference, Noted(), name, packet, zone, home, False)
        packet = noted.sent(name, packet, Packet(goes.source, (at, packet.destination[1])))
    if packet.destination[0] != led.real:
        return False
    answer = packet.answered()
    # To the boundary's own address it goes no further than there, and back as the question came.
    rest = (*back[: back.index(led.boundary) + 1], *before[::-1]) if led.boundary in back else ()
    for name in rest if hides else back:
        answer = noted.back(name, answer)
    return answer == Packet(asked, (client, OWN))


def _cross(
    reference: Reference,
    noted: Noted,
    name: str,
    packet: Packet,
    zone: str,
    there: str,
    joins: bool,
) -> tuple[Packet, str]:
    """The packet beyond a firewall, and where its source belongs."""
    source, port = packet.source
    for beyond, seen in reference.nat.beyond(name, zone, source, there, joins):
        return noted.sent(name, packet, Packet((seen, port), packet.destination)), beyond
    return packet, zone
