"""`whole-zone`: one machine has no address, and rules open all of its zone in its place."""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG, OFFICE, world
from tests.wizard.rules.test_fronts import BALANCED

SERVERS = 'zones = ["servers"]'
ANYWHERE = OFFICE.replace('addresses = ["10.0.10.5"]', SERVERS)
PRODUCT = "[products.printeron]"
SQL = "[products.papercut-mf.features]\ndatabase = { engine = 'mysql' }"
DATABASE = "[roles.database-server]\n"


def remarks(*texts: str) -> list[tuple[str, tuple[str, ...]]]:
    """Message and subjects of each."""
    findings = [each for each in world(*texts).findings if each.code == "whole-zone"]
    assert {each.severity for each in findings} <= {"warning"}
    return [(each.message, each.subjects) for each in findings]


def test_which_rules_which_zone_and_what_to_type() -> None:
    ((message, subjects),) = remarks(ANYWHERE, PRODUCT)
    assert message == (
        "Print server is placed in servers without an address, and it is no more than a few machines:"
        " rules at core open all of 10.0.10.0/24 (Print jobs from PrintWhere (631), Web Print,"
        " configuration, sign-in (HTTPS)). Type its addresses at roles.print-server.addresses."
    )
    assert subjects[:3] == ("print-server", "servers", "core")
    assert "printeron/web-https" in subjects
    assert remarks(OFFICE, PRODUCT) == []


def test_as_a_source_and_beyond_a_host_s_own_firewall() -> None:
    ((message, _),) = remarks(OFFICE, SQL, DATABASE, 'zones = ["printers"]')
    assert "Database server is placed in printers" in message
    assert "rules at core open all of 10.0.30.0/24" in message
    filtered = OFFICE.replace('role = "print-server"', 'role = "print-server"\negress = "filtered"')
    ((message, _),) = remarks(filtered, SQL, DATABASE, SERVERS)
    assert "rules at server open all of 10.0.10.0/24" in message
    assert remarks(OFFICE, SQL, DATABASE, SERVERS) == []  # nothing filters within the zone
    assert remarks(OFFICE, SQL, DATABASE, "addresses = ['10.0.30.9']") == []
    relay = "[products.papercut-mf.features]\nself-hosted-ocr = {}\n[roles.document-processor]"
    ((message, _),) = remarks(OFFICE, relay, 'zones = ["clients"]')
    assert message.startswith("Document processing server is placed in clients")


def test_a_load_balancer_of_which_only_the_zone_is_known() -> None:
    nowhere = BALANCED.replace('addresses = ["10.10.40.9"]', 'zones = ["dmz"]')
    ((message, subjects),) = remarks(nowhere)
    assert message.startswith(
        "balancer (load balancer) is placed in dmz without an address, and it is no more than a few"
        " machines: rules at app, core open all of 10.10.40.0/24 ("
    )
    assert message.endswith("Type its addresses at fronts.balancer.addresses.")
    assert subjects[:2] == ("balancer", "dmz")
    assert remarks(BALANCED) == []


def test_a_machine_s_own_firewall_does_not_open_the_zone_by_its_own_side() -> None:
    alone = ANYWHERE.replace('zones = ["servers", "clients", "printers"]', 'zones = ["printers"]')
    near = alone.replace('zones = ["clients"]', SERVERS)
    assert remarks(near, PRODUCT) == []


@pytest.mark.parametrize(
    "role", [name for name, role in CATALOG.roles.items() if role.many and name != "internet"]
)
def test_a_zone_is_the_right_place_of_many(role: str) -> None:
    named = [subjects for _, subjects in remarks(OFFICE, PRODUCT, SQL, "[products.printix]")]
    assert all(role not in subjects for subjects in named)


def test_who_is_many() -> None:
    assert {name for name, role in CATALOG.roles.items() if role.many} == {
        "user-computer",
        "session-host",
        "admin-computer",
        "mobile-device",
        "printer",
        "mfp",
        "card-reader",
        "payment-terminal",
        "internet",
    }


def test_a_zone_of_one_address_is_as_good_as_one() -> None:
    one = ANYWHERE.replace("10.0.10.0/24", "10.0.10.5")
    assert remarks(one, PRODUCT) == []


def test_where_the_place_is() -> None:
    of_product = "[products.printeron.roles.print-server]\nzones = ['servers']"
    ((message, _),) = remarks(OFFICE, of_product)
    assert message.endswith(
        "Type its addresses at products.printeron.roles.print-server.addresses."
    )
    of_feature = (
        "[products.papercut-mf.features.database]\nengine = 'mysql'\n"
        "roles.database-server.zones = ['printers']"
    )
    ((message, _),) = remarks(OFFICE, of_feature)
    assert message.endswith(
        "at products.papercut-mf.features.database.roles.database-server.addresses."
    )


def test_what_the_plan_adds_may_be_anything() -> None:
    own = """
    [own.roles.kiosks]
    name = "Kiosks"
    [own.connections.kiosk]
    from = "kiosks"
    to = "print-server"
    transport = "tcp"
    ports = ["7000"]
    service = "Kiosks"
    reason = "They ask"
    encrypted = true
    [roles.kiosks]
    zones = ["clients"]
    """
    assert remarks(OFFICE, own, PRODUCT) == []
