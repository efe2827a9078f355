"""Which features could have a role at a place of their own, and the plan with such a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from wizard.facts.model import Catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.field import AnswerError
from wizard.plan.keys import PlacePart, RoleKey
from wizard.plan.model import INTERNET, Placement, Plan
from wizard.plan.placement import PlaceAt, by_features
from wizard.plan.stored import stored, with_stored
from wizard.rules.select import select_flows

# Installations have servers of their own, features have not.
SERVERS = ("print-server", "secondary-server", "document-processor", "cluster-peer")


def feature_places(catalog: Catalog, plan: Plan) -> tuple[RoleKey, ...]:
    """The keys of places that features have or could have: of roles that several features use and
    that are somewhere now. Servers are left out, and features that come with their product.
    """
    global _last
    catalog = catalog_of(catalog, plan)
    # Every row of a step asks this of the same plan: the last answer is kept.
    last = _last
    if last is None or last[0] is not catalog or last[1] is not plan:
        last = _last = (catalog, plan, tuple(_feature_places(catalog, plan)))
    return last[2]


_last: tuple[Catalog, Plan, tuple[RoleKey, ...]] | None = None


def _feature_places(catalog: Catalog, plan: Plan) -> Iterator[RoleKey]:
    users = _features_by_role(catalog, plan)
    for role in catalog.roles:
        if role in SERVERS or role == INTERNET or len(users.get(role, ())) < 2:
            continue
        for installation, feature in users[role]:
            product = catalog.products.get(installation)
            declared = product.features.get(feature) if product is not None else None
            if declared is None or declared.core:
                continue
            key = RoleKey(role, "zones", installation, feature)
            if has_place(plan, key) or _general(plan, key) is not None:
                yield key


def _features_by_role(catalog: Catalog, plan: Plan) -> dict[str, dict[PlaceAt, None]]:
    users: dict[str, dict[PlaceAt, None]] = {}
    for flow in select_flows(catalog, plan):
        for features in by_features(flow.fact):
            for feature in features:
                at = PlaceAt(flow.fact.installation, feature)
                for role in (flow.fact.from_, flow.fact.to):
                    users.setdefault(role, {})[at] = None
    return users


def has_place(plan: Plan, key: RoleKey) -> bool:
    """True where the plan holds this place."""
    return any(stored(plan, key.beside(part)) for part in _PARTS)


def with_feature_place(plan: Plan, key: RoleKey) -> Plan:
    """The plan with a place for one feature: at first the zones of the general one.

    Raises:
        AnswerError: where the role is nowhere yet.
    """
    general = _general(plan, key)
    if general is None:
        raise AnswerError("Say first where they are for everything else.")
    if general.zones:
        return with_stored(plan, key.beside("zones"), general.zones)
    return with_stored(plan, key.beside("addresses"), general.addresses)


def without_place(plan: Plan, key: RoleKey) -> Plan:
    """The plan without this place: the more general one counts again."""
    for part in _PARTS:
        plan = with_stored(plan, key.beside(part), None)
    return plan


def _general(plan: Plan, key: RoleKey) -> Placement | None:
    """Where the role is for the whole installation; None where nobody says, or it is absent."""
    place = plan.placement(key.product or "", key.role)
    return place if place is not None and not place.absent else None


_PARTS: tuple[PlacePart, ...] = get_args(PlacePart)
