"""The network step: a role elsewhere for one feature, offered beside its place."""

from __future__ import annotations

from screens.steps.base import Change, Context, Look
from screens.steps.network import NetworkStep
from screens.widgets.rows import Row, Spot
from tests.tools.keys import answered
from tests.wizard.questions.test_elsewhere import CATALOG, HP, two_makes
from wizard.plan.catalog import catalog_of
from wizard.plan.keys import RoleKey
from wizard.plan.model import Plan
from wizard.questions.elsewhere import with_feature_place

FOR_HP = Spot("elsewhere+", "papercut-mf/mfp-hp/mfp")


def context_of(plan: Plan) -> Context:
    return Context(catalog_of(CATALOG, plan), plan, None, 80)


def rows_of(plan: Plan, step: NetworkStep) -> list[Row]:
    return list(step.rows(context_of(plan)))


def row_of(plan: Plan, step: NetworkStep, key: object) -> Row:
    return next(row for row in rows_of(plan, step) if row.key == key)


def test_it_is_offered_below_the_addresses_of_the_role() -> None:
    rows = rows_of(two_makes(), NetworkStep())
    at = next(i for i, row in enumerate(rows) if row.key == RoleKey("mfp", "addresses"))
    assert [row.label for row in rows[at + 1 : at + 3]] == [
        "+ Elsewhere for HP devices",
        "+ Elsewhere for Konica Minolta devices",
    ]


def test_many_are_folded() -> None:
    plan = answered(CATALOG, two_makes(), "products.papercut-mf.features.mfp-xerox", True)
    step, folded = NetworkStep(), Spot("elsewhere", "mfp")
    row = row_of(plan, step, folded)
    assert (row.label, row.value) == ("+ Elsewhere for one feature", "3 on Enter")
    assert FOR_HP not in [row.key for row in rows_of(plan, step)]
    assert step.pressed(context_of(plan), row, "enter") == Look(go=folded)
    assert FOR_HP in [row.key for row in rows_of(plan, step)]


def test_enter_gives_it_a_place_and_del_takes_it_away() -> None:
    plan, step = two_makes(), NetworkStep()
    added = step.pressed(context_of(plan), row_of(plan, step, FOR_HP), "enter")
    assert added == Change(with_feature_place(plan, HP), "mfp elsewhere for HP devices", go=HP)
    placed = with_feature_place(plan, HP)
    row = row_of(placed, step, HP)
    assert (row.label, row.value, row.level) == ("HP devices only", "printers", 1)
    assert FOR_HP not in [row.key for row in rows_of(placed, step)]
    taken = step.pressed(context_of(placed), row, "delete")
    assert isinstance(taken, Change)
    assert taken.plan == plan
    assert taken.go == RoleKey("mfp", "zones")


def test_where_several_products_run_the_offer_names_the_product() -> None:
    plan = answered(CATALOG, two_makes(), "products", ("papercut-mf", "cups"))
    labels = [row.label for row in rows_of(plan, NetworkStep())]
    assert "+ Elsewhere for HP devices (PaperCut MF)" in labels
