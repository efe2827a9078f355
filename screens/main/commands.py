"""One registry of all that can be done from anywhere: keys, footer, palette and help read it.

To add a command: an entry in `COMMANDS` here, with what it does (mostly in `actions.py`). What
depends on the plan (a firewall to filter by, a file to look into) comes from `offers.py`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.binding import Binding

from screens.main.command import Command
from wizard.questions import STEPS, StepId
from wizard.tables import by_id

if TYPE_CHECKING:
    from screens.main.wizard import Wizard


# --- why something cannot be done now


def _last(app: Wizard) -> str:
    return "" if app.neighbour(1) else _no_product(app) or "this is the last step"


def _first(app: Wizard) -> str:
    return "" if app.neighbour(-1) else "this is the first step"


def _nothing_to_undo(app: Wizard) -> str:
    return "" if app.session.draft.can_undo else "nothing to take back"


def _nothing_to_redo(app: Wizard) -> str:
    return "" if app.session.draft.can_redo else "nothing was taken back"


def _in_review(app: Wizard) -> str:
    return "the review shows it all" if app.step == "review" else ""


def _no_row(app: Wizard) -> str:
    entry = app.board.entry()
    return "" if entry is not None and entry.record is not None else "F2, then choose a row"


def _no_table(app: Wizard) -> str:
    tab = app.copying.tab()
    return "" if tab is not None and tab.entries else "the table is empty"


def _no_product(app: Wizard) -> str:
    return "" if app.plan.products else "choose a product first"


def _step_waits(step: StepId, app: Wizard) -> str:
    return "" if app.session.applies(step) else "choose a product first"


def _no_hints(app: Wizard) -> str:
    return "there are none" if app.hints.off else ""


def _go(step: StepId, app: Wizard) -> None:
    app.go_to(step)


# --- all of them

STEP_COMMANDS = tuple(
    Command(
        f"step:{step.id}",
        f"Go to step {number}: {step.title}",
        partial(_go, step.id),
        (f"alt+{number}", f"f{number + 3}"),
        f"Alt+{number}",
        help=step.about,
        waits=partial(_step_waits, step.id),
    )
    for number, step in enumerate(STEPS, start=1)
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "help",
        "Help for the field under the cursor",
        lambda app: app.actions.help(),
        ("f1", "question_mark", "alt+h"),
        "F1",
        "Help",
        "The long help of the field, the row or the table where the cursor is.",
    ),
    Command(
        "preview",
        "Preview: rules, allowlist, findings",
        lambda app: app.actions.preview(),
        ("f2", "p", "alt+p"),
        "F2",
        "Preview",
        "To the tables of what follows from the answers, and back.",
        waits=_in_review,
        words="tables board",
    ),
    Command(
        "why",
        "Why is this here",
        lambda app: app.actions.why(),
        ("f3", "w", "alt+w"),
        "F3",
        "Why",
        "Of a row in the preview or the review: which feature, which document and place, and what"
        " breaks without it.",
    ),
    Command(
        "next",
        "Next step",
        lambda app: app.actions.move(1),
        ("alt+right", "ctrl+pagedown"),
        "Alt+Right",
        "Next",
        "Steps that do not apply are passed over.",
        waits=_last,
        words="forward continue",
    ),
    Command(
        "back",
        "Previous step",
        lambda app: app.actions.move(-1),
        ("alt+left", "ctrl+pageup"),
        "Alt+Left",
        "Back",
        "Steps that do not apply are passed over.",
        waits=_first,
    ),
    Command(
        "undo",
        "Take back the last answer",
        lambda app: app.actions.undo(),
        ("ctrl+z",),
        "^Z",
        "Undo",
        "As many as there were, over all steps; the wizard goes to where the answer was given.",
        waits=_nothing_to_undo,
    ),
    Command(
        "redo",
        "Answer again what was taken back",
        lambda app: app.actions.undo(again=True),
        ("ctrl+y",),
        "^Y",
        "Redo",
        "Undoes Undo, as long as nothing else was answered since.",
        waits=_nothing_to_redo,
    ),
    Command(
        "jump",
        "Go to the answer behind this row",
        lambda app: app.actions.jump(),
        keycap="Enter",
        short="Go to answer",
        help="From a row of the preview or the review to the answer that caused it. Esc comes back.",
        waits=_no_row,
    ),
    Command(
        "compare",
        "Compare with a saved plan: what changed",
        lambda app: app.actions.comparing.open(),
        ("alt+c", "v"),
        "Alt+C",
        "Compare",
        "With the file that this plan came from, another plan file, or the plan as it was when the"
        " wizard was opened: what each firewall and list gains and loses, and which answers caused"
        " it. Writes the change request for the ticket.",
        _no_product,
    ),
    Command(
        "explain",
        "Explain a connection: why A reaches B, or not",
        lambda app: app.actions.explaining.open(),
        ("alt+e", "e"),
        "Alt+E",
        "Explain",
        "Follows one connection firewall by firewall: the rule that lets it through and the"
        " document behind it, or where it stops and which feature would open it. On a row of the"
        " preview it begins with that row.",
        _no_product,
    ),
    Command(
        "copy-row",
        "Send this row to your terminal",
        lambda app: app.actions.copy_row(),
        ("alt+s", "c"),
        "Alt+S",
        "Send row",
        "The row in one line, as it goes into a ticket: to your terminal's clipboard, and into a"
        " file.",
        waits=_no_row,
        words="copy clipboard",
    ),
    Command(
        "copy-table",
        "Send the whole table to your terminal",
        lambda app: app.copying.table(),
        ("alt+t", "C"),
        "Alt+T",
        "Send table",
        "The table that the preview shows, filter and order included, parted by tabs as"
        " spreadsheets take it: to your terminal's clipboard, and into a file.",
        waits=_no_table,
        words="copy clipboard spreadsheet csv",
    ),
    *STEP_COMMANDS,
    Command(
        "save",
        "Save the plan as a file",
        lambda app: app.actions.save(),
        ("ctrl+s",),
        "^S",
        "Save",
        "Where it was read from, else into the present folder. The draft is kept in any case.",
    ),
    Command(
        "save-as",
        "Save the plan as another file",
        lambda app: app.actions.save_as(),
        help="Asks for the file. Ctrl+S writes to that one from then on.",
        words="rename copy",
    ),
    Command(
        "drafts",
        "Unfinished plans: go on with another, copy, rename, bring a discarded one back",
        lambda app: app.actions.drafts(),
        help="The drafts that are there, and those that were discarded in the last 30 days.",
        words="drafts open resume restore duplicate",
    ),
    Command(
        "palette",
        "Find a command",
        lambda app: app.actions.palette(),
        ("ctrl+p", "colon"),
        "^P",
        "Commands",
        "This window. Type some letters of what you want to do.",
    ),
    Command(
        "letters",
        "Letters on all in sight, to go there",
        lambda app: app.actions.letters(),
        ("alt+j", "ctrl+o"),
        "Alt+J",
        "Letters",
        "Rows of the questions, of the tables and of the window in front, and the tabs: each gets a"
        " letter, or two. Type it and the cursor stands there. Any other key takes them away.",
        words="jump go target",
    ),
    Command(
        "leave",
        "One level back",
        lambda app: app.actions.leave(),
        ("escape",),
        "Esc",
        "Back",
        "Never leaves the wizard.",
    ),
    Command(
        "keys",
        "All keys",
        lambda app: app.actions.keys(),
        short="Keys",
        help="A list of them.",
        words="shortcuts",
    ),
    Command(
        "hints-off",
        "No hints",
        lambda app: app.actions.no_hints(),
        help="The tips at the end of the line with the counts do not appear any more.",
        waits=_no_hints,
        words="tips",
    ),
    Command(
        "hints-again",
        "Show the hints again",
        lambda app: app.hints.again(),
        help="All tips, as on the first day. Each goes away when it was followed once.",
        words="tips",
    ),
    Command(
        "quit",
        "Quit; the draft is kept",
        lambda app: app.actions.quit(),
        ("ctrl+q", "ctrl+c"),
        "^Q",
        "Quit",
        "The next start goes on there.",
        words="exit leave",
    ),
)


# What is done in a window, too.
ANYWHERE = ("quit", "letters")


def bindings() -> list[Binding]:
    """The keys of all commands, for the app."""
    return [
        Binding(
            ",".join(command.keys),
            f"do('{command.id}')",
            command.title,
            show=False,
            id=command.id,
            # From windows as well.
            priority=command.id in ANYWHERE or command in STEP_COMMANDS,
        )
        for command in COMMANDS
        if command.keys
    ]


BY_ID = by_id(COMMANDS)
