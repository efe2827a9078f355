"""Step 4: the firewalls on the way, and the web proxy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

import msgspec

from screens.board.derived import Derived
from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.fronts import FrontRows, front_of
from screens.steps.never import NeverRows, never_of
from screens.widgets.rows import Row, RowKey, Spot
from wizard.network.alike import firewalls_alike
from wizard.plan.edits import (
    add_firewall,
    new_name,
    remove_firewall,
    rename_firewall,
    suggested_name,
)
from wizard.plan.keys import FirewallKey, HidesKey, ManagementPortKey, PublishKey
from wizard.plan.model import FirewallKind, Plan
from wizard.questions import Question, question_at
from wizard.questions.steps import keys_of
from wizard.views.words import plural

_KINDS: dict[FirewallKind, tuple[str, str]] = {
    "host": (
        "a firewall on a host",
        "The server's own firewall: nftables, ufw, firewalld, Windows.",
    ),
    "boundary": ("a firewall between networks", "A firewall or filtering router that joins zones."),
    "cloud": (
        "a security group in a cloud",
        "Guards machines in a cloud, such as an AWS security group.",
    ),
    "router": ("a router without filter", "Joins zones, filters nothing, gets no rules."),
}
# Of more firewalls than these, those at sites that are alike are folded.
_SHOWN = 12
# What papers and tickets say of a firewall's rules: few fill it in, and it is in the way of the rest.
_FOR_PAPERS = ("owner", "classification", "expires")
_NAME_HELP = "Small letters, digits, hyphens. Enter: done. Esc: never mind."


class Firewalls(FrontRows, NeverRows):
    """Each firewall under a heading of its own, then the ways to add one; fronts; what must never be;
    then the proxy.
    """

    id = "firewalls"
    reads_derived = True
    keys = "Enter edits. Type to filter. On a firewall Enter: rename, Del: remove."

    def __init__(self) -> None:
        super().__init__()
        self.firewalls_open = False
        # Firewalls whose answers for the papers are shown, filled in or not.
        self._papers_open: set[str] = set()
        self._alike: tuple[Plan, frozenset[str]] | None = None
        self._rules: tuple[Derived, Counter[str]] | None = None

    def body(self, context: Context) -> Iterator[Row]:
        # What adds something stands at the end of its part, before the first heading of a later one.
        adding = (self._adding, self.front_adding, self.never_adding)
        ended = 0
        for row in self.grouped(context, tuple(self._asked(context))):
            for rows in adding[ended : self._part_of(row)]:
                yield from rows(context)
            ended = max(ended, self._part_of(row))
            yield row
        for rows in adding[ended:]:
            yield from rows(context)

    def _part_of(self, row: Row) -> int:
        """How many parts have ended where a row stands, as far as the row tells."""
        if self.is_front_row(row):
            return 1
        if self.is_never_row(row):
            return 2
        return 3 if isinstance(row.key, Spot) and row.key.kind == "group" else 0

    def _asked(self, context: Context) -> Iterator[Question]:
        hidden = self._hidden(context.plan)
        for key in keys_of(context.catalog, context.plan, self.id):
            if not (isinstance(key, FirewallKey | ManagementPortKey) and key.firewall in hidden):
                yield question_at(context.catalog, context.plan, key)

    def _hidden(self, plan: Plan) -> frozenset[str]:
        """The firewalls that are not shown: of sites that are alike, those of all but one."""
        if self.firewalls_open or len(plan.firewalls) <= _SHOWN:
            return frozenset()
        if self._alike is None or self._alike[0] is not plan:
            first_of_alike: dict[object, str] = {}
            hidden: set[str] = set()
            for name, alike in (firewalls_alike(plan) or {}).items():
                if first_of_alike.setdefault(alike, name) != name:
                    hidden.add(name)
            self._alike = plan, frozenset(hidden)
        return self._alike[1]

    def reveal(self, plan: Plan, key: RowKey | None) -> None:
        match key:
            case FirewallKey(name, part) if part in _FOR_PAPERS:
                self._papers_open.add(name)
        match key:
            case FirewallKey(name) | Spot("firewall", name):
                self.firewalls_open = self.firewalls_open or name in self._hidden(plan)

    def _rule_count(self, context: Context, firewall: str) -> int:
        derived = context.derived
        if derived is None:
            return 0
        if self._rules is None or self._rules[0] is not derived:
            self._rules = derived, Counter(map(attrgetter("firewall"), derived.deployment.rules))
        return self._rules[1][firewall]

    def _adding(self, context: Context) -> Iterator[Row]:
        yield Row(
            Spot("group", "add"),
            "heading",
            "More firewalls" if context.plan.firewalls else "Firewalls",
        )
        if not context.plan.firewalls:
            yield Row("note:none", "note", "None yet, and without one there are no rules to write.")
        hidden = self._hidden(context.plan)
        if hidden or (self.firewalls_open and len(context.plan.firewalls) > _SHOWN):
            yield Row(
                "firewalls",
                "action",
                f"{len(hidden)} more at sites that are alike" if hidden else "Firewalls alike",
                value="shown on Enter" if hidden else "fewer on Enter",
                help="They are set up like the firewalls of a site that is shown.",
            )
        for kind, (words, help) in _KINDS.items():
            adding = Spot("firewall+", kind)
            if self.naming == adding:
                yield self.name_row("Name of the new one", _NAME_HELP)
            yield Row(adding, "action", f"+ Add {words}", help=help, value=help)

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        if name := front_of(question.key):
            yield from self.front_heading(context, question, name)
            return
        if name := never_of(question.key):
            yield from self.never_heading(question, name)
            return
        if not isinstance(question.key, FirewallKey | ManagementPortKey | PublishKey | HidesKey):
            yield from super().heading(context, question)
            return
        name = question.key.firewall
        rules = self._rule_count(context, name)
        if self.naming == Spot("firewall", name):
            yield self.name_row(f"New name of {name}", _NAME_HELP)
            return
        yield Row(
            Spot("firewall", name),
            "heading",
            name,
            value=plural(rules, "rule"),
            hint=f"{plural(rules, 'rule')}   Enter: rename   Del: remove",
            stands=True,
            help="A firewall. Enter renames it, Del removes it.",
            more=question.more,
        )

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        key = question.key
        if not isinstance(key, FirewallKey) or key.part not in _FOR_PAPERS:
            yield from super().question_rows(context, question, label)
            return
        closed = self._papers_closed(context.plan, key.firewall)
        if closed and key.part == _FOR_PAPERS[0]:
            yield Row(
                Spot("papers", key.firewall),
                "action",
                "For the papers",
                value="shown on Enter",
                level=1,
                style="dim",
                help="Who owns its rules, how they are classified, when they end. All optional.",
            )
        for row in super().question_rows(context, question, label):
            # A filter finds it all the same.
            words = (label, question.help, *question.words)
            yield msgspec.structs.replace(row, sought=True, words=words) if closed else row

    def _papers_closed(self, plan: Plan, firewall: str) -> bool:
        if firewall in self._papers_open:
            return False
        keys = (FirewallKey(firewall, part) for part in _FOR_PAPERS)
        return not any(
            key in self.pending or getattr(plan.firewalls[firewall], key.part) for key in keys
        )

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        match row.key:
            case Spot("papers", name) if work:
                self._papers_open.add(name)
                return Look(go=FirewallKey(name, _FOR_PAPERS[0]))
            case "firewalls" if work:
                self.firewalls_open = not self.firewalls_open
                return Look(go=row.key)
            case Spot("firewall+") as spot if work:
                return self.start(spot, suggested_name(context.plan, _kind(spot)))
            case Spot("firewall", name) as spot if work:
                return self.start(spot, name)
            case Spot("firewall", name) if key == "delete":
                return Change(remove_firewall(context.plan, name), f"firewall {name} removed")
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        assert self.naming is not None
        if self.naming.kind.startswith("front"):
            return self.front_named(context, self.naming, name)
        if self.naming.kind.startswith("never"):
            return self.never_named(context, self.naming, name)
        if self.naming.kind == "firewall+":
            plan = add_firewall(context.plan, name, _kind(self.naming))
            added = new_name(context.plan.firewalls, plan.firewalls)
            part = "role" if plan.firewalls[added].guards_hosts else "zones"
            return Change(plan, f"firewall {added} added", go=FirewallKey(added, part))
        old = self.naming.name
        plan = rename_firewall(context.plan, old, name)
        new = new_name(context.plan.firewalls, plan.firewalls, old)
        return Change(plan, f"firewall {old} renamed", go=Spot("firewall", new))


def _kind(spot: Spot) -> FirewallKind:
    return next(kind for kind in _KINDS if kind == spot.name)
