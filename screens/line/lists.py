"""The tables of the review as lists with numbers, in line mode: `x rules`, `why 3`, `to 3`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from screens.board.derived import Derived, Record, Tab, View, tabs
from screens.board.entry import entry_words
from screens.board.why import cause, why
from screens.line.fitting import fitting
from screens.line.item import Goto, ItemContext, Stay
from screens.line.reading import read_number
from screens.widgets.lines import Line
from screens.widgets.rows import RowKey
from wizard.index.terms import terms
from wizard.plan.keys import Key
from wizard.questions import AnswerError, question_at
from wizard.views.words import plural


class Numbered(msgspec.Struct, frozen=True):
    """A line with a number that is no record: the key of its question, and what says why it is
    there. Where it `shows` something, to go to it is to read that.
    """

    key: RowKey | None
    why: Callable[[int], tuple[str, list[Line]]] | None = None
    shows: Callable[[], Stay] | None = None


class Lists:
    """The tables of the review as lists, each with numbers; `why 3` and `to 3` speak of the last
    one shown.
    """

    def __init__(self, derived: Callable[[], Derived]) -> None:
        # What follows from the plan as it is when a list is read or filtered.
        self._derived = derived
        self._last: list[Record | Numbered | None] = []

    def number(self, items: Sequence[Numbered]) -> None:
        """Another list with numbers was shown."""
        self._last = list(items)

    def names(self) -> tuple[str, ...]:
        """The lists that there are now."""
        return tuple(tab.id for tab in self._tabs())

    def _tabs(self, *, folded: bool = True) -> tuple[Tab, ...]:
        return tabs(self._derived(), View(folded=folded), everything=True, columns=72)

    def read(self, text: str) -> Stay:
        """A list by its name, and what of it fits the words after it.

        Raises:
            AnswerError: where there is no such list.
        """
        name, _, words = text.partition(" ")
        again = partial(self.lines, name)
        return Stay(tuple(again(words.strip())), again=again)

    def lines(self, name: str, words: str = "") -> list[str]:
        """One list, or what of it fits the words.

        Raises:
            AnswerError: where there is no such list.
        """
        prefix = name.casefold()
        # What is alike at many sites is shown once, and its addresses are not.
        every = self._tabs(folded=not words)
        tab = next((t for t in every if prefix and t.id.startswith(prefix)), None)
        if tab is None:
            raise AnswerError(f"There is no list {name!r}; there are {', '.join(self.names())}.")
        self._last = []
        lines: list[str] = []
        shown = 0
        looked_for = terms(words)
        for entry in fitting(tab.entries, looked_for) if looked_for else tab.entries:
            if entry.heading:
                lines.append(f"{entry.cells[0]}: {entry.cells[1]}")
            elif entry.drawn is not None:
                lines.append(entry.drawn.plain)
            else:
                self._last.append(entry.record)
                shown += entry.mark != "-"
                lines.append(f"{len(self._last)} {entry_words(entry)}")
        if not lines:
            empty = f"Nothing fits '{words}'." if words and tab.count else tab.empty
            return [f"{tab.title}: {empty}"]
        count = plural(tab.count, "line")
        if words and self._last:
            count = f"{shown} of {count} with '{words}'"
        return [f"{tab.title}: {count}.", *lines]

    def having(self, words: str) -> Iterator[str]:
        """The lists with lines that fit the words, how many do, and what is written to read them."""
        looked_for = terms(words)
        for tab in self._tabs(folded=False):
            shown = 0
            for entry in fitting(tab.entries, looked_for):
                is_line = not entry.heading and entry.drawn is None
                # What is gone is no line any more.
                shown += is_line and entry.mark != "-"
            if shown:
                count = plural(tab.count, "line")
                yield f"{tab.title}: {shown} of {count} with '{words}': x {tab.id} {words}"

    def record(self, text: str) -> Record | Numbered:
        """What has this number in the list shown last.

        Raises:
            AnswerError: where there is none.
        """
        if not self._last:
            raise AnswerError("Show a list first: x rules.")
        record = self._last[read_number(text, len(self._last)) - 1]
        assert record is not None
        return record


def why_lines(derived: Derived, record: Record | Numbered, columns: int) -> list[str]:
    """Why a row is there.

    Raises:
        AnswerError: where there is nothing behind it but its question.
    """
    if not isinstance(record, Numbered):
        title, lines = why(derived.deployment, record, columns)
    elif record.why is not None:
        title, lines = record.why(columns)
    else:
        raise AnswerError("There is no more to say about it; 'to' and its number goes there.")
    return [title, *(line.plain.rstrip() for line in lines)]


def go_to_cause(context: ItemContext, record: Record | Numbered) -> Goto | Stay:
    """To the answer behind a row, or into the file that it stands for.

    Raises:
        AnswerError: where no single answer caused it.
    """
    if isinstance(record, Numbered) and record.shows is not None:
        return record.shows()
    key = record.key if isinstance(record, Numbered) else cause(context.derived.deployment, record)
    try:
        if isinstance(key, Key):
            return Goto(question_at(context.catalog, context.plan, key).step, key)
    except AnswerError:
        pass
    raise AnswerError("No single answer caused this.")
