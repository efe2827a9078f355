"""The commands as a shell sees them: exit codes, what goes where, JSON alone, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tools.paths import ROOT
from tests.wizard.cli.test_commands import CLOSING


def process(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "wizard", *words]
    return subprocess.run(
        command, env=environment, text=True, cwd=ROOT, check=False, stderr=subprocess.PIPE, **more
    )


@pytest.mark.slow
def test_a_full_disk_is_no_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        result = process("show", CLOSING, stdout=full)
    assert result.returncode not in (0, 1)
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_show_loads_no_screens() -> None:
    code = (
        "import sys; sys.argv = ['portwright', 'show', sys.argv[1]]; from wizard.cli.main import"
        " main\n"
    )
    code += (
        "try: main()\nexcept SystemExit: print(*{m.partition('.')[0] for m in sys.modules},"
        " file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, CLOSING], capture_output=True, text=True, cwd=ROOT, check=False
    )
    loaded = set(result.stderr.split())
    assert "wizard" in loaded
    assert not loaded & {"textual", "rich", "jinja2", "screens", "exporters", "openpyxl"}
