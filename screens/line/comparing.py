"""A comparison in line mode: what differs stands below the answers that caused it, each row with its
number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from screens.board.entry import MARK_WORDS, Entry, Tab, View
from screens.line.lists import Lists, Numbered
from screens.windows.compare.compared import NOUNS, ComparedRow, Comparison, mark_of, signs
from screens.windows.compare.tables import CompareTables
from wizard.changes import AnswerChange
from wizard.views.words import plural

_HOW = (
    "why 3: why the third line differs. to 3: go to its answer. / WORDS: only what fits. cr FOLDER:"
    " write the change request."
)
# What stands before the name of a list, in `new on the allowlist`; rules say their firewall.
_PLACES = {"allowlist": "on the allowlist", "bypass": "on the bypass list", "mail": "mail sender"}


class _Difference(msgspec.Struct, frozen=True):
    """A row of one of the tables."""

    tab: Tab
    entry: Entry
    row: ComparedRow

    @property
    def words(self) -> str:
        """`new at core: fwd tcp 9191, Multifunction device to Print server, Device requests`."""
        cells = self.entry.cells
        head = " ".join(filter(None, cells[:3]))
        # The last cell of an answer is what it was and is; of everything else it is the cause.
        is_answer = isinstance(self.row, AnswerChange)
        text = ", ".join(filter(None, (head, *cells[3:-1]))).removesuffix(".")
        place = self._place()
        mark = MARK_WORDS[self.entry.mark]
        sentence = f"{mark} {place}: {text}" if place else f"{mark}: {text}"
        return f"{sentence}: {cells[-1]}" if is_answer else sentence

    def _place(self) -> str:
        if self.tab.id in ("rules", "forwards"):
            return f"at {self.entry.group}"
        return self.entry.group or _PLACES.get(self.tab.id, "")


def compared_lines(lists: Lists, comparison: Comparison, words: str = "") -> list[str]:
    """What differs and fits the words, cause by cause, and then the answers. `why` and `to` speak of
    these numbers.
    """
    lines = [f"From {comparison.old.name} to {comparison.new.name}: {comparison.summary()}."]
    differences = list(_differences(comparison, words))
    if words:
        count = sum(tab.count for tab in CompareTables(comparison).tabs(View(), 0))
        lines.append(f"{len(differences)} of {plural(count, 'line')} with '{words}'.")
    items: list[Numbered] = []
    for heading, members in _by_cause(comparison, differences).items():
        lines.append(f"{_counts(members)} {heading}".rstrip() + ":")
        for difference in members:
            row = difference.row
            items.append(Numbered(comparison.question(row), partial(comparison.why, row)))
            lines.append(f"{len(items)} {difference.words}")
    lists.number(items)
    return [*lines, _HOW] if items else lines


def _differences(comparison: Comparison, words: str) -> Iterator[_Difference]:
    tables = CompareTables(comparison)
    for tab in tables.tabs(View(words=words, folded=False), 0):
        for entry in tab.entries:
            if not entry.heading:
                yield _Difference(tab, entry, tables.rows[entry.key])


def _by_cause(
    comparison: Comparison, differences: Sequence[_Difference]
) -> dict[str, list[_Difference]]:
    """In the order of the rows; the answers come last."""
    members_by_heading: dict[str, list[_Difference]] = {}
    answers: list[_Difference] = []
    for difference in differences:
        if isinstance(difference.row, AnswerChange):
            answers.append(difference)
            continue
        reason = comparison.reason(difference.row).removesuffix(".")
        heading = f"because of {_small(reason)}" if reason else "that no answer caused"
        members_by_heading.setdefault(heading, []).append(difference)
    if answers:
        members_by_heading[""] = answers
    return members_by_heading


def _small(reason: str) -> str:
    """What several causes begin with stands in a sentence here; a name keeps its first letter."""
    for words in ("Each alone: ", "Among: "):
        if reason.startswith(words):
            return words.lower() + reason.removeprefix(words)
    return reason


def _counts(members: Sequence[_Difference]) -> str:
    """`+4 rules, +1 -1 findings`."""
    rows_by_list: dict[str, list[ComparedRow]] = {}
    for difference in members:
        rows_by_list.setdefault(difference.tab.id, []).append(difference.row)
    counts: list[str] = []
    for name, rows in rows_by_list.items():
        singular, several = NOUNS[name]
        noun = singular if len(rows) == 1 else several
        counts.append(f"{signs(list(map(mark_of, rows)))} {noun}")
    return ", ".join(counts)
