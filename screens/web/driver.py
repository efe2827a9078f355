"""Textual's driver for a browser, for a server that may die: the wizard ends with it, and lets its
draft go.
"""

from __future__ import annotations

import contextlib
import os

from textual import messages
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """Drawing goes to standard output in packets, keys come from standard input: `Window` is at
    both ends.
    """

    def run_input_thread(self) -> None:
        """Take keys until there will be no more. Textual's own driver then waits for ever."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            # The loop may have ended in this very moment.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._app.post_message, messages.ExitApp())

    def _send(self, data: bytes) -> int:
        """Write all of it; to nobody where nobody is left, which the input thread finds out as
        well.
        """
        with contextlib.suppress(BrokenPipeError):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.fileno, rest) :]
        return len(data)

    def start_application_mode(self) -> None:
        """Begin to draw."""
        self._write = self._send  # type: ignore[assignment]
        super().start_application_mode()
