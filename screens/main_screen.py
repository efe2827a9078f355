"""The one screen: form, preview and the lines round them. It shows what the app holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from screens.board import summary
from screens.commands import footer
from screens.lines import line, short
from screens.picture import picture
from screens.profile import LEAST_COLUMNS, LEAST_ROWS
from screens.rows import Row
from screens.widgets.bars import Bar, Footer, Steps, TopBar
from screens.widgets.board import Board, BoardTabs, detail
from screens.widgets.form import Form
from screens.widgets.line_view import LineView
from wizard.questions import STEPS

if TYPE_CHECKING:
    from screens.app import WizardApp


class MainScreen(Screen[None]):
    """Title, steps, form beside preview, counts, help, keys."""

    AUTO_FOCUS = "#form"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (LEAST_COLUMNS, "-narrow"), (100, "-medium"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST_ROWS, "-high")]
    # Textual repaints the whole screen when the focus moves; every widget here repaints its own cursor.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, wizard: WizardApp) -> None:
        super().__init__()
        self.wizard = wizard
        self.note = ""
        self.note_bad = False

    def compose(self) -> ComposeResult:
        yield LineView(id="small")
        with Container(id="main"):
            yield TopBar(id="top")
            yield Steps(id="strip")
            with Container(id="body"):
                yield Steps(id="steps")
                yield Form(self.wizard, id="form")
                with Container(id="side"):
                    yield BoardTabs(id="heads")
                    yield Board(id="board")
                    yield LineView(id="picture")
            yield Bar(id="status")
            yield Bar(id="help")
            yield Footer(id="footer")

    def on_mount(self) -> None:
        self.set_class(self.wizard.ascii, "-ascii")
        self.board.heads = self.query_one(BoardTabs)
        self.watch(self.app, "plan", self.refresh_form, init=False)
        self.watch(self.app, "derived", self.refresh_derived, init=False)
        self.watch(self.app, "step", self.refresh_step, init=False)
        self.call_after_refresh(self.refresh_step)

    @property
    def form(self) -> Form:
        return self.query_one("#form", Form)

    @property
    def board(self) -> Board:
        return self.query_one("#board", Board)

    @property
    def columns(self) -> int:
        """How many columns the form has."""
        return max(20, self.form.size.width - 2)

    # --- what the app holds, shown -----------------------------------------------------------------

    def refresh_step(self) -> None:
        """Another step."""
        step = self.wizard.step
        self.set_class(step == "review", "-review")
        if step != "review":
            self.remove_class("-board")
        board = self.board
        board.everything = step == "review"
        board.pictured = step == "review" or (step in ("network", "firewalls") and self.size.width < 100)
        if self.wizard.derived is not None:
            board.put(self.wizard.derived)
        self.form.start_at(self.wizard.places.get(step))
        self.refresh_form()
        self.set_focus(board if step == "review" else self.form)
        self.refresh_picture()
        self.refresh_keys()

    def refresh_form(self, go: str | None = None) -> None:
        """The rows of the step, and everything that names them."""
        wizard = self.wizard
        step = wizard.current
        rows = step.rows(wizard.context())
        go = go if isinstance(go, str) else wizard.take_go()
        if go is not None and go.startswith("first:"):
            go = next(
                (row.key for row in rows if row.key.startswith(go.removeprefix("first:")) and row.live), None
            )
        self.form.put(rows, current=go, filterable=step.filterable)
        self.refresh_bars()

    def refresh_derived(self) -> None:
        """What follows from the plan was worked out."""
        derived = self.wizard.derived
        if derived is None:
            return
        self.board.put(derived)
        if self.wizard.current.reads_derived:
            self.refresh_form()
        self.refresh_bars()
        self.refresh_picture()

    def refresh_bars(self) -> None:
        stages = self.wizard.stages()
        now = next(stage for stage in stages if stage.id == self.wizard.step)
        trouble = "NOT SAVED" if self.wizard.trouble else ""
        self.query_one("#top", TopBar).put(self.wizard.plan.name, now, len(STEPS), trouble)
        self.query_one("#strip", Steps).put(stages, tall=False)
        self.query_one("#steps", Steps).put(stages, tall=True)
        status = self.query_one("#status", Bar)
        style = "bad" if self.wizard.has_errors() else ""
        status.say((" " + short(summary(self.wizard.derived), max(10, self.size.width - 2)), style))
        self.refresh_help()

    def refresh_help(self) -> None:
        """The one line of help: a message, the error of the field, or its help."""
        bar = self.query_one("#help", Bar)
        room = max(10, self.size.width - 2)
        if self.note:
            bar.say((" " + short(self.note, room), "bad" if self.note_bad else "good"))
            return
        if self.board.has_focus:
            bar.say((" " + short(detail(self.board.entry()), room), ""))
            return
        row = self.form.row()
        if row is None:
            bar.say((" " + self.wizard.current.keys, "dim"))
            return
        problem = self.wizard.problem_of(row, self.form.text())
        if problem:
            bar.say((" " + short("! " + problem, room), "bad"))
        else:
            bar.say((" " + short(row.help or self.wizard.current.keys, room), ""))

    def refresh_picture(self) -> None:
        """The network, beside the steps that build it."""
        view = self.query_one("#picture", LineView)
        plan = self.wizard.plan
        drawn = self.wizard.step in ("network", "firewalls") and self.size.width >= 100 and bool(plan.zones)
        self.set_class(drawn, "-drawn")
        if not drawn:
            return
        names = {key: role.name for key, role in self.wizard.catalog.roles.items()}
        room = max(30, self.query_one("#side").size.width - 2)
        view.show(picture(plan, names, room))

    def refresh_keys(self) -> None:
        """The five keys that matter here."""
        bar = self.query_one("#footer", Footer)
        if self.wizard.step == "review":
            keys = (("Enter", "Go to answer", "jump"), *footer("why", "ahead", "undo", "quit"))
        elif self.board.has_focus:
            keys = (
                ("Esc", "Back", "leave"),
                ("Enter", "Go to answer", "jump"),
                *footer("why", "help", "quit"),
            )
        else:
            keys = footer("help", "preview", "next", "undo", "quit")
        bar.put(keys)

    def say(self, note: str, *, bad: bool = False) -> None:
        """A message in place of the help, until the cursor moves."""
        self.note, self.note_bad = note, bad
        self.refresh_help()

    def stands_on(self, row: Row | None, moved: bool) -> None:
        """The form's cursor stands on this row."""
        if moved:
            self.note = ""
        self.refresh_help()

    # --- the preview -------------------------------------------------------------------------------

    def toggle_preview(self) -> None:
        """F2: to the preview and back."""
        if self.wizard.step == "review":
            return
        if self.board.has_focus or self.has_class("-board"):
            self.leave_board()
        else:
            self.form.commit()
            if self.size.width < 100:
                self.add_class("-board")
            self.set_focus(self.board)
            self.refresh_keys()

    def leave_board(self) -> None:
        """Back to the form."""
        self.remove_class("-board")
        self.note = ""
        self.set_focus(self.form)
        self.refresh_keys()
        self.refresh_help()

    def on_board_left(self) -> None:
        self.wizard.action_do("leave")

    def on_board_stands_on(self, message: Board.StandsOn) -> None:
        self.note = ""
        self.refresh_help()

    def on_board_tab_chosen(self, message: Board.TabChosen) -> None:
        self.board.choose(message.tab)

    def on_board_asked(self, message: Board.Asked) -> None:
        if message.jump:
            self.wizard.actions.jump_to_cause(message.record)
        else:
            self.wizard.actions.tell_why(message.record)

    def on_steps_chosen(self, message: Steps.Chosen) -> None:
        self.wizard.action_do(f"step:{message.step}")

    def on_footer_pressed(self, message: Footer.Pressed) -> None:
        self.wizard.action_do(message.command)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.refresh_keys()
        self.refresh_help()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        if self.size.width < LEAST_COLUMNS or self.size.height < LEAST_ROWS:
            self.query_one("#small", LineView).show(
                [
                    line(""),
                    line((f" The wizard needs {LEAST_COLUMNS} x {LEAST_ROWS}.", "title")),
                    line(f" This window is {self.size.width} x {self.size.height}."),
                    line(" Nothing is lost: make it larger"),
                    line(" and go on, or leave with Ctrl+Q."),
                ]
            )
            return
        if self.size.width >= 100 and self.wizard.step != "review":
            self.remove_class("-board")
        if self.focused is None:
            self.set_focus(self.board if self.wizard.step == "review" else self.form)
        self.refresh_form()
        self.refresh_picture()
        self.refresh_keys()
