"""The one screen: form, preview and the lines round them. It shows what the app holds."""

from __future__ import annotations

import asyncio
from operator import attrgetter
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from screens.board.derived import summary
from screens.board.lines import detail
from screens.main.footer import keys_here
from screens.main.hints import Sight
from screens.steps.base import problem_of
from screens.terminal.profile import LEAST_COLUMNS, LEAST_ROWS
from screens.widgets.bars import Bar, Footer, StatusBar, Steps, TopBar
from screens.widgets.board import Board
from screens.widgets.board_tabs import BoardTabs
from screens.widgets.form import Form
from screens.widgets.line_view import LineView
from screens.widgets.lines import Line, StyledText, fits, line, with_rest, wrap, wrapped
from screens.widgets.rows import Row, RowKey
from wizard.plan.catalog import catalog_of
from wizard.questions import STEPS
from wizard.tables import each_made

if TYPE_CHECKING:
    from textual.worker import Worker

    from screens.main.wizard import Wizard


# From so many columns on the review says beside its rows why the one under the cursor is there, as
# soon as the cursor rests so many seconds.
_BROAD, _REST = 120, 0.15


class MainScreen(Screen[None]):
    """Title, steps, form beside preview, counts, help, keys."""

    AUTO_FOCUS = "#form"
    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (LEAST_COLUMNS, "-narrow"),
        (100, "-medium"),
        (_BROAD, "-broad"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST_ROWS, "-high")]
    # Textual repaints the whole screen when the focus moves; every widget here repaints its own
    # cursor.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, wizard: Wizard) -> None:
        super().__init__()
        self.wizard = wizard
        self.note = ""
        self.note_bad = False
        # The row of the preview that the cursor stands on: what is said stays until it stands on
        # another.
        self._stood: tuple[str | None, str] | None = None
        # What Textual would find out only after a first layout.
        size = wizard.size
        for cells, names in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.set_class(True, max(name for name in names if name[0] <= cells)[1], update=False)
        self.set_class(wizard.ascii, "-ascii", update=False)

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
                yield LineView(id="beside")
            yield StatusBar(id="status")
            yield Bar(id="help")
            yield Footer(id="footer")

    def on_mount(self) -> None:
        self.board.heads = self.query_one(BoardTabs)
        self.watch(self.app, "plan", lambda: self.refresh_form(), init=False)
        self.watch(self.app, "derived", self.refresh_derived, init=False)
        self.watch(self.app, "step", self.refresh_step, init=False)
        # Before the first layout: what is drawn first is whole. Lines take their width when they
        # are drawn.
        self.refresh_step()

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

    @property
    def too_small(self) -> bool:
        """Whether the window is too small to work in."""
        return self.wizard.size.width < LEAST_COLUMNS or self.wizard.size.height < LEAST_ROWS

    # --- what the app holds, shown

    def refresh_step(self) -> None:
        """Another step."""
        step = self.wizard.step
        self.set_class(step == "review", "-review")
        if step != "review":
            self.remove_class("-board")
        board = self.board
        board.everything = step == "review"
        board.pictured = step == "review" or (
            step in ("network", "firewalls") and self.wizard.size.width < 100
        )
        if self.wizard.derived is not None:
            board.put(self.wizard.derived)
        self.form.start_at(self.wizard.places.get(step))
        self.refresh_form()
        self.set_focus(board if step == "review" else self.form)
        self.refresh_picture()
        self.refresh_keys()
        self._say_beside()

    def refresh_form(self, go: RowKey | None = None) -> None:
        """The rows of the step, and everything that names them."""
        wizard = self.wizard
        step = wizard.current
        go = go if go is not None else wizard.take_go()
        step.reveal(wizard.plan, go)
        rows = step.rows(wizard.context())
        self.form.put(rows, current=go, filterable=True)
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
        self._say_beside()

    def refresh_bars(self) -> None:
        stages = self.wizard.stages()
        now = next(stage for stage in stages if stage.id == self.wizard.step)
        trouble = "NOT SAVED" if self.wizard.session.trouble else ""
        self.query_one("#top", TopBar).put(self.wizard.plan.name, now, len(STEPS), trouble)
        self.query_one("#strip", Steps).put(stages, tall=False)
        self.query_one("#steps", Steps).put(stages, tall=True)
        self.refresh_status()
        self.refresh_help()

    def refresh_status(self) -> None:
        """The counts, and a tip beside them where there is room."""
        style = "bad" if self.wizard.has_errors() else ""
        counts = summary(self.wizard.derived)
        room = StatusBar.room(counts, self.wizard.size.width)
        tip = self.wizard.hints.text(self.sight(), room)
        self.query_one("#status", StatusBar).put(counts, style, tip)

    def sight(self) -> Sight:
        """What tips go by."""
        wizard, derived = self.wizard, self.wizard.derived
        return Sight(
            wizard.step,
            wizard.size.width,
            in_board=self.focused is self.board,
            rows=bool(self.board.shown),
            flows=derived is not None and bool(derived.deployment.flows),
            goes_on=bool(wizard.plan.products) and wizard.neighbour(1) is not None,
        )

    def refresh_help(self) -> None:
        """The one line of help: a message, the error of the field, or its help."""
        text, style = self.help_line()
        self.query_one("#help", Bar).say((" " + with_rest(text, self._help_columns()), style))

    def help_line(self) -> StyledText:
        """What the line of help has to say, all of it, with its style."""
        if self.note:
            return (f"! {self.note}", "bad") if self.note_bad else (self.note, "good")
        if self.board.has_focus:
            return detail(self.board.entry()), ""
        row = self.form.row()
        if row is None:
            return self.wizard.current.keys, "dim"
        problem = problem_of(row, self.form.text())
        return (f"! {problem}", "bad") if problem else (row.help or self.wizard.current.keys, "")

    def to_read(self) -> StyledText:
        """What F1 shows before the help: an error, or what the line of help has no room for; ('',
        '') for nothing.
        """
        text, style = self.help_line()
        row = self.form.row()
        is_row_help = row is not None and not self.board.has_focus and text == row.help
        if style == "bad" or not (is_row_help or fits(text, self._help_columns())):
            return text, style
        trouble = self.wizard.session.trouble
        return (f"! {trouble}", "bad") if trouble else ("", "")

    def _help_columns(self) -> int:
        return max(10, self.wizard.size.width - 2)

    def refresh_picture(self) -> None:
        """The network, beside the steps that build it."""
        view = self.query_one("#picture", LineView)
        plan = self.wizard.plan
        drawn = (
            self.wizard.step in ("network", "firewalls")
            and self.wizard.size.width >= 100
            and bool(plan.zones)
        )
        self.set_class(drawn, "-drawn")
        if not drawn:
            return
        from screens.board.picture import picture, shortened

        roles = catalog_of(self.wizard.catalog, plan).roles
        names = each_made(attrgetter("name"), roles)
        room = max(30, self.query_one("#side").size.width - 2)
        # Half of what title, counts, help and keys leave, and a line above it.
        rows = (self.wizard.size.height - 5) // 2 - 1
        view.show(shortened(picture(plan, names, room), rows))

    def refresh_keys(self) -> None:
        """The five keys that matter here."""
        self.query_one("#footer", Footer).put(keys_here(self.wizard))
        self.refresh_status()

    def say(self, note: str, *, bad: bool = False) -> None:
        """A message in place of the help, until the cursor moves."""
        self.note, self.note_bad = note, bad
        self.refresh_help()

    def stands_on(self, row: Row | None, moved: bool) -> None:
        """The form's cursor stands on this row."""
        if moved:
            self.note = ""
        if self.form.filter:
            self.wizard.hints.done("filter")
        self.refresh_help()

    # --- the preview

    def toggle_preview(self) -> None:
        """F2: to the preview and back."""
        if self.wizard.step == "review":
            return
        if self.board.has_focus or self.has_class("-board"):
            self.leave_board()
        else:
            self.form.commit()
            self.note, self._stood = "", self._standing()
            if self.wizard.size.width < 100:
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
        # It may come late: when the form has the focus again, or for the same row in a new table.
        if self.board.has_focus:
            before, self._stood = self._stood, self._standing()
            if before != self._stood:
                self.note = ""
        self.refresh_help()
        self._say_beside()

    def _say_beside(self) -> None:
        if self.wizard.step == "review" and self.wizard.size.width >= _BROAD:
            _: Worker[None] = self.wizard.run_worker(
                self._why_beside, group="beside", exclusive=True
            )

    async def _why_beside(self) -> None:
        """Why the row is there, beside it; of a heading what it stands for."""
        # Not for each row that the cursor passes: that would be much on a slow line.
        await asyncio.sleep(_REST)
        from screens.board.why import words_beside

        view = self.query_one("#beside", LineView)
        columns = max(20, view.size.width - 2)
        title, reasons = words_beside(
            self.wizard.derived, self.board.tab, self.board.entry(), columns
        )
        lines = [line((f" {part}", "heading")) for part in wrap(title, columns)]
        view.show([*lines, *(Line(((" ", ""), *each.spans)) for each in reasons)])
        view.scroll_to(y=0, animate=False, force=True)

    def _standing(self) -> tuple[str | None, str]:
        entry = self.board.entry()
        return self.board.tab, entry.key if entry is not None else ""

    def on_board_told(self, message: Board.Told) -> None:
        self.say(message.text)

    def on_board_tabs_chosen(self, message: BoardTabs.Chosen) -> None:
        self.board.choose(message.tab)

    def on_board_asked(self, message: Board.Asked) -> None:
        if message.record is None:
            self.wizard.actions.tell_no_row()
        elif message.jump:
            self.wizard.actions.jump_to_cause(message.record)
        else:
            self.wizard.actions.tell_why(message.record)

    def on_steps_chosen(self, message: Steps.Chosen) -> None:
        self.wizard.action_do(f"step:{message.step}")

    def on_footer_pressed(self, message: Footer.Pressed) -> None:
        self.wizard.action_do(message.command)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        beside = not (self.has_class("-board") or self.has_class("-review"))
        self.query_one("#side").set_class(beside and self.board.has_focus, "-live")
        self.refresh_keys()
        self.refresh_help()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        if self.too_small:
            size = self.wizard.size
            sentence = (
                f"The wizard needs {LEAST_COLUMNS} x {LEAST_ROWS}.\nThis window is {size.width} x"
                f" {size.height}.\nNothing is lost: make it larger and go on, or leave with Ctrl+Q:"
                " portwright wizard --line goes on line by line in any window."
            )
            lines = wrapped(sentence, min(size.width, 36) - 1, indent=" ")
            self.query_one("#small", LineView).show(list(lines))
            return
        if self.wizard.size.width >= 100 and self.wizard.step != "review":
            self.remove_class("-board")
        if self.focused is None:
            self.set_focus(self.board if self.wizard.step == "review" else self.form)
        self.refresh_form()
        self.refresh_picture()
        self.refresh_keys()
        self._say_beside()
