"""Commands on terminals that can't show every character."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = 'format = 1\nname = "Печать ✓"\n[products.cups]\n'
OTHER = 'format = 1\nname = "Друкарня"\n[products.printix]\n[zones.a]\nnetworks = ["10.0.0.0/24"]\n'


@pytest.mark.parametrize("encoding", ["latin-1", "cp437"])
@pytest.mark.parametrize(
    "command", ["show {0}", "show {0} --json", "check {0}", "diff {0} {1}", "diff {0} {1} --json"]
)
def test_a_command_ends_as_on_any_other(encoding: str, command: str, tmp_path: Path) -> None:
    paths = [tmp_path / "plan.toml", tmp_path / "other.toml"]
    for path, text in zip(paths, (PLAN, OTHER), strict=True):
        path.write_text(text, "utf-8")
    words = command.format(*paths).split()
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    told = subprocess.run(
        [sys.executable, "-m", "wizard", *words], env=environment, capture_output=True, check=False
    )
    assert told.returncode in (0, 1)
    assert b"Traceback" not in told.stderr
    text = told.stdout.decode(encoding)
    assert text
    if "--json" in words:
        assert json.loads(text)
