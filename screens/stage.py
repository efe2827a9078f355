"""What windows may ask of the wizard that they stand over: the session, and a few things to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from textual.widget import Widget

    from screens.board.derived import Derived, Record
    from screens.widgets.rows import RowKey
    from screens.windows.modals import LeanModal
    from wizard.session.session import Session


class Stage(Protocol):
    """The wizard, as its windows see it."""

    session: Session
    derived: Derived | None

    @property
    def host(self) -> str:
        """How scp on another computer names this one."""

    def settled(self) -> bool:
        """Whether `derived` follows from the present plan."""

    def follow(self, window: Widget, changed: Callable[[], None]) -> None:
        """Call this each time that `derived` is another one, as long as the window is there."""

    def say(self, note: str, *, bad: bool = False) -> None:
        """A message in the line of help."""

    def open_window(
        self, window: LeanModal, closed: Callable[[str | None], None] | None = None
    ) -> None:
        """Put a window over what is there; `closed` gets what it gives back."""

    def jump_to(self, key: RowKey, back: Callable[[], None] | None = None, words: str = "") -> None:
        """To a question, with words for why; Esc comes back from there, to what `back` opens."""

    def send(self, title: str, text: str, name: str, path: Path | None = None) -> None:
        """Send a text to the terminal's clipboard, and into the file `name` unless `path` has it."""

    def send_record(self, record: Record) -> None:
        """Send a row of the preview to the terminal's clipboard."""

    def commit(self) -> None:
        """Hand over what is typed in the form."""

    def looked_at(self) -> Record | None:
        """The row of the preview under the cursor, where the preview has it."""


class Workplace(Stage, Protocol):
    """The wizard, as its own rooms see it that work beside the keys."""

    def learned(self, hint: str) -> None:
        """Somebody did what this tip says."""

    def work(self, task: Coroutine[None, None, None], only: str = "") -> None:
        """Run it beside the keys, instead of what runs under the same name."""
