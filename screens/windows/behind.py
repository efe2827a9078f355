"""What stands behind a window: still to be read, and in one quiet colour."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style


class Behind:
    """A screen without its colours. One style for all of it costs a terminal the fewest bytes, too."""

    def __init__(self, below: RenderableType, style: Style) -> None:
        self._below = below
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, _, control in console.render(self._below, options):
            yield Segment(text, None if control else self._style, control)
