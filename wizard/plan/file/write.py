"""Plan → TOML text with every default explicit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from wizard.facts.model import Catalog, Product
from wizard.plan.file.options import with_defaults
from wizard.plan.file.places import FIREWALL_KEYS
from wizard.plan.model import (
    BUILT_IN_PLACES,
    FORMAT,
    INTERNET,
    Firewall,
    Placement,
    Plan,
    ProductPlan,
)


def write_plan(plan: Plan, catalog: Catalog) -> str:
    """Plan → TOML text with every default explicit; reading it gives the same plan."""
    import tomli_w

    from wizard.rules.select import needed_roles, used_listeners

    table: dict[str, Any] = {"format": FORMAT, "name": plan.name}
    request = {
        key: value
        for key, value in msgspec.structs.asdict(plan.request).items()
        if value is not None
    }
    if request:
        table["request"] = request
    table["products"] = {
        product_id: _product_table(
            catalog.products[product_id], answers, used_listeners(catalog, plan, product_id)
        )
        for product_id, answers in plan.products.items()
    }
    table["zones"] = {name: {"networks": list(zone.networks)} for name, zone in plan.zones.items()}
    needed = needed_roles(catalog, plan)
    built_in = {
        role: place
        for role, place in BUILT_IN_PLACES.items()
        if role in needed and role != INTERNET
    }
    # Reading takes what is built in for unsaid, so that it is written by one rule alone: where it
    # is needed.
    given = {
        role: place for role, place in plan.roles.items() if place != BUILT_IN_PLACES.get(role)
    }
    places = {**built_in, **given}
    table["roles"] = {role: _placement_table(place) for role, place in places.items()}
    table["firewalls"] = {
        name: _firewall_table(firewall) for name, firewall in plan.firewalls.items()
    }
    table["proxy"] = msgspec.structs.asdict(plan.proxy)
    return tomli_w.dumps({key: value for key, value in table.items() if value not in ({}, None)})


def _product_table(
    product: Product, answers: ProductPlan, listeners: Mapping[str, int]
) -> dict[str, Any]:
    features = with_defaults(product, answers.features)
    table: dict[str, Any] = {
        "version": answers.version or product.newest,
        "features": {
            name: {o: _plain(v) for o, v in options.items()} for name, options in features.items()
        },
    }
    if listeners:
        table["ports"] = dict(listeners)
    if answers.hosts:
        table["hosts"] = dict(answers.hosts)
    if answers.roles:
        table["roles"] = {role: _placement_table(place) for role, place in answers.roles.items()}
    return table


def _placement_table(place: Placement) -> dict[str, Any]:
    if place.absent:
        return {"absent": True}
    return {"zones": list(place.zones), "addresses": list(place.addresses)}


def _firewall_table(firewall: Firewall) -> dict[str, Any]:
    values = {key: getattr(firewall, key) for key in FIREWALL_KEYS[firewall.kind]}
    # A firewall that guards its role's addresses has none of its own: an empty list would read as
    # 'nobody'.
    return {
        k: _plain(v)
        for k, v in values.items()
        if v is not None and not (k == "addresses" and not v)
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
