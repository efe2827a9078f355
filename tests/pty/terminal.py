"""A program on a pseudo-terminal, with its screen emulated: keys in, cells and bytes out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import pyte

from tests.pty.screen import Screen
from tests.tools.paths import ROOT

PORTWRIGHT = [sys.executable, "-m", "wizard"]

KEYS = {
    "Enter": "\r",
    "Tab": "\t",
    "Space": " ",
    "Esc": "\x1b",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "Home": "\x1b[H",
    "End": "\x1b[F",
    "PageUp": "\x1b[5~",
    "PageDown": "\x1b[6~",
    "AltLeft": "\x1b[1;3D",
    "AltRight": "\x1b[1;3C",
    **{f"Alt{digit}": f"\x1b{digit}" for digit in range(1, 8)},
    "F1": "\x1bOP",
    "F2": "\x1bOQ",
    "F3": "\x1bOR",
    **{f"^{letter}": chr(ord(letter) & 31) for letter in "ACELPQSUYZ"},
}
# Seconds; nobody who has to wait for a processor or a disk waits longer.
_PATIENCE = 60
# What a terminal answers to the questions that Textual asks.
_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;0$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y"}


class Terminal:
    """One program and its screen. Use it as a context: the program ends with it.

    `far`: a file with the process id of whom the program talks to over a line, such as the wizard
    behind ssh, that leads a session of its own.
    """

    def __init__(
        self,
        argv: Sequence[str] = (),
        *,
        columns: int = 80,
        lines: int = 24,
        term: str = "xterm-256color",
        environ: dict[str, str] | None = None,
        cwd: Path | None = None,
        answers: Mapping[bytes, bytes] = MappingProxyType({}),
        far: Path | None = None,
    ) -> None:
        argv = list(argv) or [*PORTWRIGHT, "wizard"]
        self._answers = {**_ANSWERS, **answers}
        self._far = far
        self.screen = Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.bytes = 0
        self.recorded: list[bytes] = []
        self.status: int | None = None
        self.master, slave = os.openpty()
        self._size(columns, lines)
        environment = {
            **os.environ,
            "TERM": term,
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            **(environ or {}),
        }
        for name in ("COLUMNS", "LINES", "LC_ALL", "LC_CTYPE"):
            if name not in (environ or {}):
                environment.pop(name, None)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.master)
                os.login_tty(slave)
                os.chdir(cwd or Path.cwd())
                for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGTERM):
                    signal.signal(number, signal.SIG_DFL)
                os.execvpe(argv[0], argv, environment)
            finally:
                os._exit(127)
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def text(self) -> str:
        return self.screen.text()

    # --- doing -----------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def press(self, *keys: str, quiet: float = 0.05) -> int:
        """Press keys one after another, each until the screen is quiet; how many bytes that
        brought.
        """
        before = self.bytes
        for key in keys:
            self.send(KEYS.get(key, key).encode())
            if key == "Esc":
                # What follows it within a tenth of a second would make another key of it.
                time.sleep(0.15)
            self.settle(quiet)
        return self.bytes - before

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        self._size(columns, lines)

    def settle(self, quiet: float = 0.05, limit: float = 10, first: float | None = None) -> None:
        """Read until nothing came for `quiet` seconds, having waited `first` (twice as long) for
        something, and nobody at the terminal has work to do: a slow machine may be at it still.
        """
        deadline = time.monotonic() + limit
        wait = quiet * 2 if first is None else first
        while (time.monotonic() < deadline and self._read(wait)) or (
            time.monotonic() < deadline + _PATIENCE and any(map(works, self._sessions()))
        ):
            wait = quiet

    def _sessions(self) -> Iterator[int]:
        """Of the program, and of what works at the other end of a line: first who is there."""
        with contextlib.suppress(OSError, ValueError):
            if self._far is not None:
                far = int(self._far.read_text())
                yield far
                # Who passes on what it writes.
                server = int(_stat(Path(f"/proc/{far}"))[1])
                yield os.getsid(server)
        yield self.pid

    def wait_for(self, pattern: str, limit: float = 120) -> str:
        """Read until the screen shows this (a regular expression), and is quiet then.

        Raises:
            AssertionError: with the screen, where it does not come.
        """
        deadline = time.monotonic() + limit
        while not re.search(pattern, self.text):
            came = self._read(min(0.2, max(deadline - time.monotonic(), 0)))
            if not came and (self.ended() or time.monotonic() >= deadline):
                break
        assert re.search(pattern, self.text), f"{pattern!r} never came:\n{self.text}"
        self.settle(0.05)
        return self.text

    def receive(self, seconds: float) -> bytes:
        """What comes next within this time: answered and recorded, but not yet drawn on the
        emulated screen.
        """
        try:
            if not select.select([self.master], [], [], seconds)[0]:
                return b""
            data = os.read(self.master, 65536)
        except OSError:
            return b""
        if data:
            self.bytes += len(data)
            self.recorded.append(data)
            for question, answer in self._answers.items():
                if question in data:
                    self.send(answer)
        return data

    def draw(self, data: bytes) -> None:
        """Draw what was received."""
        self._stream.feed(data)

    def _read(self, seconds: float) -> bool:
        data = self.receive(seconds)
        self.draw(data)
        return bool(data)

    # --- ending ----------------------------------------------------------------------------------

    def kill(self, number: int) -> None:
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """The line is cut: the terminal is gone, and the kernel tells the program."""
        with contextlib.suppress(OSError):
            os.close(self.master)
        self.master = -1

    def ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait(self, limit: float = 120) -> int:
        """The exit code, negative for a signal.

        Raises:
            AssertionError: where the program goes on.
        """
        deadline = time.monotonic() + limit
        while not self.ended() and time.monotonic() < deadline:
            if self.master >= 0:
                self._read(0.02)
            else:
                time.sleep(0.02)
        assert self.status is not None, f"still running after {limit} s:\n{self.text}"
        if self.master >= 0:
            self.settle(0.02)
        return self.status

    def close(self) -> None:
        if not self.ended():
            self.kill(signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.status = -signal.SIGKILL
        self.hang_up()

    def _size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def works(session: int) -> bool:
    """Whether a process of this session runs, or would if it had a processor or its disk."""
    for process in Path("/proc").glob("[0-9]*"):
        # A process may end while it is looked at.
        with contextlib.suppress(OSError):
            if _stat(process)[3] != f"{session}":
                continue
            for thread in (process / "task").iterdir():
                if _stat(thread)[0] in ("R", "D"):
                    return True
    return False


def _stat(task: Path) -> list[str]:
    """The fields of a process, or of a thread, from its state on (proc_pid_stat(5), field 3)."""
    return (task / "stat").read_text().rpartition(")")[2].split()


def processor_seconds(pid: int) -> float:
    """How long a process has worked."""
    fields = _stat(Path(f"/proc/{pid}"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
