"""Every file of an export says of which request, plan, program and facts it is; `verify` says whether
the files are as they were written.
"""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pypdf import PdfReader

from exporters.changes.export import change_files
from exporters.export import export, preview
from exporters.firewalls.vendor_targets import TARGETS, Target
from exporters.stamp import stamp_read
from exporters.table import FORMATS
from tests.tools.worlds import world
from wizard.cli.main import main
from wizard.deployment import Deployment
from wizard.plan.stamp import plan_digest

PLAN = """
format = 1
name = "Office"
[request]
requester = "Print -- team `id`"
reference = "CHG-1042"
review = 2028-01-15
[products.papercut-mf.features]
entitlements = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.clients]
networks = ["10.0.20.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = ["clients"]
[roles.admin-computer]
absent = true
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients", "internet"]
[firewalls.server]
kind = "host"
role = "print-server"
[firewalls.group]
kind = "cloud"
role = "print-server"
provider = "aws"
[firewalls.subnet]
kind = "cloud"
role = "print-server"
provider = "azure"
[proxy]
mode = "transparent"
"""


@pytest.fixture(scope="module")
def office() -> Deployment:
    return world(PLAN)


@pytest.fixture
def folder(office: Deployment, tmp_path: Path) -> Path:
    export(office, tmp_path / "out", ["toml", "csv", "nftables"])
    return tmp_path / "out"


def run(*words: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(main, list(map(str, words)))
    return outcome.exit_code, outcome.output


# Imports of another maker with fixed fields, and no place for anything else.
WITHOUT_A_PLACE = {"firewalls/core/opnsense-rules.csv", "firewalls/core/opnsense-rules.json"}


def test_every_file_carries_the_stamp(office: Deployment) -> None:
    names = [entry.name for entry in FORMATS if entry.fits(office) and entry.installed]
    files = preview(office, names)
    assert {"plan.toml", "rules.csv", "network.svg", "firewalls/core/nftables.sh"} <= files.keys()
    for path in files.keys() - WITHOUT_A_PLACE:
        content = files[path]
        text = content if isinstance(content, str) else READERS[Path(path).suffix](content)
        plain_text = text.replace("\\-", "-")
        for part in (office.stamp.plan, office.stamp.portwright, "CHG-1042", "2028-01-15"):
            assert part in plain_text, (path, part)


def workbook_text(content: bytes) -> str:
    lines = []
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows(values_only=True):
            lines.append(" ".join(map(str, row)))
    return "\n".join(lines)


def test_what_is_read_by_programs_still_can_be(office: Deployment) -> None:
    files = preview(office)
    assert tomllib.loads(str(files["plan.toml"]))["name"] == "Office"
    assert tomllib.loads(str(files["rules.toml"]))["stamp"]["reference"] == "CHG-1042"
    assert json.loads(files["deployment.json"])["stamp"]["plan"] == office.stamp.plan
    template = json.loads(files["firewalls/group/aws-security-group.json"])
    assert template["Metadata"]["Portwright"]["requester"] == "Print -- team `id`"
    assert any("stateful" in note for note in template["Metadata"]["Portwright"]["Notes"])
    ElementTree.fromstring(str(files["network.svg"]))  # it is ours
    for path, content in files.items():
        if path.endswith((".sh", ".nft")):
            first, second, third, *_ = str(content).split("\n")
            assert first.startswith("#!")
            assert second.startswith(f"# plan {office.stamp.plan}")
            assert third == "# reference CHG-1042; requester Print -- team ?id?; review 2028-01-15"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.key)
def test_the_stamp_stands_in_a_comment_of_the_make(target: Target, office: Deployment) -> None:
    files = preview(office, ["vendors"])
    lines = str(files[f"firewalls/core/vendors/{target.file}"]).splitlines()
    begins = (target.mark or "<!-- ") + f"plan {office.stamp.plan}"
    assert any(line.startswith(begins) for line in lines[:2])


