"""The inside way through a public address, where a NAT boundary writes it: `hairpin = true`.

Who is inside and uses what the boundary forwards is led there from the public address too. Where the
direct way between the two does not pass the boundary, the answer would not come back through it: there
the client is seen as that public address, and all firewalls from there to the server let it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Literal

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.party import Party, Piece
from wizard.network.ports import PortRange, join_ports
from wizard.network.topology import Network
from wizard.network.translation import seen_after
from wizard.network.ways import Levels, Way
from wizard.plan.fronts import front_role
from wizard.plan.model import INTERNET
from wizard.rules.model import Direction, Forward
from wizard.rules.seen import RuleSide
from wizard.rules.wants import Want


class Hairpin(msgspec.Struct, frozen=True):
    """A forward to whose public address some come from inside; `hidden` are those among them who are
    seen beyond the boundary as the public address.
    """

    forward: Forward
    hidden: Cidrs


class InsideRule(msgspec.Struct, frozen=True):
    """What a firewall must let through so that a way through a public address works."""

    want: Want
    firewall: str
    direction: Direction
    inner: RuleSide
    outer: RuleSide
    ports: tuple[PortRange, ...]


class InsideWay(msgspec.Struct, frozen=True):
    """What stands between clients and the boundary, nearest to them first, and between the boundary
    and the server; `is_round`: the direct way is another one, so that answers come back to the
    boundary only where clients are seen as its public address.
    """

    before: Levels
    after: Levels
    is_round: bool


class NotLed(msgspec.Struct, frozen=True):
    """What keeps those in a zone from being led: `name` is the boundary that does not lead them, or
    that another way goes round; who translates on the way; the front that passes its clients'
    addresses on.
    """

    kind: Literal["unwritten", "elsewhere", "round", "translated", "passed-on", "ports"]
    name: str


class Pass(msgspec.Struct, frozen=True):
    """A firewall on such a way, with the clients and where they go as it sees them."""

    firewall: str
    sources: Cidrs
    targets: Cidrs


class Insiders:
    """Those inside whom a boundary leads through the public address of one of its forwards."""

    def __init__(self, network: Network, forward: Forward) -> None:
        self.network, self.forward = network, forward
        self.public: Cidrs = (f"{forward.public_address}/32",)
        # The server's address as the boundary sees it.
        self.host: Cidrs = (f"{forward.address}/32",)
        self._ways: dict[str, InsideWay | NotLed] = {}
        boundary = network.plan.firewalls[forward.firewall]
        self.is_written = boundary.hairpin and forward.is_complete

    @property
    def home(self) -> str | None:
        """The server's zone; None where the plan has no place for it."""
        return None if self._server is None else self._server.zone

    @property
    def target(self) -> Cidrs:
        """The server's address as all others see it."""
        return () if self._server is None else self._server.cidrs

    @cached_property
    def _server(self) -> Piece | None:
        forward = self.forward
        located = self.network.located_at(forward.firewall, self.host[0]) if forward.address else ()
        inside = [piece for piece in located if piece.zone != INTERNET]
        return inside[-1] if inside else None

    def way(self, zone: str) -> InsideWay | None:
        """The way from a zone; None where nobody there is led."""
        found = self._found(zone)
        return found if isinstance(found, InsideWay) else None

    def hindrance(self, zone: str) -> NotLed | None:
        """What keeps those in a zone from being led; None where they are."""
        found = self._found(zone)
        return found if isinstance(found, NotLed) else None

    def why_not(self, want: Want, zone: str) -> NotLed | None:
        """What keeps a connection from a zone from being led; None where it is."""
        if hindrance := self.hindrance(zone):
            return hindrance
        return None if _leads_to(self.forward, want) else NotLed("ports", self.forward.firewall)

    def _found(self, zone: str) -> InsideWay | NotLed:
        if zone not in self._ways:
            self._ways[zone] = self._way(zone)
        return self._ways[zone]

    def pieces(self, want: Want) -> Iterator[tuple[Party, Piece, InsideWay]]:
        """Those who open a connection to what the forward leads to; with each, who listens, and the
        way.
        """
        if not self.is_written or not _leads_to(self.forward, want):
            return
        for pair in want.pairs:
            if not addresses.overlap(self.target, pair.destinations.local_cidrs):
                continue
            for piece in pair.sources.pieces:
                way = self.way(piece.zone)
                if way is not None and addresses.of_family(piece.cidrs, 4):
                    yield pair.destinations, piece, way

    # What is seen on the way

    def asking(self, piece: Piece, way: InsideWay) -> Iterator[Pass]:
        """The boundaries that clients pass with their question to the public address."""
        for depth, name in self._boundaries(way.before):
            yield Pass(name, self._seen(name, piece, way.before[:depth]), self.public)

    def turning(self, piece: Piece, way: InsideWay) -> Pass:
        """The boundary that leads them back in."""
        name = self.forward.firewall
        return Pass(name, self._seen(name, piece, way.before), self.host)

    def led(self, piece: Piece, way: InsideWay) -> Iterator[Pass]:
        """The boundaries that they pass from there to the server."""
        for depth, name in self._boundaries(way.after):
            seen = self._beyond(piece, way, way.after[:depth])
            at = self.network.seen_at
            yield Pass(name, at(name, seen), at(name, self.target))

    def arriving(self, piece: Piece, way: InsideWay) -> Pass:
        """The server's own end: the firewalls of hosts there see this."""
        home = self.home or ""
        own = self.network.renumbered.own
        seen = self._beyond(piece, way, way.after)
        return Pass("", own((home,), seen), own((home,), self.target))

    def _seen(self, name: str, piece: Piece, passed: Levels) -> Cidrs:
        """Clients as a firewall on their way sees them, behind others."""
        cidrs = addresses.of_family(piece.cidrs, 4)
        seen = seen_after(self.network, piece.zone, cidrs, passed, False, 4)
        return self.network.seen_at(name, seen.cidrs)

    def _beyond(self, piece: Piece, way: InsideWay, passed: Levels) -> Cidrs:
        """The same beyond the boundary, and more firewalls."""
        zone, cidrs = piece.zone, addresses.of_family(piece.cidrs, 4)
        levels = (*way.before, (self.forward.firewall,), *passed)
        if way.is_round:
            located = self.network.locate(self.public)
            zone, cidrs = (located[0].zone if located else INTERNET), self.public
            levels = passed
        return seen_after(self.network, zone, cidrs, levels, False, 4).cidrs

    def _boundaries(self, levels: Levels) -> Iterator[tuple[int, str]]:
        for depth, level in enumerate(levels):
            for name in level:
                if self.network.plan.firewalls[name].kind == "boundary":
                    yield depth, name

    # Whether there is a way

    def _way(self, zone: str) -> InsideWay | NotLed:
        boundary, home = self.forward.firewall, self.home
        if not self.is_written or home is None or zone == INTERNET:
            return NotLed("unwritten", boundary)
        straight, before = self.network.way(zone, home), self._towards(zone)
        if straight is None or before is None:
            return NotLed("elsewhere", boundary)
        is_round = (boundary,) not in straight.levels
        if is_round and boundary in straight.firewalls:
            return NotLed("round", boundary)
        # What comes as the public address is answered on the server's own way out.
        after = self._towards(home) if is_round else straight.levels
        if after is None:
            return NotLed("elsewhere", boundary)
        after = after[::-1] if is_round else after[after.index((boundary,)) + 1 :]
        for name in chain.from_iterable((*before, *after)):
            if self.network.plan.firewalls[name].nat:
                return NotLed("translated", name)
        front = _passing_on(self.network, self.target) if is_round else None
        if front is not None:
            return NotLed("passed-on", front)
        return InsideWay(before, after, is_round)

    def _towards(self, zone: str) -> Levels | None:
        """What stands between a zone and the boundary, nearest to the zone first; None where it is
        not on every way out.
        """
        name = self.forward.firewall
        levels = (self.network.way(zone, INTERNET) or Way(())).levels
        return levels[: levels.index((name,))] if (name,) in levels else None


