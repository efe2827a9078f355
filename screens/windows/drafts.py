"""The window with the unfinished plans: go on with one, copy or rename one, discard one, bring one
back, take one over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual import events

from screens.widgets.bars import Bar
from screens.widgets.lines import short
from screens.windows.modals import Alternative, Choosing, Reader
from screens.windows.typing import OneLine
from wizard.facts.model import Catalog
from wizard.plan.field import AnswerError
from wizard.session.drafts import DraftError
from wizard.session.shelf import (
    COPY_ELSEWHERE,
    Drafts,
    Summary,
    copied,
    discard,
    list_drafts,
    rename,
    restore,
)
from wizard.tables import by_id, ids_of

NEW = "new"
_MOST = 12
# What is said of the draft that stands behind the window.
_HERE = "open in this window"
_ABOUT = (
    "Every answer is on disk before the next key counts, so a plan that was not finished, or whose"
    " window was lost, is still there, at the step where it was left.\n\nEnter goes on with it. d"
    " discards it; u takes that back, and for 30 days Enter on a discarded one does. c puts a copy"
    " beside it, as the beginning of a plan like this one, and r gives it another name. Esc leaves"
    " all of them as they are and begins anew. A draft that is open in another window can be taken"
    " over: that window can only be read then."
)


class UnfinishedPlans(Choosing):
    """Gives back the id of a draft to go on with, NEW or nothing to begin anew."""

    def __init__(self, drafts: Drafts, origin: str | None, catalog: Catalog, here: str) -> None:
        """`here`: the id of the draft that the wizard has open."""
        self._here = here
        self._origin = origin
        self._catalog = catalog
        self._drafts = drafts
        self._last_discarded = ""
        self._anew = "A new plan" if origin is None else "The plan as it is in the file"
        keys = f"Enter: take it   d: discard   c: copy   r: rename   Esc: {self._anew.lower()}"
        super().__init__("Unfinished plans", tuple(self._rows()), keys=keys, about=_ABOUT)

    @property
    def in_use(self) -> dict[str, Summary]:
        """Those that other windows have open."""
        return {draft.id: draft for draft in self._drafts.drafts if draft.in_use}

    def _rows(self) -> Iterator[Alternative]:
        for draft in self._drafts.drafts[:_MOST]:
            state = _HERE if draft.id == self._here else draft.state
            yield Alternative(draft.id, f"Go on with: {short(draft.title, 30)}", state)
        yield Alternative(NEW, self._anew)
        for draft in self._drafts.discarded[:_MOST]:
            note = f"{draft.age()}; Enter brings it back"
            yield Alternative(draft.id, f"Discarded: {short(draft.title, 30)}", note)

    def on_key(self, event: events.Key) -> None:
        if event.key == "d":
            self._discard()
        elif event.key in ("u", "ctrl+z") and self._last_discarded:
            self._restore(self._last_discarded)
        elif event.key == "c":
            self._copy()
        elif event.key == "r":
            self._ask_name()
        else:
            return
        event.stop()
        event.prevent_default()

    def show_keys(self) -> None:
        super().show_keys()
        self._tell_problem()

    def take(self) -> None:
        chosen = self.chosen().id
        if chosen == self._here:
            self.close_with(None)
        elif chosen in ids_of(self._drafts.discarded):
            self._restore(chosen)
        else:
            self.close_with(chosen)

    def _draft(self) -> Summary | None:
        """The draft under the cursor; None on another row."""
        return by_id(self._drafts.drafts).get(self.chosen().id)

    def _draft_to_touch(self) -> Summary | None:
        """The same, but for the one that is open here: that is said."""
        draft = self._draft()
        if draft is None or draft.id != self._here:
            return draft
        self._say(f"{short(draft.title, 30)} is {_HERE}.")
        return None

    def _copy(self) -> None:
        draft = self._draft()
        if draft is None:
            return
        try:
            copy_id = copied(draft.id)
        except DraftError as error:
            self._say(str(error))
            return
        listed = "" if self._origin is None else COPY_ELSEWHERE
        self._refill(f"Copied: {short(draft.title, 30)}.{listed}", go=copy_id)

    def _ask_name(self) -> None:
        draft = self._draft_to_touch()
        if draft is None:
            return
        window = OneLine(
            "Another name for an unfinished plan",
            "Name of the plan",
            draft.name,
            help="Enter gives it this name; Esc leaves it as it is.",
            refusal=lambda name: self._refusal(draft.id, name),
        )

        def closed(name: str | None) -> None:
            if name is not None:
                self._refill(f"Renamed: {short(name or draft.title, 30)}.", go=draft.id)

        _ = self.app.push_screen(window, closed)

    def _refusal(self, draft_id: str, name: str) -> str:
        """Rename; in words why it can't be, '' where it is done."""
        try:
            rename(draft_id, name, self._catalog)
        except (AnswerError, DraftError) as error:
            return str(error)
        return ""

    def _discard(self) -> None:
        draft = self._draft_to_touch()
        if draft is not None and self._does(lambda: discard(draft.id)):
            self._last_discarded = draft.id
            self._refill(f"Discarded: {short(draft.title, 30)}. u brings it back.")

    def _restore(self, draft_id: str) -> None:
        if self._does(lambda: restore(draft_id)):
            self._last_discarded = ""
            self._refill(self.keys)

    def _does(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except DraftError as error:
            self._say(str(error))
            return False
        return True

    def _say(self, words: str, style: str = "bad") -> None:
        self.query_one("#window-keys", Bar).say((words, style))

    def _refill(self, words: str, go: str = "") -> None:
        """The list as it is now; the cursor goes to the draft `go`, where it is listed."""
        self._drafts = list_drafts().of(self._origin)
        rows = tuple(self._rows())
        place = next((at for at, row in enumerate(rows) if row.id == go), None)
        if place is not None:
            self.query_one(Reader).cursor = place
        self.refill(rows)
        self._say(words, "dim")
        self._tell_problem()

    def _tell_problem(self) -> None:
        """That not all of them could be read."""
        if self._drafts.problems:
            self._say(self._drafts.problems[0])
