"""Two plans side by side: what the one adds to the other and takes from it, and the answers behind
each row. Pure.

`tables.py` makes the tables; `Comparison` says in words what stands behind a row of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter

import msgspec

from screens.board.tables import Record
from screens.board.why import cause, why
from screens.widgets.lines import Line, line, wrap, wrapped
from screens.widgets.rows import RowKey
from wizard.changes import (
    AnswerChange,
    AnswerGroup,
    ChangedRecord,
    ChangeEntry,
    Changes,
    ChangeSign,
    compare,
)
from wizard.changes.fields import FieldChange, fields
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.plan.keys import key_named
from wizard.plan.model import Plan
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Forward, Rule
from wizard.session.session import Session
from wizard.tables import indexed
from wizard.views.denials import ends_text, kept_text
from wizard.views.words import NOBODY, plural

NOW = "the plan now"
NOTHING_DIFFERS = "Nothing differs between the two."
# One of what each list holds, and several.
NOUNS: dict[str, tuple[str, str]] = {
    "rules": ("rule", "rules"),
    "forwards": ("port forward", "port forwards"),
    "allowlist": ("host on the allowlist", "hosts on the allowlist"),
    "bypass": ("host on the bypass list", "hosts on the bypass list"),
    "mail": ("mail sender", "mail senders"),
    "never": ("thing that must never be", "things that must never be"),
    "findings": ("finding", "findings"),
    "answers": ("answer", "answers"),
}

ComparedRow = ChangeEntry[ChangedRecord] | AnswerChange


class ComparedPlan(msgspec.Struct, frozen=True):
    """One of the two plans: how it is called, and what follows from it."""

    name: str
    deployment: Deployment


class Comparison:
    """What `new` adds to and takes from `old`, with the answers that caused it."""

    def __init__(self, old: ComparedPlan, new: ComparedPlan, changes: Changes) -> None:
        self.old = old
        self.new = new
        self.changes = changes
        products = {**old.deployment.plan.products, **new.deployment.plan.products}
        # Where there is one product only, its name before each feature tells nobody anything.
        catalog = new.deployment.catalog
        self._lead = (
            f"{catalog.products[next(iter(products))].name}: " if len(products) == 1 else ""
        )

    def swapped(self) -> Comparison:
        """The same in the other direction."""
        changes = compare(self.new.deployment, self.old.deployment)
        return Comparison(self.new, self.old, changes)

    def summary(self) -> str:
        """How much differs, in one line: `+4 -1 rules; ~1 port forward`."""
        changes = self.changes
        rows_by_list: dict[str, Sequence[ChangeEntry[object]]] = {
            "rules": changes.rules,
            "forwards": changes.forwards,
            "allowlist": changes.allowlist,
            "bypass": changes.tls_bypass,
            "mail": changes.mail_senders,
            "never": changes.denials,
        }
        counts: list[str] = []
        for name, rows in rows_by_list.items():
            if rows:
                singular, several = NOUNS[name]
                noun = singular if len(rows) == 1 else several
                counts.append(f"{signs(list(map(attrgetter('sign'), rows)))} {noun}")
        if self.changes.policies:
            firewalls = plural(len(self.changes.policies), "firewall")
            counts.append(f"{firewalls} with another way with everything else")
        if counts:
            return "; ".join(counts)
        if changes.answers or changes.findings:
            return "No firewall and no list changes."
        return NOTHING_DIFFERS

    def reason(self, row: ComparedRow) -> str:
        """Why a row differs, in one line; for an answer what it was and is."""
        if isinstance(row, AnswerChange):
            text = was_is(row)
        else:
            text = self.changes.cause_text(row.cause)
        # 'PaperCut MF: added' is about the product itself.
        return re.sub(f"{re.escape(self._lead)}(?!added|removed)", "", text) if self._lead else text

    def groups(self, row: ComparedRow) -> tuple[AnswerGroup, ...]:
        """The groups of answers that caused a row."""
        if isinstance(row, AnswerChange):
            return tuple(group for group in self.changes.groups if group.key == row.group)
        return self.changes.of(row.cause)

    def question(self, row: ComparedRow) -> RowKey | None:
        """The question to go to from a row; None where there is none."""
        if isinstance(row, AnswerChange):
            return key_named(row.question or row.key)
        questions = map(
            attrgetter("question"), chain.from_iterable(map(self._of, self.groups(row)))
        )
        name = next(filter(None, questions), "")
        return key_named(name) or cause(self.side_of(row), record_of(row))

    @cached_property
    def _answers_by_key(self) -> dict[str, AnswerChange]:
        return indexed(attrgetter("key"), self.changes.answers)

    def _of(self, group: AnswerGroup) -> Iterator[AnswerChange]:
        """The answers of a group, as far as they differ themselves."""
        for key in group.answers:
            if key in self._answers_by_key:
                yield self._answers_by_key[key]

    def detail(self, row: ComparedRow) -> tuple[str, str]:
        """What there is no room for in a row: the cause, and the addresses or what changed of them."""
        reason = self.reason(row)
        if isinstance(row, AnswerChange):
            return reason, row.key
        return f"Because of {reason}" if reason else "No answer caused it.", extent(row)

    def why(self, row: ComparedRow, columns: int) -> tuple[str, list[Line]]:
        """A title and lines: the answers that caused the row, and the facts behind it."""
        if isinstance(row, AnswerChange):
            return row.label or row.key, _of_answer(row, columns)
        lines = [*wrapped(extent(row), columns), line("")]
        groups = self.groups(row)
        lines.append(
            line(("The answers behind it" if groups else "No answer caused it", "heading"))
        )
        if len(groups) > 1 and (how := _HOW.get(row.cause.how)):
            lines += wrapped(how, columns, "dim")
        for group in groups:
            lines += wrapped(group.text, columns, "good")
            for answer in self._of(group):
                lines += wrapped(was_is(answer), columns, "dim", "  ")
        title, facts = why(self.side_of(row), record_of(row), columns)
        return title, [*lines, line(""), line(("What it is", "heading")), *facts]

    def side_of(self, row: ComparedRow) -> Deployment:
        """Where a row stands: what is gone, in the first plan."""
        return (self.old if mark_of(row) == "-" else self.new).deployment


_HOW = {
    "needed": "Without any one of these it would not be so.",
    "enough": "Each of these alone is enough.",
    "together": "All of these together make it.",
    "among": "Some of these make it; there are too many to say which.",
}


def compared(session: Session, name: str, plan: Plan, now: Deployment) -> Comparison:
    """The plan of that name beside the present one, from which `now` follows."""
    old, changes = session.compare(plan, now)
    return Comparison(ComparedPlan(name, old), ComparedPlan(NOW, now), changes)


def mark_of(row: ComparedRow) -> ChangeSign:
    """`+` for what only the second plan has, `-` for what only the first has, `~` for what differs."""
    if isinstance(row, AnswerChange):
        return "+" if not row.was_text else "-" if not row.becomes_text else "~"
    return row.sign


def signs(marks: Sequence[ChangeSign]) -> str:
    """`+4 -1 ~2`."""
    return " ".join(f"{mark}{marks.count(mark)}" for mark in ("+", "-", "~") if mark in marks)


def record_of(row: ComparedRow) -> Record:
    """What a row is about, as it is; where it is gone, as it was."""
    return row.key if isinstance(row, AnswerChange) else row.record


def was_is(answer: AnswerChange) -> str:
    """`SNMP status: no → yes`."""
    return (
        f"{answer.label or answer.key}: {answer.was_text or 'none'} →"
        f" {answer.becomes_text or 'none'}"
    )


def _of_answer(answer: AnswerChange, columns: int) -> list[Line]:
    """An answer in full, however long it is."""
    labelled = (
        ("was", answer.was_text),
        ("is", answer.becomes_text),
        ("in the plan file", answer.key),
    )
    lines = []
    for label, text in labelled:
        parts = wrap(text or "none", columns - 18)
        lines += [
            line((f"{label if n == 0 else '':<17} ", "dim"), part) for n, part in enumerate(parts)
        ]
    return lines


def changed_fields(row: ComparedRow) -> str:
    """`sources +10.0.1.0/24 -10.0.2.0/24`: what a change changes; nothing for other rows."""
    return "" if isinstance(row, AnswerChange) else "; ".join(map(_field, fields(row)))


def _field(field: FieldChange) -> str:
    signed = [f"+{value}" for value in field.gained] + [f"-{value}" for value in field.lost]
    return f"{field.name.replace('_', ' ')} {' '.join(signed)}"


def extent(row: ComparedRow) -> str:
    """From which addresses to which, or what of it changed."""
    if differing := changed_fields(row):
        return differing
    match record := record_of(row):
        case Rule():
            way = f"{_some(record.sources)} → {_some(record.destinations)}"
            return f"{way}: {', '.join(record.services)}"
        case Forward():
            return f"from {_some(record.sources)}"
        case AllowlistEntry():
            return f"{', '.join(record.purposes)}; from {', '.join(record.from_)}"
        case Denial():
            return f"{ends_text(record)}: {kept_text(record)}"
        case Finding():
            return record.message
    return row.key if isinstance(row, AnswerChange) else ""


def _some(addresses: Sequence[str]) -> str:
    if not addresses:
        return NOBODY
    return ", ".join(addresses[:2]) + (
        f" and {plural(len(addresses) - 2, 'other')}" if addresses[2:] else ""
    )
