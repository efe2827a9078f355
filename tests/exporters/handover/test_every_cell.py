"""Random plans, and the stored ones: what every document says, cell by cell, is what `show --json` and
the catalog say.

Some plans each time; `PORTWRIGHT_PAPERS=500` looks at more. A table that nobody compares is a failure,
so that a new one is thought of; what neither JSON nor the catalog has is named in `ELSEWHERE`.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from exporters.data import csv as data_csv
from exporters.handover import html, markdown, xlsx
from tests.tools.handover_reader import Page, render
from tests.tools.papers import ANY, TO_FILL_IN, Cell, Row, Truth, lines, port_texts, whole, words
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, plan_of
from tests.wizard.rules.test_hairpin import DEEP, OFFICE, SEEN
from wizard.deployment import deploy
from wizard.plan.file import read_plan
from wizard.plan.model import Plan

ROOT = Path(__file__).resolve().parents[3]
STORED = sorted([*ROOT.glob("examples/*.toml"), *ROOT.glob("tests/plans/*.toml")])
looked_at = settings(
    phases=(Phase.explicit, Phase.generate),
    max_examples=int(os.environ.get("PORTWRIGHT_PAPERS", "20")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
Table = list[dict[str, str]]
ToCell = Callable[[str, str], Cell]
# What is made of the plan, of advice and of ways: tests of their own are about these.
ELSEWHERE = {
    # The two of the picture: test_xlsx_picture.py holds them to the drawn one.
    "Request", "Never", "Remarks", "Open questions", "Tests", "Files", "Approval", "Address lists", "Picture",
    "Picture keys",
    "Address groups", "Needs", "Audit", "Documents", "Number", "Way",
    "To be supplied by",
    "Team", "Zone", "Product", "Address group", "Question", "Need", "From", "Who",
    "What an auditor looks for", "For the print team", "Print team",
}  # fmt: skip


COMPARED = {
    "Needs", "Address groups", "Network firewalls", "Server firewalls", "Client firewalls", "Port forwards",
    "Proxy allowlist", "TLS bypass", "Mail senders", "Findings", "Audit",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_papers_of_stored_plans_say_what_json_says(path: Path) -> None:
    look_at(read_plan(path.read_text(encoding="utf-8"), CATALOG))


@pytest.mark.parametrize("text", [OFFICE, DEEP, SEEN], ids=["near", "further", "seen-as"])
def test_papers_of_hairpin_nat_say_what_json_says(text: str) -> None:
    look_at(plan_of(text))


@pytest.mark.slow
@looked_at
@given(plan=plans())
def test_papers_of_random_plans_say_what_json_says(plan: Plan) -> None:
    look_at(plan)


@pytest.mark.slow
def test_a_wrong_cell_of_the_workbook_is_seen() -> None:
    """In each column of each sheet that is compared; what nobody would see is named here."""
    path = ROOT / "examples/cups-and-printix.toml"
    value = deploy(CATALOG, read_plan(path.read_text(encoding="utf-8"), CATALOG))
    truth, sheets = Truth(value), workbook(xlsx.files(value)["handover.xlsx"])
    unseen = set()
    for title in COMPARED & sheets.keys():
        for heading in sheets[title][0]:
            wrong = [dict(row) for row in sheets[title]]
            fullest = max(wrong, key=lambda row: sum(map(bool, row.values())))
            fullest[heading] = f"9{fullest[heading]}"
            try:
                look_at_workbook(truth, {**sheets, title: wrong})
            except (AssertionError, KeyError, ValueError):
                continue
            unseen.add((title, heading))
    # Advice, and what a host is for: not in JSON.
    assert unseen == {("Findings", "What to do"), ("Findings", "Who"), ("TLS bypass", "Purpose")}


def look_at(plan: Plan) -> None:
    """Every paper of a plan."""
    value = deploy(CATALOG, plan)
    truth = Truth(value)
    lists = look_at_workbook(truth, workbook(xlsx.files(value)["handover.xlsx"]))
    look_at_page(truth, Page(render(markdown.files(value)["handover.md"])), lists)
    look_at_page(truth, Page(html.files(value)["handover.html"]), lists)
    look_at_csv(truth, data_csv.files(value))


def compare(expected: Iterable[Row], table: Table, cells: ToCell) -> None:
    """The rows of a table are these, in any order; what is to be filled in is empty."""
    headings = [heading for heading in (table[0] if table else ()) if heading not in TO_FILL_IN]
    wanted = Counter(tuple(row[heading] for heading in headings) for row in expected)
    unsure = {number for key in wanted for number, cell in enumerate(key) if cell is ANY}
    read: Counter[tuple[Cell | None, ...]] = Counter()
    for row in table:
        assert not any(row[heading] for heading in row.keys() & TO_FILL_IN), row
        texts = [cells(heading, row[heading]) for heading in headings]
        read[tuple(ANY if n in unsure else text for n, text in enumerate(texts))] += 1
    assert (read - wanted, wanted - read) == (Counter(), Counter()), headings


def cells_with(
    lists: Mapping[str, Cell], documents: Mapping[str, str], ports: Iterable[str]
) -> ToCell:
    """Reads a cell: the name of a list is its addresses, the number of a document its title."""

    def cell(heading: str, text: str) -> Cell:
        if heading in ports:
            return words(text)
        if heading == "What was found":
            text = re.sub(r"\n\([a-z-]+\)$", "", text)
        texts: list[str] = []
        for line in text.removesuffix(" 00:00:00").split("\n"):
            number, _, place = line.partition(" ")
            if heading == "Document" and number in documents:
                texts.append(f"{documents[number]}: {place}")
            elif heading == "From" and ": " in line:
                texts.append(line.partition(": ")[0])  # a client, with its addresses
            else:
                texts += lists.get(line, (line,))
        return lines(*texts)

    return cell


# The workbook


def workbook(data: bytes) -> dict[str, Table]:
    """Sheet → its rows by heading, dates as days."""
    tables: dict[str, Table] = {}
    for sheet in load_workbook(io.BytesIO(data)):
        head, *rows = sheet.iter_rows(values_only=True)
        texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
        names = list(map(str, head))
        tables[sheet.title] = [dict(zip(names, row, strict=True)) for row in texts]
    return tables


def look_at_workbook(truth: Truth, sheets: dict[str, Table]) -> dict[str, Cell]:
    """All sheets; returns its address lists by name."""
    lists: dict[str, Cell] = {}
    for row in sheets.get("Address lists", ()):
        name, _, about = row["List"].partition(": ")
        number = about.rsplit(", ", 1)[1].split()[0]
        key = f"{name} ({number} entries, at the end)"
        lists[key] = tuple(sorted((*lists.get(key, ()), *lines(row["Network"]))))

    cells = cells_with(lists, {}, ("Port", "Public port"))
    rules: Table = []
    for title, table in sheets.items():
        head = [*table[0]] if table else []
        if head[:2] == ["Firewall", "Rule"]:
            rules += [without_extras(row) for row in table]
        elif head[:1] == ["Way"]:
            look_at_connections(truth, table)
        else:
            assert title in SHEETS.keys() | ELSEWHERE or not table, title
    for title, expected in SHEETS.items():
        compare(expected(truth), sheets.get(title, []), cells)
    documents = sheets.get("Documents", [])
    compare(named_ones(truth.document_rows(), documents, cells), documents, cells)
    compare(truth.rule_rows(), rules, cells)
    look_at_needs(truth, sheets.get("Needs", []), cells)
    look_at_audit(truth, sheets["Audit"], cells)
    look_at_groups(truth, sheets.get("Address groups", []), sheets.get("Needs", []))
    return lists


def without_extras(row: dict[str, str]) -> dict[str, str]:
    """Sheets of several teams are one table; a column that only some of them have is left out."""
    return {heading: text for heading, text in row.items() if heading != "Installation"}


SHEETS: dict[str, Callable[[Truth], list[Row]]] = {
    "Port forwards": Truth.forward_rows,
    "Proxy allowlist": Truth.host_rows,
    "TLS bypass": lambda truth: truth.listed_rows("tls_bypass"),
    "Mail senders": lambda truth: truth.listed_rows("mail_senders"),
    "Findings": Truth.finding_rows,
}


def named_ones(expected: list[Row], table: Table, cells: ToCell) -> list[Row]:
    """Of the catalog's documents those that the table has."""
    titles = {cells("Document", row["Document"]) for row in table}
    return [row for row in expected if row["Document"] in titles]


