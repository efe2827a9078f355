"""Plans between an old one and a new one, deployed and asked what of the change is there.
`causes.py` asks.

A plan taken half back may make no sense: a role in a zone that is not there, a firewall that joins
nothing. It is only ever deployed, and `deploy` says about any plan what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.changes import allowlist_key, bypass_key, finding_key, forward_key, sender_key, without
from wizard.changes.answers import FACTS
from wizard.changes.pairs import rule_kind
from wizard.deployment import Deployment, deploy
from wizard.network.ports import PortRange
from wizard.plan.model import Plan, ProductPlan, changed
from wizard.rules.model import Rule

# How many plans are tried for one comparison: as many as take about a second, by what there is to
# work out in them (not by the clock: the same two plans always give the same causes).
_MOST, _SECOND = 130, 250_000
_PARTS = ("features", "ports", "hosts", "roles")
# What differs, as a key: its sign, its kind, its id or key, and a rule's ports.
Row = tuple[Any, ...]


def mixed(old: Plan, new: Plan, group_of: Mapping[str, str], taken: Iterable[str]) -> Plan:
    """The old plan with the answers of some groups as they are in the new one. Name and request are
    the new ones'.

    `group_of` maps each thing that differs (`roles.printer`, `products.cups`, …) to its group.
    """
    groups = frozenset(taken)

    def pick(key: str, was: Any, becomes: Any) -> Any:
        return becomes if group_of.get(key) in groups else was

    def merge(head: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        names = dict.fromkeys((*after, *before))
        picked = {name: pick(f"{head}.{name}", before.get(name), after.get(name)) for name in names}
        return {name: value for name, value in picked.items() if value is not None}

    products: dict[str, ProductPlan] = {}
    for name in dict.fromkeys((*new.products, *old.products)):
        head = f"products.{name}"
        was, becomes = old.products.get(name), new.products.get(name)
        # Where one of the two has none, its coming or going is an answer of its own.
        if (was is None or becomes is None) and pick(head, was, becomes) is None:
            continue
        before, after = was or ProductPlan(), becomes or ProductPlan()
        products[name] = ProductPlan(
            version=pick(f"{head}.version", before.version, after.version),
            **{
                part: merge(f"{head}.{part}", getattr(before, part), getattr(after, part))
                for part in _PARTS
            },
        )
    return changed(
        new,
        products=products,
        zones=merge("zones", old.zones, new.zones),
        roles=merge("roles", old.roles, new.roles),
        firewalls=merge("firewalls", old.firewalls, new.firewalls),
        proxy=pick("proxy", old.proxy, new.proxy),
    )


class Trials:
    """Plans between the old one and the new, deployed and asked whether a row is there. Counts
    them.

    A row that appears is there as in the new plan when the thing is; one that vanishes, when the
    thing is gone.
    """

    def __init__(
        self, old: Deployment, new: Deployment, group_of: Mapping[str, str], most: int | None = None
    ) -> None:
        self.old, self.new, self.group_of = old, new, group_of
        self.left = min(_MOST, _SECOND // max(_work(old), _work(new))) if most is None else most
        self._known: dict[frozenset[str], _Present] = {}

    def enough_for(self, number: int) -> bool:
        """True while so many more plans may be tried."""
        return number <= self.left

    def holding(self, taken: Iterable[str], rows: Iterable[Row]) -> set[Row]:
        """Those of the rows that are there with only these groups' answers as in the new plan."""
        present = self._present(taken)
        return {row for row in rows if present.holds(row)}

    def has_alike(self, taken: Iterable[str], rule: Rule) -> bool:
        """True where some rule there stands for one of this rule's flows, at whatever addresses."""
        return any((rule_kind(rule), flow) in self._present(taken).flows for flow in rule.flows)

    def knows(self, taken: Iterable[str]) -> bool:
        """True where that plan was tried already."""
        return frozenset(taken) in self._known

    def _present(self, taken: Iterable[str]) -> _Present:
        groups = frozenset(taken)
        if groups not in self._known:
            self.left -= 1
            self._known[groups] = _Present(self._deployed(groups))
        return self._known[groups]

    def _deployed(self, groups: frozenset[str]) -> Deployment:
        plan = mixed(self.old.plan, self.new.plan, self.group_of, groups)
        catalog = self.new.catalog if FACTS in groups else self.old.catalog
        # Facts of another version may not know a product of this one.
        known = {name: own for name, own in plan.products.items() if name in catalog.products}
        return deploy(
            catalog, changed(plan, products=known) if len(known) < len(plan.products) else plan
        )


def _work(deployment: Deployment) -> int:
    """How much there is to work out: 250 a millisecond."""
    pairs = sum(len(flow.sources) * len(flow.destinations) for flow in deployment.flows)
    return 250 + 25 * len(deployment.flows) + 10 * len(deployment.rules) + pairs


class _Present:
    """What a deployment has, to ask for rows."""

    def __init__(self, deployment: Deployment) -> None:
        self.ports = {rule.id: rule.ports for rule in deployment.rules}
        self.flows = {(rule_kind(rule), flow) for rule in deployment.rules for flow in rule.flows}
        self.keys: set[object] = {("forward", forward_key(f)) for f in deployment.forwards}
        self.keys |= {("allowlist", allowlist_key(e)) for e in deployment.allowlist}
        self.keys |= {("bypass", bypass_key(b)) for b in deployment.tls_bypass}
        self.keys |= {("sender", sender_key(m)) for m in deployment.mail_senders}
        self.keys |= {("finding", finding_key(f)) for f in deployment.findings}

    def holds(self, row: Row) -> bool:
        sign, kind, key = row[:3]
        if kind == "rule":
            wanted: tuple[PortRange, ...] = row[3]
            missing = without(wanted, self.ports.get(key, ()))
            return missing == () if sign == "+" else missing == wanted
        there = (kind, key) in self.keys
        return there if sign == "+" else not there
