"""The start: the first frame is whole and made of little; what is typed before it is neither lost
nor out of order.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.bench.start import bare_modules, made_of
from tests.bench.wire import plan_file
from tests.pty.terminal import KEYS
from tests.pty.wizard import answer_some, start
from wizard.facts.load import load_catalog
from wizard.plan.keys import ProductsKey
from wizard.plan.model import Plan
from wizard.questions import question_at

pytestmark = pytest.mark.slow

# A bare Textual app has 13; each look at a style sheet takes a tenth of a millisecond.
STYLED = 45
# Modules of ours with code in them (a room's `__init__` has none): what comes with one more step of
# the wizard, but not a compiler or a window. Asking the terminal for its background is one.
OWN = 104
# What a bare Textual app with one label does not import, and neither Python brings along.
OTHERS = {"click", "msgspec", "tomli"}
# Needed for answers, for what follows from them, for windows: after the first frame.
LATER = {
    "exporters",
    "importlib.resources",
    "netaddr",
    "screens.main.actions",
    "screens.main.exporting",
    "screens.line.mode",
    "screens.windows.modals",
    "screens.board.picture",
    "screens.board.why",
    "wizard.rules.compile",
    "wizard.deployment",
    "wizard.explain",
    "wizard.findings",
}
# In the order of the list.
NAMES = [choice.label for choice in question_at(load_catalog(), Plan(), ProductsKey()).choices]
EARLY = ("Down", "Space", "Alt3", *"Off", "ice", "Tab")


@pytest.mark.parametrize("planned", [False, True], ids=["no plan", "saved plan"])
def test_the_first_frame(tmp_path: Path, planned: bool) -> None:
    seen = made_of(tmp_path, *([plan_file(tmp_path)] if planned else []))
    # What is drawn first is whole: title, the products that 24 lines have room for, the keys.
    first = next(data for data in seen.writes if "Portwright" in data)
    # Each group has a heading. A product of the plan has one line more, for another installation.
    for name in NAMES[: 14 if planned else 15]:
        assert name.split()[-1] in first
    for word in ("Products", "1/7", "Quit"):
        assert word in first
    assert seen.styled <= STYLED
    modules = set(seen.modules)
    assert not LATER & modules
    assert not {name for name in modules if name.startswith("exporters")}
    own = {name for name in modules if name.partition(".")[0] in ("screens", "wizard")}
    rooms = {name for name in own if any(other.startswith(f"{name}.") for other in own)}
    assert len(own - rooms) <= OWN, sorted(own)
    tops = {name.partition(".")[0] for name in modules - bare_modules()}
    others = {
        name
        for name in tops - sys.stdlib_module_names - {"screens", "wizard"}
        if "mypyc" not in name
    }
    assert others <= OTHERS | {"textual", "rich"}


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.12, 0.2, 0.3, None])
def test_keys_in_a_burst_are_taken_in_order(tmp_path: Path, wait: float | None) -> None:
    """From the very start, at moments on the way, and later on (None): Alt+3 leads to the step that
    gets the rest.
    """
    with start(tmp_path) as terminal:
        if wait is None:
            terminal.wait_for("CUPS")
            terminal.settle(0.3)
        else:
            time.sleep(wait)
        for key in EARLY:
            terminal.send(KEYS.get(key, key).encode())
        terminal.wait_for("Portwright · Office .* Step 3/7")
        terminal.press("Alt1")
        terminal.wait_for(rf"\[x\] {NAMES[1]}")
        terminal.press("^Q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("wait", [0.0, 0.2, 0.4])
def test_early_keys_are_for_the_window_that_opens(tmp_path: Path, wait: float) -> None:
    """A draft waits: Down passes it, Enter takes the new plan; Space then ticks the first product."""
    with start(tmp_path) as terminal:
        answer_some(terminal)
        terminal.press("^Q")
        terminal.wait()
    with start(tmp_path) as terminal:
        time.sleep(wait)
        for key in ("Down", "Enter", "Space"):
            terminal.send(KEYS[key].encode())
        terminal.wait_for(r"> \[x\] CirrusPrint")
        assert "Unfinished plans" not in terminal.text
        terminal.press("^Q")
        assert terminal.wait() == 0
