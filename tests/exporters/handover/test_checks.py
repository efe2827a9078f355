"""Which connections are tried: what of two parties may talk to each other, and what can be told from
outside.
"""

from __future__ import annotations

import re

from exporters.handover import connection_tests, handover
from exporters.handover.checks import NO_WAY, Check, checks_of
from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment

# Computers in the office and at home.
HOME = (
    OFFICE.replace('zones = ["clients"]', 'zones = ["clients", "internet"]')
    .replace('zones = ["servers", "internet"]', 'zones = ["clients", "servers", "internet"]')
)  # fmt: skip
PRINTIX = """
    [products.printix.features]
    raw-print = { ports = ["9100"] }
    [roles.web-proxy]
    addresses = ["10.0.10.80"]
    [proxy]
    mode = "explicit"
    port = 3128
"""


def tried(value: Deployment, from_: str, to: str) -> list[Check]:
    return [check for check in checks_of(value) if (check.from_, check.to) == (from_, to)]


def test_what_is_stopped_from_outside_is_tried_from_inside() -> None:
    (check,) = tried(world(HOME, PRINTIX), "user-computer", "printer")
    assert (check.how, check.networks) == ("tcp", ("10.0.30.0/24",))
    assert (check.sources, check.outside) == (("10.0.20.0/22",), False)


def test_nobody_outside_is_told_to_use_the_inside_proxy() -> None:
    value = world(HOME, PRINTIX)
    proxied = [check for check in tried(value, "user-computer", "internet") if check.via]
    assert proxied
    assert {check.sources for check in proxied} == {("10.0.20.0/22",)}


def test_the_proxy_team_is_told_of_nobody_outside() -> None:
    (part,) = [part for part in handover(world(HOME, PRINTIX)).teams if part.team.id == "proxy"]
    sides = {row.from_: row.sources.cidrs for row in part.connections}
    assert sides["User computer"] == ("10.0.20.0/22",)


def test_what_nobody_may_use_has_no_way() -> None:
    value = world(HOME.replace('zones = ["clients", "internet"]', 'zones = ["internet"]'), PRINTIX)
    (check,) = tried(value, "user-computer", "printer")
    assert (check.how, check.why_not, check.outside) == ("none", NO_WAY, True)


def test_of_few_ports_one_must_connect_and_many_are_not_tried() -> None:
    few = world(OFFICE, '[products.printix.features]\nraw-print = { ports = ["9100-9102"] }')
    (check,) = tried(few, "user-computer", "printer")
    assert (check.how, check.ports, check.port) == ("tcp", (9100, 9102), "9100-9102")
    many = world(OFFICE, '[products.printix.features]\nraw-print = { ports = ["9100-9108"] }')
    (check,) = tried(many, "user-computer", "printer")
    assert (check.how, check.ports) == ("none", (9100, 9108))
    assert check.why_not == (
        "the service uses a few of the ports 9100-9108, and which ones is not fixed: test with the"
        " service itself"
    )


def test_a_family_that_the_other_side_lacks_is_no_source() -> None:
    value = world(
        OFFICE.replace('addresses = ["10.0.10.5"]', 'addresses = ["10.0.10.5", "2001:db8:10::5"]')
        .replace('networks = ["10.0.10.0/24"]', 'networks = ["10.0.10.0/24", "2001:db8:10::/64"]'),
        """
        [products.papercut-ng.features]
        database = { engine = "postgresql" }
        [roles.database-server]
        addresses = ["10.0.10.20"]
        """,
    )  # fmt: skip
    (check,) = tried(value, "print-server", "database-server")
    assert (check.host, check.sources) == ("10.0.10.20", ("10.0.10.5/32",))
    (part,) = [part for part in handover(value).teams if part.team.id == "dba"]
    assert [row.sources.cidrs for row in part.connections] == [("10.0.10.5/32",)]


BRANCHES = (
    OFFICE.replace('zones = ["printers"]', 'zones = ["printers", "branch"]', 1)
    .replace('zones = ["servers", "clients", "printers"]',
             'zones = ["servers", "clients", "printers", "branch"]')
)  # fmt: skip


def test_each_zone_has_a_test_of_its_own() -> None:
    value = world(
        BRANCHES,
        '[zones.branch]\nnetworks = ["10.1.30.0/24"]',
        '[products.printix.features]\nraw-print = { ports = ["9100"] }',
    )
    checks = tried(value, "user-computer", "printer")
    assert [(check.zone, check.networks) for check in checks] == [
        ("printers", ("10.0.30.0/24",)),
        ("branch", ("10.1.30.0/24",)),
    ]
    text = connection_tests.files(value)["tests/from-user-computer.sh"]
    assert re.findall(r"^named\|([^|]*)\|9100\|([^|]*)\|", text, re.M) == [
        ("printer.printers", "10.0.30.0/24"),
        ("printer.branch", "10.1.30.0/24"),
    ]
