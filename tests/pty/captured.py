"""Captured screens: what a terminal shows, as text that people read, and below it how each cell is
drawn.

    tests/pty/screens/<name>.txt

First who took it and on what terminal, then where the terminal's own cursor is, then the lines.
Below them every style gets a letter, and every line that is not all plain its runs: `2A 74B` are
two cells drawn as A and 74 as B. So a change of colours is a difference to be looked at, like a
change of words."""

from __future__ import annotations

import difflib
import string
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from tests.pty.screen import Screen

SCREENS = Path(__file__).with_name("screens")
_OWNER = "test: "


class Look(NamedTuple):
    """How a cell is drawn. Colours are `default`, a name of the 16, or six hexadecimal digits."""

    foreground: str
    background: str
    flags: tuple[str, ...]

    def __str__(self) -> str:
        colours = (
            self.foreground
            if self.background == "default"
            else f"{self.foreground} on {self.background}"
        )
        return " ".join([colours, *self.flags])


PLAIN = Look("default", "default", ())


def look(cell: Any) -> Look:
    """How a cell of the emulated screen is drawn. What it keeps as blinking is dim (see `Screen`)."""
    flags = {
        "bold": cell.bold,
        "dim": cell.blink,
        "italic": cell.italics,
        "underline": cell.underscore,
        "reverse": cell.reverse,
        "strike": cell.strikethrough,
    }
    return Look(cell.fg, cell.bg, tuple(name for name, on in flags.items() if on))


def captured(screen: Screen, owner: str, terminal: str) -> str:
    """The screen as a stored file holds it."""
    letters: dict[Look, str] = {}
    runs: list[str] = []
    for y, row in enumerate(screen.cells()):
        parts = [(found, len(list(cells))) for found, cells in groupby(map(look, row))]
        if [found for found, _ in parts] == [PLAIN]:
            continue
        for found, _ in parts:
            letters.setdefault(found, string.ascii_uppercase[len(letters)])
        runs.append(f"{y:2}  " + " ".join(f"{count}{letters[found]}" for found, count in parts))
    cursor = screen.cursor
    shown = "hidden" if cursor.hidden else "shown"
    return "\n".join(
        [
            f"{_OWNER}{owner}",
            f"terminal: {terminal}",
            f"cursor: column {cursor.x}, line {cursor.y}, {shown}",
            "",
            screen.text().rstrip(),
            "",
            "--- styles ---",
            *(f"{letter} {found}" for found, letter in letters.items()),
            *runs,
            "",
        ]
    )


class Shelf:
    """Holds the screens of one test to the stored ones, or stores them. Differences are gathered."""

    def __init__(self, owner: str, update: bool, folder: Path = SCREENS) -> None:
        self.owner = owner
        self.update = update
        self.folder = folder
        self.taken: set[str] = set()
        self.problems: list[str] = []

    def hold(self, name: str, screen: Screen, terminal: str) -> None:
        """Compare the screen with the stored one of this name, or store it."""
        assert name not in self.taken, f"the screen {name!r} is taken twice"
        self.taken.add(name)
        path, now = self.folder / f"{name}.txt", captured(screen, self.owner, terminal)
        if self.update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(now, encoding="utf-8", newline="\n")
            return
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        if before != now:
            lines = difflib.unified_diff(
                before.splitlines(), now.splitlines(), "stored", "now", "", "", 1, ""
            )
            self.problems.append("\n".join([f"{name}: differs", *lines]))

    def finish(self) -> None:
        """At the end of the test: nothing of its own may lie there that it did not take.

        Raises:
            AssertionError: with every difference.
        """
        for path in sorted(self.folder.glob("*.txt")):
            if owner_of(path) == self.owner and path.stem not in self.taken:
                if self.update:
                    path.unlink()
                else:
                    self.problems.append(f"{path.stem}: stored, and this test no longer takes it")
        assert not self.problems, "\n\n".join([*self.problems, "If this is meant: make snapshots"])


def owner_of(path: Path) -> str:
    """The test that a stored screen belongs to."""
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix(_OWNER)


def contrast(one: str, other: str) -> float:
    """How far two colours (six hexadecimal digits each) are apart, as WCAG counts it: 1 to 21."""
    lights = sorted((_light(one), _light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
