"""Bytes do not vary: each action keeps under its ceiling. And what is painted in pieces is the
whole picture.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.wire import FEATURE, Cost, measure, plan_file
from tests.pty.wizard import start

pytestmark = pytest.mark.slow

WIDE = {
    "first paint": 9_000,
    "next step": 7_000,
    "one typed character": 100,
    "Tab": 600,
    "PageDown in the preview": 600,
    # What is behind a window is written anew in one quiet colour: 1,000 and 2,600 bytes of these;
    # and in its own colours when the window is closed.
    "opening why": 6_500,
    "palette": 5_200,
    "closing the palette": 6_600,
    "50 mouse moves": 0,
    "idle": 0,
}
SMALL = WIDE | {
    "first paint": 4_000,
    FEATURE: 1_200,
    "next step": 4_000,
    "opening why": 4_500,
    "palette": 3_300,
    "closing the palette": 3_300,
}
# Textual's own driver sends all that a line widget asks for: only lines that changed.
PLAIN = {FEATURE: 16_000, "one typed character": 500, "Tab": 1_500, "50 mouse moves": 0, "idle": 0}


@pytest.mark.parametrize(
    ("size", "options", "ceilings", "idle"),
    [
        ((120, 40), (), WIDE, 30.0),
        ((80, 24), (), SMALL, 1.0),
        ((120, 40), ("--plain-driver",), PLAIN, 1.0),
    ],
    ids=["120x40", "80x24", "plain-120x40"],
)
def test_every_action_keeps_under_its_ceiling(
    size: tuple[int, int], options: tuple[str, ...], ceilings: dict[str, int], idle: float
) -> None:
    costs = {cost.action: cost for cost in measure(*size, *options, idle=idle)}
    over = [
        f"{action}: {costs[action].bytes} bytes, at most {ceiling}"
        for action, ceiling in ceilings.items()
        if costs[action].bytes > ceiling
    ]
    if FEATURE not in ceilings and costs[FEATURE].bytes > (
        most := 600 + really_changed(costs[FEATURE])
    ):
        over.append(f"{FEATURE}: {costs[FEATURE].bytes} bytes, at most {most}")
    assert not over, "\n".join(over)


def really_changed(cost: Cost) -> int:
    """What the preview's own changes take at least: each cell, and a move and a colour for each run
    of them.
    """
    move, colour = len("\x1b[12;62H"), len("\x1b[38;5;252m")
    return cost.cells + cost.runs * (move + colour)


@pytest.mark.parametrize("size", [(80, 24), (150, 45)], ids=str)
def test_what_is_painted_in_pieces_is_the_whole_picture(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    columns, lines = size
    keys = (
        ["AltRight", *["Down"] * 5, "Space", *["Down"] * 14, "Space", "Space", "Home"],
        ["AltRight", "x", "Tab", "Down", "Enter", *["Down"] * 12, "AltRight", "Down", "Enter"],
        [
            "F2",
            "PageDown",
            "s",
            "g",
            "Right",
            "Left",
            "/",
            "t",
            "c",
            "p",
            "Enter",
            "End",
            "Esc",
            "Esc",
        ],
        [
            "AltRight",
            "AltRight",
            "Down",
            "Down",
            "g",
            "Right",
            "Right",
            "End",
            "^Z",
            "^Z",
            "^P",
            "Esc",
        ],
    )
    with start(tmp_path, str(plan_file(tmp_path)), columns=columns, lines=lines) as terminal:
        terminal.wait_for("rules?; ")
        for some in keys:
            terminal.press(*some, quiet=0.15)
            terminal.settle(0.4)
            before, pieces = terminal.text, terminal.screen.cells()
            # Another size and back: everything is laid out and painted anew.
            for wide in (columns + 1, columns):
                terminal.resize(wide, lines)
                terminal.settle(0.4, first=2)
            after = terminal.screen.cells()
            wrong = [y for y in range(lines) if pieces[y] != after[y]]
            assert not wrong, f"after {some}, lines {wrong}:\n{before}\n---\n{terminal.text}"
        terminal.press("^Q")
        assert terminal.wait() == 0
