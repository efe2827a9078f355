"""The ports that a container engine publishes on the hosts of a firewall.

The engine translates their packets (DNAT) before the host's own rules are asked: they never come in
there, but are forwarded. So the same rules count for what is forwarded, by the address and port that
was asked for, and everybody else is dropped there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.facts.model import Catalog, FlowFact, Transport
from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.party import Party
from wizard.network.ports import PortRange, join_ports
from wizard.network.topology import Network
from wizard.plan.model import IN_CONTAINERS, Engine, ProductPlan
from wizard.rules.wants import Want
from wizard.tables import each_made


class ContainerPorts(msgspec.Struct, frozen=True):
    """Ports of one installation that its engine publishes on hosts of a firewall: at these CIDRs of
    one family.
    """

    installation: str
    engine: Engine
    transport: Transport
    family: Family
    destinations: Cidrs
    ports: tuple[PortRange, ...]


def container_ports(
    catalog: Catalog, network: Network, all_wants: Iterable[Want]
) -> dict[str, tuple[ContainerPorts, ...]]:
    """Name of a host's firewall → what containers publish behind it: what the plan uses, and the
    products' other listeners too, which nobody may use.
    """
    engines: dict[str, Engine] = {}
    for installation, answers in network.plan.products.items():
        if answers.runs_in is not None:
            engines[installation] = answers.runs_in
    hosts = [name for name, firewall in network.guards.items() if firewall.kind == "host"]
    if not engines or not hosts:
        return {}
    ports_by_key: dict[tuple[str, str, Transport, Family, Cidrs], list[PortRange]] = {}
    for installation, transport, party, ports in _listening(catalog, network, engines, all_wants):
        for name in hosts:
            held = network.renumbered.own(party.by_zone, network.held(name, party))
            for family, cidrs in addresses.by_family(held).items():
                key = (name, installation, transport, family, cidrs)
                ports_by_key.setdefault(key, []).extend(ports)
    by_firewall: dict[str, list[ContainerPorts]] = {}
    for key, pairs in sorted(ports_by_key.items()):
        name, installation, transport, family, cidrs = key
        engine = engines[installation]
        entry = ContainerPorts(installation, engine, transport, family, cidrs, join_ports(pairs))
        by_firewall.setdefault(name, []).append(entry)
    return each_made(tuple, by_firewall)


_Listening = tuple[str, Transport, Party, tuple[PortRange, ...]]


def _listening(
    catalog: Catalog, network: Network, engines: Iterable[str], all_wants: Iterable[Want]
) -> Iterator[_Listening]:
    for want in all_wants:
        if want.installation in engines and want.to in IN_CONTAINERS and not want.link_local:
            yield want.installation, want.transport, want.destinations, want.ports
    for installation in engines:
        product = catalog.products.get(installation)
        answers = network.plan.products[installation]
        for fact in product.flows if product is not None else ():
            port = _moved_or_own(fact, answers)
            party = network.party(installation, fact.to)
            if port is not None and party is not None:
                yield installation, fact.transport, party, port


def _moved_or_own(fact: FlowFact, answers: ProductPlan) -> tuple[PortRange, ...] | None:
    """The port of a listener in a container, whether the plan uses it or not."""
    inside = fact.to in IN_CONTAINERS and fact.scope == "network"
    if fact.listener is None or not inside:
        return None
    moved = answers.ports.get(fact.listener)
    return fact.ports if moved is None else ((moved, moved),)
