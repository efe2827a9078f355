"""What terminals report of themselves, and keys after it."""

from __future__ import annotations

import pytest
from textual import events

from screens.terminal.driver import KeyParser


@pytest.mark.parametrize("report", ["48;24;80;0;0", "48;0;0;600;800", "48;24;80;600;800"])
def test_a_terminal_without_pixels_has_a_mouse(report: str) -> None:
    parser = KeyParser()
    list(parser.feed(f"\x1b[{report}t"))
    (click,) = parser.feed("\x1b[<0;5;7M")
    assert isinstance(click, events.MouseDown)
