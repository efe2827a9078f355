"""Installations of products: added, renamed, removed."""

from __future__ import annotations

import msgspec

from wizard.facts.model import Catalog, Product
from wizard.plan.catalog import name_taken
from wizard.plan.edits import free_name, known_name
from wizard.plan.field import AnswerError
from wizard.plan.file import with_defaults
from wizard.plan.model import Plan, ProductPlan, changed
from wizard.plan.publishing import with_renamed_owner
from wizard.tables import without_name
from wizard.text import near


def new_installation(product: Product, name: str) -> ProductPlan:
    """The answers that an installation starts with: the defaults of the catalog."""
    return ProductPlan(
        product=None if name == product.product else product.product,
        features=with_defaults(product, {}),
    )


def add_installation(catalog: Catalog, plan: Plan, name: str, product_id: str) -> Plan:
    """The plan with one more installation of a product.

    Raises:
        AnswerError: where there is no such product, or the name cannot be or is taken.
    """
    product = catalog.products.get(product_id)
    if product is None or product.installs:
        products = [key for key, other in catalog.products.items() if not other.installs]
        raise AnswerError(f"There is no product {product_id!r}{near(product_id, products)}.")
    free = _free(catalog, plan, name, product_id)
    return changed(plan, products={**plan.products, free: new_installation(product, free)})


def rename_installation(catalog: Catalog, plan: Plan, old: str, new: str) -> Plan:
    """The plan with the installation under its new name, with all its answers, in its old place.

    Raises:
        AnswerError: where there is no such installation, or the new name cannot be or is taken.
    """
    known_name(old, plan.products, "installation")
    if old == new.strip():
        return plan
    product_id = plan.product_of(old)
    free = _free(catalog, plan, new, product_id)
    products: dict[str, ProductPlan] = {}
    for name, answers in plan.products.items():
        if name == old:
            of = None if free == product_id else product_id
            products[free] = msgspec.structs.replace(answers, product=of)
        else:
            products[name] = answers
    return with_renamed_owner(changed(plan, products=products), old, free)


def remove_installation(plan: Plan, name: str) -> Plan:
    """The plan without the installation and its answers.

    Raises:
        AnswerError: where there is no such installation.
    """
    known_name(name, plan.products, "installation")
    remaining = without_name(plan.products, name)
    return with_renamed_owner(changed(plan, products=remaining), name, None)


def suggested_installation(plan: Plan, product_id: str) -> str:
    """A name that is free, to start from: 'cups-2', 'cups-3' …"""
    number = 2
    while f"{product_id}-{number}" in plan.products:
        number += 1
    return f"{product_id}-{number}"


def _free(catalog: Catalog, plan: Plan, name: str, product_id: str) -> str:
    free = free_name(name, plan.products, "installation")
    if trouble := name_taken(catalog, free, product_id):
        raise AnswerError(f"{trouble}.")
    return free
