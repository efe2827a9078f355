"""A reflector for multicast DNS: hosts let in what it says again in their zone, and nothing else."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.tools.worlds import CATALOG, errors_of, passes, plan_of, world
from wizard.plan.file.read import read_plan
from wizard.plan.file.write import write_plan
from wizard.questions import questions
from wizard.views.words import role_name

PLAN = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    [zones.servers]
    networks = ["10.0.10.0/24", "fd00:1::/64"]
    [zones.clients]
    networks = ["10.0.20.0/24", "fd00:2::/64"]
    [zones.printers]
    networks = ["10.0.30.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.5", "fd00:1::5"]
    [roles.user-computer]
    zones = ["clients"]
    [roles.dns-server]
    absent = true
    [firewalls.server]
    kind = "host"
    role = "print-server"
    egress = "filtered"
    [firewalls.pc]
    kind = "host"
    role = "user-computer"
    [firewalls.core]
    kind = "router"
    zones = ["servers", "clients", "printers"]
"""
REFLECTING = f"{PLAN}mdns_reflector = true\naddresses = ['10.0.10.1', 'fd00:1::1', '10.0.20.1']"
GROUP = "224.0.0.251"


def test_hosts_let_in_what_the_reflector_says_in_their_own_zone() -> None:
    d = world(REFLECTING)
    for told in (GROUP, "10.0.10.5"):
        assert passes(d, "10.0.10.1", told, "5353/udp") == {"server/in"}
    assert passes(d, "10.0.20.1", "10.0.20.7", "5353/udp") == {"pc/in"}
    assert passes(d, "10.0.20.1", GROUP, "5353/udp") >= {"pc/in"}
    # On another port or by TCP it says nothing, and where it is not nobody listens to it.
    assert passes(d, "10.0.10.1", "10.0.20.7", "5353/udp") == set()
    assert passes(d, "10.0.10.1", "10.0.10.5", "5354/udp") == set()
    assert passes(d, "10.0.10.1", "10.0.10.5", "5353/tcp") == set()


def test_without_it_nothing_of_the_kind_is_let_in() -> None:
    d = world(PLAN)
    assert passes(d, "10.0.10.1", GROUP, "5353/udp") == set()
    assert passes(d, "10.0.10.1", "10.0.10.5", "5353/udp") == set()


def test_what_a_strict_host_says_gets_out_to_it() -> None:
    assert passes(world(REFLECTING), "10.0.10.5", "10.0.10.1", "5353/udp") == {"server/out"}
    assert passes(world(PLAN), "10.0.10.5", "10.0.10.1", "5353/udp") == set()


@pytest.mark.parametrize(
    "own", ["'10.0.10.1'", "'10.0.10.1', '10.0.30.1'", "'10.0.10.1', '10.9.9.9'"]
)
def test_it_serves_no_zone_in_which_it_has_no_address(own: str) -> None:
    d = world(f"{PLAN}mdns_reflector = true\naddresses = [{own}]")
    assert passes(d, "10.0.10.1", GROUP, "5353/udp") == set()


def test_its_answers_are_why_a_rule_is_there() -> None:
    d = world(REFLECTING)
    (want, *_) = [want for want in d.wants if want.from_ == "mdns-reflector-core"]
    keys = set(map(str, want.because))
    assert {"firewalls.core.mdns_reflector", "firewalls.core.addresses"} <= keys


def test_the_plan_file_holds_it_and_says_nothing_where_there_is_none() -> None:
    plan = plan_of(REFLECTING)
    text = write_plan(plan, CATALOG)
    assert "mdns_reflector = true" in text
    assert read_plan(text, CATALOG) == plan
    assert "mdns_reflector" not in write_plan(plan_of(PLAN), CATALOG)


def test_it_is_asked_about_where_zones_are_joined_and_something_is_looked_for() -> None:
    def asked(text: str) -> set[str]:
        keys = [str(question.key) for question in questions(CATALOG, plan_of(text), "firewalls")]
        return {key.rpartition(".")[2] for key in keys if key.startswith("firewalls.core.")}

    assert asked(PLAN) == {"kind", "zones", "mdns_reflector"}
    assert asked(REFLECTING) == {"kind", "zones", "mdns_reflector", "addresses"}
    assert asked(PLAN.replace("cups.features]\n    ipp-sharing = {}", "papercut-mf]")) == {
        "kind",
        "zones",
    }
    assert asked(PLAN.replace('"servers", "clients", "printers"', '"servers", "internet"')) == {
        "kind",
        "zones",
    }


@pytest.mark.parametrize(
    ("addresses", "lacking"),
    [
        ("[]", "servers, clients, printers"),
        ("['10.0.10.1']", "clients, printers"),
        ("['10.9.9.9', '10.0.30.1', '10.0.20.1']", "servers"),
    ],
)
def test_a_reflector_without_an_address_in_a_zone_is_told_so(addresses: str, lacking: str) -> None:
    d = world(f"{PLAN}mdns_reflector = true\naddresses = {addresses}")
    across = [each.message for each in d.findings if each.code == "mdns-across-zones"]
    assert len(across) == 1
    assert across[0].endswith(f"The reflector core needs an address of its own in {lacking}.")


@pytest.mark.parametrize("wide", ["10.0.10.0/24', '10.0.20.0/24", "10.0.10.1-10.0.10.3"])
def test_only_an_address_of_its_own_makes_a_reflector(wide: str) -> None:
    d = world(f"{PLAN}mdns_reflector = true\naddresses = ['{wide}']")
    assert {rule.id for rule in d.rules} == {rule.id for rule in world(PLAN).rules}


def test_papers_call_it_by_its_boundary() -> None:
    d = world(REFLECTING)
    assert role_name(d.catalog, "mdns-reflector-core") == "mDNS reflector core"
    named = world(REFLECTING, "[own.roles.mdns-reflector-core]\nname = 'Our own'")
    assert role_name(named.catalog, "mdns-reflector-core") == "Our own"
    assert role_name(d.catalog, "print-server") == "Print server"


@pytest.mark.parametrize(
    ("text", "path", "line", "words"),
    [
        ("mdns_reflector = 'yes'", "firewalls.core.mdns_reflector", 26, "true or false"),
        ("mdns_reflektor = true", "firewalls.core.mdns_reflektor", 26, "mean 'mdns_reflector'"),
        ("addresses = ['10.0.10.300']", "firewalls.core.addresses", 26, "10.0.10.300"),
        ("addresses = '10.0.10.1'", "firewalls.core.addresses", 26, "must be a list"),
    ],
)
def test_errors_name_their_line(text: str, path: str, line: int, words: str) -> None:
    (error,) = errors_of(dedent(PLAN).strip() + "\n" + text)
    assert (error.path, error.line) == (path, line)
    assert words in error.message


def test_a_host_is_no_reflector() -> None:
    (error,) = errors_of(PLAN.replace('egress = "filtered"', "mdns_reflector = true"))
    assert error.path == "firewalls.server.mdns_reflector"
    assert error.message.startswith("does nothing on a host firewall")
