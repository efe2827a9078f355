"""Addresses and ports as named objects of a vendor's file: one content, one name, in every file.

A name holds its content, or a digest of it: loading a file never changes what an earlier one brought.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from exporters.firewalls.vendor_terms import Term, digest
from wizard.network import spans
from wizard.network.addresses import Cidrs, at, bare, family_of, prefix, span
from wizard.network.ports import PortRange, range_texts

_LONGEST = 63
_ROLE = 40
# Files of several makes ask for the same names: as many as rules by the thousand have.
_KEPT = 1 << 16


class Objects:
    """What the lines of one file name: groups of addresses, and sets of ports."""

    def __init__(self, ranges: Sequence[int] = (4, 6)) -> None:
        """`ranges`: the families in which a group may hold ranges of addresses."""
        self._ranges = ranges
        self._members: dict[str, None] = {}
        self.groups: dict[str, Cidrs] = {}
        self.services: dict[str, tuple[str, tuple[PortRange, ...]]] = {}

    def side(self, role: str, cidrs: Cidrs) -> str:
        """What stands for these addresses in a line: the one network itself, or a group's name."""
        listed = members(cidrs) if family_of(cidrs[0]) in self._ranges else cidrs
        self._members.update(dict.fromkeys(listed))
        if len(listed) == 1 and not range_ends(listed[0]):
            return listed[0]
        name = group_name(role, listed)
        self.groups[name] = listed
        return name

    def reference(self, role: str, cidrs: Cidrs) -> str:
        """The name of what stands for these addresses, where a single one is an object too."""
        side = self.side(role, cidrs)
        return side if side in self.groups else member_name(side)

    def members(self) -> list[str]:
        """Every address and range that a side has, once."""
        return list(self._members)

    def named_groups(self) -> Iterator[tuple[str, list[str]]]:
        """The groups with the names of their members."""
        for name, listed in self.groups.items():
            yield name, list(map(member_name, listed))

    def service(self, term: Term) -> str:
        """The name of the term's ports."""
        name = service_name(term.transport, term.ports)
        self.services[name] = term.transport, term.ports
        return name


@lru_cache(maxsize=_KEPT)
def members(cidrs: Cidrs) -> Cidrs:
    """The same addresses of one family: as CIDRs, or as ranges `a-b` where those are under half as
    many ('the internet' is 45 CIDRs and seven ranges).
    """
    together = spans.joined(map(span, cidrs))
    if 2 * len(together) >= len(cidrs):
        return cidrs
    edges = {span(cidr)[0]: cidr for cidr in cidrs}
    return tuple(_between(edges[first], last - first) for first, last in together)


@lru_cache(maxsize=_KEPT)
def member_name(member: str) -> str:
    """What one member is called where it has to be an object of its own."""
    words = bare(member).replace("-", "_to_").replace("/", "_").replace(":", "-")
    return _short(f"pw-{words}", member)


@lru_cache(maxsize=_KEPT)
def group_name(role: str, listed: Cidrs) -> str:
    """What a group is called: whose addresses these are, and a digest of them."""
    words = re.sub(r"[^a-z0-9-]", "-", role.lower())[:_ROLE].strip("-")
    return f"pw-{words}-{digest(*listed, size=6)}" if words else f"pw-{digest(*listed, size=6)}"


@lru_cache(maxsize=_KEPT)
def service_name(transport: str, ports: tuple[PortRange, ...]) -> str:
    """What a set of ports is called: `pw-tcp-443_9191-9193`."""
    words = "_".join(range_texts(ports))
    return _short(f"pw-{transport}-{words}", transport, ports)


def port_words(low: int, high: int) -> str:
    """Ports as Cisco and Arista have them."""
    return f"eq {low}" if low == high else f"range {low} {high}"


def range_ends(member: str) -> Sequence[str]:
    """The two ends of a range `a-b`; nothing for a CIDR."""
    return member.split("-") if "-" in member else ()


@lru_cache(maxsize=_KEPT)
def masked(cidr: str, inverted: bool = False) -> tuple[str, str]:
    """An IPv4 network and its mask, or what its mask leaves out."""
    numbers = prefix(cidr)
    mask = numbers.last - numbers.first
    if not inverted:
        mask ^= 0xFFFFFFFF
    return cidr.partition("/")[0], ".".join(map(str, mask.to_bytes(4, "big")))


def _between(cidr: str, more: int) -> str:
    """The addresses from a CIDR's first one on: the CIDR where they are all of it, else a range."""
    first, last = span(cidr)
    if last - first == more:
        return cidr
    start = cidr.partition("/")[0]
    return f"{start}-{at(start, more)}"


def _short(name: str, *content: object) -> str:
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 17].rstrip('-_.')}-{digest(*content, size=8)}"
