"""IP addresses, CIDRs and ranges as people write them, and sets of them.

A set is a tuple of CIDR strings as they were declared, without those that another one covers.
Neighbours are not joined, so that a reader finds the networks of the plan again in the rules.
"""

from __future__ import annotations

import _socket as socket  # of the whole module only this; its enums take longer than a plan
import ipaddress
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Literal, Protocol, TypeVar

import msgspec

from wizard.network import spans
from wizard.tables import each_made, where

Cidrs = tuple[str, ...]
Family = Literal[4, 6]
FAMILIES: tuple[Family, Family] = (4, 6)
_BITS: dict[Family, int] = {4: 32, 6: 128}
ANYWHERE: dict[Family, str] = {4: "0.0.0.0/0", 6: "::/0"}
_Made = TypeVar("_Made")


class _Holder(Protocol):
    @property
    def cidrs(self) -> Cidrs: ...


# What never stands on the internet. Of IPv4: private use, carrier-grade NAT, link-local, loopback,
# multicast, and what is no host's address at all. Of IPv6 all but 2000::/3, the only part that has
# been given out: the three networks below are the fewest that make up the rest, and they hold
# unique local, link-local and multicast addresses.
NOT_INTERNET: dict[Family, Cidrs] = {
    4: (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
    ),
    6: ("::/3", "4000::/2", "8000::/1"),
}


def family_of(cidr: str) -> Family:
    """4 or 6."""
    return 6 if ":" in cidr else 4


def of_family(cidrs: Iterable[str], family: Family) -> Cidrs:
    """Those of one family, in their order."""
    return tuple(cidr for cidr in cidrs if (":" in cidr) == (family == 6))


def by_family(cidrs: Iterable[str]) -> dict[Family, Cidrs]:
    """Those of each family that there is, IPv4 first, in their order."""
    groups: dict[Family, list[str]] = {4: [], 6: []}
    for cidr in cidrs:
        groups[family_of(cidr)].append(cidr)
    return where(bool, each_made(tuple, groups))


def each_family(make: Callable[[Family], _Made]) -> dict[Family, _Made]:
    """Family → what `make` makes for it, IPv4 first."""
    return {family: make(family) for family in FAMILIES}


def every_cidr(holders: Iterable[_Holder]) -> Iterator[str]:
    """The CIDRs of all: of the pieces of a party, of sides of rules."""
    for holder in holders:
        yield from holder.cidrs


def bare(cidr: str) -> str:
    """A CIDR without the prefix length of a single address."""
    return cidr.removesuffix("/128" if ":" in cidr else "/32")


class Prefix(msgspec.Struct, frozen=True):
    """A CIDR as numbers: its first address, the prefix length, and the bits of its family (32 or
    128).
    """

    first: int
    length: int
    bits: int

    @property
    def last(self) -> int:
        """The last address."""
        return self.first | ((1 << (self.bits - self.length)) - 1)

    def overlaps(self, other: Prefix) -> bool:
        """Whether the two are of one family and one holds the other."""
        return self.bits == other.bits and self.first <= other.last and other.first <= self.last

    def up(self, length: int) -> int:
        """The first address of the network of that shorter prefix which holds this one."""
        shift = self.bits - length
        return self.first >> shift << shift


@lru_cache(maxsize=65536)
def prefix(cidr: str) -> Prefix:
    """A CIDR or an address as numbers.

    Raises:
        ValueError: for anything else, host bits included.
    """
    address, slash, tail = cidr.partition("/")
    bits, kind = (128, socket.AF_INET6) if ":" in address else (32, socket.AF_INET)
    try:
        first = int.from_bytes(socket.inet_pton(kind, address))
    except OSError:
        raise ValueError(f"{cidr!r} is no network") from None
    if slash and not (tail.isascii() and tail.isdigit() and int(tail) <= bits):
        raise ValueError(f"{cidr!r} is no network")
    length = int(tail) if slash else bits
    if first & ((1 << (bits - length)) - 1):
        raise ValueError(f"{cidr!r} has host bits set")
    return Prefix(first, length, bits)


