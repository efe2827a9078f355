"""Zones that share addresses."""

from __future__ import annotations

from typing import NamedTuple

from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.plan.model import Plan


def overlapping_zones(plan: Plan) -> list[tuple[str, str, str]]:
    """Pairs of zones that share addresses, each with the network that they share. Own networks may
    be shared where each of the two is seen as others.
    """
    spans: list[_ZoneSpan] = []
    for zone, declared in plan.zones.items():
        for network in declared.networks:
            spans.append(_zone_span(zone, network, bool(declared.seen_as)))
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
