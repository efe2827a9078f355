"""Commands that depend on the plan: products to filter by, formats to go to, open questions.

The palette shows them below those of `commands.py`; files are found by `found.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from screens.main.command import Command
from screens.widgets.rows import RowKey, Spot
from screens.windows.palette import CommandRow
from wizard.tables import each_made
from wizard.text import one_line

if TYPE_CHECKING:
    from screens.board.derived import TabId
    from screens.main.wizard import Wizard
    from wizard.questions import StepId

# What nobody looks for in the palette.
_SELF_EVIDENT = ("palette", "leave")
# Of each kind at most so many; who has more finds them in their step.
MOST = 200


def items(app: Wizard) -> list[CommandRow]:
    """Everything that can be done, and why something cannot be done now."""
    commands = (*app.commands, *offers(app))
    return [CommandRow(c, c.waits(app)) for c in commands if c.id not in _SELF_EVIDENT]


def offers(app: Wizard) -> Iterator[Command]:
    """What this plan offers."""
    yield from _tabs(app)
    yield from _filters(app)
    yield from _formats(app)
    yield from _open(app)


def _tabs(app: Wizard) -> Iterator[Command]:
    for tab in app.board.shown:
        yield Command(
            f"tab:{tab.id}",
            f"Preview: show {tab.title}",
            partial(_show_tab, tab.id),
            help="A table of the preview.",
        )


def _filters(app: Wizard) -> Iterator[Command]:
    if app.derived is None or not app.derived.deployment.flows:
        return
    about = "Only the rows of the preview's tables that fit. Esc in the preview shows all again."
    names = each_made(attrgetter("name"), app.catalog.products)
    with_flows = set(map(attrgetter("installation"), app.derived.deployment.flows))
    for key in app.plan.products:
        if key in with_flows:
            yield Command(
                f"filter:{key}",
                f"Filter rules by product: {names.get(key, key)}",
                partial(_filter, key),
                help=about,
            )
    for name in list(app.plan.firewalls)[:MOST]:
        yield Command(
            f"filter:{name}",
            f"Filter rules by firewall: {name}",
            partial(_filter, name),
            help=about,
        )


def _formats(app: Wizard) -> Iterator[Command]:
    from exporters.table import FORMATS

    if app.derived is None or not app.plan.products:
        return
    for entry in FORMATS:
        if entry.offered(app.derived.deployment):
            title = f"Export format {entry.name}: {entry.about}"
            go = partial(_row, "export", Spot("format", entry.name))
            yield Command(f"format:{entry.name}", title, go, help=f"For {entry.for_what}.")
    yield Command(
        "write",
        "Export: write the files",
        partial(_row, "export", "write"),
        help="To the row of step 7 that writes them, with Enter.",
    )


def _open(app: Wizard) -> Iterator[Command]:
    for question in (app.derived.open if app.derived is not None else ())[:MOST]:
        title = f"Open question: {one_line(question.label, 200)}"
        yield Command(
            f"open:{question.key}",
            title,
            partial(_row, question.step, question.key),
            help=question.more or question.help,
        )


# --- what they do


def _show_tab(tab: TabId, app: Wizard) -> None:
    app.actions.show_tab(tab)


def _filter(words: str, app: Wizard) -> None:
    app.actions.filter(words)


def _row(step: StepId, key: RowKey, app: Wizard) -> None:
    app.actions.row(step, key)
