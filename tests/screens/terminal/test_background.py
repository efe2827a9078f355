"""What a terminal answers when it is asked for its background: read whole and in pieces, and never
taken for typed text.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import events

from screens.terminal.background import BackgroundAnswers, is_light
from screens.terminal.driver import Background, KeyParser
from screens.terminal.profile import profile

WHITE = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
BLACK = "\x1b]11;rgb:0000/0000/0000\x07"


class Clock:
    """A time that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def typed(parser: KeyParser, *pieces: str) -> Iterator[str]:
    """The keys and backgrounds of pieces that come one after another."""
    for piece in pieces:
        for message in parser.feed(piece):
            if isinstance(message, Background):
                yield "light" if message.light else "dark"
            elif isinstance(message, events.Key):
                yield message.key
            elif isinstance(message, events.Paste):
                yield repr(message.text)


@pytest.mark.parametrize(
    ("colour", "light"),
    [
        ("rgb:ffff/ffff/ffff", True),
        ("rgb:fd/f6/e3", True),
        ("rgba:f/f/f/0", True),
        ("rgb:0/2b/36", False),
        ("rgb:0000/0000/ffff", False),
        ("rgb:ffff/ffff/0000", True),
        ("?", None),
        ("", None),
        ("rgb:fffff/0/0", None),
    ],
)
def test_a_colour_is_light_or_dark(colour: str, light: bool | None) -> None:
    assert is_light(colour) is light


@pytest.mark.parametrize("answer", [WHITE, BLACK, WHITE.replace("\x1b\\", "\x9c")])
def test_an_answer_in_pieces_is_no_text(answer: str) -> None:
    said = "dark" if answer == BLACK else "light"
    for cut in range(1, len(answer)):
        for second in range(cut, len(answer)):
            pieces = ("a" + answer[:cut], answer[cut:second], answer[second:] + "b")
            assert list(typed(KeyParser(), *filter(None, pieces))) == ["a", said, "b"], pieces


@pytest.mark.parametrize(
    ("pieces", "keys"),
    [
        # It breaks off, and a key comes.
        (("\x1b]11;rgb:00", "\x1b[A"), ["up"]),
        (("\x1b]11;rgb:00", "x"), ["x"]),
        # Its own question, which a terminal without any idea of it echoes.
        (("\x1b]11;?\x1b\\", "x"), ["x"]),
        # The first character came long before, and counted as Esc.
        (("]11;rgb:ffff/ffff/ffff\x07", "x"), ["light", "x"]),
        # Text that only looks like it.
        (("]", "1", "1", ";"), ["right_square_bracket", "1", "1", "semicolon"]),
        (("\x1b[200~a]11;b\x1b[201~",), ["'a]11;b'"]),
        (("\x1b[", "A"), ["up"]),
        (("\x1b", "[", "B"), ["down"]),
    ],
    ids=str,
)
def test_keys_around_an_answer_are_keys(pieces: tuple[str, ...], keys: list[str]) -> None:
    assert [key for key in typed(KeyParser(), *pieces) if key != "ignore"] == keys


def test_what_waits_is_a_key_after_a_while() -> None:
    clock = Clock()
    answers = BackgroundAnswers(clock)
    for held, patience, becomes in (
        ("\x1b", 0.1, "\x1b"),
        ("\x1b]", 5, "\x1b]"),
        (WHITE[:9], 5, ""),
    ):
        assert answers.passing("a" + held) == "a"
        clock.now += patience - 0.05
        assert answers.too_late() == ""
        clock.now += 0.1
        assert answers.too_late() == becomes
        assert answers.passing("b") == "b"


def test_a_key_that_looks_like_the_start_of_one_is_let_through_with_the_next() -> None:
    answers = BackgroundAnswers(Clock())
    assert [answers.passing(piece) for piece in ("\x1b]", "x", "\x1b", "\x1b")] == [
        *("", "\x1b]x", "", "\x1b")
    ]


def test_an_answer_without_end_takes_no_more_than_one_can_have() -> None:
    answers = BackgroundAnswers(Clock())
    assert answers.passing("\x1b]11;" + "f" * 30) == ""
    assert answers.passing("f" * 30) == ""
    assert answers.passing("face") == "face"


@pytest.mark.parametrize(
    ("environ", "light", "asked"),
    [
        ({"TERM": "xterm-256color"}, None, True),
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "xterm-256color"}, False, False),
        ({"TERM": "xterm-256color", "COLORFGBG": "15;0"}, None, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, None, False),
        ({"TERM": "xterm"}, None, False),
        ({"TERM": "linux"}, None, False),
    ],
)
def test_who_is_asked(environ: dict[str, str], light: bool | None, asked: bool) -> None:
    assert profile(environ, "utf-8", light=light).asked is asked
