"""The driver that sends only changed cells shows the same screen as Textual's own, cell by cell."""

from __future__ import annotations

import random
from codecs import getincrementaldecoder
from pathlib import Path

import msgspec
import pyte
import pytest

from screens.terminal.cells import Cells
from tests.bench.wire import plan_file
from tests.pty.screen import Screen, difference
from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import environ
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan, write_plan
from wizard.plan.model import Request

pytestmark = pytest.mark.slow

KEYS = [
    *(
        "Tab",
        "Tab",
        "Down",
        "Down",
        "Down",
        "Up",
        "Space",
        "Space",
        "Enter",
        "Enter",
        "Esc",
        "Left",
        "Right",
    ),
    *(
        "PageDown",
        "PageUp",
        "AltRight",
        "AltLeft",
        "F1",
        "F2",
        "F2",
        "F3",
        "^P",
        "^Z",
        "^Y",
        "Home",
        "End",
    ),
    *"xy1234567/wsga漢é",
]
NAME = "Büro 東京 e\u0301a\u0308 – 印刷"


def odd_plan(folder: Path) -> Path:
    """A plan whose texts hold wide and combining characters, and one that terminals disagree about."""
    path = plan_file(folder)
    catalog = load_catalog()
    plan = read_plan(path.read_text("utf-8"), catalog)
    request = Request(
        requester="한국 팀", reference="🖨 ✅ 42", justification="न्यू सर्वर " + "漢字" * 60
    )
    path.write_text(
        write_plan(msgspec.structs.replace(plan, name=NAME, request=request), catalog), "utf-8"
    )
    return path


@pytest.mark.parametrize(("columns", "lines", "seed"), [(80, 24, 1), (121, 40, 2), (61, 20, 3)])
def test_a_recorded_walk_makes_the_same_screen_after_every_piece(
    tmp_path: Path, columns: int, lines: int, seed: int
) -> None:
    rng = random.Random(seed)
    stock, ours = Screen(columns, lines), Screen(columns, lines)
    streams = pyte.Stream(stock), pyte.Stream(ours)
    cells = Cells(columns, lines, erases=True)
    decode = getincrementaldecoder("utf-8")().decode
    argv = [*PORTWRIGHT, "wizard", "--plain-driver", str(odd_plan(tmp_path))]
    with Terminal(argv, columns=columns, lines=lines, environ=environ(tmp_path)) as terminal:
        # A terminal under 80 columns shows a plain message until it grows.
        terminal.wait_for("東京|80")

        def compare(step: str) -> None:
            for piece in terminal.recorded:
                text = decode(piece)
                # A pty ends lines with a return too; the driver gives them without.
                text = text.replace("\r\n", "\n")
                streams[0].feed(text)
                streams[1].feed(cells.feed(text))
                assert not (told := difference(stock, ours, whole=False)), f"{step}: {told}"
            terminal.recorded.clear()

        compare("start")
        for step in range(90):
            key = rng.choice(KEYS)
            terminal.press(key, quiet=0.012)
            compare(f"step {step}, {key}")
            if step % 30 == 29:
                columns, lines = columns + rng.randrange(-8, 25), lines + rng.randrange(-3, 9)
                terminal.settle(0.1)
                compare(f"before the size of step {step}")
                assert not difference(stock, ours)
                terminal.resize(columns, lines)
                for screen in (stock, ours):
                    screen.resize(lines, columns)
                cells.resize(columns, lines)
                terminal.settle(0.2)
                compare(f"{columns}x{lines} at step {step}")


def lasting_difference(ours: Terminal, stock: Terminal) -> str:
    """What is still different once both have had their time: one of two busy processes is late."""
    for _ in range(10):
        if not difference(ours.screen, stock.screen):
            break
        for terminal in (ours, stock):
            terminal.settle(0.3)
    return difference(ours.screen, stock.screen)


@pytest.mark.parametrize(
    ("columns", "lines", "term"), [(80, 24, "xterm-256color"), (120, 40, "xterm")]
)
def test_both_drivers_show_the_same_after_every_key(
    tmp_path: Path, columns: int, lines: int, term: str
) -> None:
    rng = random.Random(columns)
    pair = []
    for options in ([], ["--plain-driver"]):
        home = tmp_path / f"home{len(options)}"
        home.mkdir()
        argv = [*PORTWRIGHT, "wizard", *options, "plan.toml"]
        odd_plan(home)
        pair.append(
            Terminal(argv, columns=columns, lines=lines, term=term, environ=environ(home), cwd=home)
        )
    with pair[0] as ours, pair[1] as stock:
        for terminal in pair:
            terminal.wait_for("東京")
        keys = ["AltRight", "Down", "Space", "AltRight", *(rng.choice(KEYS) for _ in range(18))]
        for step, key in enumerate(keys):
            if step == 12:
                for terminal in pair:
                    terminal.resize(columns + 11, lines + 3)
                    terminal.settle(0.3)
            for terminal in pair:
                terminal.press(key)
            for _ in range(5):
                if not difference(ours.screen, stock.screen):
                    break
                # The preview comes later on one of two busy processes.
                for terminal in pair:
                    terminal.settle(0.3)
            assert not (told := difference(ours.screen, stock.screen)), (
                f"step {step}, {key}: {told}"
            )
        assert ours.bytes * 2 < stock.bytes
        # Somebody else writes on the terminal: Ctrl+L paints everything again.
        pyte.Stream(ours.screen).feed("\x1b7\x1b[5;5H\x1b[41mBroadcast message from root\x1b8")
        assert difference(ours.screen, stock.screen)
        ours.press("^L")
        assert not (told := lasting_difference(ours, stock)), told
