"""An export that is killed at any moment: the folder is as before or as after, at the latest once
the next export has looked at it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exporters import switch
from tests.exporters.test_export_folder import ONE, TWO, tree, write

CALLS = ("rename", "mkdir", "chmod", "rmdir", "fsync", "open", "unlink", "listxattr")


def killed_at(number: int, out: Path) -> bool:
    """Export in a process that kills itself before a call to the disk; False where it ends first."""
    child = os.fork()
    if child == 0:
        calls = 0

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **extra: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **extra)

            return call

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        write(TWO, out, force=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.slow
@pytest.mark.parametrize("others", [False, True])
def test_killed_at_every_call(others: bool, tmp_path: Path) -> None:
    after = tmp_path / "after"
    write(TWO, after)
    kills = 0
    for number in range(1, 1000):
        out = tmp_path / f"run{number}" / "out"
        write(ONE, out)
        if others:
            (out / "notes.txt").write_text("mine")
            (out / "rules.csv").write_text("edited")
        before = tree(out)
        if not killed_at(number, out):
            break
        kills += 1
        if not others:
            # In one step: no next export is needed.
            assert tree(out) in (before, tree(after))
        with switch.alone(out):
            pass
        assert list(out.parent.iterdir()) == [out]
        as_left = tree(out)
        if as_left != before:
            assert as_left.pop("notes.txt", b"mine") == b"mine"
            assert as_left.pop("rules.csv.bak", b"edited") == b"edited"
            assert as_left == tree(after)
        write(TWO, out, force=True)
    print(kills, "kills")
    assert kills > 40


def test_steps_that_somebody_else_left_are_not_obeyed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stage = out / ".portwright-0123456789abcdef"
    (stage / "old").mkdir(parents=True)
    (stage / "old/victim").write_text("evil")
    (stage / "steps").write_text('{"new": [], "removed": ["../victim"]}')
    (tmp_path / "victim").write_text("mine")
    write(ONE, out, force=True)
    assert (tmp_path / "victim").read_text() == "mine"
    assert (stage / "old/victim").exists()
