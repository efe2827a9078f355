"""Every question of the wizard, once: what is asked now, what is answered, what an answer makes of
the plan.

The screens, the line mode, the JSON Schema and the documents all read it. Nothing here knows a
terminal.
"""

from __future__ import annotations

from functools import partial

from wizard.facts.model import Catalog, Choice
from wizard.plan.field import AnswerError, Kind, StepId, Value
from wizard.plan.model import Plan
from wizard.questions.answers import answered, value_of
from wizard.questions.asking import question_at
from wizard.questions.features import core_features
from wizard.questions.model import STEPS, Question, Step
from wizard.questions.open import has_product, open_questions
from wizard.questions.steps import keys_of
from wizard.questions.typed import parse, value_words, written, yes_or_no

__all__ = [
    "STEPS",
    "AnswerError",
    "Choice",
    "Kind",
    "Question",
    "Step",
    "StepId",
    "Value",
    "answered",
    "applies",
    "core_features",
    "neighbour",
    "open_questions",
    "parse",
    "question_at",
    "questions",
    "value_of",
    "value_words",
    "written",
    "yes_or_no",
]


def applies(catalog: Catalog, plan: Plan, step: StepId) -> bool:
    """False for steps that are passed over: without a product there is nothing else to ask."""
    return step == "products" or has_product(catalog, plan)


def neighbour(catalog: Catalog, plan: Plan, step: StepId, by: int) -> StepId | None:
    """The next (`by` 1) or previous (-1) step that applies; None where there is none."""
    ids = [other.id for other in STEPS]
    at = ids.index(step) + by
    while 0 <= at < len(ids):
        if applies(catalog, plan, ids[at]):
            return ids[at]
        at += by
    return None


def questions(catalog: Catalog, plan: Plan, step: StepId) -> tuple[Question, ...]:
    """All questions of a step that apply to this plan, in the order in which they are asked."""
    if not applies(catalog, plan, step):
        return ()
    return tuple(map(partial(question_at, catalog, plan), keys_of(catalog, plan, step)))
