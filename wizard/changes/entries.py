"""Changes as people go through them: one entry a rule, forward or host, with signs at what comes
and goes.

Tables, the change request, the workbook and CSV are all made from these. A rule that is edited, or
only gains or loses ports, is one entry with the sign `~`; what of it stays has no sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from wizard.changes import (
    AllowlistChange,
    AnswerGroup,
    Changes,
    FieldChange,
    ForwardChange,
    How,
    RuleChange,
    without,
)
from wizard.changes.traced import INERT, caused
from wizard.network.ports import PortRange, ports_text
from wizard.rules.model import AllowlistEntry, Forward, Rule

Mark = Literal["+", "-", "~"]
# What of a field stands where: `("+", "10.0.20.0/22")`; the sign is empty for what stays as it is.
Signed = tuple[tuple[str, str], ...]
WORDS: dict[Mark, str] = {"+": "add", "-": "remove", "~": "change"}


class RuleEntry(msgspec.Struct, frozen=True):
    """One rule to add, remove or change. `rule` is the new one where there is one, `was` the old
    one.

    `notes` are differences that no firewall is told: another status, what it waits for.
    """

    sign: Mark
    rule: Rule
    was: Rule | None
    sources: Signed
    destinations: Signed
    ports: Signed
    notes: tuple[str, ...]
    causes: tuple[str, ...]
    how: How


class ForwardEntry(msgspec.Struct, frozen=True):
    """One port forward to add, remove or change."""

    sign: Mark
    forward: Forward
    was: Forward | None
    notes: tuple[str, ...]
    causes: tuple[str, ...]
    how: How


class HostEntry(msgspec.Struct, frozen=True):
    """One host to add to the allowlist, to take from it or to change there."""

    sign: Mark
    entry: AllowlistEntry
    was: AllowlistEntry | None
    notes: tuple[str, ...]
    causes: tuple[str, ...]
    how: How


def rule_entries(changes: Changes) -> dict[str, tuple[RuleEntry, ...]]:
    """Firewall → its rules that come, go or change, in the order of the rules."""
    found = [_whole(change) for change in changes.rules if change.whole and not change.pair]
    found += [
        RuleEntry(
            "~",
            edit.becomes,
            edit.was,
            _signed(edit.was.sources, edit.becomes.sources),
            _signed(edit.was.destinations, edit.becomes.destinations),
            _ports(edit.was.ports, edit.becomes.ports),
            tuple(_notes(edit.fields)),
            edit.causes,
            edit.how,
        )
        for edit in changes.rule_edits
    ]
    by_id: dict[str, list[RuleChange]] = {}
    for change in changes.rules:
        if not change.whole:
            by_id.setdefault(change.rule.id, []).append(change)
    found += [_of_ports(rows) for rows in by_id.values()]
    found.sort(
        key=lambda e: (
            e.rule.firewall,
            e.rule.direction,
            e.rule.from_,
            e.rule.to,
            e.rule.ports,
            e.sign,
        )
    )
    listed: dict[str, list[RuleEntry]] = {}
    for entry in found:
        listed.setdefault(entry.rule.firewall, []).append(entry)
    return {firewall: tuple(entries) for firewall, entries in listed.items()}


def forward_entries(changes: Changes) -> tuple[ForwardEntry, ...]:
    """All port forwards that come, go or change."""
    found = [_forward(change) for change in changes.forwards if not change.pair]
    found += [
        ForwardEntry(
            "~", edit.becomes, edit.was, tuple(_differing(edit.fields)), edit.causes, edit.how
        )
        for edit in changes.forward_edits
    ]
    return tuple(sorted(found, key=lambda e: (e.forward.firewall, e.forward.public_ports, e.sign)))


def host_entries(changes: Changes) -> tuple[HostEntry, ...]:
    """All hosts that come to the allowlist, leave it or change on it."""
    found = [_host(change) for change in changes.allowlist if not change.pair]
    found += [
        HostEntry(
            "~", edit.becomes, edit.was, tuple(_differing(edit.fields)), edit.causes, edit.how
        )
        for edit in changes.allowlist_edits
    ]
    return tuple(sorted(found, key=lambda e: (e.entry.host, e.entry.scheme, e.entry.port, e.sign)))


def numbers(changes: Changes) -> dict[str, str]:
    """Group of answers → `A1`, `A2` …, by which tables name it; none for those that only stand in
    papers.
    """
    acting = (group for group in changes.groups if group.key not in INERT)
    return {group.key: f"A{number}" for number, group in enumerate(acting, start=1)}


def effect(changes: Changes, group: AnswerGroup) -> str:
    """What is to be said after a group that caused nothing, so that nobody looks for it."""
    rows = (
        changes.rules,
        changes.forwards,
        changes.allowlist,
        changes.tls_bypass,
        changes.mail_senders,
        changes.findings,
    )
    for row in (row for listed in rows for row in listed):
        if group.key in row.causes and row.how != "among":
            return ""
    if group.key in INERT:
        return ""
    return " (changes no rule and no list)"


def because(changes: Changes, row: Any) -> str:
    """`A1, A3`; `A1 or A3` where each is enough; `some of A1, A3` where it was not worked out."""
    known = numbers(changes)
    listed = [known[group.key] for group in caused(changes, row)]
    if row.how == "enough":
        return " or ".join(listed)
    among = row.how == "among" and len(listed) > 1
    return f"some of {', '.join(listed)}" if among else ", ".join(listed)


def bare(cidr: str) -> str:
    """A single host without its prefix length."""
    return cidr.removesuffix("/128" if ":" in cidr else "/32")


def _whole(change: RuleChange) -> RuleEntry:
    rule = change.rule

    def side(cidrs: Sequence[str]) -> Signed:
        return tuple((change.sign, cidr) for cidr in cidrs)

    ports = tuple((change.sign, ports_text((pair,))) for pair in rule.ports)
    was = rule if change.sign == "-" else None
    notes = (
        (f"waits for {', '.join(rule.unresolved)}",)
        if rule.unresolved and change.sign == "+"
        else ()
    )
    return RuleEntry(
        change.sign,
        rule,
        was,
        side(rule.sources),
        side(rule.destinations),
        ports,
        notes,
        change.causes,
        change.how,
    )


def _of_ports(rows: Sequence[RuleChange]) -> RuleEntry:
    """A rule that stays and gains or loses ports: two rows at most."""
    rule = rows[0].rule
    gained = [pair for row in rows if row.sign == "+" for pair in row.ports]
    lost = [pair for row in rows if row.sign == "-" for pair in row.ports]
    stays = without(rule.ports, tuple(gained))
    signed = (
        [("", pair) for pair in stays]
        + [("-", pair) for pair in lost]
        + [("+", pair) for pair in gained]
    )
    causes = tuple(dict.fromkeys(key for row in rows for key in row.causes))
    how: How = rows[0].how if len({row.how for row in rows}) == 1 else "needed"
    return RuleEntry(
        "~",
        rule,
        rule,
        tuple(("", cidr) for cidr in rule.sources),
        tuple(("", cidr) for cidr in rule.destinations),
        tuple(
            (sign, ports_text((pair,))) for sign, pair in sorted(signed, key=lambda item: item[1])
        ),
        (),
        causes,
        how,
    )


def _forward(change: ForwardChange) -> ForwardEntry:
    was = change.forward if change.sign == "-" else None
    return ForwardEntry(change.sign, change.forward, was, (), change.causes, change.how)


def _host(change: AllowlistChange) -> HostEntry:
    was = change.entry if change.sign == "-" else None
    return HostEntry(change.sign, change.entry, was, (), change.causes, change.how)


def _signed(was: Sequence[str], becomes: Sequence[str]) -> Signed:
    """What stays, then what goes, then what comes."""
    stays = [("", cidr) for cidr in becomes if cidr in was]
    lost = [("-", cidr) for cidr in was if cidr not in becomes]
    return (*stays, *lost, *(("+", cidr) for cidr in becomes if cidr not in was))


def _ports(was: tuple[PortRange, ...], becomes: tuple[PortRange, ...]) -> Signed:
    gained, lost = without(becomes, was), without(was, becomes)
    stays = without(becomes, gained)
    signed = (
        [("", pair) for pair in stays]
        + [("-", pair) for pair in lost]
        + [("+", pair) for pair in gained]
    )
    return tuple(
        (sign, ports_text((pair,))) for sign, pair in sorted(signed, key=lambda item: item[1])
    )


def _waited(name: str) -> str:
    """`public_address` as people write it; roles stay as they are."""
    return name.replace("_", " ")


_LABELS = {
    "except_sources": "networks excepted from the source",
    "except_destinations": "networks excepted from the destination",
    "public_address": "public address",
    "address": "leads to",
    "unresolved": "waits for",
    "from": "asked by",
    "sources": "from",
}


def _notes(fields: Iterable[FieldChange]) -> list[str]:
    shown = ("sources", "destinations", "ports")
    return list(_differing(field for field in fields if field.name not in shown))


def _differing(fields: Iterable[FieldChange]) -> Iterable[str]:
    for field in fields:
        label = _LABELS.get(field.name, field.name)
        worded = _waited if field.name == "unresolved" else bare
        lost, gained = (", ".join(map(worded, items)) for items in (field.lost, field.gained))
        if lost and gained and field.name not in ("except_sources", "except_destinations"):
            yield f"{label}: {lost} -> {gained}"
        else:
            yield f"{label}: " + ", ".join(
                part for part in (gained and f"+ {gained}", lost and f"- {lost}") if part
            )
