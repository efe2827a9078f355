"""Tables of what follows from a plan: entries with marks, sorted, filtered and grouped. Pure.

Each entry has a key that stays while it means the same, so that the cursor can stay with it, and a mark: `+`
added by the last answer, `-` taken by it (and still shown), `~` changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from screens.lines import Line
from wizard.findings import Finding
from wizard.flows import Flow
from wizard.questions import Question
from wizard.rules import AllowlistEntry, Bypass, Forward, MailSender, Rule

Mark = Literal["", "+", "-", "~"]
TabId = Literal["rules", "flows", "forwards", "allowlist", "findings", "open", "bypass", "mail", "picture"]
Record = Rule | Flow | Forward | AllowlistEntry | Bypass | MailSender | Finding | Question | str

MARK_WORDS: dict[str, str] = {"+": "new", "-": "gone", "~": "changed"}
SORTS = ("as built", "by port", "by source", "by destination")


class Entry(msgspec.Struct, frozen=True):
    """A line of a tab: a heading over a group, or a record in columns."""

    key: str
    mark: Mark = ""
    cells: tuple[str, ...] = ()
    group: str = ""
    heading: bool = False
    level: str = ""
    record: Record | None = None
    drawn: Line | None = None


class Tab(msgspec.Struct, frozen=True):
    """One table. `count` leaves the taken ones out; `widths` are the least and the wished columns of cells."""

    id: TabId
    title: str
    entries: tuple[Entry, ...] = ()
    count: int = 0
    new: int = 0
    gone: int = 0
    empty: str = ""


class View(msgspec.Struct, frozen=True):
    """How the tables are looked at."""

    sort: int = 0
    grouped: bool = True
    words: str = ""


def marked(
    now: Iterable[Any],
    old: Iterable[Any],
    known: bool,
    key: Callable[[Any], str],
    content: Callable[[Any], object],
    entry: Callable[[Any, Mark], Entry],
) -> list[Entry]:
    """Entries for what is there, with marks, and for what was taken, where it stood before."""
    old = list(old)
    before = {key(item): content(item) for item in old}
    there = {key(item): item for item in now}
    # Each that was taken follows the one that stood before it.
    after: dict[str | None, list[Any]] = {}
    last: str | None = None
    for item in old:
        if key(item) in there:
            last = key(item)
        else:
            after.setdefault(last, []).append(item)
    entries = [entry(item, "-") for item in after.get(None, ())]
    for name, item in there.items():
        mark: Mark = ""
        if known:
            mark = "+" if name not in before else "~" if before[name] != content(item) else ""
        entries.append(entry(item, mark))
        entries.extend(entry(gone, "-") for gone in after.get(name, ()))
    return entries


def table(
    id: TabId,
    title: str,
    found: list[Entry],
    view: View,
    groups: Sequence[str],
    empty: str,
    named: Callable[[str], str],
) -> Tab:
    marks = [entry.mark for entry in found]
    shown = [entry for entry in found if _fits(entry, view.words)] if view.words else found
    if view.sort:
        shown = sorted(shown, key=lambda entry: _sorted_by(entry, view.sort))
    if view.grouped and id not in ("bypass", "mail", "open"):
        by_group: dict[str, list[Entry]] = {name: [] for name in groups}
        for entry in shown:
            by_group.setdefault(entry.group, []).append(entry)
        entries: list[Entry] = []
        for name, members in by_group.items():
            if members:
                entries.append(_heading(name, named(name), members))
                entries.extend(members)
    else:
        entries = shown
    return Tab(
        id=id,
        title=title,
        entries=tuple(entries),
        count=len(found) - marks.count("-"),
        new=marks.count("+"),
        gone=marks.count("-"),
        empty=f"Nothing fits '{view.words}'." if view.words and found else empty,
    )


def _heading(key: str, name: str, members: list[Entry]) -> Entry:
    marks = [entry.mark for entry in members]
    said = [str(len(members) - marks.count("-"))]
    said += [f"{marks.count(mark)} {MARK_WORDS[mark]}" for mark in ("+", "~", "-") if mark in marks]
    return Entry(f"heading {key}", cells=(name, ", ".join(said)), heading=True)


def _fits(entry: Entry, words: str) -> bool:
    record = entry.record
    own = " ".join((*entry.cells, entry.group, entry.key, MARK_WORDS.get(entry.mark, ""))).casefold()
    if isinstance(record, Rule):
        own += (
            " "
            + " ".join((*record.sources, *record.destinations, *record.flows, *record.services)).casefold()
        )
    return all(word in own for word in words.casefold().split())


def _sorted_by(entry: Entry, sort: int) -> tuple[object, ...]:
    record = entry.record
    if isinstance(record, Rule | Flow):
        match sort:
            case 1:
                return (record.ports[0] if record.ports else (0, 0), record.transport)
            case 2:
                return (record.from_, record.to)
            case 3:
                return (record.to, record.from_)
    if isinstance(record, Forward):
        return (record.public_ports,)
    return (entry.cells[3] if len(entry.cells) > 3 else "",)
