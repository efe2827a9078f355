"""What an app does to be on the screen soon, and to lose no key: neither early ones nor those that
come in bursts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from textual import events
from textual.app import App
from textual.message import Message
from textual.widget import Widget

# So often (seconds) it is looked whether a key's traces are lost with a window that it closed: then
# the next one waits no longer. A busy machine only takes its time, but no key waits for ever.
PATIENCE = 0.25
LOOKS = 40


class KeyTaken(Message):
    """Follows a key on its way, from what has the focus up to the app: when it arrives, the key has
    had its effect.
    """


class Opening(App[int]):
    """Keys are handed on one after the other, and none before `let_in`.

    Textual hands each key to what has the focus at once, and finds out later that it was meant for
    the app: of keys that come together, from a slow line or typed before the first frame, the later
    ones overtake it. And what comes before anything has the focus it drops.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        self._waiting: deque[events.Event] = deque()
        self._busy = True
        self._patience: asyncio.TimerHandle | None = None
        # Why the app could not go on, in words for the person.
        self.refused = ""
        # Asked where something fails: words for that, where there are any.
        self.excuse: Callable[[], str] = str
        super().__init__(ansi_color=ansi_color)

    def refresh_css(self, animate: bool = True) -> None:
        """Take the theme's colours. Before there is a screen that is all; Textual would read all
        styles twice.
        """
        if self._screen_stacks[self.current_mode]:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def refuse(self, words: str) -> None:
        """End without an error screen; the words are for who started the app."""
        self.refused = self.refused or words
        self.exit(2, return_code=2)
        self.panic()

    def _handle_exception(self, error: Exception) -> None:
        words = self.refused or self.excuse()
        if words:
            self.refuse(words)
        elif self._exit or self._closing or self._closed:
            # Asked to end while the screen was still being made: what is missing then is nobody's
            # error.
            self.panic()
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End with where it failed.

        Not with the values that stand there, as Textual has it: to print a plan and all facts takes
        minutes, in which nothing moves, and a report of an error is sent to people who need no
        addresses.
        """
        from rich.traceback import Traceback

        self.bell()
        self.panic(Traceback(width=None))

    def let_in(self) -> None:
        """From now on keys are taken; first those that wait."""
        self._busy = False
        self.call_later(self._hand_on)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            if isinstance(event, events.Key) and event.key == "ctrl+j":
                # Enter, from before the terminal was set up.
                event = events.Key("enter", "\r")
            self._waiting.append(event)
            await self._hand_on()
        else:
            await super().on_event(event)

    async def _hand_on(self) -> None:
        """Hand on what waits, up to the next key."""
        while self._waiting and not self._busy:
            event = self._waiting.popleft()
            await super().on_event(event)
            if isinstance(event, events.Key):
                taker = self.focused or self.screen
                self._busy = taker.post_message(KeyTaken())
                if self._busy:
                    self._look_after(taker, LOOKS)

    def _look_after(self, taker: Widget, looks: int) -> None:
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(PATIENCE, self._look, taker, looks - 1)

    def _look(self, taker: Widget, looks: int) -> None:
        """Let keys in where what took the last one is gone, or has not come back for long."""
        if looks and self._is_there(taker):
            self._look_after(taker, looks)
        else:
            self.let_in()

    def _is_there(self, taker: Widget) -> bool:
        """Can a message still come from the widget up to the app?"""
        way = taker.ancestors_with_self
        return way[-1] is self and all(node.is_running for node in way)

    async def on_key_taken(self, message: KeyTaken) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._busy = False
        await self._hand_on()