@pytest.mark.parametrize("dashes", ["--", "---", "----"])
def test_dashes_in_a_row_end_no_comment_of_xml(dashes: str) -> None:
    """In the request, and in a firewall's name."""
    text = PLAN.replace("CHG-1042", f"CHG{dashes}1042").replace("core", f"core{dashes}1")
    files = preview(world(text), ["picture", "pfsense", "vendors"])
    for path in ("network.svg", "pfsense.xml", "vendors/pan-os.xml"):
        (content,) = [content for name, content in files.items() if name.endswith(path)]
        assert "CHG-1042" in str(content)
        ElementTree.fromstring(str(content))  # it is ours


def test_a_change_carries_the_stamp_of_the_new_plan(office: Deployment) -> None:
    later_text = PLAN.replace("2028-01-15", "2029-01-15").replace("CHG-1042", "CHG-2042")
    later = world(later_text.replace("10.0.10.5", "10.0.10.6"))
    for path, content in change_files(office, later).items():
        text = content if isinstance(content, str) else READERS[Path(path).suffix](content)
        assert later.stamp.plan in text, path
        assert "CHG-2042" in text.replace("\\-", "-"), path


def test_the_digest_is_of_what_the_plan_means(office: Deployment) -> None:
    explicit = PLAN.replace('mode = "transparent"', 'mode = "transparent"\nport = 3128')
    recorded = PLAN + '[catalog]\nversion = "2026.1"\n'
    assert plan_digest(world(explicit).plan) == office.stamp.plan
    assert plan_digest(world(recorded).plan) == office.stamp.plan
    other = world(PLAN.replace("10.0.10.5", "10.0.10.6"))
    assert plan_digest(other.plan) != office.stamp.plan
    assert len(office.stamp.plan) == 16


def test_files_as_they_were_written(folder: Path, office: Deployment, tmp_path: Path) -> None:
    code, text = run("verify", folder)
    assert code == 0
    assert "files are as written." in text
    assert f"plan: {office.stamp.plan}" in text
    assert "reference: CHG-1042" in text
    assert "requester: Print -- team 'id'" in text
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    assert run("verify", folder, plan)[0] == 0
    plan.write_text(PLAN.replace("10.0.10.5", "10.0.10.6"))
    code, text = run("verify", folder, plan)
    assert code == 1
    assert "is another plan" in text


def test_damaged_missing_and_added_files_are_named(folder: Path) -> None:
    (folder / "rules.csv").write_text("torn")
    (folder / "findings.csv").unlink()
    (folder / "notes.txt").write_text("mine")
    code, text = run("verify", folder)
    assert code == 1
    assert text.splitlines()[:3] == [
        "changed: rules.csv",
        "missing: findings.csv",
        "added: notes.txt",
    ]
    code, text = run("verify", folder, "--json")
    told = json.loads(text)
    assert code == 1
    assert (told["changed"], told["missing"], told["added"]) == (
        ["rules.csv"],
        ["findings.csv"],
        ["notes.txt"],
    )
    assert told["stamp"]["reference"] == "CHG-1042"


def test_a_damaged_readme_names_no_plan(folder: Path) -> None:
    (folder / "README.md").write_text("```stamp\nplan 0000000000000000\n```")
    code, text = run("verify", folder)
    assert code == 1
    assert "0000000000000000" not in text
    assert "Of which plan it is cannot be said" in text


def test_a_link_in_place_of_a_file_is_a_change(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes((folder / "rules.csv").read_bytes())
    (folder / "rules.csv").unlink()
    (folder / "rules.csv").symlink_to(copy)
    assert "changed: rules.csv" in run("verify", folder)[1]


def test_what_no_export_wrote_is_refused(tmp_path: Path) -> None:
    code, text = run("verify", tmp_path)
    assert code == 2
    assert "is not the folder of an export" in text
    code, text = run("verify", tmp_path / "nowhere")
    assert code == 2
    assert "is not a folder" in text


def test_a_readme_without_a_stamp_gives_nothing() -> None:
    assert stamp_read("# Hello\n") == {}


def pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


READERS = {".xlsx": workbook_text, ".pdf": pdf_text}