@lru_cache(maxsize=4096)
def families_of(cidrs: Cidrs) -> frozenset[Family]:
    """The families that these CIDRs have."""
    return frozenset(map(family_of, cidrs))


def parse_network(text: str) -> str:
    """A CIDR → its canonical form.

    Raises:
        ValueError: with words for the person; host bits name the network that was meant.
    """
    stripped = text.strip()
    try:
        return str(ipaddress.ip_network(_unscoped(stripped)))
    except ValueError:
        pass
    try:
        network = ipaddress.ip_interface(_unscoped(stripped)).network
    except ValueError:
        raise ValueError(
            f"{stripped!r} is not a network such as 10.0.20.0/24 or 2001:db8:20::/64"
        ) from None
    raise ValueError(f"{stripped} has host bits set; the network is {network}")


def parse_address(text: str) -> str:
    """One IP address → its canonical form.

    Raises:
        ValueError: with words for the person.
    """
    try:
        return str(ipaddress.ip_address(_unscoped(text.strip())))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is not an IP address such as 10.0.10.5") from None


def _unscoped(text: str) -> str:
    """The text, unless it names an interface (`fe80::1%eth0`): no other machine knows it."""
    if "%" in text:
        raise ValueError(text)
    return text


def parse_item(text: str) -> str:
    """An address, a CIDR or a range `a-b` → its canonical form.

    Raises:
        ValueError: with words for the person.
    """
    stripped = text.strip()
    if "/" in stripped:
        return parse_network(stripped)
    first, dash, last = stripped.partition("-")
    if not dash:
        try:
            return parse_address(stripped)
        except ValueError:
            raise ValueError(
                f"{stripped!r} is not an address, a network, or a range such as 10.0.10.5-10.0.10.9"
            ) from None
    try:
        low, high = (
            ipaddress.ip_address(parse_address(first)),
            ipaddress.ip_address(parse_address(last)),
        )
    except ValueError:
        raise ValueError(f"{stripped!r} is not a range such as 10.0.10.5-10.0.10.9") from None
    if low.version != high.version:
        raise ValueError(f"{stripped} mixes IPv4 and IPv6")
    if int(low) > int(high):
        raise ValueError(f"{stripped} runs backwards; write {high}-{low}")
    return f"{low}-{high}"


@lru_cache(maxsize=65536)
def cidrs_of(item: str) -> Cidrs:
    """A canonical address, CIDR or range → the fewest CIDRs that hold exactly it."""
    if "-" in item:
        from netaddr import IPRange  # reading and checking what is typed needs none of it

        first, _, last = item.partition("-")
        return tuple(map(str, IPRange(first, last).cidrs()))
    if "/" in item:
        return (item,)
    return (f"{item}/128" if ":" in item else f"{item}/32",)


def declared(items: Iterable[str]) -> Cidrs:
    """Addresses, CIDRs, ranges → sorted CIDRs, IPv4 first, without those that another covers."""
    cidrs = set(chain.from_iterable(map(cidrs_of, items)))
    if len(cidrs) < 2:
        return tuple(cidrs)
    uncovered: list[str] = []
    end = (0, -1)
    for cidr in sorted(cidrs, key=_order):
        bits, _, _, last = _order(cidr)
        if (bits, last) > end:
            uncovered.append(cidr)
            end = (bits, last)
    return tuple(uncovered)


@lru_cache(maxsize=65536)
def declared_of(cidrs: Cidrs, family: Family) -> Cidrs:
    """Those of one family, sorted, without those that another one covers."""
    return declared(of_family(cidrs, family))


def overlap(some: Iterable[str], others: Iterable[str]) -> Cidrs:
    """The CIDRs of `some`, cut down to what `others` hold too."""
    return _overlap(tuple(some), tuple(others))


# From one answer in the wizard to the next hardly any network changes.
@lru_cache(maxsize=512)
def _overlap(some: Cidrs, others: Cidrs) -> Cidrs:
    if not others:
        return ()
    cut: list[str] = []
    for cidr in some:
        whole, family = span(cidr), family_of(cidr)
        for part in spans.shared(whole, _joined(others)[family]):
            cut += (cidr,) if part == whole else spans.cidrs_between(part, _BITS[family])
    return declared(cut)


