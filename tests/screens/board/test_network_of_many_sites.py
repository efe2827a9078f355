"""The network step with many sites: those that are alike are folded, and unfold where one of them
is gone to.
"""

from __future__ import annotations

from screens.steps.base import Context
from screens.steps.network import NetworkStep
from screens.widgets.rows import Spot
from tests.bench.sites import plan_of_sites
from tests.tools.worlds import CATALOG
from wizard.plan.keys import SiteKey, SiteProxyKey, ZoneKey
from wizard.questions import answered

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


def test_a_site_with_another_proxy_is_shown_and_one_at_other_addresses_is_not() -> None:
    plan = answered(CATALOG, PLAN, SiteProxyKey("s7", "mode"), "none")
    keys = {row.key for row in NetworkStep().rows(Context(CATALOG, plan, None, 80))}
    assert {SiteKey("s7"), SiteProxyKey("s7", "mode"), SiteProxyKey("s0", "mode")} <= keys
    assert SiteKey("s8") not in keys
    for site in PLAN.sites:
        plan = answered(CATALOG, plan, SiteProxyKey(site, "mode"), "explicit")
        own = plan.zones[plan.sites[site].zones[0]].networks[0].rpartition(".")[0]
        plan = answered(CATALOG, plan, SiteProxyKey(site, "addresses"), (f"{own}.8",))
    keys = {row.key for row in NetworkStep().rows(Context(CATALOG, plan, None, 80))}
    assert SiteProxyKey("s0", "port") in keys
    assert SiteKey("s7") not in keys
