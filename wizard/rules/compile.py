"""Wants and network → rules and forwards: every firewall on a connection's way lets it through, no
other does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import product, starmap

import msgspec

from wizard.facts.model import FactStatus, Transport
from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, FAMILIES, Cidrs, Family
from wizard.network.crossings import Block, crossings
from wizard.network.party import Party
from wizard.network.ports import PortRange, join_ports
from wizard.network.topology import Network
from wizard.plan.model import INTERNET, Firewall
from wizard.plan.publishing import public_side
from wizard.rules.compiled import PUBLIC_ADDRESS, Compiled, Obstacle, ObstacleKind
from wizard.rules.exposure import is_public_in_the_clear, on_the_internet
from wizard.rules.hairpin import Insiders, InsideRule, hairpins, inside_rules
from wizard.rules.model import Direction, Forward, Rule
from wizard.rules.on_the_link import answer, links
from wizard.rules.seen import Across, RuleSide, SeenTarget, Sides
from wizard.rules.wants import Want
from wizard.tables import ids_of, those_not_in

NOBODY = RuleSide(())
# What a connection adds to a rule: itself, and the ports on which it is seen there.
_Part = tuple[Want, tuple[PortRange, ...]]


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


def compile_rules(network: Network, all_wants: Iterable[Want]) -> Compiled:
    """What each firewall must let through, and forward, so that all wants work."""
    compiler, all_wants = _Compiler(network), tuple(all_wants)
    for want in all_wants:
        compiler.add(want)
    forwards = list(starmap(_forward, compiler.forwards.items()))
    forwards.sort(key=lambda f: (f.firewall, f.public_ports, f.transport, f.address or "", f.id))
    insiders = tuple(map(partial(Insiders, network), forwards))
    for more in inside_rules(insiders, all_wants):
        compiler.add_inside(more)
    rules = list(starmap(_rule, compiler.rules.items()))
    rules.sort(
        key=lambda r: (
            r.firewall, r.direction, r.from_, r.to, r.family, r.transport, r.ports, r.id,
        )
    )  # fmt: skip
    ways = hairpins(insiders, all_wants)
    led = {way.forward.id: way.forward for way in ways}
    forwards = [led.get(forward.id, forward) for forward in forwards]
    return Compiled(tuple(rules), tuple(forwards), tuple(compiler.obstacles), ways, insiders)


def fingerprint(prefix: str, parts: Iterable[str]) -> str:
    """A short id that is the same for the same parts, on every machine and in every run."""
    return f"{prefix}-{hashlib.blake2b(chr(31).join(parts).encode(), digest_size=6).hexdigest()}"


class _Compiler:
    """Goes through the wants and remembers, by party, what was worked out once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.rules: dict[RuleKey, list[_Part]] = {}
        self.forwards: dict[ForwardKey, list[Want]] = {}
        self.obstacles: dict[Obstacle, None] = {}
        self._crossings = cache(crossings)
        self._held = cache(lambda name, party: addresses.by_family(network.held(name, party)))
        self._sides = Sides(network)

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
        for name in self.network.guards_near(want.relay or sources):
            if want.fact.answers == "unicast" and guards[name].kind == "host":
                back = answer(want, guards[name])
                self._guard(back, name, guards[name], "in", sources, destinations)
            if guards[name].egress == "filtered" and want.relay is not None:
                self._relayed(want, name, want.relay, sources, destinations)
            elif guards[name].egress == "filtered":
                self._guard(want, name, guards[name], "out", sources, destinations)
        if not want.link_local and not sources.unplaced and not destinations.unplaced:
            self._cross(want, sources, destinations)

    def add_inside(self, more: InsideRule) -> None:
        """Give a firewall its rule for a way from inside through a public address."""
        self._emit(more.want, more.firewall, more.direction, more.inner, more.outer, (), more.ports)

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
                        waits = _unplaced(inner, peer)
                        self._emit(want, name, direction, NOBODY, side, waits, want.ports)
            return
        for family, cidrs in self._held(name, inner).items():
            if want.link_local:
                self._guard_on_link(want, name, firewall, direction, inner, peer, family, cidrs)
                continue
            for guarded, target in self._beyond(want, direction, inner, peer, family, cidrs):
                self._guard_rule(want, name, direction, RuleSide(guarded), target, peer)

    def _guard_on_link(
        self,
        want: Want,
        name: str,
        firewall: Firewall,
        direction: Direction,
        inner: Party,
        peer: Party,
        family: Family,
        guarded: Cidrs,
    ) -> None:
        # The internet is on nobody's link.
        anywhere = (ANYWHERE[family],)
        peers = [side for side in self._peers(peer, family) if side.cidrs != anywhere]
        plan, fact = self.network.plan, want.fact
        # In several zones the same other side can be seen in the same way.
        insides: dict[tuple[int, RuleSide], list[RuleSide]] = {}
        for zones, part, own in self.network.own_parts(inner, guarded):
            for position, link in enumerate(links(plan, fact, firewall, part, family, own)):
                for side in peers:
                    sides = link.sides(direction, self._sides.in_zones(zones, side))
                    if sides is not None:
                        insides.setdefault((position, sides[1]), []).append(sides[0])
        for (_, outside), joined in insides.items():
            cidrs = addresses.every_cidr(joined)
            inside = joined[0] if len(joined) == 1 else RuleSide(addresses.declared(cidrs))
            target = SeenTarget(outside, want.ports, want.ports)
            self._guard_rule(want, name, direction, inside, target, peer)

    def _relayed(
        self, want: Want, name: str, relay: Party, sources: Party, destinations: Party
    ) -> None:
        """What leaves a front that it guards, under the addresses of others."""
        for family, guarded in self._held(name, relay).items():
            pairs = product(self._peers(sources, family), self._peers(destinations, family))
            stands = tuple(self.network.standpoints_of(relay, guarded))
            for (source, target), zones in product(pairs, stands):
                waits = _unplaced(sources, destinations)
                sides = self._sides.in_zones(zones, source), self._sides.in_zones(zones, target)
                self._emit(want, name, "out", *sides, waits, want.ports)

    def _beyond(
        self,
        want: Want,
        direction: Direction,
        inner: Party,
        peer: Party,
        family: Family,
        guarded: Cidrs,
    ) -> Iterator[tuple[Cidrs, SeenTarget]]:
        """What is guarded, with the other side as it is seen there, beside translations on the
        way.
        """
        differs = self.network.hides_zones or self.network.renumbered.zones
        elsewhere = differs or INTERNET in inner.by_zone
        if peer.unplaced or not elsewhere:
            own = self.network.renumbered.own(inner.by_zone, guarded)
            for side in self._peers(peer, family):
                yield own, SeenTarget(side, want.ports, want.ports)
            return
        guarded_by_target: dict[SeenTarget, list[str]] = {}
        for piece in inner.pieces:
            of_piece = () if piece.anywhere else addresses.overlap(guarded, piece.cidrs)
            if not of_piece:
                continue
            own = self.network.renumbered.own((piece.zone,), of_piece)
            for target in self._targets_seen(want, direction, piece.zone, peer, family):
                guarded_by_target.setdefault(target, []).extend(own)
        for target, of_target in guarded_by_target.items():
            yield addresses.declared(of_target), target

    def _targets_seen(
        self, want: Want, direction: Direction, zone: str, peer: Party, family: Family
    ) -> Iterator[SeenTarget]:
        if direction == "in":
            for side in self._sides.sources_at(peer, zone, family):
                yield SeenTarget(side, want.ports, want.ports)
        elif zone == INTERNET:
            yield from self._sides.targets_at(want, peer, family)
        else:
            for side in self._sides.plain(peer, (), family):
                yield SeenTarget(self._sides.in_zones((zone,), side), want.ports, want.ports)

    def _guard_rule(
        self,
        want: Want,
        name: str,
        direction: Direction,
        inner: RuleSide,
        seen: SeenTarget,
        peer: Party,
    ) -> None:
        peers = seen.side
        if inner == peers and addresses.is_one_address(inner.cidrs):
            return  # a host that talks to itself crosses no firewall
        self._emit(want, name, direction, inner, peers, _unplaced(peer), seen.ports)

    # Boundaries

    def _cross(self, want: Want, sources: Party, destinations: Party) -> None:
        between = self._crossings(self.network, sources, destinations)
        for pair in between.no_path:
            self._obstruct("no-path", want, *pair)
        for source_zone, destination_zone in between.no_family:
            self._obstruct("no-family", want, (source_zone,), (destination_zone,))
        for places in between.ambiguous:
            self._obstruct("ambiguous", want, *places)
        for across in self._sides.across(between, sources, destinations):
            self._cross_block(want, across)

    def _cross_block(self, want: Want, across: Across) -> None:
        firewall, (sources, targets) = across.block.firewall, across.sides
        for side in targets:
            for target in self._sides.targets(want, side, across.block.after, across.family):
                for source in sources:
                    if across.is_forwarded:
                        self._forward(want, across.block, source, target)
                    else:
                        self._emit(want, firewall, "forward", source, target.side, (), target.ports)

    def _forward(self, want: Want, block: Block, source: RuleSide, target: SeenTarget) -> None:
        """A port forward to exactly one address, and the rule for what the forward has translated."""
        boundary = self.network.plan.firewalls[block.firewall]
        address: str | None = None
        waits: tuple[str, ...] = target.side.waits or (want.to,)
        cidrs = target.side.cidrs
        if addresses.is_one_address(cidrs):
            address, waits = addresses.bare(cidrs[0]), ()
        side = target.side if address else NOBODY
        self._emit(want, block.firewall, "forward", source, side, waits, target.ports)
        for listens, ports in zip(target.listens, target.ports, strict=True):
            public, public_ports = public_side(boundary, want.fact, want.ports, listens)
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

    def _peers(self, peer: Party, family: Family) -> list[RuleSide]:
        return [NOBODY] if peer.unplaced else self._sides.plain(peer, (), family)

    # Rules

    def _emit(
        self,
        want: Want,
        firewall: str,
        direction: Direction,
        inner: RuleSide,
        outer: RuleSide,
        waits: tuple[str, ...],
        ports: tuple[PortRange, ...],
    ) -> None:
        """A rule of a firewall. `inner` is the listener's side of an `in` rule, else who opens."""
        sources, destinations = (outer, inner) if direction == "in" else (inner, outer)
        # Nearly every side is known.
        known = not (waits or inner.waits or outer.waits)
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
            () if known else tuple(sorted({*waits, *inner.waits, *outer.waits})),
        )
        self.rules.setdefault(key, []).append((want, ports))


