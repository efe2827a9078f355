"""The plan's rules for a Windows host, as both its script and its policy for Intune write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters.firewalls.normal import first_id, joined, live, without_exceptions
from exporters.lines import in_runs
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.network.ports import range_texts
from wizard.rules.model import Rule

# Addresses that one rule lists on its far side; more make further rules.
_PEERS = 500
_HALVES = {"0.0.0.0/0": ("0.0.0.0/1", "128.0.0.0/1"), "::/0": ("::/1", "8000::/1")}


class WindowsRule(msgspec.Struct, frozen=True):
    """One rule that allows. `local` and `peers` are as Windows takes them; `ports` are the local
    ones of a rule that lets in, the far ones of one that lets out.
    """

    name: str
    rule: Rule
    inbound: bool
    local: tuple[str, ...]
    ports: tuple[str, ...]
    peers: tuple[str, ...]

    @property
    def services(self) -> str:
        """What they are for, in one text."""
        return "; ".join(self.rule.services)

    @property
    def ends(self) -> str:
        """Who opens connections to whom."""
        return f"({self.rule.from_} to {self.rule.to})"


def windows_rules(deployment: Deployment, firewall: str) -> list[WindowsRule]:
    """The rules, those that let in first; outbound ones only where the plan filters that."""
    rules = deployment.rules_of(firewall)
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    inbound = map(without_exceptions, joined(live(rules, "in")))
    outbound = map(without_exceptions, joined(live(rules, "out")) if filtered else [])
    found: list[WindowsRule] = []
    for rule in inbound:
        found += _parts(rule, firewall, True, rule.destinations, rule.sources)
    for rule in outbound:
        found += _parts(rule, firewall, False, rule.sources, rule.destinations)
    return found


def _parts(
    rule: Rule, firewall: str, inbound: bool, local: Sequence[str], peers: Sequence[str]
) -> Iterator[WindowsRule]:
    if not local or not peers:
        return
    for number, some in enumerate(in_runs(list(_written(peers)), _PEERS), 1):
        suffix = "" if number == 1 else f"-part{number}"
        yield WindowsRule(
            name=f"portwright-{firewall}-{_key(first_id(rule))}{suffix}",
            rule=rule,
            inbound=inbound,
            local=tuple(_written(local)),
            ports=tuple(range_texts(rule.ports)),
            peers=tuple(some),
        )


def _written(cidrs: Iterable[str]) -> Iterator[str]:
    """Addresses as Windows takes them: it has no /0."""
    for cidr in cidrs:
        yield from map(bare, _HALVES.get(cidr, (cidr,)))


def _key(key: str) -> str:
    """A rule's id as part of a name: letters, digits, dots and dashes."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", key)[:64]
