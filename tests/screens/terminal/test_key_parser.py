"""What terminals report of themselves, and keys after it."""

from __future__ import annotations

import pytest
from textual import events

from screens.terminal.driver import KeyParser
from screens.terminal.keys import typed


@pytest.mark.parametrize("report", ["48;24;80;0;0", "48;0;0;600;800", "48;24;80;600;800"])
def test_a_terminal_without_pixels_has_a_mouse(report: str) -> None:
    parser = KeyParser()
    list(parser.feed(f"\x1b[{report}t"))
    (click,) = parser.feed("\x1b[<0;5;7M")
    assert isinstance(click, events.MouseDown)


@pytest.mark.parametrize(
    "sequence",
    [
        *("\x1b[9999999u", "\x1b[97;;9999999u", "\x1b[1:2;3u", "\x1b[:;1u", "\x1b[55296u"),
        *("\x1b[97;;55296u", "\x1b[97;;97:57343u", "\x1b[1;;99999999999999999999u"),
        *("\x1b[48;9999999;9999999;0;0t", "\x1b[48;24;2001;0;0t"),
    ],
)
def test_what_no_terminal_should_send_is_nothing(sequence: str) -> None:
    """Found by random keys: the wizard ended with a traceback, or wanted memory without end."""
    parser = KeyParser()
    assert list(parser.feed(sequence)) == []
    # And the next key is one.
    (key,) = parser.feed("x")
    assert isinstance(key, events.Key)
    assert key.key == "x"


def test_large_screens_and_other_alphabets_stay() -> None:
    parser = KeyParser()
    (size,) = parser.feed("\x1b[48;90;2000;0;0t")
    assert isinstance(size, events.Resize)
    (key,) = parser.feed("\x1b[97;;1078u")
    assert isinstance(key, events.Key)
    assert key.character == "\u0436"


@pytest.mark.parametrize("letter", "aceghjnpstwxz")
def test_alt_with_a_letter_is_a_key_whatever_follows_at_once(letter: str) -> None:
    """Alt+J with Esc behind it, as on a slow line, typed '^j' into the filter."""
    keys = [
        event for event in KeyParser().feed(f"\x1b{letter}\x1b[Bx") if isinstance(event, events.Key)
    ]
    assert [key.key for key in keys] == [f"alt+{letter}", "down", "x"]
    assert typed(keys[0].key, keys[0].character) == ""
