"""Errors: what cannot work, or must not be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from wizard.facts.model import FlowFact
from wizard.findings.model import (
    FIREWALL_TEAM,
    NETWORK_TEAM,
    PRINT_TEAM,
    Remarks,
    Survey,
    error,
    few,
    flows_text,
    overlap_of,
)
from wizard.network import addresses
from wizard.network.ports import MANY_PORTS, common_ports, ports_text
from wizard.network.topology import overlapping_zones, zones_holding
from wizard.plan.placement import by_features, placement_at, places_of
from wizard.plan.publishing import publish_name
from wizard.rules.denials import denials_of
from wizard.rules.exposure import is_public_in_the_clear, on_the_internet
from wizard.rules.limits import passed_limits
from wizard.rules.model import Forward
from wizard.rules.select import Selected

FIRST_DYNAMIC = 49152  # where the dynamic ports begin (RFC 6335, Windows)


@error(
    "port-conflict",
    PRINT_TEAM,
    "Move one of the two to another port or host, then make the documents anew.",
)
def port_conflict(r: Survey) -> Remarks:
    """Two selected flows listen on an overlapping port and transport at the same address."""
    # Ports that the system gives out on demand are in nobody's way: it passes over those taken.
    listening = [flow for flow in r.flows if _listens(r, flow.fact) and not _is_dynamic(flow)]
    reported: set[tuple[str, str]] = set()
    for first, second in _near_each_other(listening):
        facts, ids = (first.fact, second.fact), (first.fact.id, second.fact.id)
        ports = common_ports(first.ports, second.ports)
        if not ports or ids in reported or not _in_the_way(first, second):
            continue
        shared = _shared_address(r, *facts)
        if shared:
            reported.add(ids)
            names = " and ".join(f"{r.product_name(f.installation)} ({f.service})" for f in facts)
            yield (
                f"{names} both listen on {ports_text(ports)}/{facts[0].transport} at {shared}."
                " Move one of them to another port, or to a host of its own.",
                ids,
            )


def _near_each_other(flows: list[Selected]) -> Iterator[tuple[Selected, Selected]]:
    """The pairs of one transport whose ports lie between those of the other, in their order."""
    starts = sorted((f.fact.transport, f.ports[0][0], number) for number, f in enumerate(flows))
    pairs: list[tuple[int, int]] = []
    # Those of the transport whose ports go on: of the many flows few are near another one.
    going_on: list[int] = []
    before = ""
    for transport, low, number in starts:
        ends = [n for n in going_on if transport == before and flows[n].ports[-1][1] >= low]
        pairs += ((min(other, number), max(other, number)) for other in ends)
        going_on, before = [*ends, number], transport
    for first, second in sorted(pairs):
        yield flows[first], flows[second]


@error("forward-conflict", FIREWALL_TEAM, "Give one of them another public port or address.")
def forward_conflict(r: Survey) -> Remarks:
    """Two forwards want one public port."""
    for first, second in combinations(r.compiled.forwards, 2):
        stands = [(f.firewall, f.transport, f.public_address) for f in (first, second)]
        if stands[0] != stands[1]:
            continue
        ports = common_ports((first.public_ports,), (second.public_ports,))
        leads = [(f.address, f.ports, f.unresolved) for f in (first, second)]
        if ports and leads[0] != leads[1]:
            yield (
                f"{first.firewall}: public port {ports_text(ports)}/{first.transport} is wanted for"
                f" {first.address or 'a host without an address yet'} and for"
                f" {second.address or 'a host without an address yet'}. One public port leads to"
                " one host: give one of them another public port or address, under"
                f' [firewalls.{second.firewall}.publish."{_publish_name(r, second)}"].',
                (*first.flows, *second.flows),
            )


def _publish_name(r: Survey, forward: Forward) -> str:
    facts = {want.id: want.fact for want in r.wants}
    return publish_name(facts[forward.flows[0]])


@error("cleartext-over-untrusted", PRINT_TEAM, "Bring it in through a VPN, from a zone of its own.")
def cleartext_over_untrusted(r: Survey) -> Remarks:
    """A flow that must never be public has a party in the internet."""
    ids = {obstacle.want for obstacle in r.compiled.obstacles if obstacle.kind == "cleartext"}
    for want in r.wants:
        opened_there = on_the_internet(want.sources)
        # On a way through fronts, only the part that has somebody on the internet is left out.
        abroad = opened_there or on_the_internet(want.destinations)
        if want.id in ids and abroad and is_public_in_the_clear(want.fact):
            side = want.from_ if opened_there else want.to
            yield (
                f"{want.fact.service} ({want.id}) is not encrypted, and {r.role_name(side)} is on"
                " the internet. No rule and no forward is made for it. Let it come through a VPN,"
                " from a zone of your own.",
                (want.id,),
            )


@error(
    "overlapping-zones",
    NETWORK_TEAM,
    "Put each network into one zone, or give each zone a seen_as of its own.",
)
def overlapping_networks(r: Survey) -> Remarks:
    """Networks of two zones overlap, and not each is seen as another; or what they are seen as does."""
    for zone, other, network in overlapping_zones(r.plan):
        yield (
            f"Zones {zone} and {other} both hold addresses of {network}. An address can be in one"
            " zone only, unless each of the two is seen as networks of its own (seen_as).",
            (zone, other),
        )


@error("address-outside-zone", NETWORK_TEAM, "Put the address or the zone right.")
def address_outside_zone(r: Survey) -> Remarks:
    """A role's address is in none of its zones."""
    for product, role in _placed(r):
        for _ in r.network.parties_of(product, role):
            pass
    for (at, role), stray in sorted(r.network.stray.items()):
        place, product = placement_at(r.plan, at, role), at.installation
        zones = ", ".join(place.zones) if place and place.zones else "any zone of the plan"
        where = f" for {r.product_name(product)}" if product else ""
        if several := zones_holding(r.plan, stray):
            yield (
                f"{r.role_name(role)}{where}: {', '.join(stray)} is in {' and in '.join(several)}."
                " Name the zone beside it. Nothing is allowed for it until then.",
                (role,),
            )
            continue
        yield (
            f"{r.role_name(role)}{where}: {', '.join(stray)} is not in {zones}. Nothing is allowed"
            " for it until the address or the zone is put right.",
            (role,),
        )


