"""The line of tabs above the board, and below it the filter or the heads of the table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import events
from textual.geometry import Offset
from textual.message import Message

from screens.board.derived import Tab, TabId
from screens.board.lines import head_texts, typed_words
from screens.board.seen import Seen
from screens.widgets.editor import LineEditor
from screens.widgets.line_view import Landing, LineView
from screens.widgets.lines import Line, StyledText, line, width

_FILTER = " Filter: "


class BoardTabs(LineView):
    """The tabs above the board, with their counts."""

    class Chosen(Message):
        def __init__(self, tab: TabId) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._starts: list[tuple[int, int, TabId]] = []

    def put(
        self,
        tabs: tuple[Tab, ...],
        current: TabId | None,
        words: str,
        typing: LineEditor | None,
        heads: Line | None = None,
    ) -> None:
        columns = max(20, self.size.width)
        for way in range(4):
            texts = head_texts(tabs, way, current)
            if sum(map(width, texts)) <= columns:
                break
        pieces: list[StyledText] = []
        self._starts = []
        start = 0
        for tab, text in zip(tabs, texts, strict=True):
            pieces.append((f"[{text[1:-1]}]", "tab") if tab.id == current else (text, "dim"))
            self._starts.append((start, start + width(text), tab.id))
            start += width(text)
        second = heads if heads is not None else line(("─" * columns, "dim"))
        if typing is not None or words:
            field = ((words, "field"),) if typing is None else typed_words(typing)
            second = line((_FILTER, "key"), *field, *_count(tabs, current, columns - width(words)))
        self.show([line(*pieces), second])

    def caret(self, typing: LineEditor) -> Offset:
        """Where on the screen the caret of the filter is."""
        column = width(_FILTER) + width(typing.text[: typing.cursor])
        return self.content_region.offset + Offset(min(column, self.size.width - 1), 1)

    def targets(self) -> Iterator[Landing]:
        for start, _, tab in self._starts:
            yield Landing(0, start, partial(self._choose, tab))

    def _choose(self, tab: TabId) -> None:
        _ = self.post_message(self.Chosen(tab))

    def on_click(self, event: events.Click) -> None:
        for start, end, tab in self._starts:
            if event.y == 0 and start <= event.x < end:
                self.post_message(self.Chosen(tab))


def _count(tabs: tuple[Tab, ...], current: TabId | None, room: int) -> tuple[StyledText, ...]:
    """How many rows of the table fit the filter, at the end of its line."""
    tab = next((tab for tab in tabs if tab.id == current), None)
    entries = tab.entries if tab is not None else ()
    if tab is None or not isinstance(entries, Seen) or not entries.ready:
        return ()
    text = f"{entries.fitting:,} of {tab.count + tab.gone:,}"
    gap = room - width(_FILTER) - width(text) - 2
    return ((" " * gap, ""), (text, "dim")) if gap > 0 else ()
