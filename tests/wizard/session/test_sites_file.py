"""Sites from a CSV file whose name was typed: whatever is typed, what is wrong is said in one line."""

from __future__ import annotations

import pytest

from wizard.plan.field import AnswerError
from wizard.plan.model import Plan, ProductPlan, Site, Zone
from wizard.session.sites_file import plan_with_sites_of_file

PLAN = Plan(
    products={"cups": ProductPlan()},
    zones={"north-clients": Zone(("10.1.20.0/24",))},
    sites={"north": Site(("north-clients",))},
)


@pytest.mark.parametrize(
    "name", ["", "~nobody-of-that-name/x.csv", "a\0b", "x" * 5000, ".", "\ud800"]
)
def test_an_odd_name(name: str) -> None:
    with pytest.raises(AnswerError) as caught:
        plan_with_sites_of_file(name, PLAN, "north")
    assert len(str(caught.value).splitlines()) == 1
