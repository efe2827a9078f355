"""The terminal goes, whoever stands between it and the wizard: everything ends, and nothing spins."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.pty.any_moment import WIZARD, processes
from tests.pty.terminal import Terminal
from tests.pty.wizard import answer_some, environ, goes_on
from tests.tools.programs import tool

pytestmark = pytest.mark.slow

# How the wizard is started. Of most of these the first process takes the hang-up, or nobody.
STARTS = {
    "directly": ["sh", "-c", f"exec {WIZARD}"],
    "make": ["make", "-f", "Makefile.test", "run"],
    "function": ["bash", "-c", f"trap : HUP; f() {{ {WIZARD}; }}; f; true"],
    "ignored": ["sh", "-c", f"trap '' HUP; {WIZARD}; true"],
    "nohup": ["nohup", "sh", "-c", f"exec {WIZARD} </dev/tty >/dev/tty 2>/dev/tty"],
    "sudo": ["sudo", "-n", "-E", "sh", "-c", WIZARD],
}
# Long for a busy machine; an idle one takes a tenth of a second.
LIMIT = 60


def started(how: str, home: Path) -> Terminal:
    argv = STARTS[how]
    tool(argv[0])
    (home / "Makefile.test").write_text(f"run:\n\t@exec {WIZARD}\n")
    return Terminal(argv, environ={**environ(home), "PWD": str(home)}, cwd=home)


def all_end(terminal: Terminal, home: Path) -> None:
    """Cuts the line and waits for the last process.

    Raises:
        AssertionError: with those that go on.
    """
    terminal.hang_up()
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        # The first process is this one's child: somebody has to ask for its end.
        terminal.ended()
        if not (going_on := list(processes(home))):
            return
        time.sleep(0.02)
    for pid, _ in going_on:
        os.kill(pid, 9)
    pytest.fail(f"still running: {going_on}")


@pytest.mark.parametrize("how", STARTS)
def test_the_line_is_cut_in_use(how: str, tmp_path: Path) -> None:
    with started(how, tmp_path) as terminal:
        answer_some(terminal)
        all_end(terminal, tmp_path)
    goes_on(tmp_path)


@pytest.mark.parametrize("how", ["directly", "make", "ignored"])
def test_the_line_is_cut_at_any_moment_of_the_start(how: str, tmp_path: Path) -> None:
    rng = random.Random(how)
    for number in range(12):
        home = tmp_path / str(number)
        home.mkdir()
        with started(how, home) as terminal:
            moment = time.monotonic() + rng.choice([0.001, 0.1, 0.6, 1.5]) * rng.random()
            while (rest := moment - time.monotonic()) > 0:
                terminal.receive(rest)
            all_end(terminal, home)


def test_the_line_is_cut_in_the_midst_of_painting(tmp_path: Path) -> None:
    rng = random.Random(8)
    for number in range(8):
        home = tmp_path / str(number)
        home.mkdir()
        with started("ignored", home) as terminal:
            terminal.wait_for("CUPS")
            for _ in range(rng.randrange(1, 30)):
                # Nobody reads what it paints.
                terminal.send(b"\x1bOP\x1b[6~\x1b[5~\x1bOP")
            all_end(terminal, home)
