"""CUPS and phones: nobody has to say where phones are, and whoever does gets their rules."""

from __future__ import annotations

from tests.tools.worlds import CATALOG, lets, plan_of, world
from wizard.plan.keys import OptionKey, RoleKey
from wizard.questions import open_questions, question_at, questions

CUPS = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    [zones.lan]
    networks = ["192.168.10.0/24"]
    [zones.phones]
    networks = ["192.168.20.0/24"]
    [roles.print-server]
    addresses = ["192.168.10.5"]
    [roles.user-computer]
    zones = ["lan"]
    [roles.dns-server]
    addresses = ["192.168.10.1"]
    [firewalls.router]
    kind = "boundary"
    zones = ["lan", "phones"]
"""
PHONES = "[roles.mobile-device]\nzones = ['phones']\n"
JOBS = ("router/forward", "192.168.20.7", "192.168.10.5", "631/tcp")
ZONES = RoleKey("mobile-device", "zones")


def test_phones_that_are_placed_print() -> None:
    deployment = world(CUPS, PHONES)
    assert lets(deployment, *JOBS)
    assert [finding.code for finding in deployment.findings if finding.severity == "error"] == []


def test_nobody_has_to_place_them() -> None:
    deployment = world(CUPS)
    assert not lets(deployment, *JOBS)
    assert "unplaced-role" not in {finding.code for finding in deployment.findings}
    plan = plan_of(CUPS)
    assert ZONES not in {question.key for question in open_questions(CATALOG, plan)}


def test_it_is_asked_where_they_are_all_the_same() -> None:
    asked = {question.key for question in questions(CATALOG, plan_of(CUPS), "network")}
    assert ZONES in asked
    assert not question_at(CATALOG, plan_of(CUPS), ZONES).required
    assert question_at(CATALOG, plan_of(CUPS), RoleKey("user-computer", "zones")).required


def test_it_can_be_switched_off() -> None:
    text = CUPS.replace("ipp-sharing = {}", "ipp-sharing = { mobiles = false }")
    assert not lets(world(text, PHONES), *JOBS)
    asked = {question.key for question in questions(CATALOG, plan_of(text), "network")}
    assert ZONES not in asked
    mobiles = OptionKey("cups", "ipp-sharing", "mobiles")
    assert question_at(CATALOG, plan_of(text), mobiles).default is True


def test_phones_that_are_absent_get_nothing() -> None:
    deployment = world(CUPS, "[roles.mobile-device]\nabsent = true\n")
    assert not lets(deployment, *JOBS)
    assert "unplaced-role" not in {finding.code for finding in deployment.findings}
