"""Where the person stands and what is half typed, on disk within a second, and back on resume."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from screens.steps.named import NamedStep
from wizard.questions import STEPS, AnswerError, StepId, parse, questions
from wizard.session.draft_file import Place

if TYPE_CHECKING:
    from textual.timer import Timer

    from screens.steps.base import FormStep
    from screens.widgets.form import Form
    from screens.widgets.rows import Row
    from wizard.facts.model import Catalog
    from wizard.plan.model import Plan
    from wizard.session.session import Effect, Session

# So many seconds after the first of some keys; nothing wakes a wizard in which nobody types.
DELAY = 0.5


class FilledIn(Protocol):
    """What is typed into the steps and where the cursor stands, and how both come back."""

    session: Session
    forms: dict[StepId, FormStep]
    plan: Plan

    @property
    def catalog(self) -> Catalog:
        """The facts."""

    @property
    def current(self) -> FormStep:
        """The present step."""

    @property
    def form(self) -> Form:
        """Its rows on the screen."""

    def refresh_form(self) -> None:
        """Show the rows as they are now."""

    def pressed(self, row: Row, key: str) -> bool:
        """Do what this key does on that row."""

    def tell(self, effect: Effect) -> bool:
        """Say what went wrong as the draft was written."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call it in so many seconds."""


class Keeping:
    """Writes the place into the draft, soon after it changed and whenever the wizard ends."""

    def __init__(self, steps: FilledIn) -> None:
        self._steps = steps
        self._timer: Timer | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be written."""
        return self._timer is None

    def soon(self) -> None:
        """The cursor moved, or something was typed."""
        if self._timer is None:
            self._timer = self._steps.set_timer(DELAY, self.now)

    def now(self) -> None:
        """Write it, if anything changed since."""
        if self._timer is None:
            return
        self._timer.stop()
        self._timer = None
        place, draft = self._place(), self._steps.session.draft
        # Who has answered and typed nothing yet leaves nothing behind.
        if place.typed is not None or place.refused or draft.saved is not None:
            self._steps.tell(self._steps.session.stand(place))

    def restore(self) -> None:
        """Put the cursor, the half-typed text and the refused ones back where they were."""
        steps = self._steps
        place, form = steps.session.draft.place, steps.form
        for step in steps.forms.values():
            step.pending.clear()
            step.problems.clear()
        for info in STEPS if place.refused else ():
            self._refuse_again(info.id, place.refused)
        steps.refresh_form()
        row = next((row for row in form.rows if row.live and str(row.key) == place.row), None)
        if row is None:
            return
        form.go(row.key)
        if place.typed is not None and not form.typing():
            # A name was being typed: the row where that began asks for it again.
            steps.pressed(row, "enter")
        if place.typed is not None:
            form.retype(place.typed)

    def _refuse_again(self, step: StepId, refused: Mapping[str, str]) -> None:
        steps = self._steps
        for question in questions(steps.catalog, steps.plan, step):
            text = refused.get(str(question.key))
            if text is None:
                continue
            try:
                parse(question, text)
            except AnswerError as error:
                form = steps.forms[step]
                form.pending[question.key], form.problems[question.key] = text, str(error)

    def _place(self) -> Place:
        steps = self._steps
        row, text = steps.form.row(), steps.form.text()
        refused: dict[str, str] = {}
        for form in steps.forms.values():
            refused |= {str(key): pending for key, pending in form.pending.items()}
        if row is None or row.key == "filter":
            return Place(refused=refused)
        step = steps.current
        naming = step.naming if row.question is None and isinstance(step, NamedStep) else None
        key = row.key if naming is None else naming
        typed = text if text is not None and (text != row.value or naming is not None) else None
        return Place(str(key), typed, refused)
