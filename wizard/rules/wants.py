"""What the plan wants to connect: flows, endpoints and management, each with the two parties it
runs between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain

import msgspec

from wizard.facts.model import EndpointFact, FactStatus, FlowFact, Transport
from wizard.network.party import Party
from wizard.network.ports import PortRange
from wizard.network.proxied import Proxied
from wizard.network.sites import Pair
from wizard.network.topology import Network
from wizard.plan.fronts import fronts_of
from wizard.plan.keys import Key
from wizard.plan.management import methods_of, ports_of
from wizard.plan.model import INTERNET
from wizard.plan.placement import by_features
from wizard.plan.proxies import PROXIED_SCHEMES, PROXY, Leg, UsedProxy, legs
from wizard.rules.because import (
    keys_of_front,
    keys_of_place,
    keys_of_proxy,
    keys_of_sites,
    management_keys,
)
from wizard.rules.exposure import reached
from wizard.rules.fronted import Fronted
from wizard.rules.management import MANAGEMENT
from wizard.rules.model import Flow
from wizard.rules.reflected import reflected
from wizard.rules.select import MANAGER, Selected, SelectedEndpoint
from wizard.rules.serving import Serving

_ENDPOINT_STATUS: dict[str, FactStatus] = {
    "current": "required",
    "optional": "optional",
    "legacy": "optional",
}


class Want(msgspec.Struct, frozen=True):
    """A connection that should work, by which fact and on what ports. An endpoint's way to the
    internet is a flow too, and where an explicit proxy splits it, two.

    `because` are the answers that it came from, those left at their defaults too. `pairs` are the
    parts of its parties that talk to each other; one pair, but where sites keep them apart. `relay`
    is the front that sends it out under the address of who opened it first: that is where it comes
    from, and its sources are only seen.
    """

    fact: FlowFact
    ports: tuple[PortRange, ...]
    sources: Party
    destinations: Party
    because: tuple[Key, ...]
    pairs: tuple[Pair, ...]
    relay: Party | None = None

    @property
    def id(self) -> str:
        """The id of the fact."""
        return self.fact.id

    @property
    def installation(self) -> str:
        """The installation that wants it; `management` where the plan does."""
        return self.fact.installation

    @property
    def from_(self) -> str:
        """The role that opens it."""
        return self.fact.from_

    @property
    def to(self) -> str:
        """The role that listens."""
        return self.fact.to

    @property
    def transport(self) -> Transport:
        """`tcp` or `udp`."""
        return self.fact.transport

    @property
    def link_local(self) -> bool:
        """True for what never leaves its network: it crosses no boundary."""
        return self.fact.scope == "link-local"


def wants(
    network: Network, flows: Iterable[Selected], endpoints: Iterable[SelectedEndpoint]
) -> tuple[Want, ...]:
    """Every connection of the plan, loopback ones left out."""
    return (*fact_wants(network, flows, endpoints), *management_wants(network))


def fact_wants(
    network: Network, flows: Iterable[Selected], endpoints: Iterable[SelectedEndpoint]
) -> Iterator[Want]:
    """The connections of facts, and what reflectors make of them."""
    return reflected(network, _of_facts(network, flows, endpoints))


def _of_facts(
    network: Network, flows: Iterable[Selected], endpoints: Iterable[SelectedEndpoint]
) -> Iterator[Want]:
    flows = tuple(flows)
    serving = Serving(network, flows)
    for flow in flows:
        if flow.fact.scope != "loopback":
            yield from _want(network, serving, flow.fact, flow.ports, flow.because)
    proxied = Proxied(network)
    for endpoint in endpoints:
        yield from _of_endpoint(network, serving, proxied, endpoint)


def _want(
    network: Network,
    serving: Serving,
    fact: FlowFact,
    ports: tuple[PortRange, ...],
    because: Iterable[Key],
) -> Iterator[Want]:
    """The connection of a fact; none where the plan says that a party of it is absent."""
    sources = network.party_of(fact, fact.from_)
    destinations = network.party_of(fact, fact.to)
    if sources is not None and destinations is not None:
        keys: list[Key] = [*because]
        by = by_features(fact)
        for role in (fact.from_, fact.to):
            keys += keys_of_place(network.plan, fact.installation, role, by)
        if fact.served and network.plan.sites:
            keys += keys_of_sites(network.plan, fact.installation)
        if fronts := fronts_of(network.plan, fact):
            for name, front in fronts.items():
                keys += keys_of_front(network.plan, name, front, fact)
            reasons = tuple(dict.fromkeys(keys))
            through = Fronted(network, serving, fact, ports, sources, destinations)
            for leg in through.legs():
                yield Want(
                    leg.fact,
                    leg.ports,
                    leg.sources,
                    leg.destinations,
                    reasons,
                    leg.pairs,
                    leg.relay,
                )
            return
        pairs = serving.pairs(fact, sources, destinations)
        yield Want(fact, ports, sources, destinations, tuple(dict.fromkeys(keys)), pairs)


def _of_endpoint(
    network: Network, serving: Serving, proxied: Proxied, endpoint: SelectedEndpoint
) -> Iterator[Want]:
    """The ways to a host on the internet: of each site's clients by their own proxy."""
    fact = endpoint.fact
    everybody = network.party_of(fact, fact.from_)
    for used in proxied.used:
        clients = proxied.clients(everybody, used) if everybody is not None else None
        if clients is None or not endpoint.counts_at(used.answers):
            continue
        parties = {PROXY: proxied.place(network.party_of(fact, PROXY), used), fact.from_: clients}
        for leg in legs(used.answers, fact.scheme, fact.from_, fact.port):
            flow = _as_flow(fact, leg)
            sources = parties[leg.from_]
            destinations = parties.get(leg.to) or network.party_of(flow, leg.to)
            if destinations is None:
                continue
            keys = _why_so(network, endpoint, leg, used)
            pairs = serving.pairs(flow, sources, destinations)
            yield Want(flow, flow.ports, sources, destinations, keys, pairs)


