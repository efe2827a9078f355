"""Keys that open a window, sent many at once: a few windows are there, and Esc closes them."""

from __future__ import annotations

from screens.windows.modals import MOST_WINDOWS, Reading, text_lines
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
