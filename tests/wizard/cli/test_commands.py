"""The commands as a shell sees them: exit codes, what goes where, JSON alone, and no traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.tools.paths import PLANS
from tests.tools.worlds import CATALOG
from wizard.cli.main import main

CLOSING = str(next(path for path in PLANS if path.stem == "closing"))
WITH_ERRORS = (
    "format = 1\n[zones.a]\nnetworks = ['10.0.0.0/8']\n[zones.b]\nnetworks = ['10.0.0.0/9']\n"
)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="portwright")


def plan_file(folder: Path, text: str, name: str = "plan.toml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def read_json(result: Result) -> Any:
    """Standard output, which must be JSON and nothing else."""
    assert result.stderr == ""
    return json.loads(result.stdout)


# --- show ----------------------------------------------------------------------------------------

# Keys of each part of `show --json`, as the contract has them. There may be more.
SHOW = {
    "flows": (
        "id product feature from to transport ports sources destinations service status scope cast"
        " encrypted"
    ),
    "rules": (
        "id firewall direction action transport ports from to sources destinations except_sources "
        "except_destinations flows products services status encrypted unresolved"
    ),
    "forwards": (
        "id firewall transport public_address public_ports address ports sources flows unresolved"
    ),
    "allowlist": "scheme host port paths from purposes products features status",
    "tls_bypass": "host products source",
    "mail_senders": "address domain products source",
    "findings": "code severity message subjects",
}


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_show_json(path: Path) -> None:
    result = run("show", str(path), "--json")
    assert result.exit_code == 0
    shown = read_json(result)
    assert shown["format"] == 1
    assert shown.keys() >= {"name", *SHOW}
    for part, keys in SHOW.items():
        for item in shown[part]:
            assert item.keys() >= set(keys.split()), part
    for rule in shown["rules"]:
        assert rule["action"] == "allow"
        assert rule["direction"] in ("in", "out", "forward")
        assert rule["status"] in ("required", "optional", "deprecated")
        assert all(low <= high for low, high in rule["ports"])
    for entry in (*shown["tls_bypass"], *shown["mail_senders"]):
        assert entry["source"].keys() == {"document", "locator"}


def test_show_as_tables() -> None:
    result = run("show", CLOSING)
    assert result.exit_code == 0
    for words in (
        "Head office printing",
        "Rules of server, host",
        "Port forwards (2)",
        "Allowlist (7)",
        "internet-exposure",
    ):
        assert words in result.stdout
    assert "\x1b" not in result.stdout


def test_terminals_are_not_given_orders(tmp_path: Path) -> None:
    text = 'format = 1\nname = "\\u001b[2J\\u202e\\u0007 x"\n[zones."\\u001b"]\n'
    plain = plan_file(tmp_path, text.split("[zones")[0])
    assert not {"\x1b", "\x07", "\u202e"} & set(run("show", plain).stdout)
    assert not {"\x1b", "\x07", "\u202e"} & set(
        run("show", plan_file(tmp_path, text, "bad.toml")).stderr
    )


# --- check ---------------------------------------------------------------------------------------


def test_check_says_no_where_one_finding_is_an_error(tmp_path: Path) -> None:
    assert run("check", CLOSING).exit_code == 0
    bad = run("check", plan_file(tmp_path, WITH_ERRORS))
    assert bad.exit_code == 1
    assert "error    overlapping-zones" in bad.stdout
    assert bad.stdout.strip().splitlines()[-1].startswith("1 error.")
    as_json = run("check", plan_file(tmp_path, WITH_ERRORS), "--json")
    assert as_json.exit_code == 1
    (finding,) = read_json(as_json)["findings"]
    assert finding["code"] == "overlapping-zones"


def test_check_of_a_quiet_plan(tmp_path: Path) -> None:
    result = run("check", plan_file(tmp_path, "format = 1"))
    assert (result.exit_code, result.stdout) == (0, "Nothing found.\n")


# --- explain -------------------------------------------------------------------------------------


def test_explain() -> None:
    yes = run("explain", CLOSING, "10.0.30.17", "10.0.10.5", "162/udp")
    assert yes.exit_code == 0
    assert "Multi Function Devices, Toshiba, inbound" in yes.stdout
    assert yes.stdout.strip().endswith("It gets through.")
    no = run("explain", CLOSING, "10.0.30.17", "10.0.10.5", "161/udp")
    assert no.exit_code == 1
    assert "It stops at core" in no.stdout
    as_json = run("explain", CLOSING, "internet", "203.0.113.7", "443/tcp", "--json")
    assert as_json.exit_code == 0
    shown = read_json(as_json)
    assert shown["allowed"] is True
    assert [hop["firewall"] for hop in shown["hops"]] == ["edge", "core", "server"]


def test_explain_of_what_cannot_be_asked() -> None:
    result = run("explain", CLOSING, "mfps", "print-server", "162/udp", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'mfp'" in result.stderr


# --- diff ----------------------------------------------------------------------------------------


def test_diff(tmp_path: Path) -> None:
    same = run("diff", CLOSING, CLOSING)
    assert (same.exit_code, same.stdout) == (0, "No difference.\n")
    text = Path(CLOSING).read_text("utf-8").replace('"sdk1", "sdk3"', '"sdk3"')
    other = run("diff", CLOSING, plan_file(tmp_path, text))
    assert other.exit_code == 1
    assert "10389, 10636" in other.stdout or "10389" in other.stdout
    shown = read_json(run("diff", CLOSING, plan_file(tmp_path, text), "--json"))
    assert {rule["sign"] for rule in shown["rules"]} == {"-"}


def test_diff_says_what_is_wrong_with_both(tmp_path: Path) -> None:
    one = plan_file(tmp_path, "format = 2", "one.toml")
    result = run("diff", one, str(tmp_path / "two.toml"))
    assert result.exit_code == 2
    assert "one.toml: line 1: format" in result.stderr
    assert "two.toml: No such file" in result.stderr


# --- catalog, schema, formats, completion --------------------------------------------------------


def test_catalog_json() -> None:
    shown = read_json(run("catalog", "--json"))
    assert shown["format"] == 1
    assert len(shown["flows"]) == len(list(CATALOG.flows()))
    flow_keys = (
        "id product feature options when group versions from to transport ports listener service"
        " status"
    )
    flow_keys += " scope cast encrypted never_public automatic evidence source also cautions"
    for flow in shown["flows"]:
        assert flow.keys() >= set(flow_keys.split())
        assert flow["when"]
        assert flow["versions"].keys() == {"since", "until", "before"}
    end_keys = (
        "id product feature options when from scheme host host_key port path status purpose"
        " evidence"
    )
    end_keys += " source also cautions"
    for endpoint in shown["endpoints"]:
        assert endpoint.keys() >= set(end_keys.split())
        assert endpoint["host"] is not None or endpoint["host_key"]
        assert None not in (endpoint["scheme"], endpoint["port"], endpoint["path"])
    assert shown["roles"]["print-server"] == "Print server"
    assert all(
        document.keys() >= {"title", "publisher"} for document in shown["documents"].values()
    )
    for fact in (*shown["flows"], *shown["endpoints"]):
        assert fact["source"]["document"] in shown["documents"]


def test_the_contracts_fact() -> None:
    shown = read_json(run("catalog", "papercut-mf", "--json"))
    (flow,) = [flow for flow in shown["flows"] if flow["id"] == "papercut-mf/toshiba-snmp-traps"]
    assert flow["options"] == {"sdk": ["sdk1"]}
    assert flow["when"] == [[{"feature": "mfp-toshiba", "options": {"sdk": ["sdk1"]}}]]
    assert (flow["from"], flow["to"], flow["transport"], flow["ports"]) == (
        "mfp",
        "print-server",
        "udp",
        [[162, 162]],
    )
    assert flow["source"] == {
        "document": "papercut-ports",
        "locator": "Multi Function Devices, Toshiba, inbound",
    }
    assert {flow["product"] for flow in shown["flows"]} == {"papercut-mf"}


def test_catalog_in_words() -> None:
    result = run("catalog", "cups")
    assert result.exit_code == 0
    assert "cups/ipp-sharing" in result.stdout
    assert "PaperCut" not in result.stdout


def test_schema_and_formats() -> None:
    assert read_json(run("schema"))["$schema"].startswith("https://json-schema.org")
    shown = read_json(run("formats", "--json"))
    names = {entry["name"] for entry in shown["formats"]}
    assert {"toml", "csv", "nftables"} <= names
    assert all(name in run("formats").stdout for name in names)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    result = run("completion", shell)
    if result.exit_code == 0:
        assert "_PORTWRIGHT_COMPLETE" in result.stdout
    else:  # a bash too old for completion says so
        assert (shell, result.exit_code) == ("bash", 2)


# --- Help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_teaches_by_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    _, _, examples = result.stdout.partition("Examples:\n")
    assert f"portwright {command}" in examples


def test_the_help_says_whole_sentences_in_the_order_of_use() -> None:
    """At 80 columns click ended six of them with '...'."""
    commands = run("--help").stdout.partition("Commands:\n")[2]
    assert "..." not in commands
    names = [line.split()[0] for line in commands.splitlines() if line[2:3].strip()]
    assert names[:7] == ["wizard", "check", "show", "explain", "export", "verify", "diff"]
    assert sorted(names) == sorted(main.commands)


def test_the_commands_of_the_contract() -> None:
    contract = "wizard show export formats check explain diff catalog schema"
    assert set(contract.split()) <= main.commands.keys()
    assert all(name in run("--help").stdout for name in contract.split())


# --- export: the folder itself is another test's -------------------------------------------------


@pytest.mark.slow
def test_export_writes_and_reads_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("export", CLOSING, "--to", str(out))
    assert result.exit_code == 0
    assert {"README.md", "plan.toml", "rules.toml", "rules.csv"} <= {
        path.name for path in out.iterdir()
    }
    again = read_json(run("show", str(out / "plan.toml"), "--json"))
    assert again == read_json(run("show", CLOSING, "--json"))
    other = run("export", CLOSING, "--to", str(tmp_path))
    assert other.exit_code in (1, 2)
    assert other.stderr


def test_export_leaves_out_what_is_unresolved(tmp_path: Path) -> None:
    text = Path(CLOSING).read_text("utf-8").replace('[roles.mfp]\nzones = ["printers"]\n', "")
    result = run("export", plan_file(tmp_path, text), "--to", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "server" in result.stderr
    assert "mfp" in result.stderr
    assert not (tmp_path / "out" / "firewalls" / "server").exists()
    assert (tmp_path / "out" / "rules.csv").exists()


# --- As a process --------------------------------------------------------------------------------
