"""What comes at once is a paste; what is typed stays keys."""

from __future__ import annotations

from textual import events
from textual.message import Message

from screens.terminal.driver import KeyParser
from screens.terminal.keys import is_burst, with_pastes


def parsed(text: str) -> list[str]:
    """Each key by its name, a paste by its text in brackets."""
    parser = KeyParser(False)
    return [_said(message) for message in with_pastes(parser.feed(text))]


def _said(message: Message) -> str:
    if isinstance(message, events.Paste):
        return f"[{message.text}]"
    assert isinstance(message, events.Key)
    return message.key


def test_lines_that_come_at_once_are_one_paste() -> None:
    assert parsed("10.1.0.0/24\r10.2.0.0/24\r") == ["[10.1.0.0/24\n10.2.0.0/24]", "enter"]
    assert parsed("a\tb\n\nc") == ["[a\tb\n\nc]"]
    assert parsed("10.1.10.5") == ["[10.1.10.5]"]


def test_keys_around_it_stay_keys() -> None:
    assert parsed("\x1b[BOffice\t") == ["down", "[Office]", "tab"]
    assert parsed("\t\tabc\r\x1b[A") == ["tab", "tab", "[abc]", "enter", "up"]


def test_what_a_person_types_stays_keys() -> None:
    assert parsed("s") == ["s"]
    assert parsed("ab") == ["a", "b"]
    # A key that is held down, Space on row after row, and Alt with a digit.
    assert parsed("jjjj") == ["j"] * 4
    assert parsed(" \t \t ") == ["space", "tab", "space", "tab", "space"]
    assert parsed("\x1b3") == ["alt+3"]


def test_after_a_burst_there_may_be_more_of_it() -> None:
    assert is_burst("10.1.0.0/24\r")
    assert not is_burst("\x1b[200~10.1")
    assert not is_burst("   ")
