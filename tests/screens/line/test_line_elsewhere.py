"""Line mode places a role elsewhere for one feature, and takes that back."""

from __future__ import annotations

from screens.line.elsewhere import NEW_PLACE
from screens.line.items import items
from tests.screens.line.test_linemode import facts, kept, talk
from tests.wizard.questions.test_elsewhere import two_makes
from wizard.plan.model import Placement, Plan, ProductPlan


def place_of(plan: Plan) -> str:
    """Where line mode asks it: `3.20`."""
    keys = [item.key for item in items(facts(), plan, "network")]
    return f"3.{keys.index(NEW_PLACE) + 1}"


def test_hp_devices_get_a_place_of_their_own() -> None:
    plan = two_makes()
    # The item is asked; its first is ticked; its zones are asked, and one is chosen.
    placed = talk(f"g {place_of(plan)}", "1", "1", "q", plan=plan)
    assert "1 no HP devices: multifunction device" in placed.flat
    assert "Multifunction device: HP devices only" in placed.flat
    places = kept().products["papercut-mf"].feature_roles["mfp-hp"]
    assert places == {"mfp": Placement(zones=("servers",))}


def test_they_lose_it() -> None:
    plan = two_makes()
    roles = {"mfp-hp": {"mfp": Placement(zones=("servers",))}}
    answers = plan.products["papercut-mf"]
    placed = Plan(
        products={"papercut-mf": ProductPlan(features=answers.features, feature_roles=roles)},
        zones=plan.zones,
        roles=plan.roles,
    )
    taken = talk(f"g {place_of(placed)}", "-1", "q", plan=placed)
    assert "HP devices: multifunction device: no longer elsewhere" in taken.flat
    assert kept().products["papercut-mf"].feature_roles == {}


def test_without_features_that_differ_it_is_not_asked() -> None:
    plan = Plan(products={"papercut-mf": ProductPlan()})
    assert NEW_PLACE not in [item.key for item in items(facts(), plan, "network")]
