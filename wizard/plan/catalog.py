"""The catalog as a plan sees it: what the plan itself adds to the facts, in the form of facts.

Whoever looks a fact or a product up by an id of the plan asks this catalog, and needs no special
cases: each installation is a product there, its facts named after it. A plan that adds nothing
sees the catalog itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from wizard.facts.model import (
    MANAGEMENT_PRODUCT,
    OWN_PRODUCT,
    Catalog,
    EndpointFact,
    FlowFact,
    Product,
)
from wizard.plan.model import Plan, changed
from wizard.plan.own_facts import with_own

# What ids of facts begin with that are no product's.
RESERVED = (OWN_PRODUCT, MANAGEMENT_PRODUCT)
AnyFact = TypeVar("AnyFact", FlowFact, EndpointFact)

# What was made last, the newest last: (catalog, what plans added, the catalog with it).
_KEPT: list[tuple[Catalog, _Added, Catalog]] = []
_MOST_KEPT = 8


class _Added(msgspec.Struct, frozen=True):
    """What a plan adds: installations by their names, each with its product."""

    installations: tuple[tuple[str, str], ...] = ()


def catalog_of(catalog: Catalog, plan: Plan) -> Catalog:
    """The catalog as this plan sees it; also of one that another plan, or this one, has seen."""
    global _last
    # Every question asks this of the same plan: the last answer is kept.
    last = _last
    if last is not None and last[1] is plan and (last[0] is catalog or last[2] is catalog):
        return last[2]
    whole = with_own(_with_installations(catalog, plan), plan.own, plan.fronts)
    _last = (catalog, plan, whole)
    return whole


_last: tuple[Catalog, Plan, Catalog] | None = None


def made_with(catalog: Catalog, plan: Plan) -> Plan:
    """The plan as it is saved today: it records the version of these facts."""
    if catalog.edition is None or plan.catalog.version == catalog.edition.version:
        return plan
    recorded = msgspec.structs.replace(plan.catalog, version=catalog.edition.version)
    return changed(plan, catalog=recorded)


def without_plan(catalog: Catalog) -> Catalog:
    """The facts alone, without what a plan has added to them."""
    return catalog_of(catalog, Plan())


def _with_installations(catalog: Catalog, plan: Plan) -> Catalog:
    added = _added_by(plan, catalog)
    if added == _seen_in(catalog):
        return catalog
    for basis, those, whole in _KEPT:
        if basis is catalog and those == added:
            return whole
    whole = _with(catalog, added)
    _KEPT.append((catalog, added, whole))
    del _KEPT[:-_MOST_KEPT]
    return whole


def name_taken(catalog: Catalog, name: str, product: str) -> str:
    """Why an installation of the product cannot be called so, as a sentence; '' where it can."""
    if name in RESERVED:
        return f"{name!r} stands for the plan's own connections; take another name"
    namesake = catalog.products.get(name)
    if name != product and namesake is not None and not namesake.installs:
        return (
            f"{name!r} is a product of its own; take another name for an installation of {product}"
        )
    return ""


def _added_by(plan: Plan, catalog: Catalog) -> _Added:
    installations: list[tuple[str, str]] = []
    for name, answers in plan.products.items():
        product = answers.product
        if product is None or product == name:
            continue
        # A draft of another version may hold what these facts do not know.
        if product in catalog.products and not name_taken(catalog, name, product):
            installations.append((name, product))
    return _Added(tuple(sorted(installations)))


def _seen_in(catalog: Catalog) -> _Added:
    products = catalog.products.items()
    return _Added(tuple(sorted((name, p.installs) for name, p in products if p.installs)))


def _with(catalog: Catalog, added: _Added) -> Catalog:
    names_by_product: dict[str, list[str]] = {}
    for name, product_id in added.installations:
        names_by_product.setdefault(product_id, []).append(name)
    products: dict[str, Product] = {}
    for product_id, product in catalog.products.items():
        if product.installs:
            continue
        products[product_id] = product
        # Beside their product, as people look for them.
        for name in names_by_product.get(product_id, ()):
            products[name] = _installed(product, name)
    return msgspec.structs.replace(catalog, products=products)


def _installed(product: Product, name: str) -> Product:
    """The product under the name of an installation, with all its facts."""
    return msgspec.structs.replace(
        product,
        id=name,
        name=f"{name} ({product.name})",
        installs=product.id,
        flows=tuple(_named(product.flows, name)),
        endpoints=tuple(_named(product.endpoints, name)),
    )


def _named(facts: Iterable[AnyFact], installation: str) -> Iterator[AnyFact]:
    for fact in facts:
        yield msgspec.structs.replace(fact, id=f"{installation}/{fact.entry}")
