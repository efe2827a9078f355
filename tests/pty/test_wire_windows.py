"""What comparing and explaining send to the terminal, held to the ceilings of the rest of the
wizard.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.wire import Session, plan_file
from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import environ

pytestmark = pytest.mark.slow

# Bytes at 120 x 40 in 256 colours.
CEILINGS = {
    "open explain": 6_000,
    "typed character": 150,
    "what fits": 150,
    "Tab": 600,
    "the answer": 2_000,
    "open compare": 7_000,
    "row": 1000,
    "turn": 2_000,
}


def test_windows_stay_below_their_ceilings(home: Path) -> None:
    argv = [*PORTWRIGHT, "wizard", str(plan_file(home))]
    with Terminal(argv, columns=120, lines=40, environ=environ(home)) as terminal:
        session = Session(terminal)
        session.until(lambda text: "rules; " in text or "rule; " in text)
        session.press("AltRight", lambda text: "Step 2/7" in text)
        session.done("open explain", "\x1be", lambda text: "Explain a connection" in text)
        session.done("typed character", "u", session.changes())
        session.done("what fits", "\x1b[C", lambda text: "[user-computer" in text)
        session.done("Tab", "\t", lambda text: "> To" in text)
        for words in ("print-server\t", "9191/tcp"):
            session.press(words, session.changes())
        session.done("the answer", "\r", lambda text: "It gets through" in text)
        session.press("\x1b", lambda text: "Explain a connection" not in text)
        for _ in range(4):
            session.press("Down", session.changes())
        session.press("Space", session.changes())
        session.done("open compare", "\x1bc", lambda text: "Answers " in text)
        session.done("row", "Down", session.changes())
        session.done("turn", "x", lambda text: "the plan now →" in text)
        # At rest nothing is sent.
        before = terminal.bytes
        terminal.settle(1.0, first=1.0, limit=1.0)
        idle = terminal.bytes - before
        terminal.press("Esc", "^Q")
        assert terminal.wait() == 0
    sent = {cost.action: cost.bytes for cost in session.costs}
    assert sent.keys() == CEILINGS.keys()
    assert {action: bytes for action, bytes in sent.items() if bytes > CEILINGS[action]} == {}
    assert idle == 0
