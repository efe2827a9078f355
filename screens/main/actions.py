"""What the commands do: windows, steps, undo. `commands.py` says which there are, by which keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from screens.board import why
from screens.board.derived import Record, TabId
from screens.main.command import Command, spoken
from screens.main.commands import ANYWHERE, STEP_COMMANDS
from screens.main.progress import first_difference, key_to_step
from screens.widgets.lines import Line, line, short, wrap
from screens.widgets.rows import RowKey, Spot
from screens.windows.modals import Reading, text_lines
from wizard.questions import STEPS, StepId
from wizard.session.session import NotTaken
from wizard.tables import by_id

if TYPE_CHECKING:
    from screens.main.wizard import Wizard
    from screens.widgets.board import Board
    from screens.windows.compare.comparing import Comparing
    from screens.windows.explain.explaining import Explaining

_BOARD_HELP = (
    "What follows from the answers, as far as they go. '+' is new since the last answer, '-' is"
    " gone, '~' has changed, '!' waits for an answer.\n\nLeft and Right change the tab. / filters,"
    " s sorts, g groups. w says why a row is there: which feature, which document and place, and"
    " what breaks without it. Enter goes to the answer behind it; Esc comes back from there.\n\nc"
    " sends the row to your terminal's clipboard, as a line for a ticket; C sends the whole table."
    " Both are written into a file too, with the line that fetches it.\n\nv compares with a saved"
    " plan, e explains the connection of the row: who lets it through, or where it stops."
)
# Columns that the keys have in the list of all keys.
_KEYS_WIDE = 28
# Columns of a text that a message repeats: what to do about it has to stay in sight.
_REPEATED_WIDE = 20


class Actions:
    """One method a command."""

    def __init__(self, app: Wizard) -> None:
        self._app = app
        self._back: Callable[[], None] | None = None

    @cached_property
    def comparing(self) -> Comparing:
        """Comparing with another plan; loaded when it is first wanted."""
        from screens.windows.compare.comparing import Comparing

        return Comparing(self._app)

    @cached_property
    def explaining(self) -> Explaining:
        """Explaining a connection; loaded when it is first wanted."""
        from screens.windows.explain.explaining import Explaining

        return Explaining(self._app)

    def do(self, command: Command) -> None:
        """Do a command. In a window too small to work in only leaving; over another, going to a step
        as well, which closes it.
        """
        app = self._app
        if command in STEP_COMMANDS and not app.main.too_small:
            app.close_windows()
        if command.id in ANYWHERE or not (len(app.screen_stack) > 1 or app.main.too_small):
            command.run(app)

    def row(self, step: StepId, key: RowKey) -> None:
        """To a row of a step."""
        self._app.go_to(step, key)
        if step == "export":
            self._app.exporting.stand(key)

    def move(self, by: int) -> None:
        """To the next or previous step that applies."""
        neighbour = self._app.neighbour(by)
        if neighbour is not None:
            self._app.learned("next")
            self._app.go_to(neighbour)

    def preview(self) -> None:
        """To the tables of what follows, and back."""
        self._app.learned("preview")
        self._app.main.toggle_preview()

    def jump(self) -> None:
        """To the answer behind the row under the preview's cursor."""
        entry = self._app.board.entry()
        if entry is not None and entry.record is not None:
            self.jump_to_cause(entry.record)

    def letters(self) -> None:
        """A letter on everything in sight, to go there."""
        from screens.main.lettering import Lettering

        app = self._app
        letters = Lettering(app.screen, app.letters_gone)
        app.lettering = letters if letters.begin() else None

    def no_hints(self) -> None:
        """No tips any more."""
        self._app.hints.none()
        self._app.say("No tips any more. 'Show the hints again' brings them back.")

    def keys(self) -> None:
        """The window with all keys."""
        self._app.open_window(Reading("All keys", partial(_key_lines, self._app.commands)))

    def save(self) -> None:
        """Save the plan as a file."""
        self._app.form.commit()
        self._app.say(self._app.exporting.save_plan())

    def save_as(self) -> None:
        """Ask for a file, and save the plan there."""
        from screens.windows.typing import OneLine

        self._app.form.commit()
        session, exporting = self._app.session, self._app.exporting
        window = OneLine(
            "Save the plan as another file",
            "File",
            session.draft.origin or "",
            help="A path; ~ is your home. Ctrl+S writes there from then on.",
            refusal=exporting.refusal_to_save_as,
        )

        def closed(name: str | None) -> None:
            if name is not None:
                self._app.say(f"The plan is saved as {session.draft.origin}")

        self._app.open_window(window, closed)

    def quit(self) -> None:
        """Leave; the draft is kept."""
        self._app.form.commit()
        self._app.exit(0)

    def jump_to_cause(self, record: Record) -> None:
        """To the answer that caused this. Esc comes back from there."""
        app = self._app
        if app.derived is None:
            return
        app.learned("jump")
        key = why.cause(app.derived.deployment, record)
        if key is None:
            app.say("No single answer caused this.")
        else:
            self.jump_to(key)

    def jump_to(self, key: RowKey, back: Callable[[], None] | None = None, words: str = "") -> None:
        """To a question, with words for why. Esc comes back: to the step before, or the window that
        `back` opens.
        """
        app = self._app
        origin = app.step
        target = key_to_step(app.catalog, app.plan, key)
        app.go_to(target, key)
        self._back = back
        if target != origin or back is not None:
            app.came_from = origin
            where = "the window" if back is not None else by_id(STEPS)[origin].title
            # Once the step is there: coming to a row takes away what was said before.
            words = words or f"This is the answer behind it. Esc goes back to {where}."
            app.call_after_refresh(app.say, words)

    def jump_to_not_taken(self, what: str) -> bool:
        """To the first text that could not be taken, with words for what did not happen for it;
        whether there is one.
        """
        app = self._app
        for step, key, text in app.not_taken():
            app.go_to(step, key)
            typed = short(text, _REPEATED_WIDE)
            words = f"{what}: '{typed}' could not be taken. Mend it, or Ctrl+Z takes it back."
            app.call_after_refresh(app.say, words, bad=True)
            return True
        return False

    def tell_why(self, record: Record) -> None:
        """The window that says why this is there."""
        app = self._app
        if app.derived is None:
            return
        app.learned("why")
        deployment = app.derived.deployment
        title, _ = why.why(deployment, record, 60)

        def closed(result: str | None) -> None:
            if result == "enter":
                self.jump_to_cause(record)

        keys = "Esc: close   Enter: to its answer   c: send   Up, Down: scroll"
        app.open_window(
            Reading(
                title,
                lambda columns: why.why(deployment, record, columns)[1],
                keys=keys,
                copy=lambda: app.copying.row(record),
            ),
            closed,
        )

    def palette(self) -> None:
        """Find a command, and do it once the window is gone."""
        from screens.main.found import FoundRows
        from screens.main.offers import items
        from screens.windows.palette import Palette

        app = self._app
        app.learned("palette")
        app.exporting.files_soon()
        window = Palette(items(app), FoundRows(app, app.export))

        def closed(result: str | None) -> None:
            if window.command is not None:
                self.do(window.command)

        app.open_window(window, closed)

    def drafts(self) -> None:
        """The window with the unfinished plans, and the discarded ones."""
        from screens.main.resuming import choose_draft
        from wizard.session.shelf import list_drafts

        self._app.form.commit()
        choose_draft(self._app, list_drafts())

    def show_tab(self, tab: TabId) -> None:
        """Into the preview, to one of its tables."""
        self._into_preview().choose(tab)

    def show_row(self, tab: TabId, key: str) -> None:
        """Into the preview, to one row."""
        self._into_preview().stand_at(tab, key)

    def filter(self, words: str, tab: TabId | None = None) -> None:
        """Into the preview, to the rules that fit, or the rows of another table."""
        board = self._into_preview()
        board.choose(tab or ("rules" if self._app.plan.firewalls else "flows"))
        board.filter(words)

    def _into_preview(self) -> Board:
        main = self._app.main
        if main.focused is not main.board:
            main.toggle_preview()
        return main.board

    def copy_row(self) -> None:
        """The row of the preview; on the export step the file, where the form has the cursor."""
        app = self._app
        row = app.form.row()
        match row.key if row is not None and app.main.focused is not app.board else None:
            case Spot("file", path):
                app.copying.file(path)
            case _:
                app.copying.row()

    def leave(self) -> None:
        """Esc: one level back, never out of the wizard."""
        app = self._app
        if app.step != "review" and (app.board.has_focus or app.main.has_class("-board")):
            app.main.leave_board()
        elif app.came_from is not None:
            back, self._back = self._back, None
            app.go_to(app.came_from)
            if back is not None:
                back()
        else:
            app.say("Alt+Left goes to the step before; Ctrl+Q leaves, and the draft is kept.")

    def why(self) -> None:
        """Why the row under the preview's cursor is there."""
        board = self._app.board
        entry = board.entry()
        if entry is not None and entry.record is not None and board.has_focus:
            self.tell_why(entry.record)
        elif board.has_focus:
            self.tell_no_row()
        else:
            self._app.main.toggle_preview()
            self._app.say("Choose a row; w or F3 says why it is there.")

    def tell_no_row(self) -> None:
        """What the cursor of the preview stands on has no answer behind it."""
        main = self._app.main
        entry = main.board.entry()
        if entry is None:
            main.say("There are no rows here. Left and Right go to the other tables.")
        elif entry.heading:
            main.say("This is a heading. Down goes to its rows: Enter to the answer, w says why.")
        else:
            main.say("Nothing is asked of this line. Left and Right go to the tables.")

    def help(self) -> None:
        """The long help of what is under the cursor."""
        app = self._app
        row = app.form.row()
        if app.board.has_focus or row is None:
            title, text = "The preview", _BOARD_HELP
        else:
            title, text = row.label, row.long_help
        text += f"\n\n{app.current.keys}\nCtrl+P finds every command, 'All keys' among them."
        app.open_window(Reading(title, text_lines(text, app.main.to_read())))

    def undo(self, again: bool = False) -> None:
        """Take the last answer back, or give it again; the wizard goes to where it was given."""
        app = self._app
        app.learned("undo")
        _ = app.form.commit()
        if app.form.current in app.current.problems:
            # What cannot be taken is no answer: it goes, and no other answer with it.
            app.forget_typed()
            app.say("Taken back: what was typed there.")
            return
        before = app.plan
        effect = app.session.redo() if again else app.session.undo()
        if not app.tell(effect):
            if not isinstance(effect, NotTaken):
                app.say("Nothing to answer again." if again else "Nothing to take back.")
            return
        key, label = first_difference(app.catalog, before, app.session.plan)
        app.show_plan()
        if key is not None:
            app.go_to(key_to_step(app.catalog, app.plan, key), key)
        if not app.session.applies(app.step):
            app.go_to("products")
        # Drafts of 0.1.0 hold no words.
        words = effect.words or label
        app.say(f"{'Answered again' if again else 'Taken back'}: {words}")


def _key_lines(commands: Sequence[Command], columns: int) -> list[Line]:
    rows = [
        ("Tab, arrows", "from row to row; Ctrl+Up, Ctrl+Down: from group to group"),
        ("Space, Enter", "tick a box, fold a list open, work a row"),
        ("Left, Right", "another choice; in the preview another tab"),
        ("PageUp, PageDown", "a page of rows up or down"),
        ("letters, digits, /", "filter the rows; Esc shows all again"),
        ("Enter, j", "in the preview: to the answer behind the row; w: why; s, g: sort, group"),
        ("a", "in the preview: names or addresses"),
        ("o", "in the preview: every site, or those that are alike once"),
    ]
    rows += [
        (", ".join(map(spoken, command.keys)), command.title)
        for command in commands
        if command.keys and command not in STEP_COMMANDS
    ]
    rows.insert(3, ("Alt+1 to Alt+7", "to a step, from anywhere; F4 to F10 as well"))
    lines: list[Line] = []
    for keys, words in rows:
        first, *more = wrap(words, columns - _KEYS_WIDE)
        lines.append(line((f"  {keys:<{_KEYS_WIDE - 2}}", "key"), first))
        lines += [line(" " * _KEYS_WIDE + part) for part in more]
    return lines
