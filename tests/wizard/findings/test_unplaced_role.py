"""`unplaced-role`: whose place counts is who placed it, and for what."""

from __future__ import annotations

from tests.tools.worlds import CATALOG, world
from wizard.deployment import Deployment, deploy
from wizard.plan.keys import RoleKey
from wizard.plan.model import Zone, changed
from wizard.questions.open import open_questions

ZONES = """
format = 1
[zones.servers]
networks = ["10.1.10.0/24"]
[zones.clients]
networks = ["10.1.20.0/24"]
[zones.hp]
networks = ["10.1.31.0/24"]
[roles.user-computer]
zones = ["clients"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients", "hp"]
"""
TWO_CUPS = """
[products.cups.roles.print-server]
addresses = ["10.1.10.5"]
[products.cups-north]
product = "cups"
[products.cups-north.roles.print-server]
addresses = ["10.1.10.6"]
"""
MONITOR = """
[own.connections.monitor]
from = "user-computer"
to = "print-server"
transport = "tcp"
ports = ["8443"]
service = "Monitor"
reason = "Watches the queues"
"""
PAPERCUT = """
[products.papercut-mf.features.mfp-hp.roles.mfp]
zones = ["hp"]
[roles.print-server]
addresses = ["10.1.10.5"]
"""


def unplaced(deployment: Deployment) -> dict[str, tuple[str, ...]]:
    """Role → what waits for it."""
    of_code = [f for f in deployment.findings if f.code == "unplaced-role"]
    return {finding.subjects[0]: finding.subjects[1:] for finding in of_code}


def test_an_own_connection_runs_to_wherever_installations_place_its_role() -> None:
    deployment = world(f"{ZONES}{TWO_CUPS}{MONITOR}")
    assert unplaced(deployment) == {}
    (rule,) = deployment.rules
    assert rule.destinations == ("10.1.10.5/32", "10.1.10.6/32")
    assert RoleKey("print-server", "zones") not in [
        question.key for question in open_questions(CATALOG, deployment.plan)
    ]


def test_a_general_place_counts_for_an_own_connection_before_those() -> None:
    general = '[roles.print-server]\naddresses = ["10.1.10.9"]'
    deployment = world(f"{ZONES}{TWO_CUPS}{MONITOR}{general}")
    destinations = [rule.destinations for rule in deployment.rules if "own/monitor" in rule.flows]
    assert destinations == [("10.1.10.9/32",)]


def test_a_place_of_a_feature_counts_for_its_connections() -> None:
    assert "mfp" not in unplaced(world(f"{ZONES}{PAPERCUT}"))


def test_a_place_of_a_feature_that_is_nowhere_yet_is_named() -> None:
    """In a draft a zone has no networks at first."""
    plan = world(f"{ZONES}{PAPERCUT}", '[roles.mfp]\nzones = ["clients"]').plan
    assert "mfp" not in unplaced(deploy(CATALOG, plan))
    draft = changed(plan, zones={**plan.zones, "hp": Zone()})
    waiting = unplaced(deploy(CATALOG, draft))
    assert "papercut-mf/hp-7627" in waiting["mfp"]
