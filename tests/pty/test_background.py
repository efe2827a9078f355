"""A terminal that says what it has behind its text: the colours follow, nothing waits for it, and
nothing of the answer is taken for typed text.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.terminal.background import QUESTION
from tests.bench.wire import plan_file
from tests.pty.terminal import Terminal
from tests.pty.wizard import start

pytestmark = pytest.mark.slow

ASKED = QUESTION.encode()
WHITE, BLACK = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", b"\x1b]11;rgb:1212/1212/1212\x1b\\"
# Backgrounds of the two looks, as they are sent.
ON_WHITE, ON_BLACK = b"48;5;231m", b"48;5;233m"


def sent(terminal: Terminal) -> bytes:
    """All that came up to the first frame and the answer to it."""
    terminal.wait_for("CUPS")
    terminal.settle(0.3)
    return b"".join(terminal.recorded)


@pytest.mark.parametrize("options", [(), ("--plain-driver",)], ids=["cells", "plain"])
def test_a_light_terminal_gets_dark_text(tmp_path: Path, options: tuple[str, ...]) -> None:
    with start(tmp_path, *options, answers={ASKED: WHITE}) as terminal:
        out = sent(terminal)
        assert ASKED in out
        assert ON_WHITE in out
        terminal.press("^P", quiet=0.3)
        drawn = out + b"".join(terminal.recorded)
        # The look that was there before it has gone for good.
        assert ON_BLACK not in drawn.rpartition(ON_WHITE)[2]


def test_a_dark_terminal_is_painted_once(tmp_path: Path) -> None:
    with start(tmp_path, answers={ASKED: BLACK}) as terminal:
        answered = sent(terminal)
    with start(tmp_path) as terminal:
        silent = sent(terminal)
    assert ON_WHITE not in answered
    assert abs(len(answered) - len(silent)) < 100


def test_who_has_said_it_is_not_asked(tmp_path: Path) -> None:
    for options, environ in (
        (("--dark",), {}),
        (("--light",), {}),
        ((), {"COLORFGBG": "15;0"}),
        ((), {"NO_COLOR": "1"}),
        ((), {"TERM": "xterm"}),
    ):
        with start(tmp_path, *options, environ_more=environ, answers={ASKED: WHITE}) as terminal:
            out = sent(terminal)
            assert ASKED not in out, (options, environ)
            assert (ON_WHITE in out) == ("--light" in options), (options, environ)


def test_a_late_answer_in_pieces_types_nothing_and_changes_no_colours(tmp_path: Path) -> None:
    with start(tmp_path, str(plan_file(tmp_path))) as terminal:
        terminal.wait_for("rules?; ")
        terminal.press("Alt5")
        terminal.wait_for("Step 5/7")
        terminal.press(*"Ann")
        # Later than anybody would want other colours.
        terminal.settle(2.5, first=2.5)
        # Its first character alone, and nothing for a tenth of a second, is the Esc key.
        for cut in (2, 4, 12, len(WHITE) - 1):
            for piece in (WHITE[:cut], WHITE[cut:]):
                terminal.send(piece)
                terminal.settle(0.05)
        terminal.press("e")
        assert "[Anne " in terminal.text
        assert ON_WHITE not in b"".join(terminal.recorded)
