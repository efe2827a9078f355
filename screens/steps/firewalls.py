"""Step 4: the firewalls on the way, and the web proxy."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Change, Context, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, Spot
from wizard.plan.edits import (
    add_firewall,
    remove_firewall,
    rename_firewall,
    suggested_name,
)
from wizard.plan.keys import FirewallKey, PublishKey
from wizard.plan.model import FirewallKind
from wizard.questions import Question
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
_NAME_HELP = "Small letters, digits, hyphens. Enter: done. Esc: never mind."


class Firewalls(NamedStep):
    """Each firewall under a heading of its own, then the ways to add one, then the proxy."""

    id = "firewalls"
    reads_derived = True
    keys = "Enter edits. a: add a firewall. On a firewall r: rename, d: remove."

    def body(self, context: Context) -> Iterator[Row]:
        # Before the first heading that is no firewall's: the proxy is always asked for.
        waiting = True
        for row in super().body(context):
            if waiting and isinstance(row.key, Spot) and row.key.kind == "group":
                yield from self._adding(context)
                waiting = False
            yield row
        if waiting:
            yield from self._adding(context)

    def _adding(self, context: Context) -> Iterator[Row]:
        yield Row(
            Spot("group", "add"),
            "heading",
            "More firewalls" if context.plan.firewalls else "Firewalls",
        )
        if not context.plan.firewalls:
            yield Row("note:none", "note", "None yet, and without one there are no rules to write.")
        for kind, (words, help) in _KINDS.items():
            adding = Spot("firewall+", kind)
            if self.naming == adding:
                yield self.name_row("Name of the new one", _NAME_HELP)
            yield Row(adding, "action", f"+ Add {words}", help=help, value=help)

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        if not isinstance(question.key, FirewallKey | PublishKey):
            yield from super().heading(context, question)
            return
        name = question.key.firewall
        rules = 0
        if context.derived is not None:
            rules = len(context.derived.deployment.rules_of(name))
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
            help="A firewall. Enter or r renames it; Del or d removes it; a adds another.",
            more=question.more,
        )

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        match row.key:
            case Spot("firewall+") as spot if work:
                return self.start(spot, suggested_name(context.plan, _kind(spot)))
            case _ if row.kind != "text" and key == "a":
                return self.start(
                    Spot("firewall+", "boundary"), suggested_name(context.plan, "boundary")
                )
            case Spot("firewall", name) as spot if work or key == "r":
                return self.start(spot, name)
            case Spot("firewall", name) if key in ("delete", "d"):
                return Change(remove_firewall(context.plan, name), f"firewall {name} removed")
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        assert self.naming is not None
        if self.naming.kind == "firewall+":
            plan = add_firewall(context.plan, name, _kind(self.naming))
            added = next(name for name in plan.firewalls if name not in context.plan.firewalls)
            part = "role" if plan.firewalls[added].guards_hosts else "zones"
            return Change(plan, f"firewall {added} added", go=FirewallKey(added, part))
        old = self.naming.name
        plan = rename_firewall(context.plan, old, name)
        new = next((name for name in plan.firewalls if name not in context.plan.firewalls), old)
        return Change(plan, f"firewall {old} renamed", go=Spot("firewall", new))


def _kind(spot: Spot) -> FirewallKind:
    return next(kind for kind in _KINDS if kind == spot.name)
