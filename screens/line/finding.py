"""Finding in line mode: among the questions of a step (`l ipp`), and everywhere (`f 9100`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from screens.board.seen import AT_ONCE
from screens.line.end import file_words, looked_into
from screens.line.item import Item, ItemContext, Single, Stay, Ticks
from screens.line.items import items, listed
from screens.line.lists import Numbered
from wizard.facts.search import absent_products
from wizard.index.found import Found, found_in
from wizard.index.places import Asked, subject
from wizard.questions import STEPS, AnswerError, Question, value_of, value_words
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.line.mode import LineWizard

# So many of the facts that are not in use are said.
_MOST_UNUSED = 5


def step_list(wizard: LineWizard, words: str) -> Stay:
    """The questions of the present step, or what of them fits the words."""

    def again(words: str) -> list[str]:
        return list(_step_lines(wizard, words))

    return Stay(tuple(again(words)), again=again)


def everywhere(wizard: LineWizard, words: str) -> Stay:
    """The questions of all steps that fit the words, with their names in the plan file; the files
    that would be written; how many rows of each list do; and what the facts have besides.

    Raises:
        AnswerError: without words.
    """
    if not words:
        raise AnswerError("Write f and what to find: a name, a port or a host, such as f 9100.")
    context = wizard.context()
    found = found_in(context.catalog, context.plan, words)
    numbers: list[Numbered] = []
    lines: list[str] = []
    for fitting in found.questions:
        question = fitting.asked.question
        numbers.append(Numbered(question.key))
        why = f"; {fitting.why}" if fitting.why else ""
        about = subject(context.catalog, question)
        lines.append(f"{len(numbers)} {about}: {fitting.asked.answer}. {question.key}{why}")
    for path, text in _files(wizard, found):
        numbers.append(Numbered(None, shows=partial(looked_into, path, text)))
        lines.append(f"{len(numbers)} File {file_words(path, text)}; step {len(STEPS)} writes it")
    lines += _files_later(wizard, found)
    lines += _to_add(context, words)
    lines += wizard.lists.having(words)
    lines += _unused(found)
    wizard.lists.number(numbers)
    if not lines:
        return Stay((f"Nothing fits '{words}'.",))
    if numbers:
        lines.append(
            "to 3: go to the third, or look into it. set NAME ANSWER: answer one from here."
        )
    return Stay(tuple(lines))


def _step_lines(wizard: LineWizard, words: str) -> Iterator[str]:
    context, every = wizard.context(), wizard.items()
    lines: list[str] = []
    fitting = count = 0
    for number, item in enumerate(every, start=1):
        place = wizard.number(number)
        members = list(_members(item, context, words)) if words else [listed(item, context)]
        fitting += len(members)
        count += _size(item, context)
        lines += [f"{place} {member}" for member in members]
    if words:
        yield f"{fitting} of {plural(count, 'line')} of this step with '{words}'."
        if wizard.step == "products":
            yield from absent_products(context.catalog, words)
    yield from lines
    if not words:
        yield f"g {wizard.number(2)} goes to the second of them."


def _size(item: Item, context: ItemContext) -> int:
    """How many lines an item has for a filter: each feature, each choice, and the question."""
    if isinstance(item, Ticks):
        return len(item.flags)
    if not isinstance(item, Single):
        return 1
    return 1 + sum(line[:1].isdigit() for line in item.choice_lines(context))


def _members(item: Item, context: ItemContext, words: str) -> Iterator[str]:
    """What of an item fits: of a list to tick each feature, of a question each choice, with their
    numbers.
    """
    if isinstance(item, Ticks):
        for number, flag in enumerate(item.flags, start=1):
            if (reason := _reason(flag, _answer(context, flag), words)) is not None:
                why = f" ({reason})" if reason else ""
                yield f"{item.group}: {number} {flag.label}: {_answer(context, flag)}{why}"
        return
    fits = False
    if isinstance(item, Single):
        question = item.question
        fits = _reason(question, _answer(context, question), words) is not None
        for line in item.choice_lines(context):
            # Headings of the products have no number.
            if line[:1].isdigit() and _has_words(line, words):
                yield f"{item.subject(context)}: {line}"
    text = listed(item, context)
    if fits or _has_words(text, words):
        yield text


def _has_words(text: str, words: str) -> bool:
    return all(word in text.casefold() for word in words.casefold().split())


def _files(wizard: LineWizard, found: Found) -> Iterator[tuple[str, str]]:
    """The files whose names fit, as far as they are soon worked out."""
    if _takes_long(wizard):
        return
    with suppress(AnswerError):
        for path, text in wizard.exporting.files(wizard.context()).items():
            if found.is_file(path):
                yield path, text


def _takes_long(wizard: LineWizard) -> bool:
    context = wizard.context()
    rules = context.derived.deployment.rules
    return len(rules) > AT_ONCE and not wizard.exporting.has_files(context)


def _files_later(wizard: LineWizard, found: Found) -> Iterator[str]:
    """Where files are to be looked for that take long to work out. No file is called like a port."""
    if _takes_long(wizard) and all(term.port is None for term in found.looked_for):
        yield f"Files are not looked for yet: there are many rules. g {len(STEPS)}.3 works them out."


def _to_add(context: ItemContext, words: str) -> Iterator[str]:
    """What asks for something new, such as a zone, and fits: it is no answer yet, but has a number."""
    for place, step in enumerate(STEPS, start=1):
        for number, item in enumerate(items(context.catalog, context.plan, step.id), start=1):
            if isinstance(item, (Single, Ticks)):
                continue
            title = item.words(context).title
            if _has_words(f"{item.group} {title}", words):
                yield f"g {place}.{number}: {title}"


def _answer(context: ItemContext, question: Question) -> str:
    return value_words(question, value_of(context.catalog, context.plan, question.key)) or "nothing"


def _reason(question: Question, answer: str, words: str) -> str | None:
    """What a question opens that fits, '' where its own words do; None where nothing does."""
    return Asked(question, answer).why(words)


def _unused(found: Found) -> Iterator[str]:
    """Features of products that are not chosen, and products that the facts do not have."""
    others, absent = found.products
    for hit in others[:_MOST_UNUSED]:
        feature = f": {hit.feature_name}" if hit.feature_name else ""
        why = f"; {hit.why[0]}" if hit.why else ""
        yield f"Not chosen: {hit.name}{feature}{why}"
    if len(others) > _MOST_UNUSED:
        yield f"Not chosen: {len(others) - _MOST_UNUSED} more"
    yield from absent
