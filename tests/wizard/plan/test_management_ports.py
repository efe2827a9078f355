"""A method of administration may name a port: in the plan's file, as an answer, in rules."""

from __future__ import annotations

import msgspec
import pytest

from tests.tools.worlds import CATALOG
from wizard.deployment import deploy
from wizard.plan.field import AnswerError
from wizard.plan.file import PlanErrors, read_plan, write_plan
from wizard.plan.keys import FirewallKey, Key, ManagementPortKey, key_named
from wizard.plan.model import Plan
from wizard.questions import answered, value_of
from wizard.questions.steps import keys_of

_PLAN = """
format = 1
[products.cups.features]
ipp-sharing = {}
[zones.servers]
networks = ["192.168.1.0/24"]
[roles.print-server]
addresses = ["192.168.1.5"]
[roles.user-computer]
zones = ["servers"]
[roles.admin-computer]
addresses = ["192.168.1.20"]
[firewalls.server]
kind = "host"
role = "print-server"
management = MANAGEMENT
"""
METHODS = FirewallKey("server", "management")
SSH = ManagementPortKey("server", "ssh")
WINRM = ManagementPortKey("server", "winrm")


def plan_with(*words: str) -> Plan:
    return read_plan(_PLAN.replace("MANAGEMENT", str(list(words))), CATALOG)


def management(plan: Plan) -> tuple[str, ...]:
    return plan.firewalls["server"].management


@pytest.mark.parametrize(
    ("words", "ports"),
    [
        (("ssh:2222",), [(2222, 2222)]),
        (("ssh", "ssh:2222", "rdp:3390"), [(22, 22), (2222, 2222), (3390, 3390)]),
        (("winrm", "winrm:5990"), [(5985, 5986), (5990, 5990)]),
        (("ssh:22",), [(22, 22)]),
    ],
)
def test_rules_have_the_ports_that_the_words_name(
    words: tuple[str, ...], ports: list[tuple[int, int]]
) -> None:
    plan = plan_with(*words)
    let_in: list[tuple[int, int]] = []
    for rule in deploy(CATALOG, plan).rules:
        if rule.is_management:
            assert rule.sources == ("192.168.1.20/32",)
            let_in += rule.ports
    assert sorted(let_in) == ports
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("sh:2222", "did you mean 'ssh'?"),
        ("ssh:", "names no port from 1 to 65535"),
        ("ssh:0", "names no port"),
        ("ssh:65536", "names no port"),
        ("ssh:00000299999", "names no port"),
        ("ssh:22-23", "names no port"),
        ("ssh:٢", "names no port"),
    ],
)
def test_what_is_no_method_or_port_is_refused(word: str, says: str) -> None:
    with pytest.raises(PlanErrors, match=r"firewalls\.server\.management") as refused:
        plan_with(word)
    assert says in str(refused.value)


def asked(plan: Plan) -> list[Key]:
    return [
        key for key in keys_of(CATALOG, plan, "firewalls") if isinstance(key, ManagementPortKey)
    ]


def test_ports_are_asked_of_the_methods_that_are_chosen() -> None:
    plan = plan_with("ssh")
    assert asked(plan) == [SSH]
    assert value_of(CATALOG, plan, SSH) == ("22",)
    plan = answered(CATALOG, plan, SSH, ("2222",))
    assert management(plan) == ("ssh:2222",)
    assert value_of(CATALOG, plan, METHODS) == ("ssh",)
    plan = answered(CATALOG, plan, METHODS, ("ssh", "winrm"))
    assert management(plan) == ("ssh:2222", "winrm")
    assert asked(plan) == [SSH, WINRM]
    plan = answered(CATALOG, plan, WINRM, ("5986",))
    plan = answered(CATALOG, plan, SSH, ("22", "2200-2201"))
    assert management(plan) == ("ssh", "ssh:2200", "ssh:2201", "winrm:5986")
    plan = answered(CATALOG, plan, SSH, ())
    plan = answered(CATALOG, plan, WINRM, ("5985-5986",))
    assert management(plan) == ("ssh", "winrm")
    with pytest.raises(AnswerError, match="10 at most"):
        answered(CATALOG, plan, SSH, ("2000-2999",))


def test_the_key_has_a_name_and_no_question_without_its_method() -> None:
    assert key_named("firewalls.server.management.ssh") == SSH
    with pytest.raises(AnswerError, match="no question"):
        value_of(CATALOG, plan_with("rdp"), SSH)


def test_two_plans_differ_where_their_ports_do() -> None:
    old, new = plan_with("ssh"), plan_with("ssh:2222")
    assert old != new
    assert (
        msgspec.structs.replace(old.firewalls["server"], management=("ssh:2222",))
        == (new.firewalls["server"])
    )
