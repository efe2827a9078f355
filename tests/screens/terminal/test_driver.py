"""The model of the terminal's cells: what it sends makes the same screen as what it was given."""

from __future__ import annotations

import random
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.terminal.cells import Cells
from screens.terminal.sgr import DEFAULT, changed_style, transition
from tests.pty.screen import Screen, difference

WIDTH, HEIGHT = 30, 8
NOWRAP = "\x1b[?7l"


class Pair:
    """Two terminals: one gets everything, one gets what the cells let through."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, erases: bool = False) -> None:
        self.stock, self.ours = Screen(width, height), Screen(width, height)
        self.streams = pyte.Stream(self.stock), pyte.Stream(self.ours)
        self.cells = Cells(width, height, erases=erases)
        self.given = self.sent = 0
        self.write(NOWRAP)

    def write(self, data: str) -> str:
        out = self.cells.feed(data)
        self.streams[0].feed(data)
        self.streams[1].feed(out)
        self.given += len(data.encode())
        self.sent += len(out.encode())
        return out

    def check(self) -> None:
        assert not (told := difference(self.stock, self.ours)), told


def move(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


def test_the_same_again_sends_nothing() -> None:
    pair = Pair()
    frame = f"{move(0, 0)}\x1b[1;38;5;3mHello\x1b[0m{move(2, 3)}world{move(0, 0)}"
    assert pair.write(frame)
    assert pair.write(frame) == ""
    pair.check()


def test_one_changed_cell_is_one_move_and_one_character() -> None:
    pair = Pair()
    pair.write(f"{move(0, 0)}\x1b[1mHello, world\x1b[0m{move(0, 7)}")
    assert (
        pair.write(f"{move(0, 0)}\x1b[1mHello, World\x1b[0m{move(0, 7)}")
        == "\x1b[1;8H\x1b[1mW\x1b[m\x1b[8H"
    )
    pair.check()


def test_a_blank_cell_has_no_colour_of_text() -> None:
    pair = Pair()
    pair.write(f"{move(0, 0)}\x1b[38;5;3mone two   {move(0, 7)}")
    # No other colour is set for the gap, and none for the end of the line.
    parts = "\x1b[38;5;4mONE\x1b[38;5;5m \x1b[38;5;4mTWO\x1b[39m   \x1b[38;5;4m"
    assert pair.write(f"{move(0, 0)}{parts}{move(0, 7)}") == "\x1b[H\x1b[38;5;4mONE TWO\x1b[8H"
    pair.check()
    # Unless it shows there: on another ground, reversed, underlined.
    for style in ("48;5;6", "7", "4"):
        pair.write(f"{move(0, 1)}\x1b[0;{style}m   \x1b[0m{move(0, 7)}")
        pair.check()


def test_a_few_equal_cells_are_written_again_where_that_is_shorter() -> None:
    pair = Pair()
    pair.write(f"{move(0, 0)}abcdef{move(0, 7)}")
    assert pair.write(f"{move(0, 0)}Abcdef{move(3, 0)}D{move(0, 7)}") == "\x1b[HAbcD\x1b[8H"
    pair.check()


def test_a_frame_without_change_loses_its_frame_marks() -> None:
    pair = Pair()
    frame = f"{move(0, 0)}Hello{move(0, 0)}"
    begin, end = "\x1b[?2026h", "\x1b[?2026l"
    assert "".join(map(pair.write, (begin, frame, end))).startswith(begin)
    assert [pair.write(part) for part in (begin, frame, end)] == ["", "", ""]
    pair.check()


@pytest.mark.parametrize(
    "aside",
    [
        "\x1b[?1000h",
        "\x1b[?25l",
        "\x1b[>25u",
        "\x1b[<u",
        "\x1b]52;c;SGk=\x07",
        "\x07",
        "\x1b[?2048$p",
        "\x1b]22;text\x1b\\",
    ],
)
def test_what_leaves_the_cells_alone_passes_and_nothing_is_forgotten(aside: str) -> None:
    pair = Pair()
    frame = f"{move(0, 0)}Hello{move(0, 0)}"
    pair.write(frame)
    assert pair.write(aside) == aside
    assert pair.write(frame) == ""


@pytest.mark.parametrize(
    "unknown", ["\x1b[2J", "\x1b[3L", "\x1b[?1049h", "\x1bc", "\r", "\x1b[4;5r", "\x1b[2;3f"]
)
def test_what_is_not_known_passes_and_all_is_forgotten(unknown: str) -> None:
    pair = Pair()
    frame = f"{move(0, 0)}Hello{move(0, 0)}"
    pair.write(frame)
    assert pair.write(unknown) == unknown
    assert "Hello" in pair.write(frame)


def test_sequences_may_come_in_pieces() -> None:
    whole = f"{move(3, 2)}\x1b[1;38;2;1;2;3mHello 漢字\x1b[0m\x1b]0;title\x07{move(0, 0)}"
    pieces = Pair()
    for character in whole:
        pieces.write(character)
    at_once = Pair()
    at_once.write(whole)
    assert not difference(pieces.ours, at_once.ours)


def test_everything_is_painted_again_on_request() -> None:
    pair = Pair()
    pair.write(f"{move(0, 0)}\x1b[7mHello\x1b[0m 漢字{move(4, 4)}there{move(0, 0)}")
    fresh = Screen(WIDTH, HEIGHT)
    pyte.Stream(fresh).feed(NOWRAP + pair.cells.forget())
    assert not difference(pair.stock, fresh)


def test_a_new_size_forgets_everything() -> None:
    pair = Pair()
    frame = f"{move(0, 0)}Hello{move(0, 0)}"
    pair.write(frame)
    pair.cells.resize(20, 5)
    assert "Hello" in pair.write(frame)


def test_blank_cells_are_erased_where_the_terminal_keeps_the_colour() -> None:
    pair = Pair(erases=True)
    pair.write(f"{move(0, 0)}{'x' * WIDTH}{move(0, 0)}")
    blank = " " * (WIDTH - 2)
    assert (
        pair.write(f"{move(1, 0)}\x1b[44m{blank}\x1b[0m{move(0, 0)}") == "x\x1b[44m\x1b[28X\x1b[m\r"
    )
    assert (
        pair.write(f"{move(1, 0)}\x1b[45m{blank} \x1b[0m{move(0, 0)}") == "x\x1b[45m\x1b[K\x1b[m\r"
    )
    out = pair.write(f"{move(1, 0)}\x1b[4;45m{blank}\x1b[0m{move(0, 0)}")
    assert blank in out
    pair.check()


# --- random streams, as Textual writes them and worse --------------------------------------------

NARROW = "abc      XYZ 0123 éß│─┌█→…"
WIDE = "漢字かな한글。"
ODD = "🖨✅e\u0301n\u0303\u200d\ufe0f\u0938\u093f"
SGRS = [
    "0",
    "1",
    "2",
    "7",
    "4",
    "38;5;200",
    "48;5;17",
    "38;2;1;2;3;48;2;4;5;6",
    "31;44",
    "97",
    "22",
    "27;39",
    "1;2",
    "3;9",
]


def words(rng: random.Random, most: int, odd: bool) -> str:
    alphabet = NARROW * 3 + WIDE + ("e\u0301" if not odd else ODD)
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(1, most)))


def stream(rng: random.Random, odd: bool) -> str:
    """One update: chunks at random places, some of them over the edge where `odd`."""
    parts = []
    for _ in range(rng.randrange(1, 12)):
        x, y = rng.randrange(WIDTH), rng.randrange(HEIGHT)
        parts.append(move(x, y))
        room = WIDTH - x
        for _ in range(rng.randrange(1, 4)):
            text = words(rng, 14, odd)
            if not odd:
                text = fitting(text, room)
                room -= columns(text)
                text = text.lstrip("\u0301")
            if rng.random() < 0.7:
                parts.append(f"\x1b[{rng.choice(SGRS)}m{text}\x1b[0m")
            else:
                parts.append(text)
        if rng.random() < 0.2 and y < HEIGHT - 1:
            parts.append("\n")
    parts.append(move(rng.randrange(WIDTH), rng.randrange(HEIGHT)))
    return "".join(parts)


def columns(text: str) -> int:
    return sum(0 if c == "\u0301" else 2 if c in WIDE else 1 for c in text)


def fitting(text: str, room: int) -> str:
    while columns(text) > room:
        text = text[:-1]
    return text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_the_screen_is_the_same_after_every_update(seed: int) -> None:
    rng, pair = random.Random(seed), Pair(erases=seed % 2 == 0)
    for _ in range(60):
        pair.write(stream(rng, odd=False))
        pair.check()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_the_screen_is_the_same_with_what_terminals_disagree_about(seed: int) -> None:
    rng, pair = random.Random(seed), Pair(erases=seed % 2 == 0)
    for _ in range(60):
        pair.write(stream(rng, odd=True))
        pair.check()


MORE = ["21", "23", "24", "29", "49", "90", "107", "53", "55", "8"]
PARAMETERS = st.lists(st.sampled_from([*SGRS, *MORE]), max_size=5)


@given(PARAMETERS, PARAMETERS)
def test_a_transition_leads_where_it_should(before: list[str], after: list[str]) -> None:
    def style_of(parameters: list[str]) -> Any:
        return changed_style(DEFAULT, ";".join(parameters) or "0")

    one, other = style_of(before), style_of(after)
    for start in (one, None):
        step = transition(start, other)
        if step:
            assert changed_style(one, step[2:-1]) == other
        else:
            assert one == other


@pytest.mark.parametrize("unknown", ["38;9;1", "38;5", "4:3", "77", "58;5;1"])
def test_a_style_that_is_not_known(unknown: str) -> None:
    if ":" not in unknown:
        assert changed_style(DEFAULT, unknown) is None
    pair = Pair()
    out = pair.write(f"{move(0, 0)}\x1b[{unknown}mHello\x1b[0m{move(0, 1)}there{move(0, 0)}")
    assert f"\x1b[{unknown}m" in out
    assert pair.cells.feed(f"{move(0, 1)}there{move(0, 0)}") == ""


@pytest.mark.parametrize("size", [(0, 0), (0, 24), (80, 0)])
def test_a_terminal_that_says_it_has_no_size_takes_text(size: tuple[int, int]) -> None:
    cells = Cells(80, 24)
    cells.resize(*size)
    assert "F" in cells.feed("\x1b[5;5HFind: \x1b[1;1H")