def look_at_connections(truth: Truth, table: Iterable[dict[str, str]]) -> None:
    """Each connection of another team's system is one of the flows, with its ports; or a host's."""
    flows = truth.json["flows"]
    clients = {truth.role(role) for entry in truth.json["allowlist"] for role in entry["from"]}
    for row in table:
        if row["Encrypted"] == "see the allowlist":
            assert row["From"] in clients
            continue
        services: set[str] = set()
        ports: set[str] = set()
        for flow in flows:
            ends = (truth.role(flow["from"]), truth.role(flow["to"]))
            of_row = (row["From"], row["To"])
            # Fronts take the place of its ends, on ports of their own.
            fronted = bool(flow["fronts"])
            if flow["transport"] == row["Transport"] and (ends == of_row or fronted):
                services.update(lines(flow["service"]))
                services.update(lines(f"{flow['service']}: health checks") if fronted else ())
                ports.update(["0-65535"] if fronted else port_texts(flow["ports"]))
        assert {*lines(row["Service"])} <= services, row
        assert joined_ports({*words(row["Port"])}) <= joined_ports(ports), row


def joined_ports(texts: Iterable[str]) -> set[int]:
    """Every port of some ranges."""
    found: set[int] = set()
    for text in texts:
        low, _, high = text.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return found


