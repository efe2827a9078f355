"""What the rooms of the main screen are given: the session, what is shown of it, and each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.reactive import reactive
from textual.widget import Widget

from screens.board.derived import Derived, Record
from screens.main.command import Command
from screens.main.commands import BY_ID, COMMANDS
from screens.main.opening import Opening
from screens.main.progress import been, not_taken, stages
from screens.steps.base import (
    Answer,
    Change,
    Context,
    FilesChanged,
    FormStep,
    GoStep,
    Look,
    Outcome,
    ShowFile,
    WriteFiles,
)
from screens.widgets.board import Board
from wizard.facts.model import Catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.model import Plan
from wizard.questions import STEPS, AnswerError, StepId, answered
from wizard.session.session import Effect, NotTaken, OnlyHere

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from screens.board.derived import TabId, View
    from screens.main.actions import Actions
    from screens.main.copying import Copying
    from screens.main.deriving import Deriving
    from screens.main.exporting import Exporting
    from screens.main.hints import Hints
    from screens.main.keeping import Keeping
    from screens.main.lettering import Lettering
    from screens.main.screen import MainScreen
    from screens.steps.export import Export
    from screens.widgets.bars import StepState
    from screens.widgets.form import Form
    from screens.widgets.rows import Row, RowKey
    from screens.windows.modals import LeanModal
    from wizard.session.drafts import Draft
    from wizard.session.session import Session


class Wizard(Opening):
    """What is done with the session, and shown of it. A `Stage` for windows.

    Only here `plan` is replaced, and each plan is on disk before the next key counts. `WizardApp`
    makes the rooms.
    """

    # Whoever watches these paints what is different: by itself Textual would paint the whole screen
    # each time.
    plan: reactive[Plan] = reactive(Plan(), init=False, repaint=False)
    derived: reactive[Derived | None] = reactive(None, init=False, repaint=False)
    step: reactive[StepId] = reactive("products", init=False, repaint=False)

    session: Session
    forms: dict[StepId, FormStep]
    # Where the cursor was in each step.
    places: dict[StepId, RowKey | None]
    visited: set[StepId]
    # The step, or the window over it, that Esc comes back to.
    came_from: StepId | None
    # The row that the last answer leads to.
    _go: RowKey | None = None
    ascii: bool
    deriving: Deriving
    hints: Hints
    keeping: Keeping
    # The letters on all that is in sight, as long as they are there.
    lettering: Lettering | None = None
    # With the keys of one's own (`screens/main/keymap.py`), and by key the key that it stands for:
    # of those that move, and of those that windows and tables know.
    commands: tuple[Command, ...] = COMMANDS
    moves: Mapping[str, str] = MappingProxyType({})
    in_windows: Mapping[str, str] = MappingProxyType({})
    in_tables: Mapping[str, str] = MappingProxyType({})

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

    @property
    def catalog(self) -> Catalog:
        """The facts as the plan sees them; the whole of them soon after the first frame."""
        return catalog_of(self.session.catalog, self.plan)

    @property
    def main(self) -> MainScreen:
        """The wizard's screen, whatever windows stand over it."""
        return self.screen_stack[0]  # type: ignore[return-value]

    @property
    def form(self) -> Form:
        """The rows of the present step on the screen."""
        return self.main.form

    @property
    def board(self) -> Board:
        """The preview."""
        return self.main.board

    @property
    def current(self) -> FormStep:
        """What the present step asks."""
        return self.forms[self.step]

    @property
    def export(self) -> Export:
        """The export step, with what would be written."""
        return self.exporting.form

    def neighbour(self, by: int) -> StepId | None:
        """The next or previous step that applies."""
        return self.session.neighbour(by)

    def has_errors(self) -> bool:
        """Whether the review has errors."""
        return self.derived is not None and any(
            finding.severity == "error" for finding in self.derived.deployment.findings
        )

    def not_taken(self) -> Iterator[tuple[StepId, RowKey, str]]:
        """Texts that could not be taken, in the order of the steps: the step, the row, the text."""
        for info in STEPS:
            form = self.forms[info.id]
            for key in not_taken(self.catalog, self.plan, form):
                yield info.id, key, form.pending.get(key, "")

    # --- answers

    def context(self) -> Context:
        """What the steps can see."""
        return Context(self.catalog, self.plan, self.derived, self.main.columns, self.neighbour(1))

    def pressed(self, row: Row, key: str) -> bool:
        handled = self._taken(
            lambda step: step.pressed(self.context(), row, key), removes=key == "delete"
        )
        self.hints.pressed(row, key)
        return handled

    def typed(self, row: Row, text: str) -> bool:
        handled = self._taken(lambda step: step.typed(self.context(), row, text))
        if row.key in self.current.problems:
            self.main.refresh_form()
            return False
        return handled

    def stands_on(self, row: Row | None, moved: bool) -> None:
        self.main.stands_on(row, moved)
        self.keeping.soon()

    def take_go(self) -> RowKey | None:
        """The row that the last answer leads to, once."""
        go, self._go = self._go, None
        return go

    def _taken(self, work: Callable[[FormStep], Outcome | None], *, removes: bool = False) -> bool:
        """Do what a key or a text comes to; False where it comes to nothing. What a key removes is
        named: the cursor stands on the next thing then, which looks like it.
        """
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
                    if removes:
                        words = f"{what[:1].upper()}{what[1:]}. Ctrl+Z brings it back."
                        self.call_after_refresh(self.main.say, words)
                case Look(go, note):
                    self.main.refresh_form(go)
                    if note:
                        self.main.say(note)
                case GoStep(step):
                    self.go_to(step)
                case FilesChanged():
                    self.exporting.files_changed()
                case ShowFile(path):
                    self.exporting.look(path)
                case WriteFiles():
                    self.exporting.write()
        except AnswerError as error:
            self.say(str(error), bad=True)
        return True

    def replace_plan(self, plan: Plan, words: str, go: RowKey | None = None) -> None:
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

    def forget_typed(self) -> None:
        """The field under the cursor holds its answer again."""
        if self.form.current is not None:
            self.current.forget(self.form.current)
        self.form.revert()
        self.main.refresh_form()

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
        self.set_reactive(Wizard.derived, None)
        self.visited = been(draft)
        self.plan = draft.plan
        # Nobody watches a plan that is equal to the one before.
        self.deriving.soon()
        if draft.step != self.step:
            self.step = draft.step
        self.keeping.restore()
        if draft.step == "export":
            self.exporting.refresh()

    # --- what follows from it

    def watch_plan(self) -> None:
        self.deriving.soon()

    def watch_derived(self, before: Derived | None, derived: Derived | None) -> None:
        if before is None and derived is not None:
            # The compiler has brought it along.
            from wizard.findings.facts import facts_news

            if words := facts_news(derived.deployment.findings):
                self.main.say(words)
        if self.step == "export":
            self.exporting.refresh()

    # --- steps

    def go_to(self, step: StepId, key: RowKey | None = None) -> None:
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

    def stages(self) -> tuple[StepState, ...]:
        """The steps with their states, for the step list."""
        return stages(self.catalog, self.plan, self.derived, self.step, self.visited, self.forms)

    # --- as its rooms see it

    def refresh_form(self, go: RowKey | None = None) -> None:
        self.main.refresh_form(go)

    def learned(self, hint: str) -> None:
        """Somebody did what this tip says."""
        self.hints.done(hint)

    def send_file(self, path: str) -> None:
        self.copying.file(path)

    def jump_to_not_taken(self, what: str) -> bool:
        return self.actions.jump_to_not_taken(what)

    def looks(self) -> list[tuple[TabId, View]]:
        """The tables that somebody looks at, and how."""
        return [(board.tab or "rules", board.view) for board in self.main.query(Board)]

    def work(self, task: Coroutine[None, None, None], only: str = "") -> None:
        """Run it beside the keys, instead of what runs under the same name."""
        self.run_worker(task, group=only or "derive", exclusive=bool(only))

    def after_painting(self, call: Callable[[], object]) -> None:
        """Call it once what has changed is on the screen."""
        self.call_after_refresh(call)

    def letters_gone(self) -> None:
        """No letters are on the screen any more."""
        self.lettering = None

    # --- as windows see it (`Stage`)

    @property
    def host(self) -> str:
        return self.exporting.host()

    def settled(self) -> bool:
        return self.deriving.settled()

    def follow(self, window: Widget, changed: Callable[[], None]) -> None:
        window.watch(self, "derived", changed, init=False)

    def say(self, note: str, *, bad: bool = False) -> None:
        self.main.say(note, bad=bad)

    def open_window(
        self, window: LeanModal, closed: Callable[[str | None], None] | None = None
    ) -> None:
        from screens.windows.modals import MOST_WINDOWS

        if len(self.screen_stack) < MOST_WINDOWS:
            _ = self.push_screen(window, closed)

    def close_windows(self) -> None:
        """Close what stands over the wizard; none of it gives anything back."""
        while len(self.screen_stack) > 1:
            window = self.screen
            _ = window.dismiss(None)
            if self.screen is window:
                return

    def jump_to(self, key: RowKey, back: Callable[[], None] | None = None, words: str = "") -> None:
        self.actions.jump_to(key, back, words)

    def send(self, title: str, text: str, name: str, path: Path | None = None) -> None:
        self.copying.text(title, text, name, path)

    def send_record(self, record: Record) -> None:
        self.copying.row(record)

    def turned_down(self, words: str) -> None:
        self.main.say(words, bad=True)

    def commit(self) -> None:
        self.form.commit()

    def looked_at(self) -> Record | None:
        entry = self.board.entry() if self.board.has_focus else None
        return entry.record if entry is not None else None

    def action_do(self, id: str) -> None:
        """Do the command of this id."""
        self.actions.do(BY_ID[id])
