"""The wizard in a tab of a real browser: keys in, and out what the terminal in the page shows."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Page, WebSocket

# Names lead nowhere but here, as if a foreign name had been made to point here too.
FOREIGN = "portwright.example"
NOWHERE = f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

# xterm.js draws on a canvas, and the page keeps it to itself. Its terminal is the one that sets
# `_core` on itself and has rows; what it shows is then read from its own buffer.
_CATCH = """
Object.defineProperty(Object.prototype, '_core', {configurable: true, set(core) {
    Object.defineProperty(this, '_core', {value: core, writable: true, configurable: true});
    (window.caught ??= []).push(this);
}});
window.shown = () => {
    const terminal = (window.caught ?? []).find((one) => one.rows && one.buffer);
    if (!terminal) return '';
    const line = (y) => terminal.buffer.active.getLine(y)?.translateToString(true, 0, terminal.cols) ?? '';
    return Array.from({length: terminal.rows}, (_, y) => line(y)).join('\\n');
};
"""


class Tab:
    """A tab. `requests`, `said` and `frames` hold what it asked for, told the console and got since
    it was opened.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.url = url
        self.requests: list[str] = []
        self.said: list[str] = []
        self.frames: list[bytes | str] = []
        self.page.add_init_script(_CATCH)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("websocket", self._watch)
        self.page.goto(url)

    def _watch(self, websocket: WebSocket) -> None:
        self.requests.append(websocket.url)
        websocket.on("framereceived", lambda frame: self.frames.append(frame))

    @property
    def text(self) -> str:
        """What the terminal shows."""
        try:
            return str(self.page.evaluate("shown()"))
        except Error:
            return ""

    @property
    def foreign(self) -> list[str]:
        """What was asked of anybody but this server."""
        return [url for url in self.requests if urlsplit(url).netloc != urlsplit(self.url).netloc]

    @property
    def complaints(self) -> list[str]:
        """What went wrong, as the browser tells it."""
        return [
            line
            for line in self.said
            # What a busy machine makes the page say of its own time is no fault of the page.
            if line.startswith(("error", "warning")) and "exceeded allotted deadline" not in line
        ]

    def press(self, *keys: str) -> None:
        """Keys by Playwright's names."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        """Type these words, and Enter."""
        self.page.keyboard.type(words)
        self.press("Enter")

    def wait_for(self, pattern: str, limit: float = 300) -> str:
        """Until the terminal shows this (a regular expression)."""
        deadline = time.monotonic() + limit
        while not re.search(pattern, self.text):
            assert time.monotonic() < deadline, f"{pattern!r} never came:\n{self.text}\n{self.said}"
            self.page.wait_for_timeout(30)
        return self.text

    def settle(self) -> None:
        """Until nothing has come for a while."""
        count = -1
        while count != len(self.frames):
            count = len(self.frames)
            self.page.wait_for_timeout(150)

    def down_to(self, words: str, most: int = 80) -> None:
        """Down, until the cursor stands on this row."""
        for _ in range(most):
            if f"> {words}" in self.text:
                return
            self.press("ArrowDown")
            self.settle()
        raise AssertionError(f"no row {words!r}:\n{self.text}")

    def wait_closed(self) -> str:
        """Until the page says that the wizard is closed; its words."""
        closed = self.page.locator("#closed")
        closed.wait_for(state="visible")
        return closed.inner_text()