def look_at_needs(truth: Truth, table: Table, cells: ToCell) -> None:
    """A row for each; under a firewall what its rules do; the risk that the rules ask for."""
    expected = truth.need_rows()
    assert len(table) == len(expected)
    for row, need, on_record in zip(table, expected, truth.record_rows(), strict=True):
        for heading in ("Owner", "Classification", "Ends", "Logged"):
            assert (cells(heading, row[heading]) or lines("not given")) == on_record[heading]
        assert not any(row[heading] for heading in row.keys() & TO_FILL_IN)
        for heading in ("Need", "Port", "Service", "Feature", "Encrypted", "Status"):
            assert cells(heading, row[heading]) == need[heading], heading
        for heading in ("From", "To"):
            assert lines(row[heading].split("\n")[0]) == need[heading]
        rules = truth.needs()[row["Need"]]
        reasons = set(filter(None, row["Because"].split(", ")))
        assert ("in the clear" in reasons) == (row["Encrypted"] == "no")
        assert ("deprecated port" in reasons) == (rules[0]["status"] == "deprecated")
        if any(whole(rule["sources"]) for rule in rules):
            assert "open to the internet" in reasons
        exposed = "open to the internet" in reasons
        assert row["Risk"] == (
            "high" if exposed and len(reasons) > 1 else "medium" if reasons else "low"
        )
        for wall in {rule["firewall"] for rule in truth.rules} & row.keys():
            ways = {WAYS[rule["direction"]] for rule in rules if rule["firewall"] == wall}
            assert ways == {*filter(None, row[wall].split(", "))} - {"port forward"}


WAYS = {"in": "in", "out": "out", "forward": "through"}


def look_at_groups(truth: Truth, table: Table, needs: Table) -> None:
    """A group is all that its role has in rules, but for what a need names as nobody's own."""
    beside: set[str] = set()
    for need in needs:
        beside.update(re.findall(r"(\S+) \(", f"{need['From']}\n{need['To']}"))
    groups: dict[str, set[str]] = {}
    for row in table:
        assert lines(row["Name"]) == lines(truth.role(row["Group"]))
        groups.setdefault(row["Group"], set()).add(row["Network"])
    for role, addresses in groups.items():
        in_rules = truth.addresses_of(role)
        assert addresses <= in_rules, role
        assert in_rules - addresses <= beside, role


