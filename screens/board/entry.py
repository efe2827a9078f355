"""What the tables of the preview are made of: entries, tabs, and how they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from screens.widgets.lines import Line
from wizard.questions import Question
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.rules.select import Flow

if TYPE_CHECKING:
    from wizard.findings import Finding

Mark = Literal["", "+", "-", "~"]
TabId = Literal[
    "rules",
    "flows",
    "forwards",
    "allowlist",
    "findings",
    "open",
    "bypass",
    "mail",
    "answers",
    "picture",
]
Record: TypeAlias = (
    "Rule | Flow | Forward | AllowlistEntry | Bypass | MailSender | Finding | Question | str"
)

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
    """One table. `count` leaves the taken ones out."""

    id: TabId
    title: str
    entries: Sequence[Entry] = ()
    count: int = 0
    new: int = 0
    gone: int = 0
    empty: str = ""


class View(msgspec.Struct, frozen=True):
    """How the tables are looked at."""

    sort: int = 0
    grouped: bool = True
    words: str = ""


class Kind(msgspec.Struct, frozen=True):
    """How the records of one table become rows.

    `content`: by what a row differs from what it was under the same key, the group among it where
    the key does not settle that. `groups` come first, in this order; `named` gives a heading's
    words.
    """

    id: TabId
    title: str
    key: Callable[[Any], str]
    content: Callable[[Any], object]
    group: Callable[[Any], str]
    entry: Callable[[Any, Mark], Entry]
    groups: Sequence[str] = ()
    named: Callable[[str], str] = str
    empty: str = ""
    grouped: bool = True


class Rows(msgspec.Struct):
    """Keys, records and groups of rows, and the marks of those that have one, by their numbers."""

    keys: list[str]
    records: list[Any]
    groups: list[str]
    marks: dict[int, Mark]


def text_of(entry: Entry) -> str:
    """What the words of a filter are looked for in."""
    record = entry.record
    parts = (*entry.cells, entry.group, entry.key, MARK_WORDS.get(entry.mark, ""))
    if isinstance(record, Rule):
        parts += (*record.sources, *record.destinations, *record.flows, *record.services)
    return " ".join(parts).casefold()


def sorted_by(record: Any, sort: int) -> tuple[object, ...] | None:
    """What a row is sorted by; None where its entry has to say."""
    if isinstance(record, Entry):
        record = record.record
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
    return None
