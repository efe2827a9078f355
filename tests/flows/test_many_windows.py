"""Keys that open a window, sent many at once: a few windows are there, and Esc closes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from screens.windows.modals import (
    MOST_WINDOWS,
    Alternative,
    Choosing,
    LeanModal,
    Reading,
    text_lines,
)
from tests.flows.walk import walking


async def test_windows_over_windows_have_an_end() -> None:
    """Found by random keys: Python could draw no more of them, and the wizard ended."""
    async with walking() as walk:
        app = walk.app
        # As a burst of keys does it, before the first window takes any.
        for _ in range(40):
            app.open_window(Reading("Help", text_lines("x")))
        await walk.pilot.pause()
        assert 1 < len(app.screen_stack) <= MOST_WINDOWS
        for _ in range(MOST_WINDOWS * 2):
            await walk.pilot.press("escape")
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize("part", ["#window-lines", "#window-title", "#window-keys"])
@pytest.mark.parametrize(
    "window",
    [
        lambda: Reading("Help", text_lines("x")),
        lambda: Choosing("Which?", [Alternative("a", "A")], keys="Esc: close"),
    ],
    ids=["reading", "choosing"],
)
async def test_a_window_that_goes_before_it_was_filled_is_not_filled(
    window: Callable[[], LeanModal], part: str
) -> None:
    """Found by random keys: Esc was there before the window, and the wizard ended."""
    async with walking() as walk:
        opened = window()
        walk.app.open_window(opened)
        await walk.pilot.pause()
        await opened.query_one(part).remove()
        for of_class in type(opened).__mro__:
            if "on_mount" in of_class.__dict__ and issubclass(of_class, LeanModal):
                of_class.__dict__["on_mount"](opened)
        await walk.pilot.press("escape")
        assert len(walk.app.screen_stack) == 1
