"""Line mode adds, renames and removes installations where the products are asked."""

from __future__ import annotations

from tests.screens.line.test_linemode import kept, talk
from wizard.plan.model import Plan, ProductPlan


def test_another_installation_is_added_renamed_and_removed() -> None:
    plan = Plan(products={"cups": ProductPlan()})
    conversation = talk(
        "g 1", "another cups cups-north", "rename cups-north cups-south", "q", plan=plan
    )
    assert conversation.code == 0, conversation.text[-2000:]
    assert list(kept().products) == ["cups", "cups-south"]
    assert kept().products["cups-south"].product == "cups"


def test_what_cannot_be_is_said() -> None:
    plan = Plan(products={"cups": ProductPlan()})
    conversation = talk("g 1", "another cup x", "another cups", "remove cups", "q", plan=plan)
    assert "There is no product 'cup'; did you mean 'cups'?" in conversation.flat
    assert "Write 'another PRODUCT NAME'" in conversation.flat
    assert kept().products == {}


def test_how_to_add_one_is_said_once_there_is_a_product() -> None:
    empty = talk("q", plan=Plan())
    assert "'another" not in empty.flat
    one = talk("g 1", "q", plan=Plan(products={"cups": ProductPlan()}))
    assert "'another cups cups-2' adds a second server of cups." in one.flat
