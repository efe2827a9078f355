"""The request on two pages: a line a need, firewalls as columns, address groups below."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exporters.handover import handover, html, markdown, xlsx
from tests.tools.builders import deployment, rule
from tests.tools.handover_reader import Page, render
from tests.tools.worlds import OFFICE, world, world_of
from tests.wizard.rules.test_hairpin import DEEP, SEEN
from tests.wizard.rules.test_hairpin import OFFICE as HAIRPIN
from wizard.deployment import Deployment
from wizard.rules.needs import needs_of

PLANS = Path(__file__).parents[2] / "plans"
CUPS = """
[products.cups.features]
ipp-sharing = {}
printers-appsocket = {}
"""
CENTRE = """
format = 1
[products.cups.features]
printers-appsocket = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[firewalls.centre]
kind = "host"
role = "print-server"
egress = "filtered"
"""
LINK = """
format = 1
[products.cups.features]
printers-ipps = {}
snmp-browsing = {}
[zones.lan]
networks = ["192.168.1.0/24", "fd00::/64"]
[roles.print-server]
addresses = ["192.168.1.5", "fd00::5"]
[roles.printer]
addresses = ["192.168.1.40", "fd00::40"]
[firewalls.host]
kind = "host"
role = "print-server"
egress = "filtered"
"""
BRANCH = """
[zones.b{n}-printers]
networks = ["10.1.{n}.0/24"]
[sites.b{n}]
zones = ["b{n}-printers"]
[firewalls.fw-b{n}]
kind = "boundary"
zones = ["servers", "b{n}-printers"]
"""


def branches(number: int) -> Deployment:
    zones = ", ".join(f'"b{n}-printers"' for n in range(number))
    printers = f"[roles.printer]\nzones = [{zones}]\n"
    return world(CENTRE, printers, *(BRANCH.format(n=n) for n in range(number)))


def request_table(page: Page, first: str) -> list[list[str]]:
    (rows,) = [rows for _, rows in page.tables if rows and rows[0][0] == first]
    return rows


def test_a_line_a_need_with_its_firewalls() -> None:
    office = world(OFFICE, CUPS)
    pages = (
        Page(render(markdown.files(office)["handover.md"])),
        Page(html.files(office)["handover.html"]),
    )
    for page in pages:
        head, *rows = request_table(page, "Need")
        assert head == ["Need", "From", "To", "Port", "Why", "Risk", "server", "core"]
        by_name = {row[0]: row for row in rows}
        assert by_name.keys() == {need.name for need in needs_of(office.rules)}
        raw = by_name["print-server.printer.tcp.clear"]
        assert raw[1:4] == ["Print server", "Printer", "9100-9102/tcp"]
        assert raw[5:] == ["medium: in the clear", "", "through"]
        shared = by_name["user-computer.print-server.tcp.unstated"]
        assert shared[6:] == ["in", "through"]
        groups = {row[0]: row[1] for row in request_table(page, "Address group")[1:]}
        assert groups["Print server"] == "10.0.10.5"
        assert groups["User computer"] == "10.0.20.0/22"


@pytest.mark.parametrize(
    ("plan", "need", "said"),
    [
        (
            "cups",
            "user-computer.print-server.udp.unstated",
            ("also 224.0.0.251 (multicast), ff02::fb (multicast)",),
        ),
        (
            "printix",
            "user-computer.user-computer.udp.clear",
            ("also 10.4.3.255 (broadcast), 255.255.255.255 (broadcast)",),
        ),
    ],
)
def test_destinations_that_reach_many_are_named(
    plan: str, need: str, said: tuple[str, ...]
) -> None:
    """Rules to the group alone would not let them through."""
    asked = handover(world_of(PLANS / f"{plan}.toml")).asked
    assert {row.name: row.destinations for row in asked.needs}[need] == said


def test_senders_on_the_link_and_broadcasts_are_in_no_group_of_addresses() -> None:
    """Whoever makes a group of them would let the whole link through everywhere."""
    asked = handover(world(LINK)).asked
    rows = {row.name: row for row in asked.needs}
    assert rows["printer.print-server.udp.unstated"].sources == (
        "also fe80::/10 (sent from the link)",
    )
    assert rows["print-server.printer.udp.unstated.optional"].destinations == (
        "also 192.168.1.255 (broadcast), 255.255.255.255 (broadcast)",
    )
    groups = {group.key: str(group.addresses) for group in asked.groups}
    assert "192.168.1.40" in groups["printer"]
    assert "192.168.1.255" not in groups["printer"]
    assert "fe80::" not in groups["printer"] + groups["print-server"]


def test_a_group_that_is_not_meant_is_not_read_as_meant() -> None:
    found = rule("a", destinations=("224.0.0.251/32",), transport="udp", encrypted=True)
    (need,) = handover(deployment(found)).asked.needs
    assert need.destinations == ("only 224.0.0.251 (multicast)",)


def test_alike_sites_share_a_column_and_a_line() -> None:
    asked = handover(branches(5)).asked
    assert asked.walls == ("centre", "fw-b0 and 4 alike")
    (need,) = [need for need in asked.needs if need.name == "print-server.printer.tcp.clear"]
    assert need.cells == ("out", "through")
    assert need.destinations == ()
    (group,) = [group for group in asked.groups if group.key == "printer"]
    assert len(group.addresses.cidrs) == 5


def test_many_firewalls_that_differ_stand_in_one_column() -> None:
    asked = handover(
        world(
            CENTRE,
            '[roles.printer]\nzones = ["b0-printers", "b1-printers"]\n',
            *(BRANCH.format(n=n) for n in range(2)),
            *(
                f'[firewalls.h{n}]\nkind = "host"\nrole = "printer"\naddresses = ["10.1.0.{n}"]\n'
                for n in range(1, 7)
            ),
        )
    ).asked
    assert asked.walls == ("Firewalls",)
    (need,) = [need for need in asked.needs if need.name == "print-server.printer.tcp.clear"]
    assert "fw-b0: through" in need.cells[0]
    assert "h6: in" in need.cells[0]


def test_the_workbook_has_room_for_approval_and_implementation() -> None:
    office = world(OFFICE, CUPS)
    book = load_workbook(io.BytesIO(xlsx.files(office)["handover.xlsx"]))
    assert book.sheetnames[:3] == ["Request", "Needs", "Address groups"]
    head, *rows = book["Needs"].iter_rows(values_only=True)
    assert head[-5:] == ("Approved by", "Approved on", "Done by", "Done on", "Name on the device")
    assert [row[0] for row in rows] == [need.name for need in needs_of(office.rules)]
    assert {cell for row in rows for cell in row[-5:]} == {None}


@pytest.mark.parametrize("text", [HAIRPIN, DEEP, SEEN], ids=["near", "further", "seen-as"])
def test_a_public_address_is_nobody_s_own(text: str) -> None:
    """Who comes by hairpin NAT is seen as it; no role's group has it."""
    part = handover(world(text)).asked
    for group in part.groups:
        assert "203.0.113.7/32" not in group.addresses.cidrs
    sides = [*(need.sources for need in part.needs), *(need.destinations for need in part.needs)]
    words = [text for side in sides for text in side if "203.0.113.7" in text]
    assert words
    assert all("203.0.113.7 (public address of edge)" in text for text in words)
    assert {need.risk.rating for need in part.needs if need.from_ == "User computer"} <= {
        "low",
        "medium",
    }
