"""Sets of addresses by numbers say what the sets of netaddr say, and zones are found by address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPSet

from wizard.network import addresses
from wizard.network.zoned import ZoneIndex
from wizard.plan.model import Plan, Zone


def cidr(first: int, size: int, six: bool) -> str:
    """A network of 2**size addresses among 64: at the end of IPv4, or at the start of a /64."""
    start = (first >> size) << size
    return f"2001:db8::{start:x}/{128 - size}" if six else f"255.255.255.{192 + start}/{32 - size}"


NETWORKS = st.builds(cidr, st.integers(0, 63), st.integers(0, 6), st.booleans())
SETS = st.lists(NETWORKS, max_size=8).map(tuple)


@given(SETS, SETS)
def test_beyond_and_overlap_are_those_of_sets(
    some: tuple[str, ...], others: tuple[str, ...]
) -> None:
    beyond = IPSet(some) - IPSet(others)
    assert IPSet(addresses.beyond(some, others)) == beyond
    if not set(others).issuperset(some):
        assert addresses.beyond(some, others) == tuple(map(str, beyond.iter_cidrs()))
    overlap = addresses.overlap(some, others)
    assert IPSet(overlap) == IPSet(some) & IPSet(others)
    # Neighbours are not joined: what is wholly held stays as it was declared.
    for network in addresses.declared(some):
        if addresses.covers(others, (network,)):
            assert network in overlap


def test_the_ends_of_both_families() -> None:
    everything = ("0.0.0.0/0", "::/0")
    assert addresses.beyond(everything, ()) == everything
    assert addresses.beyond(everything, ("0.0.0.0/1", "::/1")) == ("128.0.0.0/1", "8000::/1")
    last = ("255.255.255.255/32", "::/128")
    assert addresses.overlap(everything, last) == last


@given(st.dictionaries(st.sampled_from("abcd"), SETS), SETS, st.sets(st.sampled_from("abcd")))
def test_zones_are_found_as_by_a_walk_through_all(
    networks: dict[str, tuple[str, ...]], some: tuple[str, ...], counting: set[str]
) -> None:
    zones = {name: Zone(cidrs) for name, cidrs in networks.items()}
    cidrs = addresses.declared(some)
    by_zone, rest = ZoneIndex(Plan(zones=zones)).split(cidrs, counting)
    left = IPSet(cidrs)
    for name in sorted(zones.keys() & (counting or zones.keys())):
        inside = left & IPSet(zones[name].networks)
        assert IPSet(by_zone.get(name, ())) == inside
        left -= inside
    assert IPSet(rest) == left
