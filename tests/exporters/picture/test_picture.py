"""The picture of the network: it shows every zone, host, firewall and connection, and stays inside
its frame.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from exporters.picture import picture
from exporters.picture import svg as picture_svg
from exporters.picture.mermaid import mermaid
from exporters.picture.model import Picture
from tests.golden.make import golden_deployment
from tests.tools import worlds
from tests.tools.builders import HOST, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.paths import CLINIC, PLANS
from tests.wizard.rules.test_hairpin import OFFICE
from wizard.deployment import Deployment, deploy
from wizard.plan.file import read_plan
from wizard.plan.model import Plan, Zone

OWN_WALL = """
    [zones.clinic]
    networks = ["10.1.2.0/24"]
    seen_as = ["10.99.0.0/24"]
    [firewalls.inner]
    kind = "boundary"
    zones = ["clinic", "servers"]
    [firewalls.inner.hides.clinic]
    behind = "10.0.10.254"
    """
SVG = "{http://www.w3.org/2000/svg}"
FILES = [*PLANS, CLINIC]
SHAPES = {"svg", "title", "desc", "style", "g", "rect", "line", "circle", "path", "text", "tspan"}
MERMAID = re.compile(
    r'flowchart LR|  end|  subgraph z\d+\[".*"\]|    [he]\d+\[".*"\]|  w[A-Z]+\{\{".*"\}\}|  z\d+'
    r" --- w[A-Z]+"
    r'|  h\d+ -->\|".*"\| h\d+'
)


def svg(value: Deployment) -> ET.Element:
    text = picture_svg.files(value)["network.svg"]
    assert "<!" not in text
    return ET.fromstring(text)


def branches(count: int, odd: bool = False) -> Deployment:
    """A head office with servers and printers, and branches, each behind a firewall of its own."""
    zones = "".join(
        f'[zones.branch-{n:02}]\nnetworks = ["10.8.{n}.0/24"]\n'
        f'[firewalls.branch-{n:02}]\nkind = "boundary"\nzones = ["branch-{n:02}", "wan"]\n'
        for n in range(count)
    )
    names = ", ".join(f'"branch-{n:02}"' for n in range(count))
    more = (
        '[firewalls.extra]\nkind = "boundary"\nzones = ["branch-03", "internet"]\n' if odd else ""
    )
    return worlds.world(
        f"""
        format = 1
        name = "Branches"
        [products.papercut-mf.features]
        mfp-hp = {{}}
        [zones.servers]
        networks = ["10.0.10.0/24"]
        [zones.wan]
        networks = ["10.0.0.0/24"]
        [roles.print-server]
        addresses = ["10.0.10.5"]
        [roles.admin-computer]
        addresses = ["10.0.10.100"]
        [roles.user-computer]
        zones = [{names}]
        [roles.mfp]
        zones = [{names}]
        [firewalls.core]
        kind = "boundary"
        zones = ["servers", "wan"]
        """,
        zones,
        more,
    )


def plan_of(path: Path) -> Deployment:
    return deploy(worlds.CATALOG, read_plan(path.read_text("utf-8"), worlds.CATALOG))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shows_every_zone_firewall_and_connection(path: Path) -> None:
    value = plan_of(path)
    shown = picture(value)
    assert {
        zone for lane in shown.lanes for zone in lane.zones if lane.kind == "zone"
    } == value.plan.zones.keys()
    joining = [name for name, fw in value.plan.firewalls.items() if fw.joins_zones]
    assert [wall.name for wall in shown.walls] == joining
    guards = [name for name, fw in value.plan.firewalls.items() if fw.guards_hosts]
    assert [guard.name for guard in shown.guards] == guards
    letters = [wall.letter for wall in shown.walls] + [guard.letter for guard in shown.guards]
    assert len(letters) == len(set(letters))
    # Discovery between zones, which no router passes on, is no connection.
    pairs = {(f.from_, f.to) for f in value.flows if f.scope == "network"}
    drawn = {(s.sources[0][1], s.destinations[0][1]) for s in shown.streams}
    assert pairs <= drawn
    # Every firewall with a rule is on the way of some stream.
    crossed = {letter for stream in shown.streams for letter in stream.crosses}
    names = {wall.letter: wall.name for wall in shown.walls} | {
        guard.letter: guard.name for guard in shown.guards
    }
    assert {r.firewall for r in value.rules} <= {names[letter] for letter in crossed}


def test_says_all_of_it_in_words() -> None:
    root = svg(golden_deployment("clinic"))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == "Network: Clinic <printing> | 2027"
    words = desc.text or ""
    assert "3 zones, 2 firewalls or routers between them, 2 firewalls of hosts." in words
    assert "A, core (firewall), joins servers, clients, printers." in words
    assert "Print server to Database server, 5432/tcp, through C, waits for an address." in words


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_plain_svg_inside_its_frame(path: Path) -> None:
    check(svg(plan_of(path)))


def check(root: ET.Element) -> None:
    width, height = map(float, (root.get("width") or "", root.get("height") or ""))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    boxes = []
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in SHAPES
        for name, given in element.attrib.items():
            assert "href" not in name
            assert not name.startswith("on")
            assert "url(" not in given
        if element.tag == f"{SVG}text":
            x, y = float(element.get("x") or 0), float(element.get("y") or 0)
            shown = "".join(element.itertext())
            # 7.5 px a character is more than any of the fonts take on average at this size.
            anchor = 0 if element.get("text-anchor") else len(shown) * 5.2
            assert 0 <= x <= width, shown
            assert x + anchor <= width + 4, shown
            assert 0 <= y <= height, shown
        if "box" in (element.get("class") or "").split():
            top = float(element.get("y") or 0)
            boxes.append((top, top + float(element.get("height") or 0)))
    style = "".join(e.text or "" for e in root.iter(f"{SVG}style"))
    assert "@import" not in style
    assert "url(" not in style
    assert "prefers-color-scheme:dark" in style
    for (_, bottom), (top, _) in zip(sorted(boxes), sorted(boxes)[1:], strict=False):
        assert bottom < top


def test_many_zones_that_are_alike_share_a_lane() -> None:
    shown = picture(branches(50))
    assert [lane.name for lane in shown.lanes] == [
        "servers",
        "wan",
        "50 zones: branch-00, branch-01 and 48 more",
    ]
    assert [wall.name for wall in shown.walls] == ["core", "50: branch-00, branch-01 and 48 more"]
    assert shown.walls[1].lanes == (1, 2)
    assert all(len(stream.sources) == 1 for stream in shown.streams)
    check(svg(branches(50)))
    # One that is joined to something else is not alike, and a few are never put together.
    odd = picture(branches(50, odd=True))
    assert [lane.name for lane in odd.lanes] == [
        "Internet", "servers", "wan", "49 zones: branch-00, branch-01 and 47 more", "branch-03",
    ]  # fmt: skip
    assert len(picture(branches(5)).lanes) == 7


def test_each_firewall_joins_a_zone_by_a_line_of_its_own() -> None:
    for value in (branches(5), branches(9, odd=True), *map(plan_of, FILES)):
        lines = [e for e in svg(value).iter(f"{SVG}line") if e.get("class") == "join"]
        heights = [float(e.get("y1") or 0) for e in lines]
        assert len(heights) == sum(len(wall.lanes) for wall in picture(value).walls)
        assert len(heights) == len(set(heights))


def test_addresses_are_counted_where_there_is_no_room_for_them() -> None:
    shown = ["".join(e.itertext()) for e in svg(golden_deployment("clinic")).iter(f"{SVG}text")]
    assert "Print server 10.0.10.7 and 2 more" in shown
    assert not [text for text in shown if "…" in text]


def test_a_thousand_zones_take_no_time() -> None:
    zones = {f"z{n}": Zone(networks=(f"10.{n // 250}.{n % 250}.0/24",)) for n in range(1000)}
    value = deployment(rule(), plan=Plan(name="Big", zones=zones, firewalls={"server": HOST}))
    assert [lane.name for lane in picture(value).lanes] == ["1000 zones: z0, z1 and 998 more"]


def test_nothing_to_show_is_still_a_picture() -> None:
    check(svg(deploy(worlds.CATALOG, Plan())))
    assert mermaid(picture(deploy(worlds.CATALOG, Plan()))) == "flowchart LR\n"


def lines(shown: Picture) -> list[str]:
    return mermaid(shown).rstrip("\n").split("\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_mermaid_has_every_part(path: Path) -> None:
    shown = picture(plan_of(path))
    found = lines(shown)
    assert [line for line in found if not MERMAID.fullmatch(line)] == []
    assert sum(line.startswith("  subgraph") for line in found) == len(shown.lanes)
    arrows = sum(len(stream.links) for stream in shown.streams)
    assert sum("-->" in line for line in found) == arrows


@pytest.mark.parametrize("text", hostile_to("mermaid", "xml"))
def test_hostile_text_is_inert(text: str) -> None:
    value = golden_deployment("clinic")
    import msgspec

    hosts = tuple(
        msgspec.structs.replace(entry, host=text, purposes=(text,)) for entry in value.allowlist
    )
    plan = msgspec.structs.replace(value.plan, name=text)
    value = msgspec.structs.replace(value, plan=plan, allowlist=hosts)
    root = svg(value)
    check(root)
    assert not [
        c for c in "".join(root.itertext()) if c in "\x00\x1b\u202e\u2066\u200b\ufeff\u2028\x85"
    ]
    for line in lines(picture(value)):
        assert MERMAID.fullmatch(line), line
        assert re.sub(r"#\d+;|<br/>", "", line).count('"') in (0, 2)
        assert "`" not in line
        assert '""' not in line


def test_what_translates_says_so_with_its_addresses() -> None:
    text = worlds.OFFICE.replace(
        'zones = ["servers", "internet"]',
        'zones = ["servers", "internet"]\n    nat = true\n    public_address = "203.0.113.7"',
    )
    text = text.replace("[roles.print-server]", OWN_WALL + "[roles.print-server]", 1)
    drawn = picture(worlds.world(text))
    about = {wall.name: wall.about for wall in drawn.walls}
    assert "firewall with NAT at 203.0.113.7" in about.values(), about
    assert about["inner"] == "firewall, hides clinic"
    lane = next(lane for lane in drawn.lanes if lane.name == "clinic")
    assert "10.99.0.0/24" in lane.networks
    shown = " ".join(svg(worlds.world(text)).itertext())
    assert "with NAT at 203.0.113.7" in shown
    assert "hides clinic" in shown


def test_a_boundary_that_leads_those_inside_back_says_so_where_it_leads_somebody() -> None:
    lonely = OFFICE.replace('"10.0.10.7", "10.0.20.7", "8.8.4.4"', '"8.8.4.4"')
    for text, more in ((OFFICE, " and hairpin NAT"), (lonely, "")):
        about = [wall.about for wall in picture(worlds.world(text)).walls]
        assert about == [f"firewall with NAT at 203.0.113.7{more}"]
