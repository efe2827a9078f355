"""A run that finds an apply that was cut off, takes it back, and then cannot go on: it never says that
nothing was changed. The scripts' own functions, over a tool that does nothing.
"""

from __future__ import annotations

import subprocess
from importlib import resources
from pathlib import Path

import pytest

TEMPLATES = resources.files("exporters") / "templates"
# A tool that takes all and says what it is asked to put back.
TOOL = """
tool=stub; persistent=yes; plan=ours; verb=apply; seconds=; state=$1; lasting=; options=; format=x
check_rules() { :; }; guard() { :; }; look() { :; }; whose() { :; }; payload() { echo rules; }; show_rules() { :; }
load_rules() { :; }; save_state() { :; }
open_state() { :; }; close_state() { :; }; stop_timer() { :; }
take_down() { :; }; refused() { :; }
restore_state() { echo "the machine was changed"; }
"""
DISK = "mv() { return 1; }"
SCRIPT = "#@start"


def said(state: Path, *lines: str) -> str:
    """What is said when these run over the functions of a script whose apply was cut off."""
    shell = (TEMPLATES / "firewall.sh").read_text()
    shell = shell.replace(SCRIPT, (TEMPLATES / "start.sh").read_text())
    functions = shell.removesuffix('main "$@"\n').replace(
        "set -u", "firewall=server; format=x; set -u"
    )
    (state / "saved").mkdir(parents=True)
    text = "\n".join((functions, TOOL, *lines))
    done = subprocess.run(
        ["sh", "-c", text, "script", str(state)], capture_output=True, text=True, check=False
    )
    assert "not found" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("verb", ["apply", "confirm", "rollback", "install"])
def test_a_disk_that_fails_after_the_machine_was_put_back(verb: str, tmp_path: Path) -> None:
    text = said(tmp_path / "state", ': >"$state/loading"', DISK, f"verb={verb}; do_{verb} ''")
    assert "the machine was changed" in text
    assert "Nothing was changed" not in text
    assert "what was there before it is back, but" in text
    assert f"run '{verb}' once more" in text


@pytest.mark.parametrize(
    ("verb", "hindrance"),
    [
        ("apply", "save_state() { return 1; }"),
        ("apply", "push_state() { return 1; }"),
        ("apply", "start_timer() { return 1; }; set -- 60"),
        ("apply", "in_place() { :; }"),
        ("apply", "pending() { :; }"),
        ("apply", "other_plan() { :; }"),
        ("install", "pending() { :; }"),
        ("install", "in_place() { return 1; }"),
    ],
)
def test_what_hinders_a_run_that_has_taken_back_an_earlier_apply(
    verb: str, hindrance: str, tmp_path: Path
) -> None:
    text = said(
        tmp_path / "state",
        ': >"$state/loading"',
        "set -- ''",
        hindrance,
        f'verb={verb}; do_{verb} "$1"',
    )
    assert "the machine was changed" in text
    assert "what was there before it is back." in text
    assert "Nothing was changed" not in text
    assert "Nothing else was changed." in text


def test_a_start_that_took_back_what_was_never_confirmed(tmp_path: Path) -> None:
    later = 'mkdir "$state/older"; mv() { [ "$1" != "$state/older" ] && command mv "$@"; }'
    text = said(tmp_path / "state", 'echo 1 >"$state/pending"', later, "verb=boot; do_boot")
    assert "the machine was changed" in text
    assert "cannot write to" in text
    assert "Nothing else was changed." in text


def test_without_anything_cut_off_nothing_was_changed(tmp_path: Path) -> None:
    text = said(tmp_path / "state", "save_state() { return 1; }", "do_apply ''")
    assert "the machine was changed" not in text
    assert "Nothing was changed." in text


def test_ufw_that_cannot_go_back_says_nothing_of_what_was_done_before(tmp_path: Path) -> None:
    """It is asked after a load that failed in its middle, too."""
    lines = ('. "$0"', "say() { echo $*; }", 'back_to "$1"')
    asked = ["sh", "-c", "\n".join(lines), str(TEMPLATES / "ufw.sh"), str(tmp_path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is not whole: nothing of it was put back" in done.stderr
    assert "Nothing was changed" not in done.stderr
