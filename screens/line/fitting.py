"""What of a list fits the words of a filter in line mode: names, and ports and addresses that lie
within what a row says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from screens.board.entry import Entry, text_of
from wizard.network.addresses import cidrs_of, covers, overlap, parse_item
from wizard.rules.model import Flow, Forward, Rule
from wizard.views.kinds import searched
from wizard.views.record import Record

_PORT = re.compile(r"[0-9]{1,5}")
_EVERYWHERE = ("0.0.0.0/0", "::/0")


class FilterWord(msgspec.Struct, frozen=True):
    """One of the words, with the port or the addresses that it may be."""

    text: str
    port: int | None = None
    cidrs: tuple[str, ...] = ()


def terms(words: str) -> tuple[FilterWord, ...]:
    """The words of a filter."""
    return tuple(map(_term, words.casefold().split()))


def fitting(entries: Sequence[Entry], looked_for: Sequence[FilterWord]) -> Iterator[Entry]:
    """The rows that fit all terms, each group below its heading, which counts them; a picture is
    shown whole.
    """
    heading: Entry | None = None
    members: list[Entry] = []
    for entry in entries:
        if entry.heading:
            yield from _group(heading, members)
            heading, members = entry, []
        elif entry.drawn is not None or _fits(entry, looked_for):
            members.append(entry)
    yield from _group(heading, members)


def _group(heading: Entry | None, members: Sequence[Entry]) -> Iterator[Entry]:
    if heading is not None and members:
        yield msgspec.structs.replace(heading, cells=(heading.cells[0], str(len(members))))
    yield from members


def _term(word: str) -> FilterWord:
    if _PORT.fullmatch(word):
        return FilterWord(word, port=int(word))
    if "." not in word and ":" not in word:
        return FilterWord(word)
    try:
        return FilterWord(word, cidrs=cidrs_of(parse_item(word)))
    except ValueError:
        return FilterWord(word)


def _fits(entry: Entry, looked_for: Sequence[FilterWord]) -> bool:
    text = text_of(entry, searched(entry.record))
    return all(term.text in text or _holds(entry.record, term) for term in looked_for)


def _holds(record: Record | None, term: FilterWord) -> bool:
    """Whether a port or an address lies within the ranges and networks of a connection."""
    if term.port is not None:
        match record:
            case Rule() | Flow():
                return any(low <= term.port <= high for low, high in record.ports)
            case Forward():
                pairs = (record.ports, record.public_ports)
                return any(low <= term.port <= high for low, high in pairs)
    if term.cidrs:
        match record:
            case Rule():
                return _within(term, record.sources, record.except_sources) or _within(
                    term, record.destinations, record.except_destinations
                )
            case Flow():
                # There, everything stands for the internet, where no zone is.
                sides = (*record.sources, *record.destinations)
                return covers([cidr for cidr in sides if cidr not in _EVERYWHERE], term.cidrs)
            case Forward():
                return covers(record.sources, term.cidrs)
    return False


def _within(term: FilterWord, side: Sequence[str], exceptions: Sequence[str]) -> bool:
    return covers(side, term.cidrs) and not overlap(exceptions, term.cidrs)
