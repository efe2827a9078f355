"""Which connections are tried: what of two parties may talk to each other, and what can be told from
outside.
"""

from __future__ import annotations

import re

from exporters.handover import connection_tests, handover, markdown
from exporters.handover.checks import NO_WAY, Check, checks_of
from tests.tools.handover_reader import Page, render
from tests.tools.paths import ROOT
from tests.tools.worlds import OFFICE, world, world_of
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


def test_each_site_is_tried_from_there() -> None:
    value = world_of(ROOT / "examples/several-sites.toml")
    own = {
        (check.site, check.host)
        for check in tried(value, "user-computer", "secondary-server")
        if check.how != "none"
    }
    assert own == {("north", "198.51.100.5"), ("south", "203.0.113.5")}
    central = {check.site for check in tried(value, "user-computer", "print-server") if check.host}
    assert central == {"head", "north", "south"}
    sources = {
        check.sources
        for check in tried(value, "user-computer", "print-server")
        if check.site == "north"
    }
    assert sources == {("198.51.100.64/26",)}


def test_alike_sites_are_listed_once_and_all_are_tried() -> None:
    zones = "".join(
        f"""
        [zones.s{number}-clients]
        networks = ["10.{number}.20.0/24"]
        [sites.s{number}]
        zones = ["s{number}-clients"]
        """
        for number in range(1, 6)
    )
    names = ", ".join(f'"s{number}-clients"' for number in range(1, 6))
    office = OFFICE.replace('zones = ["clients"]', f"zones = [{names}]").replace(
        'zones = ["servers", "clients", "printers"]', f'zones = ["servers", "printers", {names}]'
    )
    value = world(office, zones, "[products.papercut-ng.features]", "web = {}")
    checks = [check for check in tried(value, "user-computer", "print-server") if check.host]
    assert {check.site for check in checks} == {"s1", "s2", "s3", "s4", "s5"}
    page = Page(render(markdown.files(value)["handover.md"]))
    (rows,) = (rows for _, (head, *rows) in page.tables if "Address or host" in head)
    froms = {row[0] for row in rows if row[1] == "Print server" and row[5] == "connects"}
    assert froms == {"User computer\nsites s1, s2 and 3 more alike\n10.1.20.0/24"}


def test_without_sites_nothing_is_said_of_them() -> None:
    value = world(OFFICE, PRINTIX)
    assert {check.site for check in checks_of(value)} == {""}
    text = connection_tests.files(value)["tests/from-user-computer.sh"]
    rows = re.findall(r"^(?:tcp|named|proxy)\|.*$", text, re.M)
    assert rows
    assert all(row.endswith("|-") for row in rows)
