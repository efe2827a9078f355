"""Wants and network → rules and forwards: every firewall on a connection's way lets it through, no
other does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, FAMILIES, Family
from wizard.network.crossings import Block, Crossings, crossings
from wizard.network.ports import PortRange, join_ports
from wizard.network.topology import Network, Party, Piece
from wizard.plan.model import INTERNET, Firewall
from wizard.rules.model import Direction, Forward, Rule
from wizard.rules.wants import Want

PUBLIC_ADDRESS = "public_address"
Cidrs = tuple[str, ...]


class Side(msgspec.Struct, frozen=True):
    """Addresses of one family on one side of a rule, with those that are excepted."""

    cidrs: Cidrs
    excepted: Cidrs = ()


NOBODY = Side(())


class Trouble(msgspec.Struct, frozen=True):
    """Why a connection gets no rules, or doubtful ones; findings are made from it."""

    kind: str  # no-path, no-family, ambiguous, cleartext
    want: str
    places: tuple[Cidrs, ...]


class Compiled(msgspec.Struct, frozen=True):
    """The rules and forwards of a plan, and what stood in the way of some."""

    rules: tuple[Rule, ...]
    forwards: tuple[Forward, ...]
    troubles: tuple[Trouble, ...]


def compile_rules(network: Network, wanted: Iterable[Want]) -> Compiled:
    """What each firewall must let through, and forward, so that all wants work."""
    compiler = _Compiler(network)
    for want in wanted:
        compiler.add(want)
    return Compiled(
        compiler.rules(), compiler.all_forwards(), tuple(dict.fromkeys(compiler.troubles))
    )


def fingerprint(prefix: str, parts: Iterable[str]) -> str:
    """A short id that is the same for the same parts, on every machine and in every run."""
    return f"{prefix}-{hashlib.blake2b(chr(31).join(parts).encode(), digest_size=6).hexdigest()}"


class _Draft:
    """A rule while it is made: what it stands for is collected, its key stays."""

    __slots__ = ("flows", "ports", "products", "services")

    def __init__(self) -> None:
        self.ports: list[PortRange] = []
        self.flows: dict[str, None] = {}
        self.products: dict[str, None] = {}
        self.services: dict[str, None] = {}

    def take(self, want: Want) -> None:
        self.ports.extend(want.ports)
        self.flows[want.id] = None
        self.products[want.product] = None
        self.services[want.service] = None


class _Compiler:
    """Goes through the wants and remembers, by party, what was worked out once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.drafts: dict[tuple[Any, ...], _Draft] = {}
        self.forwards: dict[tuple[Any, ...], dict[str, None]] = {}
        self.troubles: list[Trouble] = []
        self._crossings: dict[tuple[int, int], Crossings] = {}
        self._sides: dict[tuple[int, tuple[str, ...], Family], list[Side]] = {}
        self._held: dict[tuple[str, int], dict[Family, Cidrs]] = {}
        self._inside: dict[int, Party] = {}
        self._pieces: dict[int, dict[str, Piece]] = {}
        self._kept: list[Party] = []  # keeps the parties alive, so that their `id` stays theirs

    def add(self, want: Want) -> None:
        """Give every firewall on the way of one connection its rule."""
        sources, destinations = want.sources, want.destinations
        if want.never_public:
            if any(
                piece.zone == INTERNET
                for party in (sources, destinations)
                for piece in party.pieces
            ):
                self.troubles.append(Trouble("cleartext", want.id, ()))
            placed = not sources.unplaced and not destinations.unplaced
            sources, destinations = (
                self._without_internet(sources),
                self._without_internet(destinations),
            )
            if placed and (sources.unplaced or destinations.unplaced):
                return
        self._kept += (sources, destinations)
        for name, firewall in self.network.guards.items():
            self._guard(want, name, firewall, "in", destinations, sources)
            if firewall.egress == "filtered":
                self._guard(want, name, firewall, "out", sources, destinations)
        if not want.link_local and not sources.unplaced and not destinations.unplaced:
            self._cross(want, sources, destinations)

    # Hosts' firewalls and cloud groups

    def _guard(
        self,
        want: Want,
        name: str,
        firewall: Firewall,
        direction: Direction,
        own: Party,
        peer: Party,
    ) -> None:
        if own.unplaced:
            if firewall.role == own.role and not firewall.addresses:
                self._guard_unplaced(want, name, direction, peer, own.role)
            return
        held = self._held_by(name, own)
        for family in FAMILIES:
            if not held[family]:
                continue
            sides = [NOBODY] if peer.unplaced else self._all_sides(peer, family)
            for side in sides:
                self._guard_rule(want, name, direction, family, Side(held[family]), side, peer)

    def _guard_unplaced(
        self, want: Want, name: str, direction: Direction, peer: Party, role: str
    ) -> None:
        """The firewall's own hosts have no place yet: nobody is let through, and the rule says what
        is missing.
        """
        waits = {role} | ({peer.role} if peer.unplaced else set())
        for family in sorted(peer.families()) or [FAMILIES[0]]:
            for side in [NOBODY] if peer.unplaced else self._all_sides(peer, family):
                pair = (side, NOBODY) if direction == "in" else (NOBODY, side)
                self._emit(want, name, direction, *pair, waits)

    def _guard_rule(
        self,
        want: Want,
        name: str,
        direction: Direction,
        family: Family,
        own: Side,
        side: Side,
        peer: Party,
    ) -> None:
        waits = {peer.role} if peer.unplaced else set()
        sources, destinations = (side, own) if direction == "in" else (own, side)
        if want.link_local:
            if side.cidrs == (ANYWHERE[family],):
                return  # the internet is on nobody's link
            group = addresses.of_family(addresses.declared(want.cast_addresses), family)
            destinations = Side(
                addresses.declared((*destinations.cidrs, *group)) if destinations.cidrs else ()
            )
        if (
            sources.cidrs == destinations.cidrs
            and len(sources.cidrs) == 1
            and addresses.is_single(sources.cidrs[0])
        ):
            return  # a host that talks to itself crosses no firewall
        self._emit(want, name, direction, sources, destinations, waits)

    def _held_by(self, name: str, party: Party) -> dict[Family, Cidrs]:
        key = (name, id(party))
        if key not in self._held:
            self._kept.append(party)
            held = self.network.held(name, party)
            self._held[key] = {family: addresses.of_family(held, family) for family in FAMILIES}
        return self._held[key]

    # Boundaries

    def _cross(self, want: Want, sources: Party, destinations: Party) -> None:
        key = (id(sources), id(destinations))
        if key not in self._crossings:
            self._crossings[key] = crossings(self.network, sources, destinations)
        found = self._crossings[key]
        self.troubles += [Trouble("no-path", want.id, pair) for pair in found.no_path]
        self.troubles += [
            Trouble("no-family", want.id, ((one,), (other,))) for one, other in found.no_family
        ]
        self.troubles += [Trouble("ambiguous", want.id, places) for places in found.ambiguous]
        for block in found.blocks:
            nat = self.network.plan.firewalls[block.firewall].nat and block.sources == (INTERNET,)
            for family in FAMILIES:
                from_sides = self._sides_of(sources, block.sources, family)
                to_sides = self._sides_of(destinations, block.destinations, family)
                for source in from_sides:
                    for destination in to_sides:
                        if nat and family == 4 and INTERNET not in block.destinations:
                            self._forward(want, block, source, destination)
                        else:
                            self._emit(want, block.firewall, "forward", source, destination, set())

    def _forward(self, want: Want, block: Block, source: Side, destination: Side) -> None:
        """A port forward to exactly one address, and the rule for what the forward has translated."""
        public = self.network.plan.firewalls[block.firewall].public_address
        one = (
            destination.cidrs[0]
            if len(destination.cidrs) == 1 and addresses.is_single(destination.cidrs[0])
            else None
        )
        waits = {PUBLIC_ADDRESS} if public is None else set()
        if one is None:
            waits.add(want.to)
            destination = NOBODY
        self._emit(
            want,
            block.firewall,
            "forward",
            source,
            destination,
            {want.to} if one is None else set(),
        )
        address = one.removesuffix("/32") if one else None
        for ports in want.ports:
            key = (
                block.firewall,
                want.transport,
                public,
                ports,
                address,
                source.cidrs,
                tuple(sorted(waits)),
            )
            self.forwards.setdefault(key, {})[want.id] = None

    # Sides

    def _without_internet(self, party: Party) -> Party:
        if id(party) not in self._inside:
            self._kept.append(party)
            self._inside[id(party)] = party.without_internet()
        return self._inside[id(party)]

    def _all_sides(self, party: Party, family: Family) -> list[Side]:
        return self._sides_of(party, (), family)

    def _sides_of(self, party: Party, zones: Sequence[str], family: Family) -> list[Side]:
        """A party's addresses of one family in some zones (none named: in all): local ones, then
        the internet.
        """
        key = (id(party), tuple(zones), family)
        if key not in self._sides:
            self._kept.append(party)
            by_zone = self._by_zone(party)
            pieces = [by_zone[zone] for zone in sorted(zones)] if zones else party.pieces
            local = addresses.of_family(
                addresses.declared(
                    cidr for piece in pieces if not piece.anywhere for cidr in piece.cidrs
                ),
                family,
            )
            sides = [Side(local)] if local else []
            if any(piece.anywhere for piece in pieces):
                sides.append(Side((ANYWHERE[family],), self.network.own_networks[family]))
            self._sides[key] = sides
        return self._sides[key]

    def _by_zone(self, party: Party) -> dict[str, Piece]:
        if id(party) not in self._pieces:
            self._kept.append(party)
            self._pieces[id(party)] = {piece.zone: piece for piece in party.pieces}
        return self._pieces[id(party)]

    # Rules

    def _emit(
        self,
        want: Want,
        firewall: str,
        direction: Direction,
        source: Side,
        destination: Side,
        waits: set[str],
    ) -> None:
        key = (
            firewall,
            direction,
            want.transport,
            want.from_,
            want.to,
            source.cidrs,
            destination.cidrs,
            source.excepted,
            destination.excepted,
            want.status,
            want.encrypted,
            tuple(sorted(waits)),
        )
        draft = self.drafts.get(key)
        if draft is None:
            draft = self.drafts[key] = _Draft()
        draft.take(want)

    def rules(self) -> tuple[Rule, ...]:
        """All rules, sorted by what people look for: firewall, direction, parties, transport,
        ports.
        """
        made = [_rule(key, draft) for key, draft in self.drafts.items()]
        made.sort(
            key=lambda r: (
                r.firewall,
                r.direction,
                r.from_,
                r.to,
                r.family,
                r.transport,
                r.ports,
                r.id,
            )
        )
        return tuple(made)

    def all_forwards(self) -> tuple[Forward, ...]:
        """All port forwards, sorted by firewall and public port."""
        made = []
        for (
            firewall,
            transport,
            public,
            ports,
            address,
            sources,
            waits,
        ), flows in self.forwards.items():
            where = address or ",".join(wait for wait in waits if wait != PUBLIC_ADDRESS)
            parts = (firewall, transport, f"{ports[0]}-{ports[1]}", where, ",".join(sources))
            made.append(
                Forward(
                    id=fingerprint("f", parts),
                    firewall=firewall,
                    transport=transport,
                    public_address=public,
                    public_ports=ports,
                    address=address,
                    ports=ports,
                    sources=sources,
                    flows=tuple(sorted(flows)),
                    unresolved=waits,
                )
            )
        made.sort(key=lambda f: (f.firewall, f.public_ports, f.transport, f.address or "", f.id))
        return tuple(made)


def _rule(key: tuple[Any, ...], draft: _Draft) -> Rule:
    (
        firewall,
        direction,
        transport,
        from_,
        to,
        sources,
        destinations,
        no_sources,
        no_destinations,
    ) = key[:9]
    status, encrypted, waits = key[9:]
    identity = (
        firewall,
        direction,
        transport,
        from_,
        to,
        ",".join(sources),
        ",".join(destinations),
        ",".join(no_sources),
        ",".join(no_destinations),
        status,
        str(encrypted),
        ",".join(waits),
    )
    return Rule(
        id=fingerprint("r", identity),
        firewall=firewall,
        direction=direction,
        action="allow",
        transport=transport,
        ports=join_ports(draft.ports),
        from_=from_,
        to=to,
        sources=sources,
        destinations=destinations,
        except_sources=no_sources,
        except_destinations=no_destinations,
        flows=tuple(sorted(draft.flows)),
        products=tuple(sorted(draft.products)),
        services=tuple(sorted(draft.services)),
        status=status,
        encrypted=encrypted,
        unresolved=waits,
    )
