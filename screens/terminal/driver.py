"""The driver that sends only cells that changed. `--plain-driver` goes without."""

from __future__ import annotations

import contextlib
import os
import select
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from functools import partial
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.keys import Keys
from textual.message import Message

from screens.terminal.background import BackgroundAnswers
from screens.terminal.cells import Cells
from screens.terminal.keys import PASTE_GAP, is_burst, with_pastes

if TYPE_CHECKING:
    from textual.app import App

# Paints everything again, where something else has written on the terminal.
REDRAW = "ctrl+l"

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
# Longer updates hide the cursor while they are drawn: on a slow line it would be seen to run over
# the screen.
_FLIES = 300

# What a program ends with that SIGHUP ends.
HUNG_UP = 129
# Columns or lines of the largest screen; a larger one would take memory without end.
_LARGEST = 2000
# How often a key that may be the start of another is looked at again; seconds.
_TICK = 0.1
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


class _Output:
    """The terminal to write on, and nothing where it is gone: the thread that writes goes on.

    Without it its queue would fill up, and whoever writes would wait for ever.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()


class Background(Message):
    """The terminal says what it has behind its text: something `light` or dark."""

    def __init__(self, light: bool) -> None:
        super().__init__()
        self.light = light


class KeyParser(XTermParser):
    """Textual's parser of what a terminal sends, for terminals that send what none should: a size
    without pixels, by which it would divide at the next move of the mouse; a size that no screen
    has; keys whose number is no character's. And it knows what they answer of their background,
    which Textual takes for typed text.
    """

    def __init__(self, debug: bool = False) -> None:
        self._answers = BackgroundAnswers()
        super().__init__(debug)

    def feed(self, data: str) -> Iterator[Message]:
        """What of it makes sense."""
        typed = self._answers.passing(data)
        light = self._answers.light()
        if light is not None:
            yield Background(light)
        # An empty text would be the end.
        for message in super().feed(typed) if typed else ():
            if not isinstance(message, events.Resize) or max(message.size) <= _LARGEST:
                yield message

    def tick(self) -> Iterator[Message]:
        """What has waited for more that did not come."""
        typed = self._answers.too_late()
        if typed == "\x1b":
            yield events.Key("escape", typed)
        elif typed:
            yield from super().feed(typed)
        yield from super().tick()

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> list[events.Key]:
        """The keys of a sequence; one to be ignored where it names no character."""
        try:
            keys = list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):
            return [events.Key(Keys.Ignore, sequence)]
        for key in keys:
            # Half a character can be written into no file.
            if any("\ud800" <= letter <= "\udfff" for letter in (*key.key, *(key.character or ""))):
                return [events.Key(Keys.Ignore, sequence)]
        return keys

    def parse_mouse_code(self, code: str) -> Message | None:
        """A mouse event, in cells where the terminal has not said how large they are."""
        sizes = (self.terminal_pixel_size, self.terminal_size)
        self.mouse_pixels = all(size is not None and size[0] * size[1] for size in sizes)
        return super().parse_mouse_code(code)


class PlainDriver(LinuxDriver):
    """Textual's own driver, but that the app ends when the terminal goes, and the cursor stays.

    Whoever keeps SIGHUP from the app (make, nohup, a shell), its terminal then reads as an end of
    file, which Textual takes for a pause, or fails. The app ends with `HUNG_UP`.

    What screen readers, braille lines and input methods follow is the terminal's own cursor. No
    caret is drawn beside it: over a reversed cell some terminals' cursors vanish.
    """

    SHOWS_CURSOR = True

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast(Any, _Output(cast(IO[str], self._file)))

    def write(self, data: str) -> None:
        """Write data to the terminal."""
        # There is no thread where the terminal was gone before the start.
        if self._writer_thread is not None:
            super().write(data)

    def run_input_thread(self) -> None:
        """Take keys until the driver stops or the terminal is gone."""
        parser = KeyParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        stopping = False
        while not stopping:
            # Once more after the end: what the terminal still answers is not for the shell.
            stopping = self.exit_event.is_set()
            if poll.poll(_TICK * 1000):
                data = self._read()
                if data == b"":
                    self._soon(partial(self._app.exit, return_code=HUNG_UP))
                    return
                text = decode(data or b"")
                while is_burst(text) and poll.poll(PASTE_GAP):
                    rest = self._read()
                    if not rest:
                        break
                    text += decode(rest)
                # An empty text would be the end for the parser.
                if text:
                    for message in with_pastes(parser.feed(text)):
                        self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    def _read(self) -> bytes | None:
        """What was typed; b'' where the terminal is gone, None where somebody else was faster."""
        try:
            return os.read(self.fileno, 4096)
        except BlockingIOError:
            return None
        except OSError:
            return b""

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
        if self._key_thread is None and not os.isatty(self.fileno):
            # It went just now. On one that is only another's for the moment Textual waits its turn.
            self._soon(partial(self._app.exit, return_code=HUNG_UP))


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
