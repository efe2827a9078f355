"""The live preview: tabs of what follows from the plan. Rows are drawn when they are seen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from textual import events
from textual.geometry import Offset
from textual.message import Message

from screens.board.derived import SORTS, Derived, Entry, Record, Tab, TabId, View, tabs
from screens.board.lines import (
    columns_of,
    drawn,
    head_line,
    widths_of,
)
from screens.board.seen import AT_ONCE, Seen
from screens.terminal.keys import typed
from screens.widgets.board_tabs import BoardTabs
from screens.widgets.editor import LineEditor, can_filter
from screens.widgets.line_view import Landing, LineView
from screens.widgets.lines import Line, fit, line, width, wrapped
from wizard.views.record import PartyShape

# From so many columns on parties are shown by name and address.
_WIDE = 90


class Board(LineView, can_focus=True, inherit_bindings=False):
    """The table of the current tab. Left and Right change the tab; Enter asks why."""

    class Asked(Message):
        """Why is this here, or: take me to the answer that caused it. A heading has no record."""

        def __init__(self, record: Record | None, jump: bool) -> None:
            super().__init__()
            self.record = record
            self.jump = jump

    class Left(Message):
        """The board was left with Esc."""

    class Told(Message):
        """How the table is looked at now: nothing else on the screen says it."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class StandsOn(Message):
        def __init__(self, entry: Entry | None) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.derived: Derived | None = None
        self.view = View()
        self.everything = False
        self.pictured = False
        self.shown: tuple[Tab, ...] = ()
        self.tab: TabId | None = None
        self._picked = False
        self._places: dict[str, str] = {}
        # What stands there, of which tab; and what is to stand there as soon as it is ready.
        self._entries: Sequence[Entry] = ()
        self._of: TabId | None = None
        self._waiting: Seen | None = None
        self._preparing = False
        self._columns_of: tuple[int, ...] = ()
        self._lead = 0
        # Whether parties are shown by their addresses, where there is no room for both.
        self._addresses = False
        self._typing: LineEditor | None = None
        self.heads: BoardTabs | None = None

    # --- what is shown ---------------------------------------------------------------------------

    def put(self, derived: Derived, *, everything: bool | None = None) -> None:
        """Show what follows from a plan. Cursor and scroll stay with their row."""
        self.derived = derived
        if everything is not None:
            self.everything = everything
        self._build()

    def choose(self, tab: TabId) -> None:
        """Show another tab."""
        self._remember()
        self.tab, self._picked = tab, True
        self._build()

    def filter(self, words: str) -> None:
        """Show only what fits these words."""
        self._look(words=words)

    def stand_at(self, tab: TabId, key: str) -> None:
        """Show one row of a table, among all others."""
        self.choose(tab)
        self._look(words="", folded=False)
        if isinstance(self._entries, Seen):
            self.move_cursor(self._entries.index_of(key))
            self.post_message(self.StandsOn(self.entry()))

    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        if self.cursor is None or self.cursor >= len(self._entries):
            return None
        return self._entries[self.cursor]

    @property
    def entries(self) -> Sequence[Entry]:
        """What stands there, headings among it."""
        return self._entries

    @property
    def ready(self) -> bool:
        """Whether that is what was asked for last."""
        return self._waiting is None

    def texts(self) -> list[str]:
        """What stands there, line by line, for tests and for copying."""
        return [self.line_at(index).plain for index in range(len(self._entries))]

    def made(self) -> tuple[Tab, ...]:
        """The tabs to show; none as long as there is nothing. Other boards make their own."""
        if self.derived is None:
            return ()
        self.view = msgspec.structs.replace(self.view, shape=self._shape())
        columns = self._room() - 4 if self.pictured else 0
        return tabs(self.derived, self.view, everything=self.everything, columns=columns)

    def _build(self) -> None:
        tabs_to_show = self.made()
        if not tabs_to_show:
            return
        self.shown = tabs_to_show
        ids = self._ids()
        if not self._picked or self.tab not in ids:
            self.tab = ids[0]
        tab = self.shown[ids.index(self.tab)]
        entries = tab.entries
        if isinstance(entries, Seen) and not entries.ready and len(entries.rows.keys) > AT_ONCE:
            self._waiting = entries
            self._put_heads(None)
            if not self._preparing:
                self._preparing = True
                self.run_worker(self._prepare(), group="look")
            return
        self._waiting = None
        self._show(tab)

    def _shape(self) -> PartyShape:
        """How parties are shown: by name and address where there is room."""
        if self._room() >= _WIDE:
            return "both"
        return "addresses" if self._addresses else "names"

    def _put_heads(self, heads: Line | None) -> None:
        if self.heads is not None:
            self.heads.put(self.shown, self.tab, self.view.words, self._typing, heads)

    async def _prepare(self) -> None:
        """Get ready what is waited for. The last wish wins: what nobody waits for any more is left."""
        try:
            while (entries := self._waiting) is not None:
                ready = await asyncio.to_thread(entries.prepare, lambda: self._waiting is entries)
                if ready and self._waiting is entries:
                    self._build()
        finally:
            self._preparing = False

    def _show(self, tab: Tab) -> None:
        """Put a tab's entries there."""
        below, near = self._offset_of_cursor(), self._row_of_cursor()
        self._entries, self._of = tab.entries, tab.id
        room = self._room()
        self._columns_of = columns_of(widths_of(tab.entries), room, tab.heads, tab.lead)
        self._lead = tab.lead
        with_heads = tab.heads and tab.entries
        self._put_heads(
            head_line(tab.heads, self._columns_of, self.view.sort, room) if with_heads else None
        )
        if not tab.entries:
            # Before the first layout nobody knows how wide a line is.
            columns = self._room() - 2 if self.size.width else width(tab.empty)
            self.show([line(""), *wrapped(tab.empty, columns, "dim", "  ")])
        else:
            self.repaint_changed(len(tab.entries))
        self._restore(below, near)
        if self.has_focus:
            self.post_message(self.StandsOn(self.entry()))

    def line_at(self, index: int) -> Line:
        if not self._entries:
            return super().line_at(index)
        if index >= len(self._entries):
            return Line()
        entry = self._entries[index]
        marked = index == self.cursor and self.has_focus
        pointer = ("> " if marked else "  ", "key")
        room = self._room()
        if entry.drawn is not None:
            return Line((pointer, *entry.drawn.spans))
        if entry.heading:
            name, counts = entry.cells
            title = fit(name, max(1, room - width(counts) - 3))
            return line(pointer, (title, "heading"), (" " + counts, "dim"))
        return drawn(entry, self._columns_of, room, marked, self.tab, self._lead)

    @property
    def takes_text(self) -> bool:
        """Only while its filter is typed."""
        return self._typing is not None

    def terminal_cursor(self) -> Offset:
        """In the filter at the caret, while it is typed."""
        if self._typing is not None and self.heads is not None:
            return self.heads.caret(self._typing)
        return super().terminal_cursor()

    def _room(self) -> int:
        return max(20, self.scrollable_content_region.width or self.size.width)

    # --- cursor ----------------------------------------------------------------------------------

    def _remember(self) -> None:
        entry = self.entry()
        if entry is not None and self._of is not None:
            self._places[self._of] = entry.key

    def _offset_of_cursor(self) -> int:
        self._remember()
        return (self.cursor or 0) - self.scroll_offset.y

    def _row_of_cursor(self) -> int:
        return self._entries.row_at(self.cursor or 0) if isinstance(self._entries, Seen) else 0

    def _restore(self, below: int, near: int) -> None:
        """The cursor back on its row (looked for first near its old place), the row on its line."""
        key = self._places.get(self._of or "")
        if isinstance(self._entries, Seen):
            index = self._entries.index_of(key, near) if key is not None else None
        else:
            index = next((i for i, entry in enumerate(self._entries) if entry.key == key), None)
        if index is None:
            index = min(self.cursor or 0, len(self._entries) - 1) if self._entries else None
        if index is not None and self.scroll_offset.y and index - below != self.scroll_offset.y:
            self.scroll_to(y=max(0, index - below), animate=False, force=True)
        self.move_cursor(index)

    def _move(self, by: int) -> None:
        if self._entries:
            index = max(0, min(len(self._entries) - 1, (self.cursor or 0) + by))
            self.move_cursor(index, above=1 if index == 1 else 0)
            self.post_message(self.StandsOn(self.entry()))

    def targets(self) -> Iterator[Landing]:
        for index in self.seen_lines():
            if index < len(self._entries):
                yield Landing(index, 0, partial(self._land, index))

    def _land(self, index: int) -> None:
        self.screen.set_focus(self)
        self._move(index - (self.cursor or 0))

    def on_resize(self) -> None:
        self._build()

    def on_focus(self) -> None:
        self.repaint(self.cursor)
        self.post_message(self.StandsOn(self.entry()))

    def on_blur(self) -> None:
        self._typing = None
        self.repaint(self.cursor)

    # --- keys and mouse --------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if event.time < self.deaf_until or self._key(event):
            event.stop()
            event.prevent_default()

    def _key(self, event: events.Key) -> bool:
        if self._typing is not None and self._type(event):
            return True
        page = max(1, self.size.height - 1)
        match event.key:
            case "up":
                self._move(-1)
            case "down":
                self._move(1)
            case "pageup":
                self._move(-page)
            case "pagedown":
                self._move(page)
            case "home":
                self._move(-len(self._entries))
            case "end":
                self._move(len(self._entries))
            case "left" | "right" | "tab" | "shift+tab":
                self._turn(1 if event.key in ("right", "tab") else -1)
            case "w" | "space":
                self._ask(jump=False)
            case "enter" | "j":
                self._ask(jump=True)
            case "s":
                self._look(sort=(self.view.sort + 1) % len(SORTS))
                self.post_message(self.Told(f"Order: {SORTS[self.view.sort]}. s: the next one."))
            case "g":
                self._look(grouped=not self.view.grouped)
                ways = ("In one list. g: in groups.", "In groups. g: in one list.")
                self.post_message(self.Told(ways[self.view.grouped]))
            case "o" if isinstance(self._entries, Seen) and self._entries.folds:
                self._look(folded=not self.view.folded)
                ways = ("Every site. o: those that are alike once.", "Alike sites once. o: all.")
                self.post_message(self.Told(ways[self.view.folded]))
            case "a" if self._shape() != "both":
                self._addresses = not self._addresses
                self._build()
                ways = ("By name. a: by address.", "By address. a: by name.")
                self.post_message(self.Told(ways[self._addresses]))
            case "slash" | "f":
                self._typing = LineEditor(self.view.words)
                self._look(words=self.view.words)
            case "escape":
                if self.view.words:
                    self._look(words="")
                else:
                    self.post_message(self.Left())
            case _ if (digit := typed(event.key, event.character)).isdigit():
                self._typing = LineEditor(digit)
                self._look(words=digit)
            case _:
                return False
        return True

    def on_paste(self, event: events.Paste) -> None:
        """All of it goes into the filter, or none of it."""
        event.stop()
        text = event.text.strip("\r\n")
        if not can_filter(text):
            self.deaf_until = event.time
            self.post_message(self.Told("Pasted, and there is no field here: it went nowhere."))
            return
        if self._typing is None:
            self._typing = LineEditor()
        self._typing.insert(text)
        self._look(words=self._typing.text)

    def _type(self, event: events.Key) -> bool:
        assert self._typing is not None
        match event.key:
            case "enter" | "down" | "tab":
                self._typing = None
                self._build()
                if (entry := self.entry()) is not None and entry.heading:
                    self._move(1)
                return True
            case "escape":
                self._typing = None
                self._look(words="")
                return True
        if character := typed(event.key, event.character):
            self._typing.insert(character)
        elif not self._typing.press(event.key):
            return False
        self._look(words=self._typing.text)
        return True

    def _look(self, **changes: int | bool | str) -> None:
        """Another way of looking: fields of the view."""
        self.view = msgspec.structs.replace(self.view, **changes)
        self._build()

    def _ids(self) -> list[TabId]:
        return [tab.id for tab in self.shown]

    def _turn(self, by: int) -> None:
        ids = self._ids()
        if self.tab in ids:
            self.choose(ids[(ids.index(self.tab) + by) % len(ids)])

    def _ask(self, jump: bool) -> None:
        entry = self.entry()
        if entry is not None:
            self.post_message(self.Asked(entry.record, jump))

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._entries):
            again = index == self.cursor
            self.move_cursor(index)
            self.post_message(self.StandsOn(self.entry()))
            if again or event.chain > 1:
                self._ask(jump=False)
