"""The wizard's first frame on a pseudo-terminal against that of a bare Textual app with one label,
in turn.

Run with `make bench`. Prints medians, ratios and modules; asserts nothing. A frame counts when the
emulated screen shows its text: the label, or the first question with every product that it offers.
A key is typed at the very start of some of ours; it is answered when the cursor has moved."""

from __future__ import annotations

import os
import py_compile
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.bench.start import bare_modules, made_of
from tests.bench.wire import plan_file
from tests.pty.terminal import KEYS, PORTWRIGHT, Terminal
from tests.pty.wizard import environ
from wizard.facts.load import load_catalog
from wizard.text import table

ROUNDS = 21
BARE_NAME = "bare Textual app, one label"
BARE = """
from textual.app import App
from textual.widgets import Label


class Bare(App):
    def compose(self):
        yield Label("Here is one label")


Bare().run()
"""


class Start(msgspec.Struct, frozen=True):
    """Seconds from the start of the process to its first byte, and to the text on the screen; and
    how many of them a processor worked for it, which other programs on the machine change little.
    """

    byte: float
    frame: float
    worked: float


class Program(msgspec.Struct, frozen=True):
    """What is started, the texts that its screen shows then, and what is typed at once."""

    argv: Sequence[str]
    shown: Sequence[str]
    keys: str = ""


def first_frame(program: Program, home: Path) -> Start:
    """Start a program on a terminal of 80x24, and watch until its screen shows all its texts."""
    # Installed programs have their byte code beside them; a shell that forbids it would time the
    # compiler.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    came: list[tuple[float, float, bytes]] = []
    with Terminal(program.argv, environ=environ(home), cwd=home) as terminal:
        terminal.send(program.keys.encode())
        # Drawing takes the emulator a while, so it waits until all has come.
        begun = False
        while data := terminal.receive(0.6 if begun else 10):
            came.append((time.perf_counter() - began, worked(terminal.pid), data))
            # Before the program takes the screen, only what was typed is echoed.
            begun = begun or b"\x1b[?1049h" in data
        for seconds, processor, data in came:
            terminal.draw(data)
            if all(text in terminal.text for text in program.shown):
                return Start(came[0][0], seconds, processor)
        raise AssertionError(f"{program.shown} never came:\n{terminal.text}")


def worked(pid: int) -> float:
    """For how many seconds a process was on a processor."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def main() -> None:
    """Start each program in turn, round after round, so that a busy moment meets all of them."""
    names = sorted(
        (product.name for product in load_catalog().products.values()), key=str.casefold
    )[:17]  # a screen has room for no more
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bare = home / "bare.py"
        bare.write_text(BARE, "utf-8")
        bare_code = py_compile.compile(str(bare), str(home / "bare.pyc"))
        plan = plan_file(home)
        wizard = [*PORTWRIGHT, "wizard"]
        programs = {
            BARE_NAME: Program([sys.executable, str(bare_code)], ["Here is one label"]),
            "portwright wizard": Program(wizard, ["Step 1/7", *names]),
            "portwright wizard PLAN": Program([*wizard, str(plan)], ["Step 1/7", *names]),
            "… and a key answered": Program(
                [*wizard, str(plan)], [f"> [ ] {names[1]}"], KEYS["Down"]
            ),
        }
        starts: dict[str, list[Start]] = {name: [] for name in programs}
        for turn in range(ROUNDS + 1):
            for name, program in programs.items():
                start = first_frame(program, home)
                # The first round fills the caches of the disk, and writes byte code where there is
                # none yet.
                if turn:
                    starts[name].append(start)
        made, with_plan = made_of(home), made_of(home, plan)
    print(f"first frame on a terminal of 80x24, medians of {ROUNDS} rounds")
    rows = []
    least = _medians(starts[BARE_NAME])
    for name, found in starts.items():
        median = _medians(found)
        frames = [start.frame * 1000 for start in found]
        rows.append(
            (
                name,
                f"{median.frame * 1000:.0f} ({min(frames):.0f}-{max(frames):.0f})",
                f"{median.frame / least.frame:.2f}",
                f"{median.worked * 1000:.0f}",
                f"{median.worked / least.worked:.2f}",
                "" if programs[name].keys else f"{median.byte * 1000:.0f}",
            )
        )
    print(table(("", "ms", "times", "processor ms", "times", "first byte ms"), rows))
    print(
        f"  modules imported: {len(bare_modules())} bare, {len(made.modules)} wizard,"
        f" {len(with_plan.modules)} on a plan; widgets styled: {made.styled} times"
    )


def _medians(starts: Sequence[Start]) -> Start:
    return Start(
        byte=statistics.median(start.byte for start in starts),
        frame=statistics.median(start.frame for start in starts),
        worked=statistics.median(start.worked for start in starts),
    )


if __name__ == "__main__":
    main()
