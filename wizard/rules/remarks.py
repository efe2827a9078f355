"""What the documents of a plan's products say beside ports: the remarks that count for its features."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import Catalog, Condition, Remark
from wizard.plan.catalog import catalog_of
from wizard.plan.model import Plan
from wizard.rules.select import active_features, holds


class CountingRemark(msgspec.Struct, frozen=True):
    """A remark, and the installation that it is about."""

    installation: str
    remark: Remark


def remarks_of(catalog: Catalog, plan: Plan) -> Iterator[CountingRemark]:
    """The remarks on the plan's installations, and on those of their features that are selected."""
    products = catalog_of(catalog, plan).products
    for installation, answers in plan.products.items():
        product = products.get(installation)
        if product is None:
            continue
        active = active_features(product, answers)
        for remark in product.remarks.values():
            condition = Condition(remark.feature, remark.options)
            if not remark.feature or holds(product, answers, plan, active, condition):
                yield CountingRemark(installation, remark)
