"""What the facts say about the answers behind a row, where there is no time to try it out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.deployment import Deployment
from wizard.plan.model import Plan

# Answers about one of these have to do with a row only if they are about that very one.
_KINDS = ("firewalls", "roles", "products")


class Hints:
    """Two deployments, asked row by row."""

    def __init__(self, old: Deployment, new: Deployment) -> None:
        self._sides = {"-": old, "+": new}
        self._joining = _joining(old.plan) | _joining(new.plan)

    def plausible(self, change: Any, groups: Iterable[str]) -> tuple[str, ...]:
        """Those of the groups that can have to do with a row of `Changes`; all where that would be
        none.
        """
        listed = tuple(groups)
        about = _about(self._sides[change.sign], change)
        if not about:
            return listed
        if "rule" in about:
            about |= self._joining
        kept = tuple(one for one in listed if one.partition(".")[0] not in _KINDS or one in about)
        return kept or listed


def _about(side: Deployment, change: Any) -> set[str]:
    """The groups that the row's own fields and facts name."""
    item = next(
        getattr(change, name)
        for name in ("rule", "forward", "entry", "finding")
        if hasattr(change, name)
    )
    ids = (
        *getattr(item, "flows", ()),
        *getattr(item, "endpoints", ()),
        *getattr(item, "subjects", ()),
    )
    facts = [side.facts[key] for key in ids if key in side.facts]
    if not facts:
        return set()
    found: set[str] = set()
    roles: dict[str, None] = {
        role: None for fact in facts for role in (fact.from_, getattr(fact, "to", ""))
    }
    if hasattr(item, "firewall"):
        found |= {"rule", f"firewalls.{item.firewall}"}
        roles |= dict.fromkeys((getattr(item, "from_", ""), getattr(item, "to", "")))
    found |= {f"roles.{role}" for role in roles}
    for fact in facts:
        head = f"products.{fact.product}"
        found |= {head, f"{head}.version", *(f"{head}.roles.{role}" for role in roles)}
        found |= {f"{head}.features.{one.feature}" for all_of in fact.when for one in all_of}
        found |= {
            f"{head}.ports.{getattr(fact, 'listener', '')}",
            f"{head}.hosts.{getattr(fact, 'host_key', '')}",
        }
    return found


def _joining(plan: Plan) -> set[str]:
    return {
        f"firewalls.{name}" for name, firewall in plan.firewalls.items() if firewall.joins_zones
    }
