"""Step 4: the firewalls on the way, and the web proxy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from screens.steps.base import Change, Context, Outcome
from screens.steps.named import NamedStep
from screens.widgets.lines import plural
from screens.widgets.rows import Row
from wizard.plan.edits import (
    FirewallKind,
    add_firewall,
    remove_firewall,
    rename_firewall,
    suggested_name,
)
from wizard.questions import Question

_KINDS: dict[str, tuple[str, str]] = {
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
        added = False
        for row in super().body(context):
            if not added and row.kind == "heading" and not row.key.startswith("firewall:"):
                yield from self._adding(context)
                added = True
            yield row
        if not added:
            yield from self._adding(context)

    def _adding(self, context: Context) -> Iterator[Row]:
        yield Row(
            "group:add", "heading", "More firewalls" if context.plan.firewalls else "Firewalls"
        )
        if not context.plan.firewalls:
            yield Row("note:none", "note", "None yet, and without one there are no rules to write.")
        for kind, (words, help) in _KINDS.items():
            if self.naming == f"firewall+{kind}":
                yield self.name_row("Name of the new one", _NAME_HELP)
            yield Row(f"firewall+{kind}", "action", f"+ Add {words}", help=help, value=help)

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        parts = question.key.split(".")
        if parts[0] != "firewalls":
            yield from super().heading(context, question)
            return
        name = parts[1]
        rules = 0
        if context.derived is not None:
            rules = len(context.derived.deployment.rules_of(name))
        if self.naming == f"firewall:{name}":
            yield self.name_row(f"New name of {name}", _NAME_HELP)
            return
        yield Row(
            f"firewall:{name}",
            "heading",
            f"{name}",
            value=plural(rules, "rule"),
            hint=f"{plural(rules, 'rule')}   Enter: rename   Del: remove",
            stands=True,
            help="A firewall. Enter or r renames it; Del or d removes it; a adds another.",
            more=question.more,
        )

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        parts = question.key.split(".")
        if parts[0] == "firewalls":
            label = label.removeprefix(f"{parts[1]}: ")
        yield from super().question_rows(context, question, label)

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        if row.key.startswith("firewall+") and work:
            kind = cast(FirewallKind, row.key.removeprefix("firewall+"))
            return self.start(row.key, suggested_name(context.plan, kind))
        if row.kind != "text" and key == "a":
            return self.start("firewall+boundary", suggested_name(context.plan, "boundary"))
        if row.key.startswith("firewall:"):
            name = row.key.removeprefix("firewall:")
            if work or key == "r":
                return self.start(row.key, name)
            if key in ("delete", "d"):
                return Change(remove_firewall(context.plan, name), f"firewall {name} removed")
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        assert self.naming is not None
        if self.naming.startswith("firewall+"):
            kind = cast(FirewallKind, self.naming.removeprefix("firewall+"))
            plan = add_firewall(context.plan, name, kind)
            added = next(one for one in plan.firewalls if one not in context.plan.firewalls)
            field = "role" if kind in ("host", "cloud") else "zones"
            return Change(plan, f"firewall {added} added", go=f"firewalls.{added}.{field}")
        old = self.naming.removeprefix("firewall:")
        plan = rename_firewall(context.plan, old, name)
        new = next((one for one in plan.firewalls if one not in context.plan.firewalls), old)
        return Change(plan, f"firewall {old} renamed", go=f"firewall:{new}")
