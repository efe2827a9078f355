"""What is being edited, without a screen. The wizard's screen and its line mode are views of it:
each answer, undo, save and export goes through here, and comes back as a value; they put the words.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.catalog import made_with
from wizard.plan.keys import Key
from wizard.plan.model import Plan
from wizard.plan.placement import without_built_in_places
from wizard.questions import Question, StepId, Value, answered, applies, neighbour, open_questions
from wizard.session.draft_file import Place
from wizard.session.drafts import Draft, DraftError, DraftTaken
from wizard.session.saving import FileExists, PlanSaved, Unwritable, save_plan

if TYPE_CHECKING:
    from wizard.changes import Changes
    from wizard.deployment import Deployment


class OnDisk(msgspec.Struct, frozen=True):
    """On disk. `changed`: the plan is another one now; `words` name the answer of undo and redo."""

    changed: bool
    words: str = ""


class OnlyHere(msgspec.Struct, frozen=True):
    """Taken, but only in this window; `news`: that was not so before, or for another reason."""

    changed: bool
    words: str
    error: DraftError
    news: bool


class NotTaken(msgspec.Struct, frozen=True):
    """Nothing changed: another window has the draft."""

    error: DraftError
    changed: bool = False
    words: str = ""


Effect = OnDisk | OnlyHere | NotTaken


class Exported(msgspec.Struct, frozen=True):
    """What an export wrote: bytes by path in the folder, (what, why) was left out, what to do next.

    `edited`: what somebody had edited, and where that now stands.
    """

    folder: Path
    files: dict[str, int]
    left_out: tuple[tuple[str, str], ...] = ()
    next: tuple[str, ...] = ()
    edited: tuple[tuple[str, str], ...] = ()


class NotExported(msgspec.Struct, frozen=True):
    """Nothing was written. `unanswered`: the question whose answer is missing."""

    folder: Path
    reason: str
    unanswered: Key | None = None


class Offer(msgspec.Struct, frozen=True):
    """A format that fits the plan: its name, what it is, and for what. One that is written only
    when it is asked for (`on_request`) starts without its tick.
    """

    name: str
    about: str
    for_what: str
    on_request: bool

    def is_ticked(self, changed: Container[str]) -> bool:
        """Whether it is to be written; `changed` are the names of those whose tick was changed."""
        return self.on_request == (self.name in changed)


class Exporter(Protocol):
    """The formats, which the core does not know."""

    def fitting(self, deployment: Deployment) -> tuple[Offer, ...]:
        """The formats that have something to write of it, in their order."""

    def preview(
        self, deployment: Deployment, formats: Sequence[str]
    ) -> dict[str, str | bytes] | NotExported:
        """The files that `write` would write, by path."""

    def write(
        self, deployment: Deployment, folder: Path, formats: Sequence[str], *, replace: bool
    ) -> Exported | NotExported:
        """Write the files of these formats, all or nothing; where there are none, nothing."""

    def write_change(
        self, old: Deployment, new: Deployment, folder: Path, *, replace: bool
    ) -> Exported | NotExported | Unwritable:
        """Write what `new` changes, as a change request."""


class Session:
    """One draft, and all that can be done with it."""

    def __init__(self, catalog: Catalog, draft: Draft, exporter: Exporter) -> None:
        self.catalog = catalog
        self.draft = draft
        # Why the last answers are not on disk.
        self.trouble: DraftError | None = None
        self.exporter = exporter
        self._saved = False

    @property
    def plan(self) -> Plan:
        """The plan as it is answered now."""
        return self.draft.plan

    @property
    def step(self) -> StepId:
        """The step that is asked now."""
        return self.draft.step

    def take(self, draft: Draft) -> None:
        """Go on with another draft."""
        self.draft.close()
        self.draft, self.trouble = draft, None

    # --- answers

    def answer(self, question: Question, value: Value) -> Effect:
        """Answer a question.

        Raises:
            AnswerError: with words for the person, where the value can't be.
        """
        return self.edit(answered(self.catalog, self.plan, question.key, value), question.label)

    def edit(self, plan: Plan, words: str) -> Effect:
        """Take another plan; `words` name what was changed, for undo."""
        # As it will be read again, so that rules are the same then.
        plan = without_built_in_places(plan)
        if plan == self.plan:
            return OnDisk(changed=False)
        return self._write(lambda: self.draft.save(plan, self.step, words))

    def undo(self) -> Effect:
        """Take the last answer back."""
        return self._write(self.draft.undo, self.draft.history.undo_words)

    def redo(self) -> Effect:
        """Give the answer again that was taken back last."""
        return self._write(self.draft.redo, self.draft.history.redo_words)

    def stand(self, place: Place) -> Effect:
        """Write where the person stands, and what is half typed there."""
        return self._write(lambda: self.draft.stand(place))

    # --- steps

    def applies(self, step: StepId) -> bool:
        """Whether there is anything to ask in a step."""
        return applies(self.catalog, self.plan, step)

    def neighbour(self, by: int) -> StepId | None:
        """The next or previous step that applies."""
        return neighbour(self.catalog, self.plan, self.step, by)

    def go(self, step: StepId) -> Effect:
        """To a step; also where the draft was taken over: it may be looked at."""
        self.draft.step = step
        return self._write(lambda: self.draft.save(self.plan, step))

    # --- what follows, and files

    def follow(
        self, before: Deployment | None
    ) -> tuple[Deployment, Deployment | None, tuple[Question, ...]]:
        """What follows from the present plan; what did `before`; and what is still open."""
        plan = self.plan
        # After the first frame: it loads the compiler.
        from wizard.deployment import deploy

        return deploy(self.catalog, plan), before, open_questions(self.catalog, plan)

    def compare(self, plan: Plan, now: Deployment) -> tuple[Deployment, Changes]:
        """What follows from another plan, and what `now`, of the present one, changes in it."""
        from wizard.changes import compare
        from wizard.deployment import deploy

        old = deploy(self.catalog, plan)
        return old, compare(old, now)

    def save_plan(
        self, name: str = "", *, replace: bool = False, careful: bool = False
    ) -> PlanSaved | FileExists | Unwritable:
        """Write the plan to a file: the one that is named, else where it came from.

        The draft is of that file from then on, and may write it again as long as nobody else has.
        `careful`: not before it was saved from here.
        """
        draft = self.draft
        written = "" if careful and not self._saved else draft.written
        outcome = save_plan(
            self.catalog, self.plan, draft.origin, name, replace=replace, written=written
        )
        self._saved = self._saved or isinstance(outcome, PlanSaved)
        if isinstance(outcome, PlanSaved):
            # What the file says of the facts, the draft says too.
            recorded = made_with(self.catalog, self.plan)
            path, written = outcome.path, outcome.digest
            self._write(lambda: draft.own(path, written, recorded))
        return outcome

    def _write(self, work: Callable[[], object], words: str = "") -> Effect:
        before, trouble = self.plan, self.trouble
        try:
            work()
        except DraftTaken as error:
            self.trouble = error
            return NotTaken(error)
        except DraftError as error:
            self.trouble = error
            news = trouble is None or str(trouble) != str(error)
            return OnlyHere(self.plan is not before, words, error, news)
        self.trouble = None
        return OnDisk(self.plan is not before, words)
