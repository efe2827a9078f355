"""Plans between an old one and a new one: what a change would be with some of its answers only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wizard.plan.model import Plan, ProductPlan, changed

_PARTS = ("features", "ports", "hosts", "roles")


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
