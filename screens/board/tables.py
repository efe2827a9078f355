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

from screens.board.entry import MARK_WORDS, SORTS, Entry, Kind, Mark, Record, Rows, Tab, TabId, View
from screens.board.seen import Seen

__all__ = [
    "MARK_WORDS",
    "SORTS",
    "Entry",
    "Kind",
    "Mark",
    "Record",
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
    """The rows of one table: those that are there, and each that was taken after the one it
    followed.
    """

    def __init__(self, kind: Kind, records: Iterable[Any], before: Table | None = None) -> None:
        """No two records share a key. Without the table `before` the last answer nothing is marked."""
        self.kind = kind
        now = list(records)
        if before is None:
            self.there = _rows(kind, now)
            self.shown = self.there
        else:
            self.there, self.shown = _Comparison(kind, now, before.there).made()
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
        )


def _rows(kind: Kind, records: list[Any]) -> Rows:
    return Rows(list(map(kind.key, records)), records, list(map(kind.group, records)), {})


class _Comparison:
    """Goes through two tables side by side."""

    def __init__(self, kind: Kind, now: list[Any], old: Rows) -> None:
        self.kind = kind
        self.now = now
        self.old = old
        self.there = Rows([], now, [], {})
        # Where rows were added, by number; and where some were taken: (number here, from, to
        # there).
        self.new: list[tuple[int, int]] = []
        self.gone: list[tuple[int, int, int]] = []

    def made(self) -> tuple[Rows, Rows]:
        """The rows that are there, without marks; and those that are shown, with marks and what was
        taken.
        """
        self._walk()
        there, old = self.there, self.old
        new = {there.keys[row]: row for start, end in self.new for row in range(start, end)}
        taken = {old.keys[row]: row for _, start, end in self.gone for row in range(start, end)}
        moved = new.keys() & taken.keys()
        marks = dict(there.marks)
        for key, row in new.items():
            if key not in moved:
                marks[row] = "+"
            elif self._differ(there.records[row], old.records[taken[key]]):
                marks[row] = "~"
        there.marks = {}
        # (Number here, row there) of each that is no more.
        left = [
            (place, row)
            for place, start, end in self.gone
            for row in range(start, end)
            if old.keys[row] not in moved
        ]
        if not left:
            return there, Rows(there.keys, there.records, there.groups, marks)
        return there, self._with(left, marks)

    def _with(self, left: list[tuple[int, int]], marks: dict[int, Mark]) -> Rows:
        """What is there, with the rows that are no more between them."""
        there, old = self.there, self.old
        places = [place for place, _ in left]
        shown = Rows(
            [], [], [], {row + bisect_right(places, row): mark for row, mark in marks.items()}
        )
        done = 0
        for place, row in left:
            if place > done:
                _take(shown, there, done, place)
                done = place
            shown.marks[len(shown.keys)] = "-"
            _take(shown, old, row, row + 1)
        _take(shown, there, done, len(there.keys))
        return shown

    def _walk(self) -> None:
        now, old, there = self.now, self.old, self.there
        at = was = 0
        while at < len(now) or was < len(old.keys):
            same = self._same(at, was)
            there.keys += old.keys[was : was + same]
            there.groups += old.groups[was : was + same]
            at, was = at + same, was + same
            after, followed = self._meet(at, was)
            if after > at:
                there.keys += map(self.kind.key, now[at:after])
                there.groups += map(self.kind.group, now[at:after])
                self.new.append((at, after))
            if followed > was:
                self.gone.append((at, was, followed))
            at, was = after, followed
        for row in there.marks:
            there.groups[row] = self.kind.group(now[row])

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
                    self.there.marks[at] = "~"
                    same = 1
            elif same == 0:
                # The tables part in this block.
                for record, before, name in zip(block, others, keys, strict=True):
                    if key(record) != name:
                        return at + same - start
                    if record is not before and self._differ(record, before):
                        self.there.marks[at + same] = "~"
                    same += 1
            at, was = at + same, was + same
            # The longer they are the same, the more rows are compared at once.
            size = min(size * 4, _BLOCK) if same == size else _FIRST
        return at - start

    def _differ(self, record: Any, before: Any) -> bool:
        return bool(self.kind.content(record) != self.kind.content(before))

    def _meet(self, at: int, was: int) -> tuple[int, int]:
        """The nearest rows of both, from here on, that are the same one; the ends where there are
        none.
        """
        now, keys, near = self.now, self.old.keys, _NEAR
        while at < len(now) and was < len(keys):
            ours = {self.kind.key(record): here for here, record in enumerate(now[at : at + near])}
            meeting = [
                (ours[name] + there, ours[name], there)
                for there, name in enumerate(keys[was : was + near])
                if name in ours
            ]
            if meeting:
                _, here, there = min(meeting)
                return at + here, was + there
            if at + near >= len(now) and was + near >= len(keys):
                break
            near *= 8
        return len(now), len(keys)


def _leading(matches: list[bool]) -> int:
    """How many of the first match."""
    return matches.index(False) if False in matches else len(matches)


def _take(rows: Rows, some: Rows, start: int, end: int) -> None:
    """Add some of other rows, without their marks."""
    rows.keys += some.keys[start:end]
    rows.records += some.records[start:end]
    rows.groups += some.groups[start:end]
