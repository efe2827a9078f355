"""`portwright serve` as a process, with the address that it printed, and the wizards that it
started.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.pty.terminal import PORTWRIGHT
from tests.tools.paths import ROOT


class Serving:
    """One server. Use it as a context: it ends with it, and its wizards with it."""

    def __init__(
        self, folder: Path, *words: str, before: Sequence[str] = (), **environ: str
    ) -> None:
        self.process = subprocess.Popen(
            [*before, *PORTWRIGHT, "serve", "--port", "0", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._said: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        until(lambda: "Ctrl+C ends" in self.said or self.process.poll() is not None, self)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/([\w-]+)/", self.said)
        assert found, self.said
        self.url, self.port, self.key = found[0], int(found[1]), found[2]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        wizards = self.wizards()
        for pid in (self.process.pid, *wizards):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._reading.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return "".join(self._said)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)

    def wizards(self) -> list[int]:
        """The processes that it has started and that have not ended."""
        try:
            children = Path(
                f"/proc/{self.process.pid}/task/{self.process.pid}/children"
            ).read_text()
        except FileNotFoundError:
            return []
        return [int(word) for word in children.split()]

    def end(self, number: int = signal.SIGINT) -> int:
        """Send it a signal; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(300)
        self._reading.join()
        return code


def until(holds: Callable[[], bool], told: object = "", limit: float = 300) -> None:
    """Wait for something."""
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, getattr(told, "said", told)
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended. One that nobody has asked after yet has."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the latter: it ended while this looked
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"
