"""The app: it alone holds the plan. Whatever is done in the wizard comes here; whatever is shown
follows.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.binding import Binding
from textual.geometry import Offset
from textual.reactive import reactive
from textual.screen import Screen

from screens.board.derived import Derived
from screens.files import Files
from screens.main.commands import bindings
from screens.main.deriving import Deriving
from screens.main.hints import Hints
from screens.main.keeping import Keeping
from screens.main.opening import Opening
from screens.main.progress import been, stages
from screens.main.screen import MainScreen
from screens.steps import STEP_FORMS
from screens.steps.base import Answer, Change, Context, Do, FormStep, Look, Outcome
from screens.terminal.clipboard import sequence
from screens.terminal.profile import Profile
from screens.theme import PLAIN, RICH, line_styles, theme_for
from screens.widgets.bars import Stage
from screens.widgets.line_view import LineView
from screens.widgets.rows import Row
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.questions import AnswerError, StepId, answered, parse
from wizard.session.drafts import Draft, new_draft
from wizard.session.session import Effect, NotTaken, OnlyHere, Session

if TYPE_CHECKING:
    from screens.main.actions import Actions
    from screens.main.copying import Copying
    from screens.main.exporting import Exporting
    from screens.windows.modals import LeanModal
    from wizard.deployment import Deployment


class WizardApp(Opening):
    """The wizard. Only this class replaces `plan`, and each plan is on disk before the next key
    counts.
    """

    TITLE = "Portwright"
    CSS_PATH = [Path(__file__).with_name("wizard.tcss")]
    BINDINGS: ClassVar[list[Binding]] = bindings()  # type: ignore[assignment]
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False

    # Whoever watches these paints what is different: by itself Textual would paint the whole screen
    # each time.
    plan: reactive[Plan] = reactive(Plan(), init=False, repaint=False)
    derived: reactive[Derived | None] = reactive(None, init=False, repaint=False)
    step: reactive[StepId] = reactive("products", init=False, repaint=False)

    def __init__(
        self,
        catalog: Catalog,
        draft: Draft | None = None,
        profile: Profile | None = None,
        *,
        work_out: Callable[[Catalog, Plan], Deployment] | None = None,
        begin: Callable[[WizardApp], None] | None = None,
    ) -> None:
        self.profile = profile or Profile()
        self.ascii = self.profile.ascii
        super().__init__(ansi_color=True if self.profile.ansi else None)
        self.animation_level = "none"
        self.session = Session(catalog, draft or new_draft(), Files())
        self.forms: dict[StepId, FormStep] = {name: form() for name, form in STEP_FORMS.items()}
        self.places: dict[StepId, str | None] = {}
        self.visited: set[StepId] = been(self.session.draft)
        self.came_from: StepId | None = None
        self.deriving = Deriving(self, work_out or _deployed)
        self.hints = Hints(self)
        self.keeping = Keeping(self)
        self._begin = begin
        self._go: str | None = None
        self.set_reactive(WizardApp.plan, self.session.plan)
        self.set_reactive(WizardApp.step, self.session.step)
        for theme in (RICH, PLAIN):
            self.register_theme(theme)
        self.theme = theme_for(self.profile).name

    def get_default_screen(self) -> Screen[None]:
        return MainScreen(self)

    def get_system_commands(self, screen: Screen[object]) -> list[object]:  # type: ignore[override]
        return []

    @property
    def cursor_position(self) -> Offset:
        """Where Textual leaves the terminal's own cursor after each update: on what has the focus."""
        focused = self.focused
        if isinstance(focused, LineView):
            self._cursor_position = focused.terminal_cursor()
        elif self.screen is self.main and self.main.too_small:
            self._cursor_position = Offset(1, 0)
        return self._cursor_position

    @cursor_position.setter
    def cursor_position(self, position: Offset) -> None:
        """Textual's own fields say where they have it."""
        self._cursor_position = position

    @property
    def catalog(self) -> Catalog:
        """The facts; the whole of them soon after the first frame."""
        return self.session.catalog

    # Not needed for the first frame, so made when they are asked for.

    @cached_property
    def actions(self) -> Actions:
        """What the commands do."""
        from screens.main.actions import Actions

        return Actions(self)

    @cached_property
    def copying(self) -> Copying:
        """What is sent to the terminal's clipboard."""
        from screens.main.copying import Copying

        return Copying(self)

    @cached_property
    def exporting(self) -> Exporting:
        """What the wizard does with files."""
        from screens.main.exporting import Exporting

        return Exporting(self)

    @cached_property
    def line_styles(self) -> dict[str, Style]:
        """What pieces of lines are drawn with. The driver is known when they are drawn first."""
        own_cursor = getattr(self.driver_class, "SHOWS_CURSOR", False)
        return line_styles(theme_for(self.profile), caret=not own_cursor, faint=self.profile.faint)

    @property
    def main(self) -> MainScreen:
        """The wizard's screen, whatever windows stand over it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    @property
    def current(self) -> FormStep:
        """The form of the present step."""
        return self.forms[self.step]

    def on_mount(self) -> None:
        self._watch_line()
        if self._begin is not None:
            self._begin(self)
        self.call_after_refresh(self._shown)

    def _shown(self) -> None:
        """The first screen is on the terminal: now the rest, and what was typed meanwhile."""
        self.deriving.soon()
        self.hints.load()
        if self.screen is self.main:
            self.let_in()
        else:
            # A window that was opened with it is shown soon.
            self.call_after_refresh(self.let_in)

    # --- answers
    # -----------------------------------------------------------------------------------

    def context(self) -> Context:
        """What the steps can see."""
        return Context(self.catalog, self.plan, self.derived, self.main.columns, self.neighbour(1))

    def pressed(self, row: Row, key: str) -> bool:
        taken = self._taken(lambda step: step.pressed(self.context(), row, key))
        self.hints.pressed(row, key)
        return taken

    def typed(self, row: Row, text: str) -> bool:
        taken = self._taken(lambda step: step.typed(self.context(), row, text))
        if row.key in self.current.problems:
            self.main.refresh_form()
            return False
        return taken

    def stands_on(self, row: Row | None, moved: bool) -> None:
        self.main.stands_on(row, moved)
        self.keeping.soon()

    def problem_of(self, row: Row, text: str | None) -> str:
        """The error of a row; once there was one, it is looked at again with every key."""
        if not row.problem or text is None or row.question is None:
            return row.problem
        try:
            parse(row.question, text)
        except AnswerError as error:
            return str(error)
        return ""

    def take_go(self) -> str | None:
        """The row that the last answer leads to, once."""
        go, self._go = self._go, None
        return go

    def _taken(self, work: Callable[[FormStep], Outcome | None]) -> bool:
        """Do what a key or a text comes to; False where it comes to nothing."""
        try:
            outcome = work(self.current)
            if outcome is None:
                return False
            match outcome:
                case Answer(question, value, go):
                    plan = answered(self.catalog, self.plan, question.key, value)
                    self.replace_plan(plan, question.label, go)
                case Change(plan, what, go):
                    self.replace_plan(plan, what, go)
                case Look(go, note):
                    self.main.refresh_form(go)
                    if note:
                        self.main.say(note)
                case Do(command):
                    self.action_do(command)
        except AnswerError as error:
            self.main.say(str(error), bad=True)
        return True

    def replace_plan(self, plan: Plan, words: str, go: str | None = None) -> None:
        """Take another plan: first onto the disk, then onto the screen."""
        self._go = go
        if self.tell(self.session.edit(plan, words)):
            self.show_plan()
        else:
            self.main.refresh_form()

    def show_plan(self) -> None:
        """The session has another plan, and it is on disk already."""
        for form in self.forms.values():
            form.plan_changed()
        self.plan = self.session.plan

    def tell(self, effect: Effect) -> bool:
        """Say what went wrong; whether the plan is another one now."""
        if isinstance(effect, NotTaken) or (isinstance(effect, OnlyHere) and effect.news):
            self.call_after_refresh(self.main.say, str(effect.error), bad=True)
        return effect.changed

    def take_draft(self, draft: Draft) -> None:
        """Go on with another draft, where it was left."""
        self.keeping.now()
        self.session.take(draft)
        # Nothing of it is new: what was on the screen before belongs to another plan.
        self.set_reactive(WizardApp.derived, None)
        self.visited = been(draft)
        self.plan = draft.plan
        if draft.step != self.step:
            self.step = draft.step
        self.keeping.restore()
        if draft.step == "export":
            self.exporting.refresh()

    # --- what follows from it
    # ----------------------------------------------------------------------

    def watch_plan(self) -> None:
        self.deriving.soon()

    def watch_derived(self) -> None:
        if self.step == "export":
            self.exporting.refresh()

    # --- steps
    # -------------------------------------------------------------------------------------

    def go_to(self, step: StepId, key: str | None = None) -> None:
        """Show a step, with the cursor on a row."""
        main = self.main
        main.form.commit()
        if not self.session.applies(step):
            main.say("Choose a product first; everything else follows from it.", bad=True)
            return
        self.came_from = None
        if step != self.step:
            self.places[self.step] = main.form.current
        self.visited.add(step)
        if key is not None:
            self.places[step] = key
        main.note = ""
        if step == self.step:
            if key is not None:
                main.leave_board()
                main.refresh_form(key)
            return
        self.tell(self.session.go(step))
        self.step = step
        if step == "export":
            self.exporting.refresh()

    def neighbour(self, by: int) -> StepId | None:
        """The next or previous step that applies."""
        return self.session.neighbour(by)

    def stages(self) -> tuple[Stage, ...]:
        """The steps with their states, for the step list."""
        return stages(self.catalog, self.plan, self.derived, self.step, self.visited, self.forms)

    def has_errors(self) -> bool:
        """Whether the review has errors."""
        return self.derived is not None and any(
            finding.severity == "error" for finding in self.derived.deployment.findings
        )

    def open_window(
        self, window: LeanModal, closed: Callable[[str | None], None] | None = None
    ) -> None:
        """Put a window over the wizard; `closed` gets what it gives back."""
        _ = self.push_screen(window, closed)

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal's clipboard; whether the terminal takes it nobody knows."""
        if self._driver is not None:
            self._driver.write(sequence(text, os.environ))

    def action_do(self, command: str) -> None:
        """Do one of the commands of `commands.py`, or what a step asked for."""
        self.actions.do(command)

    # --- a line that drops
    # -----------------------------------------------------------------------------

    def _watch_line(self) -> None:
        """SIGHUP and SIGTERM end the wizard in order; the draft is on disk in any case.

        A terminal that goes without SIGHUP is the driver's to find out.
        """
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._ended, 128 + number)

    def exit(
        self, result: int | None = None, return_code: int = 0, message: object | None = None
    ) -> None:
        """End the wizard; what is half typed is kept, however it ends."""
        self.keeping.now()
        super().exit(result, return_code)

    def _ended(self, code: int) -> None:
        self.exit(code, return_code=code)


def _deployed(catalog: Catalog, plan: Plan) -> Deployment:
    from wizard.deployment import deploy

    return deploy(catalog, plan)
