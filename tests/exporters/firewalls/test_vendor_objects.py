"""Names of objects say their content; what lies together is a range where that is far shorter."""

from __future__ import annotations

import pytest

from exporters.firewalls.vendor_objects import Objects, member_name, members, service_name
from tests.tools.tuples import addresses
from wizard.network.addresses import ANYWHERE, Cidrs, beyond, not_internet


def test_the_internet_is_seven_ranges() -> None:
    listed = beyond([ANYWHERE[4]], not_internet((), 4))
    assert members(listed)[0] == "1.0.0.0-9.255.255.255"
    assert len(members(listed)) == 7
    assert sum(last - first for _, first, last in addresses(members(listed))) == sum(
        last - first + 1 for _, first, last in addresses(listed)
    ) - len(members(listed))


@pytest.mark.parametrize(
    ("cidrs", "expected"),
    [
        (("10.0.0.0/8",), ("10.0.0.0/8",)),
        (("10.0.0.5/32", "10.0.0.6/32"), ("10.0.0.5/32", "10.0.0.6/32")),
        (("10.0.1.0/24", "10.0.2.0/23", "10.0.4.0/22"), ("10.0.1.0-10.0.7.255",)),
        (("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/23"), ("10.0.0.0-10.0.3.255",)),
        (("2001:db8::1/128", "2001:db8::2/127", "2001:db8::4/126"), ("2001:db8::1-2001:db8::7",)),
    ],
)
def test_ranges_are_taken_where_they_are_under_half_as_many(cidrs: Cidrs, expected: Cidrs) -> None:
    assert members(cidrs) == expected


def test_a_side_is_its_network_or_a_group_and_a_range_is_never_alone_in_a_line() -> None:
    objects = Objects()
    assert objects.side("print-server", ("10.0.0.5/32",)) == "10.0.0.5/32"
    group = objects.side("Wild %role", ("10.0.1.0/24", "10.0.2.0/23", "10.0.4.0/22"))
    assert group.startswith("pw-wild--role-")
    assert objects.groups == {group: ("10.0.1.0-10.0.7.255",)}
    plain = Objects(ranges=()).side("x", ("10.0.1.0/24", "10.0.2.0/23", "10.0.4.0/22"))
    assert plain != group


def test_names_say_their_content_and_stay_short() -> None:
    assert member_name("10.0.10.5/32") == "pw-10.0.10.5"
    assert member_name("2001:db8::/64") == "pw-2001-db8--_64"
    assert member_name("1.0.0.0-9.255.255.255") == "pw-1.0.0.0_to_9.255.255.255"
    assert service_name("tcp", ((80, 80), (9191, 9193))) == "pw-tcp-80_9191-9193"
    long = tuple((port, port + 1) for port in range(1000, 1100, 3))
    other = (*long[:-1], (1099, 1099))
    assert service_name("tcp", long) != service_name("tcp", other)
    assert len(service_name("tcp", long)) <= 63
    six = [
        f"2001:db8:1111:2222:3333:4444:5555:{n:x}-2001:db8:1111:2222:3333:4444:6666:1"
        for n in (1, 2)
    ]
    assert len({member_name(member) for member in six}) == 2
    assert max(len(member_name(member)) for member in six) <= 63
