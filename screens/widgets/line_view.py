"""A widget that draws lines, and repaints only those that changed.

Textual repaints whole widgets; over SSH that is felt. Everything in the wizard that shows text is
one of these: `show` compares the new lines with the painted ones and asks for the difference only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

from screens.widgets.lines import Line, to_ascii

EMPTY = Line()


class Landing(NamedTuple):
    """Something in sight that one can go to: a line of a view, a column of it, and the way there."""

    line: int
    column: int
    take: Callable[[], None]


class PlainBar(ScrollBarRender):
    """A scroll bar of whole cells: no half blocks, which not every font and code page has."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


ScrollBar.renderer = PlainBar


class LineView(ScrollView, can_focus=False, inherit_bindings=False):
    """Lines, one below the other; `cursor` is the line that is marked, where there is one."""

    ALLOW_SELECT = False
    # With every new number of lines Textual would lay out and paint anew everything there is.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()
        # What stands on each row of the widget, whoever put it there.
        self._painted: dict[int, Line] = {}
        self._fitted = 0
        self.cursor: int | None = None
        # Letters over lines, each with its column (`screens/main/lettering.py`).
        self._letters: Mapping[int, Sequence[tuple[int, str]]] = {}
        # Keys that were pressed before this moment are too late: they were meant for other rows.
        self.deaf_until = 0.0

    @property
    def takes_text(self) -> bool:
        """Whether a letter is text here, as in fields and lists that are filtered."""
        return True

    def line_at(self, index: int) -> Line:
        """The line to draw at `index`; a subclass with very many rows makes it only now."""
        return self._lines[index] if index < len(self._lines) else EMPTY

    def show(self, lines: Sequence[Line]) -> None:
        """Put these lines there, repainting those that differ."""
        self._lines = lines
        self.repaint_changed(len(lines))

    def repaint_changed(self, count: int) -> None:
        """There are so many lines now: repaint those in sight that are not what is painted there."""
        if self._letters:
            # They were over other lines.
            self.put_letters({})
        if self.virtual_size.height != count:
            self.set_height(count)
        top = self.scroll_offset.y
        for y in range(self.size.height):
            if self._painted.get(y) != self.line_at(top + y):
                self.repaint(top + y)

    def targets(self) -> Iterator[Landing]:
        """What in sight one can go to."""
        yield from ()

    def seen_lines(self) -> range:
        """The numbers of the lines that are in sight."""
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, self.virtual_size.height))

    def put_letters(self, letters: Mapping[int, Sequence[tuple[int, str]]]) -> None:
        """Draw letters over lines, in place of those that are there."""
        changed = {*self._letters, *letters}
        self._letters = letters
        for index in changed:
            self.repaint(index)

    def has_letter(self, index: int) -> bool:
        """Whether there is a letter over this line."""
        return index in self._letters

    def fitted(self) -> Sequence[Line] | None:
        """The lines for the present width; None where they do not depend on it."""
        return None

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual tells of a new width only after the first drawing in it.
        if self._fitted != self.size.width:
            self._fitted = self.size.width
            lines = self.fitted()
            if lines is not None:
                self._lines = lines
        return super().render_lines(crop)

    def set_height(self, count: int) -> None:
        """So many lines there are now."""
        self.virtual_size = Size(self.scrollable_content_region.width or self.size.width, count)
        scrolls = count > self.size.height
        if scrolls != self.show_vertical_scrollbar or self.styles.auto_dimensions:
            self.refresh(layout=True)
        elif scrolls:
            self.vertical_scrollbar.window_virtual_size = count
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)

    def repaint(self, index: int | None) -> None:
        """Draw one line again."""
        if index is not None:
            y = index - self.scroll_offset.y
            if 0 <= y < self.size.height:
                self.refresh(Region(0, y, self.size.width, 1))

    def move_cursor(self, index: int | None, *, above: int = 0, below: int = 0) -> None:
        """Mark another line and bring it into sight, with so many lines above and below it."""
        old, self.cursor = self.cursor, index
        if old != index:
            self.repaint(old)
        self.repaint(index)
        if index is not None:
            self.reveal(index, above, below)

    def reveal(self, index: int, above: int = 0, below: int = 0) -> None:
        """Scroll, if need be, so that the line is in sight."""
        height = self.size.height
        if height <= 0:
            return
        top = self.scroll_offset.y
        if index - above < top:
            top = max(0, index - above)
        elif index + below >= top + height:
            top = min(index, index + below - height + 1)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def terminal_cursor(self) -> Offset:
        """Where on the screen the terminal's own cursor belongs while this has the focus.

        At the start of the marked line, or of the first in sight. The app asks after each update.
        """
        y = 0 if self.cursor is None else self.cursor - self.scroll_offset.y
        return self.content_region.offset + Offset(0, max(0, min(y, self.size.height - 1)))

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        columns = self.scrollable_content_region.width or self.size.width
        line = self._painted[y] = self.line_at(index)
        base = self.rich_style
        row = base
        if index == self.cursor and self.marks_cursor():
            row = base + self._style("cursor")
        elif line.fill:
            row = base + self._style(line.fill)
        ascii = bool(getattr(self.app, "ascii", False))
        segments = [
            Segment(to_ascii(text) if ascii else text, row + self._style(name) if name else row)
            for text, name in line.spans
        ]
        strip = Strip(segments).adjust_cell_length(columns, row).crop(0, columns)
        for column, letter in self._letters.get(index, ()):
            over = Strip([Segment(letter, row + self._style("current"))])
            end = column + len(letter)
            strip = Strip.join([strip.crop(0, column), over, strip.crop(end, columns)])
        return strip

    def marks_cursor(self) -> bool:
        """Whether the cursor's line is drawn apart."""
        return self.has_focus

    def _style(self, name: str) -> Style:
        styles: Mapping[str, Style] = self.app.line_styles  # type: ignore[attr-defined]
        return styles[name]
