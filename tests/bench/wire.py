"""How many bytes an action sends to the terminal. They do not vary, so tests can hold them to ceilings."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import msgspec

from tests.pty.terminal import KEYS, PORTWRIGHT, Terminal
from wizard.catalog import load_catalog
from wizard.plan import Plan
from wizard.planfile import write_plan
from wizard.presets import apply_preset
from wizard.questions import answered

# A feature that brings rules and asks nothing more.
_TOGGLED = "Windows print queues"
FEATURE = "toggled feature, preview open"
# Quiet for so long (seconds): an action is over. On a busy machine a shorter one cuts actions short.
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
    plan = apply_preset(catalog, answered(catalog, Plan(), "products", ("papercut-mf",)), "segments")
    path = folder / "plan.toml"
    path.write_text(write_plan(plan, catalog), encoding="utf-8")
    return path


def measure(columns: int, lines: int, *options: str, idle: float = 2.0) -> list[Cost]:
    """Every action once, on a terminal of this size with 256 colours."""
    costs: list[Cost] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {"HOME": name, "XDG_STATE_HOME": f"{name}/state"}
        argv = [*PORTWRIGHT, "wizard", *options, str(plan_file(folder))]
        with Terminal(argv, columns=columns, lines=lines, environ=environ) as terminal:
            terminal.wait_for("rules?")
            terminal.settle(0.4)
            costs.append(Cost("first paint", terminal.bytes))

            def done(action: str, key: str) -> Cost:
                before, bytes_before, began = terminal.screen.cells(), terminal.bytes, time.monotonic()
                terminal.send(KEYS.get(key, key).encode())
                # A busy machine may take its time to begin; then the answer and the preview follow closely.
                terminal.settle(QUIET, first=3)
                cost = Cost(action, terminal.bytes - bytes_before, time.monotonic() - began - QUIET)
                _changes(cost, before, terminal.screen.cells(), columns // 2)
                costs.append(cost)
                return cost

            terminal.press("PageDown", quiet=QUIET)
            terminal.wait_for("Servers")
            while f"> [ ] {_TOGGLED}" not in terminal.text:
                terminal.press("Down", quiet=0.05)
            done(FEATURE, "Space")
            terminal.press("Space", quiet=QUIET)
            done("next step", "PageDown")
            terminal.press("x", quiet=QUIET)
            done("one typed character", "y")
            done("Tab that takes what was typed", "Tab")
            done("Tab", "Tab")
            terminal.press("F2", quiet=QUIET)
            terminal.press("Down", "Down", quiet=QUIET)
            done("PageDown in the preview", "PageDown")
            done("opening why", "F3")
            terminal.press("Esc", quiet=QUIET)
            done("palette", "^P")
            terminal.press("Esc", "Esc", quiet=QUIET)
            before = terminal.bytes
            for step in range(50):
                terminal.send(b"\x1b[<35;%d;%dM" % (10 + step, 4 + step % 15))
            terminal.settle(QUIET)
            costs.append(Cost("50 mouse moves", terminal.bytes - before))
            before = terminal.bytes
            terminal.settle(idle, limit=idle * 2 + 1)
            costs.append(Cost("idle", terminal.bytes - before))
            terminal.press("^Q")
            terminal.wait()
    return costs


def _changes(cost: Cost, before: list[list[object]], after: list[list[object]], left: int) -> None:
    """Count the cells from a column on that differ."""
    for was, becomes in zip(before, after, strict=True):
        running = False
        for column in range(left, len(becomes)):
            differs = was[column] != becomes[column]
            cost.cells += differs
            cost.runs += differs and not running
            running = differs
