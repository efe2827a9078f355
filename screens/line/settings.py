"""Answers by their names in line mode, one at a time or a file of them: `set
products.cups.features.ipp-sharing on`, `add zone servers 10.0.1.0/24`. A line makes another plan of a
plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import msgspec

from screens.line.adding import FIREWALL_KINDS
from screens.line.item import ItemContext, Single, Stay, Took, absence_beside, with_answer
from screens.line.own import added_own, removed_own, renamed_own
from screens.line.reading import read_number
from screens.widgets.rows import RowKey
from wizard.facts.model import Catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.edits import (
    add_firewall,
    add_site,
    add_zone,
    remove_firewall,
    remove_site,
    remove_zone,
    rename_firewall,
    rename_site,
    rename_zone,
)
from wizard.plan.front_edits import add_front, remove_front, rename_front
from wizard.plan.fronts import FRONT_WORDS
from wizard.plan.installations import add_installation, remove_installation, rename_installation
from wizard.plan.keys import Key, SiteKey, ZoneKey, key_named
from wizard.plan.model import Plan
from wizard.plan.never_edits import add_never, remove_never, rename_never
from wizard.plan.own_edits import OWN_NOUNS, OwnTable, add_party, is_side
from wizard.plan.presets import apply_preset, presets
from wizard.plan.sites import site_like
from wizard.questions import (
    STEPS,
    AnswerError,
    Question,
    question_at,
    questions,
    value_of,
    value_words,
    yes_or_no,
)
from wizard.questions.features import questions_of
from wizard.session.storage import path_of, read_content, reason
from wizard.tables import ids_of, indexed
from wizard.text import near
from wizard.views.words import plural

# So many of the answers that a name may mean, and of the errors in a file, are said.
_MOST = 8
# The first '=' parts them, where one stands right after the name; the rest is the answer as it is.
_NAME_AND_ANSWER = re.compile(r"([^\s=]+)\s*=?\s*(.*)", re.DOTALL)
_HOW = "Write 'set NAME ANSWER', 'add KIND NAME', 'rename KIND OLD NEW' or 'remove KIND NAME'."


class Setting(msgspec.Struct, frozen=True):
    """The plan after a line, and in words what it did."""

    plan: Plan
    words: str


def set_here(context: ItemContext, text: str, at: RowKey) -> Took | Stay:
    """What a line comes to where `at` is asked; `set NAME` alone says what is answered there.

    Raises:
        AnswerError: with words for the person.
    """
    word, _, name = text.partition(" ")
    if word.casefold() == "set" and not _name_and_answer(name)[1]:
        question = question_named(context.catalog, context.plan, _name_and_answer(name)[0])
        words = Single(question).words(context)
        now = f"Now: {words.now}." if words.now else ""
        return Stay((f"{question.key}: {words.title}", *words.lines, now))
    setting = setting_of(context.catalog, context.plan, text)
    note = setting.words if setting.plan != context.plan else f"{setting.words}, as it was"
    return Took(setting.plan, setting.words, at, f"{note}.")


def set_from_file(context: ItemContext, name: str, at: RowKey) -> Took:
    """The plan after all lines of a file, as one answer that can be undone; blank lines and those
    that begin with '#' say nothing.

    Raises:
        AnswerError: with file and line of everything that is wrong; then nothing of it is taken.
    """
    path = path_of(name)
    try:
        text = read_content(path).decode("utf-8-sig")
    except OSError as error:
        raise AnswerError(f"{path}: {reason(error)}.") from None
    except UnicodeDecodeError as error:
        raise AnswerError(f"{path}: not UTF-8 text (byte {error.start}).") from None
    except ValueError as error:
        raise AnswerError(f"{path}: that is no name of a file ({error}).") from None
    plan, count = context.plan, 0
    errors: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        try:
            plan = setting_of(context.catalog, plan, written).plan
            count += 1
        except AnswerError as error:
            errors.append(f"{path}, line {number}: {error}")
    if errors:
        more = [f"And {len(errors) - _MOST} more."] if len(errors) > _MOST else []
        advice = "Nothing of it is taken: mend the file, and write the line again."
        raise AnswerError("\n".join((*errors[:_MOST], *more, advice)))
    return Took(plan, f"answers of {path.name}", at, f"{plural(count, 'line')} of {path} taken.")


def setting_of(catalog: Catalog, plan: Plan, text: str) -> Setting:
    """The plan after one line.

    Raises:
        AnswerError: with words for the person.
    """
    catalog = catalog_of(catalog, plan)
    word, _, rest = text.partition(" ")
    word, parts = word.casefold(), rest.split()
    if word == "set" and parts:
        return _set(catalog, plan, rest)
    if word == "preset" and len(parts) == 1:
        return _preset(catalog, plan, parts[0])
    if word in ("add", "remove", "rename") and parts:
        kind = parts[0].casefold()
        edits = _edits(catalog).get(kind)
        if edits is None:
            kinds = ", ".join(_edits(catalog))
            raise AnswerError(f"{kind!r} is no kind of thing to {word}; there are {kinds}.")
        match word, parts[1:]:
            case "add", [name, *more]:
                # What is one's own is called by words, the rest by a name.
                called = " ".join(parts[1:]) if kind in OWN_NOUNS.values() else name
                return Setting(edits[0](plan, name, " ".join(more)), f"{kind} {called} added")
            case "rename", [old, new]:
                return Setting(edits[1](plan, old, new), f"{kind} {old} is now {new}")
            case "remove", [name]:
                return Setting(edits[2](plan, name), f"{kind} {name} removed")
    raise AnswerError(_HOW)


def question_named(catalog: Catalog, plan: Plan, name: str) -> Question:
    """The question whose answer has this name in the plan file. Words of it are enough where they
    fit one alone, and its last word is among them: `cups.ipp-sharing`.

    Raises:
        AnswerError: where none or several fit; with the nearest name.
    """
    key = key_named(name)
    if key is not None:
        with suppress(AnswerError):
            return question_at(catalog, plan, key)
    keys = indexed(str, _keys(catalog, plan))
    fitting = [text for text in keys if _fits(text, name)]
    if len(fitting) == 1:
        return question_at(catalog, plan, keys[fitting[0]])
    if fitting:
        some = ", ".join(fitting[:_MOST]) + (", …" if len(fitting) > _MOST else "")
        raise AnswerError(f"{name!r} may be one of several; write more of it: {some}.")
    raise AnswerError(f"There is no answer called {name!r}{near(name, keys) or '.'}")


def _keys(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    """All that can be answered now, and the options of features that are off."""
    for step in STEPS:
        for question in questions(catalog, plan, step.id):
            yield question.key
    for name in plan.products:
        if name in catalog.products:
            yield from questions_of(catalog.products[name]).by_key


def _fits(text: str, name: str) -> bool:
    """Whether the words of a name stand in this one in their order, the last one at its end."""
    words = text.split(".")
    wanted = name.casefold().split(".")
    if len(wanted) < 2 or words[-1].casefold() != wanted[-1]:
        return False
    at = 0
    for word in words:
        if at < len(wanted) and word.casefold() == wanted[at]:
            at += 1
    return at == len(wanted)


def _name_and_answer(rest: str) -> tuple[str, str]:
    """`NAME ANSWER`, with or without a '=' between them."""
    written = rest.strip()
    parts = _NAME_AND_ANSWER.fullmatch(written)
    return (parts[1], parts[2]) if parts is not None else (written, "")


def _set(catalog: Catalog, plan: Plan, rest: str) -> Setting:
    name, answer = _name_and_answer(rest)
    table, _, product = name.partition(".")
    if table == "products" and product in catalog.products and answer:
        # As features are switched on.
        sign = "+" if answer != "-" and yes_or_no(answer) else "-"
        return _set(catalog, plan, f"products {sign}{product}")
    question = question_named(catalog, plan, name)
    if not answer:
        raise AnswerError(f"Write the answer after {name}; '-' takes it back.")
    if is_side(question.key) and answer.startswith("+"):
        # Somebody whom nobody knows yet.
        after, _ = add_party(catalog, plan, answer[1:], question.key)
    else:
        after = with_answer(catalog, plan, question, answer)
    value = value_words(question, value_of(catalog, after, question.key))
    absent = absence_beside(question.key)
    if absent is not None and value_of(catalog, after, absent):
        value = "there are none"
    return Setting(after, f"{question.key}: {value or 'nothing'}")


def _preset(catalog: Catalog, plan: Plan, name: str) -> Setting:
    ids = list(ids_of(presets()))
    if name not in ids:
        name = ids[read_number(name, len(ids)) - 1] if name.isdigit() else name
    if name not in ids:
        raise AnswerError(f"There is no preset {name!r}{near(name, ids) or '.'}")
    return Setting(apply_preset(catalog, plan, name), f"preset {name}")


# How a thing is added (with what may follow its name), renamed and removed.
_Edits = tuple[
    Callable[[Plan, str, str], Plan], Callable[[Plan, str, str], Plan], Callable[[Plan, str], Plan]
]


def _edits(catalog: Catalog) -> dict[str, _Edits]:
    return {
        "zone": (partial(_with_zone, catalog), rename_zone, remove_zone),
        "site": (partial(_with_site, catalog), rename_site, remove_site),
        "firewall": (_with_firewall, rename_firewall, remove_firewall),
        "front": (partial(_with_front, catalog), partial(rename_front, catalog), remove_front),
        "never": (_with_never, rename_never, remove_never),
        "installation": (
            partial(_with_installation, catalog),
            partial(rename_installation, catalog),
            remove_installation,
        ),
        **{noun: _own_edits(catalog, table) for table, noun in OWN_NOUNS.items()},
    }


def _own_edits(catalog: Catalog, table: OwnTable) -> _Edits:
    return (
        partial(added_own, table),
        partial(renamed_own, catalog, table),
        partial(removed_own, table),
    )


def _with_zone(catalog: Catalog, plan: Plan, name: str, networks: str) -> Plan:
    plan = add_zone(plan, name)
    if not networks:
        return plan
    return with_answer(catalog, plan, question_at(catalog, plan, ZoneKey(name)), networks)


def _with_site(catalog: Catalog, plan: Plan, name: str, rest: str) -> Plan:
    word, _, like = rest.partition(" ")
    if word == "like":
        return site_like(plan, like.strip(), name)
    plan = add_site(plan, name)
    if not rest:
        return plan
    return with_answer(catalog, plan, question_at(catalog, plan, SiteKey(name)), rest)


def _with_firewall(plan: Plan, name: str, kind: str) -> Plan:
    for known_kind in FIREWALL_KINDS:
        if known_kind == kind.casefold():
            return add_firewall(plan, name, known_kind)
    kinds = ", ".join(FIREWALL_KINDS)
    raise AnswerError(f"Write the kind after the name of the firewall: one of {kinds}.")


def _with_front(catalog: Catalog, plan: Plan, name: str, kind: str) -> Plan:
    for front_kind in FRONT_WORDS:
        if front_kind == (kind.casefold() or "load-balancer"):
            return add_front(catalog, plan, name, front_kind)
    raise AnswerError(f"Write the kind after the name: one of {', '.join(FRONT_WORDS)}.")


def _with_never(plan: Plan, name: str, rest: str) -> Plan:
    _no_more(rest)
    return add_never(plan, name)[0]


def _with_installation(catalog: Catalog, plan: Plan, name: str, product: str) -> Plan:
    if not product:
        raise AnswerError(f"Write the product after {name}, such as cups.")
    return add_installation(catalog, plan, name, product)


def _no_more(rest: str) -> None:
    if rest:
        raise AnswerError(f"Nothing goes after the name; take out {rest!r}.")
