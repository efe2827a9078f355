"""The step and the row say where an error is put right, not the review alone."""

from __future__ import annotations

from screens.board.derived import Derived
from screens.main.progress import stages
from screens.steps.base import Context
from screens.steps.network import NetworkStep
from screens.widgets.rows import Row, drawn
from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan
from wizard.plan.keys import RoleKey
from wizard.plan.model import Plan

CATALOG = load_catalog()
ADDRESSES = RoleKey("print-server", "addresses")
PLAN = """
format = 1
[products.cups.features.ipp-sharing]
[zones.servers]
networks = ["10.7.10.0/24"]
[roles.print-server]
zones = ["servers"]
addresses = ["{}"]
[roles.user-computer]
zones = ["servers"]
"""


def planned(address: str) -> tuple[Plan, Derived]:
    plan = read_plan(PLAN.format(address), CATALOG)
    return plan, Derived(deploy(CATALOG, plan), None)


def addresses_row(address: str) -> Row:
    plan, derived = planned(address)
    rows = NetworkStep().rows(Context(CATALOG, plan, derived, 80))
    return next(row for row in rows if row.key == ADDRESSES)


def states(address: str) -> dict[str, tuple[str, str]]:
    plan, derived = planned(address)
    every_step = {"products", "features", "network", "firewalls", "request", "review"}
    return {
        stage.id: (stage.state, stage.note)
        for stage in stages(CATALOG, plan, derived, "products", every_step, {})  # type: ignore[arg-type]
    }


def test_an_address_outside_its_zone() -> None:
    row = addresses_row("10.8.10.5")
    assert row.mark == "error"
    assert row.help.startswith("Print server: 10.8.10.5/32 is not in")
    line = "".join(text for text, _ in drawn(row, 18, 80, at_cursor=False).spans)
    assert line.endswith("] error")
    assert states("10.8.10.5")["network"] == ("open", "1 error")
    assert states("10.8.10.5")["review"] == ("open", "1 error")
    assert states("10.8.10.5")["request"] == ("done", "done")


def test_once_it_is_right() -> None:
    assert addresses_row("10.7.10.5").mark == ""
    assert states("10.7.10.5")["network"] == ("done", "done")
