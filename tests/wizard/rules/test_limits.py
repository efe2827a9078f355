"""How many security groups meet at one machine: counted by where sets begin and end, held against
asking for each.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.network import addresses
from wizard.rules import limits
from wizard.rules.limits import AWS_GROUPS, AwsEntry
from wizard.rules.model import Rule

# Few bits, so that networks hold and repeat each other.
FOUR = st.builds(lambda bits, length: f"{ipaddress.ip_network((bits << 28, length), strict=False)}",
                 st.integers(0, 15), st.integers(0, 4))  # fmt: skip
SIX = st.builds(lambda bits, length: f"{ipaddress.ip_network((bits << 124, length), strict=False)}",
                st.integers(0, 15), st.integers(0, 4))  # fmt: skip
SETS = st.lists(st.one_of(st.lists(FOUR, min_size=1, max_size=4), st.lists(SIX, min_size=1, max_size=4))
                .map(addresses.declared), max_size=8)  # fmt: skip


@pytest.mark.slow
@given(SETS)
def test_most_at_once_is_what_each_address_says(sets: list[tuple[str, ...]]) -> None:
    every = [f"{bits << 4}.0.0.1/32" for bits in range(16)]
    every += [str(ipaddress.ip_network((bits << 124 | 1, 128))) for bits in range(16)]
    asked = [sum(addresses.covers(cidrs, (one,)) for cidrs in sets) for one in every]
    assert addresses.most_at_once(sets) == max(asked, default=0)


def entries(sets: Sequence[tuple[str, ...]]) -> dict[AwsEntry, list[Rule]]:
    return {AwsEntry(members, "in", 4, "tcp", 443, 443, "10.0.0.0/8"): [] for members in sets}


def test_neighbours_do_not_meet_and_holders_do() -> None:
    apart = [(f"10.0.0.{n}/32",) for n in range(9)]
    assert limits.aws_excess(entries(apart)) == ""
    nested = [("10.0.0.0/24",), ("10.0.0.0/25",), ("10.0.0.0/26",), ("10.0.0.7/32",)]
    assert 1 + len(nested) == AWS_GROUPS
    assert limits.aws_excess(entries(nested)) == ""
    message = limits.aws_excess(entries([*nested, ("10.0.0.6/31",)]))
    assert message.startswith("needs 6 security groups at one machine, of 60 entries")


def test_what_is_more_than_a_group_takes_goes_into_the_next() -> None:
    listed = [
        AwsEntry((), direction, 4, "tcp", 443, 443, f"10.0.{number}.0/24")
        for direction in ("in", "out")
        for number in range(130)
    ]
    six = AwsEntry((), "in", 6, "tcp", 443, 443, "2001:db8::/64")
    parts = limits.aws_parts({entry: [] for entry in (*listed, six)})
    assert [(place, len(part)) for place, part in parts.items()] == [
        (((), 0), 121),
        (((), 1), 120),
        (((), 2), 20),
    ]
    assert {entry for part in parts.values() for entry in part} == {*listed, six}


def test_thousands_of_member_sets_are_counted_one_by_one() -> None:
    """As many steps as there are networks, and none for each pair."""
    apart = [(f"10.{n >> 8}.{n & 255}.1/32", f"10.{n >> 8}.{n & 255}.9/32") for n in range(5000)]
    assert limits.aws_excess(entries(apart)) == ""
    assert addresses.most_at_once([*apart, ("10.0.0.0/8",)]) == 2
