"""What must never be, as rows of the firewalls step: under the firewalls, once there are any."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Change, Context, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, Spot
from wizard.plan.edits import new_name
from wizard.plan.keys import Key, NeverEndKey, NeverKey
from wizard.plan.never_edits import add_never, remove_never, rename_never
from wizard.questions import Question

_NEW = Spot("never+")
_HELP = "A word or two, such as guests. Enter: done. Esc: never mind."


class NeverRows(NamedStep):
    """A form in which each thing that must never be stands under a heading of its own."""

    def never_adding(self, context: Context) -> Iterator[Row]:
        """What adds one; nothing while there is no firewall."""
        if not (context.plan.firewalls or context.plan.never):
            return
        label = "More that must never be" if context.plan.never else "What must never be"
        yield Row(Spot("group", "never+"), "heading", label)
        if self.naming == _NEW:
            yield self.name_row("What must never be", _HELP)
        help = "Such as guests to servers: a rule that lets any of it through is an error."
        yield Row(_NEW, "action", "+ Something that must never be", value=help, help=help)

    def never_heading(self, question: Question, name: str) -> Iterator[Row]:
        """The heading of one of them."""
        if self.naming == Spot("never", name):
            yield self.name_row(f"New name of {name}", _HELP)
            return
        yield Row(
            Spot("never", name),
            "heading",
            f"Never: {name}",
            hint="Enter: rename   Del: remove",
            stands=True,
            help="Nothing is opened by it. Enter renames it, Del removes it.",
            more=question.more,
        )

    def is_never_row(self, row: Row) -> bool:
        """True for a heading of one of them, or the field that takes its place."""
        renames = self.naming is not None and self.naming.kind == "never"
        return (isinstance(row.key, Spot) and row.key.kind == "never") or (
            row.key == "naming" and renames
        )

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        match row.key:
            case Spot("never+") as spot if key in ("space", "enter"):
                return self.start(spot, "")
            case Spot("never", name) as spot if key in ("space", "enter"):
                return self.start(spot, name)
            case Spot("never", name) if key == "delete":
                return Change(remove_never(context.plan, name), f"never {name} removed")
        return super().pressed(context, row, key)

    def never_named(self, context: Context, naming: Spot, words: str) -> Outcome:
        """What a name comes to, of a new one or of one that there is.

        Raises:
            AnswerError: where the name cannot be taken.
        """
        if naming == _NEW:
            plan, name = add_never(context.plan, words)
            return Change(plan, f"never {name} added", go=NeverEndKey(name, "from", "zones"))
        plan = rename_never(context.plan, naming.name, words)
        new = new_name(context.plan.never, plan.never, naming.name)
        return Change(plan, f"never {naming.name} renamed", go=Spot("never", new))


def never_of(key: Key) -> str:
    """The name of what must never be that a question is about; empty for others."""
    return key.never if isinstance(key, NeverKey | NeverEndKey) else ""
