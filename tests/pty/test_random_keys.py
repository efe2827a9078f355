"""Whatever bytes a terminal sends, in whatever bursts: no traceback, and the wizard still answers.

4,000 keys and reports in `make test`; `PORTWRIGHT_KEYS=100000` is the long run.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty.terminal import KEYS
from tests.pty.wizard import start

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("PORTWRIGHT_KEYS", "4000"))
SIZES = ((80, 24), (140, 45), (40, 10), (300, 90))
LEAVES = {"^Q", "^C", "^Z"}
# Resizes with and without pixels, mouse, focus, paste, answers to questions, half of a sequence.
REPORTS = (
    *("\x1b[48;24;80;0;0t", "\x1b[48;0;0;0;0t", "\x1b[48;24;80;600;800t", "\x1b[8;24;80t"),
    *("\x1b[<0;5;6M", "\x1b[<0;5;6m", "\x1b[<64;1;1M", "\x1b[<35;999;999M", "\x1b[<0;0;0M"),
    *("\x1b[M !!", "\x1b[I", "\x1b[O", "\x1b[200~x\ny\x1b[201~", "\x1b[200~", "\x1b[201~"),
    *("\x1b[?2026;2$y", "\x1b[?2048;1$y", "\x1b[?1;2c", "\x1b]11;rgb:0/0/0\x07", "\x1b[1;1R"),
    *("\x1b[9999999u", "\x1b[97;;55296u", "\x1b[1:2;3u", "\x1b[48;9999999;9999999;0;0t"),
    *("\x1b", "\x1b[", "\x1b[1;", "\x1bO", "\x1b\x1b\x1b", "\x9b", "\x00", "\x7f", "\u202e", "漢"),
)
# A finding's title begins with 'Error:'; Python's names end so.
TRACES = re.compile(rb"Traceback|\wError\b")
# `m` ends a colour, and would make a Python name of a finding's title.
SEQUENCES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def keys(rng: random.Random) -> bytes:
    """One key or report, or ten times the same at once."""
    chosen = rng.random()
    if chosen < 0.25:
        text = rng.choice(REPORTS)
    elif chosen < 0.5:
        text = chr(rng.randrange(0x20, 0x7F))
    else:
        text = rng.choice([value for name, value in KEYS.items() if name not in LEAVES])
    # Such as Esc: what closes a window, ten times in one burst.
    return text.encode() * (10 if rng.random() < 0.05 else 1)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("size", SIZES)
def test_no_traceback(
    size: tuple[int, int], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    rng = random.Random(f"{size} {COUNT}")
    sent, starts = 0, 0
    while sent < COUNT // len(SIZES):
        starts += 1
        with start(tmp_path, columns=size[0], lines=size[1]) as terminal:
            terminal.settle(0.3, first=30)
            last: list[bytes] = []
            while sent < COUNT // len(SIZES) and not terminal.ended():
                burst = b"".join(keys(rng) for _ in range(rng.randint(1, 30)))
                last = [*last[-5:], burst]
                sent += burst.count(b"\x1b") or len(burst)
                terminal.send(burst)
                terminal.settle(0.02, first=0.1)
            # It may have been left by a key: then it says good-bye.
            if not terminal.ended():
                terminal.kill(15)
            status = terminal.wait()
            shown = SEQUENCES.sub(b" ", b"".join(terminal.recorded))
        traces = [shown[max(0, m.start() - 300) :][:3000] for m in TRACES.finditer(shown)]
        assert traces[:1] == [], last
        assert status in (0, 143), (status, last, shown[-3000:])
    record_property("keys", f"{sent} keys and reports in {starts} sessions")
