"""What the papers say of a firewall's rules is closed in step 4: few need it, and it would push the
next firewall out of sight.
"""

from __future__ import annotations

import pytest

from screens.steps.base import Context, Look
from screens.steps.firewalls import Firewalls
from screens.widgets.rows import Row, Spot, drawn, filtered, unsought
from tests.tools.keys import answered
from tests.wizard.questions.test_elsewhere import CATALOG, two_makes
from wizard.plan.keys import FirewallKey
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset

OWNER, ENDS = FirewallKey("core", "owner"), FirewallKey("core", "expires")
CLOSED = Spot("papers", "core")


@pytest.fixture
def plan() -> Plan:
    return apply_preset(CATALOG, two_makes(), "segments")


def rows(step: Firewalls, plan: Plan) -> tuple[Row, ...]:
    return step.rows(Context(CATALOG, plan, None, 80))


def shown(step: Firewalls, plan: Plan) -> list[object]:
    return [row.key for row in unsought(rows(step, plan))]


def test_it_is_one_row_until_somebody_opens_it(plan: Plan) -> None:
    step = Firewalls()
    assert CLOSED in shown(step, plan)
    assert not {OWNER, ENDS} & set(shown(step, plan))
    row = next(row for row in rows(step, plan) if row.key == CLOSED)
    # It does not catch the eye.
    assert {style for _, style in drawn(row, 0, 60, at_cursor=False).spans} == {"", "dim"}
    assert step.pressed(Context(CATALOG, plan, None, 80), row, "enter") == Look(go=OWNER)
    assert {OWNER, ENDS} <= set(shown(step, plan))
    assert CLOSED not in shown(step, plan)
    # The others' stay as they are.
    assert Spot("papers", "edge") in shown(step, plan)


def test_it_is_open_where_something_is_in_it_or_is_gone_to(plan: Plan) -> None:
    filled = answered(CATALOG, plan, "firewalls.core.owner", "Ann")
    assert {OWNER, ENDS} <= set(shown(Firewalls(), filled))
    step = Firewalls()
    step.reveal(plan, ENDS)
    assert {OWNER, ENDS} <= set(shown(step, plan))


def test_the_filter_finds_what_is_closed(plan: Plan) -> None:
    found = [row.key for row in filtered(rows(Firewalls(), plan), "classification")]
    assert FirewallKey("core", "classification") in found
    assert OWNER not in found
