"""`two-meanings`: an address stands for others at one boundary, and for a machine of a zone elsewhere."""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG, EQUAL_SITES, plan_of, world
from wizard.deployment import deploy
from wizard.plan.keys import FirewallKey
from wizard.views.lists import FindingView

HIDES = '[firewalls.core.hides.head]\nbehind = "{}"'
NAT = '[firewalls.edge]\nkind = "boundary"\nzones = ["head", "internet"]\nnat = true\n'
PUBLIC = NAT + 'public_address = "{}"'
PUBLISHED = NAT + '[firewalls.edge.publish."cups/ipp"]\naddress = "{}"'


def errors(*texts: str) -> list[tuple[str, ...]]:
    findings = [each for each in world(*texts).findings if each.code == "two-meanings"]
    assert {each.severity for each in findings} <= {"error"}
    return [(each.message, *each.subjects) for each in findings]


def test_behind_what_a_zone_is_seen_as() -> None:
    assert errors(EQUAL_SITES, HIDES.format("10.101.1.77")) == [
        (
            "10.101.1.77 means two things: core shows others by it (firewalls.core.hides.head.behind),"
            " and a machine of site-a is seen as it (zones.site-a.seen_as: 10.101.1.0/24). Name an"
            " address at firewalls.core.hides.head.behind that stands for nobody else, such as one of"
            " core's own.",
            "core",
            "site-a",
        )
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (PUBLIC, "firewalls.edge.public_address"),
        (PUBLISHED, "firewalls.edge.publish.cups/ipp.address"),
    ],
)
def test_what_a_boundary_forwards_from_is_meant_too(text: str, key: str) -> None:
    ((message, *subjects),) = errors(EQUAL_SITES, text.format("10.101.2.9"))
    assert f"Name an address at {key} that" in message
    assert subjects == ["edge", "site-b"]
    assert errors(EQUAL_SITES, text.format("203.0.113.9")) == []


@pytest.mark.parametrize("behind", ["10.2.0.77", "198.51.100.7", "192.168.1.7", "10.101.3.1"])
def test_an_address_that_stands_for_nobody_else(behind: str) -> None:
    assert errors(EQUAL_SITES, HIDES.format(behind)) == []


def test_it_is_found_where_it_is_put_right() -> None:
    deployment = deploy(CATALOG, plan_of(EQUAL_SITES, HIDES.format("10.101.1.77")))
    (finding,) = (each for each in deployment.findings if each.code == "two-meanings")
    key = FindingView(deployment).answer(finding)
    assert isinstance(key, FirewallKey)
    assert key.firewall == "core"


def test_a_platform_is_changed_where_it_stands() -> None:
    text = "[firewalls.win]\nkind = 'host'\nrole = 'print-server'\nplatform = 'windows'"
    deployment = world(EQUAL_SITES, text)
    (finding,) = (each for each in deployment.findings if each.code == "other-platform")
    assert FindingView(deployment).answer(finding) == FirewallKey("win", "platform")
