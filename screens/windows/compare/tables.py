"""A comparison as tables in the look of the preview: by firewall and list what is added, taken and
changed. Pure.

Rows are made into entries only where they come into sight; see `seen.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import msgspec

from screens.board.entry import Entry, Mark, RowKind, Tab, TabId, View
from screens.board.seen import Seen
from screens.board.tables import Table
from screens.widgets.lines import ported, short
from screens.windows.compare.compared import (
    Comparison,
    Row,
    fields,
    mark_of,
    record_of,
    signs,
    together,
)
from wizard.changes import (
    AllowlistChange,
    AnswerChange,
    BypassChange,
    FindingChange,
    ForwardChange,
    MailSenderChange,
    RuleChange,
)
from wizard.rules.model import AllowlistEntry, Forward, Rule
from wizard.views.words import WAYS

# From so many columns on a row has room for the service beside the answer; in no columns nothing is
# cut.
_WIDE = 110
_SERVICE = 30
_LEVELS = {"error": "bad", "warning": "warn", "info": ""}
Shape = Literal["narrow", "wide", "uncut"]


class CompareTables:
    """The tables of one comparison, and the row behind each entry by its key."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        changes = comparison.changes
        self._found: dict[TabId, tuple[str, Sequence[Row]]] = {
            "rules": ("Rules", together(changes.rules, changes.rule_edits)),
            "forwards": ("Forwards", together(changes.forwards, changes.forward_edits)),
            "allowlist": ("Allowlist", together(changes.allowlist, changes.allowlist_edits)),
            "bypass": ("TLS bypass", changes.tls_bypass),
            "mail": ("Mail senders", changes.mail_senders),
            "findings": ("Findings", changes.findings),
            "answers": ("Answers", changes.answers),
        }
        self.rows = {_key(row): row for _, found in self._found.values() for row in found}
        self._made: dict[Shape, list[_Signed]] = {}

    def tabs(self, view: View, columns: int) -> tuple[Tab, ...]:
        """The tables that hold something, looked at in this way; at least one, that says that there
        is nothing.
        """
        shape: Shape = "uncut" if not columns else "wide" if columns >= _WIDE else "narrow"
        if shape not in self._made:
            self._made[shape] = list(self._tables(shape))
        shown = (
            msgspec.structs.replace(table.tab(view), count=table.count)
            for table in self._made[shape]
        )
        return tuple(shown) or (Tab("rules", "Rules", empty=self.comparison.summary()),)

    def _tables(self, shape: Shape) -> Iterator[_Signed]:
        sides = (self.comparison.new.deployment.plan, self.comparison.old.deployment.plan)
        kinds = {name: f.kind for plan in reversed(sides) for name, f in plan.firewalls.items()}
        order = (*sides[0].firewalls, *sides[1].firewalls, "error", "warning", "info")

        def named(name: str) -> str:
            return f"{name} ({kinds[name]})" if name in kinds else name.capitalize()

        for id, (title, rows) in self._found.items():
            if rows:
                kind = RowKind(
                    id,
                    title,
                    _key,
                    _key,
                    group_of,
                    partial(self._entry, shape),
                    tuple(dict.fromkeys(order)),
                    named,
                    grouped=id in ("rules", "forwards", "findings"),
                )
                yield _Signed(kind, rows)

    def _entry(self, shape: Shape, row: Row, mark: Mark) -> Entry:
        cells = tuple(cells_of(row, shape))
        if not isinstance(row, AnswerChange):
            cells = (*cells, self.comparison.said(row))
        level = _LEVELS[row.finding.severity] if isinstance(row, FindingChange) else ""
        return Entry(_key(row), mark, cells, group_of(row), level=level, record=record_of(row))


class _Signed(Table):
    """A table whose rows all have a sign, and whose headings count the signs."""

    def __init__(self, kind: RowKind, rows: Sequence[Row]) -> None:
        super().__init__(kind, rows)
        self.shown.marks |= {number: mark_of(row) for number, row in enumerate(rows)}

    def seen(self, view: View) -> Seen:
        if self._seen is None or self._seen.view != view:
            self._seen = _Counted(self.kind, self.shown, view, self._seen)
        return self._seen


class _Counted(Seen):
    def _heading(self, name: str, members: Sequence[int]) -> Entry:
        found = super()._heading(name, members)
        said = signs([self.rows.marks[row] for row in members])
        return msgspec.structs.replace(found, cells=(found.cells[0], said))


def cells_of(row: Row, shape: Shape) -> Iterator[str]:
    """All cells but the last, which is the cause."""
    record = record_of(row)
    if isinstance(record, Rule):
        yield WAYS[record.direction].narrow
        yield record.transport + ("6" if record.family == 6 else "")
        yield ported(row.ports if isinstance(row, RuleChange) else record.ports)
        yield f"{record.from_} → {record.to}"
        yield from _what(row, ", ".join(record.services), shape)
    elif isinstance(record, Forward):
        yield from ("", record.transport, ported([record.public_ports]))
        yield f"{record.public_address or '?'} → {record.address or '?'}:{ported([record.ports])}"
        yield from _what(row, "", shape)
    elif isinstance(record, AllowlistEntry):
        yield from ("", record.scheme, str(record.port), record.host)
        yield from _what(row, ", ".join(record.purposes), shape)
    elif isinstance(row, FindingChange):
        yield from ("", "", "", row.finding.message)
    elif isinstance(row, AnswerChange):
        yield from (
            "",
            "",
            "",
            row.label or row.key,
            f"{row.was_text or 'none'} → {row.becomes_text or 'none'}",
        )
    elif isinstance(row, BypassChange):
        yield from ("", "tls", "", row.entry.host)
    elif isinstance(row, MailSenderChange):
        yield from ("", "mail", "", row.entry.address)


def _what(row: Row, service: str, shape: Shape) -> Iterator[str]:
    """What a row is, or what of it changed, where there is room."""
    if shape != "narrow":
        part = isinstance(row, RuleChange) and not row.whole
        text = "ports of a rule that stays" if part else fields(row) or service
        yield short(text, _SERVICE) if shape == "wide" else text


def group_of(row: Row) -> str:
    record = record_of(row)
    if isinstance(record, Rule | Forward):
        return record.firewall
    return row.finding.severity if isinstance(row, FindingChange) else ""


def _key(row: Row) -> str:
    """What a row is called: it stays while the row means the same. The filter looks here too."""
    lead = f"{mark_of(row)} {type(row).__name__}"
    match row:
        case RuleChange():
            return f"{lead} {row.rule.id} {ported(row.ports)}"
        case ForwardChange():
            forward = row.forward
            return (
                f"{lead} {forward.id} {forward.public_address} {forward.address}"
                f" {' '.join(forward.unresolved)}"
            )
        case AllowlistChange():
            one = row.entry
            known = (*one.paths, *one.from_, one.status)
            return f"{lead} {one.scheme}://{one.host}:{one.port} {' '.join(known)}"
        case BypassChange():
            return f"{lead} {row.entry.host}"
        case MailSenderChange():
            return f"{lead} {row.entry.address} {row.entry.domain}"
        case FindingChange():
            return f"{lead} {row.finding.code} {row.finding.message}"
        case AnswerChange():
            return f"{lead} {row.key}"
        case _:
            was = row.was
            name = (
                was.id
                if isinstance(was, Rule | Forward)
                else f"{was.scheme}://{was.host}:{was.port}"
            )
            return f"{lead} {name} {fields(row)}"
