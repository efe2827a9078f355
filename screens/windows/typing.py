"""The window that asks for one line of text: another name, another file."""

from __future__ import annotations

from collections.abc import Callable

from screens.widgets.rows import Row
from screens.windows.form import FormWindow

_FIELD = "text"


class OneLine(FormWindow):
    """Gives back what was typed, once `refusal` has nothing against it ('': nothing). The title says
    what it is for, the label of the field what stands in it.
    """

    def __init__(
        self, title: str, row_label: str, text: str, *, help: str, refusal: Callable[[str], str]
    ) -> None:
        super().__init__(title, "Enter: take it   Esc: close", shape="-low")
        self._row = Row(_FIELD, "text", row_label, text, help=help)
        self._refusal = refusal

    def on_mount(self) -> None:
        # What is typed at once takes the place of what stood there.
        self.form.replaces = True
        super().on_mount()

    def rows(self) -> tuple[Row, ...]:
        return (self._row,)

    def pressed(self, row: Row, key: str) -> bool:
        if key != "enter":
            return False
        text = (self.form.text() or "").strip()
        if words := self._refusal(text):
            self.say(words, bad=True)
        else:
            self.close_with(text)
        return True
