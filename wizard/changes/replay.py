"""Where a connection meets a firewall, and which single answers about places and firewalls it would
meet it otherwise by. Places and ways only: nothing is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import ANYWHERE, Family
from wizard.network.crossings import crossings
from wizard.network.topology import Network, Party
from wizard.plan.keys import FirewallKey, Key, RoleKey, VersionKey, ZoneKey
from wizard.plan.model import INTERNET, Firewall, Plan, changed
from wizard.rules.model import Direction
from wizard.rules.select import PROXY
from wizard.rules.wants import Want

T = TypeVar("T")
Cidrs = tuple[str, ...]
_FEW = 3


class Meeting(msgspec.Struct, frozen=True):
    """What of a connection a firewall sees, in one address family."""

    sources: Cidrs
    destinations: Cidrs
    excepted: Cidrs = ()
    translated: bool = False


class Spot(msgspec.Struct, frozen=True):
    """Where rules stand: a firewall, a direction and an address family."""

    firewall: str
    direction: Direction
    family: Family
    # What a port forward lets in leaves nothing out.
    excepts: bool = True


class Replay:
    """The network of a deployment, and the same with one answer as another deployment has it."""

    def __init__(
        self, deployment: Deployment, other: Deployment, group_of: Callable[[Key], str | None]
    ) -> None:
        self.plan, self.network = deployment.plan, deployment.network
        self.other_plan, self.other_network = other.plan, other.network
        self._group_of = group_of
        self._of_one_plan = self.plan.zones.keys() ^ other.plan.zones.keys()
        self._networks: dict[Key, Network] = {}
        self._meetings: dict[object, Meeting | None] = {}

    def meeting(self, want: Want, spot: Spot) -> Meeting | None:
        """What the firewall sees of the connection; None where it makes no rule for it."""
        return self._meeting(self.network, None, want, spot)

    def causes(self, want: Want, spot: Spot, lasting: bool) -> set[str]:
        """The groups of answers without each of which the firewall would see something else of the
        connection; `lasting`: nothing.
        """
        meeting = self.meeting(want, spot)
        if meeting is None:
            return set()
        groups: set[str] = set()
        for key in (*self._movers(want, spot), *self._zones(want, spot, meeting)):
            group = self._group_of(key)
            if group is not None and group not in groups:
                other = self._meeting(self._without(key), key, want, spot)
                if other is None or (not lasting and other != meeting):
                    groups.add(group)
        return groups

    def placing(self, want: Want, by_address: bool, only_source: bool) -> set[str]:
        """The groups without each of which a party (the source alone) would be in other zones, or
        at other addresses.
        """
        sides = 1 if only_source else 2
        places = _places(self.network, want, by_address)[:sides]
        roles = (key for key in want.because if isinstance(key, RoleKey))
        return {
            group
            for key in (*roles, *self._zones_of(want))
            if (group := self._group_of(key)) is not None
            and _places(self._without(key), want, by_address)[:sides] != places
        }

    def related(self, want: Want) -> Iterator[str]:
        """All groups that have to do with the places and the way of a connection."""
        yield from self._groups(*self._zones_of(want), *self._joining(want))
        yield from self._groups(*(key for key in want.because if isinstance(key, RoleKey)))

    def _groups(self, *keys: Key) -> Iterator[str]:
        yield from (group for key in keys if (group := self._group_of(key)) is not None)

    def _movers(self, want: Want, spot: Spot) -> Iterator[Key]:
        """The roles' places, and what of the firewalls on the way makes them stand there."""
        yield from (key for key in want.because if isinstance(key, RoleKey | FirewallKey))
        name = spot.firewall
        yield FirewallKey(name, "kind")
        if managed(want):
            yield from map(VersionKey, self.plan.products.keys() ^ self.other_plan.products.keys())
        if spot.direction != "forward":
            yield from (FirewallKey(name, part) for part in ("role", "addresses", "egress"))
            return
        yield from (FirewallKey(name, part) for part in ("zones", "nat"))
        yield from self._joining(want)

    def _joining(self, want: Want) -> Iterator[Key]:
        """What joins the parties: the firewalls on their way, and zones between that only one of
        the plans has.
        """
        on_the_way: dict[str, None] = {}
        for network in (self.network, self.other_network):
            sources, destinations = parties(network, want)
            for source in sources.pieces[:_FEW] if sources else ():
                for destination in destinations.pieces[:_FEW] if destinations else ():
                    way = network.way(source.zone, destination.zone)
                    on_the_way |= dict.fromkeys(way.firewalls if way else ())
        for name in on_the_way:
            yield from (FirewallKey(name, part) for part in ("kind", "zones", "nat"))
            for plan in (self.plan, self.other_plan):
                zones = plan.firewalls[name].zones if name in plan.firewalls else ()
                yield from map(ZoneKey, self._of_one_plan & {*zones})

    def _without(self, key: Key) -> Network:
        """The network with one place or firewall as the other plan has it."""
        match key:
            case RoleKey():
                key = RoleKey(key.role, "zones", key.product)
            case FirewallKey():
                key = FirewallKey(key.firewall, "kind")
        if key not in self._networks:
            self._networks[key] = Network(self._exchanged(key))
        return self._networks[key]

    def _exchanged(self, key: Key) -> Plan:
        plan, other = self.plan, self.other_plan
        match key:
            case VersionKey(product=name):
                return changed(plan, products=_put(plan.products, other.products, name))
            case ZoneKey(zone=name):
                return changed(plan, zones=_put(plan.zones, other.zones, name))
            case FirewallKey(firewall=name):
                return changed(plan, firewalls=_put(plan.firewalls, other.firewalls, name))
            case RoleKey(role=role, product=None):
                return changed(plan, roles=_put(plan.roles, other.roles, role))
            case RoleKey(role=role, product=str(product)):
                answers, others = plan.products.get(product), other.products.get(product)
                if answers is None:
                    return plan
                roles = _put(answers.roles, others.roles if others else {}, role)
                moved = msgspec.structs.replace(answers, roles=roles)
                return changed(plan, products={**plan.products, product: moved})
        return plan

    def _meeting(
        self, network: Network, without: Key | None, want: Want, spot: Spot
    ) -> Meeting | None:
        sides = (want.product, want.from_, want.to, want.fact.never_public, want.link_local)
        cache_key = (without, sides, managed(want), want.id if managed(want) else "", spot)
        if cache_key not in self._meetings:
            self._meetings[cache_key] = meeting_of(network, want, spot)
        return self._meetings[cache_key]

    def _zones(self, want: Want, spot: Spot, meeting: Meeting) -> list[ZoneKey]:
        """The zones that differ, of those that the parties are in; all, where 'the internet' leaves
        out the networks of all.
        """
        keys = self._zones_of(want)
        if meeting.excepted:
            keys |= dict.fromkeys(map(ZoneKey, {**self.plan.zones, **self.other_plan.zones}))
        return [key for key in keys if self._group_of(key) is not None]

    def _zones_of(self, want: Want) -> dict[ZoneKey, None]:
        return {
            ZoneKey(piece.zone): None
            for network in (self.network, self.other_network)
            for party in parties(network, want)
            if party is not None
            for piece in party.pieces
        }


