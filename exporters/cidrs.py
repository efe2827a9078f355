"""CIDRs as numbers, for exporters that must know which of them overlap. Text in, text out."""

from __future__ import annotations

import socket
from functools import lru_cache

import msgspec


class Network(msgspec.Struct, frozen=True):
    """A CIDR: its first address as a number, the prefix length, and the bits of its family (32 or
    128).
    """

    first: int
    length: int
    bits: int

    @property
    def last(self) -> int:
        """The last address as a number."""
        return self.first | ((1 << (self.bits - self.length)) - 1)

    def up(self, length: int) -> int:
        """The first address of the network of that shorter prefix which holds this one."""
        shift = self.bits - length
        return self.first >> shift << shift


@lru_cache(maxsize=65536)
def network(cidr: str) -> Network:
    """A CIDR or an address.

    Raises:
        ValueError: for anything else, host bits included.
    """
    address, slash, tail = cidr.partition("/")
    six = ":" in address
    bits = 128 if six else 32
    try:
        first = int.from_bytes(
            socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, address)
        )
    except OSError:
        raise ValueError(f"{cidr!r} is no network") from None
    if slash and not (tail.isascii() and tail.isdigit() and int(tail) <= bits):
        raise ValueError(f"{cidr!r} is no network")
    length = int(tail) if slash else bits
    if first & ((1 << (bits - length)) - 1):
        raise ValueError(f"{cidr!r} has host bits set")
    return Network(first, length, bits)


@lru_cache(maxsize=65536)
def of_family(cidrs: tuple[str, ...], family: int) -> tuple[str, ...]:
    """Those of one family, sorted by address, without those that another one covers.

    Neighbours are not joined: a reader finds the plan's networks again.
    """
    wanted = {cidr: network(cidr) for cidr in cidrs if (":" in cidr) == (family == 6)}
    if len(wanted) == 1:
        return tuple(wanted)
    kept: list[str] = []
    end = -1
    for cidr, net in sorted(wanted.items(), key=lambda item: (item[1].first, item[1].length)):
        if net.last > end:
            kept.append(cidr)
            end = net.last
    return tuple(kept)


def bare(cidr: str) -> str:
    """A CIDR without the prefix length of a single address."""
    return cidr.removesuffix("/128" if ":" in cidr else "/32")
