"""Papers say which state of the facts they follow from, and when each of their pages was read."""

from __future__ import annotations

import datetime
import io

import pytest
from openpyxl import load_workbook

from exporters.handover import html, markdown, xlsx
from exporters.handover.words import TEAMS
from tests.tools.paths import PLANS, ROOT
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan

CATALOG = load_catalog()
EDITION = CATALOG.edition
assert EDITION is not None
FACTS = f"Portwright's facts {EDITION.version} of {EDITION.date}"
PAGE = CATALOG.documents["cups-firewalls"]


@pytest.fixture(scope="module")
def deployment() -> Deployment:
    cups = next(path for path in PLANS if path.stem == "cups")
    return deploy(CATALOG, read_plan(cups.read_text("utf-8"), CATALOG))


def test_markdown_names_the_facts_and_the_day(deployment: Deployment) -> None:
    text = markdown.files(deployment)["handover.md"]
    assert f"Everything here follows from {FACTS}." in text
    assert f"| {PAGE.version} | {PAGE.read} | the vendor's port list |" in text


def test_html_names_the_facts_and_the_day(deployment: Deployment) -> None:
    text = html.files(deployment)["handover.html"]
    assert f"Everything here follows from {FACTS}.".replace("'", "&#39;") in text
    assert f"<td>{PAGE.version}</td><td>{PAGE.read}</td>" in text


def test_the_workbook_names_the_facts_and_the_day(deployment: Deployment) -> None:
    content = xlsx.files(deployment)["handover.xlsx"]
    sheet = load_workbook(io.BytesIO(content))["Documents"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = sheet.oddHeader
    assert head is not None
    parts = (head.left, head.center, head.right)
    assert any(FACTS in (part.text or "") for part in parts)
    headings = next(row for row in rows if "Read on" in row)
    page = next(row for row in rows if PAGE.title in row)
    day = page[headings.index("Read on")]
    assert isinstance(day, datetime.date)
    assert str(day)[:10] == str(PAGE.read)


def test_the_page_about_the_workbook_names_its_sheets(deployment: Deployment) -> None:
    described = (ROOT / "docs" / "formats" / "xlsx.md").read_text("utf-8")
    book = load_workbook(io.BytesIO(xlsx.files(deployment)["handover.xlsx"]))
    titles = {*book.sheetnames, *(team.sheet for team in TEAMS), "Never", "Mail senders"}
    tables = described.partition("A sheet with nothing in it")[0]
    cells = {cell.strip() for line in tables.splitlines() for cell in line.split("|")}
    named = {title for cell in cells for title in cell.split(", ")}
    assert titles <= named
