"""An explicit proxy's clients are listed by the addresses that really come, behind translations."""

from __future__ import annotations

import pytest

from exporters.handover import handover
from exporters.proxy.at_proxy import all_proxies
from tests.tools.worlds import world
from wizard.deployment import Deployment

# A branch whose computers reach the proxy behind a WAN router, and an edge to the internet.
BRANCH = """
    format = 1
    [products.printix]
    [zones.servers]
    networks = ["10.1.0.0/24"]
    [zones.branch]
    networks = ["192.168.1.0/24"]
    [roles.web-proxy]
    addresses = ["10.1.0.8"]
    [roles.user-computer]
    zones = ["branch"]
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "internet"]
    [firewalls.wan]
    kind = "boundary"
    zones = ["servers", "branch"]
    [proxy]
    mode = "explicit"
"""
HIDDEN = '[firewalls.wan.hides.branch]\nbehind = "10.1.0.9"'
SEEN_AS = 'seen_as = ["10.99.1.0/24"]'
BRANCH_SEEN_AS = BRANCH.replace('["192.168.1.0/24"]', f'["192.168.1.0/24"]\n    {SEEN_AS}')
# The proxy of somebody else, on the internet: NAT stands between.
OUTSIDE = BRANCH.replace('["10.1.0.8"]', '["198.51.100.8"]').replace(
    'zones = ["servers", "internet"]', 'zones = ["servers", "internet"]\n    nat = true'
)
ADDRESS = OUTSIDE.replace("nat = true", 'nat = true\n    public_address = "203.0.113.7"')


def in_squid(value: Deployment) -> set[str]:
    access, _ = all_proxies(value)[0].through()
    return {cidr for entry in access for cidr in entry.sources}


def on_the_page(value: Deployment) -> tuple[set[str], set[str]]:
    """The addresses of who connects to the proxy, and what is waited for."""
    document = handover(value)
    (rows,) = [part.connections for part in document.teams if part.team.id == "proxy"]
    to_it = [row for row in rows if row.services == ("Web proxy",)]
    assert to_it
    return (
        {cidr for row in to_it for cidr in row.sources.cidrs},
        {waits for row in to_it for waits in row.waits},
    )


@pytest.mark.parametrize(
    ("parts", "clients"),
    [
        ((BRANCH,), "192.168.1.0/24"),
        ((BRANCH, HIDDEN), "10.1.0.9/32"),
        ((BRANCH_SEEN_AS,), "10.99.1.0/24"),
        ((ADDRESS,), "203.0.113.7/32"),
    ],
)
def test_clients_are_those_that_the_proxy_sees(parts: tuple[str, ...], clients: str) -> None:
    value = world(*parts)
    assert in_squid(value) == {clients}
    assert on_the_page(value) == ({clients}, set())
    listed = {
        cidr for row in handover(value).allowlist for c in row.clients for cidr in c.addresses.cidrs
    }
    assert listed == {clients}


def test_neighbours_of_the_proxy_come_by_their_own_addresses() -> None:
    near = BRANCH_SEEN_AS.replace('["10.1.0.8"]', '["10.99.1.8"]')
    assert in_squid(world(near)) == {"192.168.1.0/24"}


def test_an_address_that_nobody_has_said_is_waited_for() -> None:
    value = world(OUTSIDE)
    assert in_squid(value) == set()
    assert on_the_page(value) == (set(), {"address of edge"})


def test_a_transparent_proxy_stands_on_the_way_and_sees_them_as_they_are() -> None:
    value = world(BRANCH.replace('"explicit"', '"transparent"'), HIDDEN)
    assert in_squid(value) == {"192.168.1.0/24"}
