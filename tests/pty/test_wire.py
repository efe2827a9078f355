"""Bytes do not vary: each action keeps under its ceiling."""

from __future__ import annotations

import pytest

from tests.bench.wire import FEATURE, Cost, measure

pytestmark = pytest.mark.slow

CEILINGS = {
    (120, 40): {
        "first paint": 12_000,
        "next step": 8_000,
        "one typed character": 150,
        "Tab": 1_500,
        "50 mouse moves": 0,
        "idle": 0,
    },
    # Nothing costs more on a smaller screen.
    (80, 24): {
        "first paint": 6_000,
        "next step": 5_000,
        "one typed character": 150,
        "Tab": 1_500,
        "50 mouse moves": 0,
        "idle": 0,
    },
}


@pytest.mark.parametrize("size", CEILINGS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_action_keeps_under_its_ceiling(size: tuple[int, int]) -> None:
    costs = {cost.action: cost for cost in measure(*size)}
    over = [
        f"{action}: {costs[action].bytes} bytes, at most {ceiling}"
        for action, ceiling in CEILINGS[size].items()
        if costs[action].bytes > ceiling
    ]
    if costs[FEATURE].bytes > (most := 600 + really_changed(costs[FEATURE])):
        over.append(f"{FEATURE}: {costs[FEATURE].bytes} bytes, at most {most}")
    assert not over, "\n".join(over)


def really_changed(cost: Cost) -> int:
    """What the preview's own changes take at least: each cell, and a move and a colour for each run of them."""
    move, colour = len("\x1b[12;62H"), len("\x1b[38;5;252m")
    return cost.cells + cost.runs * (move + colour)
