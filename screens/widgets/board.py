"""The live preview: tabs of what follows from the plan. Rows are drawn only when they come into sight."""

from __future__ import annotations

from textual import events
from textual.message import Message

from screens.board import MARK_WORDS, SORTS, Derived, Entry, Record, Tab, TabId, View, tabs
from screens.lines import Line, Span, fit, line, short, width
from screens.widgets.editor import LineEditor
from screens.widgets.line_view import LineView

_STYLES = {"+": "add", "-": "take", "~": "warn", "": ""}


class BoardTabs(LineView):
    """The tabs above the board, with their counts."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._starts: list[tuple[int, int, TabId]] = []

    def put(
        self, shown: tuple[Tab, ...], current: TabId | None, words: str, typing: LineEditor | None
    ) -> None:
        columns = max(20, self.size.width)
        pieces: list[Span] = []
        self._starts = []
        at = 0
        texts = next(
            (
                some
                for some in (_texts(shown, way, current) for way in range(3))
                if sum(map(width, some)) <= columns
            ),
            _texts(shown, 3, current),
        )
        for tab, text in zip(shown, texts, strict=True):
            if tab.id == current:
                pieces.append((f"[{text[1:-1]}]", "tab"))
            else:
                pieces.append((text, "dim"))
            self._starts.append((at, at + width(text), tab.id))
            at += width(text)
        second: tuple[Span, ...] = (("─" * columns, "dim"),)
        if typing is not None or words:
            second = ((" Filter: ", "key"), (words + ("_" if typing is not None else ""), "field"))
        self.show([line(*pieces), line(*second)])

    def on_click(self, event: events.Click) -> None:
        for start, end, tab in self._starts:
            if event.y == 0 and start <= event.x < end:
                self.post_message(Board.TabChosen(tab))


class Board(LineView, can_focus=True, inherit_bindings=False):
    """The table of the current tab. Left and Right change the tab; Enter asks why."""

    class TabChosen(Message):
        def __init__(self, tab: TabId) -> None:
            super().__init__()
            self.tab = tab

    class Asked(Message):
        """Why is this here, or: take me to the answer that caused it."""

        def __init__(self, record: Record, jump: bool) -> None:
            super().__init__()
            self.record = record
            self.jump = jump

    class Left(Message):
        """The board was left with Esc."""

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
        self._entries: tuple[Entry, ...] = ()
        self._columns_of: tuple[int, ...] = ()
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

    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        if self.cursor is None or self.cursor >= len(self._entries):
            return None
        return self._entries[self.cursor]

    def texts(self) -> list[str]:
        """What stands there, line by line, for tests and for copying."""
        return [self.line_at(index).plain for index in range(len(self._entries))]

    def _build(self) -> None:
        if self.derived is None:
            return
        self.shown = tabs(
            self.derived,
            self.view,
            everything=self.everything,
            columns=self._room() - 4 if self.pictured else 0,
        )
        ids = [tab.id for tab in self.shown]
        if not self._picked or self.tab not in ids:
            self.tab = ids[0]
        tab = self.shown[ids.index(self.tab)]
        below = self._offset_of_cursor()
        before = (self._entries, self._columns_of)
        self._entries, self._columns_of = tab.entries, _columns(tab.entries, self._room())
        if not tab.entries:
            self.show([line(""), line(("  " + tab.empty, "dim"))])
        else:
            self._redraw(before)
        self._restore(below)
        if self.heads is not None:
            self.heads.put(self.shown, self.tab, self.view.words, self._typing)
        if self.has_focus:
            self.post_message(self.StandsOn(self.entry()))

    def _redraw(self, before: tuple[tuple[Entry, ...], tuple[int, ...]]) -> None:
        entries, columns = before
        self._lines = ()
        if len(entries) != len(self._entries) or self.virtual_size.height != len(self._entries):
            self.set_height(len(self._entries))
        top = self.scroll_offset.y
        for index in range(top, top + self.size.height):
            old = entries[index] if index < len(entries) else None
            new = self._entries[index] if index < len(self._entries) else None
            if old != new or columns != self._columns_of or not entries:
                self.repaint(index)

    def line_at(self, index: int) -> Line:
        if not self._entries:
            return super().line_at(index)
        if index >= len(self._entries):
            return Line()
        entry = self._entries[index]
        here = index == self.cursor and self.has_focus
        room = self._room()
        if entry.drawn is not None:
            return Line((("> " if here else "  ", "key"), *entry.drawn.spans))
        if entry.heading:
            name, said = entry.cells
            return line(
                ("> " if here else "  ", "key"),
                (fit(name, max(1, room - width(said) - 3)), "heading"),
                (" " + said, "dim"),
            )
        return _drawn(entry, self._columns_of, room, here, self.tab)

    def _room(self) -> int:
        return max(20, self.scrollable_content_region.width or self.size.width)

    # --- cursor ----------------------------------------------------------------------------------

    def _remember(self) -> None:
        entry = self.entry()
        if entry is not None and self.tab is not None:
            self._places[self.tab] = entry.key

    def _offset_of_cursor(self) -> int:
        self._remember()
        return (self.cursor or 0) - self.scroll_offset.y

    def _restore(self, below: int) -> None:
        """The cursor back on its row; the row back where it was on the screen."""
        wanted = self._places.get(self.tab or "")
        index = next((i for i, entry in enumerate(self._entries) if entry.key == wanted), None)
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
        if self._key(event):
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
            case "enter" | "w" | "space":
                self._ask(jump=False)
            case "j":
                self._ask(jump=True)
            case "s":
                self._look(sort=(self.view.sort + 1) % len(SORTS))
            case "g":
                self._look(grouped=not self.view.grouped)
            case "slash" | "f":
                self._typing = LineEditor(self.view.words)
                self._look(words=self.view.words)
            case "escape":
                if self.view.words:
                    self._look(words="")
                else:
                    self.post_message(self.Left())
            case _:
                return False
        return True

    def _type(self, event: events.Key) -> bool:
        assert self._typing is not None
        match event.key:
            case "enter" | "down" | "tab":
                self._typing = None
                self._build()
                return True
            case "escape":
                self._typing = None
                self._look(words="")
                return True
        if event.is_printable and event.character:
            self._typing.insert(event.character)
        elif not self._typing.press(event.key):
            return False
        self._look(words=self._typing.text)
        return True

    def _look(
        self, *, sort: int | None = None, grouped: bool | None = None, words: str | None = None
    ) -> None:
        self.view = View(
            self.view.sort if sort is None else sort,
            self.view.grouped if grouped is None else grouped,
            self.view.words if words is None else words,
        )
        self._build()

    def _turn(self, by: int) -> None:
        ids = [tab.id for tab in self.shown]
        if self.tab in ids:
            self.choose(ids[(ids.index(self.tab) + by) % len(ids)])

    def _ask(self, jump: bool) -> None:
        entry = self.entry()
        if entry is not None and entry.record is not None:
            self.post_message(self.Asked(entry.record, jump))

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._entries):
            again = index == self.cursor
            self.move_cursor(index)
            self.post_message(self.StandsOn(self.entry()))
            if again or event.chain > 1:
                self._ask(jump=False)


def detail(entry: Entry | None) -> str:
    """The line of help for the entry under the cursor: what there was no room for."""
    if entry is None or entry.record is None:
        return "Left, Right: tabs. Enter: to the answer. w: why. / filter, s sort, g group."
    record = entry.record
    said = f"{MARK_WORDS[entry.mark]}: " if entry.mark else ""
    sources, destinations = getattr(record, "sources", None), getattr(record, "destinations", None)
    if sources is not None and destinations is not None:
        return f"{said}{_some(sources)} → {_some(destinations)}"
    return said + (entry.cells[-1] or entry.cells[-2])


def _some(addresses: tuple[str, ...]) -> str:
    if not addresses:
        return "(open)"
    return ", ".join(addresses[:2]) + (f" and {len(addresses) - 2} more" if len(addresses) > 2 else "")


def _texts(shown: tuple[Tab, ...], way: int, current: TabId | None) -> list[str]:
    """The tabs' words, shorter with every way: news on all, on the current one, on none; then no counts."""
    texts = []
    for tab in shown:
        news = (f" +{tab.new}" if tab.new else "") + (f" -{tab.gone}" if tab.gone else "")
        news = news if way == 0 or (way == 1 and tab.id == current) else ""
        count = f" {tab.count}" if way < 3 or tab.id == current else ""
        texts.append(f" {tab.title}{count}{news} ")
    return texts


