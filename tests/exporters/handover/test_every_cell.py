"""Random plans: what every document says of a rule, cell by cell, is what `show --json` and the catalog
say.

Some plans each time; `PORTWRIGHT_PAPERS=500` looks at more.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from exporters.data import csv as data_csv
from exporters.handover import html, markdown, xlsx
from tests.tools.handover_reader import Page, render
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy, to_json
from wizard.plan.model import Plan

pytestmark = pytest.mark.slow
ENCRYPTED = {True: "yes", False: "no", None: "not stated"}
WAY = {"in": "in", "out": "out", "forward": "through"}
MANY = 8
Row = dict[str, str]
looked_at = settings(
    phases=(Phase.explicit, Phase.generate),
    max_examples=int(os.environ.get("PORTWRIGHT_PAPERS", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def rules_of(value: Deployment) -> list[dict[str, Any]]:
    """The rules as `show --json` has them."""
    listed: Any = to_json(value)["rules"]
    return list(listed)


def ports(rule: dict[str, Any]) -> list[str]:
    return [str(low) if low == high else f"{low}-{high}" for low, high in rule["ports"]]


def sides(cidrs: list[str]) -> set[str] | None:
    """What stands for the addresses of one side; None for a list that stands elsewhere."""
    for family, whole in ((4, "0.0.0.0/0"), (6, "::/0")):
        if list(cidrs) == [whole]:
            return {f"Internet, IPv{family} (any public address outside this plan's networks)"}
    if len(cidrs) > MANY:
        return None
    return {cidr.removesuffix("/32").removesuffix("/128") for cidr in cidrs} or {
        "address not known yet"
    }


def name(value: Deployment, role: str) -> str:
    declared = value.catalog.roles.get(role)
    return declared.name if declared else role.replace("_", " ")


def evidence(value: Deployment, rule: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The places behind a rule, and those of them where something is inferred."""
    facts = [value.facts[flow] for flow in rule["flows"] if flow in value.facts]
    inferred = {fact.source.locator for fact in facts if fact.evidence == "inferred"}
    return {fact.source.locator for fact in facts}, inferred


def tables(page: Page) -> Iterator[Row]:
    """The rows of all tables of rules, by their headings; lines of a cell stand on lines."""
    for _, rows in page.tables:
        if rows and rows[0][:3] == ["Rule", "Way", "Source"]:
            for row in rows[1:]:
                yield dict(zip(rows[0], row, strict=True))


def words(cell: str) -> set[str]:
    return set(filter(None, cell.split("\n")))


