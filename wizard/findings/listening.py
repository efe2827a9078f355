"""Software of several products, or installations, or of administration, that wants one port of one
machine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Set

import msgspec

from wizard.facts.model import MANAGEMENT_PRODUCT, FlowFact
from wizard.findings.model import PRINT_TEAM, Remarks, Survey, by_installation, error, few
from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.ports import MANY_PORTS, PortRange, common_ports, ports_text
from wizard.plan.placement import by_features, placement_at, places_of
from wizard.rules.select import Selected
from wizard.tables import ids_of

FIRST_DYNAMIC = 49152  # where the dynamic ports begin (RFC 6335, Windows)
_MOST_NAMES = 6

Ports = tuple[PortRange, ...]


class _Doors(msgspec.Struct, frozen=True):
    """Where flows lead to: they differ in nothing that decides whether they are in each other's way
    but in their products.
    """

    transport: str
    ports: Ports
    role: str
    cidrs: Cidrs
    has_addresses: bool


@error(
    "port-conflict",
    PRINT_TEAM,
    "Move one of the two to another port or host, then make the documents anew.",
)
def port_conflict(r: Survey) -> Remarks:
    """Selected flows, and those of administration, listen on an overlapping port and transport at
    the same address: one finding for each address and port, whatever the number of flows.
    """
    listed = [flow.fact for flow in r.flows]
    flows_by_doors = _flows_by_doors(r)
    _add_management(r, listed, flows_by_doors)
    installations_by_doors = {
        doors: by_installation(facts.values()).keys() for doors, facts in flows_by_doors.items()
    }
    numbers_by_place: dict[tuple[Ports, str, str], set[int]] = {}
    for first, second in _near_each_other(list(flows_by_doors)):
        ports, shared = common_ports(first.ports, second.ports), _shared_address(first, second)
        if not ports or not shared:
            continue
        involved: set[int] = set()
        for one, other in ((first, second), (second, first)):
            who = installations_by_doors[other]
            involved.update(_in_the_way(flows_by_doors[one], flows_by_doors[other], who))
        if involved:
            place = ports, first.transport, shared
            numbers_by_place.setdefault(place, set()).update(involved)
    for (ports, transport, address), numbers in numbers_by_place.items():
        facts = [listed[number] for number in sorted(numbers)]
        names = _names(r, facts)
        yield (
            f"{_listed(names)} listen on {ports_text(ports)}/{transport} at {address}."
            + (
                " Move one of them to another port, or to a host of its own."
                if len(names) == 2
                else " Move all of them but one to other ports, or to hosts of their own."
            ),
            tuple(dict.fromkeys(ids_of(facts))),
        )


def _flows_by_doors(r: Survey) -> dict[_Doors, dict[int, FlowFact]]:
    """The flows to each, by their numbers among all."""
    flows_by_doors: dict[_Doors, dict[int, FlowFact]] = {}
    for number, flow in enumerate(r.flows):
        fact = flow.fact
        # Ports that the system gives out on demand are in nobody's way: it passes over those taken.
        if not _listens(r, fact) or _is_dynamic(flow):
            continue
        party = r.network.party_of(fact, fact.to)
        if party is not None and party.local_cidrs:
            doors = _Doors(
                fact.transport, flow.ports, fact.to, party.local_cidrs, _has_addresses(r, fact)
            )
            flows_by_doors.setdefault(doors, {})[number] = fact
    return flows_by_doors


def _add_management(
    r: Survey, listed: list[FlowFact], flows_by_doors: dict[_Doors, dict[int, FlowFact]]
) -> None:
    """Adds what administers machines to the flows, by numbers that go on after theirs."""
    for want in r.wants:
        cidrs = want.destinations.local_cidrs if want.fact.is_management else ()
        if cidrs:
            # A firewall that names no role has addresses of its own.
            has_addresses = want.fact.to not in r.catalog.roles or _has_addresses(r, want.fact)
            doors = _Doors(want.fact.transport, want.ports, want.fact.to, cidrs, has_addresses)
            flows_by_doors.setdefault(doors, {})[len(listed)] = want.fact
            listed.append(want.fact)


def _near_each_other(every: list[_Doors]) -> Iterator[tuple[_Doors, _Doors]]:
    """Each with itself, and the pairs of one transport with addresses in one block, and ports that
    lie between those of the other.
    """
    for doors in every:
        yield doors, doors
    for numbers in _by_block(every).values():
        starts = sorted((every[n].transport, every[n].ports[0][0], n) for n in numbers)
        # Those of the transport whose ports go on: of the many few are near another one.
        going_on: list[int] = []
        before = ""
        for transport, low, number in starts:
            going_on = [n for n in going_on if transport == before and every[n].ports[-1][1] >= low]
            for other in going_on:
                yield every[min(other, number)], every[max(other, number)]
            going_on.append(number)
            before = transport


def _by_block(every: list[_Doors]) -> dict[tuple[Family, int], set[int]]:
    """Their numbers by blocks of addresses that have no address in common."""
    spans_by_family: dict[Family, set[tuple[int, int]]] = {}
    for cidr in {cidr for doors in every for cidr in doors.cidrs}:
        spans_by_family.setdefault(addresses.family_of(cidr), set()).add(addresses.span(cidr))
    starts_by_family: dict[Family, list[int]] = {}
    for family, spans in spans_by_family.items():
        starts, furthest = starts_by_family.setdefault(family, []), -1
        for first, last in sorted(spans):
            if first > furthest:
                starts.append(first)
            furthest = max(furthest, last)
    numbers_by_block: dict[tuple[Family, int], set[int]] = {}
    for number, doors in enumerate(every):
        for cidr in doors.cidrs:
            family = addresses.family_of(cidr)
            block = bisect_right(starts_by_family[family], addresses.span(cidr)[0])
            numbers_by_block.setdefault((family, block), set()).add(number)
    return numbers_by_block


def _shared_address(first: _Doors, second: _Doors) -> str:
    """An address of both; none where two roles somewhere in one zone need not be one machine."""
    if first.role != second.role and not (first.has_addresses and second.has_addresses):
        return ""
    shared = addresses.overlap(second.cidrs, first.cidrs)
    return addresses.bare(shared[0]) if shared else ""


def _in_the_way(
    facts: dict[int, FlowFact], others: dict[int, FlowFact], installations: Set[str]
) -> Iterator[int]:
    """The numbers of those that are in the way of one of the others: two installations always are;
    within one only ports that meet because one of them was moved. `installations`: the others'.
    """
    for number, fact in facts.items():
        if installations != {fact.installation} or any(
            not common_ports(fact.ports, other.ports) for other in others.values()
        ):
            yield number


def _names(r: Survey, facts: list[FlowFact]) -> list[str]:
    """Who listens: a product with the services that have the port together."""
    services_by_listener: dict[tuple[str, Ports], dict[str, None]] = {}
    for fact in facts:
        listener = fact.installation, fact.ports
        services_by_listener.setdefault(listener, {})[fact.service] = None
    names: list[str] = []
    for (installation, _), services in services_by_listener.items():
        known = installation != MANAGEMENT_PRODUCT
        who = r.product_name(installation) if known else "administration"
        names.append(f"{who} ({', '.join(services)})")
    return names


def _listed(names: list[str]) -> str:
    """`A and B both`, `A, B and C all`; of many the first."""
    if len(names) == 2:
        return f"{names[0]} and {names[1]} both"
    if len(names) > _MOST_NAMES:
        return f"{few(names, _MOST_NAMES)} all"
    return f"{', '.join(names[:-1])} and {names[-1]} all"


def _listens(r: Survey, fact: FlowFact) -> bool:
    """True where the product's own software has the port for itself: mDNS responders share theirs,
    and a connection that the plan adds leads to whoever listens there.
    """
    role = r.catalog.roles.get(fact.to)
    return role is not None and role.product_owned and fact.cast == "unicast" and not fact.is_own


def _is_dynamic(selected: Selected) -> bool:
    """Ports that the system gives out on demand."""
    return any(low >= FIRST_DYNAMIC and high - low > MANY_PORTS for low, high in selected.ports)


def _has_addresses(r: Survey, fact: FlowFact) -> bool:
    for at in places_of(r.plan, fact.installation, fact.to, by_features(fact)):
        place = placement_at(r.plan, at, fact.to)
        if place is not None and place.addresses:
            return True
    return False
