"""The rows of a table as they are looked at: filtered, sorted, grouped. Entries are made only where
they are seen.

Of a table of 100,000 rows a few dozen are on the screen. What has to be done for all rows is done
by `prepare`, which may run in a thread: in steps of Python, so that keys are not held up, and until
nobody wants it any more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, groupby, islice, zip_longest
from typing import Any, overload

import msgspec

from screens.board.entry import MARK_WORDS, Entry, RowKind, Rows, View, text_of
from screens.widgets.lines import width

# Columns are as wide as the widest cell of so many rows.
SAMPLE = 200
# What belongs to more rows is worked out beside the keys, or when it is asked for.
AT_ONCE = 2_000
# After so many rows it is asked whether they are still needed.
_STEP = 2_000
# A row is looked for first among so many on either side of where it was.
_NEAR = 500
_HEADING = "heading "
# A heading, and the numbers of the rows below it.
GroupRows = tuple["Entry | None", Sequence[int]]


class _Unwanted(Exception):
    """Somebody wants to see something else by now."""


class Seen(Sequence[Entry]):
    """Entries, headings among them. `last`: the same rows as they were looked at before."""

    def __init__(self, kind: RowKind, rows: Rows, view: View, last: Seen | None = None) -> None:
        self.kind, self.rows, self.view = kind, rows, view
        self._texts: dict[int, str] = {} if last is None else last._texts
        self._within: Sequence[int] = range(len(rows.keys))
        if last is not None and _narrows(view.words, last.view.words):
            self._within = last._fitting if last.ready else last._within
        self._fitting: Sequence[int] = ()
        self._parts: list[GroupRows] | None = None
        self._starts: list[int] = []
        # Rows that stand for several that look the same → how many.
        self._alike: dict[int, int] = {}
        # Whether something is shown once, or was unfolded.
        self.folds = False
        self._length = 0

    # --- what has to be done for all rows --------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether everything is done that has to be done for all rows."""
        return self._parts is not None

    def prepare(self, needed: Callable[[], bool] = lambda: True) -> bool:
        """Do it, as long as it is `needed`; False where it was not done."""
        if self._parts is not None:
            return True
        try:
            fitting = self._fits(needed)
            parts = self._grouped(self._sorted(fitting, needed), needed)
        except _Unwanted:
            return False
        starts, length = [], 0
        for heading, members in parts:
            starts.append(length)
            length += len(members) + (heading is not None)
        self._fitting, self._starts, self._length = fitting, starts, length
        self._parts = parts
        _ = self.widths
        return True

    def _fits(self, needed: Callable[[], bool]) -> Sequence[int]:
        if not self.view.words.strip():
            return range(len(self.rows.keys))
        from wizard.index.records import record_fits
        from wizard.index.terms import terms
        from wizard.views.kinds import searched

        looked_for = terms(self.view.words)

        texts = self._texts
        fitting = []
        for row in _still(self._within, needed):
            text = texts.get(row)
            if text is None:
                entry = self._made(row)
                text = texts[row] = text_of(entry, searched(entry.record))
            if record_fits(text, self.rows.records[row], looked_for):
                fitting.append(row)
        return fitting

    def _sorted(self, rows: Sequence[int], needed: Callable[[], bool]) -> Sequence[int]:
        if not self.view.sort:
            return rows
        # Many rows have the same place in the order: they are dealt out to their places, and those
        # are sorted.
        from wizard.views.kinds import order

        places: dict[tuple[object, ...], list[int]] = {}
        records = self.rows.records
        for row in _still(rows, needed):
            place = order(records[row], self.view.sort)
            if place is None:
                place = (*self._made(row).cells, "", "", "", "")[3:4]
            places.setdefault(place, []).append(row)
        return list(chain.from_iterable(map(places.__getitem__, sorted(places))))

    def _grouped(self, rows: Sequence[int], needed: Callable[[], bool]) -> list[GroupRows]:
        if not (self.view.grouped and self.kind.grouped):
            return [(None, rows)] if rows else []
        names: Iterable[str] = self.rows.groups
        groups: dict[str, Sequence[int]] = dict.fromkeys(self.kind.groups, ())
        if not isinstance(rows, range):
            # Groups keep their order, however the rows are sorted.
            groups |= dict.fromkeys(self.rows.groups, ())
            names = map(self.rows.groups.__getitem__, _still(rows, needed))
        start = 0
        for name, run in groupby(names):
            end = start + len(list(run))
            before = groups.get(name)
            groups[name] = [*before, *rows[start:end]] if before else rows[start:end]
            start = end
        alike = self.kind.alike_groups() if self.view.folded else None
        self.folds = alike is not None or not self.view.folded
        if alike is not None:
            return self._once(groups, alike, needed)
        return [(self._heading(name, rows), rows) for name, rows in groups.items() if rows]

    def _once(
        self,
        groups: Mapping[str, Sequence[int]],
        alike: Mapping[str, Hashable],
        needed: Callable[[], bool],
    ) -> list[GroupRows]:
        """What is alike at many sites is shown once."""
        # Few plans have such sites, and no first frame.
        from screens.board.folding import Folded

        marks, records = self.rows.marks, self.rows.records

        def look(row: int) -> Hashable:
            return marks.get(row, ""), self.kind.look(records[row])

        filled: dict[str, Iterable[int]] = {}
        for name, members in groups.items():
            if members:
                filled[name] = _still(members, needed)
        folded = Folded(filled, look)
        folded.fold_groups(alike)
        self._alike = folded.rows
        parts: list[GroupRows] = []
        for name, shown in folded.shown.items():
            heading = self._heading(name, groups[name], folded.groups.get(name, 1))
            parts.append((heading, shown))
        return parts

    def _heading(self, name: str, members: Sequence[int], alike: int = 1) -> Entry:
        marks = self.rows.marks
        if isinstance(members, range):
            count = Counter(mark for row, mark in marks.items() if row in members)
        else:
            count = Counter(marks[row] for row in members if row in marks)
        counts = str(len(members) - count["-"])
        for mark in ("+", "~", "-"):
            if count[mark]:
                counts += f", {count[mark]} {MARK_WORDS[mark]}"
        title = self.kind.heading(name)
        if alike > 1:
            title += f" and {alike - 1} alike"
            counts = f"{counts} each"
        return Entry(f"{_HEADING}{name}", cells=(title, counts), group=name, heading=True)

    @property
    def fitting(self) -> int:
        """How many rows fit the words."""
        return len(self._fitting)

    # --- looking ---------------------------------------------------------------------------------

    def _made(self, row: int) -> Entry:
        kind, record = self.kind, self.rows.records[row]
        entry = kind.entry(record, self.rows.marks.get(row, ""))
        if self.view.shape != "names" and kind.cells is not None:
            entry = msgspec.structs.replace(entry, cells=kind.cells(record, self.view.shape))
        if kind.group_is_column(self.view):
            cells = (self.rows.groups[row], *entry.cells)
            entry = msgspec.structs.replace(entry, cells=cells)
        alike = self._alike.get(row)
        if alike is None:
            return entry
        *first, who, what = entry.cells
        return msgspec.structs.replace(entry, cells=(*first, f"{who}, {alike} alike", what))

    def __len__(self) -> int:
        self.prepare()
        return self._length

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, index: int | slice) -> Entry | tuple[Entry, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        if not 0 <= index < len(self):
            raise IndexError(index)
        assert self._parts is not None
        part = bisect_right(self._starts, index) - 1
        heading, members = self._parts[part]
        within = index - self._starts[part]
        if heading is None:
            return self._made(members[within])
        return heading if within == 0 else self._made(members[within - 1])

    def index_of(self, key: str, near: int = 0) -> int | None:
        """Where the row with this key is, looked for first near a row; no entry is made for it."""
        self.prepare()
        assert self._parts is not None
        if key.startswith(_HEADING):
            starts = zip(self._starts, self._parts, strict=True)
            return next((start for start, (entry, _) in starts if entry and entry.key == key), None)
        row = _place(self.rows.keys, key, max(0, near - _NEAR), near + _NEAR)
        if row is None:
            row = _place(self.rows.keys, key)
        if row is None:
            return None
        for start, (heading, members) in zip(self._starts, self._parts, strict=True):
            place = _place(members, row)
            if place is not None:
                return start + place + (heading is not None)
        return None

    def row_at(self, index: int) -> int:
        """The number of the row at a line; 0 for a heading."""
        part = bisect_right(self._starts, index) - 1
        if self._parts is None or part < 0:
            return 0
        heading, members = self._parts[part]
        within = index - self._starts[part] - (heading is not None)
        return members[within] if 0 <= within < len(members) else 0

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """How wide the columns want to be."""
        self.prepare()
        rows = (row for _, members in self._parts or () for row in members)
        return widest(self._made(row).cells for row in islice(rows, SAMPLE))


def widest(rows: Iterable[tuple[str, ...]]) -> tuple[int, ...]:
    """The width of the widest cell of each column."""
    columns = zip_longest(*rows, fillvalue="")
    return tuple(max(map(width, set(cells))) for cells in columns)


def _narrows(words: str, before: str) -> bool:
    if not words:
        return not before
    # Who filters can wait for it; the first frame can't.
    from wizard.index.terms import narrows

    return narrows(words, before)


def _still(rows: Iterable[int], needed: Callable[[], bool]) -> Iterator[int]:
    """The rows, as long as they are needed."""
    for count, row in enumerate(rows):
        if count % _STEP == 0 and not needed():
            raise _Unwanted
        yield row


def _place(members: Sequence[Any], member: object, *ends: int) -> int | None:
    """The index of a member, looked for between two ends where they are given; None without one."""
    try:
        return members.index(member, *ends)
    except ValueError:
        return None