def _why_so(
    network: Network, endpoint: SelectedEndpoint, leg: Leg, used: UsedProxy
) -> tuple[Key, ...]:
    fact = endpoint.fact
    keys: list[Key] = [*endpoint.because]
    if fact.scheme in PROXIED_SCHEMES:
        keys += keys_of_proxy(network.plan, used, to_it=leg.to == PROXY)
    for role in (fact.from_, leg.from_, leg.to):
        if role != PROXY or not used.addresses:
            keys += keys_of_place(network.plan, fact.installation, role, by_features(fact))
    return tuple(dict.fromkeys(keys))


def _as_flow(fact: EndpointFact, leg: Leg) -> FlowFact:
    return FlowFact(
        id=fact.id,
        product=fact.product,
        feature=fact.feature,
        options=fact.options,
        when=fact.when,
        versions=fact.versions,
        from_=leg.from_,
        to=leg.to,
        transport="tcp",
        ports=((leg.port, leg.port),),
        service=fact.purpose,
        status=_ENDPOINT_STATUS[fact.status],
        encrypted=fact.scheme != "http",
        exposure="public" if leg.to == INTERNET else "internal",
        source=fact.source,
    )


def management_wants(network: Network) -> Iterator[Want]:
    """The administrators' connections to what firewalls guard."""
    managers = network.party("", MANAGER)
    if managers is None:
        return
    for name, firewall in sorted(network.guards.items()):
        hosts = Party(firewall.role or name, network.locate(network.covered(name)))
        for method in methods_of(firewall.management):
            ports = ports_of(firewall.management, method)
            fact = msgspec.structs.replace(MANAGEMENT[method], to=hosts.role, ports=ports)
            because = tuple(dict.fromkeys(_why_managed(network, name)))
            pairs = (Pair(managers, hosts),)
            yield Want(fact, fact.ports, managers, hosts, because, pairs)


def _why_managed(network: Network, name: str) -> Iterator[Key]:
    plan = network.plan
    yield from management_keys(name)
    yield from keys_of_place(plan, "", MANAGER)
    firewall = plan.firewalls[name]
    if firewall.role is not None and not firewall.addresses:
        for product in plan.viewpoints:
            yield from keys_of_place(plan, product, firewall.role)


def flow_values(
    network: Network, flows: Iterable[Selected], all_wants: Iterable[Want]
) -> tuple[Flow, ...]:
    """The flows as `show` lists them: those of the products and those of management, with
    addresses.
    """
    listed: dict[Flow, None] = {}
    addresses_of = cache(_addresses)  # hundreds of flows run between the same two
    for flow in flows:
        fact = flow.fact
        sources = network.party_of(fact, fact.from_)
        destinations = network.party_of(fact, fact.to)
        fronts = tuple(fronts_of(network.plan, fact))
        listed[_flow(fact, flow.ports, sources, destinations, addresses_of, fronts)] = None
    for want in all_wants:
        if want.fact.is_management:
            parties = want.sources, want.destinations
            listed[_flow(want.fact, want.ports, *parties, addresses_of)] = None
    return tuple(
        sorted(listed, key=lambda flow: (flow.installation, flow.id, flow.to, flow.destinations))
    )


def _flow(
    fact: FlowFact,
    ports: tuple[PortRange, ...],
    sources: Party | None,
    destinations: Party | None,
    addresses_of: Callable[[Party, Party], tuple[str, ...]],
    fronts: tuple[str, ...] = (),
) -> Flow:
    if fact.scope == "loopback" or sources is None or destinations is None:
        sources = destinations = Party("", ())
    sources, destinations = reached(fact, sources, destinations)
    return Flow(
        id=fact.id,
        product=fact.product,
        installation=fact.installation,
        fact=fact.entry,
        feature=fact.feature,
        from_=fact.from_,
        to=fact.to,
        transport=fact.transport,
        ports=ports,
        sources=addresses_of(sources, destinations),
        destinations=addresses_of(destinations, sources),
        service=fact.service,
        status=fact.status,
        scope=fact.scope,
        cast=fact.cast,
        encrypted=fact.encrypted,
        fronts=fronts,
        evidence=fact.evidence,
    )


def _addresses(party: Party, peer: Party) -> tuple[str, ...]:
    """All addresses of a party; the internet only in the families that the peer has."""
    families = party.families()
    if not peer.unplaced and party.is_anywhere:
        families &= peer.families()
    return tuple(chain.from_iterable(map(party.cidrs, sorted(families))))
