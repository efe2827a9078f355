"""The network step with many sites: those that are alike are folded, and unfold where one of them
is gone to.
"""

from __future__ import annotations

from screens.steps.base import Context
from screens.steps.network import NetworkStep
from screens.widgets.rows import Spot
from tests.bench.sites import plan_of_sites
from tests.tools.worlds import CATALOG
from wizard.plan.keys import SiteKey, ZoneKey

PLAN = plan_of_sites(CATALOG, 20)
CONTEXT = Context(CATALOG, PLAN, None, 80)


def test_one_of_many_alike_is_shown() -> None:
    step = NetworkStep()
    rows = {row.key: row for row in step.rows(CONTEXT)}
    assert {SiteKey("s0"), ZoneKey("s0-voice"), ZoneKey("head")} <= rows.keys()
    assert {SiteKey("s1"), ZoneKey("s1-voice")}.isdisjoint(rows)
    assert rows["sites"].label == "19 more sites, alike"
    step.pressed(CONTEXT, rows["sites"], "enter")
    assert {SiteKey("s1"), ZoneKey("s19-voice")} <= {row.key for row in step.rows(CONTEXT)}


def test_going_to_a_folded_answer_shows_it() -> None:
    for key in (ZoneKey("s7-guests"), SiteKey("s7"), Spot("zone", "s7-guests")):
        step = NetworkStep()
        step.reveal(PLAN, ZoneKey("head"))
        assert key not in {row.key for row in step.rows(CONTEXT)}
        step.reveal(PLAN, key)
        assert key in {row.key for row in step.rows(CONTEXT)}


def test_few_sites_are_all_shown() -> None:
    few = Context(CATALOG, plan_of_sites(CATALOG, 12), None, 80)
    keys = {row.key for row in NetworkStep().rows(few)}
    assert {SiteKey(f"s{number}") for number in range(12)} <= keys
    assert "sites" not in keys