@looked_at
@given(plan=plans())
def test_rules_of_the_documents_are_those_of_json(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    rules = {rule["id"]: rule for rule in rules_of(value)}
    pages = (
        Page(render(markdown.files(value)["handover.md"])),
        Page(html.files(value)["handover.html"]),
    )
    for page in pages:
        rows = list(tables(page))
        assert sorted(row["Rule"] for row in rows) == sorted(rules)
        for row in rows:
            compare_row(value, rules[row["Rule"]], row)


def compare_row(value: Deployment, rule: dict[str, Any], row: Row) -> None:
    """Each cell of one row against its rule."""
    assert row["Way"] == WAY[rule["direction"]]
    for heading, role, cidrs in (
        ("Source", rule["from"], rule["sources"]),
        ("Destination", rule["to"], rule["destinations"]),
    ):
        first, _, rest = row[heading].partition("\n")
        assert first == one_line(name(value, role))
        if sides(cidrs) is not None:
            assert words(rest) == sides(cidrs)
        else:
            assert f"{len(cidrs)} entries" in rest
    assert set(row["Port"].replace("/", "\n").replace(", ", "\n").split()) == {
        *ports(rule),
        rule["transport"],
    }
    assert row["Encrypted"] == ENCRYPTED[rule["encrypted"]]
    assert row["Status"].startswith("waits for") if rule["unresolved"] else (
        row["Status"] == rule["status"]
    )  # fmt: skip
    places, inferred = evidence(value, rule)
    for place in places:
        assert one_line(place) in one_line(row["Document"])
    assert ("(inferred)" in row["Document"]) == bool(inferred)


def one_line(text: str) -> str:
    return " ".join(text.split())


@looked_at
@given(plan=plans())
def test_rules_of_the_workbook_are_those_of_json(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    rules = {rule["id"]: rule for rule in rules_of(value)}
    ids = []
    for row in workbook_rows(xlsx.files(value)["handover.xlsx"]):
        rule = rules[row["Rule"]]
        ids.append(row["Rule"])
        assert (row["Firewall"], row["Way"]) == (rule["firewall"], WAY[rule["direction"]])
        assert (row["Transport"], set(row["Port"].split(", "))) == (
            rule["transport"],
            set(ports(rule)),
        )
        for heading, cidrs in (("Source", "sources"), ("Destination", "destinations")):
            if sides(rule[cidrs]) is not None:
                assert words(row[heading]) == sides(rule[cidrs])
        assert row["Encrypted"] == ENCRYPTED[rule["encrypted"]]
        assert row["Status"] == rule["status"]
        assert bool(row["Waits for"]) == bool(rule["unresolved"])
        assert ("(inferred)" in row["Document"]) == bool(evidence(value, rule)[1])
    assert sorted(ids) == sorted(rules)


def workbook_rows(data: bytes) -> Iterator[Row]:
    """The rows of all sheets of rules, as texts by their headings."""
    for sheet in load_workbook(io.BytesIO(data)):
        head, *rows = sheet.iter_rows(values_only=True)
        if head[:2] == ("Firewall", "Rule"):
            for row in rows:
                cells = ("" if cell is None else str(cell) for cell in row)
                yield dict(zip(map(str, head), cells, strict=True))


@looked_at
@given(plan=plans())
def test_cells_of_csv_are_those_of_json(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    files = data_csv.files(value)
    listed = rules_of(value)
    assert bool(listed) == ("rules.csv" in files)
    if listed:
        text = io.StringIO(files["rules.csv"], newline="")
        rows = list(csv.DictReader(text, strict=True))
        assert len(rows) == len(listed)
        for row, rule in zip(rows, listed, strict=True):
            for column in rule.keys() & row.keys():
                assert row[column] == csv_text(rule, column), column
            assert row["from_name"] == one_line(name(value, rule["from"]))
            assert row["to_name"] == one_line(name(value, rule["to"]))


def csv_text(rule: dict[str, Any], column: str) -> str:
    content = ports(rule) if column == "ports" else rule[column]
    if content is None:
        return ""
    if isinstance(content, bool):
        return str(content).lower()
    return "\n".join(content) if isinstance(content, list | tuple) else str(content)


@looked_at
@given(plan=plans())
def test_the_audit_counts_what_json_has(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    rules = rules_of(value)
    wanted = {
        "Not encrypted": [rule for rule in rules if rule["encrypted"] is False],
        "Encryption not stated by the vendor": [r for r in rules if r["encrypted"] is None],
        "Deprecated ports": [rule for rule in rules if rule["status"] == "deprecated"],
        "Optional rules": [rule for rule in rules if rule["status"] == "optional"],
        "Address not known yet: lets nobody through": [r for r in rules if r["unresolved"]],
    }
    whole = {"0.0.0.0/0", "::/0"}
    for page in (
        Page(render(markdown.files(value)["handover.md"])),
        Page(html.files(value)["handover.html"]),
    ):
        counts = audit_counts(page)
        for question, concerned in wanted.items():
            assert counts[question] == len(concerned), question
        assert counts["What the internet may reach"] >= sum(
            not whole.isdisjoint(rule["sources"]) for rule in rules
        )
        assert counts["What may go out to the internet"] >= sum(
            not whole.isdisjoint(rule["destinations"]) for rule in rules
        )


def audit_counts(page: Page) -> dict[str, int]:
    """Question → how many rules, by the audit's table."""
    ((_, *rows),) = [rows for _, rows in page.tables if rows and rows[0][0] == "Question"]
    return {question: int(number) for question, number, _ in rows}


@looked_at
@given(plan=plans())
def test_hosts_of_the_allowlist_are_those_of_json(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    listed: Any = to_json(value)["allowlist"]
    wanted = sorted((f"{e['scheme']}://{e['host']}", str(e["port"])) for e in listed)
    for page in (
        Page(render(markdown.files(value)["handover.md"])),
        Page(html.files(value)["handover.html"]),
    ):
        assert sorted(hosts(page.tables)) == wanted


def hosts(tables_of_page: Iterable[tuple[str, list[list[str]]]]) -> Iterator[tuple[str, str]]:
    for _, rows in tables_of_page:
        if rows and rows[0][:2] == ["Purpose", "Host"]:
            for row in rows[1:]:
                yield row[1], row[2]
