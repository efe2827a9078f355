"""Rules → what stands on record about each: who answers for it, until when, what it carries, what is
logged, how closely to look. The request says it for all, a firewall for its own, a need for itself.

Who approved a rule, and who put it in, no plan knows: papers leave room for it.
"""

from __future__ import annotations

import datetime
from operator import attrgetter
from typing import Any

import msgspec

from wizard.network.topology import Network
from wizard.plan.model import Firewall, OnRecord
from wizard.rules.model import Rule
from wizard.rules.needs import Risk, need_name, risk_of

# What stands where nothing says when a rule ends.
PERMANENT = "permanent"
# How a firewall's `log` reads with each of its rules.
LOGGING = {"drops": "what is dropped", "none": "as the device is set up"}


class RuleRecord(msgspec.Struct, frozen=True):
    """What is on record about one rule; what the plan does not say is None."""

    rule: str
    firewall: str
    need: str
    owner: str | None
    classification: str | None
    expires: datetime.date | None
    log: str
    risk: Risk


def record_of(rule: Rule, network: Network) -> RuleRecord:
    """The record of one rule."""
    plan = network.plan
    firewall = plan.firewalls.get(rule.firewall, Firewall("boundary"))
    need = need_name(rule)
    # The first of them that says something, part by part.
    said: tuple[OnRecord, ...] = (plan.needs.get(need, OnRecord()), firewall, plan.request)

    def first(part: str) -> Any:
        return next(filter(None, map(attrgetter(part), said)), None)

    return RuleRecord(
        rule=rule.id,
        firewall=rule.firewall,
        need=need,
        owner=first("owner"),
        classification=first("classification"),
        expires=first("expires"),
        log=LOGGING[firewall.log],
        risk=risk_of((rule,), network),
    )
