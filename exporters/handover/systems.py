"""Connections of systems that other teams own: what the DBA, the directory team or the mail team
has to let in.

These systems have no firewall in the plan that is theirs alone, and yet each has access lists of
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter

import msgspec

from exporters.handover.model import ConnectionRow
from exporters.handover.names import HandoverNames
from exporters.handover.words import Team
from wizard.network.addresses import ANYWHERE, Cidrs, Family
from wizard.network.ports import join_ports
from wizard.network.sites import Pair
from wizard.plan.proxies import PROXY
from wizard.rules.seen import RuleSide
from wizard.rules.wants import Want
from wizard.views.words import encryption_text


class _Link(msgspec.Struct, frozen=True):
    """Two sides of a connection, in the address families that both have, and what it carries.
    `waits`: whose address is still to be known before all sources are.
    """

    from_: str
    to: str
    transport: str
    sources: Cidrs
    destinations: Cidrs
    status: str
    encrypted: bool | None
    waits: tuple[str, ...] = ()


def connections_of(names: HandoverNames, team: Team) -> tuple[ConnectionRow, ...]:
    """What reaches or leaves the systems of this team, one row a pair of parties and kind."""
    wants_by_link: dict[_Link, list[Want]] = {}
    for want in names.deployment.wants:
        if not names.is_endpoint(want.id) and {want.from_, want.to} & {*team.roles}:
            for link in _links(want):
                if _concerns(link, team):
                    wants_by_link.setdefault(link, []).append(want)
    rows = [_row(names, team, link, wants) for link, wants in wants_by_link.items()]
    if PROXY in team.roles:
        rows += _to_the_proxy(names, team)
    return tuple(rows)


def _links(want: Want, seen: Callable[[Pair, Family], RuleSide] | None = None) -> Iterator[_Link]:
    """The sides that talk to each other; one side alone says what the other waits for. `seen`: who
    opens, where the other one may see other addresses.
    """
    for pair in want.pairs:
        unplaced = pair.sources.unplaced or pair.destinations.unplaced
        sources, destinations = _shared(pair)
        waits: tuple[str, ...] = ()
        if seen is not None and not unplaced:
            sources = ()
            for family in _both(pair):
                side = seen(pair, family)
                sources += side.cidrs
                waits += side.waits
        if unplaced or waits or (sources and destinations):
            yield _Link(
                want.from_,
                want.to,
                want.transport,
                sources,
                destinations,
                want.fact.status,
                want.fact.encrypted,
                waits,
            )


def _shared(pair: Pair) -> tuple[Cidrs, Cidrs]:
    """The addresses of both sides: where both have some, those of families that both have."""
    sources, destinations = pair.sources, pair.destinations
    if sources.unplaced or destinations.unplaced:
        return sources.every_cidr, destinations.every_cidr
    families = _both(pair)
    return _of_families(sources.cidrs, families), _of_families(destinations.cidrs, families)


def _both(pair: Pair) -> list[Family]:
    return sorted(pair.sources.families() & pair.destinations.families())


def _of_families(cidrs_of: Callable[[Family], Cidrs], families: Iterable[Family]) -> Cidrs:
    return tuple(chain.from_iterable(map(cidrs_of, families)))


def _concerns(link: _Link, team: Team) -> bool:
    """True for a connection of a system that is not anywhere in the internet."""
    sides = ((link.from_, link.sources), (link.to, link.destinations))
    anywhere = {*ANYWHERE.values()}
    return any(role in team.roles and anywhere.isdisjoint(cidrs) for role, cidrs in sides)


def _row(names: HandoverNames, team: Team, link: _Link, wants: Sequence[Want]) -> ConnectionRow:
    ids = list(map(attrgetter("id"), wants))
    sides = ((link.from_, link.sources), (link.to, link.destinations))
    waits = link.waits or [role for role, cidrs in sides if not cidrs]
    return ConnectionRow(
        way="in" if link.to in team.roles else "out",
        from_=names.role(link.from_),
        sources=names.addresses(link.sources, link.from_),
        to=names.role(link.to),
        destinations=names.addresses(link.destinations, link.to),
        transport=link.transport,
        ports=join_ports(chain.from_iterable(map(attrgetter("ports"), wants))),
        services=tuple(dict.fromkeys(map(attrgetter("fact.service"), wants))),
        why=names.why(ids),
        without=names.without(ids),
        watch=names.watch(ids),
        encrypted=encryption_text(link.encrypted),
        status=link.status,
        waits=tuple(map(names.waiting, waits)),
        places=names.places(ids),
        installations=names.installations(dict.fromkeys(map(attrgetter("installation"), wants))),
    )


def _to_the_proxy(names: HandoverNames, team: Team) -> Iterator[ConnectionRow]:
    """Who connects to an explicit proxy, by the addresses that it sees: one row a pair of parties."""
    wants_by_link: dict[_Link, list[Want]] = {}
    for want in names.deployment.wants:
        if want.to == PROXY and names.is_endpoint(want.id):
            for link in _links(want, names.arriving):
                alike = msgspec.structs.replace(link, status="required", encrypted=None)
                wants_by_link.setdefault(alike, []).append(want)
    for link, wants in wants_by_link.items():
        row = _row(names, team, link, wants)
        yield msgspec.structs.replace(row, services=("Web proxy",), encrypted="see the allowlist")
