"""What must never be, in the papers: a section of its own, and only where the plan says any of it."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from exporters.data import csv as csv_files
from exporters.handover import handover, html, markdown, xlsx
from tests.tools.hostile import HOSTILE
from tests.tools.worlds import CATALOG, WITH_GUESTS, world
from wizard.deployment import Deployment, deploy, to_json
from wizard.plan.model import Never, NeverEnd, changed

OFFICE = f"""{WITH_GUESTS}    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "internet"]
    default = "deny"
"""
NEVER = """
    [never.guests]
    from = { zones = ["guests", "staff"] }
    to = { role = "print-server" }
    ports = ["9191"]
    reason = "Guests print by release station only"
    [never.out]
    from = { addresses = ["10.0.10.0/24"] }
    to = { zones = ["internet"] }
    transport = "udp"
"""


def test_the_section_says_who_where_why_and_what_keeps_it() -> None:
    deployment = world(OFFICE, NEVER)
    (rule,) = [rule for rule in deployment.rules if rule.ports == ((9191, 9191),)]
    guests, out = handover(deployment).denials
    assert (guests.from_, guests.to) == ("guests, staff", "Print server")
    assert guests.sources == ("10.0.20.0/22", "10.0.40.0/24")
    assert guests.destinations == ("10.0.10.5",)
    assert guests.ports == "9191, TCP and UDP"
    assert guests.kept == (
        "core: denied by lines before all that is allowed.",
        f"NOT KEPT: {rule.id} lets some of it through.",
    )
    assert (out.from_, out.sources, out.to) == ("", ("10.0.10.0/24",), "Internet")
    assert out.destinations[0].startswith("Internet, IPv4 (any public address")
    assert (out.ports, out.kept) == ("all UDP ports", ("edge: denied by default.",))
    page = html.files(deployment)["handover.html"]
    paper = markdown.files(deployment)["handover.md"]
    for text in (page, paper):
        assert "Guests print by release station only" in text
        assert "What must never be is denied first: guests." in text
    assert "## What must never be\n" in paper
    assert '<h2 id="never">What must never be</h2>' in page
    book = openpyxl.load_workbook(io.BytesIO(xlsx.files(deployment)["handover.xlsx"]))
    cells = [str(cell.value) for row in book["Never"].iter_rows() for cell in row]
    assert "Guests print by release station only" in cells


def test_without_the_word_the_papers_have_no_section() -> None:
    deployment = world(OFFICE)
    assert "What must never be" not in markdown.files(deployment)["handover.md"]
    assert "What must never be" not in html.files(deployment)["handover.html"]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.files(deployment)["handover.xlsx"]))
    assert "Never" not in book.sheetnames
    assert to_json(deployment)["denials"] == ()


def test_programs_read_it_as_json_and_csv() -> None:
    deployment = world(OFFICE, NEVER)
    denials = json.loads(json.dumps(to_json(deployment)))["denials"]
    assert denials[0] == {
        "name": "guests",
        "from": ["guests", "staff"],
        "to": ["print-server"],
        "transport": None,
        "ports": [[9191, 9191]],
        "sources": ["10.0.20.0/22", "10.0.40.0/24"],
        "destinations": ["10.0.10.5/32"],
        "except_sources": [],
        "except_destinations": [],
        "reason": "Guests print by release station only",
        "firewalls": ["core"],
        "denied_by_default": [],
        "unresolved": [],
    }
    rows = list(csv.DictReader(io.StringIO(csv_files.files(deployment)["denials.csv"])))
    assert [row["name"] for row in rows] == ["guests", "out"]
    assert rows[0]["sources"] == "10.0.20.0/22\n10.0.40.0/24"
    assert rows[1]["ports"] == "1-65535"


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_reason_is_text_and_nothing_else(text: str) -> None:
    deployment = world(OFFICE)
    never = Never(NeverEnd(zones=("guests",)), NeverEnd(zones=("servers",)), reason=text)
    deployment = deployed(deployment, never)
    page = html.files(deployment)["handover.html"]
    assert "<script" not in page
    assert page.count("<tr") == html.files(deployed(deployment, plain_of(never)))[
        "handover.html"
    ].count("<tr")
    markdown.files(deployment)
    xlsx.files(deployment)
    rows = list(csv.reader(io.StringIO(csv_files.files(deployment)["denials.csv"])))
    assert len(rows) == 2
    assert not rows[1][9].startswith(("=", "+", "-", "@"))


def plain_of(never: Never) -> Never:
    return Never(never.from_, never.to, reason="plain")


def deployed(deployment: Deployment, never: Never) -> Deployment:
    return deploy(CATALOG, changed(deployment.plan, never={"x": never}))
