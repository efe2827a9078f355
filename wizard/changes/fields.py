"""What of an entry stays, comes and goes, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from wizard.changes.values import ChangedRecord, ChangeEntry
from wizard.network.addresses import bare
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Forward, Rule
from wizard.tables import those_in, those_not_in
from wizard.views.denials import ports_denied

_Item = TypeVar("_Item")

# What of a field stands where: `("+", "10.0.20.0/22")`; the sign is empty for what stays as it is.
Signed = tuple[tuple[str, str], ...]
# The fields that people are told of, in this order.
_FIELDS: dict[type[ChangedRecord], tuple[str, ...]] = {
    Rule: (
        "sources", "destinations", "except_sources", "except_destinations", "ports", "status",
        "encrypted", "unresolved",
    ),
    Forward: ("public_address", "address", "ports", "sources", "hairpin", "unresolved"),
    AllowlistEntry: ("paths", "from_", "status"),
    Denial: (
        "from_", "to", "sources", "destinations", "except_sources", "except_destinations", "ports", "reason",
        "firewalls", "denied_by_default", "unresolved",
    ),
}  # fmt: skip
_LABELS = {
    "except_sources": "networks excepted from the source",
    "except_destinations": "networks excepted from the destination",
    "public_address": "public address",
    "address": "leads to",
    "unresolved": "waits for",
    "from": "asked by",
    "sources": "from",
    "hairpin": "from inside",
}


class FieldChange(msgspec.Struct, frozen=True):
    """What one field of a rule, forward or host gains and loses: `sources`, `ports`, `status` …"""

    name: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def fields(entry: ChangeEntry[ChangedRecord]) -> Iterator[FieldChange]:
    """The fields of an entry that stays and differs; nothing for one that comes or goes."""
    was, becomes = entry.before, entry.after
    if was is None or becomes is None:
        return
    for name in _FIELDS.get(type(was), ()):
        if isinstance(was, Rule) and isinstance(becomes, Rule) and name == "ports":
            gained, lost = without(becomes.ports, was.ports), without(was.ports, becomes.ports)
            texts = (_each(gained), _each(lost))
        else:
            before, after = _texts(was, name), _texts(becomes, name)
            texts = tuple(those_not_in(after, before)), tuple(those_not_in(before, after))
        if texts != ((), ()):
            yield FieldChange(name.rstrip("_"), *texts)


def notes(entry: ChangeEntry[ChangedRecord]) -> tuple[str, ...]:
    """Differences that have no cell of their own: of a rule those that no firewall is told."""
    record = entry.record
    if entry.sign == "+" and isinstance(record, Rule) and record.unresolved:
        return (f"waits for {', '.join(record.unresolved)}",)
    celled = ("sources", "destinations", "ports") if isinstance(record, Rule) else ()
    return tuple(_note(field) for field in fields(entry) if field.name not in celled)


def signed_sources(entry: ChangeEntry[Rule]) -> Signed:
    """What of the sources stays, goes and comes."""
    return signed(*_both(entry, "sources"))


def signed_destinations(entry: ChangeEntry[Rule]) -> Signed:
    """What of the destinations stays, goes and comes."""
    return signed(*_both(entry, "destinations"))


def signed_ports(entry: ChangeEntry[Rule]) -> Signed:
    """What of the ports stays, goes and comes, by their numbers."""
    before, after = _both(entry, "ports")
    gained = without(after, before)
    marked = [
        *_marked("", without(after, gained)),
        *_marked("-", without(before, after)),
        *_marked("+", gained),
    ]
    marked.sort(key=lambda item: item[1])
    return tuple((sign, ports_text((pair,))) for sign, pair in marked)


def _both(entry: ChangeEntry[Rule], name: str) -> tuple[Any, Any]:
    """A field of the rule as it was, and as it is; nothing of one that is not there."""
    return getattr(entry.before, name, ()), getattr(entry.after, name, ())


def _marked(sign: str, items: Iterable[_Item]) -> Iterator[tuple[str, _Item]]:
    return ((sign, item) for item in items)


def signed(was: Sequence[str], becomes: Sequence[str]) -> Signed:
    """What stays, then what goes, then what comes."""
    return (
        *_marked("", those_in(becomes, was)),
        *_marked("-", those_not_in(was, becomes)),
        *_marked("+", those_not_in(becomes, was)),
    )


def without(ports: tuple[PortRange, ...], less: tuple[PortRange, ...]) -> tuple[PortRange, ...]:
    """The ports of the first that the second does not hold."""
    rest: list[PortRange] = []
    for low, high in ports:
        start = low
        for other_low, other_high in less:
            if other_high < start or other_low > high:
                continue
            if other_low > start:
                rest.append((start, other_low - 1))
            start = max(start, other_high + 1)
        if start <= high:
            rest.append((start, high))
    return join_ports(rest)


def _texts(record: ChangedRecord, name: str) -> tuple[str, ...]:
    value = getattr(record, name)
    if name == "encrypted":
        return ({True: "yes", False: "no", None: "not stated"}[value],)
    if isinstance(record, Denial) and name == "ports":
        return (ports_denied(record),)
    if name == "ports":
        return (ports_text((value,)),)
    return value if isinstance(value, tuple) else (value,) if value else ()


def _each(ports: tuple[PortRange, ...]) -> tuple[str, ...]:
    return tuple(ports_text((pair,)) for pair in ports)


def _role_words(role: str) -> str:
    return role.replace("_", " ")


def _note(field: FieldChange) -> str:
    label = _LABELS.get(field.name, field.name)
    # Roles stay as they are, `public_address` becomes what people write.
    said_as = _role_words if field.name == "unresolved" else bare
    lost, gained = ", ".join(map(said_as, field.lost)), ", ".join(map(said_as, field.gained))
    if lost and gained and not field.name.startswith("except_"):
        return f"{label}: {lost} -> {gained}"
    parts = filter(None, (gained and f"+ {gained}", lost and f"- {lost}"))
    return f"{label}: {', '.join(parts)}"
