"""The internet is every public address outside the plan's own zones, in rules, questions and
placements alike.
"""

from __future__ import annotations

import pytest

from tests.tools.internet import inside_of
from tests.tools.worlds import OFFICE, lets, world
from wizard.explain import explain
from wizard.explain.values import QuestionError
from wizard.network import addresses

ENTITLED = "[products.papercut-mf.features]\nentitlements = {}"


def test_ipv6_is_2000_slash_3_in_the_fewest_exceptions() -> None:
    assert addresses.NOT_INTERNET[6] == inside_of([], 6) == ("::/3", "4000::/2", "8000::/1")
    assert addresses.beyond(("::/0",), addresses.NOT_INTERNET[6]) == ("2000::/3",)


@pytest.mark.parametrize(
    "own",
    [
        ["10.0.0.0/8", "fd00::/8"],
        ["198.51.100.0/25", "198.51.100.128/25", "192.168.7.0/24"],
        ["11.0.0.0/8", "2001:db8::/32", "2001:db9::/32"],
        ["0.0.0.0/0", "::/0"],
    ],
)
def test_own_public_networks_are_merged_with_what_is_private(own: list[str]) -> None:
    for family in addresses.FAMILIES:
        assert addresses.not_internet(tuple(own), family) == inside_of(own, family)


def test_neighbours_become_one() -> None:
    own = ("11.0.0.0/8", "203.0.113.0/25", "203.0.113.128/25")
    excepted = addresses.not_internet(own, 4)
    assert "10.0.0.0/7" in excepted
    assert "203.0.113.0/24" in excepted


def test_a_private_network_that_no_zone_names_is_not_the_internet() -> None:
    filtered = OFFICE.replace('role = "print-server"', 'role = "print-server"\negress = "filtered"')
    d = world(filtered, ENTITLED)
    for there in ("10.200.0.9", "172.31.0.9", "100.64.0.9", "169.254.1.1", "192.168.1.70"):
        assert not lets(d, "edge/forward", "10.0.10.5", there, "443/tcp")
        assert not lets(d, "server/out", "10.0.10.5", there, "443/tcp")
        with pytest.raises(QuestionError, match="in no zone of this plan, and is not on the"):
            explain(d, "print-server", there, "443/tcp")
    assert explain(d, "print-server", "8.8.8.8", "443/tcp").allowed


def test_a_rule_keeps_its_id_when_a_private_zone_is_added() -> None:
    before = world(OFFICE, ENTITLED).rules_of("edge")
    after = world(OFFICE, ENTITLED, '[zones.spare]\nnetworks = ["10.77.0.0/24"]').rules_of("edge")
    assert [rule.id for rule in before] == [rule.id for rule in after]


@pytest.mark.parametrize("address", ["10.200.0.9", "fd00::9"])
@pytest.mark.parametrize("zones", ["", 'zones = ["internet"]\n'])
def test_a_private_address_has_no_place_on_the_internet(address: str, zones: str) -> None:
    d = world(OFFICE, ENTITLED, f'[roles.mail-relay]\n{zones}addresses = ["{address}"]')
    (finding,) = [entry for entry in d.findings if entry.code == "address-outside-zone"]
    assert f"{address}/" in finding.message
