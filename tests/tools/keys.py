"""Keys as the plan file has them, for tests: `roles.printer.zones`."""

from __future__ import annotations

from typing import Any

from wizard import questions
from wizard.facts.model import Catalog
from wizard.plan.keys import Key, key_at
from wizard.plan.model import Plan
from wizard.questions import AnswerError, Question, Value


def key(text: str) -> Key:
    """The key of an answer.

    Raises:
        AnswerError: where no answer stands at this path.
    """
    answer = key_at(text.split("."))
    if answer is None:
        raise AnswerError(f"There is no question {text!r}.")
    return answer


def answered(catalog: Catalog, plan: Plan, text: str | Key, value: Any) -> Plan:
    return questions.answered(catalog, plan, key(str(text)), value)


def value_of(catalog: Catalog, plan: Plan, text: str | Key) -> Value:
    return questions.value_of(catalog, plan, key(str(text)))


def question_at(catalog: Catalog, plan: Plan, text: str | Key) -> Question:
    return questions.question_at(catalog, plan, key(str(text)))