def look_at_audit(truth: Truth, table: Table, cells: ToCell) -> None:
    """Under each question the rules that JSON has for it, with the cells of those rules."""
    ids: dict[str, list[str]] = {}
    rows = {lines(rule["id"]): truth.rule_row(rule) for rule in truth.rules}
    for row in table:
        of_question = ids.setdefault(row["Question"], [])
        if row["Firewall"] != "none":
            of_question.append(row["Rule"])
            rule = rows[lines(row["Rule"])]
            for heading in row.keys() - {"Question"}:
                assert cells(heading, row[heading]) == rule[heading], heading
    for question, wanted in truth.audited().items():
        assert sorted(ids[question]) == sorted(wanted), question
    for question, part in (
        ("What the internet may reach", "sources"),
        ("What may go out to the internet", "destinations"),
    ):
        assert {rule["id"] for rule in truth.rules if whole(rule[part])} <= {*ids[question]}


# Markdown and HTML


PAGES: dict[str, Callable[[Truth], list[Row]]] = {
    "Rule": Truth.page_rules,
    "Forward": Truth.page_forwards,
    "Purpose": Truth.page_hosts,
    "Host": lambda truth: truth.listed_rows("tls_bypass"),
    "Address": lambda truth: truth.listed_rows("mail_senders"),
    "Severity": Truth.finding_rows,
    "On record": Truth.record_rows,
}
NAMED = 12  # rules that the audit's table names


def look_at_page(truth: Truth, page: Page, lists: Mapping[str, Cell]) -> None:
    """All tables of a page, those of one kind together."""
    tables: dict[str, Table] = {}
    for _, (head, *rows) in page.tables:
        of_kind = tables.setdefault(head[0], [])
        of_kind += [dict(zip(head, row, strict=True)) for row in rows]
    for row in tables.get("Forward", ()):
        row["From"] = row["From"].removeprefix("Internet\n")
    numbers = {
        row["Number"]: ", ".join(filter(None, (row["Publisher"], row["Document"])))
        for row in tables.get("Number", ())
    }
    cells = cells_with(lists, numbers, ("Port", "Public", "Leads to"))
    assert tables.keys() <= PAGES.keys() | ELSEWHERE
    for first, expected in PAGES.items():
        compare(expected(truth), tables.get(first, []), cells)
    look_at_connections(truth, map(taken_apart, tables.get("Way", ())))
    documents = tables.get("Number", [])
    compare(named_ones(truth.document_rows(), documents, cells), documents, cells)
    for row in tables.get("Purpose", ()):
        (entry,) = (
            e for e in truth.json["allowlist"] if truth.is_host(e, row["Host"], row["Port"])
        )
        assert all(truth.role(role) in row["From"] for role in entry["from"]), row
    for row, need in zip(tables.get("Need", ()), truth.need_rows(), strict=True):
        assert (lines(row["Need"]), words(row["Port"])) == (need["Need"], need["Port"])
        for heading in ("From", "To"):
            assert lines(row[heading].split("\n")[0]) == need[heading]
    audited = {row["Question"]: row for row in tables["Question"]}
    for question, ids in truth.audited().items():
        assert int(audited[question]["Rules"]) == len(ids), question
        named = re.findall(r"r-[0-9a-f]{12}", audited[question]["Which"])
        assert {*named} <= {*ids}, question
        assert len(named) == min(len(ids), NAMED), question


def taken_apart(row: dict[str, str]) -> dict[str, str]:
    """A connection with names without addresses, ports without the transport."""
    *ports, transport = row["Port"].replace("/", "\n").split("\n")
    ends = {end: row[end].split("\n")[0] for end in ("From", "To")}
    return {**row, **ends, "Port": "\n".join(ports), "Transport": transport}


# CSV


def look_at_csv(truth: Truth, files: Mapping[str, str]) -> None:
    """A file for each list that has something in it, a row for each, in the same order."""
    parts = {name: part for name, (part, _) in data_csv.CSV_FILES.items() if truth.json[part]}
    assert files.keys() == parts.keys()
    for name, part in parts.items():
        rows = list(csv.DictReader(io.StringIO(files[name], newline=""), strict=True))
        for row, record in zip(rows, truth.json[part], strict=True):
            for column, text in row.items():
                assert lines(text) == lines(*truth.csv_texts(record, column)), (name, column)
