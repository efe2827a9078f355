"""Key → bytes on a pseudo-terminal: when the answer is seen, and when the preview has followed.

`python -m tests.bench.bench_latency` prints medians and 95th percentiles in ms; `--help` says what
can be left out. Nothing is emulated while time is taken: what each piece of output changed is
worked out afterwards."""

from __future__ import annotations

import argparse
import copy
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyte

from tests.bench.plans import FIVE, big_plan
from tests.bench.wire import plan_file
from tests.pty.screen import Screen
from tests.pty.terminal import KEYS, PORTWRIGHT, Terminal
from wizard.facts.load import load_catalog
from wizard.plan.file import write_plan
from wizard.text import table

COLUMNS, LINES = 120, 40
# The preview begins at this column; the line of counts is this one.
SIDE, STATUS = COLUMNS // 2 + 1, LINES - 3
# Quiet for so long (seconds): a key has had its effect.
QUIET = 0.15
FEATURE = "Windows print queues"
ORDINARY = "an ordinary plan"
Piece = tuple[float, bytes]


class Answer(msgspec.Struct):
    """Seconds from the key to the first byte, to the last byte of the box, and to the preview's
    last.
    """

    first: float
    box: float
    preview: float


class Watched(Terminal):
    """A terminal that says when what came."""

    def watch(
        self, key: str, enough: Callable[[], bool] | None = None, limit: float = 60
    ) -> list[Piece]:
        """Press a key; the pieces of output with their times, until it is quiet and `enough` holds."""
        pieces: list[Piece] = []
        fed = 0
        began = time.perf_counter()
        self.send(KEYS.get(key, key).encode())
        while time.perf_counter() - began < limit:
            if data := self.receive(QUIET):
                pieces.append((time.perf_counter() - began, data))
                continue
            self.draw(b"".join(data for _, data in pieces[fed:]))
            fed = len(pieces)
            if enough is None or enough():
                break
        return pieces

    def toggle(self) -> Answer:
        """Space on a box: when its cells, and when those of the preview, changed last."""
        row = next(
            y for y, line in enumerate(self.text.splitlines()) if line.lstrip().startswith("> [")
        )
        before = copy.deepcopy(self.screen)
        counts = _counts(before)
        pieces = self.watch("Space", lambda: _counts(self.screen) != counts)
        answer = Answer(pieces[0][0], 0.0, 0.0)
        for at, box, preview in _changes(before, pieces, row):
            answer.box = at if box else answer.box
            answer.preview = at if preview else answer.preview
        assert min(answer.box, answer.preview) > 0, f"box or preview never changed:\n{self.text}"
        return answer

    def last(self, key: str, top: int = 0) -> float:
        """Seconds to the last byte of what a key brings; with `top`, to lines from there on."""
        before = self.screen.cells()[top:]
        pieces = self.watch(key, lambda: self.screen.cells()[top:] != before, limit=20)
        assert pieces, f"{key} brought nothing:\n{self.text}"
        return pieces[-1][0]

    def resident(self) -> float:
        """Megabytes that the program holds."""
        fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _counts(screen: Screen) -> list[Any]:
    """The line of counts, without the tip beside them."""
    return [screen.buffer[STATUS][column] for column in range(SIDE)]


def _changes(screen: Screen, pieces: list[Piece], row: int) -> Iterator[tuple[float, bool, bool]]:
    """For each piece its time, and whether it changed the box, and the preview or the counts."""
    stream = pyte.ByteStream(screen)
    before, said = screen.cells(), _counts(screen)
    for at, data in pieces:
        stream.feed(data)
        after = screen.cells()
        box = before[row][:SIDE] != after[row][:SIDE]
        side = any(before[y][SIDE:] != after[y][SIDE:] for y in range(2, STATUS))
        yield at, box, side or said != _counts(screen)
        before, said = after, _counts(screen)


@contextmanager
def wizard(*argv: str) -> Iterator[Watched]:
    """The wizard, with the cursor on a feature that brings rules."""
    with tempfile.TemporaryDirectory() as name:
        environ = {"HOME": name, "XDG_STATE_HOME": f"{name}/state"}
        with Watched(argv, columns=COLUMNS, lines=LINES, environ=environ) as terminal:
            terminal.wait_for("rules", limit=120)
            terminal.press("AltRight", quiet=0.3)
            terminal.press("/", quiet=0.2)
            terminal.press(*FEATURE, quiet=0.02)
            for _ in range(5):
                terminal.press("Down", quiet=0.2)
                if f"] {FEATURE}" in next(
                    (x for x in terminal.text.splitlines() if "> [" in x), ""
                ):
                    break
            # The first answer finds the wizard cold.
            terminal.toggle()
            terminal.toggle()
            yield terminal


