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
    """`ctrl+z` as people write it: `Ctrl+Z`."""
    names = {
        "pagedown": "PageDown",
        "pageup": "PageUp",
        "question_mark": "?",
        "escape": "Esc",
        "colon": ":",
    }
    *held, last = key.split("+")
    # Alone, `c` and `C` are two keys.
    word = last if len(last) == 1 and not held else names.get(last, last.capitalize())
    return "+".join([*map(str.capitalize, held), word])
