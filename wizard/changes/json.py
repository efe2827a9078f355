"""Changes as `diff --json` and `changes.json` hold them: a row for each thing that is gone and for
each that is new, and beside them the edits that two such rows are to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from wizard.changes.fields import fields, without
from wizard.changes.pairs import host_key
from wizard.changes.values import Cause, ChangedRecord, ChangeEntry, Changes, Sign
from wizard.network.ports import PortRange
from wizard.rules.model import AllowlistEntry, Forward, Rule

HalfRecord = TypeVar("HalfRecord", bound=ChangedRecord, covariant=True)


class Half(msgspec.Struct, Generic[HalfRecord], frozen=True):
    """What is gone of an entry, or what is new of it. `other` is the other half, where it stays one
    thing to a person.
    """

    sign: Sign
    record: HalfRecord
    cause: Cause
    other: HalfRecord | None = None
    ports: tuple[PortRange, ...] = ()
    whole: bool = True


def halves(entries: Iterable[ChangeEntry[HalfRecord]]) -> list[Half[HalfRecord]]:
    """What is gone, then what is new."""
    removed: list[Half[HalfRecord]] = []
    added: list[Half[HalfRecord]] = []
    for entry in entries:
        if entry.before is not None:
            removed.append(Half("-", entry.before, entry.gone, entry.after))
        if entry.after is not None:
            added.append(Half("+", entry.after, entry.come, entry.before))
    return removed + added


def rule_halves(changes: Changes) -> list[Half[Rule]]:
    """Rules, and ports of rules that stay, as people look for them."""
    listed: list[Half[Rule]] = []
    for half in halves(changes.rules):
        stays = half.other is not None and half.other.id == half.record.id
        ports = (
            without(half.record.ports, half.other.ports)
            if stays and half.other
            else half.record.ports
        )
        if ports:
            other = None if stays else half.other
            listed.append(Half(half.sign, half.record, half.cause, other, ports, not stays))
    listed.sort(key=_order)
    return listed


def _order(half: Half[Rule]) -> tuple[object, ...]:
    rule = half.record
    return rule.firewall, rule.direction, rule.from_, rule.to, half.ports, half.sign, rule.id


def forward_halves(changes: Changes) -> list[Half[Forward]]:
    """Port forwards by firewall and public port, those that are gone first."""
    return sorted(
        halves(changes.forwards),
        key=lambda half: (
            half.sign != "-", half.record.firewall, half.record.public_ports, half.record.transport,
            half.record.address or "", half.record.id,
        ),
    )  # fmt: skip


def host_halves(changes: Changes) -> list[Half[AllowlistEntry]]:
    """Hosts by name, those that are gone first."""
    return sorted(
        halves(changes.allowlist), key=lambda half: (half.sign != "-", host_key(half.record))
    )


def to_json(changes: Changes) -> dict[str, Any]:
    """What `diff --json` prints: plain lists, dictionaries, texts, numbers."""
    rows: dict[str, Any] = {
        "rules": list(_rules(changes)),
        "forwards": list(_forwards(changes)),
        "allowlist": list(_hosts(changes)),
        "tls_bypass": list(_plain("entry", changes.tls_bypass)),
        "mail_senders": list(_plain("entry", changes.mail_senders)),
        "findings": list(_plain("finding", changes.findings)),
        "denials": list(_plain("denial", changes.denials)),
        "policies": changes.policies,
        "answers": changes.answers,
        "groups": changes.groups,
        "rule_edits": list(_edits(e for e in changes.rules if not _only_ports(e))),
        "forward_edits": list(_edits(changes.forwards)),
        "allowlist_edits": list(_edits(changes.allowlist)),
    }
    plain: dict[str, Any] = msgspec.to_builtins(rows)
    return {"format": 1, **plain}


def _rules(changes: Changes) -> Iterator[dict[str, Any]]:
    for half in rule_halves(changes):
        pair = half.other.id if half.other else ""
        yield {
            "sign": half.sign, "whole": half.whole, "ports": half.ports, "rule": half.record,
            "pair": pair, **_why(half.cause),
        }  # fmt: skip


def _forwards(changes: Changes) -> Iterator[dict[str, Any]]:
    for half in forward_halves(changes):
        pair = half.other.id if half.other else ""
        yield {"sign": half.sign, "forward": half.record, "pair": pair, **_why(half.cause)}


def _hosts(changes: Changes) -> Iterator[dict[str, Any]]:
    for half in host_halves(changes):
        pair = half.other.host if half.other else ""
        yield {"sign": half.sign, "entry": half.record, "pair": pair, **_why(half.cause)}


def _only_ports(entry: ChangeEntry[Rule]) -> bool:
    return bool(entry.before and entry.after and entry.before.id == entry.after.id)


def _plain(name: str, entries: Iterable[ChangeEntry[ChangedRecord]]) -> Iterator[dict[str, Any]]:
    for half in halves(entries):
        yield {"sign": half.sign, name: half.record, **_why(half.cause)}


def _edits(entries: Iterable[ChangeEntry[ChangedRecord]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if entry.sign == "~":
            yield {
                "was": entry.before, "becomes": entry.after, "fields": tuple(fields(entry)),
                **_why(entry.cause),
            }  # fmt: skip


def _why(cause: Cause) -> dict[str, Any]:
    return {"causes": cause.groups, "how": cause.how}
