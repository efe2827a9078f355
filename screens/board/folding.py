"""Rows that look the same at many sites, shown once: rows of one group, and groups of such rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

# Fewer rows that look the same are each shown.
_FEW = 3


class Folded:
    """Groups of rows by their headings, each row and each group of those that are alike once.

    `look` tells what a row looks like. `rows` holds how many look like a row that is shown, and
    `groups` how many groups are like one that is shown, itself among them; those that stand for
    nobody else are in neither.
    """

    def __init__(
        self, groups: Mapping[str, Iterable[int]], look: Callable[[int], Hashable]
    ) -> None:
        self.rows: dict[int, int] = {}
        self.groups: dict[str, int] = {}
        self.shown: dict[str, Sequence[int]] = {}
        self._looks: dict[str, Hashable] = {}
        for name, members in groups.items():
            self._fold_rows(name, members, look)

    def _fold_rows(
        self, name: str, members: Iterable[int], look: Callable[[int], Hashable]
    ) -> None:
        first_by_look: dict[Hashable, int] = {}
        looks: list[tuple[int, Hashable]] = [(row, look(row)) for row in members]
        count = Counter(of_row for _, of_row in looks)
        shown: list[int] = []
        for row, of_row in looks:
            if count[of_row] <= _FEW:
                shown.append(row)
            elif of_row not in first_by_look:
                first_by_look[of_row] = row
                self.rows[row] = count[of_row]
                shown.append(row)
        self.shown[name] = shown
        self._looks[name] = tuple(count.items())

    def fold_groups(self, alike: Mapping[str, Hashable]) -> None:
        """Show once what groups of equal value in `alike` have, where all their rows look the
        same.
        """
        first_by_kind: dict[Hashable, str] = {}
        for name in [*self.shown]:
            if name not in alike:
                continue
            first = first_by_kind.setdefault((alike[name], self._looks[name]), name)
            if first != name:
                self.groups[first] = self.groups.get(first, 1) + 1
                del self.shown[name]
