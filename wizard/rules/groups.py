"""The rules of a cloud group as its file holds them.

A group has no exceptions, and takes few entries: 'the internet' as it is exactly would be a hundred
of them. Unless the plan wants it exactly, it is written as everything, own networks included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from wizard.network.addresses import ANYWHERE
from wizard.plan.model import Firewall
from wizard.rules.denials import Denial
from wizard.rules.model import Rule


def group_rules(
    firewall: Firewall, rules: Iterable[Rule], denials: Sequence[Denial]
) -> tuple[Rule, ...]:
    """The rules of one firewall, with everything for the internet where its plan leaves that open.

    A rule stays exact where it would let through something that must never be.
    """
    if firewall.kind != "cloud" or firewall.internet == "exact":
        return tuple(rules)
    return tuple(_opened(rule, denials) for rule in rules)


def opened_rules(
    firewall: Firewall, rules: Sequence[Rule], denials: Sequence[Denial]
) -> tuple[Rule, ...]:
    """Those that its file writes with everything in place of the internet."""
    written = group_rules(firewall, rules, denials)
    return tuple(rule for rule, line in zip(rules, written, strict=True) if line is not rule)


def _opened(rule: Rule, denials: Sequence[Denial]) -> Rule:
    anywhere = ANYWHERE[rule.family]
    opened = msgspec.structs.replace(
        rule,
        except_sources=() if anywhere in rule.sources else rule.except_sources,
        except_destinations=() if anywhere in rule.destinations else rule.except_destinations,
    )
    if opened == rule:
        return rule
    for denial in denials:
        if denial.ports_let_through(opened) != denial.ports_let_through(rule):
            return rule
    return opened
