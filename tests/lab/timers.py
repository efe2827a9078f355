"""The processes that take rules back unless somebody confirms them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.tools.serving import until


def runs(pid: int) -> bool:
    """Whether a process is at work; one that has ended and that nobody asked for is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def timers(state: Path) -> list[int]:
    """Those that were started with a script from this state folder."""
    mark = f"{state}/".encode()
    words = {
        int(folder.name): _words(folder)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit()
    }
    return [
        pid for pid, line in words.items() if mark in line and b"\0timer\0" in line and runs(pid)
    ]


def end_of_time(timer: int) -> None:
    """The time of an apply is over now: what its timer sleeps in ends, and the timer goes on."""
    children = Path(f"/proc/{timer}/task/{timer}/children")
    # It notes its number a moment before it sleeps.
    until(lambda: any(b"sleep" in _words(Path("/proc") / pid) for pid in _pids(children)))
    for pid in _pids(children):
        # An apply ignores every other signal, and so does all that it starts.
        os.kill(int(pid), signal.SIGKILL)


def _pids(children: Path) -> list[str]:
    return children.read_text().split()


def _words(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        # It has ended meanwhile.
        return b""
