"""What stands first in step 3 is what most people have to answer."""

from __future__ import annotations

from screens.steps.base import Context
from screens.steps.network import NetworkStep
from tests.wizard.questions.test_elsewhere import CATALOG, two_makes
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset


def keys(plan: Plan) -> list[str]:
    return [str(row.key) for row in NetworkStep().rows(Context(CATALOG, plan, None, 80))]


def test_sites_come_after_the_zones_until_there_is_one() -> None:
    shown = keys(apply_preset(CATALOG, two_makes(), "segments"))
    assert shown.index("zone:servers") < shown.index("zone+") < shown.index("site+")
    assert shown.index("site+") < shown.index("group:Who sits where")


def test_sites_stand_above_the_zones_once_there_is_one() -> None:
    plan = apply_preset(CATALOG, two_makes(), "sites")
    assert plan.sites, plan
    shown = keys(plan)
    assert shown.index("site+") < shown.index("group:Zones")
