"""'What did I change?': this plan beside a saved one, or beside itself as it was when the wizard
was opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from screens.board.entry import View
from screens.windows.compare.plan_files import Base, UnreadablePlan
from screens.windows.compare.window import Compare

if TYPE_CHECKING:
    from screens.stage import Stage


class Comparing:
    """The comparing hands of the app. What was compared with last is what is compared with again."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._draft = stage.session.draft.id
        self.base: Base | None = None
        self.turned = False
        self.place: tuple[str, str] | None = None
        self.view = View()

    def open(self) -> None:
        """Compare with what was compared with last, or with the file that the plan came from; else
        ask.
        """
        draft = self._stage.session.draft
        self._stage.commit()
        if self._draft != draft.id:
            # Another plan was taken up: what the one before was compared with is nothing to it.
            self._draft, self.base, self.turned, self.place = (
                draft.id,
                None,
                False,
                None,
            )
        if self.base is None and draft.origin:
            self.base = Base(Path(draft.origin))
        if self.base is None:
            self.choose()
        else:
            self.show(self.base)

    def choose(self, trouble: UnreadablePlan | None = None, back: Base | None = None) -> None:
        """Ask with what to compare. Esc goes back to the comparison with `back`, where there is
        one.
        """
        from screens.windows.compare.choosing import ChoosePlan

        window = ChoosePlan(self._stage, trouble)

        def closed(result: str | None) -> None:
            if result is not None:
                self.turned, self.place = False, None
                self.show(window.chosen)
            elif back is not None:
                self.show(back)

        self._stage.open_window(window, closed)

    def show(self, base: Base) -> None:
        """Open the comparison. An answer that it leads to comes back to it."""
        self.base = base
        window = Compare(self._stage, base, self.turned, self.place, self.view)

        def closed(result: str | None) -> None:
            self.turned, self.place = window.turned, window.place
            # Who comes back from an answer finds the filter as it was.
            self.view = window.view if window.jump is not None else View()
            if result == "trouble":
                self.base = None
                self.choose(window.trouble)
            elif result == "other":
                self.choose(back=base)
            elif window.jump is not None:
                self._stage.jump_to(window.jump, lambda: self.show(base))

        self._stage.open_window(window, closed)
