"""Where the person stands and what is half typed, on disk within a second, and back on resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from screens.steps.named import NamedStep
from wizard.questions import STEPS, AnswerError, StepId, parse, questions
from wizard.session.draft_file import Place

if TYPE_CHECKING:
    from textual.timer import Timer

    from screens.main.wizard import Wizard

# So many seconds after the first of some keys; nothing wakes a wizard in which nobody types.
DELAY = 0.5


class Keeping:
    """Writes the place into the draft, soon after it changed and whenever the wizard ends."""

    def __init__(self, app: Wizard) -> None:
        self._app = app
        self._timer: Timer | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be written."""
        return self._timer is None

    def soon(self) -> None:
        """The cursor moved, or something was typed."""
        if self._timer is None:
            self._timer = self._app.set_timer(DELAY, self.now)

    def now(self) -> None:
        """Write it, if anything changed since."""
        if self._timer is None:
            return
        self._timer.stop()
        self._timer = None
        place, draft = self._place(), self._app.session.draft
        # Who has answered and typed nothing yet leaves nothing behind.
        if place.typed is not None or place.refused or draft.saved is not None:
            self._app.tell(self._app.session.stand(place))

    def restore(self) -> None:
        """Put the cursor, the half-typed text and the refused ones back where they were."""
        app = self._app
        place, form = app.session.draft.place, app.main.form
        for step in app.forms.values():
            step.pending.clear()
            step.problems.clear()
        for info in STEPS if place.refused else ():
            self._refuse_again(info.id, place.refused)
        app.main.refresh_form()
        row = next((row for row in form.rows if row.live and str(row.key) == place.row), None)
        if row is None:
            return
        form.go(row.key)
        if place.typed is not None and not form.typing():
            # A name was being typed: the row where that began asks for it again.
            app.pressed(row, "enter")
        if place.typed is not None:
            form.retype(place.typed)

    def _refuse_again(self, step: StepId, refused: Mapping[str, str]) -> None:
        app = self._app
        for question in questions(app.catalog, app.plan, step):
            text = refused.get(str(question.key))
            if text is None:
                continue
            try:
                parse(question, text)
            except AnswerError as error:
                form = app.forms[step]
                form.pending[question.key], form.problems[question.key] = text, str(error)

    def _place(self) -> Place:
        app = self._app
        row, text = app.main.form.row(), app.main.form.text()
        refused: dict[str, str] = {}
        for form in app.forms.values():
            refused |= {str(key): pending for key, pending in form.pending.items()}
        if row is None or row.key == "filter":
            return Place(refused=refused)
        step = app.current
        naming = step.naming if row.question is None and isinstance(step, NamedStep) else None
        key = row.key if naming is None else naming
        typed = text if text is not None and (text != row.value or naming is not None) else None
        return Place(str(key), typed, refused)
