"""Fields that still hold a preset's addresses say so, on the screen and in line mode."""

from __future__ import annotations

import pytest

from screens.line.items import items
from screens.steps.base import Change, Context
from screens.steps.network import NetworkStep
from screens.widgets.rows import Row, Spot, drawn
from tests.screens.line.test_linemode import facts, kept, talk
from tests.tools.keys import answered
from tests.wizard.questions.test_elsewhere import CATALOG, two_makes
from wizard.plan.keys import RoleKey, ZoneKey
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset

SERVERS = ZoneKey("servers", "networks")


@pytest.fixture
def plan() -> Plan:
    return apply_preset(CATALOG, two_makes(), "segments")


def row_of(plan: Plan, key: object) -> Row:
    rows = NetworkStep().rows(Context(CATALOG, plan, None, 80))
    return next(row for row in rows if row.key == key)


def test_beside_the_field_until_it_is_one_s_own(plan: Plan) -> None:
    assert row_of(plan, SERVERS).mark == "example"
    assert row_of(plan, SERVERS).help.startswith("An example: put in your own.")
    assert row_of(plan, RoleKey("print-server", "addresses")).mark == "example"
    own = answered(CATALOG, plan, "zones.servers.networks", ("10.7.10.0/24",))
    assert row_of(own, SERVERS).mark == ""
    assert row_of(own, RoleKey("print-server", "addresses")).mark == "example"


@pytest.mark.parametrize("columns", [40, 60, 80, 140])
def test_the_line_is_no_longer_for_it(plan: Plan, columns: int) -> None:
    line = drawn(row_of(plan, SERVERS), 18, columns, at_cursor=False)
    text = "".join(span for span, _ in line.spans)
    assert text.endswith("] example")
    assert len(text) <= columns


def test_in_line_mode_too(plan: Plan) -> None:
    place = [item.key for item in items(facts(), plan, "network")].index(SERVERS) + 1
    words = "Now: 10.20.10.0/24, fd00:20:10::/64 (an example: put in your own)."
    spoken = talk(f"g 3.{place}", "10.7.10.0/24", f"g 3.{place}", "q", plan=plan)
    assert spoken.flat.count(words) == 1
    assert "Now: 10.7.10.0/24." in spoken.flat


def test_the_zone_s_addresses_come_along(plan: Plan) -> None:
    bring, step = Spot("bring", "servers"), NetworkStep()
    assert bring not in [row.key for row in step.rows(Context(CATALOG, plan, None, 80))]
    moved = answered(CATALOG, plan, "zones.servers.networks", ("10.7.10.0/24",))
    context = Context(CATALOG, moved, None, 80)
    row = row_of(moved, bring)
    assert (row.label, row.value) == ("Bring 1 address along", "10.20.10.5 → 10.7.10.5")
    outcome = step.pressed(context, row, "enter")
    assert isinstance(outcome, Change)
    addresses = outcome.plan.roles["print-server"].addresses
    assert addresses == ("10.7.10.5", "fd00:20:10::5")
    keys = [row.key for row in step.rows(Context(CATALOG, outcome.plan, None, 80))]
    assert bring not in keys


def test_line_mode_offers_it_after_the_network(plan: Plan) -> None:
    place = [item.key for item in items(facts(), plan, "network")].index(SERVERS) + 1
    spoken = talk(f"g 3.{place}", "10.7.10.0/24", "yes", "q", plan=plan)
    assert "servers: bring 1 address along" in spoken.flat
    assert "10.20.10.5 to 10.7.10.5" in spoken.flat
    assert kept().roles["print-server"].addresses == ("10.7.10.5", "fd00:20:10::5")
