"""`portwright serve` before it serves: what is started for a tab, what is printed, what is said
where it can't.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from screens.web.serve import install_line
from tests.tools.paths import ROOT
from tests.wizard.cli.test_commands import CLOSING, run


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"port {port} is taken by another program" in result.stderr
    assert "--port 0" in result.stderr


def without(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process where this module can't be imported."""
    code = (
        f"import sys; sys.modules[{module!r}] = None; from wizard.cli.main import main;"
        f" main({list(words)!r})"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("module", ["textual_serve", "aiohttp"])
def test_without_the_extra_the_command_that_installs_it_is_said(module: str) -> None:
    done = without(module, "serve", CLOSING)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.rstrip().endswith(install_line(sys.executable))


@pytest.mark.slow
def test_help_loads_neither_textual_nor_the_server() -> None:
    for module in ("textual", "textual_serve", "aiohttp", "screens"):
        done = without(module, "serve", "--help")
        assert done.returncode == 0, done.stderr
        assert "portwright serve --port 0" in done.stdout


def test_a_tabs_wizard_is_not_for_a_terminal() -> None:
    master, slave = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "wizard", "wizard", "--in-browser"],
        cwd=ROOT, stdin=slave, stdout=slave, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(slave)
    os.close(master)
    assert done.returncode == 2
    assert "portwright serve" in done.stderr
