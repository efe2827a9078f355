"""Limits of the targets that rules are written for, counted before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard import addresses
from wizard.plan import Plan
from wizard.rules import Rule

AWS_RULES = 60  # entries a security group takes for one direction and one address family


def passed_limits(plan: Plan, rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """Firewall and message for each limit that its rules pass."""
    counts: dict[tuple[str, str, int], int] = {}
    for rule in rules:
        if plan.firewalls[rule.firewall].provider == "aws":
            key = (rule.firewall, rule.direction, rule.family)
            counts[key] = counts.get(key, 0) + aws_entries(rule)
    for (name, direction, family), count in sorted(counts.items()):
        if count > AWS_RULES:
            yield (
                name,
                f"{name} needs {count} {'inbound' if direction == 'in' else 'outbound'} IPv{family} entries; "
                f"an AWS security group takes {AWS_RULES}. Ask AWS for more, split it in several groups, "
                "or join networks.",
            )


def aws_entries(rule: Rule) -> int:
    """How many entries of a security group one rule takes: one for each network and each run of ports."""
    peers, excepted = (
        (rule.sources, rule.except_sources)
        if rule.direction == "in"
        else (rule.destinations, rule.except_destinations)
    )
    count = len(addresses.beyond(peers, excepted)) if excepted else len(peers)
    return count * len(rule.ports)
