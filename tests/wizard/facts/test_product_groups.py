"""What each product is and what its facts rest on, as the design of the facts grades them; and where both are
shown.
"""

from __future__ import annotations

import json
from csv import DictReader
from io import StringIO

import msgspec
import pytest
from click.testing import CliRunner

from exporters.data import csv
from exporters.handover import handover
from exporters.readme import readme
from screens.steps.base import Context
from screens.steps.products import Products
from tests.screens.line.test_linemode import talk
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.cli.main import main
from wizard.deployment import to_json
from wizard.plan.catalog import catalog_of
from wizard.plan.keys import ProductsKey
from wizard.plan.model import Plan, ProductPlan
from wizard.questions import question_at

# Group → products in their order, each with what its facts rest on: nothing where a whole list was read.
GROUPS = {
    "Print management": {
        "CirrusPrint": "",
        "Docuflair": "gaps",
        "Lexmark Document Distributor": "gaps",
        "MyQ X": "gaps",
        "PaperCut MF": "",
        "PaperCut NG": "",
        "PrinterOn Server": "",
        "SavaPage": "second-hand",
        "YSoft SafeQ 6": "gaps",
    },
    "Print servers": {
        "Citrix Universal Print Server": "",
        "CUPS": "",
        "PrintFactory": "gaps",
        "QZ Tray": "",
        "Windows print server": "gaps",
    },
    "Devices": {
        "HP Web Jetadmin": "gaps",
        "Lexmark Markvision Enterprise": "gaps",
        "Network printers": "",
    },
    "Cloud": {
        "directprint.io": "",
        "Microsoft Universal Print": "second-hand",
        "PaperCut Hive and Pocket": "second-hand",
        "Printix": "second-hand",
        "Vasion Print": "gaps",
    },
}


def test_the_step_lists_them_under_headings_with_a_mark_for_what_is_missing() -> None:
    seen: dict[str, dict[str, str]] = {}
    rows = Products().rows(Context(CATALOG, Plan(), None, 80))
    for row in rows:
        if row.kind == "heading":
            seen[row.label] = {}
            assert row.value == f"{len(GROUPS[row.label])} of 22, by name"
        elif row.kind == "item":
            mark, _, about = row.value.rpartition(" · ")
            list(seen.values())[-1][row.label] = mark
            assert about
    assert seen == GROUPS
    # The order counts too.
    assert [[*group] for group in seen.values()] == [[*group] for group in GROUPS.values()]


def test_line_mode_numbers_them_on_under_the_same_headings() -> None:
    text = talk("q").flat
    assert "Print management: 1 CirrusPrint: Print server" in text
    assert "8 SavaPage: second-hand · " in text
    assert "Print servers: 10 Citrix Universal Print Server: " in text
    assert "Cloud: 18 directprint.io: " in text


@pytest.mark.parametrize("product", CATALOG.products)
def test_a_product_whose_own_page_nobody_of_its_maker_wrote_is_second_hand(product: str) -> None:
    declared = CATALOG.products[product]
    publisher = CATALOG.documents[declared.document].publisher
    others = ", not " in publisher or ", a reseller of " in publisher
    assert (declared.basis == "second-hand") == others


# What of each product's documents nobody here could read, as the tables of the design have it.
UNREAD = {
    "docuflair": "further instances",
    "hp-wja": "past port 445",
    "lexmark-ldd": "after LDD 4.x",
    "lexmark-mve": "to its database",
    "myq": "Mobile Print Agent",
    "papercut-hive": "edge nodes",
    "papercut-mf": "Mobility Print and Print Deploy",
    "papercut-ng": "Mobility Print and Print Deploy",
    "printeron": "Transport, direction and parties",
    "printfactory": "LicenseServer",
    "printix": "Printix' own chapter",
    "safeq": "Terminals",
    "savapage": "5222",
    "universal-print": "US Government clouds",
    "vasion": "Off-Network Print",
    "windows-print": "Internet Printing (IIS)",
}


def test_a_product_says_what_could_not_be_read_before_somebody_chooses_it() -> None:
    rows = {str(row.choice): row for row in Products().rows(Context(CATALOG, Plan(), None, 80))}
    for product, declared in CATALOG.products.items():
        unread = UNREAD.get(product)
        assert bool(declared.gaps) == (unread is not None), product
        if unread is not None:
            assert unread in declared.gaps
            assert f"Not known: {declared.gaps}" in rows[product].more
        else:
            assert declared.basis == "whole"


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ("[products.savapage]", "SavaPage (facts known up to 1.6.0; second-hand): "),
        ("[products.savapage]\nversion = '1.5'", "SavaPage 1.5 (second-hand): "),
        ("[products.myq]", "MyQ X (facts known up to 10.2; gaps): "),
        ("[products.printix]", "Printix (its documents name no version; second-hand): "),
        ("[products.papercut-ng]\nversion = '23.1'", "PaperCut NG 23.1: "),
    ],
)
def test_papers_say_it_beside_the_name(answers: str, line: str) -> None:
    (product,) = handover(world(OFFICE, answers)).products
    assert product.startswith(line)


def test_the_readme_of_an_export_says_it() -> None:
    text = readme(world(OFFICE, "[products.savapage]\n[products.myq]\n[products.cups]"), (), {}, ())
    second_hand = (
        "These facts are second-hand: others than the maker wrote them down. Not known: The maker"
    )
    assert f"\nSavaPage: {second_hand}" in text
    assert "\nMyQ X: Only a part of the maker's list was read" in text
    assert "Not known: How jobs reach the server" in text
    assert "\nCUPS: " not in text


def test_programs_get_the_evidence_of_each_connection_rule_and_host() -> None:
    deployment = world(OFFICE, "[products.savapage]\n[products.printix]")
    flows = {flow.id: flow.evidence for flow in deployment.flows}
    assert flows["savapage/https-computers"] == "other"
    assert flows["savapage/local-https"] == "inferred"
    hosts = {entry.host: entry.evidence for entry in deployment.allowlist}
    assert hosts["api.printix.net"] == ("stated",)
    printed = to_json(deployment)
    assert json.loads(msgspec.json.encode(printed["flows"]))[0]["evidence"]
    tables = csv.files(deployment)
    for name in ("flows.csv", "rules.csv", "allowlist.csv"):
        rows = list(DictReader(StringIO(tables[name])))
        assert {row["evidence"] for row in rows} & {"stated", "other", "inferred"}


def test_the_catalog_says_it_beside_the_name() -> None:
    printed = CliRunner().invoke(main, ["catalog", "savapage"]).output
    assert "SavaPage (savapage, facts known up to 1.6.0; second-hand): Print portal" in printed
    assert (
        "others than the maker wrote them down. Not known: The maker's own step on the firewall"
        in printed
    )
    in_json = json.loads(CliRunner().invoke(main, ["catalog", "safeq", "--json"]).output)
    assert in_json["products"]["safeq"]["gaps"].startswith(
        "Terminals (devices and Terminal Server)"
    )


def test_an_installation_stands_in_the_group_of_its_product() -> None:
    plan = Plan(products={"cups-a": ProductPlan(product="cups")})
    choices = [c.value for c in question_at(catalog_of(CATALOG, plan), plan, ProductsKey()).choices]
    assert choices.index("citrix-ups") < choices.index("cups-a") < choices.index("qz-tray")
