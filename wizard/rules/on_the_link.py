"""The sides of a rule for what never leaves its link: beside the parties' own addresses, those of
multicast and broadcast, and those that IPv6 sends from on the link; and answers to a broadcast.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import msgspec

from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.ports import PortRange
from wizard.network.topology import Party
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
    """What a firewall guards on one link, the groups that are reached there, and the addresses that
    IPv6 sends from there.
    """

    guarded: Cidrs
    groups: Cidrs
    senders: Cidrs

    def sides(self, direction: Direction, peers: RuleSide) -> tuple[RuleSide, RuleSide]:
        """What is guarded and the other side, with the groups on the side that listens; nobody stays
        nobody. What is sent from the link's own addresses goes to the groups alone.
        """
        if direction == "in":
            if self.senders:
                return RuleSide(self.groups), RuleSide(self.senders if peers.cidrs else ())
            return _with(RuleSide(self.guarded), self.groups), peers
        if not peers.cidrs:
            return RuleSide(self.guarded), peers
        if self.senders:
            return RuleSide(self.senders), RuleSide(self.groups)
        return RuleSide(self.guarded), _with(peers, self.groups)


def links(
    plan: Plan, fact: FlowFact, firewall: Firewall, inner: Party, family: Family, guarded: Cidrs
) -> Iterator[GuardedLink]:
    """The links on which a firewall guards somebody. The networks of clouds carry neither multicast
    nor broadcast: their groups have no more than the fact says.
    """
    groups = addresses.declared_of(tuple(fact.cast_addresses), family)
    if fact.cast == "unicast":
        # An answer comes only in a family in which somebody can ask.
        if groups or not fact.cast_addresses:
            yield GuardedLink(guarded, (), ())
    elif firewall.kind == "host" and fact.cast == "broadcast":
        for piece in inner.pieces:
            part = () if piece.anywhere else addresses.overlap(guarded, piece.cidrs)
            if part:
                directed = broadcasts(plan, piece.zone) if family == 4 else ()
                yield GuardedLink(part, addresses.declared((*groups, *directed)), ())
    else:
        yield GuardedLink(guarded, groups, ())
        link_groups = addresses.overlap(groups, (_LINK_GROUPS,))
        if firewall.kind == "host" and link_groups:
            yield GuardedLink(guarded, link_groups, (LINK_SENDERS,))


def broadcasts(plan: Plan, zone: str) -> Cidrs:
    """The directed broadcast addresses of a zone's networks; those of one or two have none."""
    directed: list[str] = []
    for network in map(ipaddress.ip_network, plan.zones[zone].networks):
        if network.version == 4 and network.prefixlen < 31:
            directed.append(f"{network.broadcast_address}/32")
    return tuple(directed)


def answer(want: Want, firewall: Firewall) -> Want:
    """What comes back to a host that asked by broadcast: from each device's own address, to the port
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
