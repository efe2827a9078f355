"""Sentences of an export that send their reader on: what they name is there, and what they say of the
files beside it holds.
"""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from exporters.changes.doing import change_plan
from exporters.export import preview
from exporters.proxy.hosts import files as host_lists
from exporters.script import TAKE_ONE
from tests.tools.builders import EDGE, HOST, deployment, rule
from tests.tools.worlds import world
from wizard.changes import compare
from wizard.cli.main import main
from wizard.findings import Finding

BOTH = deployment(
    rule(),
    firewalls={"server": HOST, "edge": EDGE},
    findings=(
        Finding(code="unencrypted", severity="warning", message="In the clear.", subjects=()),
    ),
)
LINUX = ("nftables", "iptables", "ufw", "firewalld")


def section(readme: str, title: str) -> str:
    return readme.partition(f"## {title}\n\n")[2].partition("\n\n## ")[0]


@pytest.mark.parametrize(
    ("formats", "where"),
    [
        (["toml", "csv"], {"`portwright check plan.toml`", "`findings.csv`"}),
        (["markdown"], {"`handover.md`"}),
        (["nftables"], set()),
    ],
)
def test_findings_are_looked_up_in_files_that_are_there(
    formats: list[str], where: set[str]
) -> None:
    text = section(str(preview(BOTH, formats)["README.md"]), "Read before use")
    assert "1 warning" in text
    assert set(re.findall(r"`[^`]+`", text)) == where


def test_the_order_begins_with_every_paper_for_people() -> None:
    files = preview(BOTH, ["markdown", "servicenow", "jira", "csv-single", "nftables"])
    order = section(str(files["README.md"]), "In what order").splitlines()
    assert "Documents" in order[0] or "documents" in order[0]
    for path in ("handover.md", "rules-single.csv", "tickets/"):
        assert f"`{path}`" in order[0]


def test_of_several_scripts_for_one_machine_one_is_to_be_taken() -> None:
    files = preview(BOTH, [*LINUX, "markdown"])
    table = section(str(files["README.md"]), "What is here").splitlines()
    (of_ufw,) = (line for line in table if "server/ufw.sh" in line)
    assert "ONE of nftables.sh, iptables.sh, ufw.sh and firewalld.sh" in of_ufw
    (of_edge,) = (line for line in table if "edge/iptables.sh" in line)
    assert "ONE of nftables.sh and iptables.sh" in of_edge
    assert TAKE_ONE in str(files["handover.md"])
    for name in LINUX:
        assert f"# {TAKE_ONE}\n" in str(files[f"firewalls/server/{name}.sh"])
    assert "ONE of" not in str(preview(BOTH, ["nftables"])["README.md"])


def test_no_script_sends_its_reader_to_cells_that_grep_tears() -> None:
    """`rules.csv` has a line break in a cell: `grep` gives half of a record."""
    files = preview(BOTH, list(LINUX))
    for path, text in files.items():
        if path != "README.md":
            assert "rules.csv" not in str(text), path


def test_the_handover_claims_no_vendor_s_document_for_every_rule() -> None:
    text = str(preview(BOTH, ["markdown"])["handover.md"])
    assert "names the vendor document" not in text
    assert "or this plan itself" in text


def test_a_path_is_said_to_mean_all_below_it() -> None:
    assert "all below it" in host_lists(BOTH)["proxy/hosts.txt"]


def test_help_says_what_is_written_only_by_name() -> None:
    text = " ".join(CliRunner().invoke(main, ["export", "--help"]).output.split())
    assert "all that fit, but those that are written by name only" in text


CUPS = """
format = 1
products.cups.features.ipp-sharing = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.clients]
networks = ["10.0.20.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = %s
[firewalls.edge]
kind = "boundary"
zones = ["servers", "clients", "internet"]
"""


def test_the_internet_is_nobody_that_a_change_affects() -> None:
    old, new = world(CUPS % '["clients"]'), world(CUPS % '["clients", "internet"]')
    facts = dict(change_plan(old, new, compare(old, new)).facts)
    assert "People affected" not in facts
    assert "Internet" not in facts.get("Systems affected", "")


def test_nobody_is_told_that_the_internet_is_on_the_internet() -> None:
    remote = """
format = 1
products.cirrusprint.features.remote-clients = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[firewalls.edge]
kind = "boundary"
zones = ["servers", "internet"]
"""
    messages = [finding.message for finding in world(remote).findings]
    # It is said of the services, by their names.
    assert [message for message in messages if "for inside networks only" in message]
    assert not [message for message in messages if message.startswith("Internet is on")]


DOMAIN = CUPS.replace(
    "products.cups.features.ipp-sharing = {}",
    'products.papercut-mf.features.directory = { source = ["active-directory"] }\n%s',
)


def test_no_advice_to_open_what_is_open() -> None:
    """389 over TCP is asked for by a finding, by name, where it is off, and by nothing where it is on."""
    on = "products.papercut-mf.features.directory-ldap-tcp = {}"
    for feature, asked in (("", True), (on, False)):
        value = world(DOMAIN % (feature, '["clients"]'))
        text = str(preview(value, ["markdown"])["handover.md"])
        assert "directory-ldap-tcp" not in text
        advice = [one.message for one in value.findings if one.code == "feature-missing"]
        assert any("Active Directory, LDAP over TCP is off" in one for one in advice) == asked
