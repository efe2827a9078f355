"""The products step: another installation of a product, and another name for it."""

from __future__ import annotations

import pytest

from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.products import Products
from screens.widgets.rows import Row, Spot, filtered, unsought
from wizard.facts.load import load_catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.field import AnswerError, ChoiceKey
from wizard.plan.keys import ProductsKey
from wizard.plan.model import Plan, ProductPlan

CATALOG = load_catalog()
ONE = Plan(products={"cups": ProductPlan()})
ADD = Spot("installation+", "cups")


def context_of(plan: Plan) -> Context:
    return Context(catalog_of(CATALOG, plan), plan, None, 80)


def row_of(step: Products, plan: Plan, key: object) -> Row:
    return next(row for row in step.rows(context_of(plan)) if row.key == key)


def typed(step: Products, plan: Plan, text: str) -> Outcome | None:
    return step.typed(context_of(plan), row_of(step, plan, "naming"), text)


def test_another_installation_is_offered_for_what_is_chosen() -> None:
    labels = [row.label for row in Products().rows(context_of(ONE))]
    assert "+ Another installation of CUPS" in labels
    assert "+ Another installation of Printix" not in labels
    assert not [label for label in labels if label.startswith("Rename")]


def test_a_name_is_asked_and_the_installation_stands_beside_its_product() -> None:
    step = Products()
    outcome = step.pressed(context_of(ONE), row_of(step, ONE, ADD), "enter")
    assert outcome == Look(go="naming")
    assert row_of(step, ONE, "naming").value == "cups-2"
    added = typed(step, ONE, "cups-north")
    assert isinstance(added, Change)
    assert added.plan.products["cups-north"].product == "cups"
    assert added.go == ChoiceKey(ProductsKey(), "cups-north")
    row = row_of(step, added.plan, added.go)
    assert (row.label, row.on) == ("cups-north (CUPS)", True)


def test_a_name_that_is_taken_stays_in_the_field_with_words() -> None:
    step = Products()
    step.pressed(context_of(ONE), row_of(step, ONE, ADD), "enter")
    with pytest.raises(AnswerError, match="product of its own"):
        typed(step, ONE, "printix")
    assert "product of its own" in row_of(step, ONE, "naming").problem


def test_it_is_renamed_with_its_answers() -> None:
    plan = Plan(products={"cups-a": ProductPlan(product="cups", ports={"ipp": 8631})})
    step = Products()
    spot = Spot("installation", "cups-a")
    step.pressed(context_of(plan), row_of(step, plan, spot), "enter")
    renamed = typed(step, plan, "cups-b")
    assert isinstance(renamed, Change)
    assert renamed.plan.products == {"cups-b": plan.products["cups-a"]}


def test_what_adds_another_stands_below_its_product() -> None:
    keys = [row.key for row in Products().rows(context_of(ONE))]
    assert keys[keys.index(ADD) - 1] == ChoiceKey(ProductsKey(), "cups")


def test_of_an_installation_alone_no_other_is_offered() -> None:
    plan = Plan(products={"cups-a": ProductPlan(product="cups")})
    assert ADD not in [row.key for row in Products().rows(context_of(plan))]


@pytest.mark.parametrize(
    "key", [Spot("installation", "cups-a"), ChoiceKey(ProductsKey(), "cups-a")]
)
def test_del_removes_an_installation(key: object) -> None:
    plan = Plan(products={"cups": ProductPlan(), "cups-a": ProductPlan(product="cups")})
    step = Products()
    removed = step.pressed(context_of(plan), row_of(step, plan, key), "delete")
    assert isinstance(removed, Change)
    assert list(removed.plan.products) == ["cups"]
    assert removed.go == ChoiceKey(ProductsKey(), "cups")


def test_del_on_what_is_not_chosen_does_nothing() -> None:
    step = Products()
    printix = row_of(step, ONE, ChoiceKey(ProductsKey(), "printix"))
    assert step.pressed(context_of(ONE), printix, "delete") is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("pharos", "Pharos is not in the facts. No page with port numbers was found."),
        ("uniflow", "Canon uniFLOW is not in the facts. The numbers of its paper on ports"),
        ("equitrac", "Tungsten Equitrac is not in the facts."),
    ],
)
def test_the_filter_says_why_a_product_that_people_look_for_is_missing(
    words: str, sentence: str
) -> None:
    rows = Products().rows(context_of(Plan()))
    assert not [row for row in unsought(rows) if row.label.startswith(sentence)]
    _, *fitting = filtered(rows, words)
    assert [row.label.startswith(sentence) for row in fitting] == [True]
    assert not [row for row in filtered(rows, "cups") if "not in the facts" in row.label]
