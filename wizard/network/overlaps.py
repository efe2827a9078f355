"""Zones that share addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.topology import Network
from wizard.plan.model import Plan


def overlapping_zones(plan: Plan) -> list[tuple[str, str, str]]:
    """Pairs of zones that share addresses, each with the network that they share. Own networks may
    be shared where each of the two is seen as others.
    """
    spans: list[_ZoneSpan] = []
    for zone, declared in plan.zones.items():
        for network in declared.networks:
            translated = bool(declared.seen_as) and addresses.family_of(network) == 4
            spans.append(_zone_span(zone, network, translated))
        for network in declared.seen_as:
            spans.append(_zone_span(zone, network, False))
    shared: dict[tuple[str, str], str] = {}
    open_spans: list[_ZoneSpan] = []
    for span in sorted(spans):
        open_spans = [s for s in open_spans if s.family == span.family and s.last >= span.first]
        for other in open_spans:
            if other.zone != span.zone and not (other.translated and span.translated):
                pair = min(span.zone, other.zone), max(span.zone, other.zone)
                shared.setdefault(pair, span.network)
        open_spans.append(span)
    return [(*pair, network) for pair, network in sorted(shared.items())]


def zones_holding(plan: Plan, cidrs: Cidrs) -> list[str]:
    """The zones that share these of their own addresses; none where fewer than two do."""
    names = [n for n, zone in plan.zones.items() if addresses.overlap(cidrs, zone.networks)]
    return names if len(names) > 1 else []


def indistinct_zones(network: Network, name: str) -> list[tuple[tuple[str, ...], str]]:
    """Zones that a boundary joins, or in which a firewall guards hosts, at the same addresses of
    their own: their names, with a network that they share.
    """
    renumbered = network.renumbered
    held: list[tuple[str, Cidrs]] = []
    if name in network.guards:
        for piece in network.locate(network.covered(name)) if renumbered.zones else ():
            if piece.zone in renumbered.zones:
                held.append((piece.zone, renumbered.own((piece.zone,), piece.cidrs)))
    else:
        for zone in network.plan.firewalls[name].zones:
            if zone in renumbered.zones:
                held.append((zone, renumbered.zones[zone].networks))
    return _sharing(held)


def _sharing(held: Iterable[tuple[str, Cidrs]]) -> list[tuple[tuple[str, ...], str]]:
    """Who holds some of one IPv4 network, where several do; of networks in each other the
    outermost.
    """
    entries: list[tuple[int, int, str, str]] = []
    for zone, cidrs in held:
        for cidr in addresses.of_family(cidrs, 4):
            first, last = addresses.span(cidr)
            entries.append((first, -last, zone, cidr))
    names_by_network: dict[str, list[str]] = {}
    outermost, end = "", -1
    for first, negative, zone, cidr in sorted(entries):
        if first > end:
            outermost, end = cidr, -negative
        names_by_network.setdefault(outermost, []).append(zone)
    shared: list[tuple[tuple[str, ...], str]] = []
    for cidr, names in names_by_network.items():
        zones = tuple(dict.fromkeys(names))
        if len(zones) > 1:
            shared.append((zones, cidr))
    return shared


class _ZoneSpan(NamedTuple):
    """One network of a zone, as numbers; `translated`: nobody beyond what joins it sees it."""

    family: Family
    first: int
    last: int
    zone: str
    network: str
    translated: bool


def _zone_span(zone: str, network: str, translated: bool) -> _ZoneSpan:
    first, last = addresses.span(network)
    return _ZoneSpan(addresses.family_of(network), first, last, zone, network, translated)
