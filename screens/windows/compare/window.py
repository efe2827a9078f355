"""The window of a comparison: two plans side by side, in the look of the preview, with what caused
each row.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container

from screens.board.entry import Tab, View
from screens.widgets.bars import Bar
from screens.widgets.board import Board
from screens.widgets.board_tabs import BoardTabs
from screens.widgets.line_view import LineView
from screens.widgets.lines import StyledText, line, short
from screens.widgets.rows import RowKey
from screens.windows.compare.compared import NOTHING_DIFFERS, NOW, ComparedRow, Comparison, compared
from screens.windows.compare.plan_files import Base, UnreadablePlan, read_file
from screens.windows.compare.tables import CompareTables
from screens.windows.modals import LeanModal, Reading, fitting_keys
from wizard.tables import by_id
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.stage import Stage

_KEYS = "Enter: answer  w: why  /: filter  x: turn  o: other plan  r: request  Esc"
_ABOUT = (
    "'+' is in the second plan only, '-' in the first only, '~' is in both and differs. Behind each"
    " row stands the answer that caused it; Enter goes there, and Esc comes back here.\n\nLeft and"
    " Right change the table. / filters, s sorts, g groups. w says why a row is there. x turns the"
    " two plans round, o compares with another one. r writes the change request for the ticket. c"
    " sends the row to your terminal's clipboard, C the whole table."
)


class CompareBoard(Board):
    """The board of a comparison: `+` is what the second plan adds, `-` what it takes, `~` what it
    changes.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tables: CompareTables | None = None

    def made(self) -> tuple[Tab, ...]:
        return () if self.tables is None else self.tables.tabs(self.view, self._room())

    def row(self) -> ComparedRow | None:
        """The row under the cursor."""
        entry = self.entry()
        return (
            self.tables.rows.get(entry.key)
            if self.tables is not None and entry is not None
            else None
        )

    def compare(self, tables: CompareTables | None) -> None:
        """Show another comparison; None: it is being worked out."""
        self.tables = tables
        if tables is None:
            self._entries, self._waiting = (), None
            self.show([line(""), line(("  Working it out…", "dim"))])
        else:
            self._build()

    def stand(self, tab: str, key: str) -> None:
        """Go to a row, where it is still there."""
        there = by_id(self.shown).get(tab)
        if there is not None:
            self._places[tab] = key
            self.cursor = None
            self.tab, self._picked = there.id, True
            self._build()

    def first(self) -> None:
        """From the heading to the first row below it."""
        entry = self.entry()
        if entry is not None and entry.heading:
            self._move(1)

    def _key(self, event: events.Key) -> bool:
        if self._typing is None and event.key in ("enter", "w", "space", "j"):
            return False
        return super()._key(event)


