"""A comparison as tables in the look of the preview: by firewall and list what is added, taken and
changed. Pure.

Rows are made into entries only where they come into sight; see `seen.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Literal

import msgspec

from screens.board.entry import Entry, Mark, RowKind, Tab, TabId, View
from screens.board.seen import Seen
from screens.board.tables import Table
from screens.widgets.lines import short
from screens.windows.compare.compared import (
    ComparedRow,
    Comparison,
    changed_fields,
    mark_of,
    record_of,
    signs,
)
from wizard.changes import AnswerChange, ChangedRecord, ChangeEntry
from wizard.findings import Finding
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.tables import each_made, indexed
from wizard.views.kinds import view_of
from wizard.views.lists import SEVERITY_LEVELS
from wizard.views.words import narrow_ports

# From so many columns on a row has room for the service beside the answer; in no columns nothing is
# cut.
_WIDE = 110
_SERVICE = 30
CellShape = Literal["narrow", "wide", "uncut"]


class CompareTables:
    """The tables of one comparison, and the row behind each entry by its key."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        changes = comparison.changes
        self._rows: dict[TabId, tuple[str, Sequence[ComparedRow]]] = {
            "rules": ("Rules", _changed_last(changes.rules)),
            "forwards": ("Forwards", _changed_last(changes.forwards)),
            "allowlist": ("Allowlist", _changed_last(changes.allowlist)),
            "bypass": ("TLS bypass", changes.tls_bypass),
            "mail": ("Mail senders", changes.mail_senders),
            "never": ("Never", changes.denials),
            "findings": ("Findings", changes.findings),
            "answers": ("Answers", changes.answers),
        }
        self.rows: dict[str, ComparedRow] = {}
        for _, rows in self._rows.values():
            self.rows |= indexed(_key, rows)
        self._tables_of: dict[CellShape, list[_Signed]] = {}

    def tabs(self, view: View, columns: int) -> tuple[Tab, ...]:
        """The tables that hold something, looked at in this way; at least one, that says that there
        is nothing.
        """
        shape: CellShape = "uncut" if not columns else "wide" if columns >= _WIDE else "narrow"
        if shape not in self._tables_of:
            self._tables_of[shape] = list(self._tables(shape))
        tabs = (
            msgspec.structs.replace(table.tab(view), count=table.count)
            for table in self._tables_of[shape]
        )
        return tuple(tabs) or (Tab("rules", "Rules", empty=self.comparison.summary()),)

    def _tables(self, shape: CellShape) -> Iterator[_Signed]:
        sides = (self.comparison.new.deployment.plan, self.comparison.old.deployment.plan)
        kinds: dict[str, str] = {}
        for plan in reversed(sides):
            kinds |= each_made(attrgetter("kind"), plan.firewalls)
        order = (*sides[0].firewalls, *sides[1].firewalls, "error", "warning", "info")

        def named(name: str) -> str:
            return f"{name} ({kinds[name]})" if name in kinds else name.capitalize()

        for id, (title, rows) in self._rows.items():
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

    def _entry(self, shape: CellShape, row: ComparedRow, mark: Mark) -> Entry:
        cells = tuple(cells_of(self.comparison, row, shape))
        if not isinstance(row, AnswerChange):
            cells = (*cells, self.comparison.reason(row))
        record = record_of(row)
        level = SEVERITY_LEVELS[record.severity] if isinstance(record, Finding) else ""
        return Entry(_key(row), mark, cells, group_of(row), level=level, record=record)


class _Signed(Table):
    """A table whose rows all have a sign, and whose headings count the signs."""

    def __init__(self, kind: RowKind, rows: Sequence[ComparedRow]) -> None:
        super().__init__(kind, rows)
        self.shown.marks |= dict(enumerate(map(mark_of, rows)))

    def seen(self, view: View) -> Seen:
        if self._seen is None or self._seen.view != view:
            self._seen = _Counted(self.kind, self.shown, view, self._seen)
        return self._seen


class _Counted(Seen):
    def _heading(self, name: str, members: Sequence[int], alike: int = 1) -> Entry:
        heading = super()._heading(name, members, alike)
        counts = signs([mark_of(self.rows.records[row]) for row in members])
        return msgspec.structs.replace(heading, cells=(heading.cells[0], counts))


def cells_of(comparison: Comparison, row: ComparedRow, shape: CellShape) -> Iterator[str]:
    """All cells but the last, which is the cause."""
    record = record_of(row)
    if isinstance(row, AnswerChange):
        change = f"{row.was_text or 'none'} → {row.becomes_text or 'none'}"
        yield from ("", "", "", row.label or row.key, change)
    elif isinstance(record, Finding):
        yield from ("", "", "", record.message)
    else:
        yield from view_of(comparison.side_of(row), record).columns(record)[:4]
        if shape != "narrow" and isinstance(record, Rule | Forward | AllowlistEntry | Denial):
            # What of it changed, or what it is for.
            text = changed_fields(row) or ", ".join(_purposes(record))
            yield short(text, _SERVICE) if shape == "wide" else text


def _purposes(record: Rule | Forward | AllowlistEntry | Denial) -> Sequence[str]:
    if isinstance(record, Rule):
        return record.services
    if isinstance(record, Denial):
        return (record.reason,)
    return record.purposes if isinstance(record, AllowlistEntry) else ()


def group_of(row: ComparedRow) -> str:
    record = record_of(row)
    if isinstance(record, Rule | Forward):
        return record.firewall
    return record.severity if isinstance(record, Finding) else ""


def _changed_last(
    changes: Sequence[ChangeEntry[ChangedRecord]],
) -> list[ChangeEntry[ChangedRecord]]:
    """What comes and goes, then what only changes."""
    return sorted(changes, key=lambda change: change.sign == "~")


def _key(row: ComparedRow) -> str:
    """What a row is called: it stays while the row means the same. The filter looks here too."""
    if isinstance(row, AnswerChange):
        return f"{mark_of(row)} {row.key}"
    name = " ".join(_names(row.before or row.record))
    return f"{row.sign} {type(row.record).__name__} {name} {changed_fields(row)}"


def _names(record: ChangedRecord) -> tuple[str, ...]:
    match record:
        case Rule():
            return (record.id, narrow_ports(record.ports))
        case Forward():
            address = f"{record.public_address} {record.address}"
            return (record.id, address, *record.unresolved)
        case AllowlistEntry():
            address = f"{record.scheme}://{record.host}:{record.port}"
            return (address, *record.paths, *record.from_, record.status)
        case Bypass():
            return (record.host,)
        case MailSender():
            return (record.address, record.domain)
        case Denial():
            return (record.name,)
        case Finding():
            return (record.code, record.message)
