"""`portwright doctor`: what it says, and above all what it does not say."""

from __future__ import annotations

import importlib.metadata
import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.tools.paths import PLANS
from tests.tools.worlds import CATALOG
from wizard.cli.main import main
from wizard.cli.masking import masked
from wizard.plan.file import read_plan
from wizard.plan.model import changed
from wizard.session.drafts import new_draft


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def doctor() -> Result:
    return CliRunner().invoke(main, ["doctor"], prog_name="portwright")


def row(result: Result, name: str) -> str:
    """What stands behind a name."""
    (line,) = [line for line in result.stdout.splitlines() if line.startswith(f"  {name}  ")]
    return line[len(name) + 2 :].strip()


def test_versions_terminal_and_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "bin/nft"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    monkeypatch.setenv("TERM", "vt220")
    monkeypatch.setenv("SSH_CONNECTION", "10.1.2.3 50000 10.1.2.4 22")
    result = doctor()
    assert result.exit_code == 0, result.output
    assert row(result, "portwright") == importlib.metadata.version("portwright")
    assert row(result, "textual   ") == importlib.metadata.version("textual")
    assert row(result, "nft             ") == "~/bin/nft"
    assert row(result, "TERM                 ") == "vt220"
    assert row(result, "over SSH             ") == "yes"
    assert "standard input is none" in row(result, "the wizard here      ")
    assert result.stdout.endswith("Nothing stands in the way of the wizard.\n")
    assert not (tmp_path / "state").exists()


def test_drafts_are_counted_and_nothing_in_them_is_named(tmp_path: Path) -> None:
    plan = read_plan(
        next(path for path in PLANS if path.stem == "papercut-mf").read_text(), CATALOG
    )
    draft = new_draft(changed(plan, name="Secret customer"))
    draft.save(draft.plan, "network")
    damaged = draft.path.with_name("20260101-000000-abcdef.json")
    damaged.write_text("{")
    result = doctor()
    draft.close()
    first, second = row(result, f"draft 1{' ' * 35}"), row(result, f"draft 2{' ' * 35}")
    assert first == "damaged, or of another version, 1 bytes"
    assert second.startswith("papercut-mf; ")
    assert "at Network, just now" in second
    assert second.endswith("; open in a window")
    assert damaged.read_text() == "{"
    assert "Secret" not in result.stdout
    for zone in plan.zones.values():
        for network in zone.networks:
            assert network not in result.stdout
    assert "drwx------, yours" in result.stdout


def test_names_and_addresses_are_masked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOGNAME", "berta")
    host = socket.gethostname()
    assert masked(f"{tmp_path}/x of berta at {host}.") == "~/x of USER at HOST."
    assert masked("10.0.0.1, 10.0.0.0/8: fe80::1%eth0 2001:db8::/32.") == (
        "ADDRESS, ADDRESS: ADDRESS ADDRESS."
    )
    assert masked("3.11.7 at 12:30:45, 1 of 2: robertaberta") == (
        "3.11.7 at 12:30:45, 1 of 2: robertaberta"
    )


def test_an_escape_sequence_in_the_environment_is_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm\x1b]0;owned\x07\u202e\nfake: row")
    result = doctor()
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stdout)
    assert row(result, "TERM                 ") == "xterm]0;owned fake: row"


def test_a_folder_without_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere: what the system would say to others.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    result = doctor()
    assert result.exit_code == 1
    assert "problem: Answers can't be kept: there is no permission to write to ~." in result.stdout


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    result = doctor()
    assert result.exit_code == 1
    assert "problem: ~/state is a file, and the state folder" in result.stdout


def test_broken_facts_are_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "broken.toml").write_text("id = 3")
    monkeypatch.setenv("PORTWRIGHT_CATALOG", str(folder))
    result = doctor()
    assert result.exit_code == 1
    assert "problem: " in result.stdout
    assert "broken.toml" in result.stdout
    assert "~/own" in result.stdout
