"""Boundaries side by side, of which some forward from a public address or hide a zone: each sees what
it sees alone, and the rule that it has for that.
"""

from __future__ import annotations

import pytest

from tests.tools.worlds import world
from wizard.deployment import Deployment
from wizard.explain import explain
from wizard.rules.model import Rule

PLAN = """
    format = 1
    [zones.office]
    networks = ["10.0.0.0/28"]
    [roles.print-server]
    addresses = ["10.0.0.2"]
    [roles.user-computer]
    zones = ["internet"]
    [own.connections.from-home]
    from = "user-computer"
    to = "print-server"
    transport = "tcp"
    ports = ["8631"]
    service = "Printing"
    reason = "Computers at home print too"
    encrypted = true
    public = true
    [firewalls.also]
    kind = "boundary"
    zones = ["office", "internet"]
    [firewalls.forwards]
    kind = "boundary"
    zones = ["office", "internet"]
    nat = true
    public_address = "203.0.113.7"
"""
HIDES = """
    [firewalls.conceals]
    kind = "boundary"
    zones = ["office", "internet"]
    [firewalls.conceals.hides.office]
    behind = "10.0.0.2"
"""
# A box of the provider before all of them.
OUTSIDE = """
    [zones.transit]
    networks = ["198.51.100.0/29"]
    [firewalls.box]
    kind = "boundary"
    zones = ["transit", "internet"]
"""


def asked(deployment: Deployment, rule: Rule) -> dict[str, bool]:
    """What each boundary does with a connection between addresses of the rule."""
    source = "8.8.8.8" if rule.sources == ("0.0.0.0/0",) else rule.sources[0]
    service = f"{rule.ports[0][0]}/{rule.transport}"
    hops = explain(deployment, source, rule.destinations[0], service).hops
    return {hop.firewall: hop.allowed for hop in hops}


@pytest.mark.parametrize("more", ["", HIDES])
def test_who_forwards_changes_nothing_for_those_beside_it(more: str) -> None:
    deployment = world(PLAN, more)
    rules = [rule for rule in deployment.rules if rule.from_ == "user-computer"]
    names = {"also", "forwards", *(["conceals"] if more else [])}
    assert {rule.firewall for rule in rules} == names
    for rule in rules:
        assert asked(deployment, rule) == dict.fromkeys(names, True), rule


def test_by_the_public_address_too() -> None:
    deployment = world(PLAN, HIDES)
    found = explain(deployment, "8.8.8.8", "203.0.113.7", "8631/tcp")
    assert {hop.firewall: hop.allowed for hop in found.hops}["forwards"]


def test_who_stands_outside_of_them_sees_what_each_makes_of_it() -> None:
    moved = PLAN.replace('zones = ["office", "internet"]', 'zones = ["office", "transit"]')
    deployment = world(moved, OUTSIDE)
    found = explain(deployment, "8.8.8.8", "10.0.0.2", "8631/tcp")
    assert {hop.firewall: hop.allowed for hop in found.hops} == {
        "box": True,
        "also": True,
        "forwards": True,
    }


def test_an_address_that_nobody_has_said_stops_it_with_words() -> None:
    unknown = PLAN.replace('public_address = "203.0.113.7"', "")
    moved = unknown.replace('zones = ["office", "internet"]', 'zones = ["office", "transit"]')
    found = explain(world(moved, OUTSIDE), "8.8.8.8", "10.0.0.2", "8631/tcp")
    assert {hop.firewall for hop in found.hops} == {"box", "also", "forwards"}
    (beside,) = (hop for hop in found.hops if hop.firewall == "also")
    assert beside.allowed
