"""Two deployments → what changes for teams whose systems have no firewall of their own in the plan.

A print server that moves changes no rule where no firewall stands between it and its database, and
yet the DBA has to let the new address in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product, zip_longest

import msgspec

from exporters.handover.model import ConnectionRow, DocumentPlace
from exporters.handover.names import HandoverNames
from exporters.handover.systems import connections_of
from exporters.handover.words import TEAMS, Team
from wizard.changes import ChangeEntry
from wizard.changes.fields import Signed, signed, without
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.network.ports import PortRange, ports_text
from wizard.views.words import NOBODY_SUPPLIED

_WORLD = ("0.0.0.0/0", "::/0")


class SystemPart(msgspec.Struct, frozen=True):
    """A team and what changes for it."""

    team: Team
    entries: tuple[ChangeEntry[ConnectionRow], ...]


def system_parts(old: Deployment, new: Deployment) -> tuple[SystemPart, ...]:
    """The teams for which something changes, in the order of the handover documents."""
    before, after = HandoverNames(old), HandoverNames(new)
    parts: list[SystemPart] = []
    for team in TEAMS:
        if team.roles:
            entries = tuple(_entries(connections_of(before, team), connections_of(after, team)))
            parts += [SystemPart(team, entries)] if entries else []
    return tuple(parts)


def _entries(
    old: Sequence[ConnectionRow], new: Sequence[ConnectionRow]
) -> Iterator[ChangeEntry[ConnectionRow]]:
    before, after = _by_kind(old, new), _by_kind(new, old)
    for kind in dict.fromkeys((*before, *after)):
        for was, becomes in zip_longest(before.get(kind, ()), after.get(kind, ())):
            yield ChangeEntry(was, becomes)


def _by_kind(
    rows: Sequence[ConnectionRow], others: Sequence[ConnectionRow]
) -> dict[object, list[ConnectionRow]]:
    """The rows that the others have not, by what two rows have in common that are one to a person."""
    unchanged = set(map(_told, others))
    by_kind: dict[object, list[ConnectionRow]] = {}
    for row in rows:
        if _told(row) not in unchanged:
            by_kind.setdefault(
                (row.way, row.from_, row.to, row.transport, row.services), []
            ).append(row)
    return by_kind


def _told(row: ConnectionRow) -> object:
    """All that an access list is told."""
    return (
        row.way,
        row.from_,
        row.to,
        row.transport,
        row.ports,
        row.sources.cidrs,
        row.destinations.cidrs,
    )


def system_sides(entry: ChangeEntry[ConnectionRow]) -> tuple[Signed, Signed, Signed]:
    """What of the sources, the destinations and the ports stays, goes and comes; without signs
    where all of it does.
    """
    was, becomes = entry.before, entry.after
    if was is None or becomes is None:
        row = entry.record
        plain = (_plain(row.sources.cidrs), _plain(row.destinations.cidrs))
        return *plain, (("", _ports(row, row.ports)),)
    gained, lost = without(becomes.ports, was.ports), without(was.ports, becomes.ports)
    marked = (("", without(becomes.ports, gained)), ("-", lost), ("+", gained))
    return (
        _signed(was.sources.cidrs, becomes.sources.cidrs),
        _signed(was.destinations.cidrs, becomes.destinations.cidrs),
        tuple((sign, _ports(becomes, ports)) for sign, ports in marked if ports),
    )


def system_documents(row: ConnectionRow) -> tuple[str, ...]:
    """Where each of its facts stands."""
    return tuple(map(_document, row.places))


def _signed(was: Sequence[str], becomes: Sequence[str]) -> Signed:
    return tuple(
        (sign, text)
        for sign, text in signed(_texts(was), _texts(becomes))
        if (sign, text) != ("-", NOBODY_SUPPLIED)
    )


def _plain(cidrs: Sequence[str]) -> Signed:
    return tuple(product(("",), _texts(cidrs)))


def _texts(cidrs: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_text, cidrs)) or (NOBODY_SUPPLIED,)


def _text(cidr: str) -> str:
    return "the internet" if cidr in _WORLD else bare(cidr)


def _ports(row: ConnectionRow, ports: tuple[PortRange, ...]) -> str:
    return f"{row.transport} {ports_text(ports)}"


def _document(place: DocumentPlace) -> str:
    text = place.locator
    if place.publisher:
        text = f"{place.publisher}: {place.title}, {text}"
    return f"{text} ({place.note})" if place.note else text
