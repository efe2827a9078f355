"""Why a question fits what was typed: by its words, by what stands in it and what it opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from wizard.facts.model import Fact
from wizard.facts.search import reason_in
from wizard.index.terms import FilterTerm, terms
from wizard.network.addresses import Cidrs, cidrs_of, covers, parse_item
from wizard.questions import Question

# Their choices are other things of the plan, which are found by themselves.
_OF_OTHERS = ("zones",)
_OF_ADDRESSES = ("networks", "addresses", "devices")


def why(
    words: str,
    own: Iterable[str],
    question: Question | None = None,
    answer: str = "",
    *,
    closed: bool = True,
) -> str | None:
    """Why all the words fit a question: '' where they stand in its `own` words, else what they fit
    of it; None where one fits nothing.

    `closed`: what it asks once it is answered with yes is asked nowhere else now.
    """
    texts = list(own)
    if question is not None:
        texts += [question.group, str(question.key), *question.words]
    text = " ".join((*texts, answer)).casefold()
    reasons: list[str] = []
    for term in terms(words):
        if term.stands_in(text):
            continue
        reason = _reason(question, answer, term, closed) if question is not None else None
        if reason is None:
            return None
        reasons.append(reason)
    return "; ".join(dict.fromkeys(reasons))


def product_why(words: str, own: Iterable[str], facts: Sequence[Fact]) -> str | None:
    """The same of a product in the list of all. By name there is enough to find it by, for nearly
    each speaks of printers: only ports and hosts are looked for in its facts.
    """
    text = " ".join(own).casefold()
    reasons: list[str] = []
    for term in terms(words):
        if term.stands_in(text):
            continue
        if term.port is None and "." not in term.text:
            return None
        reason = reason_in(facts, term.port or term.text)
        if reason is None:
            return None
        reasons.append(reason.words)
    return "; ".join(dict.fromkeys(reasons))


def _reason(question: Question, answer: str, term: FilterTerm, closed: bool) -> str | None:
    if term.port is None:
        for inside in _inside(question, closed):
            if term.text in inside.casefold():
                return inside
    if term.cidrs and question.kind in _OF_ADDRESSES and covers(_cidrs(answer), term.cidrs):
        return f"{term.text} is in it"
    reason = reason_in(question.facts, term.port or term.text)
    return reason.words if reason is not None else None


def _inside(question: Question, closed: bool) -> Iterator[str]:
    """What can be chosen there, whether or not it is folded open."""
    if closed:
        yield from question.inside
    if question.kind not in _OF_OTHERS:
        yield from (choice.label for choice in question.choices)


@lru_cache(maxsize=1024)
def _cidrs(answer: str) -> Cidrs:
    """The addresses in an answer."""
    found: list[str] = []
    for item in re.split(r"[,\s]+", answer):
        try:
            found += cidrs_of(parse_item(item))
        except ValueError:
            continue
    return tuple(found)
