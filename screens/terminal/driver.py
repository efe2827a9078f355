"""The driver that sends only cells that changed. `--plain-driver` goes without."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from screens.terminal.cells import Cells

if TYPE_CHECKING:
    from textual.app import App

# Paints everything again, where something else has written on the terminal.
REDRAW = "ctrl+l"

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
# Longer updates hide the cursor while they are drawn: on a slow line it would be seen to run over
# the screen.
_FLIES = 300

# Terminals that erase with the background that is set; screen and tmux do not say so.
_ERASING = (
    "xterm",
    "putty",
    "linux",
    "rxvt",
    "alacritty",
    "kitty",
    "foot",
    "vte",
    "konsole",
    "wezterm",
    "ghostty",
)


def erases(term: str) -> bool:
    """Whether a terminal of this name erases with the colour that is set."""
    return term.startswith(_ERASING)


class PlainDriver(LinuxDriver):
    """Textual's own driver, but for the terminal's own cursor: it stays visible.

    What screen readers, braille lines and input methods follow is then the caret that everybody
    sees. No caret is drawn beside it: over a reversed cell some terminals' cursors vanish.
    """

    SHOWS_CURSOR = True

    def write(self, data: str) -> None:
        """Write data to the terminal. Where it is gone, so is the thread that writes, and its queue
        would fill up.
        """
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    # A signal comes at any moment, in the midst of a write too: what it writes itself would wait
    # for that for ever.

    def _sigtstp_application(self, *_: object) -> None:
        self._soon(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        self._soon(super()._sigcont_application)

    def _soon(self, work: Callable[[], None]) -> None:
        """Do it as soon as what is being done is done."""
        with contextlib.suppress(RuntimeError):
            # The loop may have ended in this very moment.
            self._loop.call_soon_threadsafe(work)

    def start_application_mode(self) -> None:
        """Take the terminal; where Textual hides its cursor, show it again."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_SHOW)


class CellDriver(PlainDriver):
    """The same, with `Cells` between its output and the terminal."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._writing = Lock()
        self._cells = Cells(*(size or (80, 24)), erases=erases(os.environ.get("TERM", "")))
        self._new_size: tuple[int, int] | None = None
        self._cursor_shown = False

    def write(self, data: str) -> None:
        """Write data to the terminal: only what changes it."""
        with self._writing:
            if self._new_size is not None:
                size, self._new_size = self._new_size, None
                self._cells.resize(*size)
            out = self._cells.feed(data)
            if len(out) > _FLIES and self._cursor_shown:
                out = f"{_HIDE}{out}{_SHOW}"
            if out:
                super().write(out)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        super().start_application_mode()
        self._cursor_shown = True

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self._cursor_shown = False
        super().stop_application_mode()

    def _get_terminal_size(self) -> tuple[int, int]:
        # Textual asks when it starts and on each SIGWINCH: whatever is on the screen then is not to
        # be trusted. This runs in a signal handler, so it only leaves a note.
        self._new_size = super()._get_terminal_size()
        return self._new_size

    def process_message(self, message: Message) -> None:
        """Take note of a size that the terminal reports itself, and of the key that paints anew."""
        if isinstance(message, events.Resize):
            self._new_size = (message.size.width, message.size.height)
        elif isinstance(message, events.Key) and message.key == REDRAW:
            with self._writing:
                super().write(self._cells.forget())
            return
        super().process_message(message)
