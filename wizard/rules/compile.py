"""Wants and network → rules and forwards: every firewall on a connection's way lets it through, no
other does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

import msgspec

from wizard.facts.model import FactStatus, Transport
from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, FAMILIES, Cidrs, Family
from wizard.network.crossings import Block, crossings
from wizard.network.ports import PortRange, join_ports
from wizard.network.topology import Network, Party
from wizard.plan.model import INTERNET, Firewall
from wizard.plan.publishing import public_side
from wizard.rules.exposure import is_public_in_the_clear, on_the_internet
from wizard.rules.model import Direction, Forward, Rule
from wizard.rules.wants import Want

PUBLIC_ADDRESS = "public_address"
ObstacleKind = Literal["no-path", "no-family", "ambiguous", "cleartext", "internal"]


class RuleSide(msgspec.Struct, frozen=True):
    """Addresses of one family on one side of a rule, with those that are excepted."""

    cidrs: Cidrs
    excepted: Cidrs = ()


NOBODY = RuleSide(())


class RuleKey(msgspec.Struct, frozen=True):
    """What rules that join have in common: all but their ports, and what they are for."""

    firewall: str
    direction: Direction
    transport: Transport
    from_: str
    to: str
    sources: Cidrs
    destinations: Cidrs
    except_sources: Cidrs
    except_destinations: Cidrs
    status: FactStatus
    encrypted: bool | None
    unresolved: tuple[str, ...]


class ForwardKey(msgspec.Struct, frozen=True):
    """What port forwards that join have in common: all but the flows that they are for."""

    firewall: str
    transport: Transport
    public_address: str | None
    public_ports: PortRange
    ports: PortRange
    address: str | None
    sources: Cidrs
    unresolved: tuple[str, ...]


class Obstacle(msgspec.Struct, frozen=True):
    """Why a connection gets no rules, or doubtful ones; findings are made from it."""

    kind: ObstacleKind
    want: str
    places: tuple[Cidrs, ...]


class Compiled(msgspec.Struct, frozen=True):
    """The rules and forwards of a plan, and what stood in the way of some."""

    rules: tuple[Rule, ...]
    forwards: tuple[Forward, ...]
    obstacles: tuple[Obstacle, ...]


def compile_rules(network: Network, all_wants: Iterable[Want]) -> Compiled:
    """What each firewall must let through, and forward, so that all wants work."""
    compiler = _Compiler(network)
    for want in all_wants:
        compiler.add(want)
    rules = [_rule(*entry) for entry in compiler.rules.items()]
    rules.sort(
        key=lambda r: (
            r.firewall, r.direction, r.from_, r.to, r.family, r.transport, r.ports, r.id,
        )
    )  # fmt: skip
    forwards = [_forward(*entry) for entry in compiler.forwards.items()]
    forwards.sort(key=lambda f: (f.firewall, f.public_ports, f.transport, f.address or "", f.id))
    return Compiled(tuple(rules), tuple(forwards), tuple(compiler.obstacles))


def fingerprint(prefix: str, parts: Iterable[str]) -> str:
    """A short id that is the same for the same parts, on every machine and in every run."""
    return f"{prefix}-{hashlib.blake2b(chr(31).join(parts).encode(), digest_size=6).hexdigest()}"


class _Compiler:
    """Goes through the wants and remembers, by party, what was worked out once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.rules: dict[RuleKey, list[Want]] = {}
        self.forwards: dict[ForwardKey, list[Want]] = {}
        self.obstacles: dict[Obstacle, None] = {}
        self._crossings = cache(crossings)
        self._held = cache(lambda name, party: addresses.by_family(network.held(name, party)))
        self._sides: dict[tuple[Party, tuple[str, ...], Family], list[RuleSide]] = {}

    def add(self, want: Want) -> None:
        """Give every firewall on the way of one connection its rule."""
        sources, destinations = want.sources, want.destinations
        abroad = on_the_internet(sources) or on_the_internet(destinations)
        if abroad and is_public_in_the_clear(want.fact):
            self._obstruct("cleartext", want)
        elif not want.pairs and not want.link_local:
            self._obstruct("internal", want)
        for pair in want.pairs:
            self._add_pair(want, pair.sources, pair.destinations)

    def _add_pair(self, want: Want, sources: Party, destinations: Party) -> None:
        guards = self.network.guards
        for name in self.network.guards_near(destinations):
            self._guard(want, name, guards[name], "in", destinations, sources)
        for name in self.network.guards_near(sources):
            if guards[name].egress == "filtered":
                self._guard(want, name, guards[name], "out", sources, destinations)
        if not want.link_local and not sources.unplaced and not destinations.unplaced:
            self._cross(want, sources, destinations)

    def _obstruct(self, kind: ObstacleKind, want: Want, *places: Cidrs) -> None:
        self.obstacles[Obstacle(kind, want.id, places)] = None

    # Hosts' firewalls and cloud groups

    def _guard(
        self,
        want: Want,
        name: str,
        firewall: Firewall,
        direction: Direction,
        inner: Party,
        peer: Party,
    ) -> None:
        """The rules of the firewall around the inner party."""
        if inner.unplaced:
            # Nobody is let through, and the rule says what is missing.
            if firewall.role == inner.role and not firewall.addresses:
                for family in sorted(peer.families()) or [FAMILIES[0]]:
                    for side in self._peers(peer, family):
                        self._emit(want, name, direction, NOBODY, side, _unplaced(inner, peer))
            return
        for family, cidrs in self._held(name, inner).items():
            for side in self._peers(peer, family):
                self._guard_rule(want, name, direction, family, cidrs, side, peer)

    def _guard_rule(
        self,
        want: Want,
        name: str,
        direction: Direction,
        family: Family,
        guarded: Cidrs,
        peers: RuleSide,
        peer: Party,
    ) -> None:
        inner = RuleSide(guarded)
        if want.link_local:
            if peers.cidrs == (ANYWHERE[family],):
                return  # the internet is on nobody's link
            group = addresses.of_family(addresses.declared(want.fact.cast_addresses), family)
            if direction == "in":
                inner = RuleSide(addresses.declared((*guarded, *group)))
            elif peers.cidrs:
                peers = RuleSide(addresses.declared((*peers.cidrs, *group)))
        if inner == peers and len(inner.cidrs) == 1 and addresses.is_single(inner.cidrs[0]):
            return  # a host that talks to itself crosses no firewall
        self._emit(want, name, direction, inner, peers, _unplaced(peer))

    # Boundaries

    def _cross(self, want: Want, sources: Party, destinations: Party) -> None:
        between = self._crossings(self.network, sources, destinations)
        for pair in between.no_path:
            self._obstruct("no-path", want, *pair)
        for source_zone, destination_zone in between.no_family:
            self._obstruct("no-family", want, (source_zone,), (destination_zone,))
        for places in between.ambiguous:
            self._obstruct("ambiguous", want, *places)
        for block in between.blocks:
            nat = self.network.plan.firewalls[block.firewall].nat and block.sources == (INTERNET,)
            for family in FAMILIES:
                forwarded = nat and family == 4 and INTERNET not in block.destinations
                to_sides = self._sides_of(destinations, block.destinations, family)
                for source in self._sides_of(sources, block.sources, family):
                    for destination in to_sides:
                        if forwarded:
                            self._forward(want, block, source, destination)
                        else:
                            self._emit(want, block.firewall, "forward", source, destination, ())

    def _forward(self, want: Want, block: Block, source: RuleSide, destination: RuleSide) -> None:
        """A port forward to exactly one address, and the rule for what the forward has translated."""
        boundary = self.network.plan.firewalls[block.firewall]
        address: str | None = None
        waits: tuple[str, ...] = (want.to,)
        if len(destination.cidrs) == 1 and addresses.is_single(destination.cidrs[0]):
            address, waits = addresses.bare(destination.cidrs[0]), ()
        target = destination if address else NOBODY
        self._emit(want, block.firewall, "forward", source, target, waits)
        for ports in want.ports:
            public, public_ports = public_side(boundary, want.fact, want.ports, ports)
            key = ForwardKey(
                block.firewall,
                want.transport,
                public,
                public_ports,
                ports,
                address,
                source.cidrs,
                waits if public else tuple(sorted((*waits, PUBLIC_ADDRESS))),
            )
            self.forwards.setdefault(key, []).append(want)

    # Sides

    def _peers(self, peer: Party, family: Family) -> list[RuleSide]:
        return [NOBODY] if peer.unplaced else self._sides_of(peer, (), family)

    def _sides_of(self, party: Party, zones: Sequence[str], family: Family) -> list[RuleSide]:
        """A party's addresses of one family in some zones (none named: in all): local ones, then
        the internet.
        """
        key = (party, tuple(zones), family)
        if key not in self._sides:
            pieces = [party.by_zone[zone] for zone in sorted(zones or party.by_zone)]
            local = addresses.of_family(
                addresses.declared(
                    cidr for piece in pieces if not piece.anywhere for cidr in piece.cidrs
                ),
                family,
            )
            sides = [RuleSide(local)] if local else []
            if any(piece.anywhere for piece in pieces):
                sides.append(RuleSide((ANYWHERE[family],), self.network.not_internet[family]))
            self._sides[key] = sides
        return self._sides[key]

    # Rules

    def _emit(
        self,
        want: Want,
        firewall: str,
        direction: Direction,
        inner: RuleSide,
        outer: RuleSide,
        waits: tuple[str, ...],
    ) -> None:
        """A rule of a firewall. `inner` is the listener's side of an `in` rule, else who opens."""
        sources, destinations = (outer, inner) if direction == "in" else (inner, outer)
        key = RuleKey(
            firewall,
            direction,
            want.transport,
            want.from_,
            want.to,
            sources.cidrs,
            destinations.cidrs,
            sources.excepted,
            destinations.excepted,
            want.fact.status,
            want.fact.encrypted,
            waits,
        )
        self.rules.setdefault(key, []).append(want)


