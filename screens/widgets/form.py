"""The form: one widget that draws all rows of a step and takes all keys for them.

One widget instead of one per field: the focus never moves, so that a Tab costs two lines on the
wire, and a step can be exchanged for the next by repainting what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import events
from textual.geometry import Offset

from screens.terminal.keys import typed
from screens.terminal.profile import LEAST_COLUMNS, LEAST_ROWS
from screens.widgets import rows as drawing
from screens.widgets import standing
from screens.widgets.editor import LineEditor, can_filter
from screens.widgets.line_view import Landing, LineView
from screens.widgets.lines import Line
from screens.widgets.rows import Answers, Row, RowKey, Typed

# No form that can be worked in has fewer columns.
_LEAST = 45


class Form(LineView, can_focus=True, inherit_bindings=False):
    """Rows with a cursor. Up, Down and Tab move it; Space and Enter work the row; fields take typed
    text.
    """

    def __init__(self, answers: Answers, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answers = answers
        self._all: tuple[Row, ...] = ()
        self.rows: tuple[Row, ...] = ()
        self.current: RowKey | None = None
        self.filter = ""
        self.filterable = False
        self._editor: LineEditor | None = None
        self._began = ""
        self._came: RowKey | None = None
        self._labels: dict[RowKey, int] = {}

    # --- what is shown ---------------------------------------------------------------------------

    def put(
        self, rows: tuple[Row, ...], *, current: RowKey | None = None, filterable: bool = False
    ) -> None:
        """Show these rows. The cursor stays on its row, or goes to `current`, or to a row near by."""
        place = self.cursor or 0
        self._all, self.filterable = rows, filterable
        self._arrange()
        target = self._live(current) or self._live(self.current)
        if target is None or self._index(target) is None:
            target = standing.nearest(self.rows, place)
        self._stand(target, keep=target == self.current and self._unchanged(target))

    def _unchanged(self, key: RowKey | None) -> bool:
        """Whether the row still holds the text that typing began from, so that what is typed may
        stay.
        """
        index = self._index(key)
        return index is not None and self.rows[index].value == self._began

    def row(self) -> Row | None:
        """The row under the cursor."""
        index = self._index(self.current) if self.current else None
        return self.rows[index] if index is not None else None

    def typing(self) -> bool:
        """Whether characters go into a field."""
        return self._editor is not None

    def commit(self, *, again: bool = False) -> bool:
        """Hand over what was typed into the field, if it differs, or `again`; False where it cannot be
        taken.
        """
        row = self.row()
        if row is None or self._editor is None or row.key == "filter":
            return True
        # Who types an example once more says that it is his own.
        again = again or (self._editor.typed_over and row.mark == "example")
        if self._editor.text == row.value and not again:
            return True
        return self._answers.typed(row, self._editor.text)

    def go(self, key: RowKey) -> bool:
        """Put the cursor on a row; False where there is no such row."""
        if self._live(key) is None and self.filter:
            self.filter = ""
            self._arrange()
        live = self._live(key)
        if live is None:
            return False
        self._stand(live)
        return True

    def _live(self, key: RowKey | None) -> RowKey | None:
        return standing.live_key(self.rows, key)

    def text(self) -> str | None:
        """What stands in the field under the cursor; None on other rows."""
        return self._editor.text if self._editor is not None else None

    def revert(self) -> None:
        """Forget what is typed and not handed over."""
        self._stand(self.current, keep=False)

    def retype(self, text: str) -> None:
        """Put text into the field under the cursor, as if it had just been typed."""
        if self._editor is not None:
            self._editor = LineEditor(text)
            self._draw()

    def start_at(self, key: RowKey | None) -> None:
        """Before the rows of another step are put: its cursor, and from the top where it has none."""
        self.current, self.filter, self._editor = key, "", None
        if key is None:
            self.cursor = None
            self.scroll_to(y=0, animate=False, force=True)

    def _arrange(self) -> None:
        rows = self._all
        if self.filter or self.current == "filter":
            rows = drawing.filtered(rows, self.filter)
        else:
            rows = drawing.unsought(rows)
        # Before the first layout nobody knows how wide a line is; and in a window too small to work
        # in the rows stay as they are, so that all is where it was in a larger one.
        self.rows = (
            drawing.whole_notes(rows, self._columns()) if self.size.width >= _LEAST else rows
        )
        self._labels = drawing.label_columns(rows, self._columns())

    def _draw(self) -> None:
        self.show(self._drawn())

    def fitted(self) -> list[Line]:
        self._arrange()
        return self._drawn()

    def _drawn(self) -> list[Line]:
        cursor = self._index(self.current) if self.current else None
        field = None
        if cursor is not None and self._editor is not None:
            field = Typed(*self._editor.window(self._room_of(self.rows[cursor])))
        return drawing.all_drawn(self.rows, self._labels, self._columns(), cursor, field)

    def terminal_cursor(self) -> Offset:
        """In a field at the caret."""
        start, row = super().terminal_cursor(), self.row()
        if row is None or self._editor is None:
            return start
        caret = self._editor.window(self._room_of(row))[1]
        return start + Offset(self._start_of(row) + caret, 0)

    def _room_of(self, row: Row) -> int:
        return drawing.field_columns(row, self._labels.get(row.key, 0), self._columns())

    def _start_of(self, row: Row) -> int:
        return drawing.field_start(row, self._labels.get(row.key, 0), self._columns())

    def _columns(self) -> int:
        return max(20, (self.scrollable_content_region.width or self.size.width) - 1)

    def on_resize(self) -> None:
        window = self.app.size
        # In a window too small to work in nothing is seen of it, and it is where it was after that.
        if window.width >= LEAST_COLUMNS and window.height >= LEAST_ROWS:
            self._arrange()
            self._stand(self.current, keep=True)

    def on_focus(self) -> None:
        self._stand(self.current, keep=True)

    def on_blur(self) -> None:
        # Where nothing else has the focus, the window is too small or another one is in front: it
        # comes back, and what is half typed waits for that.
        if self.screen.focused is not None:
            self.commit()
        self.repaint(self.cursor)

    # --- the cursor ------------------------------------------------------------------------------

    def _index(self, key: RowKey | None) -> int | None:
        return standing.index_of(self.rows, key)

    def _stand(self, key: RowKey | None, *, keep: bool = False) -> None:
        """Put the cursor on the row; with `keep`, what is typed there and not handed over stays."""
        moved, self.current = key != self.current, key
        row = self.row()
        if row is None or row.kind != "text":
            self._editor = None
        elif not (keep and self._editor is not None):
            self._editor = LineEditor(row.value, untouched=row.replaced)
            self._began = row.value
        index = self._index(key)
        above = standing.lines_above(self.rows, index) if index is not None else 0
        self._draw()
        self.move_cursor(index, above=above, below=1)
        self._answers.stands_on(row, moved)

    def step(self, by: int) -> bool:
        """Move the cursor to the next live row in that direction; False at the end."""
        index = self._index(self.current)
        if not self.commit() and self.row() is None:
            return False
        index = self._index(self.current) if self._index(self.current) is not None else index
        key = standing.beside(self.rows, index if index is not None else -1, by)
        if key is not None:
            self._stand(key)
            return True
        if by < 0:
            self.scroll_to(y=0, animate=False, force=True)
        return False

    def _leap(self, key: RowKey | None) -> None:
        """Hand over what is typed, and stand on another row; None: stay."""
        if key is not None:
            self.commit()
            self._stand(key)

    def targets(self) -> Iterator[Landing]:
        for index in self.seen_lines():
            if index < len(self.rows) and self.rows[index].live:
                yield Landing(index, 0, partial(self._land, self.rows[index].key))

    def _land(self, key: RowKey) -> None:
        self.screen.set_focus(self)
        self._leap(self._live(key))

    def _group(self, by: int) -> None:
        """Move to the first live row of the next or previous group."""
        self._leap(standing.in_next_group(self.rows, self._index(self.current) or 0, by))

    def _page(self, by: int) -> None:
        """Move the cursor by what is in sight at once, or to the end of the rows."""
        lines = max(1, self.size.height - 2)
        key = standing.a_page_on(self.rows, self._index(self.current) or 0, by, lines)
        if key is None:
            self._end(by)
        else:
            self._leap(key)

    def _end(self, by: int) -> None:
        key = standing.at_the_end(self.rows, by)
        self._leap(key)
        if key is not None and by < 0:
            self.scroll_to(y=0, animate=False, force=True)

    # --- keys and mouse --------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        if event.time < self.deaf_until or self._key(event):
            event.stop()
            event.prevent_default()

    def _key(self, event: events.Key) -> bool:
        key, character = event.key, typed(event.key, event.character)
        match key:
            case "up" | "shift+tab":
                return self.step(-1) or True
            case "down" | "tab":
                return self.step(1) or True
            case "ctrl+down" | "ctrl+up":
                self._group(1 if key == "ctrl+down" else -1)
                return True
            case "ctrl+home" | "ctrl+end":
                self._end(1 if key == "ctrl+end" else -1)
                return True
            case "pageup" | "pagedown":
                self._page(1 if key == "pagedown" else -1)
                return True
        if self._editor is not None:
            return self._edit(event)
        row = self.row()
        if key in ("home", "end"):
            self._end(1 if key == "end" else -1)
            return True
        if key == "slash" and self._all:
            return self._start_filter("")
        if row is not None and self._answers.pressed(row, key):
            return True
        if key == "escape" and self.filter:
            return self._end_filter()
        if self.filterable and character.isalnum():
            return self._start_filter(character)
        return False

    def _edit(self, event: events.Key) -> bool:
        """A key in a field."""
        assert self._editor is not None
        row = self.row()
        key = event.key
        if row is None:
            return False
        before = self._editor.text
        if key == "escape":
            if row.key == "filter":
                return self._end_filter()
            if self._editor.text != row.value:
                self.revert()
                return True
            return self._answers.pressed(row, key) or (bool(self.filter) and self._end_filter())
        if key == "enter":
            if row.key == "filter":
                return self.step(1) or True
            if self._answers.pressed(row, "enter"):
                return True
            # What was refused may be good by now, such as a file that could not be read.
            again = bool(row.problem) and row.question is None
            if self.commit(again=again) and self.current == row.key:
                # A text may lead to another row, such as a name to what was named.
                self._leap(standing.onward(self.rows, row))
            return True
        if character := typed(key, event.character):
            self._editor.insert(character)
        elif not self._editor.press(key):
            return False
        self._edited(before)
        return True

    def _edited(self, before: str) -> None:
        assert self._editor is not None
        if self.current == "filter" and self._editor.text != before:
            self.filter = self._editor.text
            self._arrange()
            self._stand("filter", keep=True)
            return
        self._draw()
        if self._editor.text != before:
            self._answers.stands_on(self.row(), True)

    def _start_filter(self, text: str) -> bool:
        if not self.filter:
            self._came = self.current
        self.filter = text
        self.current = "filter"
        self._editor = LineEditor(text)
        self._arrange()
        self._stand("filter", keep=True)
        self._answers.stands_on(self.row(), True)
        return True

    def _end_filter(self) -> bool:
        was = self.current
        self.filter = ""
        # Who chose nothing is back where the filter was begun.
        self.current = self._came if was == "filter" else was
        self._arrange()
        is_there = self._index(self.current) is not None
        self._stand(self.current if is_there else standing.nearest(self.rows, 0))
        return True

    def on_paste(self, event: events.Paste) -> None:
        """All of it goes into the field, or into the filter of the list; else none of it."""
        event.stop()
        text = event.text.strip("\r\n")
        if self._editor is None and self.filterable and can_filter(text):
            self._start_filter(text)
        elif self._editor is None:
            # The Enter behind it, which came before the paste was made of it, goes there too.
            self.deaf_until = event.time
            self._answers.turned_down("Pasted, and there is no field here: it went nowhere.")
        else:
            before = self._editor.text
            self._editor.insert(text)
            self._edited(before)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self.rows) or not self.rows[index].live:
            return
        key = self.rows[index].key
        self.commit()
        at = self._index(key)
        if at is None:
            return
        again = key == self.current
        self._stand(key, keep=again)
        row = self.rows[at]
        if row.kind == "text" and self._editor is not None:
            self._editor.stand_at(event.x - self._start_of(row))
            self._draw()
        elif row.kind in ("flag", "item", "action") or again:
            self._answers.pressed(row, "space" if row.kind in ("flag", "item") else "enter")
