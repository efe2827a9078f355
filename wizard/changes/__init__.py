"""What a change adds to and takes from each firewall and list: the difference of two deployments.

`compare(old, new)` → `Changes`: for each kind of thing a list of entries, each with what it was,
what it is and the groups of answers that caused the difference. Handover, the compare window and
`portwright diff` lay out these lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from wizard.changes import pairs
from wizard.changes.answers import answer_changes, answer_text, group_of, grouped
from wizard.changes.causes import Causes
from wizard.changes.denials import denial_entries
from wizard.changes.fields import without
from wizard.changes.policies import policies, published
from wizard.changes.values import (
    AnswerChange,
    AnswerGroup,
    Cause,
    ChangedRecord,
    ChangeEntry,
    Changes,
    ChangeSign,
    Sign,
    acting_keys,
)
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule

__all__ = [
    "AnswerChange",
    "AnswerGroup",
    "Cause",
    "ChangeEntry",
    "ChangeSign",
    "ChangedRecord",
    "Changes",
    "Sign",
    "answer_text",
    "compare",
]

R = TypeVar("R", bound=ChangedRecord)


def compare(old: Deployment, new: Deployment) -> Changes:
    """What `new` adds to and takes from `old`, and which answers caused it."""
    answers = answer_changes(old, new)
    groups = grouped(old, new, answers)
    acting = acting_keys(groups)
    causes = Causes(old, new, group_of(answers), acting)
    of = _Traced(causes)
    return Changes(
        rules=of.rules(pairs.rules(old.rules, new.rules)),
        forwards=of.each(pairs.forwards(old.forwards, new.forwards)),
        allowlist=of.each(pairs.allowlist(old.allowlist, new.allowlist)),
        tls_bypass=of.each(pairs.bypass(old.tls_bypass, new.tls_bypass)),
        mail_senders=of.each(pairs.senders(old.mail_senders, new.mail_senders)),
        findings=of.each(pairs.findings(old.findings, new.findings)),
        answers=answers,
        groups=groups,
        denials=tuple(denial_entries(old, new, acting)),
        policies=(*policies(old.plan, new.plan), *published(old, new)),
    )


class _Traced:
    """Entries with their causes."""

    def __init__(self, causes: Causes) -> None:
        self._causes = causes

    def rules(self, entries: Iterable[ChangeEntry[Rule]]) -> tuple[ChangeEntry[Rule], ...]:
        return tuple(map(self._rule, entries))

    def _rule(self, entry: ChangeEntry[Rule]) -> ChangeEntry[Rule]:
        was, becomes = entry.before, entry.after
        kept = was.ports if was and becomes and was.id == becomes.id else ()
        lasting = entry.sign != "~"
        gone = come = Cause()
        if becomes is not None and (gained := without(becomes.ports, kept)):
            come = self._causes.of_rule("+", becomes, gained, lasting)
        if was is not None:
            still = becomes.ports if kept and becomes else ()
            if lost := without(was.ports, still):
                gone = self._causes.of_rule("-", was, lost, lasting)
        return msgspec.structs.replace(entry, gone=gone, come=come)

    def each(self, entries: Iterable[ChangeEntry[R]]) -> tuple[ChangeEntry[R], ...]:
        return tuple(map(self._traced, entries))

    def _traced(self, entry: ChangeEntry[R]) -> ChangeEntry[R]:
        gone = Cause() if entry.before is None else self._of("-", entry.before)
        come = Cause() if entry.after is None else self._of("+", entry.after)
        return msgspec.structs.replace(entry, gone=gone, come=come)

    def _of(self, sign: Sign, record: ChangedRecord) -> Cause:
        match record:
            case Forward():
                return self._causes.of_forward(sign, record)
            case AllowlistEntry():
                return self._causes.of_entry(sign, record)
            case Bypass():
                return self._causes.of_bypass(sign, record)
            case MailSender():
                return self._causes.of_sender(sign, record)
            case Finding():
                return self._causes.of_finding(sign, record)
        raise TypeError(record)
