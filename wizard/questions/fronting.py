"""What load balancers and reverse proxies can stand in front of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wizard.facts.exposure import own_listeners
from wizard.facts.model import Catalog, Choice
from wizard.network.ports import PortRange, single_port
from wizard.plan.catalog import catalog_of
from wizard.plan.fields_fronts import NO_FRONT_BEFORE
from wizard.plan.fronts import front_title, row
from wizard.plan.keys import FrontKey, FrontPart, Key, ServeKey
from wizard.plan.model import Front, Plan
from wizard.plan.publishing import publish_name
from wizard.plan.stored import FRONT_PARTS
from wizard.questions.model import named_choice
from wizard.rules.select import select_flows


def servable(catalog: Catalog, plan: Plan) -> dict[str, tuple[PortRange, ...]]:
    """Name of a listener → the ports on which it listens, of all that the plan's servers offer on
    one port each.
    """
    global _last
    catalog = catalog_of(catalog, plan)
    # Every question about a front asks this of the same plan: the last answer is kept.
    last = _last
    if last is None or last[0] is not catalog or last[1] is not plan:
        ports_by_name: dict[str, tuple[PortRange, ...]] = {}
        for flow in select_flows(catalog, plan):
            fact = flow.fact
            if (
                fact.scope == "network"
                and (fact.is_own or fact.listener in own_listeners(flow.product))
                and single_port(flow.ports) is not None
            ):
                ports_by_name.setdefault(publish_name(fact), flow.ports)
        last = _last = (catalog, plan, ports_by_name)
    return last[2]


_last: tuple[Catalog, Plan, dict[str, tuple[PortRange, ...]]] | None = None


def may_have_fronts(catalog: Catalog, plan: Plan) -> bool:
    """True where there is something to ask about fronts: some are there, or firewalls and servers."""
    return bool(plan.fronts) or bool(plan.firewalls and servable(catalog, plan))


def served_choices(plan: Plan, name: str) -> tuple[Choice, ...]:
    """The listeners that a front serves."""
    return tuple(map(named_choice, plan.fronts[name].serves))


def choices_before(plan: Plan, name: str) -> tuple[Choice, ...]:
    """The fronts that one can stand behind: not those that stand behind it."""
    choices = [NO_FRONT_BEFORE]
    for other, front in plan.fronts.items():
        if other != name and name not in row(plan.fronts, other):
            choices.append(Choice(other, front_title(other, front)))
    return tuple(choices)


def front_keys(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    """What is asked of each front: where it is, what it serves, then the rest."""
    for name, front in plan.fronts.items():
        for part in FRONT_PARTS:
            if part == "encrypts":
                listeners = dict.fromkeys((*servable(catalog, plan), *front.serves))
                yield from map(partial(ServeKey, name), listeners)
            if _is_asked_of_front(plan, part, front):
                yield FrontKey(name, part)


def _is_asked_of_front(plan: Plan, part: FrontPart, front: Front) -> bool:
    match part:
        case "zones" | "addresses":
            return front.role is None
        case "role":
            return front.role is not None or not front.is_placed
        case "encrypts":
            return bool(front.serves)
        case "behind":
            return front.behind is not None or len(plan.fronts) > 1
        case "checks":
            return not front.hides_sources
    return True
