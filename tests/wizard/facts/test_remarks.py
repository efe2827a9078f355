"""What the pages say beside ports: written from the pages, and shown to whom it concerns."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from exporters.handover import html, markdown, xlsx
from exporters.readme import readme
from screens.steps.base import Context
from screens.steps.products import Products
from tests.tools.worlds import CATALOG, OFFICE, plan_of, world
from wizard.cli.main import main
from wizard.plan.keys import FeatureKey
from wizard.questions import question_at
from wizard.rules.remarks import remarks_of
from wizard.views.kinds import view_of

REGISTRY = (
    r"HKEY_USERS\S-1-5-18\Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
)

# (product, team, words of it, place, feature, whether somebody has to do something)
ROWS = [
    ("papercut-mf", "firewall", "no connection to workstations", "Main ports", "", False),
    ("papercut-mf", "firewall", "TCP only, no UDP", "Main ports", "", False),
    (
        "papercut-mf",
        "firewall",
        "towards Google Cloud Directory",
        "Google Cloud Directory",
        "directory",
        False,
    ),
    ("papercut-mf", "server", "On Linux open them by hand", "Main ports", "", True),
    ("cirrusprint", "server", "external web server", "external web server", "web", False),
    ("printeron", "server", "as long as local traffic still works", "Notes", "", False),
    ("printeron", "firewall", "members of the cluster", "Notes, clustering", "", False),
    ("printix", "computer", "WinHttpGetProxyForUrl", "web proxy", "", False),
    ("printix", "computer", REGISTRY, "web proxy", "", False),
    ("printix", "computer", "PrintixService.exe, which prints", "web proxy", "", False),
    ("printix", "computer", "Keep 21338 and 21339 open", "TCP 21338 and 21339", "", True),
    ("printix", "proxy", "printix.net and all names below it", "SSL inspection", "", True),
    ("printix", "proxy", "rules for users do not reach it", "web proxy", "", False),
    ("universal-print", "proxy", "nobody is signed in", "Hosts to allow", "connector", False),
    ("qz-tray", "computer", "security.wss.host", "ArgValue", "", True),
    ("windows-print", "server", "RpcTcpPort", "one port", "print", False),
    ("windows-print", "server", "255 ports", "dynamic range", "print", False),
    ("directprint", "proxy", "a bypass, not an entry that allows", "proxies", "", True),
    ("docuflair", "server", "2016, 2019 and 2022", "Windows Firewall", "", True),
    ("hp-wja", "firewall", "random source ports", "source ports", "", False),
    ("lexmark-mve", "firewall", "9187", "9300", "", False),
    ("vasion", "server", "HTTPS certificate for the name", "Prerequisite", "devices", True),
    ("vasion", "server", "PrinterLogicServicePrinterApp.exe", "Prerequisite", "devices", False),
    ("vasion", "server", "raw data only", "Key Points", "", False),
    ("vasion", "firewall", "on TCP 80", "CRL", "devices", True),
    ("windows-print", "server", "runs on Windows", "Print Spooler", "", False),
    ("citrix-ups", "server", "runs on Windows", "fallback", "", False),
    ("cups", "server", "no Windows machine", "whole page", "", False),
    ("printix", "server", "runs on Windows", "21336", "redirector", False),
    ("universal-print", "server", "installed on Windows", "title", "connector", False),
    ("papercut-mf", "server", "Queues of the Windows", "Spooler", "windows-spooler", False),
    ("myq", "server", "need no way to that one", "mail server", "scanning", False),
    ("myq", "server", "allowed in Easy Config", "MyQ Web UI", "http", False),
    ("myq", "server", "activated offline", "licence server", "", False),
    ("myq", "server", "IPPS, MPP or MPPS", "Release of jobs", "print-data", False),
    ("printers", "server", "no security of its own", "JetDirect", "raw", False),
    ("printers", "server", "LPR be switched off", "port 515", "lpr", False),
    ("printers", "server", "close 631", "port 631", "ipp", False),
    ("printers", "server", "'SNMP status' off", "SNMP status", "snmp", True),
]


@pytest.mark.parametrize(("product", "team", "words", "place", "feature", "to_do"), ROWS)
def test_the_page_says_it_there_and_to_them(
    product: str, team: str, words: str, place: str, feature: str, to_do: bool
) -> None:
    (remark,) = (r for r in CATALOG.products[product].remarks.values() if words in r.text)
    assert (remark.team, remark.feature, remark.to_do) == (team, feature, to_do)
    assert place in remark.source.locator


def test_ng_says_what_the_shared_page_says_of_both() -> None:
    mf, ng = CATALOG.products["papercut-mf"].remarks, CATALOG.products["papercut-ng"].remarks
    assert mf.keys() - ng.keys() == {"processor-firewall"}
    assert not [remark.text for remark in ng.values() if " MF" in remark.text]


def test_every_product_has_some() -> None:
    assert [p.id for p in CATALOG.products.values() if not p.remarks] == []


def test_second_hand_remarks_say_so() -> None:
    for product in CATALOG.products.values():
        for key, remark in product.remarks.items():
            publisher = CATALOG.documents[remark.source.document].publisher
            second_hand = "not " in publisher or "independent" in publisher
            if second_hand:
                assert remark.evidence == "other", f"{product.id}: {key}"


PRINTIX = (OFFICE, "[products.printix]\n")


def test_a_remark_on_a_feature_counts_while_it_is_on() -> None:
    def texts(answers: str) -> set[str]:
        counting = remarks_of(CATALOG, plan_of(OFFICE, answers))
        return {each.remark.text[:20] for each in counting}

    without = texts("[products.papercut-ng]")
    with_spooler = texts("[products.papercut-ng.features]\nwindows-spooler = {}")
    assert with_spooler - without == {"Keep the dynamic ran", "Queues of the Window"}


def test_the_catalog_has_them_in_text_and_json() -> None:
    text = CliRunner().invoke(main, ["catalog", "printix"]).output
    assert "Remarks" in text
    assert REGISTRY in text
    printed = json.loads(CliRunner().invoke(main, ["catalog", "printix", "--json"]).output)
    (remark,) = (r for r in printed["remarks"] if r["id"] == "registry")
    assert remark["product"] == "printix"
    assert remark["team"] == "computer"
    assert remark["source"]["document"] == "printix-security"


def test_documents_have_them_under_the_team() -> None:
    deployment = world(*PRINTIX)
    (text,) = markdown.files(deployment).values()
    part = text.partition("\n## Client computer team\n")[2].partition("\n## ")[0]
    assert "What the documents say beside ports" in part
    assert "To do: Keep 21338 and 21339 open" in part
    page = html.files(deployment)["handover.html"]
    section = page.partition('<h2 id="team-desktops">')[2].partition("</section>")[0]
    assert "WinHttpGetProxyForUrl" in section
    assert "<b>To do:</b> Keep 21338" in section
    book = load_workbook(io.BytesIO(xlsx.files(deployment)["handover.xlsx"]))
    rows = list(book["Remarks"].iter_rows(values_only=True))
    assert ("Client computer team", "Printix", "yes") in {row[:3] for row in rows}


def test_the_readme_says_what_somebody_has_to_do() -> None:
    text = readme(world(*PRINTIX), (), {}, ())
    part = text.partition("## To do beside the rules")[2].partition("\n## ")[0]
    assert "- The client computer team: Keep 21338 and 21339 open" in part
    assert "- The proxy team: A web proxy or TLS inspection" in part
    assert "WinHttpGetProxyForUrl" not in part


def test_the_why_of_a_rule_and_the_help_of_a_feature_have_them() -> None:
    deployment = world(OFFICE, "[products.papercut-ng.features]\nwindows-spooler = {}\n")
    (rule, *_) = (r for r in deployment.rules if "papercut-ng/spooler-rpc-dynamic" in r.flows)
    texts = [detail.text for detail in view_of(deployment, rule).details(rule)]
    assert any(text.startswith("Keep the dynamic range") for text in texts)
    assert any("no connection to workstations" in text for text in texts)
    key = FeatureKey("papercut-ng", "windows-spooler")
    assert "Keep the dynamic range" in question_at(CATALOG, deployment.plan, key).more


# What a feature with a remark must be told.
_ANSWERS = {"directory": "{ source = ['google-cloud', 'active-directory'] }"}
WITH_REMARKS = [product.id for product in CATALOG.products.values() if product.remarks]


@pytest.mark.slow
@pytest.mark.parametrize("product", WITH_REMARKS)
def test_each_remark_of_each_product_is_in_the_why_the_catalog_and_a_document(
    product: str,
) -> None:
    remarks = CATALOG.products[product].remarks
    printed = json.loads(CliRunner().invoke(main, ["catalog", product, "--json"]).output)
    in_catalog = {remark["text"] for remark in printed["remarks"]}
    features = dict.fromkeys(remark.feature for remark in remarks.values() if remark.feature)
    lines = [f"{feature} = {_ANSWERS.get(feature, '{}')}" for feature in features]
    deployment = world(OFFICE, f"[products.{product}.features]", *lines)
    (paper,) = markdown.files(deployment).values()
    shown = _without_signs(paper)
    (row,) = (
        row
        for row in Products().rows(Context(CATALOG, deployment.plan, None, 80))
        if row.choice == product
    )
    for key, remark in remarks.items():
        assert remark.text in in_catalog, key
        assert _without_signs(remark.text) in shown, key
        if remark.feature:
            helps = question_at(CATALOG, deployment.plan, FeatureKey(product, remark.feature)).more
            assert remark.text in helps, key
        else:
            assert remark.text in row.more, key


def _without_signs(text: str) -> str:
    """Letters and digits alone: Markdown escapes the rest."""
    return "".join(filter(str.isalnum, text))