def hairpins(every: Iterable[Insiders], wants: Iterable[Want]) -> tuple[Hairpin, ...]:
    """The ways from inside through the public addresses of forwards, where the plan wants them."""
    written = [insiders for insiders in every if insiders.is_written]
    every_want = tuple(wants) if written else ()
    found: list[Hairpin] = []
    for insiders in written:
        sources: list[str] = []
        hidden: list[str] = []
        for want in every_want:
            for _, piece, way in insiders.pieces(want):
                seen = insiders.turning(piece, way).sources
                sources += seen
                hidden += seen if way.is_round else ()
        if sources:
            led = msgspec.structs.replace(insiders.forward, hairpin=addresses.declared(sources))
            found.append(Hairpin(led, addresses.declared(hidden)))
    return tuple(found)


def inside_rules(every: Iterable[Insiders], wants: Sequence[Want]) -> Iterator[InsideRule]:
    """The rules for those ways, beside the ones that connections have without them."""
    for insiders in every:
        for want in wants if insiders.is_written else ():
            for party, piece, way in insiders.pieces(want):
                yield from _leaving(insiders, want, piece, way)
                if way.is_round:
                    yield from _coming(insiders, want, party, piece, way)


def _leaving(insiders: Insiders, want: Want, piece: Piece, way: InsideWay) -> Iterator[InsideRule]:
    """What lets clients out to the public address: their own firewalls, where they filter that, and
    boundaries before the one that leads them back in.
    """
    network, ports = insiders.network, (insiders.forward.public_ports,)
    party = Party(want.from_, (piece,))
    for name in network.guards_near(party):
        held = addresses.of_family(network.held(name, party), 4)
        if held and network.guards[name].egress == "filtered":
            own = network.renumbered.own((piece.zone,), held)
            yield InsideRule(want, name, "out", RuleSide(own), RuleSide(insiders.public), ports)
    for at in insiders.asking(piece, way):
        yield InsideRule(
            want, at.firewall, "forward", RuleSide(at.sources), RuleSide(at.targets), ports
        )


def _coming(
    insiders: Insiders, want: Want, party: Party, piece: Piece, way: InsideWay
) -> Iterator[InsideRule]:
    """What lets them in from the boundary on, where the direct way is another one."""
    network, ports = insiders.network, (insiders.forward.ports,)
    for at in (insiders.turning(piece, way), *insiders.led(piece, way)):
        yield InsideRule(
            want, at.firewall, "forward", RuleSide(at.sources), RuleSide(at.targets), ports
        )
    end = insiders.arriving(piece, way)
    for name in network.guards_near(party):
        if addresses.overlap(network.held(name, party), insiders.target):
            yield InsideRule(want, name, "in", RuleSide(end.targets), RuleSide(end.sources), ports)


def _passing_on(network: Network, target: Cidrs) -> str | None:
    """The front at an address whose servers see its clients' addresses."""
    for name, front in network.plan.fronts.items():
        party = None if front.hides_sources else network.party("", front_role(name, front))
        if party and addresses.overlap(target, party.local_cidrs):
            return name
    return None


def _leads_to(forward: Forward, want: Want) -> bool:
    """True where a forward has all its ports from what somebody listens on."""
    if want.transport != forward.transport or want.link_local or want.relay is not None:
        return False
    low, high = forward.ports
    return any(first <= low and high <= last for first, last in join_ports(want.ports))