def beyond(some: Iterable[str], others: Iterable[str]) -> Cidrs:
    """What of `some` the `others` do not hold, in the fewest CIDRs."""
    some, others = tuple(some), tuple(others)
    if set(others).issuperset(some):
        return ()
    rest: list[str] = []
    for family in FAMILIES:
        for part in spans.lacking(_joined(some)[family], _joined(others)[family]):
            rest += spans.cidrs_between(part, _BITS[family])
    return tuple(rest)


@lru_cache(maxsize=4096)
def _joined(cidrs: Cidrs) -> dict[Family, list[spans.Span]]:
    """The addresses of each family, in spans that neither overlap nor touch."""
    return {family: spans.joined(map(span, of_family(cidrs, family))) for family in FAMILIES}


def covers(outer: Iterable[str], inner: Iterable[str]) -> bool:
    """True when every address of `inner` is in `outer`."""
    return not beyond(inner, outer)


@lru_cache(maxsize=512)
def covered(parts: Cidrs, outer: Cidrs) -> frozenset[str]:
    """Those of `parts` whose every address is in `outer`."""
    joined = _joined(outer)
    return frozenset(
        part for part in parts if span(part) in spans.shared(span(part), joined[family_of(part)])
    )


@lru_cache(maxsize=512)
def touched(parts: Cidrs, others: Cidrs) -> frozenset[str]:
    """Those of `parts` that share an address with `others`."""
    joined = _joined(others)
    return frozenset(
        part for part in parts if any(spans.shared(span(part), joined[family_of(part)]))
    )


def most_at_once(sets: Iterable[Cidrs]) -> int:
    """In how many of these sets the address is that most of them hold; no set's CIDRs overlap."""
    steps: list[tuple[int, int, int]] = []
    for cidrs in sets:
        for cidr in cidrs:
            bits, first, _, last = _order(cidr)
            steps += [(bits, first, 1), (bits, last + 1, -1)]
    most = current = 0
    for _, _, step in sorted(steps):
        current += step
        most = max(most, current)
    return most


def is_single(cidr: str) -> bool:
    """True for one address: /32 or /128."""
    return cidr.endswith("/128" if ":" in cidr else "/32")


def is_one_address(cidrs: Cidrs) -> bool:
    """True for CIDRs that are a single address together."""
    return len(cidrs) == 1 and is_single(cidrs[0])


@lru_cache(maxsize=512)
def not_internet(own: Cidrs, family: Family) -> Cidrs:
    """What is not the internet for whoever has these networks: the fewest CIDRs, sorted."""
    never = NOT_INTERNET[family]
    public = tuple(cidr for cidr in of_family(own, family) if not _is_within(cidr, never))
    return beyond((*never, *public), ()) if public else never


def _is_within(cidr: str, networks: Cidrs) -> bool:
    """Whether one of the networks holds all of it."""
    first, last = span(cidr)
    return any(start <= first and last <= end for start, end in map(span, networks))


@lru_cache(maxsize=65536)
def _order(cidr: str) -> tuple[int, int, int, int]:
    """What CIDRs are sorted by, and where they end: family, first address, prefix length, last
    address.
    """
    numbers = prefix(cidr)
    return numbers.bits, numbers.first, numbers.length, numbers.last


def at(item: str, by: int) -> str:
    """An address, CIDR or range, moved by so many addresses."""
    first, dash, last = item.partition("-")
    if dash:
        return f"{at(first, by)}-{at(last, by)}"
    address, slash, length = item.partition("/")
    kind, size = (socket.AF_INET6, 16) if ":" in address else (socket.AF_INET, 4)
    number = int.from_bytes(socket.inet_pton(kind, address)) + by
    return f"{socket.inet_ntop(kind, number.to_bytes(size))}{slash}{length}"


def span(cidr: str) -> tuple[int, int]:
    """The first and the last address of a CIDR, as numbers."""
    _, first, _, last = _order(cidr)
    return first, last
