"""Roles that stand where another stands, until they are placed on a machine of their own."""

from __future__ import annotations

import pytest

from wizard.deployment import Deployment, deploy
from wizard.explain import explain
from wizard.facts.load import CatalogError, data_files, load_catalog
from wizard.plan.file import read_plan
from wizard.plan.keys import RoleKey
from wizard.questions import open_questions, question_at, questions

CATALOG = load_catalog()
PLAN = """
format = 1
name = "Mobility Print apart"
[products.papercut-mf.features]
mobility-print = {}
[zones.servers]
networks = ["10.8.10.0/24"]
[zones.dmz]
networks = ["10.8.40.0/24"]
[zones.clients]
networks = ["10.8.20.0/24"]
[roles.print-server]
addresses = ["10.8.10.5"]
[roles.user-computer]
zones = ["clients"]
[roles.mobile-device]
zones = ["clients"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "dmz", "clients"]
default = "deny"
"""
APART = PLAN + '[roles.mobility-server]\naddresses = ["10.8.40.6"]\n'
BETWEEN = {"10.8.10.5/32", "10.8.40.6/32"}


def deployed(text: str) -> Deployment:
    return deploy(CATALOG, read_plan(text, CATALOG))


def lines(value: Deployment, ports: set[int]) -> set[tuple[str, str, int]]:
    """(source, destination, port) of each rule for some ports."""
    said: set[tuple[str, str, int]] = set()
    for rule in value.rules:
        for low, high in rule.ports:
            for port in ports & set(range(low, high + 1)):
                said |= {(s, d, port) for s in rule.sources for d in rule.destinations}
    return said


def test_on_a_machine_of_its_own_it_gets_its_rules() -> None:
    assert lines(deployed(APART), {9163, 9164, 9191, 9192}) == {
        ("10.8.20.0/24", "10.8.40.6/32", 9163),
        ("10.8.20.0/24", "10.8.40.6/32", 9164),
        ("10.8.20.0/24", "10.8.10.5/32", 9191),
        ("10.8.20.0/24", "10.8.10.5/32", 9192),
        ("10.8.40.6/32", "10.8.10.5/32", 9191),
        ("10.8.40.6/32", "10.8.10.5/32", 9192),
        ("10.8.10.5/32", "10.8.40.6/32", 9163),
        ("10.8.10.5/32", "10.8.40.6/32", 9164),
    }


def test_unplaced_it_is_the_print_server_and_nothing_between_the_two_needs_a_rule() -> None:
    value = deployed(PLAN)
    assert lines(value, {9163, 9164}) == {
        ("10.8.20.0/24", "10.8.10.5/32", 9163),
        ("10.8.20.0/24", "10.8.10.5/32", 9164),
    }
    named = {role for rule in value.rules for role in (rule.from_, rule.to)}
    assert "mobility-server" not in named
    assert not [flow for flow in value.flows if flow.from_ == flow.to]
    assert not [finding for finding in value.findings if "obility Print server" in finding.message]


def test_what_runs_among_machines_of_one_role_does_so_where_they_stand() -> None:
    """Two print servers have Mobility Print on them, and each asks the other."""
    value = deployed(
        PLAN.replace('["10.8.10.5"]', '["10.8.10.5", "10.8.40.5"]')
        + """
        [own.connections.peers]
        from = "mobility-server"
        to = "mobility-server"
        transport = "tcp"
        ports = ["7000"]
        service = "Peers"
        reason = "Each knows the other's printers"
        """
    )
    assert lines(value, {7000}) == {
        ("10.8.10.5/32", "10.8.40.5/32", 7000),
        ("10.8.40.5/32", "10.8.10.5/32", 7000),
    }


def test_absent_there_is_none_of_it() -> None:
    value = deployed(PLAN + "[roles.mobility-server]\nabsent = true\n")
    assert lines(value, {9163, 9164}) == set()


def test_it_is_asked_for_and_may_stay_open() -> None:
    plan = read_plan(PLAN, CATALOG)
    key = RoleKey("mobility-server", "zones")
    assert key in [question.key for question in questions(CATALOG, plan, "network")]
    assert not question_at(CATALOG, plan, key).required
    assert key not in [question.key for question in open_questions(CATALOG, plan)]
    bare = read_plan("format = 1\n[products.cups]\n", CATALOG)
    assert key not in [question.key for question in questions(CATALOG, bare, "network")]


def test_explain_knows_it_where_it_stands() -> None:
    assert explain(deployed(PLAN), "user-computer", "mobility-server", "9163/tcp").allowed
    assert explain(deployed(APART), "user-computer", "mobility-server", "9163/tcp").allowed
    assert not explain(deployed(APART), "user-computer", "print-server", "9163/tcp").allowed


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        ("print-servr", "roles.toml: mobility-server.at: no role 'print-servr'; did you mean"),
        ("session-host", "roles.toml: mobility-server.at: session-host stands where another role"),
    ],
)
def test_it_can_only_stand_at_a_role_that_stands_by_itself(at: str, wrong: str) -> None:
    files = data_files()
    roles = files["roles.toml"].replace(
        '[session-host]\nname = "Session host"',
        '[session-host]\nat = "print-server"\nname = "Session host"',
    )
    roles = roles.replace('at = "print-server"\n\n', f'at = "{at}"\n\n', 1)
    with pytest.raises(CatalogError) as refused:
        load_catalog({**files, "roles.toml": roles})
    assert wrong in str(refused.value)


def test_an_empty_table_is_no_place() -> None:
    """As with the roles that are on the internet unless they are placed."""
    empty = deployed(PLAN + "[roles.mobility-server]\n")
    assert [rule.id for rule in empty.rules] == [rule.id for rule in deployed(PLAN).rules]


def test_a_firewall_on_it_guards_the_machine_where_it_stands() -> None:
    guard = '[firewalls.mobility]\nkind = "host"\nrole = "mobility-server"\n'
    assert deployed(PLAN + guard).covered("mobility") == ("10.8.10.5/32",)
    assert deployed(APART + guard).covered("mobility") == ("10.8.40.6/32",)
