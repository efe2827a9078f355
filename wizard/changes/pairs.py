"""Rows that are gone and rows that are new, which are one thing to a person: a rule with another
address.

Two rules are one where firewall, direction, transport, parties and family are the same and they
stand for the same flows; of several, those that share most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from wizard.changes.values import (
    AllowlistChange,
    AllowlistEdit,
    FieldChange,
    ForwardChange,
    ForwardEdit,
    RuleChange,
    RuleEdit,
)
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.rules.model import AllowlistEntry, Forward, Rule
from wizard.views.words import encryption_text

T = TypeVar("T")
_CIDRS = ("sources", "destinations", "except_sources", "except_destinations")


def rule_edits(
    changes: Iterable[RuleChange],
) -> tuple[tuple[RuleChange, ...], tuple[RuleEdit, ...]]:
    """The same rows, those of a pair naming each other, and the pairs."""
    rows = tuple(changes)
    gone = [c.rule for c in rows if c.whole and c.sign == "-"]
    come = [c.rule for c in rows if c.whole and c.sign == "+"]
    pairs = list(_paired(gone, come, rule_kind, _rules_share))
    pair = {was.id: becomes.id for was, becomes in pairs} | {
        becomes.id: was.id for was, becomes in pairs
    }
    named = tuple(
        msgspec.structs.replace(c, pair=pair.get(c.rule.id, "")) if c.whole else c for c in rows
    )
    edits = sorted(
        (RuleEdit(was, becomes, tuple(_rule_fields(was, becomes))) for was, becomes in pairs),
        key=lambda e: (
            e.becomes.firewall,
            e.becomes.direction,
            e.becomes.from_,
            e.becomes.to,
            e.becomes.ports,
        ),
    )
    return named, tuple(edits)


def forward_edits(
    changes: Iterable[ForwardChange],
) -> tuple[tuple[ForwardChange, ...], tuple[ForwardEdit, ...]]:
    """The same for port forwards: one public port is one forward."""
    rows = tuple(changes)
    gone = [c.forward for c in rows if c.sign == "-"]
    come = [c.forward for c in rows if c.sign == "+"]
    pairs = list(
        _paired(gone, come, lambda f: (f.firewall, f.transport, f.public_ports), _forwards_share)
    )
    pair = {("-", was): becomes.id for was, becomes in pairs} | {
        ("+", becomes): was.id for was, becomes in pairs
    }
    named = tuple(msgspec.structs.replace(c, pair=pair.get((c.sign, c.forward), "")) for c in rows)
    return named, tuple(ForwardEdit(a, b, tuple(_forward_fields(a, b))) for a, b in pairs)


def allowlist_edits(
    changes: Iterable[AllowlistChange],
) -> tuple[tuple[AllowlistChange, ...], tuple[AllowlistEdit, ...]]:
    """The same for the allowlist: one scheme, host and port is one entry."""
    rows = tuple(changes)
    gone = {(c.entry.scheme, c.entry.host, c.entry.port): c.entry for c in rows if c.sign == "-"}
    come = {(c.entry.scheme, c.entry.host, c.entry.port): c.entry for c in rows if c.sign == "+"}
    both = gone.keys() & come.keys()
    named = tuple(
        (
            msgspec.structs.replace(c, pair=c.entry.host)
            if (c.entry.scheme, c.entry.host, c.entry.port) in both
            else c
        )
        for c in rows
    )
    edits = (
        AllowlistEdit(gone[key], come[key], tuple(_entry_fields(gone[key], come[key])))
        for key in sorted(both)
    )
    return named, tuple(edits)


def without(ports: tuple[PortRange, ...], less: tuple[PortRange, ...]) -> tuple[PortRange, ...]:
    """The ports of the first that the second does not hold."""
    left: list[PortRange] = []
    for low, high in ports:
        start = low
        for other_low, other_high in less:
            if other_high < start or other_low > high:
                continue
            if other_low > start:
                left.append((start, other_low - 1))
            start = max(start, other_high + 1)
        if start <= high:
            left.append((start, high))
    return join_ports(left)


def rule_kind(rule: Rule) -> object:
    """What two rules have in common that can be one to a person, whatever their addresses."""
    return rule.firewall, rule.direction, rule.transport, rule.from_, rule.to, rule.family


def _paired(
    gone: Sequence[T],
    come: Sequence[T],
    kind: Callable[[T], object],
    share: Callable[[T, T], tuple[float, ...]],
) -> Iterator[tuple[T, T]]:
    """Pairs of a kind, those that share most first; what shares nothing is none. Each is in one
    pair at most.
    """
    by_kind: dict[object, list[int]] = {}
    for at, item in enumerate(come):
        by_kind.setdefault(kind(item), []).append(at)
    scored = []
    for number, item in enumerate(gone):
        for at in by_kind.get(kind(item), ()):
            score = share(item, come[at])
            if score and score[0] > 0:
                scored.append((tuple(-part for part in score), number, at))
    left, right = set[int](), set[int]()
    for _, number, at in sorted(scored):
        if number not in left and at not in right:
            left.add(number)
            right.add(at)
            yield gone[number], come[at]


def _rules_share(one: Rule, other: Rule) -> tuple[float, ...]:
    """How much of their flows two rules share, then of their ports and addresses; nothing if no
    flow.
    """
    return (
        _shared(one.flows, other.flows),
        float(one.ports == other.ports),
        float(bool(one.except_sources) == bool(other.except_sources))
        + float(bool(one.except_destinations) == bool(other.except_destinations)),
        _shared(one.sources, other.sources) + _shared(one.destinations, other.destinations),
    )


def _forwards_share(one: Forward, other: Forward) -> tuple[float, ...]:
    return (1.0, _shared(one.sources, other.sources), _shared(one.flows, other.flows))


def _shared(some: Sequence[str], others: Sequence[str]) -> float:
    every = {*some, *others}
    return len(set(some) & set(others)) / len(every) if every else 1.0


def _rule_fields(was: Rule, becomes: Rule) -> Iterator[FieldChange]:
    for name in _CIDRS:
        # Entry by entry, as they stand in the firewall's object, not address by address.
        yield from _lists(name, getattr(was, name), getattr(becomes, name))
    gained, lost = without(becomes.ports, was.ports), without(was.ports, becomes.ports)
    yield from _field("ports", _texts(gained), _texts(lost))
    yield from _one("status", was.status, becomes.status)
    yield from _one("encrypted", encryption_text(was.encrypted), encryption_text(becomes.encrypted))
    yield from _lists("unresolved", was.unresolved, becomes.unresolved)


def _forward_fields(was: Forward, becomes: Forward) -> Iterator[FieldChange]:
    yield from _one("public_address", was.public_address or "", becomes.public_address or "")
    yield from _one("address", was.address or "", becomes.address or "")
    yield from _one("ports", ports_text((was.ports,)), ports_text((becomes.ports,)))
    yield from _lists("sources", was.sources, becomes.sources)
    yield from _lists("unresolved", was.unresolved, becomes.unresolved)


def _entry_fields(was: AllowlistEntry, becomes: AllowlistEntry) -> Iterator[FieldChange]:
    yield from _lists("paths", was.paths, becomes.paths)
    yield from _lists("from", was.from_, becomes.from_)
    yield from _one("status", was.status, becomes.status)


def _field(name: str, gained: tuple[str, ...], lost: tuple[str, ...]) -> Iterator[FieldChange]:
    if gained or lost:
        yield FieldChange(name, gained, lost)


def _one(name: str, was: str, becomes: str) -> Iterator[FieldChange]:
    if was != becomes:
        yield FieldChange(name, (becomes,) if becomes else (), (was,) if was else ())


def _lists(name: str, was: tuple[str, ...], becomes: tuple[str, ...]) -> Iterator[FieldChange]:
    gained = tuple(item for item in becomes if item not in was)
    yield from _field(name, gained, tuple(item for item in was if item not in becomes))


def _texts(ports: tuple[PortRange, ...]) -> tuple[str, ...]:
    return tuple(ports_text((pair,)) for pair in ports)
