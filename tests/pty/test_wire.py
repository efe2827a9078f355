"""Bytes do not vary: each action keeps under its ceiling."""

from __future__ import annotations

import pytest

from tests.bench.wire import FEATURE, Cost, measure

pytestmark = pytest.mark.slow

CEILINGS = {
    "first paint": 9_000,
    "next step": 7_000,
    "one typed character": 100,
    "Tab": 600,
    "50 mouse moves": 0,
    "idle": 0,
}


def test_every_action_keeps_under_its_ceiling() -> None:
    costs = {cost.action: cost for cost in measure(120, 40)}
    over = [
        f"{action}: {costs[action].bytes} bytes, at most {ceiling}"
        for action, ceiling in CEILINGS.items()
        if costs[action].bytes > ceiling
    ]
    if costs[FEATURE].bytes > (most := 600 + really_changed(costs[FEATURE])):
        over.append(f"{FEATURE}: {costs[FEATURE].bytes} bytes, at most {most}")
    assert not over, "\n".join(over)


def really_changed(cost: Cost) -> int:
    """What the preview's own changes take at least: each cell, and a move and a colour for each run of them."""
    move, colour = len("\x1b[12;62H"), len("\x1b[38;5;252m")
    return cost.cells + cost.runs * (move + colour)
