"""What somebody typed, in parts: texts, ports, addresses."""

from __future__ import annotations

import msgspec

from wizard.facts.search import Port
from wizard.facts.search import terms as texts_and_ports
from wizard.network.addresses import cidrs_of, parse_item


class FilterTerm(msgspec.Struct, frozen=True):
    """One of the words, with the port or the addresses that it may be."""

    text: str
    port: Port | None = None
    cidrs: tuple[str, ...] = ()

    def stands_in(self, text: str) -> bool:
        """Whether a text in small letters has it as it was typed: `tcp 9100` in any order."""
        if self.port is None:
            return self.text in text
        return str(self.port.number) in text and self.port.transport in text


def terms(words: str) -> tuple[FilterTerm, ...]:
    """The words of a filter. `9100/tcp` and `tcp 9100` are one."""
    return tuple(
        FilterTerm(str(term), port=term) if isinstance(term, Port) else _text(term)
        for term in texts_and_ports(words)
    )


def narrows(words: str, before: str) -> bool:
    """Whether what fits these words fits those before, too: a text that goes on does, a port or
    an address becomes another one.
    """
    if not words.startswith(before):
        return False
    return all(term.port is None and not term.cidrs for term in terms(words))


def _text(word: str) -> FilterTerm:
    if "." not in word and ":" not in word:
        return FilterTerm(word)
    try:
        return FilterTerm(word, cidrs=cidrs_of(parse_item(word)))
    except ValueError:
        return FilterTerm(word)
