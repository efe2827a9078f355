"""Where roles are, and what stands between zones."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.tools.worlds import codes, plan_of, world
from wizard.network.crossings import _pairs
from wizard.network.overlaps import overlapping_zones
from wizard.network.topology import Network
from wizard.plan.model import INTERNET, Plan

ZONES = """
    format = 1
    [zones.servers]
    networks = ["10.0.10.0/24", "2001:db8:10::/64"]
    [zones.clients]
    networks = ["10.0.20.0/24"]
    [zones.public]
    networks = ["198.51.100.0/28"]
"""


def pieces(text: str, role: str = "mfp") -> dict[str, tuple[str, ...]] | None:
    party = Network(plan_of(ZONES, text)).party("", role)
    return None if party is None else {piece.zone: piece.cidrs for piece in party.pieces}


@pytest.mark.parametrize(
    ("placement", "expected"),
    [
        ("zones = ['clients']", {"clients": ("10.0.20.0/24",)}),
        ("zones = ['servers']", {"servers": ("10.0.10.0/24", "2001:db8:10::/64")}),
        ("zones = ['servers']\naddresses = ['10.0.10.5']", {"servers": ("10.0.10.5/32",)}),
        # An address without zones takes the zone whose network holds it
        (
            "addresses = ['10.0.20.7', '2001:db8:10::7']",
            {"clients": ("10.0.20.7/32",), "servers": ("2001:db8:10::7/128",)},
        ),
        ("addresses = ['203.0.113.9']", {"internet": ("203.0.113.9/32",)}),
        ("addresses = ['198.51.100.1']", {"public": ("198.51.100.1/32",)}),
        # The fewest CIDRs that hold exactly the range
        (
            "addresses = ['10.0.10.5-10.0.10.8']",
            {"servers": ("10.0.10.5/32", "10.0.10.6/31", "10.0.10.8/32")},
        ),
        ("addresses = ['10.0.10.0/25', '10.0.10.5']", {"servers": ("10.0.10.0/25",)}),
        # What is in none of the zones is nobody
        ("zones = ['clients']\naddresses = ['10.0.10.5']", {}),
        (
            "zones = ['clients']\naddresses = ['10.0.10.5', '10.0.20.5']",
            {"clients": ("10.0.20.5/32",)},
        ),
        ("addresses = ['192.168.9.9']", {}),
        ("addresses = ['224.0.0.251', 'ff02::fb', '255.255.255.255']", {}),
        ("zones = ['internet']\naddresses = ['203.0.113.9']", {"internet": ("203.0.113.9/32",)}),
        ("zones = ['internet']\naddresses = ['10.0.10.5']", {}),
        ("", {}),
        ("absent = true", None),
    ],
)
def test_placement(placement: str, expected: dict[str, tuple[str, ...]] | None) -> None:
    assert pieces(f"[roles.mfp]\n{placement}") == expected


def test_internet_and_mail_server_are_on_the_internet_unless_placed() -> None:
    anywhere = {"internet": ("0.0.0.0/0", "::/0")}
    assert pieces("", "internet") == pieces("", "mail-server") == anywhere
    assert pieces("[roles.mail-server]", "mail-server") == anywhere
    assert pieces(
        "[roles.mail-server]\nzones = ['servers']\naddresses = ['10.0.10.25']", "mail-server"
    ) == {"servers": ("10.0.10.25/32",)}
    assert pieces("[roles.mail-server]\nabsent = true", "mail-server") is None
    assert pieces("", "mfp") == {}


def test_a_products_own_placement_replaces_the_general_one() -> None:
    network = Network(
        plan_of(
            ZONES,
            "[roles.print-server]\naddresses = ['10.0.10.5']\n[products.cups]\n",
            "[products.papercut-ng.roles.print-server]\naddresses = ['10.0.20.5']",
            "[firewalls.host]\nkind = 'host'\nrole = 'print-server'",
            "[firewalls.one]\nkind = 'host'\nrole = 'print-server'\naddresses = ['10.0.10.5']",
        )
    )
    places = [network.party(product, "print-server") for product in ("cups", "papercut-ng", "")]
    assert [place and place.cidrs(4) for place in places] == [
        ("10.0.10.5/32",),
        ("10.0.20.5/32",),
        ("10.0.10.5/32",),
    ]
    # A host's firewall covers the role's addresses of all products, unless it says which
    assert network.covered("host") == ("10.0.10.5/32", "10.0.20.5/32")
    assert network.covered("one") == ("10.0.10.5/32",)


# --- Ways ----------------------------------------------------------------------------------------


def way(
    joined: Mapping[str, tuple[str, ...]], source: str, destination: str, routers: str = ""
) -> object:
    """The firewalls between two zones; '?' in front where several ways are equally short; None for
    no way.
    """
    zones = sorted({zone for pair in joined.values() for zone in pair} | {source, destination})
    text = ["format = 1"]
    for number, zone in enumerate(z for z in zones if z != INTERNET):
        text.append(f"[zones.{zone}]\nnetworks = ['10.0.{number}.0/24']")
    for name, ends in joined.items():
        kind = "router" if name in routers.split() else "boundary"
        text.append(f"[firewalls.{name}]\nkind = '{kind}'\nzones = {list(ends)}")
    found = Network(plan_of("\n".join(text))).way(source, destination)
    return None if found is None else " ".join(["?"] * found.ambiguous + list(found.firewalls))


def test_ways() -> None:
    line = {"one": ("a", "b"), "two": ("b", "c"), "three": ("c", "internet")}
    assert way(line, "a", "a") == ""
    assert way(line, "a", "b") == "one"
    assert way(line, "a", "c") == "one two"
    assert way(line, "c", "a") == "two one"
    assert way(line, "a", "internet") == "one two three"
    assert way(line, "internet", "a") == "three two one"
    assert way({"one": ("a", "b"), "two": ("c", "d")}, "a", "d") is None
    assert way({}, "a", "b") is None
    star = {"core": ("a", "b", "c"), "long": ("a", "d"), "way": ("d", "b")}
    assert way(star, "a", "b") == "core"


def test_a_zone_that_a_plan_does_not_have_yet_is_on_no_way() -> None:
    network = Network(Plan())
    assert network.way("annex", INTERNET) is None
    assert network.way(INTERNET, "annex") is None


def test_routers_are_on_the_way() -> None:
    joined = {
        "router": ("a", "b"),
        "wall": ("b", "c"),
        "far": ("a", "d"),
        "farther": ("d", "e"),
        "end": ("e", "c"),
    }
    assert way(joined, "a", "c", routers="router") == "router wall"


def test_equally_short_ways() -> None:
    assert way({"one": ("a", "b"), "two": ("a", "b")}, "a", "b") == "? one two"
    ring = {"ab": ("a", "b"), "bd": ("b", "d"), "ac": ("a", "c"), "cd": ("c", "d")}
    assert way(ring, "a", "d") == "? ab ac bd cd"
    assert way(ring, "a", "b") == "ab"
    assert (
        way({"one": ("a", "b"), "two": ("b", "c"), "three": ("b", "c")}, "a", "c")
        == "? one three two"
    )


def test_the_internet_is_no_way_between_own_zones() -> None:
    assert way({"one": ("a", "internet"), "two": ("b", "internet")}, "a", "b") is None


@pytest.mark.parametrize("count", [2, 3, 16, 17, 18, 33, 64])
def test_many_zones_that_all_talk_to_each_other(count: int) -> None:
    """Products of zones hold every pair but those of a zone with itself."""
    zones = tuple(f"z{number}" for number in range(count))
    pairs = {
        (s, d)
        for sources, destinations in _pairs(zones, zones)
        for s in sources
        for d in destinations
    }
    assert pairs == {(s, d) for s in zones for d in zones if s != d}


def test_some_zones_on_both_sides() -> None:
    pairs = [
        (s, d)
        for sources, destinations in _pairs(("a", "b", "c"), ("b", "c", "d"))
        for s in sources
        for d in destinations
    ]
    assert set(pairs) == {(s, d) for s in "abc" for d in "bcd" if s != d}


@pytest.mark.parametrize(
    ("one", "two", "overlap"),
    [
        ("'10.0.0.0/24'", "'10.0.1.0/24'", False),
        ("'10.0.0.0/8'", "'10.5.0.0/16'", True),
        ("'10.0.0.0/24'", "'10.0.0.0/24'", True),
        ("'2001:db8::/32'", "'2001:db8:5::/48'", True),
        ("'10.0.0.0/24', '2001:db8:5::/48'", "'::/0'", True),
        ("'0.0.0.0/0'", "'2001:db8::/32'", False),
    ],
)
def test_overlapping_zones(one: str, two: str, overlap: bool) -> None:
    plan = plan_of(f"format = 1\n[zones.a]\nnetworks = [{one}]\n[zones.b]\nnetworks = [{two}]")
    assert [pair[:2] for pair in overlapping_zones(plan)] == ([("a", "b")] if overlap else [])


def test_a_zone_may_overlap_itself() -> None:
    text = "format = 1\n[zones.a]\nnetworks = ['10.0.0.0/8', '10.1.0.0/16']"
    assert "overlapping-zones" not in codes(world(text))
