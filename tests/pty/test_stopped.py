"""Stopped and gone on (`kill -TSTP`, job control) at any moment, in the midst of painting too: it
never hangs.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal
from tests.pty.wizard import answer_some, start

pytestmark = pytest.mark.slow


def stops(terminal: Terminal) -> bool:
    """Whether it has stopped, however soon."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        terminal.settle(0.02, first=0.02)
        if Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return True
    return False


def test_it_stops_and_goes_on_in_the_midst_of_painting(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        answer_some(terminal)
        for number in range(14):
            terminal.send(b"\x1bOP\x1b[6~\x1b[5~")
            time.sleep(0.004 * number)
            terminal.kill(signal.SIGTSTP)
            assert stops(terminal), f"it hangs, the {number + 1}th time:\n{terminal.text}"
            terminal.kill(signal.SIGCONT)
            terminal.settle(0.1)
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == 143
