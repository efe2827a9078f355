"""Zones and firewalls come, go and change their names; what speaks of them follows. Presets replace
them.
"""

from __future__ import annotations

import pytest

from tests.tools.keys import answered
from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.edits import (
    add_firewall,
    add_zone,
    remove_firewall,
    remove_zone,
    rename_firewall,
    rename_zone,
    suggested_name,
)
from wizard.plan.file import read_plan, write_plan
from wizard.plan.model import Firewall, Placement, Plan, ProductPlan, Proxy, Zone, changed
from wizard.plan.presets import apply_preset, presets, replaced
from wizard.questions import AnswerError, open_questions
from wizard.rules.select import needed_roles

CATALOG = load_catalog()
PLAN = Plan(
    products={
        "cups": ProductPlan(
            roles={"print-server": Placement(zones=("servers",), addresses=("10.0.1.6",))}
        )
    },
    zones={"servers": Zone(("10.0.1.0/24",)), "clients": Zone(("10.0.2.0/24",))},
    roles={
        "print-server": Placement(zones=("servers",)),
        "printer": Placement(zones=("clients", "servers")),
        "mobile-device": Placement(absent=True),
    },
    firewalls={
        "core": Firewall("boundary", zones=("servers", "clients")),
        "host": Firewall("host", role="printer"),
    },
)


def test_a_renamed_zone_keeps_its_place_and_takes_references_along() -> None:
    plan = rename_zone(PLAN, "servers", "dmz")
    assert list(plan.zones) == ["dmz", "clients"]
    assert plan.zones["dmz"] == PLAN.zones["servers"]
    assert plan.roles["print-server"].zones == ("dmz",)
    assert plan.roles["printer"].zones == ("clients", "dmz")
    assert plan.products["cups"].roles["print-server"] == Placement(("dmz",), ("10.0.1.6",))
    assert plan.firewalls["core"].zones == ("dmz", "clients")
    assert rename_zone(plan, "dmz", "servers") == PLAN
    assert rename_zone(PLAN, "servers", "servers") is PLAN


def test_a_removed_zone_leaves_no_reference() -> None:
    plan = remove_zone(PLAN, "servers")
    assert list(plan.zones) == ["clients"]
    # A place that says nothing any more is no place; one with addresses stays.
    assert "print-server" not in plan.roles
    assert plan.roles["printer"].zones == ("clients",)
    assert plan.roles["mobile-device"].absent
    assert plan.products["cups"].roles["print-server"] == Placement((), ("10.0.1.6",))
    assert plan.firewalls["core"].zones == ("clients",)


def test_firewalls_come_go_and_change_their_names() -> None:
    plan = add_firewall(PLAN, "group", "cloud")
    assert plan.firewalls["group"] == Firewall("cloud", role="print-server", provider="aws")
    assert add_firewall(PLAN, "wan", "router").firewalls["wan"] == Firewall("router")
    plan = rename_firewall(PLAN, "core", "edge")
    assert list(plan.firewalls) == ["edge", "host"]
    assert rename_firewall(plan, "edge", "core") == PLAN
    assert rename_firewall(PLAN, "core", "core") is PLAN
    assert list(remove_firewall(PLAN, "core").firewalls) == ["host"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Give the zone a name"),
        ("Head Office", "'head-office'"),
        ("-x", "'x'"),
        ("印刷", "small letters"),
        ("a" * 64, "a" * 63),
        ("a.b", "'a-b'"),
        ("internet", "built in"),
        ("clients", "already"),
    ],
)
def test_a_name_that_cannot_be_is_explained(name: str, told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        add_zone(PLAN, name)
    with pytest.raises(AnswerError, match=told):
        rename_zone(PLAN, "servers", name)


def test_a_firewall_may_be_called_internet() -> None:
    assert "internet" in add_firewall(PLAN, "internet", "boundary").firewalls


def test_what_is_not_there_cannot_be_changed() -> None:
    for edit in (remove_zone, remove_firewall):
        with pytest.raises(AnswerError, match="There is no"):
            edit(PLAN, "nope")
    for rename in (rename_zone, rename_firewall):
        with pytest.raises(AnswerError, match="There is no"):
            rename(PLAN, "nope", "new")


def test_a_suggested_name_is_free() -> None:
    assert suggested_name(PLAN, "zone") == "zone"
    assert suggested_name(add_zone(PLAN, "zone"), "zone") == "zone-2"
    assert suggested_name(add_firewall(PLAN, "edge", "boundary"), "boundary") == "edge-2"


# Presets


def begun() -> Plan:
    plan = answered(CATALOG, Plan(name="Mine"), "products", ("papercut-mf", "cirrusprint"))
    return answered(CATALOG, plan, "products.papercut-mf.features.mfp-xerox", True)


@pytest.mark.parametrize("preset", [preset.id for preset in presets()])
def test_a_preset_places_exactly_who_is_needed(preset: str) -> None:
    plan = apply_preset(CATALOG, begun(), preset)
    assert plan.name == "Mine"
    assert plan.products == begun().products
    assert set(plan.roles) <= set(needed_roles(CATALOG, plan))
    assert [question.key for question in open_questions(CATALOG, plan)] == []
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    assert apply_preset(CATALOG, plan, preset) == plan


def test_presets_tell_what_they_replace() -> None:
    assert replaced(CATALOG, Plan(), "lan") == ""
    assert (
        replaced(CATALOG, PLAN, "lan")
        == "This replaces 2 zones, 2 firewalls and 4 places of the plan."
    )
    proxied = changed(Plan(), proxy=Proxy("transparent"))
    assert replaced(CATALOG, proxied, "lan") == ""
    assert replaced(CATALOG, proxied, "branches") == "This replaces the proxy of the plan."
    assert apply_preset(CATALOG, proxied, "lan").proxy == Proxy("transparent")


def test_a_preset_that_is_not_there() -> None:
    with pytest.raises(AnswerError, match="segments"):
        apply_preset(CATALOG, PLAN, "nope")


def test_places_of_one_product_go_with_the_old_zones() -> None:
    assert apply_preset(CATALOG, PLAN, "lan").products["cups"].roles == {}


def test_whose_firewall_it_is_gets_a_place_too() -> None:
    """CUPS without features connects to nothing, and the server's own firewall still lets its
    administrator in.
    """
    plan = answered(CATALOG, Plan(), "products", ("cups",))
    deployment = deploy(CATALOG, apply_preset(CATALOG, plan, "segments"))
    assert deployment.plan.roles["print-server"].addresses
    assert [rule for rule in deployment.rules if rule.firewall == "server"]
    assert not [rule for rule in deployment.rules if rule.unresolved]

    waiting = changed(
        deployment.plan, roles={"admin-computer": deployment.plan.roles["admin-computer"]}
    )
    deployment = deploy(CATALOG, waiting)
    assert [rule.unresolved for rule in deployment.rules] == [("print-server",)] * len(
        deployment.rules
    )
    assert {"print-server"} == {
        f.subjects[0] for f in deployment.findings if f.code == "unplaced-role"
    }
    assert "roles.print-server.zones" in {
        str(question.key) for question in open_questions(CATALOG, waiting)
    }
