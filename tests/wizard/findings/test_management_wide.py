"""`management-wide`: a whole zone may administer a machine, users and devices among it."""

from __future__ import annotations

import pytest

from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan

CATALOG = load_catalog()
PLAN = """
format = 1
[products.cups.features.ipp-sharing]
[zones.servers]
networks = ["10.7.10.0/24"]
[zones.clients]
networks = ["10.7.20.0/24"]
[zones.admins]
networks = ["10.7.30.0/28"]
[roles.print-server]
addresses = ["10.7.10.5"]
[roles.user-computer]
zones = ["clients"]
[roles.admin-computer]
{admins}
[firewalls.server]
kind = "host"
role = "print-server"
{management}
"""


def remarks(admins: str, management: str = 'management = ["ssh"]') -> list[tuple[str, ...]]:
    """Severity, message and subjects of each."""
    plan = read_plan(PLAN.format(admins=admins, management=management), CATALOG)
    findings = [each for each in deploy(CATALOG, plan).findings if each.code == "management-wide"]
    return [(each.severity, each.message, *each.subjects) for each in findings]


def test_from_the_zone_of_the_users() -> None:
    assert remarks('zones = ["clients", "admins"]') == [
        (
            "info",
            "All of clients may administer server: the administrators' computers have no addresses"
            " of their own, and others are there too (User computer).",
            "server",
            "clients",
        )
    ]


@pytest.mark.parametrize(
    "admins", ['zones = ["admins"]', 'addresses = ["10.7.20.9"]', "absent = true"]
)
def test_a_zone_or_addresses_of_their_own(admins: str) -> None:
    assert remarks(admins) == []


def test_where_nothing_is_managed() -> None:
    assert remarks('zones = ["clients"]', "") == []
