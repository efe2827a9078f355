"""What a change adds to and takes from each firewall and list: the difference of two deployments.

`compare(old, new)` gives every row that is new (`+`) or gone (`-`), and the answers that differ, in
words. `causes.traced(old, new)` gives the same with `groups` (the differing answers, put together
by the thing that they are about), and in every row the keys of the groups that caused it (`causes`)
and in what way (`how`).

A rule whose addresses change has another id, so it is one row `-` and one row `+`. Where the two
are one rule to a person, they stand a second time as one `RuleEdit` (forwards and the allowlist
alike), and each of the two rows names the other in `pair`. Whoever shows changes to people takes
the edits, and the rows without a `pair`. The values are in `change_values.py`; take them from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from wizard.changes.answers import answer_changes, answer_text
from wizard.changes.pairs import allowlist_edits, forward_edits, rule_edits, without
from wizard.changes.values import (
    AllowlistChange,
    AllowlistEdit,
    AnswerChange,
    AnswerGroup,
    BypassChange,
    Changes,
    FieldChange,
    FindingChange,
    ForwardChange,
    ForwardEdit,
    How,
    MailSenderChange,
    RuleChange,
    RuleEdit,
    Sign,
)
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender

__all__ = [
    "AllowlistChange",
    "AllowlistEdit",
    "AnswerChange",
    "AnswerGroup",
    "BypassChange",
    "Changes",
    "FieldChange",
    "FindingChange",
    "ForwardChange",
    "ForwardEdit",
    "How",
    "MailSenderChange",
    "RuleChange",
    "RuleEdit",
    "Sign",
    "answer_text",
    "compare",
    "without",
]

T = TypeVar("T")


def compare(old: Deployment, new: Deployment) -> Changes:
    """What `new` adds to and takes from `old`, without causes."""
    rules = tuple(_rules(old, new))
    forwards = tuple(ForwardChange(s, f) for s, f in _by(forward_key, old.forwards, new.forwards))
    allowlist = tuple(
        AllowlistChange(s, e) for s, e in _by(allowlist_key, old.allowlist, new.allowlist)
    )
    rules, edited_rules = rule_edits(rules)
    forwards, edited_forwards = forward_edits(forwards)
    allowlist, edited_allowlist = allowlist_edits(allowlist)
    return Changes(
        rules=rules,
        forwards=forwards,
        allowlist=allowlist,
        tls_bypass=tuple(
            BypassChange(s, e) for s, e in _by(bypass_key, old.tls_bypass, new.tls_bypass)
        ),
        mail_senders=tuple(
            MailSenderChange(s, e) for s, e in _by(sender_key, old.mail_senders, new.mail_senders)
        ),
        findings=tuple(
            FindingChange(s, f) for s, f in _by(finding_key, old.findings, new.findings)
        ),
        answers=answer_changes(old, new),
        rule_edits=edited_rules,
        forward_edits=edited_forwards,
        allowlist_edits=edited_allowlist,
    )


# What two of a kind are told apart by. Another reason for the same thing changes nothing where it
# is put in.


def forward_key(forward: Forward) -> object:
    """All that the firewall is told."""
    return (forward.id, forward.public_address, forward.address, forward.unresolved)


def allowlist_key(entry: AllowlistEntry) -> object:
    """All that the proxy is told, and whether it is needed."""
    return (entry.scheme, entry.host, entry.port, entry.paths, entry.from_, entry.status)


def bypass_key(entry: Bypass) -> object:
    """The host."""
    return entry.host


def sender_key(sender: MailSender) -> object:
    """The address and the domain that it sends for."""
    return (sender.address, sender.domain)


def finding_key(finding: Finding) -> object:
    """What people read; the subjects hold ids of rules, which change with every address."""
    return (finding.code, finding.message)


def _rules(old: Deployment, new: Deployment) -> Iterable[RuleChange]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    changes: list[RuleChange] = []
    for rule_id in before.keys() | after.keys():
        was, becomes = before.get(rule_id), after.get(rule_id)
        if was is None and becomes is not None:
            changes.append(RuleChange("+", True, becomes.ports, becomes))
        elif becomes is None and was is not None:
            changes.append(RuleChange("-", True, was.ports, was))
        elif was is not None and becomes is not None:
            if gained := without(becomes.ports, was.ports):
                changes.append(RuleChange("+", False, gained, becomes))
            if lost := without(was.ports, becomes.ports):
                changes.append(RuleChange("-", False, lost, becomes))
    changes.sort(
        key=lambda c: (
            c.rule.firewall,
            c.rule.direction,
            c.rule.from_,
            c.rule.to,
            c.ports,
            c.sign,
            c.rule.id,
        )
    )
    return changes


def _by(key: Callable[[T], object], old: Iterable[T], new: Iterable[T]) -> Iterator[tuple[Sign, T]]:
    before, after = {key(item): item for item in old}, {key(item): item for item in new}
    yield from (("-", item) for name, item in before.items() if name not in after)
    yield from (("+", item) for name, item in after.items() if name not in before)
