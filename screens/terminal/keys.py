"""What keys type, and which of them are no typing but a paste. Knows Textual's events only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from string import ascii_lowercase
from typing import NamedTuple, cast

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.message import Message

# So many different characters that come at once are no typing; what comes within so many
# milliseconds after them belongs to them.
_BURST = 3
PASTE_GAP = 50
# What parts the lines and cells of a pasted text.
_PARTING = {"enter": "\n", "ctrl+j": "\n", "tab": "\t"}


class _Sent(NamedTuple):
    """The name of a key, as Textual's table of what terminals send has it."""

    value: str


# Textual reads Alt+3 as the sign that a Mac types with it; here it is Alt+3, on every terminal.
_table = cast(MutableMapping[str, object], ANSI_SEQUENCES_KEYS)
_table.update({f"\x1b{digit}": (_Sent(f"alt+{digit}"),) for digit in range(10)})
# Alt with a letter it waits to see go on, and takes for text where another key follows at once.
for letter in ascii_lowercase:
    _table.setdefault(f"\x1b{letter}", (_Sent(f"alt+{letter}"),))


def typed(key: str, character: str | None) -> str:
    """The character that a key types; '' for one that types nothing: Alt+h comes with an 'h', too."""
    if character is None or not character.isprintable() or key.startswith(("alt+", "ctrl+")):
        return ""
    return character


def is_burst(text: str) -> bool:
    """Whether nobody types so fast: several different characters at once, and no key among them."""
    return "\x1b" not in text and _pasted("".join(text.split()))


def _pasted(characters: str) -> bool:
    return len(characters) >= _BURST and len(set(characters)) > 1


def with_pastes(messages: Iterable[Message]) -> Iterator[Message]:
    """The same, but that characters which came at once are one paste, line ends among them too.

    Terminals that do not bracket what is pasted send it as keys: its line ends would go from field
    to field. An Enter or Tab before or behind it remains a key.
    """
    run: list[events.Key] = []
    for message in messages:
        if isinstance(message, events.Key) and (message.key in _PARTING or _character(message)):
            run.append(message)
            continue
        yield from _joined(run)
        run = []
        yield message
    yield from _joined(run)


def _joined(run: list[events.Key]) -> Iterator[Message]:
    first, last = 0, len(run)
    while first < last and run[first].key in _PARTING:
        first += 1
    while last > first and run[last - 1].key in _PARTING:
        last -= 1
    text = "".join(_PARTING.get(key.key) or _character(key) for key in run[first:last])
    if _pasted("".join(text.split())):
        yield from run[:first]
        yield events.Paste(text)
        yield from run[last:]
    else:
        yield from run


def _character(key: events.Key) -> str:
    return typed(key.key, key.character)
