"""Which rows of the tables fit what was typed: by their words, and where a port or an address lies
within the ranges and networks of a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from wizard.index.terms import FilterTerm
from wizard.network.addresses import Cidrs, covers, overlap
from wizard.network.ports import holds_port
from wizard.rules.model import Flow, Forward, Rule
from wizard.tables import those_not_in

_EVERYWHERE = ("0.0.0.0/0", "::/0")


def record_fits(text: str, record: object, looked_for: Sequence[FilterTerm]) -> bool:
    """Whether all terms fit a row; `text` are its words, in small letters."""
    return all(term.stands_in(text) or _holds(record, term) for term in looked_for)


def _holds(record: object, term: FilterTerm) -> bool:
    if term.port is not None:
        number, transport = term.port.number, term.port.transport
        match record:
            case Rule() | Flow() if transport in ("", record.transport):
                return holds_port(record.ports, number)
            case Forward() if transport in ("", record.transport):
                pairs = (record.ports, record.public_ports)
                return holds_port(pairs, number)
    if term.cidrs:
        match record:
            case Rule():
                return _within(record.sources, record.except_sources, term.cidrs) or _within(
                    record.destinations, record.except_destinations, term.cidrs
                )
            case Flow():
                # There, everything stands for the internet, where no zone is.
                sides = (*record.sources, *record.destinations)
                return _within(tuple(those_not_in(sides, _EVERYWHERE)), (), term.cidrs)
            case Forward():
                return _within(record.sources, (), term.cidrs)
    return False


# Thousands of rules have the same networks.
@lru_cache(maxsize=8192)
def _within(side: Cidrs, exceptions: Cidrs, cidrs: Cidrs) -> bool:
    return covers(side, cidrs) and not overlap(exceptions, cidrs)
