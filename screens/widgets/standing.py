"""Where the cursor of a form may stand, and where a key leads from there: rows that are live."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from screens.widgets.rows import Row, RowKey
from wizard.plan.field import ChoiceKey

_MOST_ABOVE = 3


def index_of(rows: Sequence[Row], key: RowKey | None) -> int | None:
    """The line of a live row; None where it is not there."""
    return next((at for at, row in enumerate(rows) if row.key == key and row.live), None)


def live_key(rows: Sequence[Row], key: RowKey | None) -> RowKey | None:
    """The row to stand on for a key: its own, or the first of its items; None where neither is."""
    if key is None or index_of(rows, key) is not None:
        return key
    for row in rows:
        if row.live and isinstance(row.key, ChoiceKey) and row.key.question == key:
            return row.key
    return None


def nearest(rows: Sequence[Row], line: int) -> RowKey | None:
    """The live row nearest to a line."""
    lines = list(_live(rows))
    return rows[min(lines, key=lambda at: abs(at - line))].key if lines else None


def lines_above(rows: Sequence[Row], index: int) -> int:
    """How many lines above a row come into sight with it: its heading."""
    above = 0
    while above < _MOST_ABOVE and index > above and not rows[index - above - 1].live:
        above += 1
    return above


def beside(rows: Sequence[Row], index: int, by: int) -> RowKey | None:
    """The next live row in a direction, 1 or -1; `index` may be -1, before the first."""
    at = index + by
    while 0 <= at < len(rows):
        if rows[at].live:
            return rows[at].key
        at += by
    return None


def onward(rows: Sequence[Row], answered: Row) -> RowKey | None:
    """Where Enter goes from a field: to the next row; from what was an example to the next that is
    one, or that is needed, or that can be done about the answer.
    """
    index = index_of(rows, answered.key)
    later = rows[index + 1 :] if index is not None and answered.mark == "example" else ()
    for row in later:
        if row.live and (
            row.mark == "example" or row.missing or (row.kind == "action" and row.level)
        ):
            return row.key
    return beside(rows, index if index is not None else -1, 1)


def in_next_group(rows: Sequence[Row], index: int, by: int) -> RowKey | None:
    """The first live row of the next group in a direction; groups without one are passed over."""
    headings = [at for at, row in enumerate(rows) if row.kind == "heading"]
    groups = list(zip(headings, (*headings[1:], len(rows)), strict=False))
    later = bisect_right(headings, index)
    # The group that the row is in is passed over.
    others = groups[later:] if by > 0 else groups[: max(later - 1, 0)][::-1]
    for start, end in others:
        first = beside(rows[:end], start - 1, 1)
        if first is not None:
            return first
    return None


def a_page_on(rows: Sequence[Row], index: int, by: int, lines: int) -> RowKey | None:
    """The live row that is so many lines on, or the last before that; None at the end."""
    far = index + by * lines
    passed = [at for at in _live(rows) if (at - index) * by > 0]
    within = [at for at in passed if (at - far) * by <= 0]
    if not passed:
        return None
    return rows[(max if by > 0 else min)(within or passed[:1])].key


def at_the_end(rows: Sequence[Row], by: int) -> RowKey | None:
    """The last live row, or the first."""
    lines = list(_live(rows))
    return rows[lines[-1 if by > 0 else 0]].key if lines else None


def _live(rows: Sequence[Row]) -> Iterator[int]:
    return (at for at, row in enumerate(rows) if row.live)