class Compare(LeanModal):
    """Two plans side by side: by firewall and list what the one gains and loses, with the answers
    behind it.
    """

    AUTO_FOCUS = "#window-board"

    def __init__(
        self, stage: Stage, base: Base, turned: bool, place: tuple[str, str] | None, view: View
    ) -> None:
        super().__init__("Compare", _KEYS, _ABOUT)
        self._stage = stage
        self._base = base
        self._comparison: Comparison | None = None
        self.turned = turned
        self.place = place
        self.view = view
        self.trouble: UnreadablePlan | None = None
        # The answer to go to, once the window is closed.
        self.jump: RowKey | None = None

    def compose(self) -> ComposeResult:
        with Container(id="window", classes="-full"):
            yield Bar(id="window-title")
            yield Bar(id="window-summary")
            yield BoardTabs(id="window-tabs")
            yield CompareBoard(id="window-board")
            yield LineView(id="window-detail")
            yield Bar(id="window-keys")

    @property
    def board(self) -> CompareBoard:
        return self.query_one(CompareBoard)

    def on_mount(self) -> None:
        self.board.heads = self.query_one(BoardTabs)
        self.board.view = self.view
        self._stage.follow(self, self._begin)
        self._begin()

    def on_resize(self) -> None:
        self.call_after_refresh(self._say)

    # --- working it out --------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._stage.settled():
            self._say()
            self.run_worker(self._work_out(), group="compare", exclusive=True)

    async def _work_out(self) -> None:
        session, derived = self._stage.session, self._stage.derived
        if self._comparison is None:
            self.board.compare(None)
        assert derived is not None
        now = derived.deployment

        def work() -> CompareTables | UnreadablePlan:
            path = self._base.path
            plan = session.draft.opened if path is None else read_file(path, session.catalog)
            if isinstance(plan, UnreadablePlan):
                return plan
            comparison = compared(session, self._base.name, plan, now)
            return CompareTables(comparison.swapped() if self.turned else comparison)

        tables = await asyncio.to_thread(work)
        if isinstance(tables, UnreadablePlan):
            self.trouble = tables
            self.close_with("trouble")
        else:
            self._show(tables)

    def _show(self, tables: CompareTables) -> None:
        self._comparison = tables.comparison
        self.board.compare(tables)
        if self.place is not None:
            self.board.stand(*self.place)
        self.board.first()
        self._say()

    # --- the lines round the table ---------------------------------------------------------------

    def _say(self) -> None:
        if not self.is_mounted:
            return
        room = max(20, self.board.size.width)
        names = (self._base.name, NOW)
        old, new = reversed(names) if self.turned else names
        self.query_one("#window-title", Bar).say(
            ("Compare: ", "title"), (short(f"{old} → {new}", room - 10), "key")
        )
        comparison = self._comparison
        summary = "" if comparison is None else comparison.summary()
        if summary == NOTHING_DIFFERS:
            # The table says it.
            summary = ""
        self.query_one("#window-summary", Bar).say((short(summary, room), ""))
        self.query_one("#window-keys", Bar).say((fitting_keys(self.keys, room), "dim"))
        self._detail()

    def _detail(self) -> None:
        row, comparison = self.board.row(), self._comparison
        room = max(20, self.board.size.width - 1)
        if comparison is None or comparison.summary() == NOTHING_DIFFERS:
            self._tell(("", ""), ("", ""))
        elif row is None:
            legend = "+ second plan only, - first only, ~ differs."
            self._tell((legend, "dim"), ("Left, Right: other tables.", "dim"))
        else:
            cause, extent = comparison.detail(row)
            self._tell((short(cause, room), "good"), (short(extent, room), "dim"))

    def _tell(self, *lines: StyledText) -> None:
        self.query_one("#window-detail", LineView).show(list(map(line, lines)))

    def on_board_stands_on(self, message: Board.StandsOn) -> None:
        message.stop()
        self._remember()
        self._detail()

    def on_board_told(self, message: Board.Told) -> None:
        message.stop()
        self._tell((message.text, "good"))

    def on_board_tabs_chosen(self, message: BoardTabs.Chosen) -> None:
        message.stop()
        self.board.choose(message.tab)
        self._detail()

    def on_board_left(self, message: Board.Left) -> None:
        message.stop()
        self.close_with(None)

    # --- keys ------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        match event.key:
            case "escape":
                self.close_with(None)
            case "enter" | "j":
                self._jump()
            case "w" | "f3" | "space":
                self._why()
            case "x" if self._comparison is not None:
                self.turned = not self.turned
                self.run_worker(self._turn(self._comparison), group="compare", exclusive=True)
            case "o":
                self.close_with("other")
            case "c" | "C" | "upper_c":
                self._copy(event.key == "c")
            case "f1" | "question_mark":
                self.tell_about("Comparing two plans", self.about)
            case "r" if self._comparison is not None:
                self._request(self._comparison)
            case _:
                return
        event.stop()

    async def _turn(self, comparison: Comparison) -> None:
        self._show(await asyncio.to_thread(lambda: CompareTables(comparison.swapped())))

    def _remember(self) -> None:
        entry, tab = self.board.entry(), self.board.tab
        if entry is not None and tab is not None:
            self.place = (tab, entry.key)

    def _jump(self) -> None:
        row, comparison = self.board.row(), self._comparison
        question = comparison.question(row) if comparison is not None and row is not None else None
        if question is not None:
            self._remember()
            self.view = self.board.view
            self.jump = question
            self.close_with("jump")
        else:
            self._tell(
                (
                    "No single answer caused this." if row is not None else "Stand on a row first.",
                    "bad",
                )
            )

    def _why(self) -> None:
        row, comparison = self.board.row(), self._comparison
        if comparison is None or row is None:
            return

        def closed(result: str | None) -> None:
            if result == "enter":
                self._jump()

        keys = "Esc: close   Enter: to its answer   c: send   Up, Down: scroll"
        title, _ = comparison.why(row, 60)
        self._stage.open_window(
            Reading(
                title,
                lambda columns: comparison.why(row, columns)[1],
                keys=keys,
                copy=lambda: self._copy_row(comparison, row),
            ),
            closed,
        )

    def _copy(self, one: bool) -> None:
        """Send the row, or the table as it is filtered, to the terminal."""
        row, comparison, tables = self.board.row(), self._comparison, self.board.tables
        tab = next((tab for tab in self.board.shown if tab.id == self.board.tab), None)
        if comparison is None or tables is None or tab is None:
            return
        if one and row is not None:
            self._copy_row(comparison, row)
        elif not one:
            from screens.windows.compare.text import table_lines

            rows = [tables.rows[entry.key] for entry in tab.entries if not entry.heading]
            what = f"the table {tab.title}, {plural(len(rows), 'row')}"
            self._stage.send(what, table_lines(comparison, rows), f"changes-{tab.id}.tsv")

    def _copy_row(self, comparison: Comparison, row: ComparedRow) -> None:
        from screens.windows.compare.text import row_line

        self._stage.send("the row", row_line(comparison, row) + "\n", "change.txt")

    def _request(self, comparison: Comparison) -> None:
        from screens.windows.compare.request import RequestWindow

        self._stage.open_window(RequestWindow(self._stage, comparison))