def _unplaced(*parties: Party) -> tuple[str, ...]:
    """The roles that are waited for, sorted."""
    return tuple(sorted({party.role for party in parties if party.unplaced}))


def _rule(key: RuleKey, joined: Sequence[Want]) -> Rule:
    parts = msgspec.structs.astuple(key)
    identity = [",".join(part) if type(part) is tuple else str(part) for part in parts]
    return Rule(
        id=fingerprint("r", identity),
        action="allow",
        ports=join_ports(_ports(joined)),
        flows=tuple(sorted({want.id for want in joined})),
        products=tuple(sorted({want.fact.product for want in joined})),
        installations=tuple(sorted({want.installation for want in joined})),
        services=tuple(sorted({want.fact.service for want in joined})),
        **msgspec.structs.asdict(key),
    )


def _ports(joined: Iterable[Want]) -> Iterator[PortRange]:
    for want in joined:
        yield from want.ports


def _forward(key: ForwardKey, joined: Sequence[Want]) -> Forward:
    low, high = key.public_ports
    where = key.address or ",".join(wait for wait in key.unresolved if wait != PUBLIC_ADDRESS)
    identity = [key.firewall, key.transport, f"{low}-{high}", where, ",".join(key.sources)]
    if key.public_ports != key.ports:
        identity.append(f"{key.ports[0]}-{key.ports[1]}")
    return Forward(
        id=fingerprint("f", identity),
        flows=tuple(sorted({want.id for want in joined})),
        installations=tuple(sorted({want.installation for want in joined})),
        **msgspec.structs.asdict(key),
    )
