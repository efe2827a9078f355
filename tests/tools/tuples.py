"""The meaning of rules, for tests: sets of allowed (transport, port, source, destination), compared
exactly.

A box is one rule as it was read back from a format. Two lists of boxes mean the same if they agree
in every cell of the grid that all their edges draw."""

from __future__ import annotations

import ipaddress
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wizard.rules.model import Rule

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


def boxes_by_place(rules: Iterable[Rule]) -> dict[tuple[str, str], list[Box]]:
    """What the rules let through at each firewall, in each direction."""
    boxes: dict[tuple[str, str], list[Box]] = {}
    for rule in rules:
        boxes.setdefault((rule.firewall, rule.direction), []).append(box_of(rule))
    return boxes


def admits(boxes: Iterable[Box], transport: str, port: int, source: str, destination: str) -> bool:
    """True where one of the boxes lets this connection through."""
    here, there = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    if here.version != there.version:
        return False
    return any(box.holds(transport, port, here.version, int(here), int(there)) for box in boxes)


def difference(left: Sequence[Box], right: Sequence[Box]) -> list[str]:
    """The cells in which only one of the two lets traffic through, in words; none: they mean the
    same.
    """
    both = [*left, *right]
    found = []
    for transport in ("tcp", "udp"):
        ports = _edges((span for box in both for span in box.ports), 65536)
        for family, top in ((4, 1 << 32), (6, 1 << 128)):
            sources = _edges(_spans(both, family, ("sources", "not_sources")), top)
            destinations = _edges(_spans(both, family, ("destinations", "not_destinations")), top)
            cells = (ports, sources, destinations)
            one, two = (_table(side, transport, family, cells) for side in (left, right))
            for row, source in enumerate(sources):
                for column, port in enumerate(ports):
                    a, b = _open(one, row, column), _open(two, row, column)
                    for number, destination in enumerate(destinations if a != b else ()):
                        if (a ^ b) >> number & 1:
                            sides = f"{_show(family, source)} {_show(family, destination)}"
                            states = f"{bool(a >> number & 1)} {bool(b >> number & 1)}"
                            found.append(f"{transport}/{port} {sides} {states}")
    return found


# Source cell → ports → destinations; ports and destinations are numbers with a bit for each cell.
# Exceptions on both sides make thousands of boxes, and holding each against each cell would take
# minutes.
Table = dict[int, dict[int, int]]


def _table(
    boxes: Iterable[Box], transport: str, family: int, cells: tuple[list[int], ...]
) -> Table:
    ports, sources, destinations = cells
    table: Table = {}
    for box in boxes:
        if box.transport != transport:
            continue
        here = _bits(sources, _of(box.sources, family)) & ~_bits(
            sources, _of(box.not_sources, family)
        )
        there = _bits(destinations, _of(box.destinations, family))
        there &= ~_bits(destinations, _of(box.not_destinations, family))
        opened = _bits(ports, box.ports)
        while here and there:
            row = (here & -here).bit_length() - 1
            here &= here - 1
            held = table.setdefault(row, {})
            held[opened] = held.get(opened, 0) | there
    return table


def _open(table: Table, row: int, column: int) -> int:
    opened = 0
    for ports, destinations in table.get(row, {}).items():
        if ports >> column & 1:
            opened |= destinations
    return opened


def _of(spans: Addresses, family: int) -> Iterable[Span]:
    return ((first, last) for version, first, last in spans if version == family)


def _bits(edges: list[int], spans: Iterable[Span]) -> int:
    """A bit for each cell that lies in one of the spans."""
    bits = 0
    for first, last in spans:
        low, high = bisect_left(edges, first), bisect_right(edges, last)
        bits |= ((1 << high) - 1) & ~((1 << low) - 1)
    return bits


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
