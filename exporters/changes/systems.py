"""Two deployments → what changes for teams whose systems have no firewall of their own in the plan.

A print server that moves changes no rule where no firewall stands between it and its database, and
yet the DBA has to let the new address in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import msgspec

from exporters.cidrs import bare
from exporters.handover.model import ConnectionRow, DocumentPlace
from exporters.handover.names import HandoverNames
from exporters.handover.systems import connections_of
from exporters.handover.words import TEAMS, Team
from wizard.changes import without
from wizard.changes.entries import Mark, Signed
from wizard.deployment import Deployment
from wizard.network.ports import PortRange, ports_text

_NOBODY = "nobody yet: to be supplied"
_WORLD = ("0.0.0.0/0", "::/0")


class SystemEntry(msgspec.Struct, frozen=True):
    """One kind of connection that a system gains, loses or has otherwise. `row` is the new one
    where there is one.
    """

    sign: Mark
    row: ConnectionRow
    sources: Signed
    destinations: Signed
    ports: Signed
    documents: tuple[str, ...]


class SystemPart(msgspec.Struct, frozen=True):
    """A team and what changes for it."""

    team: Team
    entries: tuple[SystemEntry, ...]


def system_parts(old: Deployment, new: Deployment) -> tuple[SystemPart, ...]:
    """The teams for which something changes, in the order of the handover documents."""
    before, after = HandoverNames(old), HandoverNames(new)
    parts = (
        SystemPart(team, tuple(_entries(connections_of(before, team), connections_of(after, team))))
        for team in TEAMS
        if team.roles
    )
    return tuple(part for part in parts if part.entries)


def _entries(old: Sequence[ConnectionRow], new: Sequence[ConnectionRow]) -> Iterator[SystemEntry]:
    before, after = _by_kind(old, new), _by_kind(new, old)
    for kind in dict.fromkeys((*before, *after)):
        for was, becomes in zip_longest(before.get(kind, ()), after.get(kind, ())):
            yield _entry(was, becomes)


def _by_kind(
    rows: Sequence[ConnectionRow], others: Sequence[ConnectionRow]
) -> dict[object, list[ConnectionRow]]:
    """The rows that the others have not, by what two rows have in common that are one to a person."""
    known = {_told(row) for row in others}
    found: dict[object, list[ConnectionRow]] = {}
    for row in rows:
        if _told(row) not in known:
            found.setdefault((row.way, row.from_, row.to, row.transport, row.services), []).append(
                row
            )
    return found


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


def _entry(was: ConnectionRow | None, becomes: ConnectionRow | None) -> SystemEntry:
    row = becomes or was
    assert row is not None
    documents = tuple(map(_document, row.places))
    if was is None or becomes is None:
        sign: Mark = "+" if was is None else "-"
        return SystemEntry(
            sign,
            row,
            _plain(row.sources.cidrs),
            _plain(row.destinations.cidrs),
            (("", _ports(row, row.ports)),),
            documents,
        )
    gained, lost = without(becomes.ports, was.ports), without(was.ports, becomes.ports)
    marked = (("", without(becomes.ports, gained)), ("-", lost), ("+", gained))
    return SystemEntry(
        "~",
        row,
        _signed(was.sources.cidrs, becomes.sources.cidrs),
        _signed(was.destinations.cidrs, becomes.destinations.cidrs),
        tuple((sign, _ports(row, ports)) for sign, ports in marked if ports),
        documents,
    )


def _signed(was: Sequence[str], becomes: Sequence[str]) -> Signed:
    """What stays, then what goes, then what comes."""
    before, after = _said(was), _said(becomes)
    return (
        *(("", one) for one in after if one in before),
        *(("-", one) for one in before if one not in after and one != _NOBODY),
        *(("+", one) for one in after if one not in before),
    )


def _plain(cidrs: Sequence[str]) -> Signed:
    return tuple(("", said) for said in _said(cidrs))


def _said(cidrs: Sequence[str]) -> tuple[str, ...]:
    return tuple("the internet" if cidr in _WORLD else bare(cidr) for cidr in cidrs) or (_NOBODY,)


def _ports(row: ConnectionRow, ports: tuple[PortRange, ...]) -> str:
    return f"{row.transport} {ports_text(ports)}"


def _document(place: DocumentPlace) -> str:
    said = (
        f"{place.publisher}: {place.title}, {place.locator}" if place.publisher else place.locator
    )
    return f"{said} ({place.note})" if place.note else said
