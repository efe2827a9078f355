"""`explain` follows web traffic by the proxy of whoever opens it: a site's own, or the general one."""

from __future__ import annotations

from tests.tools.worlds import world
from tests.wizard.rules.test_site_proxies import BY_ADDRESS, BY_ROLE, HEAD, NORTH, OUT, PLAN
from wizard.explain import explain

SOUTH = '[sites.north.proxy]\nmode = "none"'
ALONE = PLAN.replace('"10.1.1.8", "10.2.1.8"', '"10.1.1.8"')


def test_from_a_site_by_its_own_proxy() -> None:
    way = explain(world(PLAN, BY_ADDRESS), NORTH, OUT, "443/tcp")
    assert way.allowed
    assert [hop.leg for hop in way.hops] == [
        "to the web proxy of north",
        "from the web proxy of north",
    ]
    assert way.notes[0].startswith(
        "From north it goes through the web proxy of north, on port 8080"
    )


def test_from_elsewhere_by_the_general_one() -> None:
    way = explain(world(PLAN, BY_ROLE), HEAD, OUT, "443/tcp")
    assert way.allowed
    assert [hop.leg for hop in way.hops] == ["to the web proxy", "from the web proxy"]
    assert way.notes[0] == "It goes through the web proxy, on port 3128: not directly."


def test_a_role_at_both_places_goes_by_both() -> None:
    way = explain(world(PLAN, BY_ROLE), "user-computer", "internet", "443/tcp")
    assert way.allowed
    assert [hop.leg for hop in way.hops] == [
        "to the web proxy",
        "from the web proxy",
        "to the web proxy of north",
        "from the web proxy of north",
    ]


def test_a_site_without_a_proxy_goes_directly() -> None:
    assert explain(world(PLAN, SOUTH), NORTH, OUT, "443/tcp").through == ""
    way = explain(world(PLAN, SOUTH), "user-computer", "internet", "443/tcp")
    assert way.allowed
    assert way.hops[-1].leg == "directly from north"
    assert "From north it goes directly, without a proxy." in way.notes


def test_a_proxy_that_nobody_has_placed_is_waited_for() -> None:
    way = explain(world(ALONE, BY_ROLE), NORTH, OUT, "443/tcp")
    assert not way.allowed
    assert way.stop_key == "sites.north.proxy.addresses"
    assert "the web proxy of north" in way.stops
