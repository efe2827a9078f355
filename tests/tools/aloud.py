"""Line mode as a screen reader speaks it: each line that comes to stand on the terminal, in its
order, with what was typed behind its prompt.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from screens.line.start import run_lines
from screens.line.talk import Talk
from wizard.facts.model import Catalog
from wizard.plan.model import Plan

COLUMNS, ROWS = 80, 24


class _Echoed(io.BytesIO):
    """Typed lines, which the terminal writes where the cursor is, as they are read."""

    def __init__(self, typed: Sequence[str], screen: io.BytesIO) -> None:
        super().__init__("".join(f"{line}\n" for line in typed).encode())
        self._screen = screen

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self._screen.write(line)
        return line


def spoken_lines(catalog: Catalog, typed: Sequence[str], plan: Plan | None = None) -> list[str]:
    """What is spoken from the first word to the last on a terminal of 80×24; a line of nothing but
    blanks is silent.
    """
    screen = io.BytesIO()
    talk = Talk(_Echoed(typed, screen), screen, columns=COLUMNS - 1, paged=True, rows=ROWS)
    run_lines(catalog, talk, plan)
    lines = [" ".join(line.split()) for line in screen.getvalue().decode().split("\n")]
    return [line for line in lines if line]
