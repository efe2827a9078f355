"""`traced(old, new)` → the changes, each row with the groups of answers that caused it."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from wizard.changes import compare
from wizard.changes.answers import grouped
from wizard.changes.causes import Cause, Causes
from wizard.changes.values import AnswerGroup, Changes, FindingChange, RuleChange
from wizard.deployment import Deployment
from wizard.findings import Finding

# Names and dates stand in the papers; no rule, list or finding comes from them.
INERT = frozenset({"name", "request"})
C = TypeVar("C", bound=msgspec.Struct)


def traced(old: Deployment, new: Deployment) -> Changes:
    """What `new` adds to and takes from `old`, each row with the answers that caused it."""
    changes = compare(old, new)
    groups = grouped(old, new, changes.answers)
    group_of = {answer.key: answer.group for answer in changes.answers}
    acting = [group.key for group in groups if group.key not in INERT]
    causes = Causes(old, new, group_of, acting)

    def of_rule(change: RuleChange) -> Cause:
        lasting = change.whole and not change.pair
        return causes.of_rule(change.sign, change.rule, change.ports, lasting)

    rules = {change: of_rule(change) for change in changes.rules}

    forwards = {c: causes.of_forward(c.sign, c.forward) for c in changes.forwards}
    hosts = {c: causes.of_entry(c.sign, c.entry) for c in changes.allowlist}
    whole = {(c.sign, c.rule): cause for c, cause in rules.items() if c.whole}
    forward = {(c.sign, c.forward): cause for c, cause in forwards.items()}
    host = {(c.sign, c.entry): cause for c, cause in hosts.items()}
    return msgspec.structs.replace(
        changes,
        groups=groups,
        rules=tuple(_named(c, cause) for c, cause in rules.items()),
        forwards=tuple(_named(c, cause) for c, cause in forwards.items()),
        allowlist=tuple(_named(c, cause) for c, cause in hosts.items()),
        tls_bypass=tuple(_named(c, causes.of_listed(c.sign, c.entry)) for c in changes.tls_bypass),
        mail_senders=tuple(
            _named(c, causes.of_listed(c.sign, c.entry)) for c in changes.mail_senders
        ),
        findings=tuple(
            _named(c, causes.of_finding(c.sign, c.finding, _others(old, new, changes, c)))
            for c in changes.findings
        ),
        rule_edits=tuple(_of_pair(edit, whole) for edit in changes.rule_edits),
        forward_edits=tuple(_of_pair(edit, forward) for edit in changes.forward_edits),
        allowlist_edits=tuple(_of_pair(edit, host) for edit in changes.allowlist_edits),
    )


def _others(
    old: Deployment, new: Deployment, changes: Changes, change: FindingChange
) -> tuple[str, ...]:
    """The subjects of the finding that says the same of others, where it comes or goes too."""
    facts = {**old.facts, **new.facts}

    def about(finding: Finding) -> set[str]:
        return {
            *finding.subjects,
            *(facts[name].product for name in finding.subjects if name in facts),
        }

    for other in changes.findings:
        alike = other.sign != change.sign and other.finding.code == change.finding.code
        if alike and about(other.finding) & about(change.finding):
            return other.finding.subjects
    return ()


def _of_pair(edit: Any, causes: Any) -> Any:
    return _named(edit, causes["+", edit.becomes].also(causes["-", edit.was]))


def _named(change: C, cause: Cause) -> C:
    return msgspec.structs.replace(change, causes=cause.groups, how=cause.how)


def caused(changes: Changes, row: Any) -> tuple[AnswerGroup, ...]:
    """The groups that caused a row or an edit, in the order of the answers."""
    return tuple(group for group in changes.groups if group.key in row.causes)


def cause_text(changes: Changes, row: Any) -> str:
    """What caused a row or an edit, in one line; empty where nothing is known of it."""
    texts = [group.text for group in caused(changes, row)]
    if len(texts) < 2:
        return "".join(texts)
    lead = {"enough": "Each alone: ", "among": "Among: "}.get(row.how, "")
    listed = texts if len(texts) < 5 else [*texts[:3], f"{len(texts) - 3} more"]
    return lead + "; ".join(listed)
