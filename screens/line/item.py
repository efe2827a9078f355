"""What line mode asks one after the other. Pure: an item says what to show, and turns a typed line
into a plan or into words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import msgspec

from screens.board.derived import Derived
from screens.line.reading import (
    AbsentAnswer,
    how_to_answer,
    now_words,
    read,
    read_number,
    read_ticks,
)
from screens.line.talk import numbered
from screens.widgets.rows import RowKey, Spot
from wizard.facts.model import Catalog
from wizard.index.places import subject
from wizard.plan.examples import is_example
from wizard.plan.keys import Key, RoleKey
from wizard.plan.model import Plan
from wizard.questions import Question, StepId, answered, value_of
from wizard.views.words import plural


class ItemContext(msgspec.Struct, frozen=True):
    """What an item can see."""

    catalog: Catalog
    plan: Plan
    derived: Derived


class ItemWords(msgspec.Struct, frozen=True):
    """An item in words: title, lines below it, what is answered now; `more` is the long help."""

    title: str
    lines: tuple[str, ...] = ()
    now: str = ""
    more: tuple[str, ...] = ()


class Took(msgspec.Struct, frozen=True):
    """The plan after an answer, in words; `go` is the item to ask next (None: the one after)."""

    plan: Plan
    words: str
    go: RowKey | None = None
    note: str = ""


class Stay(msgspec.Struct, frozen=True):
    """Words for the person; the same item is asked again. `exact`: lines of a file, not to be
    wrapped; `again` makes the lines that fit some words, where it is not the text alone that
    tells.
    """

    lines: tuple[str, ...]
    exact: bool = False
    again: Callable[[str], Sequence[str]] | None = None

    def filtered(self, words: str) -> tuple[str, ...]:
        """The lines that fit all the words."""
        if self.again is not None:
            return tuple(self.again(words))
        terms = words.casefold().split()
        lines = [line for line in self.lines if _has_all(line, terms)]
        if words:
            lines.insert(0, f"{len(lines)} of {plural(len(self.lines), 'line')} with '{words}'.")
        return tuple(lines)


def _has_all(line: str, terms: Sequence[str]) -> bool:
    text = line.casefold()
    return all(term in text for term in terms)


class Next(msgspec.Struct, frozen=True):
    """On to the next item."""


class Goto(msgspec.Struct, frozen=True):
    """On to an item of some step."""

    step: StepId
    key: RowKey | None = None


LineOutcome = Took | Stay | Next | Goto


class Item(ABC):
    """Something that is asked. Enter alone always means: on to the next."""

    # Whether any text may be the answer, also one that looks like a command.
    takes_text = False

    def __init__(self, key: RowKey, group: str) -> None:
        self.key = key
        self.group = group

    def subject(self, context: ItemContext) -> str:
        """What the prompt says is asked: what its title begins with."""
        return self.words(context).title.partition("?")[0]

    @abstractmethod
    def words(self, context: ItemContext) -> ItemWords:
        """What to say."""

    @abstractmethod
    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        """What a typed line comes to.

        Raises:
            AnswerError: with words for the person.
        """


class Single(Item):
    """One question; a role's zones with 'there are none' among them."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.key, question.group)
        self.question = question
        self.takes_text = question.kind == "text"
        self.absent = absence_beside(question.key)

    def subject(self, context: ItemContext) -> str:
        """What it is about, and its label."""
        return subject(context.catalog, self.question)

    def words(self, context: ItemContext) -> ItemWords:
        question = self.question
        now = self._now(context)
        lines = [question.help] if question.help else []
        lines += self.choice_lines(context)
        if self.absent:
            lines.append(f"{len(question.choices) + 1} There are none: leave their connections out")
        if question.kind == "zones" and not question.choices:
            lines.append("There are no zones yet; add one first.")
        more = tuple(part for part in question.more.split("\n\n") if part and part != question.help)
        return ItemWords(question.label, tuple(lines), now, (*more, *how_to_answer(question)))

    def choice_lines(self, context: ItemContext) -> list[str]:
        """What can be chosen, each on a line with its number."""
        return numbered(choice.label for choice in self.question.choices)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        plan = with_answer(context.catalog, context.plan, self.question, text)
        return Took(plan, self.question.label)

    def _now(self, context: ItemContext) -> str:
        if self.absent and value_of(context.catalog, context.plan, self.absent):
            return "there are none"
        key = self.question.key
        words = now_words(self.question, value_of(context.catalog, context.plan, key))
        return f"{words} (an example: put in your own)" if is_example(context.plan, key) else words


def absence_beside(key: Key) -> RoleKey | None:
    """'There are none' is answered where the zones of a role are."""
    if isinstance(key, RoleKey) and key.part == "zones":
        return key.beside("absent")
    return None


def with_answer(catalog: Catalog, plan: Plan, question: Question, text: str) -> Plan:
    """The plan with what was typed as the answer to a question.

    Raises:
        AnswerError: with words for the person.
    """
    absent = absence_beside(question.key)
    value = read(question, text, value_of(catalog, plan, question.key), absent is not None)
    if not isinstance(value, AbsentAnswer):
        return answered(catalog, plan, question.key, value)
    return plan if absent is None else answered(catalog, plan, absent, True)


class Ticks(Item):
    """The features of one heading."""

    def __init__(self, flags: tuple[Question, ...]) -> None:
        super().__init__(Spot("ticks", flags[0].group), flags[0].group)
        self.flags = flags

    def subject(self, context: ItemContext) -> str:
        """The heading that they stand under."""
        return self.group

    def _on(self, context: ItemContext) -> list[bool]:
        return [bool(value_of(context.catalog, context.plan, flag.key)) for flag in self.flags]

    def words(self, context: ItemContext) -> ItemWords:
        on = self._on(context)
        lines = [
            f"{'yes' if ticked else 'no '} {f.label}"
            for f, ticked in zip(self.flags, on, strict=True)
        ]
        more = [
            f"{number} {flag.label}: {flag.help}" for number, flag in enumerate(self.flags, start=1)
        ]
        how = (
            "Numbers switch on or off: '2 5' changes both, '+2' only switches on, '-5' only off.",
            "'? 2' says more on one of them.",
        )
        return ItemWords(
            f"{self.group}: which of these?",
            tuple(numbered(lines)),
            f"{sum(on)} of {len(on)} on",
            (*more, *how),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if text.startswith("?"):
            flag = self.flags[read_number(text[1:], len(self.flags)) - 1]
            return Stay((f"{flag.label}.", *flag.more.split("\n\n")))
        on = self._on(context)
        ticked = read_ticks(text, on, [flag.label for flag in self.flags])
        plan, changed = context.plan, []
        for flag, before, after in zip(self.flags, on, ticked, strict=True):
            if before != after:
                plan = answered(context.catalog, plan, flag.key, after)
                changed.append(f"{flag.label}: {'yes' if after else 'no'}")
        return Took(plan, ", ".join(changed), note="; ".join(changed))
