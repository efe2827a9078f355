"""What must never be: added, renamed and removed."""

from __future__ import annotations

from wizard.plan.edits import free_name, known_name, renamed_entry
from wizard.plan.field import AnswerError
from wizard.plan.model import Never, Plan, changed
from wizard.tables import without_name
from wizard.text import name_of_words

NEVER_NOUN = "thing that must never be"
_LONGEST = 63


def add_never(plan: Plan, words: str) -> tuple[Plan, str]:
    """The plan with one more thing that must never be, called after these words, and its name:
    `Guests to servers` gives `guests-to-servers`.

    Raises:
        AnswerError: where the words give no name, or it is taken.
    """
    name = _name(plan, words)
    return changed(plan, never={**plan.never, name: Never()}), name


def rename_never(plan: Plan, old: str, new: str) -> Plan:
    """The plan with it under its new name, in its old place.

    Raises:
        AnswerError: where there is no such thing, or the new name cannot be or is taken.
    """
    known_name(old, plan.never, NEVER_NOUN)
    if old == new:
        return plan
    return changed(plan, never=renamed_entry(plan.never, old, _name(plan, new)))


def remove_never(plan: Plan, name: str) -> Plan:
    """The plan without it.

    Raises:
        AnswerError: where there is no such thing.
    """
    known_name(name, plan.never, NEVER_NOUN)
    return changed(plan, never=without_name(plan.never, name))


def _name(plan: Plan, words: str) -> str:
    name = name_of_words(words, _LONGEST)
    if not name:
        raise AnswerError("Say in a word or two what must never be, such as 'guests'.")
    return free_name(name, plan.never, NEVER_NOUN)
