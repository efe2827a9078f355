"""What can be asked about a connection, and the question behind a row of the preview."""

from __future__ import annotations

import pytest

from screens.windows.explain.explained import (
    ConnectionQuestion,
    Word,
    asked_of,
    completed,
    fitting,
    told,
    words,
    zones_of,
)
from tests.tools.builders import forward
from tests.tools.worlds import OFFICE, world
from tests.wizard.rules.test_fronts import BALANCED

MF = """
    [products.papercut-mf.features.mfp-xerox]
"""
SNMP = """
    [products.papercut-mf.features.snmp-status]
"""


def test_services_between_the_two_come_first() -> None:
    deployment = world(OFFICE, MF, SNMP)
    for source, destination in (("mfp", "print-server"), ("print-server", "printer")):
        found = words(deployment, ConnectionQuestion(source, destination), "service")
        first = next(
            n for n, word in enumerate(found) if not word.note.endswith(f"{source} → {destination}")
        )
        assert first > 0
        assert not any(word.note.endswith(f": {source} → {destination}") for word in found[first:])
        assert {"22/tcp", "3389/tcp"} <= {word.value for word in found}


def test_parties_are_roles_with_a_place_zones_and_addresses_each_once() -> None:
    deployment = world(OFFICE, MF)
    found = {word.value: word.note for word in words(deployment, ConnectionQuestion(), "source")}
    assert found["print-server"] == "Print server, in servers"
    assert found["clients"] == "zone 10.0.20.0/22"
    assert found["internet"] == "every public address outside the zones"
    assert found["10.0.10.5"] == "Print server"
    assert "directory-server" not in found


def test_public_addresses_and_those_of_firewalls_can_be_asked() -> None:
    deployment = world(
        OFFICE.replace(
            'zones = ["servers", "internet"]',
            'zones = ["servers", "internet"]\nnat = true\npublic_address = "203.0.113.7"',
        ).replace('role = "print-server"', 'addresses = ["10.0.10.9"]'),
        MF,
    )
    found = {
        word.value: word.note for word in words(deployment, ConnectionQuestion(), "destination")
    }
    assert found["203.0.113.7"] == "public address of edge"
    assert found["10.0.10.9"] == "guarded by server"


def test_what_fits_what_was_typed() -> None:
    known = (Word("mfp", "Device"), Word("printer", "Printer"), Word("10.0.0.5", "Print server"))
    assert [word.value for word in fitting(known, "")] == ["mfp", "printer", "10.0.0.5"]
    assert [word.value for word in fitting(known, "PRINT")] == ["printer", "10.0.0.5"]
    assert [word.value for word in fitting(known, "print serv")] == ["10.0.0.5"]
    assert fitting(known, "zzz") == ()


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("", ""),
        ("mf", "mfp"),
        (" MFP ", "mfp"),
        ("print", "print"),
        ("printer", "printer"),
        ("80", "80/tcp"),
        ("8", "8"),
        ("161", "161"),
        ("10.0.0.9", "10.0.0.9"),
    ],
)
def test_a_beginning_is_completed_only_where_it_is_plain(typed: str, becomes: str) -> None:
    values = ("mfp", "printer", "printers", "80/tcp", "8080/tcp", "161/udp", "161/tcp")
    assert completed([Word(value, "") for value in values], typed) == becomes


def test_the_question_behind_a_row() -> None:
    deployment = world(OFFICE, MF)
    rule = next(rule for rule in deployment.rules if rule.from_ == "mfp")
    port = rule.ports[0][0]
    assert asked_of(rule) == ConnectionQuestion("mfp", "print-server", f"{port}/tcp")
    flow = deployment.flows[0]
    assert asked_of(flow) == ConnectionQuestion(
        flow.from_, flow.to, f"{flow.ports[0][0]}/{flow.transport}"
    )
    assert asked_of(forward()) == ConnectionQuestion("internet", "203.0.113.7", "443/tcp")
    assert asked_of(None) == asked_of("name") == ConnectionQuestion()
    assert not asked_of(None).complete


def test_every_rule_of_a_plan_is_answered_by_its_own_question() -> None:
    """What the preview shows as let through, the explanation finds let through: at that firewall,
    by that rule.
    """
    deployment = world(OFFICE, MF, SNMP)
    for rule in deployment.rules:
        if rule.unresolved or rule.flows[0].startswith("management/"):
            continue
        answer = told(deployment, asked_of(rule))
        assert answer[0].text.startswith("It gets through"), (rule, answer)
        assert any(said.record == rule for said in answer)


def test_where_a_word_is() -> None:
    deployment = world(OFFICE, MF)
    assert zones_of(deployment.plan, "mfp") == ("printers",)
    assert zones_of(deployment.plan, "clients") == ("clients",)
    assert zones_of(deployment.plan, "internet") == ("internet",)
    assert zones_of(deployment.plan, "10.0.30.7") == ("printers",)
    assert zones_of(deployment.plan, "what?") == ()


def test_management_is_the_plans_own_wish() -> None:
    answer = told(world(OFFICE, MF), ConnectionQuestion("admin-computer", "print-server", "22/tcp"))
    facts = [one.text for one in answer if one.kind == "fact"]
    assert facts
    assert set(facts) == {"ssh: the plan's own management access."}


def test_fronts_can_be_asked_about() -> None:
    deployment = world(BALANCED)
    notes = {word.value: word.note for word in words(deployment, ConnectionQuestion(), "source")}
    assert notes["balancer"] == "balancer (load balancer), in dmz"
    assert notes["10.10.40.9"] == "balancer (load balancer)"
