"""What follows from the plan, as tables to look at: connections, rules, forwards, lists, findings.

Pure: two deployments (now, and before the last answer) → tabs of entries.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from screens.board.entry import (
    MARK_WORDS,
    SORTS,
    Entry,
    Mark,
    Record,
    Tab,
    TabId,
    View,
    kind_of,
)
from screens.board.tables import Table
from wizard.plan.field import ChoiceKey
from wizard.plan.keys import Key, RoleKey
from wizard.questions import Question
from wizard.tables import each_made
from wizard.views.record import last_of_each, listed_tables
from wizard.views.words import plural

if TYPE_CHECKING:
    from wizard.deployment import Deployment

__all__ = [
    "MARK_WORDS",
    "SORTS",
    "Derived",
    "Entry",
    "Mark",
    "Record",
    "Tab",
    "TabId",
    "View",
    "firewall_counts",
    "summary",
    "tabs",
]


class Derived(msgspec.Struct, frozen=True, dict=True):
    """All that follows from a plan, with what it was before the last answer.

    `tables_before`: the tables of `before`, where they were made already.
    """

    deployment: Deployment
    before: Deployment | None
    open: tuple[Question, ...] = ()
    tables_before: dict[TabId, Table] | None = None

    @cached_property
    def tables(self) -> dict[TabId, Table]:
        """The tables, with the last answer's marks. Of a large plan this takes a while, once."""
        # They load what compiles a deployment: not before there is one.
        from wizard.views.kinds import OF_A_DEPLOYMENT
        from wizard.views.lists import FindingView, QuestionView

        now, before = self.deployment, self.before
        tables: dict[TabId, Table] = {}
        for view_class in OF_A_DEPLOYMENT:
            view = view_class(now)
            old = (self.tables_before or {}).get(view.table)
            if old is None and before is not None:
                view_before = view_class(before)
                old = Table(kind_of(view_before), view_before.records())
            tables[view.table] = Table(kind_of(view), view.records(), old)
        findings = FindingView(now, before)
        kind = kind_of(findings)
        old = Table(kind, last_of_each(before.findings, findings.key)) if before else None
        tables["findings"] = Table(kind, findings.records(), old)
        tables["open"] = Table(kind_of(QuestionView(now)), self.open)
        return tables

    @cached_property
    def errors_by_key(self) -> dict[Key | ChoiceKey, str]:
        """The answers that put errors right, each with the first of its errors in words."""
        from wizard.views.lists import FindingView

        view = FindingView(self.deployment)
        errors: dict[Key | ChoiceKey, str] = {}
        for finding in self.deployment.findings:
            key = view.answer(finding) if finding.severity == "error" else None
            if key is not None:
                errors.setdefault(key, finding.message)
        return errors

    @cached_property
    def summary(self) -> str:
        """The one line that is always on the screen: '23 rules, 4 new; 2 warnings'."""
        if not self.deployment.plan.products:
            return "Nothing chosen yet"
        firewalls = bool(self.deployment.plan.firewalls)
        tab = self.tables["rules" if firewalls else "flows"].tab(View())
        rows = plural(tab.count, "rule" if firewalls else "connection")
        rows += f", {tab.new} new" if tab.new else ""
        rows += f", {tab.gone} gone" if tab.gone else ""
        # What is open is counted as that, and is no warning beside.
        asked = {question.key.role for question in self.open if isinstance(question.key, RoleKey)}
        severities = Counter(
            finding.severity
            for finding in self.deployment.findings
            if finding.code != "unplaced-role" or asked.isdisjoint(finding.subjects)
        )
        remarks = [
            plural(severities[word], word) for word in ("error", "warning") if severities[word]
        ]
        if self.open:
            remarks.append(f"{len(self.open)} open")
        return f"{rows}; {', '.join(remarks)}" if remarks else rows


def tabs(
    derived: Derived, view: View, *, everything: bool = False, columns: int = 0
) -> tuple[Tab, ...]:
    """The tabs that have something to say; with `everything` also bypass list and mail senders.

    With `columns` there is a picture of the network of that width too.
    """
    now, tables = derived.deployment, derived.tables
    shown_if_empty = {"rules", "flows", "allowlist", "findings", "open"}
    listed = [
        tables[table].tab(view)
        for table in listed_tables(now, everything=everything)
        if tables[table].shown.keys or table in shown_if_empty
    ]
    if columns and now.plan.zones:
        listed.append(_picture(now, columns))
    return tuple(listed)


def summary(derived: Derived | None) -> str:
    """The one line that is always on the screen, also before there is anything to say."""
    return "Working it out…" if derived is None else derived.summary


def firewall_counts(deployment: Deployment) -> dict[str, int]:
    """How many rules and forwards each firewall of the plan gets."""
    counts = dict.fromkeys(deployment.plan.firewalls, 0)
    return counts | Counter(map(attrgetter("firewall"), (*deployment.rules, *deployment.forwards)))


def _picture(now: Deployment, columns: int) -> Tab:
    from screens.board.picture import picture

    lines = picture(now.plan, each_made(attrgetter("name"), now.catalog.roles), columns)
    entries = [
        Entry(f"picture {number}", cells=(line.plain,), drawn=line)
        for number, line in enumerate(lines)
    ]
    return Tab("picture", "Picture", tuple(entries), count=len(now.plan.zones))
