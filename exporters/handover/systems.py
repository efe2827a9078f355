"""Connections of systems that other teams own: what the DBA, the directory team or the mail team
has to let in.

These systems have no firewall in the plan that is theirs alone, and yet each has access lists of
its own.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from operator import attrgetter

from exporters.handover.model import ConnectionRow
from exporters.handover.names import HandoverNames
from exporters.handover.words import Team
from wizard.network.ports import join_ports
from wizard.rules.model import AllowlistEntry, Flow
from wizard.rules.select import PROXIED_SCHEMES
from wizard.views.words import encryption_text

_PROXY = "web-proxy"


def connections_of(names: HandoverNames, team: Team) -> tuple[ConnectionRow, ...]:
    """What reaches or leaves the systems of this team, one row a pair of parties and kind."""
    alike = attrgetter("from_", "to", "transport", "sources", "destinations", "status", "encrypted")
    groups: dict[object, list[Flow]] = {}
    for flow in names.deployment.flows:
        if _concerns(flow, team):
            groups.setdefault(alike(flow), []).append(flow)
    rows = list(map(partial(_row, names, team), groups.values()))
    if _PROXY in team.roles and names.plan.proxy.mode == "explicit":
        rows += _to_the_proxy(names)
    return tuple(rows)


def _concerns(flow: Flow, team: Team) -> bool:
    """True for a connection over the network of a system that is not in the internet."""
    if flow.scope == "loopback":
        return False
    sides = ((flow.from_, flow.sources), (flow.to, flow.destinations))
    return any(role in team.roles and not {"0.0.0.0/0", "::/0"} & {*cidrs} for role, cidrs in sides)


def _row(names: HandoverNames, team: Team, flows: list[Flow]) -> ConnectionRow:
    first, ids = flows[0], list(map(attrgetter("id"), flows))
    sides = ((first.from_, first.sources), (first.to, first.destinations))
    unplaced = [role for role, cidrs in sides if not cidrs]
    return ConnectionRow(
        way="in" if first.to in team.roles else "out",
        from_=names.role(first.from_),
        sources=names.addresses(first.sources, first.from_),
        to=names.role(first.to),
        destinations=names.addresses(first.destinations, first.to),
        transport=first.transport,
        ports=join_ports(chain.from_iterable(map(attrgetter("ports"), flows))),
        services=tuple(dict.fromkeys(map(attrgetter("service"), flows))),
        why=names.why(ids),
        without=names.without(ids),
        watch=names.watch(ids),
        encrypted=encryption_text(first.encrypted),
        status=first.status,
        waits=tuple(map(names.waiting, unplaced)),
        places=names.places(ids),
    )


def _to_the_proxy(names: HandoverNames) -> list[ConnectionRow]:
    """Who connects to an explicit proxy: one row a role."""
    port = names.plan.proxy.port
    entries_by_role: dict[str, list[AllowlistEntry]] = {}
    for entry in names.deployment.allowlist:
        if entry.scheme in PROXIED_SCHEMES:
            for role in entry.from_:
                entries_by_role.setdefault(role, []).append(entry)
    rows = []
    for role, entries in entries_by_role.items():
        products, ids = _distinct(entries, "products"), _distinct(entries, "endpoints")
        client, proxy = names.client(role, products), names.client(_PROXY, products)
        unplaced = [
            key for key, side in ((role, client), (_PROXY, proxy)) if not side.addresses.cidrs
        ]
        rows.append(
            ConnectionRow(
                way="in",
                from_=client.role,
                sources=client.addresses,
                to=proxy.role,
                destinations=proxy.addresses,
                transport="tcp",
                ports=((port, port),),
                services=("Web proxy",),
                why=names.why(ids),
                without=names.without(ids),
                watch=names.watch(ids),
                encrypted="see the allowlist",
                status="required",
                waits=tuple(map(names.waiting, unplaced)),
                places=names.places(ids),
            )
        )
    return rows


def _distinct(entries: list[AllowlistEntry], field: str) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(map(attrgetter(field), entries))))
