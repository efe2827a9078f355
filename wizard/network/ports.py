"""Port numbers and ranges, as people write them and as rules hold them: sorted inclusive pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import starmap

PortRange = tuple[int, int]
# A rule that opens more ports than this is named: in findings, ratings, and for the auditor.
MANY_PORTS = 100


def parse_ports(values: Iterable[int | str]) -> tuple[PortRange, ...]:
    """Ports (`631`) and ranges (`"9200-9999"`) → sorted inclusive pairs that don't overlap or touch.

    Raises:
        ValueError: for anything that is no port from 1 to 65535, or a range that runs backwards.
    """
    pairs = []
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**9:
            # Python writes out no number of any length.
            raise ValueError("the number is outside 1-65535")
        text = str(value).strip()
        first, dash, last = text.partition("-")
        ends = (first.strip(), last.strip() if dash else first.strip())
        if isinstance(value, bool) or not all(end.isascii() and end.isdigit() for end in ends):
            raise ValueError(f"{text!r} is neither a port nor a range such as 9200-9999")
        # Longer numbers are outside too, and Python reads none of any length.
        low, high = (int(end) if len(end) < 10 else 0 for end in ends)
        if not (1 <= low <= 65535 and 1 <= high <= 65535):
            raise ValueError(f"{text} is outside 1-65535")
        if low > high:
            raise ValueError(f"{text} runs backwards; write {high}-{low}")
        pairs.append((low, high))
    return join_ports(pairs)


def join_ports(pairs: Iterable[PortRange]) -> tuple[PortRange, ...]:
    """Inclusive pairs, sorted, with those that overlap or touch made one."""
    joined: list[PortRange] = []
    for low, high in sorted(pairs):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def single_port(ports: Sequence[PortRange]) -> int | None:
    """The port, where there is one alone."""
    return ports[0][0] if len(ports) == 1 and ports[0][0] == ports[0][1] else None


@lru_cache(maxsize=16384)
def common_ports(
    ports: tuple[PortRange, ...], others: tuple[PortRange, ...]
) -> tuple[PortRange, ...]:
    """The ports that both hold."""
    return tuple(
        (max(low, first), min(high, last))
        for low, high in ports
        for first, last in others
        if max(low, first) <= min(high, last)
    )


def holds_port(pairs: Iterable[PortRange], port: int) -> bool:
    """True where one of the inclusive pairs holds the port."""
    return any(low <= port <= high for low, high in pairs)


def port_count(pairs: Iterable[PortRange]) -> int:
    """How many ports inclusive pairs hold; one that two of them hold counts twice."""
    return sum(last - first + 1 for first, last in pairs)


def range_text(low: int, high: int) -> str:
    """`80`, `9200-9999`."""
    return str(low) if low == high else f"{low}-{high}"


def range_texts(pairs: Iterable[PortRange]) -> tuple[str, ...]:
    """Inclusive pairs → a text each, as plans hold them: `80`, `9200-9999`."""
    return tuple(starmap(range_text, pairs))


def ports_text(ports: tuple[PortRange, ...]) -> str:
    """`80, 9200-9999`."""
    return ", ".join(range_texts(ports))
