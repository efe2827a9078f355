"""Everything that is asked, with what it is about and what is answered: where one can go."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import Catalog
from wizard.facts.search import Hit, search
from wizard.index.questions import why
from wizard.plan.fields import field_of
from wizard.plan.keys import (
    FirewallKey,
    FrontKey,
    HidesKey,
    Key,
    ManagementPortKey,
    NeverEndKey,
    NeverKey,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    PublishKey,
    ServeKey,
)
from wizard.plan.model import Plan
from wizard.questions import STEPS, Question, questions, value_of, value_words


class Asked(msgspec.Struct, frozen=True):
    """A question that is asked now, and its answer in words."""

    question: Question
    answer: str

    def why(self, words: str) -> str | None:
        """Why it fits what is typed: '' by its own words; None where it does not."""
        question = self.question
        own = (question.label, question.help)
        return why(words, own, question, self.answer, closed=self.answer != "yes")


def places(catalog: Catalog, plan: Plan) -> Iterator[Asked]:
    """All questions of all steps."""
    for step in STEPS:
        for question in questions(catalog, plan, step.id):
            words = value_words(question, value_of(catalog, plan, question.key))
            yield Asked(question, words or "nothing")


def not_chosen(catalog: Catalog, plan: Plan, words: str) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """Features of products that are not chosen, and why the facts lack products of that name."""
    answer = search(catalog, words)
    chosen = set(map(plan.product_of, plan.products))
    return tuple(hit for hit in answer.hits if hit.product not in chosen), answer.absent


def subject(catalog: Catalog, question: Question) -> str:
    """`core: joins the zones`: what it is about, unless the label says so."""
    label = question.label
    about = _named(catalog, question.key) or question.group.split(" - ")[0]
    if about.casefold() in label.casefold():
        return label
    field = field_of(question.key)
    # 'Joins' begins small behind a name; the names of products, features and roles do not.
    if field is not None and not field.label.startswith("{") and label[1:2].islower():
        label = label[0].lower() + label[1:]
    return f"{about}: {label}"


def _named(catalog: Catalog, key: Key) -> str:
    """The name of what an answer is about: in the plan, or of an option's feature; '' without
    one.
    """
    match key:
        case FirewallKey(name) | PublishKey(name) | HidesKey(name) | FrontKey(name):
            return name
        case ManagementPortKey(name):
            return name
        case ServeKey(name) | NeverKey(name) | NeverEndKey(name):
            return name
        case OwnConnectionKey(name) | OwnEndpointKey(name) | OwnRoleKey(name):
            return name
        case OptionKey(product, feature):
            return catalog.products[product].features[feature].name
    return ""