def _columns(entries: tuple[Entry, ...], room: int) -> tuple[int, ...]:
    """Column widths that fit: the last column takes what is left."""
    rows = [entry.cells for entry in entries[:500] if not entry.heading]
    count = max((len(cells) for cells in rows), default=0)
    widths = [max((width(cells[i]) for cells in rows if i < len(cells)), default=0) for i in range(count)]
    if not widths:
        return ()
    limits = [4, 7, 18, max(28, min(room - 36, room * 2 // 3))]
    return tuple(min(wide, limits[i]) if i < len(limits) else wide for i, wide in enumerate(widths))


def _drawn(entry: Entry, columns: tuple[int, ...], room: int, here: bool, tab: TabId | None) -> Line:
    style = _STYLES[entry.mark]
    pieces: list[Span] = [("> " if here else "  ", "key"), ((entry.mark or " ") + " ", style)]
    left = room - 4
    cells = entry.cells
    for index, cell in enumerate(cells):
        last = index == len(cells) - 1
        wide = left if last else min(columns[index] if index < len(columns) else width(cell), left)
        if left < 6:
            break
        if wide == 0:
            continue
        text = short(cell, wide) if last else fit(cell, wide)
        own = (
            entry.level if index in (1, 4) and entry.level else "dim" if last and tab != "findings" else style
        )
        pieces.append((text + ("" if last else " "), style or own))
        left -= wide + 1
    if entry.mark == "-" and left > 0:
        pieces.append((" gone", "take"))
    return line(*pieces)
