"""A product several times: the workbook and the CSV say which installation asks."""

from __future__ import annotations

import csv
import io

from openpyxl import load_workbook

from exporters.data import csv as csv_format
from exporters.handover import xlsx
from tests.tools.worlds import world
from wizard.deployment import Deployment

ONE = """
format = 1
[products.cups.features]
ipp-sharing = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.clients]
networks = ["10.0.20.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = ["clients"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients"]
"""
NORTH = """
[products.cups-north]
product = "cups"
[products.cups-north.features]
ipp-sharing = {}
[products.cups-north.roles.print-server]
addresses = ["10.0.10.6"]
"""


def sheet_rows(deployment: Deployment) -> list[dict[str, str]]:
    """The rules of the workbook's first sheet of rules, each by its headings."""
    book = load_workbook(io.BytesIO(xlsx.files(deployment)["handover.xlsx"]))
    for sheet in book:
        lines = [[str(cell or "") for cell in line] for line in sheet.iter_rows(values_only=True)]
        heads = [number for number, line in enumerate(lines) if {"Rule", "Way"} <= {*line}]
        if heads:
            head, *rows = lines[heads[0] :]
            return [dict(zip(head, row, strict=True)) for row in rows if any(row)]
    raise AssertionError("no sheet of rules")


def test_the_workbook_names_installations_where_there_are_several() -> None:
    rows = sheet_rows(world(f"{ONE}{NORTH}"))
    by_destination = {row["Destination"]: row["Installation"] for row in rows}
    assert by_destination["10.0.10.5"] == "cups"
    assert by_destination["10.0.10.6"] == "cups-north"


def test_a_workbook_of_single_products_has_no_such_column() -> None:
    assert "Installation" not in sheet_rows(world(ONE))[0]


def test_every_csv_says_which_installation_asks() -> None:
    files = csv_format.files(world(f"{ONE}{NORTH}"))
    rules = [*csv.DictReader(io.StringIO(files["rules.csv"], newline=""))]
    assert {row["installations"] for row in rules} == {"cups", "cups-north"}
    flows = [*csv.DictReader(io.StringIO(files["flows.csv"], newline=""))]
    for row in flows:
        assert row["id"] == f"{row['installation']}/{row['fact']}"
    for name, content in files.items():
        head = next(csv.reader(io.StringIO(content, newline="")))
        assert "installation" in head or "installations" in head, name
