"""Things of two deployments → what is gone and what is new, and which of them are one thing to a
person: a rule with another address.

Two rules are one where firewall, direction, transport, parties and family are the same and they
stand for the same flows; of several, those that share most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from wizard.changes.values import ChangedRecord, ChangeEntry
from wizard.findings import Finding
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.tables import by_id, indexed, without_names

R = TypeVar("R", bound=ChangedRecord)
Score = tuple[float, ...]


def rules(old: Iterable[Rule], new: Iterable[Rule]) -> list[ChangeEntry[Rule]]:
    """Rules that come, go, gain or lose ports, or have other addresses; as people look for them."""
    before, after = by_id(old), by_id(new)
    entries = [
        ChangeEntry(before[name], after[name])
        for name in before
        if name in after and before[name].ports != after[name].ports
    ]
    removed, added = _differing(before.values(), after.values(), attrgetter("id"))
    entries += _paired(_sorted(removed), _sorted(added), rule_kind, _rules_share)
    return sorted(entries, key=lambda entry: (*_order(entry.record), entry.sign))


def forwards(old: Iterable[Forward], new: Iterable[Forward]) -> list[ChangeEntry[Forward]]:
    """Port forwards; one public port is one forward."""

    def kind(forward: Forward) -> object:
        return forward.firewall, forward.transport, forward.public_ports

    entries = _paired(*_differing(old, new, forward_key), kind, _forwards_share)
    return sorted(entries, key=lambda e: (e.record.firewall, e.record.public_ports, e.sign))


def allowlist(
    old: Iterable[AllowlistEntry], new: Iterable[AllowlistEntry]
) -> list[ChangeEntry[AllowlistEntry]]:
    """Hosts of the allowlist; one scheme, host and port is one entry."""
    removed, added = _differing(old, new, allowlist_key)
    entries = _paired(removed, added, host_key, lambda first, other: (1.0,))
    return sorted(entries, key=lambda e: (*host_key(e.record), e.sign))


def bypass(old: Iterable[Bypass], new: Iterable[Bypass]) -> list[ChangeEntry[Bypass]]:
    """Hosts that TLS inspection leaves alone."""
    return _apart(old, new, lambda entry: entry.host)


def senders(old: Iterable[MailSender], new: Iterable[MailSender]) -> list[ChangeEntry[MailSender]]:
    """Senders of mail, by the address and the domain that each sends for."""
    return _apart(old, new, sender_key)


def findings(old: Iterable[Finding], new: Iterable[Finding]) -> list[ChangeEntry[Finding]]:
    """Findings by what people read; the subjects hold ids of rules, which change with every
    address.
    """
    return _apart(old, new, lambda finding: (finding.code, finding.message))


# What two of a kind are told apart by. Another reason for the same thing changes nothing where it
# is put in.


def forward_key(forward: Forward) -> object:
    """All that the firewall is told."""
    told = (forward.public_address, forward.address, forward.unresolved, forward.hairpin)
    return (forward.id, *told)


def allowlist_key(entry: AllowlistEntry) -> object:
    """All that the proxy is told, and whether it is needed."""
    return (entry.scheme, entry.host, entry.port, entry.paths, entry.from_, entry.status)


def sender_key(sender: MailSender) -> object:
    """The address and the domain that it sends for."""
    return sender.address, sender.domain


def host_key(entry: AllowlistEntry) -> tuple[str, str, int]:
    """What is one host to a person."""
    return entry.host, entry.scheme, entry.port


def _order(rule: Rule) -> tuple[object, ...]:
    return rule.firewall, rule.direction, rule.from_, rule.to, rule.ports


def _sorted(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: (*_order(rule), rule.id))


def _differing(
    old: Iterable[R], new: Iterable[R], key: Callable[[R], object]
) -> tuple[list[R], list[R]]:
    """What only the first have, and what only the others have."""
    before, after = indexed(key, old), indexed(key, new)
    removed, added = without_names(before, after), without_names(after, before)
    return list(removed.values()), list(added.values())


def _apart(old: Iterable[R], new: Iterable[R], key: Callable[[R], object]) -> list[ChangeEntry[R]]:
    removed, added = _differing(old, new, key)
    return [
        *(ChangeEntry(item, None) for item in removed),
        *(ChangeEntry(None, item) for item in added),
    ]


def _paired(
    removed: Sequence[R],
    added: Sequence[R],
    kind: Callable[[R], object],
    share: Callable[[R, R], Score],
) -> Iterator[ChangeEntry[R]]:
    """Pairs of a kind, those that share most first, what shares nothing being none; then the rest.
    Each is in one pair at most.
    """
    by_kind: dict[object, list[int]] = {}
    for at, item in enumerate(added):
        by_kind.setdefault(kind(item), []).append(at)
    scored: list[tuple[Score, int, int]] = []
    for number, item in enumerate(removed):
        for at in by_kind.get(kind(item), ()):
            score = share(item, added[at])
            if score[0] > 0:
                scored.append((tuple(-part for part in score), number, at))
    paired_gone, paired_come = set[int](), set[int]()
    for _, number, at in sorted(scored):
        if number not in paired_gone and at not in paired_come:
            paired_gone.add(number)
            paired_come.add(at)
            yield ChangeEntry(removed[number], added[at])
    yield from (ChangeEntry(item, None) for n, item in enumerate(removed) if n not in paired_gone)
    yield from (ChangeEntry(None, item) for n, item in enumerate(added) if n not in paired_come)


def rule_kind(rule: Rule) -> object:
    """What two rules have in common that can be one to a person, whatever their addresses."""
    return rule.firewall, rule.direction, rule.transport, rule.from_, rule.to, rule.family


def _rules_share(first: Rule, other: Rule) -> Score:
    """How much of their flows two rules share, then of their ports and addresses."""
    return (
        _shared(first.flows, other.flows),
        float(first.ports == other.ports),
        float(bool(first.except_sources) == bool(other.except_sources))
        + float(bool(first.except_destinations) == bool(other.except_destinations)),
        _shared(first.sources, other.sources) + _shared(first.destinations, other.destinations),
    )


def _forwards_share(first: Forward, other: Forward) -> Score:
    return (1.0, _shared(first.sources, other.sources), _shared(first.flows, other.flows))


def _shared(some: Sequence[str], others: Sequence[str]) -> float:
    every = {*some, *others}
    return len(set(some) & set(others)) / len(every) if every else 1.0
