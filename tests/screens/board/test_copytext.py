"""Rows and tables as text: what stands in a ticket, and what a spreadsheet makes of it."""

from __future__ import annotations

import csv
import io
import unicodedata

import msgspec
import pytest

from screens.board.copytext import row_text, table_text
from screens.board.derived import Derived, View, tabs
from screens.board.tables import Record
from tests.tools.hostile import hostile_to
from tests.tools.keys import answered
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.questions import open_questions

CATALOG = load_catalog()
FEATURES = "products.papercut-mf.features"


def deployment() -> Deployment:
    plan = answered(CATALOG, Plan(), "products", ("papercut-mf",))
    plan = answered(CATALOG, plan, f"{FEATURES}.mfp-toshiba", True)
    plan = answered(CATALOG, plan, f"{FEATURES}.mfp-toshiba.sdk", ("sdk1",))
    plan = answered(CATALOG, plan, f"{FEATURES}.cloud-ocr", True)
    plan = answered(CATALOG, plan, f"{FEATURES}.cloud-ocr.region", "eu")
    plan = answered(CATALOG, plan, f"{FEATURES}.database", True)
    return deploy(CATALOG, apply_preset(CATALOG, plan, "segments"))


def tables(made: Deployment) -> dict[str, list[Record]]:
    """Every table that has rows."""
    derived = Derived(made, None, open_questions(CATALOG, made.plan))
    found: dict[str, list[Record]] = {}
    for tab in tabs(derived, View(), everything=True):
        records = [entry.record for entry in tab.entries if entry.record is not None]
        if records:
            found[tab.id] = records
    return found


def read(text: str) -> list[list[str]]:
    """As a spreadsheet reads what is pasted."""
    return list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_rule_for_a_ticket_says_all_that_is_asked() -> None:
    made = deployment()
    rule = next(
        rule for rule in made.rules if rule.direction == "forward" and (162, 162) in rule.ports
    )
    line = row_text(made, rule)
    assert line.startswith(f"Firewall: {rule.firewall}; direction: through; source: ")
    for part in (
        *rule.sources,
        *rule.destinations,
        "port: udp 162",
        "reason: PaperCut MF: Toshiba devices",
    ):
        assert part in line
    fact = made.facts[rule.flows[0]]
    document = CATALOG.documents[fact.source.document]
    assert f"document: {document.publisher}: {document.title}, {fact.source.locator}" in line
    assert "\n" not in line


@pytest.mark.parametrize("tab", ["rules", "flows", "allowlist", "findings", "open"])
def test_every_table_has_a_heading_and_a_line_for_each_row(tab: str) -> None:
    made = deployment()
    records = tables(made)[tab]
    heads, *rows = read(table_text(made, records))
    assert len(rows) == len(records)
    assert all(len(row) == len(heads) for row in rows)
    assert len(set(heads)) == len(heads)
    for record, row in zip(records, rows, strict=True):
        said = row_text(made, record)
        assert all(cell in said for cell in row)


def test_every_kind_of_record_has_words() -> None:
    made = deployment()
    for records in tables(made).values():
        for record in records:
            assert row_text(made, record).count(": ") >= 2


def test_what_a_rule_waits_for_is_said() -> None:
    made = deployment()
    rule = msgspec.structs.replace(made.rules[0], unresolved=("print-server", "edge"))
    assert row_text(made, rule).endswith(f"; waits for: {CATALOG.roles['print-server'].name}, edge")
    assert "waits for" not in row_text(made, made.rules[0])


def test_nothing_to_send_is_nothing() -> None:
    assert table_text(deployment(), []) == ""


@pytest.mark.parametrize("text", hostile_to("terminal", "csv"))
def test_hostile_text_stays_in_its_cell(text: str) -> None:
    made = deployment()
    rule = msgspec.structs.replace(made.rules[0], firewall=text, services=(text, text), from_=text)
    whole = table_text(made, [rule, made.rules[1]])
    heads, first, second = read(whole)
    assert len(first) == len(second) == len(heads)
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\uff1d")) for row in (first, second) for cell in row
    )
    line = row_text(made, rule)
    for out in (line, whole.replace("\n", "").replace("\t", "")):
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in out)
