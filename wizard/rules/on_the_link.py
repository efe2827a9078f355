"""The sides of a rule for what never leaves its link: beside the parties' own addresses, those of
multicast and broadcast, and those that IPv6 sends from on the link; and answers to what went to all.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import msgspec

from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.party import Party
from wizard.network.ports import PortRange
from wizard.plan.model import Firewall, Plan
from wizard.rules.model import Direction
from wizard.rules.seen import RuleSide
from wizard.rules.wants import Want

# Where multicast that stays on the link goes, and the addresses that a host sends it from.
_LINK_GROUPS = "ff02::/16"
LINK_SENDERS = "fe80::/10"
# The ports from which a system asks where a program names none: an answer comes to one of them.
ASKING_PORTS: dict[str, PortRange] = {"linux": (32768, 60999), "windows": (49152, 65535)}


class GuardedLink(msgspec.Struct, frozen=True):
    """What a firewall guards on one link, and the groups that are reached there: beside those who
    listen, or `alone`. `senders` send there in place of the other side; of that side only who is
    `within` counts, where it is said.
    """

    guarded: Cidrs
    groups: Cidrs = ()
    alone: bool = False
    senders: Cidrs = ()
    within: Cidrs | None = None

    def sides(self, direction: Direction, peers: RuleSide) -> tuple[RuleSide, RuleSide] | None:
        """What is guarded and the other side, with the groups on the side that listens; nobody stays
        nobody. None where nobody of the other side is on the link.
        """
        if peers.cidrs and self.within is not None:
            near = addresses.overlap(peers.cidrs, self.within)
            if not near:
                return None
            peers = msgspec.structs.replace(peers, cidrs=near)
        if not self.alone:
            if direction == "in":
                return _with(RuleSide(self.guarded), self.groups), peers
            return RuleSide(self.guarded), _with(peers, self.groups)
        if not peers.cidrs:
            return None
        if direction == "in":
            return RuleSide(self.groups), RuleSide(self.senders) if self.senders else peers
        return RuleSide(self.senders or self.guarded), RuleSide(self.groups)


def links(
    plan: Plan, fact: FlowFact, firewall: Firewall, inner: Party, family: Family, guarded: Cidrs
) -> Iterator[GuardedLink]:
    """The links on which a firewall guards somebody. The networks of clouds carry neither multicast
    nor broadcast: their groups have no more than the fact says.
    """
    groups = addresses.declared_of(tuple(fact.cast_addresses), family)
    if fact.cast == "unicast":
        # An answer comes only in a family in which somebody can ask, and from where the question got.
        if groups or not fact.cast_addresses:
            on_link = addresses.overlap(groups, (_LINK_GROUPS,))
            for zone, part in _by_zone(inner, guarded):
                near = _networks(plan, zone)
                yield GuardedLink(part, within=near)
                if on_link:
                    # Who asked from the link is answered there.
                    link = (LINK_SENDERS,)
                    yield GuardedLink(part, link, alone=True, senders=link, within=near)
        return
    yield GuardedLink(guarded, groups)
    if firewall.kind != "host":
        return
    if fact.cast == "broadcast" and family == 4:
        for zone, part in _by_zone(inner, guarded):
            directed = broadcasts(plan, zone)
            if directed:
                yield GuardedLink(part, directed, alone=True, within=_networks(plan, zone))
    link_groups = addresses.overlap(groups, (_LINK_GROUPS,))
    if link_groups:
        yield GuardedLink(guarded, link_groups, alone=True, senders=(LINK_SENDERS,))


def _by_zone(inner: Party, guarded: Cidrs) -> Iterator[tuple[str, Cidrs]]:
    """What of a party's addresses in each zone is guarded."""
    for piece in inner.pieces:
        part = () if piece.anywhere else addresses.overlap(guarded, piece.cidrs)
        if part:
            yield piece.zone, part


def _networks(plan: Plan, zone: str) -> Cidrs:
    return plan.zones[zone].networks if zone in plan.zones else ()


def broadcasts(plan: Plan, zone: str) -> Cidrs:
    """The directed broadcast addresses of a zone's networks; those of one or two have none."""
    directed: list[str] = []
    for network in map(ipaddress.ip_network, plan.zones[zone].networks):
        if network.version == 4 and network.prefixlen < 31:
            directed.append(f"{network.broadcast_address}/32")
    return tuple(directed)


def answer(want: Want, firewall: Firewall) -> Want:
    """What comes back to a host that asked by multicast or broadcast: from each device's own address, to the port
    that the system gave whoever asked.
    """
    fact = msgspec.structs.replace(
        want.fact,
        from_=want.fact.to,
        to=want.fact.from_,
        cast="unicast",
        service=f"{want.fact.service}, answers",
    )
    asking = (ASKING_PORTS[firewall.platform],)
    return msgspec.structs.replace(want, fact=fact, ports=asking)


def _with(side: RuleSide, more: Cidrs) -> RuleSide:
    if not side.cidrs or not more:
        return side
    return msgspec.structs.replace(side, cidrs=addresses.declared((*side.cidrs, *more)))
