"""The meaning of rules, for tests: sets of allowed (transport, port, source, destination), compared exactly.

A box is one rule as it was read back from a format. Two lists of boxes mean the same if they agree in every
cell of the grid that all their edges draw.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wizard.rules import Rule

Span = tuple[int, int]
# (family, first, last)
Addresses = tuple[tuple[int, int, int], ...]


class Box(NamedTuple):
    transport: str
    ports: tuple[Span, ...]
    sources: Addresses
    destinations: Addresses
    not_sources: Addresses = ()
    not_destinations: Addresses = ()

    def holds(self, transport: str, port: int, family: int, source: int, destination: int) -> bool:
        return any(low <= port <= high for low, high in self.ports) and self.meets(
            transport, family, source, destination
        )

    def meets(self, transport: str, family: int, source: int, destination: int) -> bool:
        """True where some port is open from source to destination."""
        return (
            transport == self.transport
            and _in(self.sources, family, source)
            and _in(self.destinations, family, destination)
            and not _in(self.not_sources, family, source)
            and not _in(self.not_destinations, family, destination)
        )


def addresses(texts: Iterable[str]) -> Addresses:
    """CIDRs, addresses and ranges `a-b`."""
    spans = []
    for text in texts:
        if "-" in text:
            first, last = (ipaddress.ip_address(end) for end in text.split("-"))
            spans.append((first.version, int(first), int(last)))
        else:
            net = ipaddress.ip_network(text)
            spans.append((net.version, int(net.network_address), int(net.broadcast_address)))
    return tuple(spans)


def port_span(text: str) -> Span:
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def box_of(rule: Rule) -> Box:
    """A rule of the model."""
    return Box(
        rule.transport,
        rule.ports,
        addresses(rule.sources),
        addresses(rule.destinations),
        addresses(rule.except_sources),
        addresses(rule.except_destinations),
    )


def admits(boxes: Iterable[Box], transport: str, port: int, source: str, destination: str) -> bool:
    """True where one of the boxes lets this connection through."""
    here, there = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    if here.version != there.version:
        return False
    return any(box.holds(transport, port, here.version, int(here), int(there)) for box in boxes)


def difference(left: Sequence[Box], right: Sequence[Box]) -> list[str]:
    """The cells in which only one of the two lets traffic through, in words; none: they mean the same."""
    both = [*left, *right]
    found = []
    for transport in ("tcp", "udp"):
        ports = _edges((span for box in both for span in box.ports), 65536)
        for family, top in ((4, 1 << 32), (6, 1 << 128)):
            sources = _edges(_spans(both, family, ("sources", "not_sources")), top)
            destinations = _edges(_spans(both, family, ("destinations", "not_destinations")), top)
            for source in sources:
                for destination in destinations:
                    one = [box for box in left if box.meets(transport, family, source, destination)]
                    two = [box for box in right if box.meets(transport, family, source, destination)]
                    for port in ports if one or two else ():
                        a = any(low <= port <= high for box in one for low, high in box.ports)
                        b = any(low <= port <= high for box in two for low, high in box.ports)
                        if a != b:
                            sides = f"{_show(family, source)} {_show(family, destination)}"
                            found.append(f"{transport}/{port} {sides} {a} {b}")
    return found


def _spans(boxes: Iterable[Box], family: int, names: Iterable[str]) -> Iterable[Span]:
    for box in boxes:
        for name in names:
            for version, first, last in getattr(box, name):
                if version == family:
                    yield first, last


def _edges(spans: Iterable[Span], top: int) -> list[int]:
    """One number of each cell: where a span begins, and where one has just ended."""
    edges = {0}
    for first, last in spans:
        edges |= {first, last + 1}
    return sorted(edge for edge in edges if edge < top)


def _in(spans: Addresses, family: int, address: int) -> bool:
    return any(version == family and first <= address <= last for version, first, last in spans)


def _show(family: int, address: int) -> str:
    return str((ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address)(address))
