"""Load balancers and reverse proxies: added, renamed and removed; whoever names one follows."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.edits import free_name, known_name, renamed_entry
from wizard.plan.field import AnswerError
from wizard.plan.model import Front, FrontKind, Plan, changed
from wizard.plan.own_edits import Renamed, with_roles
from wizard.tables import without_name

FRONT_NOUN = "front"


def add_front(catalog: Catalog, plan: Plan, name: str, kind: FrontKind) -> Plan:
    """The plan with one more front, which is nowhere and serves nothing yet.

    Raises:
        AnswerError: where the name cannot be, or is taken.
    """
    return changed(plan, fronts={**plan.fronts, _free(catalog, plan, name): Front(kind)})


def rename_front(catalog: Catalog, plan: Plan, old: str, new: str) -> Plan:
    """The plan with the front under its new name, in its old place.

    Raises:
        AnswerError: where there is no such front, or the new name cannot be or is taken.
    """
    known_name(old, plan.fronts, FRONT_NOUN)
    if old == new:
        return plan
    name = _free(catalog, plan, new)
    plan = with_roles(plan, lambda role: name if role == old else role)
    fronts = renamed_entry(plan.fronts, old, name)
    return changed(plan, fronts=_behind(fronts, lambda front: name if front == old else front))


def remove_front(plan: Plan, name: str) -> Plan:
    """The plan without the front; what it served goes to the servers directly.

    Raises:
        AnswerError: where there is no such front.
    """
    known_name(name, plan.fronts, FRONT_NOUN)
    plan = with_roles(plan, lambda role: None if role == name else role)
    fronts = without_name(plan.fronts, name)
    return changed(plan, fronts=_behind(fronts, lambda front: None if front == name else front))


def _behind(fronts: Mapping[str, Front], renamed: Renamed) -> dict[str, Front]:
    behind: dict[str, Front] = {}
    for name, front in fronts.items():
        before = renamed(front.behind) if front.behind is not None else None
        behind[name] = msgspec.structs.replace(front, behind=before)
    return behind


def _free(catalog: Catalog, plan: Plan, name: str) -> str:
    free = free_name(name, plan.fronts, FRONT_NOUN)
    if free in catalog.roles and free not in plan.fronts:
        raise AnswerError(
            f"{catalog.roles[free].name!r} is a role of that name; give the front another one."
        )
    return free
