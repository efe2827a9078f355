"""Sets of addresses as sorted spans of numbers, for plans with thousands of networks: what two of
them share, and what one lacks of another, in one walk through both.
"""

from __future__ import annotations

import _socket as socket  # of the whole module only this; its enums take longer than a plan
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

# First and last address, both included.
Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same addresses in sorted spans that neither overlap nor touch."""
    together: list[Span] = []
    for first, last in sorted(spans):
        if together and first <= together[-1][1] + 1:
            if last > together[-1][1]:
                together[-1] = together[-1][0], last
        else:
            together.append((first, last))
    return together


def shared(span: Span, others: Sequence[Span]) -> Iterator[Span]:
    """What of a span others hold, which are joined."""
    first, last = span
    at = max(bisect_right(others, (first, last)) - 1, 0)
    for position in range(at, len(others)):
        start, end = others[position]
        if start > last:
            return
        if end >= first:
            yield max(first, start), min(last, end)


def lacking(spans: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    """What of some spans others do not hold; both are joined."""
    for first, last in spans:
        start = first
        for taken, end in shared((first, last), others):
            if taken > start:
                yield start, taken - 1
            start = end + 1
        if start <= last:
            yield start, last


def cidrs_between(span: Span, bits: int) -> Iterator[str]:
    """The fewest CIDRs that hold exactly a span; `bits`: 32 or 128."""
    first, last = span
    family = socket.AF_INET6 if bits == 128 else socket.AF_INET
    while first <= last:
        # As large as its alignment allows, and the end.
        size = (first & -first).bit_length() - 1 if first else bits
        size = min(size, (last - first + 1).bit_length() - 1)
        packed = first.to_bytes(bits // 8, "big")
        yield f"{socket.inet_ntop(family, packed)}/{bits - size}"
        first += 1 << size
