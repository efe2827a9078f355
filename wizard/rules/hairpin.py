"""The inside way through a public address, where a NAT boundary writes it: `hairpin = true`.

Who is inside and uses what the boundary forwards is led there from the public address too. In the
server's own zone the answer would not come back through the boundary: there the client is seen as
that public address, and the server's firewall lets it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.party import Party, Piece
from wizard.network.ports import PortRange, join_ports
from wizard.network.topology import Network
from wizard.plan.fronts import front_role
from wizard.plan.model import INTERNET
from wizard.rules.model import Direction, Forward
from wizard.rules.seen import RuleSide
from wizard.rules.wants import Want


class Hairpin(msgspec.Struct, frozen=True):
    """A forward to whose public address some come from inside; `hidden` are those among them who are
    in the server's zone, and are seen there as the public address.
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


def hairpins(
    network: Network, wants: Iterable[Want], forwards: Iterable[Forward]
) -> tuple[Hairpin, ...]:
    """The ways from inside through the public addresses of forwards, where the plan wants them."""
    written = [forward for forward in forwards if _is_written(network, forward)]
    every_want = tuple(wants) if written else ()
    found: list[Hairpin] = []
    for forward in written:
        home = home_of(network, forward)
        sources: list[str] = []
        hidden: list[str] = []
        for want in every_want:
            for _, piece in inside_pieces(network, forward, want):
                own = addresses.of_family(piece.cidrs, 4)
                sources += own
                hidden += own if piece.zone == home else ()
        if sources:
            led = msgspec.structs.replace(forward, hairpin=addresses.declared(sources))
            found.append(Hairpin(led, addresses.declared(hidden)))
    return tuple(found)


def inside_pieces(network: Network, forward: Forward, want: Want) -> Iterator[tuple[Party, Piece]]:
    """Those who open a connection to what a forward leads to, in zones for which the way through the
    public address is written: the boundary joins them, and nothing else is on the way. With each,
    who listens.
    """
    if not _is_written(network, forward) or not _leads_to(forward, want):
        return
    target = (f"{forward.address}/32",)
    for pair in want.pairs:
        if not addresses.overlap(target, pair.destinations.local_cidrs):
            continue
        for piece in pair.sources.pieces:
            if leads_from(network, forward, piece.zone):
                yield pair.destinations, piece


def leads_from(network: Network, forward: Forward, zone: str) -> bool:
    """True where the way from a zone through a forward's public address is written: the boundary
    joins both ends, and nothing else is on the way.

    Not in the zone of a front that passes on under which address it is asked: clients are seen there
    as the public address, and servers behind the front would answer to that.
    """
    home = home_of(network, forward) if _is_written(network, forward) else None
    joined = network.plan.firewalls[forward.firewall].zones
    if home is None or zone not in joined or zone in (INTERNET, *network.renumbered.zones):
        return False
    if zone == home and _is_passed_on(network, forward):
        return False
    way = network.way(zone, home)
    return way is not None and way.firewalls in ((), (forward.firewall,))


def inside_rules(
    network: Network, wants: Sequence[Want], forwards: Iterable[Forward]
) -> Iterator[InsideRule]:
    """The rules for those ways, beside the ones that connections have without them."""
    for forward in forwards:
        if not _is_written(network, forward):
            continue
        home = home_of(network, forward)
        target, public = (f"{forward.address}/32",), (f"{forward.public_address}/32",)
        for want in wants:
            for party, piece in inside_pieces(network, forward, want):
                cidrs = addresses.of_family(piece.cidrs, 4)
                if not cidrs:
                    continue
                yield from _leaving(network, want, piece, public, (forward.public_ports,))
                if piece.zone != home:
                    continue
                sides = RuleSide(cidrs), RuleSide(target)
                yield InsideRule(want, forward.firewall, "forward", *sides, (forward.ports,))
                for name in network.guards_near(party):
                    own = addresses.overlap(network.held(name, party), target)
                    if own:
                        sides = RuleSide(own), RuleSide(public)
                        yield InsideRule(want, name, "in", *sides, (forward.ports,))


def _leaving(
    network: Network, want: Want, piece: Piece, public: Cidrs, ports: tuple[PortRange, ...]
) -> Iterator[InsideRule]:
    """What lets clients out to the public address, where their own firewalls filter that."""
    party = Party(want.from_, (piece,))
    for name in network.guards_near(party):
        own = addresses.of_family(network.held(name, party), 4)
        if own and network.guards[name].egress == "filtered":
            yield InsideRule(want, name, "out", RuleSide(own), RuleSide(public), ports)


def _is_written(network: Network, forward: Forward) -> bool:
    boundary = network.plan.firewalls[forward.firewall]
    return boundary.hairpin and forward.is_complete


def _is_passed_on(network: Network, forward: Forward) -> bool:
    """True where a forward leads to a front whose servers see its clients' addresses."""
    for name, front in network.plan.fronts.items():
        party = None if front.hides_sources else network.party("", front_role(name, front))
        if party and addresses.overlap((f"{forward.address}/32",), party.local_cidrs):
            return True
    return False


def _leads_to(forward: Forward, want: Want) -> bool:
    """True where a forward has all its ports from what somebody listens on."""
    if want.transport != forward.transport or want.link_local or want.relay is not None:
        return False
    low, high = forward.ports
    return any(first <= low and high <= last for first, last in join_ports(want.ports))


def home_of(network: Network, forward: Forward) -> str | None:
    """The zone of what a forward leads to; None where the boundary does not join it as it is."""
    joined = network.plan.firewalls[forward.firewall].zones
    for piece in network.locate((f"{forward.address}/32",)):
        if piece.zone in joined and piece.zone not in (INTERNET, *network.renumbered.zones):
            return piece.zone
    return None
