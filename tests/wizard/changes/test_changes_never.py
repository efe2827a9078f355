"""What must never be, in what a change adds and takes: lines of firewalls come and go by it."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from exporters.changes import csv as changes_csv
from exporters.changes import html, markdown, xlsx
from screens.board.entry import View
from screens.windows.compare.compared import ComparedPlan, Comparison
from screens.windows.compare.tables import CompareTables
from tests.tools.worlds import world
from wizard.changes import compare, report
from wizard.changes import json as changes_json
from wizard.changes.values import firewalls_denying

OFFICE = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.guests]
    networks = ["10.0.20.0/22"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    absent = true
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "guests"]
"""
DENYING = OFFICE + '    default = "deny"\n'
NEVER = """
    [never.guests]
    from = { zones = ["guests"] }
    to = { zones = ["servers"] }
    reason = "By release only"
"""


def test_lines_that_come_are_a_change_of_a_firewall() -> None:
    old, new = world(OFFICE), world(OFFICE, NEVER)
    changes = compare(old, new)
    assert changes
    (entry,) = changes.denials
    assert (entry.sign, firewalls_denying(entry)) == ("+", ("core",))
    assert changes.because(entry) == "A1"
    text = report.text(changes)
    words = "Never guests: guests to servers, all ports, TCP and UDP. By release only"
    assert f"+ {words}" in " ".join(text.split())
    assert "(lines at core) [A1]" in " ".join(text.split())
    assert "No firewall and no list changes." not in text
    (row,) = changes_json.to_json(changes)["denials"]
    assert (row["sign"], row["denial"]["name"], [*row["causes"]]) == (
        "+",
        "guests",
        ["never.guests"],
    )
    for paper in (markdown.text(old, new, changes), html.text(old, new, changes)):
        assert words in paper
        assert "No firewall and no list changes." not in paper


@pytest.mark.parametrize(
    ("before", "after", "sign", "firewalls"),
    [
        ((OFFICE, NEVER), (OFFICE,), "-", ("core",)),
        ((OFFICE, NEVER), (DENYING, NEVER), "~", ("core",)),
        ((OFFICE, NEVER), (OFFICE, NEVER + '    ports = ["445"]\n'), "~", ("core",)),
        ((DENYING,), (DENYING, NEVER), "+", ()),
    ],
)
def test_lines_that_go_or_differ(
    before: tuple[str, ...], after: tuple[str, ...], sign: str, firewalls: tuple[str, ...]
) -> None:
    changes = compare(world(*before), world(*after))
    (entry,) = changes.denials
    assert (entry.sign, firewalls_denying(entry)) == (sign, firewalls)
    assert bool(changes) == bool(firewalls)


CHANGED = NEVER + '    ports = ["445", "9100-9102"]\n    transport = "tcp"\n'


def test_a_ticket_has_a_row_of_what_comes_and_one_of_what_goes() -> None:
    old, new = world(OFFICE, NEVER), world(OFFICE, CHANGED)
    rows = list(csv.DictReader(io.StringIO(changes_csv.text(old, new, compare(old, new)))))
    told = [
        [row[name] for name in ("action", "what", "firewall", "id", "transport", "ports", "pair")]
        for row in rows
        if row["what"] == "must never be"
    ]
    assert told == [
        ["remove", "must never be", "core", "guests", "tcp\nudp", "1-65535", "guests"],
        ["add", "must never be", "core", "guests", "tcp", "445, 9100-9102", "guests"],
    ]
    assert rows[-1]["sources"] == "10.0.20.0/22"
    assert (rows[-1]["destinations"], rows[-1]["reason"]) == ("10.0.10.0/24", "By release only")
    assert rows[-1]["answers"] == "never.guests.transport\nnever.guests.ports"


def test_the_workbook_has_a_sheet_of_it() -> None:
    old, new = world(OFFICE, NEVER), world(OFFICE, CHANGED)
    book = load_workbook(io.BytesIO(xlsx.content(old, new, compare(old, new))))
    rows = list(book["Never"].iter_rows(values_only=True))
    assert rows[0][:7] == ("Action", "Never", "From", "Source", "To", "Destination", "Port")
    assert rows[1][:6] == ("change", "guests", "guests", "10.0.20.0/22", "servers", "10.0.10.0/24")
    ports = "remove all ports, TCP and UDP\nadd 445, 9100-9102/tcp"
    assert rows[1][6:9] == (ports, "By release only", "lines at core")


def test_compared_plans_have_a_table_of_it() -> None:
    old, new = world(OFFICE, NEVER), world(OFFICE, CHANGED)
    compared = (ComparedPlan("a", old), ComparedPlan("b", new))
    tables = CompareTables(Comparison(*compared, compare(old, new)))
    (tab,) = (tab for tab in tables.tabs(View(), 140) if tab.id == "never")
    (entry,) = tab.entries
    assert (tab.title, tab.count, entry.mark) == ("Never", 1, "~")
    assert entry.cells[:4] == ("deny", "tcp", "445,9100-9102", "guests → servers")
    title, lines = tables.comparison.why(tables.rows[entry.key], 70)
    words = " ".join(line.plain.strip() for line in lines)
    assert title == "Never guests"
    assert "core: denied by lines before all that is allowed." in words
    assert str(tables.comparison.question(tables.rows[entry.key])) == "never.guests.transport"


def test_the_same_is_no_change() -> None:
    assert compare(world(OFFICE, NEVER), world(OFFICE, NEVER)).denials == ()
