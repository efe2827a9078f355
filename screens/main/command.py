"""A thing that can be done from anywhere: `commands.py` has them all, `offers.py` those of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from screens.main.wizard import Wizard


def _at_once(app: Wizard) -> str:
    return ""


class Command(msgspec.Struct, frozen=True):
    """What can be done; `run` does it. `keys` are Textual's names, `keycap` the first of them as
    people read it, `short` the footer's word.

    `help` is a paragraph for F1; by the `words` it is found, too. `waits` gives the reason why it
    cannot be done now, '' where it can.
    """

    id: str
    title: str
    run: Callable[[Wizard], None]
    keys: tuple[str, ...] = ()
    keycap: str = ""
    short: str = ""
    help: str = ""
    waits: Callable[[Wizard], str] = _at_once
    words: str = ""


def spoken(key: str) -> str:
    """`ctrl+z` as people write it."""
    names = {
        "pagedown": "PageDown",
        "pageup": "PageUp",
        "question_mark": "?",
        "escape": "Esc",
        "colon": ":",
    }
    return "+".join(
        names.get(part, part.capitalize() if len(part) > 1 else part) for part in key.split("+")
    )
