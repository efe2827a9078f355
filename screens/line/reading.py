"""Typed lines → values, with numbers for choices; values → words. What they say is said by
`wizard.questions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from wizard.questions import AnswerError, Question, Value, parse, value_words


class AbsentAnswer:
    """The answer 'there are none' to where a role is."""


ABSENT: Final = AbsentAnswer()

_HOW: dict[str, str] = {
    "flag": "Write yes or no.",
    "choice": "Write the number or the name of one.",
    "choices": (
        "Write numbers or names: '1 3'. '+2' adds one to what is chosen, '-2' takes one away."
    ),
    "zones": "Write numbers or names: '1 3'. '+2' adds one to what is chosen, '-2' takes one away.",
    "networks": "Several with commas between them.",
    "addresses": "Several with commas between them.",
    "devices": "Several with commas between them.",
    "ranges": "Several with commas between them.",
    "date": "Write it as year-month-day.",
}

# Numbers and names, parted by blanks, commas or semicolons.
_WORD = re.compile(r"[^,;\s]+")


def read(
    question: Question, text: str, now: Value, may_be_absent: bool = False
) -> Value | AbsentAnswer:
    """The value of a typed line. `-` is no answer; `=` before a text takes it as it is.

    Raises:
        AnswerError: with words for the person.
    """
    if text == "-":
        return parse(question, "")
    if text.startswith("="):
        return parse(question, text[1:])
    if not question.choices and not may_be_absent:
        return parse(question, text)
    if may_be_absent and text.casefold() in ("none", str(len(question.choices) + 1)):
        return ABSENT
    if question.kind == "choice":
        return parse(question, _named(question, text))
    for choice in question.choices:
        if text.casefold() == choice.label.casefold():
            return (choice.value,)
    parts = _WORD.findall(text)
    if all(part[0] in "+-" and len(part) > 1 for part in parts):
        chosen = list(map(str, now)) if isinstance(now, tuple) else []
        for part in parts:
            name = str(parse(question, _named(question, part[1:]))[0])  # type: ignore[index]
            chosen = [value for value in chosen if value != name] + [name] * (part[0] == "+")
        return parse(question, ", ".join(chosen))
    return parse(question, ", ".join(map(partial(_named, question), parts)))


def read_ticks(text: str, on: Sequence[bool], labels: Sequence[str]) -> list[bool]:
    """Which are on after a line of numbers: `2 5` changes both, `+2` switches on, `-5` off.

    Raises:
        AnswerError: with words for the person.
    """
    after = list(on)
    whole = [
        at for at, label in enumerate(labels) if label.casefold() == text.lstrip("+-").casefold()
    ]
    for part in [text] if whole else _WORD.findall(text):
        sign = part[0] if part[0] in "+-" else ""
        at = whole[0] if whole else read_number(part.removeprefix(sign), len(on)) - 1
        after[at] = {"+": True, "-": False}.get(sign, not on[at])
    return after


def read_number(text: str, most: int) -> int:
    """A number from 1 to `most`.

    Raises:
        AnswerError: with words for the person.
    """
    stripped = text.strip()
    if (
        not (stripped.isascii() and stripped.isdigit() and len(stripped) <= 9)
        or not 1 <= int(stripped) <= most
    ):
        raise AnswerError(
            f"Write a number from 1 to {most}." if most > 1 else "Write 1, or Enter alone."
        )
    return int(stripped)


def read_yes(text: str) -> bool:
    """Yes or no.

    Raises:
        AnswerError: for anything else.
    """
    word = text.casefold()
    if word in ("yes", "y"):
        return True
    if word in ("no", "n", ""):
        return False
    raise AnswerError("Answer yes or no.")


def now_words(question: Question, value: Value) -> str:
    """What is answered now, in words."""
    words = value_words(question, value)
    if words:
        return words
    return "nothing yet, and an answer is needed" if question.required else "nothing"


def how_to_answer(question: Question) -> tuple[str, ...]:
    """How answers of this kind are written."""
    how = _HOW.get(question.kind)
    return (how,) if how else ()


def _named(question: Question, text: str) -> str:
    """The value that a choice's number stands for; a value that is itself such a number comes
    first.
    """
    values = [str(choice.value) for choice in question.choices]
    if text in values or not (text.isascii() and text.isdigit()):
        return text
    number = int(text) if len(text) <= 9 else 0
    if 1 <= number <= len(values):
        return values[number - 1]
    raise AnswerError(f"There is no number {text} here; they go from 1 to {len(values)}.")
