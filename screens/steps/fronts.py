"""Load balancers and reverse proxies, as rows of the firewalls step: under the firewalls."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Change, Context, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, Spot
from wizard.plan.edits import new_name
from wizard.plan.front_edits import add_front, remove_front, rename_front
from wizard.plan.fronts import FRONT_WORDS
from wizard.plan.keys import FrontKey, Key, ServeKey
from wizard.questions import Question
from wizard.questions.fronting import may_have_fronts

_NEW = Spot("front+")
_HELP = "A name such as balancer: small letters, digits, hyphens. Enter: done."


class FrontRows(NamedStep):
    """A form in which each front stands under a heading of its own."""

    def front_adding(self, context: Context) -> Iterator[Row]:
        """What adds one; nothing while there is no firewall, or no server to stand before."""
        plan = context.plan
        if not may_have_fronts(context.catalog, plan):
            return
        if self.naming == _NEW:
            yield self.name_row("Name of the new one", _HELP)
        help = "What others connect to in the servers' place, on a port of its own."
        yield Row(_NEW, "action", "+ Load balancer or reverse proxy", value=help, help=help)

    def front_heading(self, context: Context, question: Question, name: str) -> Iterator[Row]:
        """The heading of one of them."""
        if self.naming == Spot("front", name):
            yield self.name_row(f"New name of {name}", _HELP)
            return
        yield Row(
            Spot("front", name),
            "heading",
            f"{name} ({FRONT_WORDS[context.plan.fronts[name].kind]})",
            hint="Enter: rename   Del: remove",
            stands=True,
            help="Enter renames it; Del removes it: its users go to the servers again.",
            more=question.more,
        )

    def is_front_row(self, row: Row) -> bool:
        """True for a heading of one of them, or the field that takes its place."""
        renames = self.naming is not None and self.naming.kind == "front"
        return (isinstance(row.key, Spot) and row.key.kind == "front") or (
            row.key == "naming" and renames
        )

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        match row.key:
            case Spot("front+") as spot if work:
                return self.start(spot, "")
            case Spot("front", name) as spot if work:
                return self.start(spot, name)
            case Spot("front", name) if key == "delete":
                return Change(remove_front(context.plan, name), f"front {name} removed")
        return super().pressed(context, row, key)

    def front_named(self, context: Context, naming: Spot, name: str) -> Outcome:
        """What a name comes to, of a new one or of one that there is.

        Raises:
            AnswerError: where the name cannot be taken.
        """
        if naming == _NEW:
            plan = add_front(context.catalog, context.plan, name, "load-balancer")
            added = new_name(context.plan.fronts, plan.fronts)
            return Change(plan, f"front {added} added", go=FrontKey(added, "kind"))
        old = naming.name
        plan = rename_front(context.catalog, context.plan, old, name)
        new = new_name(context.plan.fronts, plan.fronts, old)
        return Change(plan, f"front {old} renamed", go=Spot("front", new))


def front_of(key: Key) -> str:
    """The name of the front that a question is about; empty for others."""
    return key.front if isinstance(key, FrontKey | ServeKey) else ""
