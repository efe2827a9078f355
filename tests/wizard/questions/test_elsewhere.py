"""Which features can have a role elsewhere, and what such a place makes of the plan."""

from __future__ import annotations

import pytest

from tests.tools.keys import answered
from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.edits import add_zone
from wizard.plan.field import AnswerError
from wizard.plan.keys import RoleKey, ZoneKey
from wizard.plan.model import Placement, Plan
from wizard.plan.presets import apply_preset
from wizard.questions import question_at
from wizard.questions.elsewhere import (
    feature_places,
    has_place,
    with_feature_place,
    without_place,
)
from wizard.questions.steps import keys_of

CATALOG = load_catalog()
HP = RoleKey("mfp", "zones", "papercut-mf", "mfp-hp")
KONICA = RoleKey("mfp", "zones", "papercut-mf", "mfp-konica-minolta")


def two_makes() -> Plan:
    plan = answered(CATALOG, Plan(), "products", ("papercut-mf",))
    for make in ("mfp-hp", "mfp-konica-minolta"):
        plan = answered(CATALOG, plan, f"products.papercut-mf.features.{make}", True)
    return apply_preset(CATALOG, plan, "segments")


def of_role(plan: Plan, role: str) -> list[RoleKey]:
    return [key for key in feature_places(CATALOG, plan) if key.role == role]


def test_each_make_could_have_its_copiers_elsewhere() -> None:
    assert of_role(two_makes(), "mfp") == [HP, KONICA]
    assert of_role(two_makes(), "print-server") == []


def test_nothing_is_offered_where_one_feature_alone_uses_a_role() -> None:
    plan = answered(CATALOG, two_makes(), "products.papercut-mf.features.mfp-hp", False)
    assert of_role(plan, "mfp") == []


def test_nothing_is_offered_for_a_role_that_is_nowhere_or_absent() -> None:
    assert of_role(answered(CATALOG, two_makes(), "roles.mfp.absent", True), "mfp") == []
    nowhere = answered(CATALOG, two_makes(), "roles.mfp.zones", ())
    assert of_role(nowhere, "mfp") == []
    with pytest.raises(AnswerError, match="Say first where they are"):
        with_feature_place(nowhere, HP)


def test_a_place_begins_as_the_general_one_and_changes_no_rule() -> None:
    plan = two_makes()
    placed = with_feature_place(plan, HP)
    places = placed.products["papercut-mf"].feature_roles
    assert places == {"mfp-hp": {"mfp": Placement(zones=("printers",))}}
    assert deploy(CATALOG, placed).rules == deploy(CATALOG, plan).rules
    assert has_place(placed, HP)
    assert without_place(placed, HP) == plan


def test_it_is_asked_right_after_the_general_place() -> None:
    placed = with_feature_place(two_makes(), HP)
    keys = list(keys_of(CATALOG, placed, "network"))
    assert keys.index(HP) == keys.index(RoleKey("mfp", "absent")) + 1
    question = question_at(CATALOG, placed, HP)
    assert question.group == "Who sits where"
    assert question.label == "Multifunction device: HP devices only"


def test_only_hp_devices_get_their_port_there() -> None:
    plan = add_zone(two_makes(), "hp")
    plan = answered(CATALOG, plan, ZoneKey("hp"), ("10.9.0.0/24",))
    plan = answered(CATALOG, plan, "firewalls.core.zones", (*plan.firewalls["core"].zones, "hp"))
    plan = answered(CATALOG, with_feature_place(plan, HP), HP, ("hp",))
    to_hp = set()
    for rule in deploy(CATALOG, plan).rules:
        is_to_devices = rule.firewall == "core" and rule.from_ == "print-server"
        if is_to_devices and (7627, 7627) in rule.ports:
            to_hp |= {*rule.destinations}
    assert to_hp == {"10.9.0.0/24"}


def test_a_place_of_a_role_that_nothing_needs_is_still_asked() -> None:
    plan = with_feature_place(two_makes(), HP)
    plan = answered(CATALOG, plan, "products.papercut-mf.features.mfp-konica-minolta", False)
    assert HP in keys_of(CATALOG, plan, "network")


def test_a_role_with_addresses_is_not_asked_for_its_zones_as_if_it_were_nowhere() -> None:
    key = RoleKey("print-server", "zones")
    plan = answered(CATALOG, two_makes(), key, ())
    assert not question_at(CATALOG, plan, key).required
    nowhere = answered(CATALOG, plan, "roles.print-server.addresses", ())
    assert question_at(CATALOG, nowhere, key).required
