"""Limits of the targets that rules are written for, counted before anything is written.

An AWS security group says who may talk to its members and never which member: rules for a part of a
firewall's machines need a group of their own. `aws_entries` is the one place that knows, for the
count here and for the exporter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from wizard.network import addresses
from wizard.network.ports import join_ports
from wizard.plan.model import Plan
from wizard.rules.model import Rule

AWS_RULES = 60  # entries a security group takes for one direction and one address family
AWS_GROUPS = 5  # security groups at one network interface

Cidrs = tuple[str, ...]


class AwsEntry(msgspec.Struct, frozen=True):
    """One line of a security group. `members` are the machines it is for; empty: all that the
    firewall covers.
    """

    members: Cidrs
    direction: str
    family: int
    transport: str
    low: int
    high: int
    cidr: str


def passed_limits(
    plan: Plan, rules: Sequence[Rule], covered: Callable[[str], Cidrs]
) -> Iterator[tuple[str, str]]:
    """Firewall and message for each limit that its rules pass; `covered` tells what a firewall
    guards.
    """
    for name, firewall in sorted(plan.firewalls.items()):
        if firewall.provider == "aws":
            own = [rule for rule in rules if rule.firewall == name]
            for message in _aws(name, aws_entries(own, covered(name))):
                yield name, message


def aws_entries(rules: Iterable[Rule], covered: Cidrs) -> dict[AwsEntry, list[Rule]]:
    """The entries that these rules of one firewall make, in their order, and the rules behind each.

    AWS refuses the same entry twice, so rules that differ only in what they are for share one.
    """
    found: dict[AwsEntry, list[Rule]] = {}
    machines = {
        family: addresses.declared(addresses.of_family(covered, family))
        for family in addresses.FAMILIES
    }
    named = {family: frozenset(everyone) for family, everyone in machines.items()}
    sizes = {family: _size(everyone) for family, everyone in machines.items()}
    for rule in rules:
        inbound = rule.direction == "in"
        own, peers = _side(rule, inbound), _side(rule, not inbound)
        everyone = machines[rule.family]
        held = own if named[rule.family].issuperset(own) else addresses.overlap(own, everyone)
        if not held or not peers:
            continue
        # No CIDR of either holds another one, and all of `held` is in `everyone`: as many are as
        # good as all.
        whole = _size(held) == sizes[rule.family]
        members = () if whole else addresses.beyond(held, ())
        for cidr in peers:
            for low, high in join_ports(rule.ports):
                entry = AwsEntry(
                    members, rule.direction, rule.family, rule.transport, low, high, cidr
                )
                found.setdefault(entry, []).append(rule)
    return found


def _size(cidrs: Cidrs) -> int:
    """How many addresses these CIDRs hold, none of which holds another."""
    return sum(1 << (128 if ":" in cidr else 32) - int(cidr.partition("/")[2]) for cidr in cidrs)


def _side(rule: Rule, destinations: bool) -> Cidrs:
    """One side's addresses of the rule's family, without those that are excepted: groups cannot
    except.
    """
    listed = rule.destinations if destinations else rule.sources
    excepted = rule.except_destinations if destinations else rule.except_sources
    listed = addresses.declared(addresses.of_family(listed, rule.family))
    excepted = addresses.of_family(excepted, rule.family)
    return addresses.beyond(listed, excepted) if excepted and listed else listed


def _aws(name: str, entries: Iterable[AwsEntry]) -> Iterator[str]:
    counts: dict[tuple[Cidrs, str, int], int] = {}
    for entry in entries:
        key = (entry.members, entry.direction, entry.family)
        counts[key] = counts.get(key, 0) + 1
    for (members, direction, family), count in sorted(counts.items()):
        if count > AWS_RULES:
            yield (
                f"{name} needs {count} {'inbound' if direction == 'in' else 'outbound'} IPv{family}"
                f" entries{' for ' + ', '.join(members[:4]) if members else ''}; an AWS security"
                f" group takes {AWS_RULES}. Ask AWS for more, split it in several groups, or join"
                " networks."
            )
    parts = {members for members, _, _ in counts if members}
    at_once = 1 + addresses.most_at_once(parts)
    if at_once > AWS_GROUPS:
        yield (
            f"{name} needs {at_once} security groups at one machine; AWS takes {AWS_GROUPS} at a"
            " network interface. Ask AWS for more, or place the products' servers alike."
        )
