"""What goes to the clipboard of the terminal: only base64, in the envelopes that multiplexers want."""

from __future__ import annotations

import base64
import re

import pytest

from screens.terminal.cells import Cells
from screens.terminal.clipboard import LIMIT, advice, between, fits, sequence
from tests.tools.hostile import HOSTILE

XTERM = {"TERM": "xterm-256color"}
PLACES = {
    "": XTERM,
    "tmux": {"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"},
    "screen": {"TERM": "screen", "STY": "12.pts-0.host"},
    "either": {"TERM": "screen-256color"},
}
PLAIN = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/]*=*)\x07")


@pytest.mark.parametrize("place", PLACES)
def test_the_multiplexer_is_told_by_its_variables_and_by_term(place: str) -> None:
    assert between(PLACES[place]) == place
    assert between({"TERM": "tmux-256color"}) == "tmux"
    assert between({}) == ""


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_but_base64_goes_out(text: str, place: str) -> None:
    sent = sequence(text, PLACES[place])
    # Without the envelopes there is one plain sequence, or one that is there twice.
    bare = re.sub(r"\x1bP(tmux;\x1b)?|\x1b\\", "", sent)
    found = PLAIN.findall(bare)
    assert found
    assert "".join(PLAIN.split(bare)[::2]) == ""
    for content in found:
        assert base64.b64decode(content, validate=True) == text.encode("utf-8", "replace")


def test_tmux_gets_it_plain_and_in_its_envelope() -> None:
    plain = sequence("rule", XTERM)
    assert sequence("rule", PLACES["tmux"]) == f"{plain}\x1bPtmux;\x1b{plain}\x1b\\"


def test_gnu_screen_never_gets_more_than_its_oldest_buffer_holds() -> None:
    for place in ("screen", "either"):
        sent = sequence("x" * 5_000, PLACES[place])
        pieces = re.findall(r"\x1bP(.*?)\x1b\\", sent, re.S)
        assert max(map(len, pieces)) <= 200
        assert "".join(pieces) == sequence("x" * 5_000, XTERM)
        assert sent == "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    # A short one does no harm there, and tmux, which TERM does not tell from screen, takes it.
    assert sequence("x", PLACES["either"]).startswith(sequence("x", XTERM))


def test_terminals_have_a_limit() -> None:
    assert fits("x" * LIMIT)
    assert not fits("x" * (LIMIT + 1))
    assert not fits("漢" * (LIMIT // 3 + 1))
    assert len(sequence("x" * LIMIT, XTERM)) <= 100_000


@pytest.mark.parametrize("place", PLACES)
def test_the_advice_never_says_that_it_arrived(place: str) -> None:
    said = advice(PLACES[place])
    assert "copied" not in said
    assert ("set-clipboard on" in said) == (place in ("tmux", "either"))


@pytest.mark.parametrize("place", PLACES)
def test_the_driver_that_sends_differences_lets_it_through(place: str) -> None:
    cells = Cells(80, 24, erases=True)
    cells.feed("\x1b[1;1Hfirst\x1b[2;1Hsecond")
    sent = sequence("a rule\x1b[2J\n" * 300, PLACES[place])
    assert cells.feed(sent) == sent
    # And it still knows what is on the screen.
    assert cells.feed("\x1b[1;1Hfirst\x1b[2;1Hsecond") == ""
