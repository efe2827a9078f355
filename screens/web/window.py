"""One tab of the browser: a wizard of its own, in a process of its own, that ends with the tab."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from wizard.text import is_unseen

# A wizard that was asked to end has so many seconds, twice; then it is ended.
PATIENCE = 3.0
# Columns or lines of a tab, at the most.
LARGEST = 1000


class Window(AppService):
    """The wizard behind a websocket. `start` begins it, `stop` ends it, however far it has come."""

    def __init__(
        self, argv: Sequence[str], environ: Mapping[str, str], websocket: web.WebSocketResponse
    ) -> None:
        super().__init__(
            "",
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=self._close,
            download_manager=DownloadManager(),
        )
        self._argv = argv
        self._environ = environ
        self._websocket = websocket
        self._stopping: asyncio.Task[None] | None = None

    @property
    def ending(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping is not None

    async def run(self) -> None:
        """Pass on what the wizard draws, until it ends. Then the tab is told, whatever it ended by."""
        try:
            await super().run()
        finally:
            await self._close()

    async def stop(self) -> None:
        """End the wizard and wait until it is gone. May be called again, and at the same time."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop())
        await asyncio.shield(self._stopping)

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the wizard about the tab's size, if it is one; no larger than it can paint."""
        if type(width) is int and type(height) is int:
            await super().set_terminal_size(
                *(max(1, min(LARGEST, size)) for size in (width, height))
            )

    async def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        with contextlib.suppress(TimeoutError, OSError):
            await asyncio.wait_for(super().stop(), PATIENCE)
        try:
            # Closes its input, and takes what it still has to say, so that nothing holds it up.
            _, last_words = await asyncio.wait_for(process.communicate(), PATIENCE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            _, last_words = await process.communicate()
        for line in last_words.decode("utf-8", "replace").splitlines():
            print("".join(" " if is_unseen(c) else c for c in line), file=sys.stderr)

    async def _close(self) -> None:
        with contextlib.suppress(OSError):
            await self._websocket.close()

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # No shell: a plan may have any name. A session of its own: Ctrl+C on the server's terminal
        # is the server's to answer.
        self._process = process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment(self._environ, width, height),
            start_new_session=True,
        )
        assert process.stdin is not None
        self._stdin = process.stdin
        return process


def environment(environ: Mapping[str, str], width: int, height: int) -> dict[str, str]:
    """The wizard's environment: the server's own, but for the terminal, which is the one in the
    page.
    """
    about_terminals = (
        "LINES",
        "LC_ALL",
        "LC_CTYPE",
        "PYTHONIOENCODING",
        "TERM_PROGRAM",
        "TMUX",
        "STY",
    )
    environment = {
        name: value
        for name, value in environ.items()
        if name not in about_terminals and not name.startswith("TEXTUAL")
    }
    return environment | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "COLUMNS": str(width),
        "ROWS": str(height),
    }
