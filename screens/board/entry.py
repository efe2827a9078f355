"""What the tables of the preview are made of: entries, tabs, and how they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import msgspec

from screens.widgets.lines import Line
from wizard.views.record import PartyShape, Record, RecordView, row_text, row_words
from wizard.views.record import TableId as TabId

__all__ = [
    "MARK_WORDS",
    "SORTS",
    "Entry",
    "Mark",
    "Record",
    "RowKind",
    "Rows",
    "Tab",
    "TabId",
    "View",
]

Mark = Literal["", "+", "-", "~"]
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
    """One table. `count` leaves the taken ones out; `heads` are those of its columns, `lead` of which
    stand before those that every table has: that of the group, or none.
    """

    id: TabId
    title: str
    entries: Sequence[Entry] = ()
    count: int = 0
    new: int = 0
    gone: int = 0
    empty: str = ""
    heads: tuple[str, ...] = ()
    lead: int = 0


class View(msgspec.Struct, frozen=True):
    """How the tables are looked at. `folded`: what is alike at many sites is shown once; `shape`:
    whether parties are named, or their addresses.
    """

    sort: int = 0
    grouped: bool = True
    words: str = ""
    folded: bool = True
    shape: PartyShape = "names"


class RowKind(msgspec.Struct, frozen=True):
    """How the records of one table become rows.

    `content`: by what a row differs from what it was under the same key, the group among it where
    the key does not settle that. `groups` come first, in this order; `heading` gives the words
    of one. `alike_groups` and `look` tell what can be folded: groups with an equal value whose rows
    look the same, and such rows within a group. `cells` are those of another shape than names, and
    `group_head` is the head of the group, where rows under no heading say it.
    """

    id: TabId
    title: str
    key: Callable[[Any], str]
    content: Callable[[Any], object]
    group: Callable[[Any], str]
    entry: Callable[[Any, Mark], Entry]
    groups: Sequence[str] = ()
    heading: Callable[[str], str] = str
    empty: str = ""
    grouped: bool = True
    alike_groups: Callable[[], Mapping[str, Hashable] | None] = lambda: None
    look: Callable[[Any], Hashable] = hash
    cells: Callable[[Any, PartyShape], tuple[str, ...]] | None = None
    heads: Callable[[PartyShape], tuple[str, ...]] = lambda shape: ()
    group_head: str = ""

    def heads_in(self, view: View) -> tuple[str, ...]:
        """The heads of the columns; before them that of the group, where it is a column."""
        heads = self.heads(view.shape)
        return (self.group_head, *heads) if self.group_is_column(view) and heads else heads

    def group_is_column(self, view: View) -> bool:
        """Whether each row says its group: it stands under no heading."""
        return bool(self.group_head) and self.grouped and not view.grouped


class Rows(msgspec.Struct):
    """Keys, records and groups of rows, and the marks of those that have one, by their numbers."""

    keys: list[str]
    records: list[Any]
    groups: list[str]
    marks: dict[int, Mark]


def kind_of(view: RecordView[Any]) -> RowKind:
    """The kind of table that shows the records of a view."""
    return RowKind(
        view.table,
        view.name,
        view.key,
        view.content,
        view.group,
        partial(_entry, view),
        view.groups,
        view.heading,
        view.empty,
        view.grouped,
        view.alike_groups,
        view.look,
        view.columns,
        view.heads,
        view.group_head,
    )


def _entry(view: RecordView[Any], record: Any, mark: Mark) -> Entry:
    return Entry(
        view.key(record),
        mark,
        view.columns(record),
        view.group(record),
        level=view.level(record),
        record=record,
    )


def text_of(entry: Entry, searched: Iterable[str]) -> str:
    """What the words of a filter are looked for in."""
    mark = MARK_WORDS.get(entry.mark, "")
    return row_text(entry.cells, entry.group, entry.key, mark, *searched)


def entry_words(entry: Entry) -> str:
    """A row of a table, said in a line: `new: in tcp 9191, user-computer to print-server, Web
    interface`.
    """
    mark = f"{MARK_WORDS[entry.mark]}: " if entry.mark else ""
    return mark + row_words(entry.cells)
