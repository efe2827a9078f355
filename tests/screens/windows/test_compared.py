"""What the compare window says about a row of it."""

from __future__ import annotations

from screens.windows.compare.compared import ComparedPlan, Comparison
from tests.tools.worlds import OFFICE, world
from wizard.changes import compare
from wizard.deployment import Deployment

XEROX = "[products.papercut-mf.features.mfp-xerox]"


def reasons(old: Deployment, new: Deployment) -> set[str]:
    changes = compare(old, new)
    comparison = Comparison(ComparedPlan("old", old), ComparedPlan("new", new), changes)
    return {comparison.reason(entry) for entry in changes.rules}


def test_the_only_product_is_named_where_it_came_itself() -> None:
    nothing, product = world(OFFICE), world(OFFICE, "[products.papercut-mf]")
    assert reasons(nothing, product) == {"PaperCut MF: added"}
    assert reasons(product, nothing) == {"PaperCut MF: removed"}


def test_the_only_product_is_not_repeated_before_its_features() -> None:
    product = world(OFFICE, "[products.papercut-mf]")
    assert reasons(product, world(OFFICE, XEROX)) == {"Xerox devices: switched on"}
