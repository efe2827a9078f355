"""How many bytes an action sends to the terminal. They do not vary, so tests can hold them to
ceilings.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.pty.terminal import KEYS, PORTWRIGHT, Terminal
from tests.tools.keys import answered
from wizard.facts.load import load_catalog
from wizard.plan.file import write_plan
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset

# A feature that brings rules and asks nothing more.
_TOGGLED = "Windows print queues"
FEATURE = "toggled feature, preview open"
# Quiet for so long (seconds) after what it shows: an action is over.
QUIET = 0.2


class Cost(msgspec.Struct):
    """Bytes; seconds to the last of them; cells of the preview that changed, and in how many runs."""

    action: str
    bytes: int
    seconds: float = 0.0
    cells: int = 0
    runs: int = 0


def plan_file(folder: Path) -> Path:
    """A PaperCut MF in separate segments."""
    catalog = load_catalog()
    plan = apply_preset(
        catalog, answered(catalog, Plan(), "products", ("papercut-mf",)), "segments"
    )
    path = folder / "plan.toml"
    path.write_text(write_plan(plan, catalog), encoding="utf-8")
    return path


class Session:
    """The wizard on a terminal; what its actions cost. Each is waited for by what it shows, however
    long it takes.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.costs: list[Cost] = []
        self._last = 0.0

    def until(self, shows: Callable[[str], bool]) -> None:
        """Read until the screen shows something, and is quiet then.

        Raises:
            AssertionError: with the screen, where it does not come.
        """
        deadline = time.monotonic() + 30
        while True:
            if data := self.terminal.receive(QUIET):
                self._last = time.monotonic()
                self.terminal.draw(data)
            elif shows(self.terminal.text):
                return
            assert time.monotonic() < deadline, f"it never came:\n{self.terminal.text}"

    def press(self, key: str, shows: Callable[[str], bool]) -> None:
        """Press a key, and wait for what it shows."""
        self.terminal.send(KEYS.get(key, key).encode())
        self.until(shows)

    def done(self, action: str, key: str, shows: Callable[[str], bool]) -> None:
        """The same, measured."""
        terminal = self.terminal
        before, bytes_before, began = terminal.screen.cells(), terminal.bytes, time.monotonic()
        self.press(key, shows)
        cost = Cost(action, terminal.bytes - bytes_before, self._last - began)
        _changes(cost, before, terminal.screen.cells(), _preview_starts(terminal.screen.columns))
        self.costs.append(cost)

    def changes(self) -> Callable[[str], bool]:
        """True from when the screen shows anything else than now."""
        now = self.terminal.text
        return lambda text: text != now


def measure(columns: int, lines: int, *options: str, idle: float = 2.0) -> list[Cost]:
    """Every action once, on a terminal of this size with 256 colours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {"HOME": name, "XDG_STATE_HOME": f"{name}/state"}
        argv = [*PORTWRIGHT, "wizard", *options, str(plan_file(folder))]
        with Terminal(argv, columns=columns, lines=lines, environ=environ) as terminal:
            session = Session(terminal)
            session.until(lambda text: re.search(r"\d+ rules?; ", text) is not None)
            session.costs.append(Cost("first paint", terminal.bytes))
            _answers(session)
            _windows(session)
            before = terminal.bytes
            for step in range(50):
                terminal.send(b"\x1b[<35;%d;%dM" % (10 + step, 4 + step % 15))
            terminal.settle(QUIET)
            session.costs.append(Cost("50 mouse moves", terminal.bytes - before))
            before = terminal.bytes
            # To the end, whatever comes: nothing may.
            terminal.settle(idle, first=idle, limit=idle)
            session.costs.append(Cost("idle", terminal.bytes - before))
            terminal.press("^Q")
            terminal.wait()
    return session.costs


def _answers(session: Session) -> None:
    """Keys in the form."""
    terminal = session.terminal
    session.press("AltRight", lambda text: "Servers" in text)
    while f"> [ ] {_TOGGLED}" not in terminal.text:
        session.press("Down", session.changes())
    session.done(FEATURE, "Space", lambda text: f"> [x] {_TOGGLED}" in text and " new" in text)
    session.press("Space", lambda text: f"> [ ] {_TOGGLED}" in text and " gone" in text)
    session.done("next step", "AltRight", lambda text: "Step 3/7" in text)
    session.press("x", lambda text: "[x " in text)
    session.done("one typed character", "y", lambda text: "[xy " in text)
    taken = "Tab that takes what was typed"
    session.done(taken, "Tab", lambda text: " · xy " in text and " gone" not in text)
    session.done("Tab", "Tab", session.changes())


def _windows(session: Session) -> None:
    """The preview, and what opens over it."""
    session.press("F2", lambda text: "[Rules" in text and "Esc" in text)
    session.press("Down", session.changes())
    session.press("Down", session.changes())
    session.done("PageDown in the preview", "PageDown", session.changes())
    plain = session.terminal.text
    session.done("opening why", "F3", lambda text: "Esc: close" in text)
    session.press("Esc", lambda text: text == plain)
    session.done("palette", "^P", lambda text: "Find: " in text)
    session.done("closing the palette", "Esc", lambda text: text == plain)


def _preview_starts(columns: int) -> int:
    """The column in which the preview begins: it has half of the window, and from 120 on 60 %."""
    return columns * 2 // 5 if columns >= 120 else columns // 2


def _changes(cost: Cost, before: list[list[object]], after: list[list[object]], left: int) -> None:
    """Count the cells from a column on that differ."""
    for was, becomes in zip(before, after, strict=True):
        running = False
        for column in range(left, len(becomes)):
            differs = was[column] != becomes[column]
            cost.cells += differs
            cost.runs += differs and not running
            running = differs
