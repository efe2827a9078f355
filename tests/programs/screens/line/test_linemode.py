"""Line mode: the same questions, typed as lines; the same plan."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def program(
    *arguments: str, input: bytes | None = b"", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "wizard", *arguments],
        input=input,
        stdin=subprocess.DEVNULL if input is None else None,
        capture_output=True,
        env={**os.environ, **environ},
    )


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("wizard",)])
def test_without_a_terminal_it_says_what_to_use_instead(arguments: tuple[str, ...]) -> None:
    done = program(*arguments, input=None)
    assert done.returncode == 2
    assert b"standard input is none" in done.stderr
    assert b"portwright export PLAN --to DIR" in done.stderr
    assert b"--line" in done.stderr


@pytest.mark.slow
def test_lines_from_a_pipe_never_load_textual(tmp_path: Path) -> None:
    code = (
        "import sys; from screens.start import StartOptions, run_wizard; run_wizard(None,"
        " StartOptions(lines=True));sys.stderr.write(str('textual' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"2\nq\n", capture_output=True)
    assert done.returncode == 0
    assert done.stderr == b"False"
    assert b"2.1 " in done.stdout


@pytest.mark.slow
def test_lines_from_nowhere() -> None:
    done = program("wizard", "--line", input=None)
    assert done.returncode == 2
    assert b"the input ended before the first answer" in b" ".join(done.stdout.split())


def test_only_missing_needs_a_plan() -> None:
    assert program("wizard", "--only-missing").returncode == 2


def test_a_plan_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("format = 1\nnme = 'x'\n")
    done = program("wizard", "--line", str(tmp_path / "bad.toml"))
    assert done.returncode == 2
    assert b"nme" in done.stderr
