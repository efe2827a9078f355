"""All places of a plan, of roles, of installations and their features, and of fronts; and all its
networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from wizard.plan.model import Front, Placement, Plan, ProductPlan, changed
from wizard.tables import each_made


def every_place(plan: Plan) -> list[Placement]:
    """Each place of a role or a front once."""
    places = dict.fromkeys(plan.roles.values())
    for front in plan.fronts.values():
        places[front.place] = None
    for answers in plan.products.values():
        for roles in (answers.roles, *answers.feature_roles.values()):
            places.update(dict.fromkeys(roles.values()))
    return list(places)


def every_network(plan: Plan) -> Iterator[str]:
    """The networks of all zones, their own and as what they are seen."""
    for zone in plan.zones.values():
        yield from (*zone.networks, *zone.seen_as)


def with_places(plan: Plan, place: Callable[[Placement], Placement]) -> Plan:
    """The plan with every place put through a function."""

    def roles(placements: Mapping[str, Placement]) -> dict[str, Placement]:
        return each_made(place, placements)

    def product(answers: ProductPlan) -> ProductPlan:
        of_features = each_made(roles, answers.feature_roles)
        return msgspec.structs.replace(
            answers, roles=roles(answers.roles), feature_roles=of_features
        )

    def front(old: Front) -> Front:
        new = place(old.place)
        return msgspec.structs.replace(old, zones=new.zones, addresses=new.addresses)

    products = each_made(product, plan.products)
    fronts = each_made(front, plan.fronts)
    return changed(plan, roles=roles(plan.roles), products=products, fronts=fronts)
