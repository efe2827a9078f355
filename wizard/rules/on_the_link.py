"""The sides of a rule for what never leaves its link: beside the parties' own addresses, those of
multicast and broadcast, and those that IPv6 sends from on the link.
"""

from __future__ import annotations

import msgspec

from wizard.facts.model import FlowFact
from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.plan.model import Firewall
from wizard.rules.model import Direction
from wizard.rules.seen import RuleSide

# Where multicast that stays on the link goes, and the addresses that a host sends it from.
_LINK_GROUPS = "ff02::/16"
LINK_SENDERS = "fe80::/10"


def on_the_link(
    fact: FlowFact,
    firewall: Firewall,
    direction: Direction,
    family: Family,
    guarded: Cidrs,
    peers: RuleSide,
) -> tuple[RuleSide, RuleSide]:
    """What is guarded and the other side, with the fact's groups on the side that listens; nobody
    stays nobody.
    """
    groups = addresses.declared_of(tuple(fact.cast_addresses), family)
    senders = (LINK_SENDERS,) if _from_the_link(firewall, groups) else ()
    if direction == "in":
        return _with(RuleSide(guarded), groups), _with(peers, senders)
    if not peers.cidrs:
        return RuleSide(guarded), peers
    return _with(RuleSide(guarded), senders), _with(peers, groups)


def _from_the_link(firewall: Firewall, groups: Cidrs) -> bool:
    """Whether it goes to a group of the link; the networks of clouds carry none."""
    return firewall.kind == "host" and any(
        addresses.overlap((group,), (_LINK_GROUPS,)) for group in groups
    )


def _with(side: RuleSide, more: Cidrs) -> RuleSide:
    if not side.cidrs:
        return side
    return msgspec.structs.replace(side, cidrs=addresses.declared((*side.cidrs, *more)))
