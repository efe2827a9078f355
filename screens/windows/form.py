"""Windows with fields: rows to work over the wizard, with a line of help below them. Esc closes
each.
"""

from __future__ import annotations

from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Container

from screens.widgets.bars import Bar
from screens.widgets.form import Form
from screens.widgets.lines import StyledText, fits, with_rest
from screens.widgets.rows import Row, RowKey
from screens.windows.modals import SLIM, WIDEST, LeanModal

Shape = Literal["-tall", "-broad", "-low"]
# How many columns the style sheet gives them at the most.
_WIDEST: dict[Shape, int] = {"-tall": WIDEST, "-broad": 124, "-low": WIDEST}


class CyclingForm(Form):
    """A form in whose fields Left and Right go through what could stand there; what is typed then
    replaces it.
    """

    # Whether typing replaces also what stood in a field when the cursor came to it.
    replaces = False

    @property
    def takes_text(self) -> bool:
        """In a field only: no letter filters the rows of a window."""
        return self.typing()

    def _edit(self, event: events.Key) -> bool:
        row = self.row()
        if event.key == "escape":
            # It closes the window, whatever is typed.
            return False
        if (
            row is not None
            and event.key in ("left", "right")
            and self._answers.pressed(row, event.key)
        ):
            if self._editor is not None:
                self._editor.untouched = True
            return True
        return super()._edit(event)

    def _stand(self, key: RowKey | None, *, keep: bool = False) -> None:
        moved, before = key != self.current, self._editor
        super()._stand(key, keep=keep)
        if self._editor is not None:
            kept = before is not None and before.untouched
            self._editor.untouched = self.replaces if moved else kept


class FormWindow(LeanModal):
    """A window that is a form, and takes what is done in it. Subclasses give rows and say what keys
    do.
    """

    AUTO_FOCUS = "#window-form"

    def __init__(self, title: str, keys: str, *, shape: Shape = "-tall") -> None:
        super().__init__(title, keys)
        self._shape = shape
        self._note: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        with Container(id="window", classes=self._shape):
            yield Bar(id="window-title")
            yield CyclingForm(self, id="window-form")
            yield Bar(id="window-help")
            yield Bar(id="window-keys")

    @property
    def form(self) -> CyclingForm:
        return self.query_one("#window-form", CyclingForm)

    @property
    def columns(self) -> int:
        """How many columns a row has."""
        columns = self.app.size.width
        widest = columns if self._shape == "-broad" or columns <= SLIM else columns * 9 // 10
        return max(20, (self.form.size.width or min(_WIDEST[self._shape], widest) - 4) - 2)

    def on_mount(self) -> None:
        # Before the first layout: a window is drawn once, whole.
        self.refill()

    def on_resize(self) -> None:
        self.call_after_refresh(self.refill)

    def refill(self, go: RowKey | None = None) -> None:
        """Put the rows as they are now; the cursor goes to `go`, or stays."""
        if self.is_mounted:
            self.form.put(self.rows(), current=go)

    def say(self, text: str, *, bad: bool = False) -> None:
        """A message in place of the help, until the cursor moves."""
        self._note = (text, "bad" if bad else "good")
        self._help(self.form.row())

    def _help(self, row: Row | None) -> None:
        text, style = self._said(row)
        self.query_one("#window-help", Bar).say((with_rest(text, self.columns), style))

    def _said(self, row: Row | None) -> StyledText:
        """What the line of help has to say, all of it, with its style."""
        if self._note is not None:
            return self._note
        if row is not None and row.problem:
            return f"! {row.problem}", "bad"
        return (row.help if row is not None else ""), "dim"

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.close_with(None)
        elif event.key in ("f1", "question_mark"):
            event.stop()
            row = self.form.row()
            words, style = self._said(row)
            if style == "dim" or (style == "good" and fits(words, self.columns)):
                words = ""
            self.tell_about(
                row.label if row is not None else self.heading,
                row.long_help if row else "",
                (words, style),
            )

    # --- what the form asks

    def rows(self) -> tuple[Row, ...]:
        """What is to be seen; nothing, until a window says more."""
        return ()

    def pressed(self, row: Row, key: str) -> bool:
        """A key on a row; False where it means nothing there."""
        return False

    def typed(self, row: Row, text: str) -> bool:
        """Text was typed into a row's field and left; False where it cannot be taken."""
        return True

    def turned_down(self, words: str) -> None:
        self.say(words, bad=True)

    def stands_on(self, row: Row | None, moved: bool) -> None:
        """The cursor stands on this row. `moved`: it came there, or somebody typed into the field."""
        if moved:
            self._note = None
        self._help(row)
