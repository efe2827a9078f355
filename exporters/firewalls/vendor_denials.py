"""The order of access lists without state and without groups, and exceptions as lines that deny.

'The internet' is 45 networks, what is not of it eight: where that is shorter, a list denies what is
excepted and then allows all. A line that denies must cut nothing that a later line allows, neither
new connections nor answers; where it would, the networks stand one by one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from exporters.firewalls.vendor_terms import BothSides, Term, of_action
from wizard.network.addresses import Cidrs, declared, overlap
from wizard.network.ports import PortRange, common_ports, join_ports

# Where clients open connections from. LPD's take 721 to 731 and rcmd's from 512 on; over UDP a
# server's own port is usual (NTP).
_CLIENTS: dict[str, tuple[PortRange, ...]] = {"tcp": ((512, 65535),), "udp": ((1, 65535),)}


class Passing(msgspec.Struct, frozen=True):
    """A term's packets one way: to whom it names or, where `back`, what answers.

    `allowed`, `whole` and `without` are addresses as these packets have them. Where `denies` is set,
    what is `without` is denied first, and then `whole` allowed.
    """

    term: Term
    back: bool
    allowed: BothSides
    whole: BothSides
    without: BothSides
    denies: bool = False

    @property
    def key(self) -> tuple[str, bool]:
        """What no other has in a list."""
        return self.term.name, self.back

    @property
    def from_ports(self) -> tuple[PortRange, ...]:
        """The ports that the packets come from."""
        return self.term.ports if self.back else _CLIENTS[self.term.transport]

    @property
    def to_ports(self) -> tuple[PortRange, ...]:
        """The ports that they go to."""
        return _CLIENTS[self.term.transport] if self.back else self.term.ports

    def verdicts(self) -> Iterator[tuple[str, BothSides]]:
        """What lines say: what is denied first, where anything is, and what the term says."""
        if not self.denies:
            yield self.term.action, self.allowed
            return
        for sides in self.left_out():
            yield "deny", sides
        yield "allow", self.whole

    def with_denials(self) -> Passing:
        """The same, with what is excepted denied first."""
        return msgspec.structs.replace(self, denies=True)

    def left_out(self) -> Iterator[BothSides]:
        """What is excepted: from these, and to these."""
        if self.without.sources:
            yield BothSides(self.without.sources, self.whole.destinations)
        if self.without.destinations:
            yield BothSides(self.whole.sources, self.without.destinations)


class Order(NamedTuple):
    """A list's lines. `last`: those that deny what is excepted, behind all the rest; what people add
    of what is in `first` has its place before the first line that denies.
    """

    first: tuple[Passing, ...]
    last: tuple[Passing, ...]

    @property
    def denies(self) -> bool:
        """Whether any exceptions are lines that deny."""
        return any(passing.denies for passing in (*self.first, *self.last))


def planned(terms: Sequence[Term], exact: bool = False) -> Order:
    """What is allowed as it is, both ways; then what denies its exceptions first.

    What must never be is denied before anything new is allowed. It may look like an answer, and what
    answers is allowed before it. `exact` denies no exceptions: for lists that have groups.
    """
    allowing = of_action(terms, "allow")
    never = list(map(_there, of_action(terms, "deny")))
    there, back = list(map(_there, allowing)), list(map(_back, allowing))
    candidates = [] if exact else _groups(filter(_shorter, (*there, *back)))
    # To the internet before from it: what denies the inside as a destination cuts nobody from outside.
    candidates.sort(key=lambda group: not group.merged.without.destinations)
    forbidden = _groups(never)
    last = _cutting_nothing(list(_let_be(candidates, forbidden)), [])
    early: list[_Group] = []
    if never:
        left = [group for group in candidates if group.merged.back and group not in last]
        early = _cutting_nothing(left, [*last, *_groups(there)])
    denying = {passing.key for passing in _passings((*last, *early))}
    plain_there, plain_back = _without(there, denying), _without(back, denying)
    if never:
        first = (*plain_back, *_denying(early), *never, *plain_there)
    else:
        first = (*plain_there, *plain_back)
    return Order(first, _denying(last))


def _without(passings: Iterable[Passing], keys: Container[tuple[str, bool]]) -> Iterator[Passing]:
    return (passing for passing in passings if passing.key not in keys)


class _Group(NamedTuple):
    """Passings that differ on one side at most, where nothing is excepted; all of them as one; and as
    one with all that differ in ports too: a single look tells that none of those is cut.
    """

    passings: list[Passing]
    merged: Passing
    wider: Passing


def _there(term: Term) -> Passing:
    return Passing(
        term, False, BothSides(term.sources, term.destinations), term.whole, term.without
    )


def _back(term: Term) -> Passing:
    answering = term.answering
    return Passing(
        answering,
        True,
        BothSides(answering.destinations, answering.sources),
        _turned(answering.whole),
        _turned(answering.without),
    )


def _turned(sides: BothSides) -> BothSides:
    return BothSides(sides.destinations, sides.sources)


def _passings(groups: Iterable[_Group]) -> Iterator[Passing]:
    for group in groups:
        yield from group.passings


def _denying(groups: Iterable[_Group]) -> tuple[Passing, ...]:
    return tuple(map(Passing.with_denials, _passings(groups)))


def _groups(passings: Iterable[Passing]) -> list[_Group]:
    kinds: dict[object, dict[object, list[Passing]]] = {}
    for passing in passings:
        without, allowed, term = passing.without, passing.allowed, passing.term
        side = allowed.sources if without.sources or not without.destinations else ()
        other = allowed.destinations if without.destinations else ()
        kind = kinds.setdefault((passing.back, term.transport, without, side, other), {})
        kind.setdefault(term.ports, []).append(passing)
    groups: list[_Group] = []
    for alike in kinds.values():
        groups += _of_one_kind(list(alike.values()))
    return groups


def _of_one_kind(by_ports: Sequence[list[Passing]]) -> Iterator[_Group]:
    merged = list(map(_merged, by_ports))
    wider = _merged(merged)
    for passings, one in zip(by_ports, merged, strict=True):
        yield _Group(passings, one, wider)


def _merged(alike: Sequence[Passing]) -> Passing:
    first = alike[0]
    if len(alike) == 1:
        return first
    ports: list[PortRange] = []
    for passing in alike:
        ports += passing.term.ports
    return msgspec.structs.replace(
        first,
        term=msgspec.structs.replace(first.term, ports=join_ports(ports)),
        allowed=_together(passing.allowed for passing in alike),
        whole=_together(passing.whole for passing in alike),
    )


def _together(many: Iterable[BothSides]) -> BothSides:
    sources: dict[str, None] = {}
    destinations: dict[str, None] = {}
    for sides in many:
        sources.update(dict.fromkeys(sides.sources))
        destinations.update(dict.fromkeys(sides.destinations))
    return BothSides(declared(sources), declared(destinations))


def _cutting_nothing(groups: Sequence[_Group], later: Iterable[_Group]) -> list[_Group]:
    """Those whose lines that deny cut nothing of the later ones, nor of one another."""
    others = _Others()
    for group in later:
        others.add(group)
    kept: list[_Group] = []
    for group in reversed(groups):
        if not others.are_cut_by(group):
            others.add(group)
            kept.append(group)
    return kept[::-1]


class _Others:
    """What stands behind, by kind: two kinds are held against each other once."""

    def __init__(self) -> None:
        self._groups: dict[int, list[_Group]] = {}
        self._cut: dict[tuple[int, int], bool] = {}

    def add(self, group: _Group) -> None:
        self._groups.setdefault(id(group.wider), []).append(group)

    def are_cut_by(self, group: _Group) -> bool:
        for others in self._groups.values():
            meet = self._kinds_meet(group.wider, others[0].wider)
            if meet and any(_cuts(group.merged, other.merged) for other in others):
                return True
        return False

    def _kinds_meet(self, one: Passing, other: Passing) -> bool:
        pair = id(one), id(other)
        if pair not in self._cut:
            self._cut[pair] = _cuts(one, other)
        return self._cut[pair]


def _shorter(passing: Passing) -> bool:
    with_denials = (passing.whole, *passing.left_out())
    size = sum(len(sides.sources) * len(sides.destinations) for sides in with_denials)
    return size < len(passing.allowed.sources) * len(passing.allowed.destinations)


def _cuts(passing: Passing, later: Passing) -> bool:
    """Whether what is denied of the one is some of what a later one allows."""
    # What both leave out the later one does not allow either.
    if passing.without == later.without:
        return False
    return any(_meet(passing, sides, later) for sides in passing.left_out())


def _let_be(groups: Iterable[_Group], forbidden: Sequence[_Group]) -> Iterator[_Group]:
    """Those that nothing of what must never be looks like."""
    for group in groups:
        if not any(_forbids(never, group) for never in forbidden):
            yield group


def _forbids(never: _Group, group: _Group) -> bool:
    """Whether what must never be looks like what answers."""
    return group.merged.back and _meet(never.merged, never.merged.allowed, group.merged)


def _meet(passing: Passing, denied: BothSides, later: Passing) -> bool:
    """Whether lines that deny this, and name the term's own ports only, are about the other's
    packets. What is established is there both ways.
    """
    ports = later.from_ports if passing.back else later.to_ports
    return (
        passing.term.transport == later.term.transport
        and bool(common_ports(passing.term.ports, ports))
        and _touch(later.allowed.sources, denied.sources)
        and _touch(later.allowed.destinations, denied.destinations)
    )


def _touch(some: Cidrs, others: Cidrs) -> bool:
    few, many = sorted((some, others), key=len)
    return bool(overlap(few, many))
