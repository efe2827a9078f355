"""Where a role is: by the plan, by one installation, by one of its features. The most specific place
counts, whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

from wizard.facts.model import OWN_PRODUCT, Fact
from wizard.plan.model import BUILT_IN_PLACES, Placement, Plan, changed
from wizard.tables import names_where

# The features of each alternative by which a fact counts: all of one, any of them.
ByFeatures = tuple[tuple[str, ...], ...]


class PlaceAt(NamedTuple):
    """Who places a role: a feature of an installation, the installation (no feature), the plan."""

    installation: str
    feature: str = ""


def places_of(plan: Plan, installation: str, role: str, by: ByFeatures = ()) -> tuple[PlaceAt, ...]:
    """Who places a role for a fact that counts by these features; several: it is at all of them.

    An alternative counts where its features place the role, else where it is in general. What only
    features place is in general wherever any of them places it: those of the installation, else
    those of any. A connection of the plan's own is no installation's: without a general place it
    runs to wherever installations and features place the role.
    """
    answers = plan.products.get(installation)
    general = PlaceAt(installation if answers is not None and role in answers.roles else "")
    placing = _placing(plan, role)
    if installation == OWN_PRODUCT:
        own = (PlaceAt(name) for name, other in plan.products.items() if role in other.roles)
        placing = (*placing, *own)
    if not placing:
        return (general,)
    of_its_own = tuple(at for at in placing if at.installation == installation)
    in_general: tuple[PlaceAt, ...] = (general,)
    is_given = role in plan.roles or (answers is not None and role in answers.roles)
    # Where such roles are unless somebody places them counts for no role that a feature places.
    if not is_given:
        in_general = of_its_own or placing
    places: dict[PlaceAt, None] = {}
    for features in by or ((),):
        by_feature = [at for at in of_its_own if at.feature in features]
        places.update(dict.fromkeys(by_feature or in_general))
    return tuple(places)


def _placing(plan: Plan, role: str) -> tuple[PlaceAt, ...]:
    """The features that place a role, of all installations."""
    global _last
    # Every fact asks this of the same plan: what its features place is kept.
    last = _last
    if last is None or last[0] is not plan:
        last = _last = (plan, _placing_by_role(plan))
    return last[1].get(role, ())


_last: tuple[Plan, dict[str, tuple[PlaceAt, ...]]] | None = None


def _placing_by_role(plan: Plan) -> dict[str, tuple[PlaceAt, ...]]:
    by_role: dict[str, tuple[PlaceAt, ...]] = {}
    for installation, answers in plan.products.items():
        for feature, roles in answers.feature_roles.items():
            for role in roles:
                by_role[role] = (*by_role.get(role, ()), PlaceAt(installation, feature))
    return by_role


def is_placed_by_features(plan: Plan, role: str) -> bool:
    """True where some feature places the role."""
    return bool(_placing(plan, role))


def by_features(fact: Fact) -> ByFeatures:
    """The features of each of a fact's alternatives; of a fact that a plan selects, those that
    hold.
    """
    # Most facts have one condition, and all of them are asked several times.
    if len(fact.when) == 1 and len(fact.when[0]) == 1:
        return ((fact.when[0][0].feature,),)
    alternatives: list[tuple[str, ...]] = []
    for all_of in fact.when:
        alternatives.append(tuple(condition.feature for condition in all_of))
    return tuple(alternatives)


def placement_at(plan: Plan, at: PlaceAt, role: str) -> Placement | None:
    """Where the role is as one of them says; None where nobody says."""
    if not at.feature:
        return plan.placement(at.installation, role)
    return plan.products[at.installation].feature_roles[at.feature].get(role)


def has_place(plan: Plan, installation: str, role: str) -> bool:
    """True where somebody says where the role is for an installation, or that there is none."""
    for at in places_of(plan, installation, role):
        place = placement_at(plan, at, role)
        if place is not None and (place.absent or place.zones or place.addresses):
            return True
    return False


def is_absent(plan: Plan, installation: str, role: str, by: ByFeatures = ()) -> bool:
    """True where whoever places the role for such a fact says that there is none."""
    for at in places_of(plan, installation, role, by):
        place = placement_at(plan, at, role)
        if place is None or not place.absent:
            return False
    return True


def absent_roles(plan: Plan) -> frozenset[str]:
    """The roles of which anybody says that there is none: a first look at hundreds of facts."""
    absent: set[str] = set()
    for table in _tables(plan):
        absent.update(names_where(attrgetter("absent"), table))
    return frozenset(absent)


def is_placed_by_products(plan: Plan, role: str) -> bool:
    """True where an installation has a place of its own for the role."""
    return any(role in answers.roles for answers in plan.products.values())


def is_nowhere(plan: Plan, installation: str, role: str, by: ByFeatures = ()) -> bool:
    """True where nobody places the role for such a fact."""
    places = places_of(plan, installation, role, by)
    return all(placement_at(plan, at, role) in (None, Placement()) for at in places)


def placed_roles(plan: Plan) -> Iterator[str]:
    """The roles that have a place, by anybody; not those that are absent."""
    for table in _tables(plan):
        for role, place in table.items():
            if not place.absent:
                yield role


def without_built_in_places(plan: Plan) -> Plan:
    """The same plan where it says what is built in, and where nobody else places the role: there it is
    the same whether a plan says it or not. Else what it says in general counts (see `places_of`).
    """
    said = {
        role: place
        for role, place in plan.roles.items()
        if place != BUILT_IN_PLACES.get(role) or is_placed_elsewhere(plan, role)
    }
    return plan if len(said) == len(plan.roles) else changed(plan, roles=said)


def is_placed_elsewhere(plan: Plan, role: str) -> bool:
    """True where installations, or features of theirs, place a role."""
    return any(role in table for table in _tables_of_products(plan))


def _tables(plan: Plan) -> Iterator[Mapping[str, Placement]]:
    """Where roles are placed: in general, by installations, by features of theirs."""
    yield plan.roles
    yield from _tables_of_products(plan)


def _tables_of_products(plan: Plan) -> Iterator[Mapping[str, Placement]]:
    for answers in plan.products.values():
        yield answers.roles
        yield from answers.feature_roles.values()
