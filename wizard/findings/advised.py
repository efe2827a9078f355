"""Features that are off and should be on, by what their products' documents say of them."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.facts.model import Advised, Feature, Product
from wizard.findings.model import PRINT_TEAM, Remarks, Survey, note, warning
from wizard.plan.catalog import catalog_of
from wizard.plan.model import Plan, ProductPlan
from wizard.rules.select import active_features, fits_version, holds


@warning(
    "feature-missing", PRINT_TEAM, "Switch the feature on, or check that rules for it are there."
)
def feature_missing(r: Survey) -> Remarks:
    """A feature is off without which something that is on fails."""
    return _advised(r, is_warning=True)


@note(
    "feature-advised", PRINT_TEAM, "Switch the feature on, unless what it opens is there already."
)
def feature_advised(r: Survey) -> Remarks:
    """A feature is off that the document calls needed in this version."""
    return _advised(r, is_warning=False)


def _advised(r: Survey, *, is_warning: bool) -> Remarks:
    for product, answers in _installed(r):
        for name, feature in _features_off(product, answers):
            advised = feature.advised
            if advised is None or advised.warning != is_warning:
                continue
            if _applies(r.plan, product, answers, advised):
                yield (
                    f"{product.name}: {feature.name} is off. {advised.why} Switch it on.",
                    (product.id, name),
                )


def _installed(r: Survey) -> Iterator[tuple[Product, ProductPlan]]:
    products = catalog_of(r.catalog, r.plan).products
    for installation, answers in r.plan.products.items():
        if installation in products:
            yield products[installation], answers


def _features_off(product: Product, answers: ProductPlan) -> Iterator[tuple[str, Feature]]:
    active = active_features(product, answers)
    for name, feature in product.features.items():
        if name not in active:
            yield name, feature


def _applies(plan: Plan, product: Product, answers: ProductPlan, advised: Advised) -> bool:
    """True where its version and all its conditions hold."""
    if not fits_version(advised.versions, answers.version or product.newest):
        return False
    active = active_features(product, answers)
    return all(holds(product, answers, plan, active, condition) for condition in advised.when)
