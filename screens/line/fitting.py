"""What of a list fits the words of a filter in line mode, each group below its heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from screens.board.entry import Entry, text_of
from wizard.index.records import record_fits
from wizard.index.terms import FilterTerm
from wizard.views.kinds import searched


def fitting(entries: Sequence[Entry], looked_for: Sequence[FilterTerm]) -> Iterator[Entry]:
    """The rows that fit all terms, each group below its heading, which counts them; a picture is
    shown whole.
    """
    heading: Entry | None = None
    members: list[Entry] = []
    for entry in entries:
        if entry.heading:
            yield from _group(heading, members)
            heading, members = entry, []
        elif entry.drawn is not None or _fits(entry, looked_for):
            members.append(entry)
    yield from _group(heading, members)


def _group(heading: Entry | None, members: Sequence[Entry]) -> Iterator[Entry]:
    if heading is not None and members:
        yield msgspec.structs.replace(heading, cells=(heading.cells[0], str(len(members))))
    yield from members


def _fits(entry: Entry, looked_for: Sequence[FilterTerm]) -> bool:
    return record_fits(text_of(entry, searched(entry.record)), entry.record, looked_for)