def _unplaced(*parties: Party) -> tuple[str, ...]:
    """The roles that are waited for, sorted."""
    return tuple(sorted({party.role for party in parties if party.unplaced}))


def _rule(key: RuleKey, parts_of_rule: Sequence[_Part]) -> Rule:
    joined: list[Want] = []
    ports: list[PortRange] = []
    for want, ports_of_want in parts_of_rule:
        joined.append(want)
        ports += ports_of_want
    parts = msgspec.structs.astuple(key)
    identity = [",".join(part) if type(part) is tuple else str(part) for part in parts]
    return Rule(
        id=fingerprint("r", identity),
        action="allow",
        ports=join_ports(ports),
        flows=tuple(sorted(set(ids_of(joined)))),
        products=tuple(sorted({want.fact.product for want in joined})),
        installations=_installations(joined),
        services=tuple(sorted({want.fact.service for want in joined})),
        **msgspec.structs.asdict(key),
    )


def _installations(joined: Iterable[Want]) -> tuple[str, ...]:
    return tuple(sorted({want.installation for want in joined}))


def _forward(key: ForwardKey, joined: Sequence[Want]) -> Forward:
    low, high = key.public_ports
    where = key.address or ",".join(those_not_in(key.unresolved, (PUBLIC_ADDRESS,)))
    identity = [key.firewall, key.transport, f"{low}-{high}", where, ",".join(key.sources)]
    if key.public_ports != key.ports:
        identity.append(f"{key.ports[0]}-{key.ports[1]}")
    return Forward(
        id=fingerprint("f", identity),
        flows=tuple(sorted(set(ids_of(joined)))),
        installations=_installations(joined),
        **msgspec.structs.asdict(key),
    )