def answers(terminal: Watched, rounds: int) -> list[Answer]:
    """So many toggles, each from rest."""
    return [terminal.toggle() for _ in range(rounds)]


def looking(terminal: Watched, rounds: int) -> dict[str, list[float]]:
    """Keys in the preview: seconds to the last byte of each."""
    terminal.press("F2", quiet=0.3)
    took: dict[str, list[float]] = {}

    def key(name: str, *keys: str) -> None:
        for one in keys:
            took.setdefault(name, []).append(terminal.last(one))

    for _ in range(rounds):
        key("Down", "Down", "Down", "Down")
        key("PageDown", "PageDown", "PageDown")
        key("End, Home", "End", "Home")
        key("sort", "s", "s")
        terminal.press("s", "s", quiet=0.5)
        key("group", "g", "g")
        key("another tab", "Right", "Left")
        terminal.press("/", quiet=QUIET)
        took.setdefault("'mfp' typed into the filter", []).append(terminal.last("mfp", top=4))
        terminal.press("Enter", "Esc", quiet=0.5)
        terminal.press("Home", quiet=QUIET)
    return took


def _said(seconds: list[float]) -> tuple[str, str]:
    """Median and 95th percentile in ms."""
    ordered = sorted(seconds)
    middle, high = (
        ordered[len(ordered) // 2],
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
    )
    return f"{middle * 1000:.0f}", f"{high * 1000:.0f}"


def _plans(folder: Path, wanted: set[str]) -> dict[str, list[str]]:
    """What is opened: an ordinary plan, one of 1,000 rules, the largest real one, 100,000 hand-made
    rules.
    """
    catalog = load_catalog()
    opened: dict[str, list[str]] = {}
    opening = [*PORTWRIGHT, "wizard"]
    if "ordinary" in wanted:
        opened[ORDINARY] = [*opening, str(plan_file(folder))]
    for name, zones in (("1000", 66), ("13000", 1_000)):
        if name in wanted:
            plan = big_plan(catalog, zones, tuple(one for one in FIVE if one != "printix"), True)
            path = folder / f"{name}.toml"
            path.write_text(write_plan(plan, catalog), encoding="utf-8")
            opened[f"{zones} zones, a firewall each"] = [*opening, str(path)]
    if "100000" in wanted:
        by_hand = [sys.executable, "-m", "tests.bench.many_rules", "100000"]
        opened["100,000 hand-made rules"] = by_hand
        opened["the same, all new with each answer"] = [*by_hand, "fresh"]
    return opened


def main() -> None:
    """Print the tables."""
    sizes = ("ordinary", "1000", "13000", "100000")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="answers a plan")
    parser.add_argument("--only", choices=sizes, action="append", help="just these plans")
    parser.add_argument("--looking", type=int, default=2, help="rounds of keys in the preview")
    options = parser.parse_args()
    rows, looks = [], []
    with tempfile.TemporaryDirectory() as name:
        for title, argv in _plans(Path(name), set(options.only or sizes)).items():
            with wizard(*argv) as terminal:
                took = answers(terminal, options.rounds)
                rows.append(
                    (
                        title,
                        *_said([one.first for one in took]),
                        *_said([one.box for one in took]),
                        *_said([one.preview for one in took]),
                        f"{terminal.resident():.0f}",
                    )
                )
                # An ordinary plan's preview has no second page.
                looked = {} if title == ORDINARY else looking(terminal, options.looking)
                for action, seconds in looked.items():
                    looks.append((title, action, *_said(seconds)))
    print(
        f"{COLUMNS}x{LINES}, ms after the key, median and 95th percentile of {options.rounds}"
        " answers"
    )
    print(
        table(("preview of", "first byte", "p95", "answer", "p95", "preview", "p95", "MiB"), rows)
    )
    print()
    print(table(("preview of", "key in the preview", "last byte", "p95"), looks))


if __name__ == "__main__":
    main()
