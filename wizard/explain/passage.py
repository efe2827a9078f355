"""A connection as one firewall sees it, and the rules that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import product, starmap

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.rules.model import Direction, Rule
from wizard.tables import those_in, those_not_in


class Passage(msgspec.Struct, frozen=True):
    """A connection as one firewall sees it: on which port, and the sources and destinations, of one
    family each, whose every pair comes there.
    """

    firewall: str
    direction: Direction
    port: int
    sides: tuple[tuple[Cidrs, Cidrs], ...]


def between_machines(sides: Iterable[tuple[Cidrs, Cidrs]]) -> Iterator[tuple[Cidrs, Cidrs]]:
    """The same without what an address sends to itself, such as a reverse proxy to the server on its
    own machine: no firewall is asked there. Several addresses that all send to one another stay.
    """
    for sources, destinations in sides:
        itself = tuple(filter(addresses.is_single, those_in(sources, {*destinations})))
        if len(itself) != 1:
            yield sources, destinations
            continue
        others = tuple(those_not_in(destinations, itself))
        if others:
            yield sources, others
        openers = tuple(those_not_in(sources, itself))
        if openers:
            yield openers, itself


def nearest(passage: Passage, rules: Sequence[Rule]) -> Sequence[Rule]:
    """Of the rules for this port those that hold a part of the connection; all where none does."""

    def comes(rule: Rule) -> bool:
        return any(starmap(partial(_touches, rule), passage.sides))

    return tuple(filter(comes, rules)) or rules


def _touches(rule: Rule, sources: Cidrs, destinations: Cidrs) -> bool:
    """True where a rule holds some of both."""
    return bool(
        addresses.overlap(rule.sources, sources)
        and addresses.overlap(rule.destinations, destinations)
    )


def holders(rules: Sequence[Rule], sources: Cidrs, destinations: Cidrs) -> Iterator[Sequence[Rule]]:
    """The rules that hold a pair of a source and a destination, for each pair; once for those that
    are held alike, so that a thousand addresses on each side are no million pairs.
    """
    at_sources = _held_alike(sources, [(rule.sources, rule.except_sources) for rule in rules])
    at_destinations = _held_alike(
        destinations, [(rule.destinations, rule.except_destinations) for rule in rules]
    )
    for some, others in product(at_sources, at_destinations):
        yield [rules[position] for position in some if position in others]


def _held_alike(cidrs: Cidrs, sides: Iterable[tuple[Cidrs, Cidrs]]) -> Iterable[tuple[int, ...]]:
    """For the CIDRs, each different one once: the positions of the sides that hold all of it."""
    positions: dict[str, list[int]] = {cidr: [] for cidr in cidrs}
    for position, (held, excepted) in enumerate(sides):
        # 'The internet' in a question means what it means in a rule: every public address
        # outside the plan's own networks.
        but = addresses.touched(cidrs, excepted) - {*addresses.ANYWHERE.values()}
        for cidr in addresses.covered(cidrs, held) - but:
            positions[cidr].append(position)
    return dict.fromkeys(map(tuple, positions.values()))