@error("no-path", NETWORK_TEAM, "Add the firewall or router that joins them.")
def no_path(r: Survey) -> Remarks:
    """Nothing joins the zones of a flow, or its parties share no family."""
    for (sources, destinations), ids in r.obstructed("no-path").items():
        yield (
            f"Nothing joins {few(sources)} to {few(destinations)}: {flows_text(ids)} cannot run."
            " Add the firewall or router that joins them.",
            ids,
        )
    for ((source,), (destination,)), ids in r.obstructed("no-family").items():
        yield (
            f"{source} and {destination} share no address family (one has IPv4, the other IPv6):"
            f" {flows_text(ids)} cannot run between them.",
            ids,
        )


def _placed(r: Survey) -> set[tuple[str, str]]:
    """Product (none: in general) and role of each placement in the plan."""
    placed = {("", role) for role in r.plan.roles}
    for product, answers in r.plan.products.items():
        placed.update((product, role) for role in answers.roles)
    return placed


@error("rule-limit", FIREWALL_TEAM, "Join networks, or have the limit raised.")
def rule_limit(r: Survey) -> Remarks:
    """More entries than the groups at one machine take: there is no file for that firewall."""
    denials = denials_of(r.network)
    for name, message in passed_limits(r.plan, r.compiled.rules, r.network.on_machines, denials):
        yield message, (name,)


def _listens(r: Survey, fact: FlowFact) -> bool:
    """True where the product's own software has the port for itself: mDNS responders share theirs,
    and a connection that the plan adds leads to whoever listens there.
    """
    role = r.catalog.roles.get(fact.to)
    return role is not None and role.product_owned and fact.cast == "unicast" and not fact.is_own


def _in_the_way(first: Selected, second: Selected) -> bool:
    """Two installations always are; within one only ports that meet because one of them was
    moved.
    """
    if first.fact.installation != second.fact.installation:
        return True
    return not common_ports(first.fact.ports, second.fact.ports)


def _is_dynamic(selected: Selected) -> bool:
    """Ports that the system gives out on demand."""
    return any(low >= FIRST_DYNAMIC and high - low > MANY_PORTS for low, high in selected.ports)


def _shared_address(r: Survey, first: FlowFact, second: FlowFact) -> str | None:
    listener = r.network.party_of(first, first.to)
    other = r.network.party_of(second, second.to)
    if listener is None or other is None:
        return None
    if first.to != second.to and not (_has_addresses(r, first) and _has_addresses(r, second)):
        return None  # two roles somewhere in one zone need not be one machine
    shared = overlap_of(other, listener.local_cidrs)
    return addresses.bare(shared[0]) if shared else None


def _has_addresses(r: Survey, fact: FlowFact) -> bool:
    for at in places_of(r.plan, fact.installation, fact.to, by_features(fact)):
        place = placement_at(r.plan, at, fact.to)
        if place is not None and place.addresses:
            return True
    return False
