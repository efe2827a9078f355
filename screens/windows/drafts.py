"""The window with the unfinished plans: go on with one, discard one, bring one back, take one over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual import events

from screens.widgets.bars import Bar
from screens.windows.modals import Alternative, Choosing
from wizard.session.drafts import DraftError
from wizard.session.shelf import Drafts, Summary, discard, list_drafts, restore

NEW = "new"
_MOST = 12
_ABOUT = (
    "Every answer is on disk before the next key counts, so a plan that was not finished, or whose"
    " window was lost, is still there, at the step where it was left.\n\nEnter goes on with it. d"
    " discards it; u takes that back, and for 30 days Enter on a discarded one does. Esc leaves all"
    " of them as they are and begins anew. A draft that is open in another window can be taken"
    " over: that window can only be read then."
)


class UnfinishedPlans(Choosing):
    """Gives back the id of a draft to go on with, NEW or nothing to begin anew."""

    def __init__(self, drafts: Drafts, origin: str | None) -> None:
        self._origin = origin
        self._drafts = drafts
        self._last_discarded = ""
        self._anew = "A new plan" if origin is None else "The plan as it is in the file"
        keys = f"Enter: take it   d: discard   Esc: {self._anew.lower()}"
        super().__init__("Unfinished plans", tuple(self._rows()), keys=keys, about=_ABOUT)

    @property
    def in_use(self) -> dict[str, Summary]:
        """Those that other windows have open."""
        return {draft.id: draft for draft in self._drafts.drafts if draft.in_use}

    def _rows(self) -> Iterator[Alternative]:
        for draft in self._drafts.drafts[:_MOST]:
            yield Alternative(draft.id, f"Go on with: {draft.title[:30]}", draft.state)
        yield Alternative(NEW, self._anew)
        for draft in self._drafts.discarded[:_MOST]:
            note = f"{draft.age()}; Enter brings it back"
            yield Alternative(draft.id, f"Discarded: {draft.title[:30]}", note)

    def on_key(self, event: events.Key) -> None:
        if event.key == "d":
            self._discard()
        elif event.key in ("u", "ctrl+z") and self._last_discarded:
            self._restore(self._last_discarded)
        else:
            return
        event.stop()
        event.prevent_default()

    def take(self) -> None:
        chosen = self.chosen().id
        if any(draft.id == chosen for draft in self._drafts.discarded):
            self._restore(chosen)
        else:
            self.close_with(chosen)

    def _discard(self) -> None:
        draft = next((d for d in self._drafts.drafts if d.id == self.chosen().id), None)
        if draft is not None and self._does(lambda: discard(draft.id)):
            self._last_discarded = draft.id
            self._refill(f"Discarded: {draft.title[:30]}. u brings it back.")

    def _restore(self, draft_id: str) -> None:
        if self._does(lambda: restore(draft_id)):
            self._last_discarded = ""
            self._refill(self.keys)

    def _does(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except DraftError as error:
            self.query_one("#window-keys", Bar).say((str(error), "bad"))
            return False
        return True

    def _refill(self, words: str) -> None:
        self._drafts = list_drafts().of(self._origin)
        self.refill(tuple(self._rows()))
        self.query_one("#window-keys", Bar).say((words, "dim"))
