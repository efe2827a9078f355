"""The terminal shows what the wizard holds: after every step of random walks its cells are those of
a fresh paint. Lists go empty and fill again: filters, tabs, features off and on, undo.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pyte
import pytest
from textual.drivers.headless_driver import HeadlessDriver

from screens.terminal.cells import Cells
from tests.bench.wire import plan_file
from tests.flows.walk import Walk, catalog, walking
from tests.pty.screen import Screen, text_of
from wizard.plan.file import read_plan
from wizard.questions import StepId
from wizard.session.drafts import Draft, new_draft


class EmulatedDriver(HeadlessDriver):
    """Writes through `Cells` on an emulated terminal instead of nowhere."""

    @property
    def is_headless(self) -> bool:
        return False

    def start_application_mode(self) -> None:
        columns, lines = self._get_terminal_size()
        self.screen = Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self._cells = Cells(columns, lines, erases=True)
        super().start_application_mode()

    def write(self, data: str) -> None:
        self._stream.feed(self._cells.feed(data))


def painted(walk: Walk) -> Screen:
    driver = walk.app._driver
    assert isinstance(driver, EmulatedDriver)
    return driver.screen


async def assert_fresh(walk: Walk, step: str) -> None:
    """What the terminal shows is what it shows after everything was painted anew."""
    screen = painted(walk)
    before = screen.cells()
    for widget in (walk.app.screen, *walk.app.screen.walk_children()):
        widget.refresh()
    await walk.settle()
    if screen.cells() != before:
        pytest.fail(f"{step}: painted\n{text_of(before)}\n--- and anew\n{screen.text()}")


def draft(tmp_path: Path, step: StepId) -> Draft:
    return new_draft(read_plan(plan_file(tmp_path).read_text("utf-8"), catalog()), step)


async def test_a_filter_that_nothing_fits_leaves_no_rows(tmp_path: Path) -> None:
    async with walking((100, 30), draft(tmp_path, "review"), driver=EmulatedDriver) as walk:
        await walk.press("f2", "slash", "z", "z", "z")
        assert "Nothing fits" in painted(walk).text()
        await assert_fresh(walk, "nothing fits")
        await walk.press("escape")
        await assert_fresh(walk, "all again")


STEPS = (
    *("f2", "f2", "left", "right", "f2 slash z z z", "f2 slash 9", "enter", "escape", "escape"),
    *("space", "space", "up", "down", "down", "home", "end", "pageup", "pagedown"),
    *("ctrl+z", "ctrl+y", "alt+left", "alt+right", "s", "g", "f3", "tab"),
)


@pytest.mark.parametrize(("columns", "lines", "seed"), [(80, 24, 1), (140, 45, 2), (100, 30, 3)])
async def test_random_walks(tmp_path: Path, columns: int, lines: int, seed: int) -> None:
    rng = random.Random(seed)
    async with walking((columns, lines), draft(tmp_path, "review"), driver=EmulatedDriver) as walk:
        for number in range(50):
            keys = rng.choice(STEPS)
            await walk.press(*keys.split())
            await assert_fresh(walk, f"step {number}, {keys}")


# What opens windows, and what one does in them; Esc comes often enough to leave them again.
FAR = (
    *STEPS,
    *("ctrl+p", "ctrl+p s q l", "ctrl+p 9 1", "down", "down", "enter", "escape", "escape"),
    *("f1", "w", "o", "a", "c", "alt+c", "alt+e", "alt+j a", "alt+j s", "slash a", "backspace"),
    *("alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "alt+6", "alt+7", "1", "2", "delete"),
)
KEYS = int(os.environ.get("PORTWRIGHT_WALK", "2000"))
WALKS = [(60, 16, 4), (80, 24, 5), (100, 30, 6), (140, 45, 7)]


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "lines", "seed"), WALKS)
async def test_two_thousand_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int, seed: int
) -> None:
    """In all steps and windows. `PORTWRIGHT_WALK=20000` is the long run."""
    monkeypatch.chdir(tmp_path)
    rng = random.Random(seed)
    pressed = 0
    async with walking(
        (columns, lines), draft(tmp_path, "features"), driver=EmulatedDriver
    ) as walk:
        while pressed < KEYS // len(WALKS):
            keys = rng.choice(FAR).split()
            await walk.press(*keys)
            pressed += len(keys)
            await assert_fresh(walk, f"key {pressed}, {keys}")
