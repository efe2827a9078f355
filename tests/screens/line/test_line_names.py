"""Line mode asks about zones and firewalls of any name."""

from __future__ import annotations

import pytest

from tests.screens.line.test_linemode import kept, talk
from tests.tools.any_names import NO_NAMES, full_of_names
from wizard.plan.model import Plan, ProductPlan
from wizard.plan.origin import Recorded


@pytest.mark.slow
def test_names_of_all_kinds_in_every_step() -> None:
    plan = full_of_names()
    steps = [line for number in range(1, 8) for line in (f"g {number}", "l")]
    conversation = talk(
        *steps, "g 3", "rename roles other", "u", "g 4", "remove roles", "u", "q", plan=plan
    )
    assert conversation.code == 0, conversation.text[-2000:]
    assert "Taken back" in conversation.flat
    assert kept() == plan


def test_who_opens_a_plan_of_older_facts_hears_that_they_changed() -> None:
    printix = ProductPlan(features={"redirector": {}})
    plan = Plan(products={"printix": printix}, catalog=Recorded(version="2026.1"))
    conversation = talk("q", plan=plan)
    assert "The facts have changed since this plan was made: " in conversation.flat
    today = talk("q", plan=Plan(products={"printix": printix}))
    assert "The facts have changed" not in today.flat


def test_what_can_name_nothing_is_refused() -> None:
    plan = full_of_names()
    lines = [f"rename roles {name}" for name in NO_NAMES if name]
    conversation = talk("g 3", *lines, "q", plan=plan)
    assert conversation.code == 0, conversation.text[-2000:]
    assert kept() == plan
