"""Doing what was written in line mode besides answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from screens.board.derived import summary
from screens.line.adding import Presets, preset_taken
from screens.line.commands import KEYS, LineCommand, command_of, plainly, spelled_out
from screens.line.finding import everywhere, step_list
from screens.line.installations import installed
from screens.line.item import Goto, Item, LineOutcome, Next, Single, Stay, Ticks, Took
from screens.line.lists import go_to_cause, why_lines
from screens.line.own import own_structure
from screens.line.saving import saved
from screens.line.settings import set_from_file, set_here
from screens.line.talk import Left, numbered
from screens.windows.compare.plan_files import request_folder
from wizard.plan.edits import (
    remove_firewall,
    remove_site,
    remove_zone,
    rename_firewall,
    rename_site,
    rename_zone,
)
from wizard.plan.front_edits import remove_front, rename_front
from wizard.plan.keys import Key
from wizard.plan.model import Plan
from wizard.plan.never_edits import remove_never, rename_never
from wizard.questions import STEPS, AnswerError

if TYPE_CHECKING:
    from screens.line.mode import LineWizard

# How a thing is renamed, and how it is removed.
_Edits = tuple[Callable[[Plan, str, str], Plan], Callable[[Plan, str], Plan]]
# Python reads no number of thousands of digits, and takes those of all scripts for digits.
_PLACE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9})?)?")


def understood(wizard: LineWizard, item: Item, text: str) -> LineOutcome:
    """What a line comes to where `item` is asked: a command, or an answer to it.

    Raises:
        AnswerError: with words for the person.
        Left: where it is to leave.
    """
    if not text:
        return Next()
    command = command_of(text, wizard.step, at_text=item.takes_text)
    if command is not None:
        return _do(wizard, item, command)
    if item.takes_text and (plain := plainly(text)):
        raise _asked_back(item, text, plain)
    letter = spelled_out(text if item.takes_text else text.casefold())
    return _answered(wizard, item, text, letter) if letter else item.answer(wizard.context(), text)


def _answered(wizard: LineWizard, item: Item, text: str, letter: str) -> LineOutcome:
    """What a word comes to that means the command `letter`, unless it is one of the choices here.

    Raises:
        AnswerError: where it would be a name or a text, which is hardly meant.
        Left: where it is to leave.
    """
    if not item.takes_text:
        try:
            outcome = item.answer(wizard.context(), text)
        except AnswerError:
            meant = command_of(letter, wizard.step)
            assert meant is not None
            return _do(wizard, item, meant)
        if not isinstance(outcome, Took) or isinstance(item, Ticks) or _has_choices(item):
            return outcome
    raise _asked_back(item, text, letter)


def _asked_back(item: Item, text: str, command: str) -> AnswerError:
    """How to say which of both is meant, where a line may be a command or an answer."""
    answers = f" ={text} takes it as the answer." if item.takes_text else ""
    return AnswerError(f"Nothing is answered: for {text!r} write {command}.{answers}")


def _has_choices(item: Item) -> bool:
    return isinstance(item, Single) and bool(item.question.choices)


def _do(wizard: LineWizard, item: Item, command: LineCommand) -> LineOutcome:
    """Do a command.

    Raises:
        AnswerError: with words for the person.
        Left: where it is to leave.
    """
    talk = wizard.talk
    match command.name:
        case "help":
            words = item.words(wizard.context())
            name = (f"In the plan file: {item.key}.",) if isinstance(item.key, Key) else ()
            more = (words.title + ".", *words.more, *name, "h lists all that can be written.")
            return Stay(more)
        case "keys":
            return Stay(KEYS)
        case "quit":
            raise Left(asked_for=True)
        case "back":
            wizard.back()
            return Goto(wizard.step, wizard.at)
        case "undo" | "redo":
            wizard.undo(again=command.name == "redo")
            return Goto(wizard.step, wizard.at)
        case "skip":
            return _skip(wizard, item)
        case "list":
            return step_list(wizard, command.rest)
        case "find":
            return everywhere(wizard, command.rest)
        case "set":
            return set_here(wizard.context(), command.rest, item.key)
        case "answers":
            return set_from_file(wizard.context(), command.rest, item.key)
        case "filter":
            shown = wizard.shown
            # The next filter is of the whole list again.
            again = shown.again or shown.filtered
            return Stay(shown.filtered(command.rest), shown.exact, again)
        case "go":
            return _where(wizard, command.rest)
        case "open":
            return wizard.lists.read("open")
        case "lists":
            if command.rest:
                return wizard.lists.read(command.rest)
            names = ", ".join(wizard.lists.names())
            return Stay((summary(wizard.derived) + ".", f"Lists: {names}. 'x rules' reads one."))
        case "why":
            record = wizard.lists.record(command.rest)
            # '/' goes on with the list.
            again = wizard.shown.again or wizard.shown.filtered
            return Stay(tuple(why_lines(wizard.derived, record, talk.columns)), again=again)
        case "to":
            return go_to_cause(wizard.context(), wizard.lists.record(command.rest))
        case "compare":
            return wizard.asking.compare(wizard, command.rest)
        case "request":
            folder = command.rest or request_folder(wizard.plan)
            return Stay(tuple(wizard.asking.request(wizard.session.exporter, folder)))
        case "explain":
            return Stay(tuple(wizard.asking.explain(wizard, command.rest)))
        case "save":
            _ = saved(wizard.session, command.rest, talk)
            return Goto(wizard.step, item.key)
        case "preset" if not command.rest:
            return Stay((*Presets().words(wizard.context()).lines, "'preset 2' takes the second."))
        case "preset":
            return preset_taken(wizard.context(), command.rest)
        case _:
            return _structure(wizard, command)


def _skip(wizard: LineWizard, item: Item) -> LineOutcome:
    at_item = False
    for other in wizard.items():
        at_item = at_item or other.key == item.key
        if at_item and other.group != item.group:
            return Goto(wizard.step, other.key)
    following = wizard.neighbour(1)
    return Goto(following) if following is not None else Next()


def _where(wizard: LineWizard, rest: str) -> LineOutcome:
    """`3`, `3.12`, or nothing for the list of steps."""
    if not wizard.whole:
        raise AnswerError(
            "Only the open questions are asked here; portwright wizard PLAN asks all of them."
        )
    if not rest:
        steps = numbered(
            f"{s.title}{', you are here' if s.id == wizard.step else ''}" for s in STEPS
        )
        return Stay((*steps, "g 3 goes to the third, g 3.2 to its second question."))
    numbers = _PLACE.fullmatch(rest)
    if numbers is None or not 1 <= int(numbers[1]) <= len(STEPS):
        raise AnswerError(
            f"Write g and the number of a step, from 1 to {len(STEPS)}, such as g 3 or g 3.2."
        )
    step = STEPS[int(numbers[1]) - 1].id
    if not numbers[2] or not wizard.session.applies(step):
        return Goto(step, wizard.at if step == wizard.step else None)
    items = wizard.items_of(step)
    if not 1 <= int(numbers[2]) <= len(items):
        how = "l lists them" if step == wizard.step else f"g {numbers[1]} and then l lists them"
        raise AnswerError(
            f"There is no question {rest}: step {numbers[1]} has {len(items)} now; {how}."
        )
    return Goto(step, items[int(numbers[2]) - 1].key)


def _structure(wizard: LineWizard, command: LineCommand) -> LineOutcome:
    """`rename OLD NEW`, `remove NAME`: zones and sites in the network step, firewalls in theirs."""
    words = command.rest.split()
    if wizard.step == "products":
        return installed(wizard.context(), command.name, words)
    if wizard.step == "features":
        return own_structure(wizard.context(), command.name, words)
    kind = _kind(wizard, words)
    rename, remove = _edits(wizard, kind)
    if command.name == "remove" and len(words) == 1:
        plan = remove(wizard.plan, words[0])
        change = "removed"
        note = f"The {kind} {words[0]} is removed; u brings it back."
    elif command.name == "rename" and len(words) == 2:
        plan = rename(wizard.plan, *words)
        change = "renamed"
        note = f"The {kind} {words[0]} is now {words[1]}, everywhere."
    else:
        raise AnswerError(f"Write 'rename OLD NEW' or 'remove NAME' with the name of a {kind}.")
    return Took(plan, f"{kind} {words[0]} {change}", wizard.items()[0].key, note)


def _kind(wizard: LineWizard, words: list[str]) -> str:
    """What the first word names; `site` before it, which is taken out, where a zone has it too."""
    if wizard.step != "network":
        return _kind_at_firewalls(wizard.plan, words)
    if words[:1] == ["site"] and len(words) > 1 and words[1] in wizard.plan.sites:
        del words[0]
        return "site"
    is_site = bool(words) and words[0] in wizard.plan.sites and words[0] not in wizard.plan.zones
    return "site" if is_site else "zone"


def _kind_at_firewalls(plan: Plan, words: list[str]) -> str:
    """A firewall, a front, or what must never be; `front` or `never` before it, which is taken out,
    says which.
    """
    tables: dict[str, Collection[str]] = {"front": plan.fronts, "never": plan.never}
    for kind, table in tables.items():
        if words[:1] == [kind] and len(words) > 1 and words[1] in table:
            del words[0]
            return kind
    if words and words[0] not in plan.firewalls:
        for kind, table in tables.items():
            if words[0] in table:
                return kind
    return "firewall"


def _edits(wizard: LineWizard, kind: str) -> _Edits:
    """How such a thing is renamed, and removed."""
    # A front's name must be no role's, which the facts know.
    fronts: _Edits = partial(rename_front, wizard.catalog), remove_front
    return fronts if kind == "front" else _STRUCTURES[kind]


_STRUCTURES: dict[str, _Edits] = {
    "zone": (rename_zone, remove_zone),
    "site": (rename_site, remove_site),
    "firewall": (rename_firewall, remove_firewall),
    "never": (rename_never, remove_never),
}
