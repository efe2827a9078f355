"""What the commands do: windows, steps, undo. `commands.py` says which there are and by which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from screens import why
from screens.board import Record
from screens.commands import COMMANDS
from screens.lines import Line, line
from screens.modals import Reading, text_lines
from screens.progress import key_to_step, what_changed
from wizard.questions import STEPS, StepId, applies

if TYPE_CHECKING:
    from screens.app import WizardApp

_BOARD_HELP = (
    "What follows from the answers, as far as they go. '+' is new since the last answer, '-' is gone, '~' has "
    "changed.\n\nLeft and Right change the tab. / filters, s sorts, g groups. w says why a row is there: which "
    "feature, which document and place, and what breaks without it. Enter goes to the answer behind it; Esc "
    "comes back from there."
)


class Actions:
    """One method a command."""

    def __init__(self, app: WizardApp) -> None:
        self._app = app

    def do(self, command: str) -> None:
        """Do a command, or what a step asked for."""
        app = self._app
        if len(app.screen_stack) > 1 and command != "quit":
            return
        name, _, rest = command.partition(":")
        match name:
            case "step":
                app.go_to(cast(StepId, rest))
            case "next" | "back":
                neighbour = app.neighbour(1 if name == "next" else -1)
                if neighbour is not None:
                    app.go_to(neighbour)
            case "preview":
                app.main.toggle_preview()
            case "leave":
                self._leave()
            case "why":
                self._why()
            case "jump":
                entry = app.main.board.entry()
                if entry is not None and entry.record is not None:
                    self.jump_to_cause(entry.record)
            case "help":
                self._help()
            case "keys":
                app.open_window(Reading("All keys", lambda columns: _key_lines()))
            case "undo" | "redo":
                self._undo(name)
            case "save":
                app.main.form.commit()
                app.main.say(app.exporting.save_plan())
            case "files" | "file" | "write":
                app.exporting.do(name, rest)
            case "quit":
                app.main.form.commit()
                app.exit(0)

    def jump_to_cause(self, record: Record) -> None:
        """To the answer that caused this. Esc comes back from there."""
        app = self._app
        if app.derived is None:
            return
        key = why.cause(app.derived.deployment, record)
        if key is None:
            app.main.say("No single answer caused this.")
            return
        origin = app.step
        target = key_to_step(app.catalog, app.plan, key)
        app.go_to(target, key)
        if target != origin:
            app.came_from = origin
            title = next(step.title for step in STEPS if step.id == origin)
            app.main.say(f"This is the answer behind it. Esc goes back to {title}.")

    def tell_why(self, record: Record) -> None:
        """The window that says why this is there."""
        app = self._app
        if app.derived is None:
            return
        deployment = app.derived.deployment
        title, _ = why.why(deployment, record, 60)

        def closed(result: str | None) -> None:
            if result == "enter":
                self.jump_to_cause(record)

        keys = "Esc: close   Enter: to the answer behind it   Up, Down: scroll"
        app.open_window(
            Reading(title, lambda columns: why.why(deployment, record, columns)[1], keys=keys), closed
        )

    def _leave(self) -> None:
        """Esc: one level back, never out of the wizard."""
        app = self._app
        if app.step != "review" and (app.main.board.has_focus or app.main.has_class("-board")):
            app.main.leave_board()
        elif app.came_from is not None:
            app.go_to(app.came_from)
        elif app.step == "review":
            self.do("back")
        else:
            app.main.say("PageUp goes to the step before; Ctrl+Q leaves, and the draft is kept.")

    def _why(self) -> None:
        board = self._app.main.board
        entry = board.entry()
        if entry is not None and entry.record is not None and board.has_focus:
            self.tell_why(entry.record)
        elif not board.has_focus:
            self._app.main.toggle_preview()
            self._app.main.say("Choose a row; w or F3 says why it is there.")

    def _help(self) -> None:
        app = self._app
        row = app.main.form.row()
        if app.main.board.has_focus or row is None:
            title, text = "The preview", _BOARD_HELP
        else:
            parts = (row.help, row.more if row.more != row.help else "")
            title, text = row.label, "\n\n".join(part for part in parts if part)
        text += f"\n\n{app.current.keys}\nCtrl+P finds every command, 'All keys' among them."
        app.open_window(Reading(title, text_lines(text)))

    def _undo(self, way: str) -> None:
        app = self._app
        app.main.form.commit()
        before = app.plan
        app.save(app.draft.undo if way == "undo" else app.draft.redo)
        after = app.draft.plan
        if after == before:
            app.main.say("Nothing to take back." if way == "undo" else "Nothing to answer again.")
            return
        key, words = what_changed(app.catalog, before, after)
        app.show_plan(after, words)
        if key is not None:
            app.go_to(key_to_step(app.catalog, after, key), key)
        if not applies(app.catalog, after, app.step):
            app.go_to("products")
        app.main.say(f"{'Taken back' if way == 'undo' else 'Answered again'}: {words}")


def _key_lines() -> list[Line]:
    rows = [
        ("Tab, arrows", "from row to row; Ctrl+Up, Ctrl+Down: from group to group"),
        ("Space, Enter", "tick a box, fold a list open, work a row"),
        ("Left, Right", "another choice; in the preview another tab"),
        ("/ or letters", "filter the rows; Esc shows all again"),
        ("1 to 7", "to a step, outside of fields"),
    ]
    rows += [
        (", ".join(_spoken(key) for key in command.keys), command.title)
        for command in COMMANDS
        if command.keys and not command.id.startswith("step:")
    ]
    return [line((f"  {keys:<26}", "key"), words) for keys, words in rows]


def _spoken(key: str) -> str:
    """`ctrl+z` as people write it."""
    names = {"pagedown": "PageDown", "pageup": "PageUp", "question_mark": "?", "escape": "Esc"}
    return "+".join(names.get(part, part.capitalize() if len(part) > 1 else part) for part in key.split("+"))
