"""Limits of the targets that rules are written for, counted before anything is written.

An AWS security group says who may talk to its members and never which member: rules for a part of a
firewall's machines need a group of their own, and so does what is more than a group takes.
`aws_entries` and `aws_parts` are the one place that knows, for the count here and for the exporter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.ports import join_ports
from wizard.plan.model import Plan
from wizard.rules.denials import Denial
from wizard.rules.groups import group_rules
from wizard.rules.model import Rule
from wizard.tables import each_made

AWS_RULES = 60  # entries a security group takes for one direction and one address family
AWS_GROUPS = 5  # security groups at one network interface


class AwsEntry(msgspec.Struct, frozen=True):
    """One line of a security group. `members` are the machines it is for; empty: all that the
    firewall covers.
    """

    members: Cidrs
    direction: str
    family: Family
    transport: str
    low: int
    high: int
    cidr: str


def passed_limits(
    plan: Plan,
    rules: Sequence[Rule],
    covered: Callable[[str], Cidrs],
    denials: Callable[[str], Sequence[Denial]] = lambda _: (),
) -> Iterator[tuple[str, str]]:
    """Firewall and message for each limit that its rules pass; `covered` tells what a firewall
    guards, `denials` what must never be, as it sees that.
    """
    for name, firewall in sorted(plan.firewalls.items()):
        if firewall.kind == "cloud" and firewall.provider == "aws":
            of_firewall = (rule for rule in rules if rule.firewall == name)
            written = group_rules(firewall, of_firewall, denials(name))
            message = aws_excess(aws_entries(written, covered(name)))
            if message:
                yield name, f"{name} {message}"


def aws_parts(
    entries: Mapping[AwsEntry, list[Rule]],
) -> dict[tuple[Cidrs, int], dict[AwsEntry, list[Rule]]]:
    """The groups that hold these entries, by the machines that they are for and a number from 0:
    each takes 60 of one direction and family. Those of all machines come first.
    """
    parts: dict[tuple[Cidrs, int], dict[AwsEntry, list[Rule]]] = {((), 0): {}}
    counts: dict[tuple[Cidrs, str, Family], int] = {}
    for entry, rules in entries.items():
        place = (entry.members, entry.direction, entry.family)
        before = counts.get(place, 0)
        counts[place] = before + 1
        parts.setdefault((entry.members, before // AWS_RULES), {})[entry] = rules
    return parts


def aws_entries(rules: Iterable[Rule], covered: Cidrs) -> dict[AwsEntry, list[Rule]]:
    """The entries that these rules of one firewall make, in their order, and the rules behind each.

    AWS refuses the same entry twice, so rules that differ only in what they are for share one.
    """
    rules_by_entry: dict[AwsEntry, list[Rule]] = {}
    machines = addresses.each_family(partial(addresses.declared_of, covered))
    single = each_made(frozenset, machines)
    sizes = each_made(_size, machines)
    for rule in rules:
        inbound = rule.direction == "in"
        inner, peers = _side(rule, inbound), _side(rule, not inbound)
        if not single[rule.family].issuperset(inner):
            inner = addresses.overlap(inner, machines[rule.family])
        if not inner or not peers:
            continue
        # No CIDR of either holds another one, and all of `inner` is covered: as many are as good
        # as all.
        members = () if _size(inner) == sizes[rule.family] else addresses.beyond(inner, ())
        for cidr in peers:
            for low, high in join_ports(rule.ports):
                entry = AwsEntry(
                    members, rule.direction, rule.family, rule.transport, low, high, cidr
                )
                rules_by_entry.setdefault(entry, []).append(rule)
    return rules_by_entry


def _size(cidrs: Cidrs) -> int:
    """How many addresses these CIDRs hold, none of which holds another."""
    return sum(1 << (128 if ":" in cidr else 32) - int(cidr.partition("/")[2]) for cidr in cidrs)


def _side(rule: Rule, destinations: bool) -> Cidrs:
    """One side's addresses of the rule's family, without those that are excepted: groups cannot
    except.
    """
    listed = rule.destinations if destinations else rule.sources
    excepted = rule.except_destinations if destinations else rule.except_sources
    listed = addresses.declared_of(listed, rule.family)
    excepted = addresses.of_family(excepted, rule.family)
    return addresses.beyond(listed, excepted) if excepted and listed else listed


def aws_excess(entries: Mapping[AwsEntry, list[Rule]]) -> str:
    """What these entries need beyond the groups that a machine may have; nothing: they have room."""
    members_of_parts = [members for members, _ in aws_parts(entries)]
    for_all = members_of_parts.count(())
    at_once = for_all + addresses.most_at_once(filter(None, members_of_parts))
    if at_once <= AWS_GROUPS:
        return ""
    return (
        f"needs {at_once} security groups at one machine, of {AWS_RULES} entries for each direction"
        f" and family; AWS takes {AWS_GROUPS} at a network interface. Join networks, write the"
        " internet as everything, place the products' servers alike, or ask AWS for more."
    )