def managed(want: Want) -> str:
    """The firewall whose management a connection is; empty for others."""
    if not want.fact.is_management:
        return ""
    return next(key.firewall for key in want.because if isinstance(key, FirewallKey))


def parties(network: Network, want: Want) -> tuple[Party | None, Party | None]:
    """Where the two parties of a connection are in a network."""
    if firewall := managed(want):
        if firewall not in network.guards:
            return network.party("", want.from_), None
        hosts = network.locate(network.covered(firewall))
        return network.party("", want.from_), Party(want.to, hosts)
    sources, destinations = (network.party(want.product, role) for role in (want.from_, want.to))
    if sources is None and want.from_ == PROXY:
        sources = Party(PROXY, ())
    if destinations is None and want.to == PROXY:
        destinations = Party(PROXY, ())
    return sources, destinations


def _places(network: Network, want: Want, by_address: bool) -> list[object]:
    return [
        [(piece.zone, piece.cidrs if by_address else ()) for piece in party.pieces]
        if party is not None
        else None
        for party in parties(network, want)
    ]


def meeting_of(network: Network, want: Want, spot: Spot) -> Meeting | None:
    """What a firewall of a network sees of a connection; None where it makes no rule for it."""
    firewall = network.plan.firewalls.get(spot.firewall)
    sources, destinations = parties(network, want)
    if firewall is None or sources is None or destinations is None:
        return None
    guard = network.plan.firewalls.get(managed(want))
    if guard is not None and want.id.partition("/")[2] not in guard.management:
        return None
    if want.fact.never_public:
        placed = not sources.unplaced and not destinations.unplaced
        sources, destinations = sources.without_internet, destinations.without_internet
        if placed and (sources.unplaced or destinations.unplaced):
            return None
    if spot.direction == "forward":
        return _crossing(network, firewall, spot, sources, destinations)
    if not firewall.guards_hosts or (spot.direction == "out" and firewall.egress != "filtered"):
        return None
    inside, outside = (destinations, sources) if spot.direction == "in" else (sources, destinations)
    peers = outside.cidrs(spot.family)
    if inside.unplaced:
        if firewall.role != inside.role or firewall.addresses:
            return None
        guarded: Cidrs = ()
        if not peers and (not outside.unplaced or spot.family == 6):
            return None
    else:
        guarded = addresses.of_family(network.held(spot.firewall, inside), spot.family)
        if not guarded or not (peers or outside.unplaced):
            return None
    sides = (peers, guarded) if spot.direction == "in" else (guarded, peers)
    return Meeting(sides[0], sides[1], _excepted(network, spot, *sides))


def _crossing(
    network: Network, firewall: Firewall, spot: Spot, sources: Party, destinations: Party
) -> Meeting | None:
    if firewall.kind != "boundary" or sources.unplaced or destinations.unplaced:
        return None
    sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for block in crossings(network, sources, destinations).blocks:
        if block.firewall == spot.firewall:
            sides[0].update(dict.fromkeys(block.sources))
            sides[1].update(dict.fromkeys(block.destinations))
    crossing = [
        Party(party.role, tuple(piece for piece in party.pieces if piece.zone in zones))
        for party, zones in zip((sources, destinations), sides, strict=True)
    ]
    cidrs = [party.cidrs(spot.family) for party in crossing]
    if not cidrs[0] or not cidrs[1]:
        return None
    translated = firewall.nat and INTERNET in sides[0]
    return Meeting(cidrs[0], cidrs[1], _excepted(network, spot, *cidrs), translated)


def _excepted(network: Network, spot: Spot, *sides: Cidrs) -> Cidrs:
    """What 'the internet' leaves out."""
    anywhere = any(ANYWHERE[spot.family] in cidrs for cidrs in sides)
    return network.own_networks[spot.family] if anywhere and spot.excepts else ()


def _put(items: dict[str, T], others: dict[str, T], name: str) -> dict[str, T]:
    """The items with one of them as the others have it."""
    rest = {key: item for key, item in items.items() if key != name}
    return {**rest, name: others[name]} if name in others else rest
