"""Tables of what follows from a plan, of any size: which rows the last answer added, took and
changed. Pure.

Each row has a key that stays while it means the same, so that the cursor can stay with it, and a
mark: `+` added by the last answer, `-` taken by it (and still shown), `~` changed. Two tables are
gone through side by side: rows that are there in both mostly stand in the same order, and those
that are the same object are passed over by the thousand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from operator import eq, is_
from typing import Any

from screens.board.entry import (
    MARK_WORDS,
    SORTS,
    Entry,
    Mark,
    Record,
    RowKind,
    Rows,
    Tab,
    TabId,
    View,
)
from screens.board.seen import Seen

__all__ = [
    "MARK_WORDS",
    "SORTS",
    "Entry",
    "Mark",
    "Record",
    "RowKind",
    "Tab",
    "TabId",
    "Table",
    "View",
]

# So many rows are compared at once, at first and at most.
_FIRST, _BLOCK = 16, 1024
# Where the tables differ, so many rows of each are looked through for the place where they meet
# again.
_NEAR = 16


class Table:
    """The rows that are there, and each that was taken after the one it followed."""

    def __init__(self, kind: RowKind, records: Iterable[Any], before: Table | None = None) -> None:
        """No two records share a key. Without the table `before` the last answer nothing is marked."""
        self.kind = kind
        now = list(records)
        if before is None:
            self.there = _rows(kind, now)
            self.shown = self.there
        else:
            self.there, self.shown = _Comparison(kind, now, before.there).result()
        self.count = len(self.there.keys)
        self._seen: Seen | None = None

    def seen(self, view: View) -> Seen:
        """The rows as they are looked at. What that takes is not done before they are."""
        last = self._seen
        if last is None or last.view != view:
            last = self._seen = Seen(self.kind, self.shown, view, last)
        return last

    def tab(self, view: View) -> Tab:
        """The tab that shows it."""
        marks = Counter(self.shown.marks.values())
        rows = len(self.shown.keys)
        return Tab(
            id=self.kind.id,
            title=self.kind.title,
            entries=self.seen(view),
            count=rows - marks["-"],
            new=marks["+"],
            gone=marks["-"],
            empty=f"Nothing fits '{view.words}'." if view.words and rows else self.kind.empty,
            heads=self.kind.heads_in(view),
            lead=int(self.kind.group_is_column(view)),
        )


def _rows(kind: RowKind, records: list[Any]) -> Rows:
    return Rows(list(map(kind.key, records)), records, list(map(kind.group, records)), {})


class _Comparison:
    """Goes through two tables side by side."""

    def __init__(self, kind: RowKind, now: list[Any], old: Rows) -> None:
        self.kind = kind
        self.now = now
        self.old = old
        self.rows = Rows([], now, [], {})
        # Numbers of the rows that came; and (number of the row before which it stood, old number)
        # of those that went.
        self.new: list[int] = []
        self.taken: list[tuple[int, int]] = []

    def result(self) -> tuple[Rows, Rows]:
        """The rows that are there, without marks; and those that are shown, with marks."""
        self._walk()
        rows, old = self.rows, self.old
        old_rows = {old.keys[row]: row for _, row in self.taken}
        marks, rows.marks = rows.marks, {}
        moved: set[str] = set()
        for row in self.new:
            old_row = old_rows.get(rows.keys[row])
            if old_row is None:
                marks[row] = "+"
                continue
            moved.add(rows.keys[row])
            if self._differ(rows.records[row], old.records[old_row]):
                marks[row] = "~"
        taken_rows = [(place, row) for place, row in self.taken if old.keys[row] not in moved]
        if not taken_rows:
            return rows, Rows(rows.keys, rows.records, rows.groups, marks)
        return rows, self._between(taken_rows, marks)

    def _between(self, taken_rows: list[tuple[int, int]], marks: dict[int, Mark]) -> Rows:
        """What is there, with the rows that are no more between them."""
        places = [place for place, _ in taken_rows]
        moved_marks = {row + bisect_right(places, row): mark for row, mark in marks.items()}
        shown_rows = Rows([], [], [], moved_marks)
        start = 0
        for place, row in taken_rows:
            if place > start:
                _add(shown_rows, self.rows, start, place)
                start = place
            shown_rows.marks[len(shown_rows.keys)] = "-"
            _add(shown_rows, self.old, row, row + 1)
        _add(shown_rows, self.rows, start, len(self.rows.keys))
        return shown_rows

    def _walk(self) -> None:
        now, old, rows = self.now, self.old, self.rows
        at = was = 0
        while at < len(now) or was < len(old.keys):
            same = self._same(at, was)
            rows.keys += old.keys[was : was + same]
            rows.groups += old.groups[was : was + same]
            at, was = at + same, was + same
            after, followed = self._meet(at, was)
            rows.keys += map(self.kind.key, now[at:after])
            rows.groups += map(self.kind.group, now[at:after])
            self.new += range(at, after)
            self.taken += ((at, row) for row in range(was, followed))
            at, was = after, followed
        for row in rows.marks:
            rows.groups[row] = self.kind.group(now[row])

    def _same(self, at: int, was: int) -> int:
        """How many rows from here on are there as before. Those that changed in place are marked."""
        key, content = self.kind.key, self.kind.content
        start = at
        end = min(len(self.now), at + len(self.old.keys) - was)
        size = _FIRST
        while at < end:
            size = min(size, end - at)
            block, others = self.now[at : at + size], self.old.records[was : was + size]
            same = _leading(list(map(is_, block, others)))
            keys = [] if same else self.old.keys[was : was + size]
            if same == 0 and list(map(key, block)) == keys:
                # Objects of another compile, mostly with the same content.
                same = _leading(list(map(eq, map(content, block), map(content, others))))
                if same == 0:
                    self.rows.marks[at] = "~"
                    same = 1
            elif same == 0:
                # The tables part in this block.
                for record, before, name in zip(block, others, keys, strict=True):
                    if key(record) != name:
                        return at + same - start
                    if record is not before and self._differ(record, before):
                        self.rows.marks[at + same] = "~"
                    same += 1
            at, was = at + same, was + same
            # The longer they are the same, the more rows are compared at once.
            size = min(size * 4, _BLOCK) if same == size else _FIRST
        return at - start

    def _differ(self, record: Any, before: Any) -> bool:
        return bool(self.kind.content(record) != self.kind.content(before))

    def _meet(self, at: int, was: int) -> tuple[int, int]:
        """The nearest rows of both, from here on, that are the same one; the ends without any."""
        now, keys, near = self.now, self.old.keys, _NEAR
        while at < len(now) and was < len(keys):
            steps = {self.kind.key(record): step for step, record in enumerate(now[at : at + near])}
            meeting = [
                (steps[key] + old_step, steps[key], old_step)
                for old_step, key in enumerate(keys[was : was + near])
                if key in steps
            ]
            if meeting:
                _, step, old_step = min(meeting)
                return at + step, was + old_step
            if at + near >= len(now) and was + near >= len(keys):
                break
            near *= 8
        return len(now), len(keys)


def _leading(matches: list[bool]) -> int:
    """How many of the first match."""
    return matches.index(False) if False in matches else len(matches)


def _add(rows: Rows, others: Rows, start: int, end: int) -> None:
    """Add some of other rows, without their marks."""
    rows.keys += others.keys[start:end]
    rows.records += others.records[start:end]
    rows.groups += others.groups[start:end]
