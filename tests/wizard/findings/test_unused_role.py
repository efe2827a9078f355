"""`unused-role`: somebody is placed, and nothing uses them."""

from __future__ import annotations

from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan

CATALOG = load_catalog()
PLAN = """
format = 1
[products.printeron]
[zones.servers]
networks = ["10.7.10.0/24"]
[zones.clients]
networks = ["10.7.20.0/24"]
[roles.print-server]
addresses = ["10.7.10.5"]
[roles.user-computer]
zones = ["clients"]
[roles.mobile-device]
zones = ["clients"]
[roles.load-balancer]
addresses = ["10.7.10.9"]
"""


def unused(text: str) -> dict[str, str]:
    """Role → severity."""
    value = deploy(CATALOG, read_plan(text, CATALOG))
    found = [finding for finding in value.findings if finding.code == "unused-role"]
    return {finding.subjects[0]: finding.severity for finding in found}


def test_placed_and_used_by_nothing() -> None:
    assert unused(PLAN) == {"mobile-device": "warning", "load-balancer": "warning"}


def test_a_feature_that_needs_them_uses_them() -> None:
    features = "[products.printeron.features]\nairprint = {}\najp = {}\n"
    assert unused(PLAN.replace("[products.printeron]\n", features)) == {}


def test_who_is_absent_is_not_placed() -> None:
    text = PLAN.replace('mobile-device]\nzones = ["clients"]', "mobile-device]\nabsent = true")
    assert unused(text) == {"load-balancer": "warning"}


def test_a_firewall_that_guards_them_uses_them() -> None:
    guarded = '[firewalls.balancer]\nkind = "host"\nrole = "load-balancer"\n'
    assert unused(PLAN + guarded) == {"mobile-device": "warning"}


def test_places_of_one_installation_count_too() -> None:
    text = PLAN.replace(
        "[products.printeron]", '[products.printeron.roles.mfp]\nzones = ["clients"]'
    )
    assert "mfp" in unused(text)


def test_a_machine_that_only_its_own_facts_use_is_used() -> None:
    mobility = """
    format = 1
    [products.papercut-mf.features.mobility-print]
    [zones.servers]
    networks = ["10.7.10.0/24"]
    [roles.mobility-server]
    addresses = ["10.7.10.8"]
    """
    assert unused(mobility) == {}
