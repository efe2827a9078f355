"""CSV, TOML, JSON and README: what stands in them, and that nothing in a plan can do harm from
there.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from importlib import resources

import msgspec
import pytest
import tomli

from exporters import uses
from exporters.export import preview
from exporters.format import Format
from exporters.table import FORMATS
from tests.lab.plans import catalog, compiled
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import HOSTILE, hostile_to
from wizard.deployment import Deployment, deploy, to_json
from wizard.findings import Finding
from wizard.plan.model import Plan, Request
from wizard.plan.file import read_plan
from wizard.rules.model import AllowlistEntry


@pytest.fixture(scope="module")
def big() -> Deployment:
    return compiled("papercut-mf")


# Other formats have tests of their own.
OWN = ("toml", "csv", "json", "nftables")


def text_of(value: Deployment, path: str) -> str:
    content = preview(value, OWN[:3])[path]
    assert isinstance(content, str)
    return content


def rows(text: str) -> list[list[str]]:
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.slow
def test_csv_has_a_row_for_everything(big: Deployment) -> None:
    for path, count in (
        ("flows.csv", len(big.flows)),
        ("rules.csv", len(big.rules)),
        ("forwards.csv", len(big.forwards)),
        ("allowlist.csv", len(big.allowlist)),
        ("tls-bypass.csv", len(big.tls_bypass)),
        ("mail-senders.csv", len(big.mail_senders)),
        ("findings.csv", len(big.findings)),
    ):
        if not count:
            assert path not in preview(big, ["csv"])
            continue
        table = rows(text_of(big, path))
        assert len(table) == count + 1, path
        assert {len(row) for row in table} == {len(table[0])}, path


def test_csv_names_its_source(big: Deployment) -> None:
    for path in ("flows.csv", "rules.csv", "allowlist.csv"):
        head, *table = rows(text_of(big, path))
        for row in table:
            line = dict(zip(head, row, strict=True))
            about = line.get("flows", line.get("id", ""))
            assert line["documents"] or about.startswith("management/"), (path, line)


def test_csv_says_ports_and_truth_plainly() -> None:
    value = deployment(rule(ports=(80, (9200, 9999)), encrypted=None), rule("b", encrypted=True))
    head, first, second = rows(text_of(value, "rules.csv"))
    assert first[head.index("ports")] == "80\n9200-9999"
    assert (first[head.index("encrypted")], second[head.index("encrypted")]) == ("", "true")


def test_no_separator_tears_a_row() -> None:
    """LibreOffice takes comma, semicolon and tab at once for separators: all cells are in quotes."""
    value = deployment(
        rule(ports=(80, (9200, 9999)), sources=("10.0.0.0/24", "10.0.1.0/24"), services=("a; b", "c")),
        rule("b"),
    )
    text = text_of(value, "rules.csv")
    lines = re.findall(r'(?:"[^"]*"[,;\t]?)+\r\n', text)
    assert "".join(lines) == text
    assert [re.findall(r'"([^"]*)"', line) for line in lines] == rows(text)
    head, first, _ = rows(text)
    cells = dict(zip(head, first, strict=True))
    assert (cells["sources"], cells["services"]) == ("10.0.0.0/24\n10.0.1.0/24", "a; b\nc")


def test_csv_names_roles_beside_their_ids() -> None:
    head, first = rows(text_of(deployment(rule()), "rules.csv"))
    cells = dict(zip(head, first, strict=True))
    assert (cells["from"], cells["from_name"]) == ("user-computer", "User computer")
    assert (cells["to"], cells["to_name"]) == ("print-server", "Print server")


@pytest.mark.slow
@pytest.mark.parametrize("text", hostile_to("csv"))
def test_hostile_text_is_inert_in_csv(text: str) -> None:
    entry = AllowlistEntry(
        "https", text, 443, (text,), (text,), (text,), (), (), (), "current", ()
    )
    value = deployment(
        rule(text, services=(text, text)),
        findings=(Finding(text, "error", text, (text,)),),
        allowlist=(entry,),
    )
    for path in ("rules.csv", "findings.csv", "allowlist.csv"):
        for row in rows(text_of(value, path))[1:]:
            for cell in row:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
                unseen = cell.replace("\n", "")
                assert not any(ord(letter) < 32 or letter == "\u202e" for letter in unseen)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_plan_is_inert_in_every_file(text: str) -> None:
    plan = Plan(
        name=text,
        request=Request(requester=text, reference=text, justification=text),
        firewalls={"server": HOST, "edge": EDGE},
    )
    value = deployment(rule(), plan=plan, forwards=[forward()])
    if "\ud83d" in text:
        value = msgspec.structs.replace(
            value, plan=msgspec.structs.replace(plan, name="x", request=Request())
        )
    for path, content in preview(value, OWN).items():
        shown = content if isinstance(content, str) else content.decode("utf-8", "replace")
        allowed = "\r\n" if path.endswith(".csv") else "\n"
        assert not [c for c in shown if ord(c) < 32 and c not in allowed], path
        assert not [c for c in "\x7f\x85\u202e\u2066\u200b\ufeff\u2028" if c in shown], path
    assert json.loads(text_of(value, "deployment.json"))["name"] == value.plan.name
    assert tomli.loads(text_of(value, "plan.toml"))["name"] == value.plan.name


def test_rules_toml_holds_what_the_json_holds(big: Deployment) -> None:
    def without_null(value: object) -> object:
        if isinstance(value, dict):
            return {key: without_null(item) for key, item in value.items() if item is not None}
        return [without_null(item) for item in value] if isinstance(value, list) else value

    expected = without_null(json.loads(json.dumps(to_json(big))))
    assert tomli.loads(text_of(big, "rules.toml")) == expected
    assert json.loads(text_of(big, "deployment.json")) == json.loads(json.dumps(to_json(big)))


def test_plan_toml_loads_to_the_same_result(big: Deployment) -> None:
    again = deploy(catalog(), read_plan(text_of(big, "plan.toml"), catalog()))
    assert to_json(again) == to_json(big)
    assert text_of(again, "plan.toml") == text_of(big, "plan.toml")


def test_readme_names_every_file_and_who_it_is_for(big: Deployment) -> None:
    files = preview(big, OWN)
    readme = str(files["README.md"])
    for path in files:
        assert f"`{path}`" in readme or path == "README.md", path
    assert "sh nftables.sh check" in readme
    assert readme.index("Firewalls between zones") < readme.index("own firewalls")


def test_readme_of_many_firewalls_has_a_line_for_those_that_are_alike() -> None:
    def of_edges(number: int, unresolved: tuple[str, ...] = ()) -> str:
        names = [f"edge{at}" for at in range(number)]
        rules = [rule(firewall=name, unresolved=unresolved) for name in names]
        walls = {"server": HOST, **dict.fromkeys(names, EDGE)}
        return str(preview(deployment(*rules, firewalls=walls), OWN)["README.md"])

    few, many = of_edges(8), of_edges(200)
    assert "| `firewalls/edge7/nftables.nft`, `firewalls/edge7/nftables.sh` |" in few
    files = "| `firewalls/<name>/nftables.nft`, `firewalls/<name>/nftables.sh` |"
    assert f"{files} the 200 firewalls between zones: `edge0`, `edge1`, `edge2`, `edge3`" in many
    assert "| `firewalls/server/nftables.nft`, `firewalls/server/nftables.sh` |" in many
    assert "`firewalls/edge3/` and 196 more." in many
    assert "edge4" not in many and len(many.splitlines()) < len(few.splitlines())
    left_out = of_edges(200, ("mfp",))
    assert (
        "- 200 firewalls, `edge0`, `edge1`, `edge2`, `edge3` and 196 more (nftables): to be"
        " supplied: mfp."
    ) in left_out


def test_readme_says_what_was_left_out() -> None:
    value = deployment(
        rule(unresolved=("mfp",), sources=()), firewalls={"server": HOST, "edge": EDGE}
    )
    files = preview(value, OWN)
    assert "Firewall `server` (nftables): to be supplied: mfp" in str(files["README.md"])
    assert [path for path in files if path.startswith("firewalls/")] == [
        "firewalls/edge/nftables.nft",
        "firewalls/edge/nftables.sh",
    ]


def test_hostile_reference_is_text_in_the_readme() -> None:
    plan = Plan(name="# x\n## y", request=Request(reference="[a](b) <script>"), firewalls={})
    readme = str(preview(deployment(plan=plan), ["toml"])["README.md"])
    assert readme.startswith("# \\# x \\#\\# y\n")
    assert "Reference: \\[a\\]\\(b\\) &lt;script&gt;" in readme




def test_formats_are_told_apart() -> None:
    assert len({entry.name for entry in FORMATS}) == len(FORMATS)
    for entry in FORMATS:
        assert all((entry.about, entry.for_what, entry.reader, entry.use, entry.kinds)), entry.name


@pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])
def test_each_format_says_how_to_check_and_undo_it(entry: Format) -> None:
    text = entry.use
    assert "@script" not in text
    assert not re.search(r"\{\w+\}", text)
    assert text.count("```") % 2 == 0
    if {"plan"} == {*entry.kinds}:
        assert re.search("[Cc]hange nothing|changes nothing|nothing to undo", text)
        return
    assert "check" in text.lower()
    assert re.search("[Tt]o undo|rollback|remove", text)


def test_the_texts_on_use_are_those_of_the_formats() -> None:
    text = resources.files("exporters").joinpath("templates/use.md").read_text("utf-8")
    assert re.findall(r"^## (\S+)$", text, re.MULTILINE) == [
        "@script",
        *(entry.name for entry in FORMATS),
    ]


def test_a_paragraph_is_one_line_and_a_fence_stays() -> None:
    text = uses.use_of("nftables")
    assert text.count("sh nftables.sh ") == 7
    outside = "".join(text.split("```")[::2])
    assert all(line.endswith((".", ":")) for line in outside.split("\n") if line)


@pytest.mark.slow
def test_readme_says_in_what_order_and_the_tests_come_last(big: Deployment) -> None:
    readme = str(preview(big)["README.md"])
    order = readme.partition("## In what order\n\n")[2].partition("\n\n")[0].split("\n")
    assert [line.partition(":")[0] for line in order] == [
        f"{number}. {step}"
        for number, step in enumerate(
            (
                "The documents",
                "Firewalls between zones",
                "The web proxy",
                "The hosts' own firewalls",
                "Run the connection tests",
            ),
            1,
        )
    ]
    assert "`tests/`" in order[-1]
    alone = str(preview(big, ["connection-tests"])["README.md"])
    assert "1. Run the connection tests: `tests/`." in alone
    assert "connection tests:" not in str(preview(big, ["csv"])["README.md"])
