"""The handover documents say what the rules say, the same in each shape, and nothing in a plan can
act from them.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exporters.changes.export import change_files
from exporters.handover import MOST, handover, html, markdown, xlsx
from exporters.handover.words import TEAMS, who_knows
from tests.golden.make import HERE, PLANS, catalog, golden_deployment, made
from tests.lab.plans import compiled
from tests.tools import worlds
from tests.tools.builders import EDGE, HOST, SERVER, deployment, forward, rule
from tests.tools.handover_reader import Page, Read, render, rules_of_tables, rules_of_workbook
from tests.tools.hostile import hostile_to
from tests.tools.paths import PLANS as EXAMPLES
from tests.tools.rule_strategies import host_rules
from wizard.deployment import Deployment, deploy
from wizard.facts.model import Source
from wizard.findings import FINDINGS, Finding
from wizard.network.ports import ports_text
from wizard.plan.file import read_plan
from wizard.plan.model import Plan, ProductPlan, Request, Zone
from wizard.rules.model import AllowlistEntry, Bypass, MailSender

PRODUCTS = ("cirrusprint", "cups", "papercut-mf", "papercut-ng", "printeron", "printix")


def md(value: Deployment) -> str:
    return markdown.files(value)["handover.md"]


def page(value: Deployment) -> Page:
    return Page(html.files(value)["handover.html"])


def workbook(value: Deployment) -> bytes:
    return xlsx.files(value)["handover.xlsx"]


def rendered(value: Deployment) -> Page:
    return Page(render(md(value)))


def expected(value: Deployment) -> Read:
    """What all three must say."""

    def side(cidrs: tuple[str, ...]) -> frozenset[str]:
        if cidrs in (("0.0.0.0/0",), ("::/0",)):
            return frozenset({f"internet-{6 if ':' in cidrs[0] else 4}"})
        return frozenset(cidrs)

    return {
        r.id: (side(r.sources), side(r.destinations), f"{ports_text(r.ports)}/{r.transport}")
        for r in value.rules
    }


FILES = [*EXAMPLES, HERE / "clinic.toml"]


def plans() -> list[Deployment]:
    return [*map(worlds.world_of, FILES)]


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_rule_stands_in_every_document_as_it_is(path: Path) -> None:
    check_rules(worlds.world_of(path))


@pytest.mark.slow
@pytest.mark.parametrize("product", PRODUCTS)
def test_every_rule_of_all_features_stands_in_every_document(product: str) -> None:
    check_rules(compiled(product))


def check_rules(value: Deployment) -> None:
    wanted = expected(value)
    assert rules_of_tables(rendered(value).tables) == wanted
    assert rules_of_tables(page(value).tables) == wanted
    assert rules_of_workbook(workbook(value)) == wanted


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(host_rules("in"), max_size=4, unique_by=lambda r: r.id))
def test_no_document_is_wider_than_the_rules(rules: list[msgspec.Struct]) -> None:
    value = deployment(*rules)  # type: ignore[arg-type]
    listed = {row.name.partition(":")[0] for row in handover(value).lists}
    assert not listed  # the strategy's rules are short
    wanted = expected(value)
    assert rules_of_tables(rendered(value).tables) == wanted
    assert rules_of_tables(page(value).tables) == wanted
    assert rules_of_workbook(workbook(value)) == wanted


def test_long_lists_of_addresses_stand_at_the_end_in_full() -> None:
    many = tuple(f"10.7.{n}.0/24" for n in range(MOST + 1))
    value = deployment(rule(sources=many), rule("b", sources=many, ports=(80,)))
    assert [(row.name, row.cidrs) for row in handover(value).lists] == [
        ("List 1: User computer, 9 entries", many)
    ]
    for text in (md(value), html.files(value)["handover.html"]):
        assert text.count("10.7.3.0/24") == 1
    sheet = load_workbook(io.BytesIO(workbook(value)))["Address lists"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == list(many)


def test_each_rule_has_its_document_feature_and_place() -> None:
    value = golden_deployment("clinic")
    for row in handover(value).rules:
        assert row.why
        assert row.places
        assert row.encrypted in ("yes", "no", "not stated")
    numbers = {place.number for row in handover(value).rules for place in row.places} - {0}
    assert numbers <= {source.number for source in handover(value).sources}


def test_open_questions_name_who_can_answer() -> None:
    rows = handover(golden_deployment("clinic")).open
    assert [row.text for row in rows] == [
        "To be supplied by the DBA: address of the database server.",
        "To be supplied by the directory team: address of the directory server.",
        "To be supplied by the firewall team: public address of the firewall edge.",
        (
            "To be supplied by the directory team: host name of your own for Entra ID (Azure"
            " AD) by Secure LDAP (PaperCut MF)."
        ),
    ]
    assert rows[0].waits == "Database (PostgreSQL)"
    for shown in (
        md(golden_deployment("clinic")),
        html.files(golden_deployment("clinic"))["handover.html"],
    ):
        assert "address of the database server" in shown
        assert "the DBA" in shown or "The DBA" in shown


def test_whatever_a_rule_waits_for_is_an_open_question() -> None:
    for value in [*plans(), deploy(catalog(), Plan(products={"papercut-mf": ProductPlan()}))]:
        keys = " ".join(row.key for row in handover(value).open)
        for name in {wait for r in value.rules for wait in r.unresolved} | {
            wait for f in value.forwards for wait in f.unresolved
        }:
            assert name in keys, (value.plan.name, name)


def test_a_forward_to_several_addresses_asks_for_one() -> None:
    value = worlds.world(
        worlds.OFFICE.replace(
            'zones = ["servers", "internet"]', 'zones = ["servers", "internet"]\n    nat = true'
        ),
        "[products.cirrusprint.features]\nremote-clients = {}\n[roles.print-source]\nabsent = true",
    )
    several = msgspec.structs.replace(
        value.plan, roles={**value.plan.roles, "print-server": msgspec.structs.replace(
            value.plan.roles["print-server"], addresses=("10.0.10.5", "10.0.10.6"))},
    )  # fmt: skip
    texts = [row.text for row in handover(deploy(worlds.CATALOG, several)).open]
    assert any("one single address, for the port forward" in text for text in texts), texts


def test_every_finding_and_role_has_words() -> None:
    assert all(kind.advice.endswith(".") for kind in FINDINGS.values())
    assert all(kind.team.startswith("the ") for kind in FINDINGS.values())
    assert len({team.sheet for team in TEAMS}) == len(TEAMS)
    assert all(len(team.sheet) <= 31 for team in TEAMS)
    assert all(who_knows(role).startswith("the ") for role in catalog().roles)


@pytest.mark.slow
def test_every_part_is_there() -> None:
    value = golden_deployment("clinic")
    headings = re.findall(r"^## (.*)$", md(value), re.MULTILINE)
    assert headings == [
        "The request", "Who does what", "The network", "Firewall team", "Cloud team", "Server team", "Proxy team",
        "Mail gateway team", "DBA", "Directory team", "DNS team", "Print team", "Open questions", "Findings",
        "Audit", "Tests",
        "The files, and how to apply, check and undo them", "Approval", "Documents",
    ]  # fmt: skip
    shown = page(value)
    assert [h for h in headings if h not in shown.text] == []
    sheets = load_workbook(io.BytesIO(workbook(value))).sheetnames
    assert sheets == [
        "Request", "Needs", "Address groups", "Picture", "Picture keys", "Network firewalls", "Port forwards",
        "Cloud groups",
        "Server firewalls", "Proxy clients", "Database", "Directory", "DNS servers", "Proxy allowlist",
        "Mail senders", "Remarks", "Print team", "Open questions", "Findings", "Audit", "Tests", "Files",
        "Approval", "Documents",
    ]  # fmt: skip


# Markdown


@pytest.mark.slow
def test_markdown_tables_are_tables() -> None:
    for value in plans():
        shown = rendered(value)
        assert set(shown.elements) <= {
            "h1", "h2", "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "br", "ul", "li", "pre",
            "code", "strong", "em",
        }  # fmt: skip
        for _, rows in shown.tables:
            assert len({len(row) for row in rows}) == 1
        assert "|---" not in shown.text
        assert "**" not in shown.text


# HTML


@pytest.mark.slow
def test_links_lead_somewhere_and_ids_are_single() -> None:
    for value in plans():
        shown = page(value)
        assert len(shown.ids) == len(set(shown.ids))
        for link in shown.links:
            assert link.startswith("https://") or link[1:] in shown.ids, link
            assert link.startswith(("#", "https://"))


def test_html_is_one_file_that_fetches_nothing() -> None:
    text = html.files(golden_deployment("clinic"))["handover.html"]
    shown = Page(text)
    assert {"script", "link", "img", "iframe", "object", "base", "form"} & set(
        shown.elements
    ) == set()
    assert {"src", "srcset", "data", "style", "onload", "onclick"} & shown.attributes == set()
    style = text[text.index("<style>") : text.index("</style>")]
    assert "@import" not in style
    assert "url(" not in text
    assert "default-src 'none'" in text
    assert '<html lang="en">' in text
    assert "prefers-color-scheme:dark" in style
    assert "@page" in style


# Workbook


def test_workbook_has_real_types_filters_and_print_set_up() -> None:
    book = load_workbook(io.BytesIO(workbook(golden_deployment("clinic"))))
    request = {row[0].value: row[1].value for row in book["Request"].iter_rows()}
    assert request["Wanted by"] == datetime.datetime(2027, 1, 15)
    assert request["Reference"] == "CHG-1042 =1+1"
    rules = book["Network firewalls"]
    head = [cell.value for cell in rules[1]]
    ports = [row[head.index("Port")].value for row in rules.iter_rows(min_row=2)]
    assert 22 in ports
    assert "9191, 10389" in ports
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert_prints_on_a4(sheet)
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.right.text == "&P / &N"
        if sheet.title != "Request":
            assert sheet.freeze_panes in ("A2", "C2")
            assert (
                sheet.auto_filter.ref == f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
            )
            assert sheet.print_title_rows == "$1:$1"
            assert all(
                sheet.column_dimensions[get_column_letter(number)].width
                >= (4 if sheet.title == "Picture" else 8)
                for number in range(1, sheet.max_column + 1)
            )


@pytest.mark.slow
def test_every_workbook_prints_readably_on_a4() -> None:
    changed = change_files(
        golden_deployment("clinic"), golden_deployment("five-products"), ["xlsx"]
    )
    several = set()
    for data in (*map(workbook, map(golden_deployment, PLANS)), changed["changes.xlsx"]):
        assert isinstance(data, bytes)
        for sheet in load_workbook(io.BytesIO(data)):
            if assert_prints_on_a4(sheet) > 1:
                several.add(sheet.title)
    assert {"Network firewalls", "Server firewalls", "Add", "Remove"} <= several


def assert_prints_on_a4(sheet: Worksheet) -> int:
    """Each page across holds its columns in letters of 7 points or more; those that say which row
    it is on each.
    """
    widths = [
        sheet.column_dimensions[get_column_letter(number)].width * 7 + 5
        for number in range(1, sheet.max_column + 1)
    ]
    paper = (11.69 if sheet.page_setup.orientation == "landscape" else 8.27) - 0.8
    fits = sheet.sheet_properties.pageSetUpPr
    assert fits is not None
    assert fits.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    pages = int(sheet.page_setup.fitToWidth or 0)
    assert needed(widths, 0, paper * 96 / 0.7) == 1 if pages == 1 else sheet.print_title_cols
    if pages > 1:
        lead = column_index_from_string(str(sheet.print_title_cols).rpartition("$")[2])
        assert needed(widths, lead, paper * 96 / 0.7) <= pages <= needed(widths, lead, paper * 96)
        assert sheet.page_setup.pageOrder == "overThenDown"
    return pages


def needed(widths: list[float], lead: int, room: float) -> int:
    """Pages of that width, the first columns on each."""
    starts = [0]
    for at in range(len(widths)):
        start = starts[-1]
        page = sum(widths[start : at + 1]) + (sum(widths[:lead]) if start else 0)
        if page > room:
            starts.append(at)
    return len(starts)


@pytest.mark.slow
def test_documents_are_the_same_every_time() -> None:
    again = deploy(catalog(), read_plan(PLANS["clinic"].read_text("utf-8"), catalog()))
    value = golden_deployment("clinic")
    assert (md(again), html.files(again), workbook(again)) == (
        md(value),
        html.files(value),
        workbook(value),
    )
    with zipfile.ZipFile(io.BytesIO(workbook(value))) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(2027, 1, 15, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[^<]*", core)) == {"2027-01-15T00:00:00Z"}


# Hostile text


def hostile(text: str) -> Deployment:
    """Everything that people name themselves is this text."""
    plan = Plan(
        name=text,
        request=Request(requester=text, reference=text, justification=text),
        zones={"servers": Zone(networks=("10.0.10.0/24",))},
        firewalls={"server": HOST, "edge": EDGE},
    )
    source = Source("papercut-ports", text)
    return deployment(
        rule(text or "r", services=(text, "Web"), unresolved=(text,), from_=text),
        rule("plain"),
        plan=plan,
        forwards=[forward(unresolved=(text,))],
        findings=(Finding("port-conflict", "error", text, (text,)),),
        allowlist=(
            AllowlistEntry(
                "https",
                text,
                443,
                (text,),
                (text,),
                (text,),
                (text,),
                (text,),
                (text,),
                "current",
                (),
            ),
        ),
        tls_bypass=(Bypass(text, (text,), (text,), source),),
        mail_senders=(MailSender(text, text, (text,), (text,), source),),
    )


@pytest.mark.slow
@pytest.mark.parametrize("text", hostile_to("markdown", "html"))
def test_hostile_text_is_inert_in_markdown(text: str) -> None:
    shown, plain = (Page(render(md(hostile(name)), bare_links=True)) for name in (text, "plain"))
    assert {"img", "script", "del"} & set(shown.elements) == set()
    assert set(shown.links) == set(plain.links)
    assert [e for e in shown.elements if e not in ("br", "strong", "p", "em")] == [
        e for e in plain.elements if e not in ("br", "strong", "p", "em")
    ]
    for _, rows in shown.tables:
        assert len({len(row) for row in rows}) == 1
    # Some readers know no escape for a tag.
    tags = [set(re.findall(r"<\w*", md(hostile(name)))) for name in (text, "plain")]
    assert tags[0] == tags[1]


@pytest.mark.slow
@pytest.mark.parametrize("text", hostile_to("html", "markdown"))
def test_hostile_text_is_inert_in_html(text: str) -> None:
    shown, plain = page(hostile(text)), page(hostile("plain"))
    inline = {"span", "i", "b", "tspan", "line", "path", "circle", "text", "g", "rect", "p"}
    assert [e for e in shown.elements if e not in inline] == [
        e for e in plain.elements if e not in inline
    ]
    assert shown.attributes == plain.attributes
    assert {link for link in shown.links if not link.startswith("#")} == set()
    assert not [
        c
        for c in shown.text
        if (ord(c) < 32 and c != "\n") or c in "\x7f\x85\u202e\u2066\u200b\ufeff\u2028"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("text", hostile_to("csv", "xml"))
def test_hostile_text_is_inert_in_the_workbook(text: str) -> None:
    data = workbook(hostile(text))
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate, cell.value)
                assert not isinstance(cell.value, str) or len(cell.value) <= 32_767
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name)
            assert b"<f " not in parts.read(name)


# Golden files


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS)
def test_golden_files(plan: str) -> None:
    """`python -m tests.golden.make` writes them anew."""
    folder = HERE / plan
    texts = made(plan)
    assert {path.name for path in folder.iterdir()} == texts.keys()
    for path, text in texts.items():
        assert Path(folder / path).read_text("utf-8") == text, path


def test_guards_say_whom_they_guard() -> None:
    about = handover(deployment(rule())).teams[0].firewalls[0].about
    assert SERVER.removesuffix("/32") in about
