"""The firewalls step with many sites: one of those that are alike is asked about, and the rest on
Enter.
"""

from __future__ import annotations

from screens.board.derived import Derived
from screens.steps.base import Context
from screens.steps.firewalls import Firewalls
from screens.widgets.rows import Spot
from tests.bench.sites import plan_of_sites
from tests.tools.counting import calls_made
from tests.tools.worlds import CATALOG
from wizard.deployment import deploy
from wizard.plan.keys import FirewallKey


def context_of(sites: int) -> Context:
    plan = plan_of_sites(CATALOG, sites)
    return Context(CATALOG, plan, Derived(deploy(CATALOG, plan), None), 80)


def test_one_of_many_alike_is_shown() -> None:
    step, context = Firewalls(), context_of(20)
    rows = {row.key: row for row in step.rows(context)}
    assert {Spot("firewall", "core"), Spot("firewall", "server"), Spot("firewall", "s0")} <= {*rows}
    assert Spot("firewall", "s1") not in rows
    assert rows[Spot("firewall", "s0")].value == "14 rules"
    assert rows["firewalls"].label == "19 more at sites that are alike"
    step.pressed(context, rows["firewalls"], "enter")
    opened = {row.key: row for row in step.rows(context)}
    assert {Spot("firewall", f"s{number}") for number in range(20)} <= {*opened}
    assert opened["firewalls"].value == "fewer on Enter"


def test_going_to_a_folded_firewall_shows_it() -> None:
    context = context_of(20)
    for key in (FirewallKey("s7", "zones"), Spot("firewall", "s7")):
        step = Firewalls()
        assert key not in [row.key for row in step.rows(context)]
        step.reveal(context.plan, key)
        assert key in [row.key for row in step.rows(context)]


def test_few_are_all_shown() -> None:
    keys = [row.key for row in Firewalls().rows(context_of(8))]
    assert Spot("firewall", "s7") in keys
    assert "firewalls" not in keys


def test_rows_do_not_go_through_all_rules_for_each_firewall() -> None:
    """What a key waits for grows with the sites and not with their square."""
    few, many = context_of(25), context_of(100)
    Firewalls().rows(few), Firewalls().rows(many)
    work_of_few = calls_made(lambda: Firewalls().rows(few))
    work_of_many = calls_made(lambda: Firewalls().rows(many))
    assert work_of_many < 4.5 * work_of_few
