"""A release: the same bytes each time, a list of what is in it, and one file that needs no index."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal
from tests.tools.paths import PLANS, ROOT
from tests.tools.programs import missing, own_network

pytestmark = pytest.mark.slow
LOCK = (ROOT / "requirements/runtime.txt").read_text("utf-8")


def build(out: Path) -> Path:
    if not (ROOT / ".venv-dev/bin/python").exists():
        missing("make dist builds with .venv-dev")
    script = ["sh", str(ROOT / "scripts/make-dist.sh"), str(out)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist") / "one")


def on_a_jump_host(dist: Path, home: Path, *words: str) -> list[str]:
    """The one file, where there is no network and nothing installed."""
    (program,) = dist.glob("*.pyz")
    settings = [f"HOME={home}", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TERM=xterm-256color"]
    # The interpreter itself, not that of the environment, which has everything.
    python = str(Path(sys.executable).resolve())
    return [*own_network(), "env", "-i", *settings, python, "-I", str(program), *words]


def test_the_same_bytes_again(dist: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "two")
    assert (again / "SHA256SUMS").read_text() == (dist / "SHA256SUMS").read_text()
    names = {line.split("  ")[1] for line in (dist / "SHA256SUMS").read_text().splitlines()}
    assert names == {path.name for path in dist.iterdir()} - {"SHA256SUMS"}
    assert {name.rpartition(".")[2] for name in names} == {"whl", "gz", "pyz", "json"}


def test_it_holds_no_path_of_the_machine_that_built_it(dist: Path, tmp_path: Path) -> None:
    (program,) = dist.glob("*.pyz")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", program, tmp_path], check=True)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert os.fsencode(ROOT) not in path.read_bytes(), path


def test_every_pinned_release_is_listed_with_its_digests(dist: Path) -> None:
    (path,) = dist.glob("*.cdx.json")
    content = json.loads(path.read_text())
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.5")
    listed = {f"{entry['name']}=={entry['version']}" for entry in content["components"]}
    assert listed == set(re.findall(r"^[a-z][^ ;]*==[^ ;]+", LOCK, re.M))
    for entry in content["components"]:
        for reference in entry["externalReferences"]:
            assert f"sha256:{reference['hashes'][0]['content']}" in LOCK
    assert sum(len(entry["externalReferences"]) for entry in content["components"]) == (
        LOCK.count("--hash=sha256:")
    )


def test_commands_run_without_a_network(dist: Path, tmp_path: Path) -> None:
    plan = next(path for path in PLANS if path.stem == "cups")
    words = ("export", str(plan), "--to", str(tmp_path / "out"))
    for command in (("--version",), ("doctor",), words, (*words, "--force")):
        argv = on_a_jump_host(dist, tmp_path, *command)
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out/handover.xlsx").stat().st_size > 1000


def test_the_wizard_opens_without_a_network(dist: Path, tmp_path: Path) -> None:
    with Terminal(on_a_jump_host(dist, tmp_path), cwd=tmp_path) as terminal:
        terminal.wait_for("Portwright · new plan[\\s\\S]*CUPS")
        terminal.press("^Q")
        assert terminal.wait() == 0
