"""What the vendors' pages warn of, and what installers open by themselves, reaches every reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from exporters.export import export
from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment
from wizard.explain import explain
from wizard.explain.report import text
from wizard.facts.load import load_catalog
from wizard.views import report

# PrinterOn's table gives 80 no peer and says "redirect to SSL port in Tomcat or block by firewall"; PaperCut's
# page: "The installer sets the Windows Firewall" for its own ports.
CLEAR = "Sign-ins travel in the clear."
INSTALLER = "Opened by the installer on the host itself."
# Of a host on the internet.
PROXY = "The service runs as the local system account: proxy rules for single users don't reach it."


@pytest.fixture(scope="module")
def deployment() -> Deployment:
    return world(
        OFFICE,
        "[products.printeron.features]\nhttp = {}\n[products.papercut-ng]\n[products.printix]",
    )


@pytest.fixture(scope="module")
def exported(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "out"
    export(deployment, folder)
    return folder


@pytest.mark.parametrize("sentence", [CLEAR, INSTALLER, PROXY])
@pytest.mark.parametrize("name", ["handover.md", "handover.html"])
def test_documents_say_it_where_the_rule_stands(exported: Path, name: str, sentence: str) -> None:
    document = (exported / name).read_text("utf-8").replace("&#39;", "'").replace("\\", "")
    assert sentence in document
    assert "Watch for" in document


def test_the_workbook_has_a_column_for_it(exported: Path) -> None:
    cells = {}
    for sheet in load_workbook(exported / "handover.xlsx").worksheets:
        for column in sheet.columns:
            texts = [str(cell.value) for cell in column if cell.value]
            if "Watch for" in texts:
                cells[sheet.title] = "\n".join(texts)
    assert CLEAR in cells["Server firewalls"]
    assert INSTALLER in cells["Server firewalls"]
    assert PROXY in cells["Proxy allowlist"]


def test_the_readme_lists_the_first_of_them(exported: Path) -> None:
    readme = (exported / "README.md").read_text("utf-8")
    assert "## Watch for\n" in readme
    assert INSTALLER in readme


def test_show_names_the_flows(deployment: Deployment) -> None:
    assert f"- {CLEAR} (printeron/web-http)\n" in report.show(deployment)


@pytest.mark.parametrize(
    ("product", "sentence"), [("printeron", CLEAR), ("papercut-mf", INSTALLER), ("printix", PROXY)]
)
def test_the_catalog_has_it_beside_the_fact(product: str, sentence: str) -> None:
    assert sentence in report.catalog(load_catalog(), product)


def test_explain_says_it_under_the_reason(deployment: Deployment) -> None:
    answer = explain(deployment, "user-computer", "print-server", "80/tcp")
    assert f"watch for: {CLEAR}" in " ".join(text(answer).split())
