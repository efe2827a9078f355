"""What must never be, at its addresses: where it needs lines of its own, and which rules let some of
it through.

Between the ends of a denial stand boundaries. One that accepts what no rule names gets lines that
deny it; one that denies that anyway needs none. A firewall of a host or a cloud group gets none
either: what comes in is denied there unless a rule allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, get_args

import msgspec

from wizard.facts.model import Transport
from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, FAMILIES, Cidrs, Family
from wizard.network.crossings import crossings
from wizard.network.party import Party, Piece
from wizard.network.ports import PortRange, common_ports, parse_ports
from wizard.network.renumbered import seen_networks
from wizard.network.topology import Network
from wizard.plan.model import INTERNET, Never, NeverEnd
from wizard.rules.model import Forward, Rule
from wizard.rules.seen import RuleSide
from wizard.tables import those_in

ALL_PORTS: tuple[PortRange, ...] = ((1, 65535),)
_TRANSPORTS: tuple[Transport, ...] = get_args(Literal["tcp", "udp"])


class Denial(msgspec.Struct, frozen=True):
    """What must never be. `from_` and `to` are what the plan names: zones, a role or addresses;
    `sources` and `destinations` are CIDRs of both families, without `except_…`; no `transport` is
    both.

    `firewalls` are the boundaries on the way that get lines for it, `denied_by_default` those that
    deny it as they are. `unresolved` names a role that has no place yet.
    """

    name: str
    from_: tuple[str, ...] = msgspec.field(name="from")
    to: tuple[str, ...]
    transport: Transport | None
    ports: tuple[PortRange, ...]
    sources: Cidrs
    destinations: Cidrs
    except_sources: Cidrs
    except_destinations: Cidrs
    reason: str
    firewalls: tuple[str, ...]
    denied_by_default: tuple[str, ...]
    unresolved: tuple[str, ...]

    @property
    def transports(self) -> tuple[Transport, ...]:
        """The one, or both."""
        return _TRANSPORTS if self.transport is None else (self.transport,)

    def side(self, end: Literal["from", "to"], family: Family) -> RuleSide:
        """The addresses of one family at one end."""
        cidrs, excepted = self.destinations, self.except_destinations
        if end == "from":
            cidrs, excepted = self.sources, self.except_sources
        return RuleSide(addresses.of_family(cidrs, family), addresses.of_family(excepted, family))

    def lines(self, firewall: str) -> Iterator[Rule]:
        """What one boundary must deny: a line for each family and transport that it has."""
        for family in FAMILIES:
            sources, destinations = self.side("from", family), self.side("to", family)
            if sources.cidrs and destinations.cidrs:
                for transport in self.transports:
                    yield self._line(firewall, transport, sources, destinations)

    def _line(
        self, firewall: str, transport: Transport, sources: RuleSide, destinations: RuleSide
    ) -> Rule:
        return Rule(
            id=f"never-{self.name}",
            firewall=firewall,
            direction="forward",
            action="deny",
            transport=transport,
            ports=self.ports,
            from_=", ".join(self.from_),
            to=", ".join(self.to),
            sources=sources.cidrs,
            destinations=destinations.cidrs,
            except_sources=sources.excepted,
            except_destinations=destinations.excepted,
            flows=(),
            products=(),
            installations=(),
            services=(self.reason,) if self.reason else (),
            status="required",
            encrypted=None,
            unresolved=(),
        )

    def ports_let_through(self, rule: Rule) -> tuple[PortRange, ...]:
        """The ports on which a rule lets some of it through; none: it lets nothing of it through."""
        ports = common_ports(self.ports, rule.ports) if rule.transport in self.transports else ()
        if not ports:
            return ()
        sources = RuleSide(rule.sources, rule.except_sources)
        destinations = RuleSide(rule.destinations, rule.except_destinations)
        shares = share(self.side("from", rule.family), sources) and share(
            self.side("to", rule.family), destinations
        )
        return ports if shares else ()

    def ports_forwarded(self, forward: Forward, not_internet: Cidrs) -> tuple[PortRange, ...]:
        """The public ports on which a port forward lets some of it in to the public address."""
        if forward.transport not in self.transports or forward.public_address is None:
            return ()
        excepted = not_internet if forward.sources == (ANYWHERE[4],) else ()
        clients = RuleSide(forward.sources, excepted)
        public = RuleSide(addresses.cidrs_of(forward.public_address))
        shares = share(self.side("from", 4), clients) and share(self.side("to", 4), public)
        return common_ports(self.ports, (forward.public_ports,)) if shares else ()


def denials_of(network: Network) -> tuple[Denial, ...]:
    """What must never be, by name in the order of the plan; what is not named at both ends yet is
    left out.
    """
    nevers = network.plan.never.items()
    return tuple(_denial(network, name, never) for name, never in nevers if never.counts)


def _denial(network: Network, name: str, never: Never) -> Denial:
    sources, destinations = _party(network, never.from_), _party(network, never.to)
    on_the_way = _between(network, sources, destinations)
    firewalls = network.plan.firewalls
    # Nobody on the internet has a public address of one's own: those behind it are seen so.
    behind = tuple(network.stand_ins)
    from_sides = [side_of(network, sources, family, behind) for family in FAMILIES]
    to_sides = [side_of(network, destinations, family) for family in FAMILIES]
    return Denial(
        name=name,
        from_=_named(never.from_),
        to=_named(never.to),
        transport=never.transport,
        ports=parse_ports(never.ports) or ALL_PORTS,
        sources=tuple(addresses.every_cidr(from_sides)),
        destinations=tuple(addresses.every_cidr(to_sides)),
        except_sources=_excepted(from_sides),
        except_destinations=_excepted(to_sides),
        reason=never.reason or "",
        firewalls=tuple(n for n in on_the_way if firewalls[n].default == "accept"),
        denied_by_default=tuple(n for n in on_the_way if firewalls[n].default == "deny"),
        unresolved=tuple(sorted(set(_waiting(sources, never.from_, destinations, never.to)))),
    )


def _named(end: NeverEnd) -> tuple[str, ...]:
    return (end.role,) if end.role else end.zones or end.addresses


def _waiting(sources: Party, from_: NeverEnd, destinations: Party, to: NeverEnd) -> Iterator[str]:
    for party, end in ((sources, from_), (destinations, to)):
        if end.role and party.unplaced:
            yield end.role


def _party(network: Network, end: NeverEnd) -> Party:
    """Where an end is. What is in no zone and not on the internet either has no way to anywhere, and
    stands in a piece of no zone.
    """
    if end.role:
        return _wherever(network, end.role)
    pieces: list[Piece] = []
    if end.zones:
        for zone in sorted(set(end.zones)):
            if zone == INTERNET:
                pieces.append(Piece(zone, tuple(ANYWHERE.values()), anywhere=True))
            elif zone in network.plan.zones:
                networks = addresses.declared(seen_networks(network.plan.zones[zone]))
                pieces.append(Piece(zone, networks))
        return Party("", tuple(pieces))
    cidrs = addresses.declared(end.addresses)
    pieces += network.locate(cidrs)
    if nowhere := addresses.beyond(cidrs, addresses.every_cidr(pieces)):
        pieces.append(Piece("", nowhere))
    return Party("", tuple(pieces))


def _wherever(network: Network, role: str) -> Party:
    """All places of a role, in any product."""
    cidrs_by_zone: dict[str, list[str]] = {}
    anywhere: set[str] = set()
    for installation in network.plan.viewpoints:
        for party in network.parties_of(installation, role):
            for piece in party.pieces:
                cidrs_by_zone.setdefault(piece.zone, []).extend(piece.cidrs)
                if piece.anywhere:
                    anywhere.add(piece.zone)
    pieces: list[Piece] = []
    for zone, cidrs in sorted(cidrs_by_zone.items()):
        pieces.append(Piece(zone, addresses.declared(cidrs), anywhere=zone in anywhere))
    return Party(role, tuple(pieces))


def side_of(network: Network, party: Party, family: Family, besides: Cidrs = ()) -> RuleSide:
    """A party's addresses of one family. With the internet among them: all but what is neither, and
    but what is on the internet `besides`.
    """
    local = addresses.of_family(addresses.declared(party.local_cidrs), family)
    if not party.is_anywhere:
        return RuleSide(local)
    others = (*network.not_internet[family], *addresses.of_family(besides, family))
    return RuleSide((ANYWHERE[family],), addresses.beyond(addresses.declared(others), local))


def _between(network: Network, sources: Party, destinations: Party) -> tuple[str, ...]:
    """The boundaries that some of it crosses, in the order of the plan."""
    names: set[str] = set()
    for family in FAMILIES:
        way = crossings(network, _of_family(sources, family), _of_family(destinations, family))
        names.update(block.firewall for block in way.blocks)
    return tuple(those_in(network.plan.firewalls, names))


def _of_family(party: Party, family: Family) -> Party:
    pieces = [piece for piece in party.pieces if piece.zone and family in piece.families()]
    return Party(party.role, tuple(pieces))


def _excepted(sides: Iterable[RuleSide]) -> Cidrs:
    return tuple(chain.from_iterable(side.excepted for side in sides))


def share(side: RuleSide, other: RuleSide) -> bool:
    """True where some address is on both."""
    both = addresses.overlap(side.cidrs, other.cidrs)
    return bool(addresses.beyond(both, (*side.excepted, *other.excepted)))
