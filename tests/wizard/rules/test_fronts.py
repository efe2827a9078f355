"""Connections through load balancers and reverse proxies: to the front, and from it to the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.cases.case import faults, forward_line, plan_text
from tests.tools.worlds import CATALOG, codes, world
from wizard.changes import compare
from wizard.deployment import Deployment, to_json
from wizard.facts.json import catalog_json
from wizard.facts.model import FlowFact
from wizard.network.party import Party
from wizard.rules.serving import Serving

BALANCED = plan_text("behind-a-load-balancer")
KEPT = BALANCED.replace('kind = "load-balancer"', 'kind = "load-balancer"\nhides_sources = false')
MANAGED = [
    "core forward tcp 3389                  10.10.20.9 > 10.10.10.5, 10.10.10.6",
    "app in tcp 3389                        10.10.20.9 > 10.10.10.5, 10.10.10.6",
]
TO_BALANCER = [
    "core forward tcp 443,9191              10.10.20.0/22 > 10.10.40.9",
    "core forward tcp 443,9191,9193         10.10.30.0/24 > 10.10.40.9",
]
# A reverse proxy in the DMZ, whose own firewall is strict, before a balancer among the servers.
ROW = """
[fronts.outer]
kind = "reverse-proxy"
addresses = ["10.10.40.7"]
serves = { "papercut-mf/https" = 8443, "papercut-mf/http" = 8443 }
encrypts = ["papercut-mf/http"]
[firewalls.outer-host]
kind = "host"
role = "outer"
egress = "filtered"
"""
IN_A_ROW = BALANCED.replace("serves = {", 'behind = "outer"\nserves = {') + ROW
ABROAD = """
[products.papercut-mf]
public = ["https", "http"]
[products.papercut-mf.roles.user-computer]
zones = ["internet"]
[zones.servers]
networks = ["10.10.10.0/24"]
[zones.dmz]
networks = ["10.10.40.0/24"]
[roles.print-server]
addresses = ["10.10.10.5", "10.10.10.6"]
[roles.admin-computer]
absent = true
[firewalls.edge]
kind = "boundary"
zones = ["servers", "dmz", "internet"]
nat = true
public_address = "203.0.113.7"
[fronts.gate]
kind = "reverse-proxy"
addresses = ["10.10.40.9"]
serves = { "papercut-mf/https" = 443, "papercut-mf/http" = 8443 }
"""


def firewalls_of(deployment: Deployment, flow: str) -> dict[str, set[tuple[str, str]]]:
    """Firewall → who opens to whom there, for one flow."""
    parties: dict[str, set[tuple[str, str]]] = {}
    for rule in deployment.rules:
        if flow in rule.flows:
            parties.setdefault(rule.firewall, set()).add((rule.from_, rule.to))
    return parties


def test_servers_see_who_opened_it_where_the_front_passes_that_on() -> None:
    lines = [
        *TO_BALANCER,
        "core forward tcp 9191-9193             10.10.40.9 > 10.10.10.5, 10.10.10.6",
        "core forward tcp 9191-9192             10.10.20.0/22 > 10.10.10.5, 10.10.10.6",
        "core forward tcp 9191-9193             10.10.30.0/24 > 10.10.10.5, 10.10.10.6",
        "app in tcp 9191-9193                   10.10.40.9 > 10.10.10.5, 10.10.10.6",
        "app in tcp 9191-9192                   10.10.20.0/22 > 10.10.10.5, 10.10.10.6",
        "app in tcp 9191-9193                   10.10.30.0/24 > 10.10.10.5, 10.10.10.6",
        *MANAGED,
    ]
    assert faults(world(KEPT), lines) == []
    # Without probes, the balancer's own address is nobody's business.
    silent = KEPT.replace("hides_sources = false", "hides_sources = false\nchecks = false")
    assert faults(world(silent), [line for line in lines if "10.10.40.9 >" not in line]) == []
    services = {service for rule in world(KEPT).rules for service in rule.services}
    assert "Device RPC: health checks" in services


def test_through_a_row_each_comes_to_the_next() -> None:
    deployment = world(IN_A_ROW)
    lines = [
        "core forward tcp 8443                  10.10.20.0/22, 10.10.30.0/24 > 10.10.40.7",
        "outer-host in tcp 8443                 10.10.20.0/22, 10.10.30.0/24 > 10.10.40.7",
        # The first serves no device RPC: copiers come to the second for it.
        "core forward tcp 9193                  10.10.30.0/24 > 10.10.40.9",
        "outer-host out tcp 443,9191            10.10.40.7 > 10.10.40.9",
        "core forward tcp 9191-9193             10.10.40.9 > 10.10.10.5, 10.10.10.6",
        "app in tcp 9191-9193                   10.10.40.9 > 10.10.10.5, 10.10.10.6",
        *MANAGED,
    ]
    assert faults(deployment, lines) == []
    assert firewalls_of(deployment, "papercut-mf/web-http") == {
        "core": {("user-computer", "outer"), ("balancer", "print-server")},
        "outer-host": {("user-computer", "outer"), ("outer", "balancer")},
        "app": {("balancer", "print-server")},
    }
    flows = {flow.id: flow.fronts for flow in deployment.flows}
    assert flows["papercut-mf/web-http"] == ("outer", "balancer")
    assert flows["papercut-mf/canon-device-rpc"] == ("balancer",)
    # Both on one port of a reverse proxy: it tells them apart by name.
    assert "front-conflict" not in codes(deployment)


def test_encrypted_on_one_part_of_the_way_and_not_on_the_other() -> None:
    deployment = world(IN_A_ROW)
    encrypted = {
        (rule.from_, rule.to): rule.encrypted
        for rule in deployment.rules
        if "papercut-mf/web-http" in rule.flows
    }
    assert encrypted["user-computer", "outer"] is True
    assert encrypted["outer", "balancer"] is False
    (finding,) = [f for f in deployment.findings if f.code == "tls-ends-at-front"]
    assert "outer (reverse proxy)" in finding.message
    assert set(finding.subjects) == {"outer", "papercut-mf/web-http", "papercut-mf/canon-http"}


def test_forwards_lead_to_the_front_and_what_is_clear_stays_inside() -> None:
    closed = world(f"format = 1{ABROAD}")
    assert list(map(forward_line, closed.forwards)) == ["edge tcp 203.0.113.7:443 > 10.10.40.9:443"]
    assert faults(
        closed,
        [
            "edge forward tcp 443                 internet > 10.10.40.9",
            # In the clear nobody may come to the front, so that it has nobody to go on for.
            "edge forward tcp 9192                10.10.40.9 > 10.10.10.5, 10.10.10.6",
        ],
    ) == []  # fmt: skip
    (clear,) = [f for f in closed.findings if f.code == "cleartext-over-untrusted"]
    assert clear.subjects == ("papercut-mf/web-http",)
    assert "and User computer is on the internet" in clear.message
    # Who has no place yet is waited for, on the far side of the front too.
    waiting = world(f"format = 1{ABROAD}".replace('zones = ["internet"]\n', "", 1))
    assert firewalls_of(waiting, "papercut-mf/web-http") == {"edge": {("gate", "print-server")}}
    # Encrypted as far as the front, it may come from the internet.
    opened = world(f'format = 1{ABROAD}encrypts = ["papercut-mf/http"]\n')
    assert sorted(map(forward_line, opened.forwards)) == [
        "edge tcp 203.0.113.7:443 > 10.10.40.9:443",
        "edge tcp 203.0.113.7:8443 > 10.10.40.9:8443",
    ]
    published = f'{ABROAD}[firewalls.edge.publish."papercut-mf/https"]\nport = 9443\n'
    assert "edge tcp 203.0.113.7:9443 > 10.10.40.9:443" in map(
        forward_line, world(f"format = 1{published}").forwards
    )


def test_who_comes_from_the_internet_goes_on_in_the_family_of_the_front() -> None:
    plan = (
        ABROAD.replace('"10.10.40.0/24"', '"2001:db8:4::/64"')
        .replace('"10.10.40.9"', '"2001:db8:4::9"')
        .replace('"10.10.10.0/24"', '"10.10.10.0/24", "2001:db8:1::/64"')
        .replace('"10.10.10.6"', '"2001:db8:1::5"')
    )
    host = '[firewalls.app]\nkind = "host"\nrole = "print-server"\n'
    deployment = world(f"format = 1\n{plan}hides_sources = false\n{host}")
    passed_on = [
        (rule.firewall, rule.sources, rule.destinations)
        for rule in deployment.rules
        if (rule.from_, rule.to) == ("user-computer", "print-server")
    ]
    servers = ("2001:db8:1::5/128",)
    assert passed_on == [("app", ("::/0",), servers), ("edge", ("::/0",), servers)]


def test_each_site_comes_to_its_own_front() -> None:
    sites = """format = 1
[products.papercut-mf]
[sites.north]
zones = ["north", "north-users"]
[sites.south]
zones = ["south", "south-users"]
[zones.north]
networks = ["10.1.0.0/24"]
[zones.north-users]
networks = ["10.1.1.0/24"]
[zones.south]
networks = ["10.2.0.0/24"]
[zones.south-users]
networks = ["10.2.1.0/24"]
[roles.admin-computer]
absent = true
[roles.print-server]
addresses = ["10.1.0.5", "10.2.0.5"]
[roles.user-computer]
zones = ["north-users", "south-users"]
[firewalls.core]
kind = "boundary"
zones = ["north", "north-users", "south", "south-users"]
[fronts.north-front]
addresses = ["10.1.0.9"]
serves = { "papercut-mf/https" = 443 }
[fronts.south-front]
addresses = ["10.2.0.9"]
serves = { "papercut-mf/https" = 443 }
"""
    https = [rule for rule in world(sites).rules if "papercut-mf/web-https" in rule.flows]
    sides = {(rule.sources, rule.destinations) for rule in https if rule.firewall == "core"}
    assert sides == {
        (("10.1.1.0/24",), ("10.1.0.9/32",)),
        (("10.2.1.0/24",), ("10.2.0.9/32",)),
    }


def test_a_server_on_the_internet_takes_no_place_of_one_in_a_site() -> None:
    """It is left out of what must not run there, so it is no central partner of the front."""
    text = """format = 1
[products.papercut-mf]
[sites.south]
zones = ["servers"]
[zones.servers]
networks = ["10.1.0.0/24"]
[zones.dmz]
networks = ["10.3.0.0/24"]
[roles.admin-computer]
absent = true
[roles.print-server]
zones = ["internet", "servers"]
[roles.user-computer]
zones = ["dmz"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "dmz"]
[fronts.front]
addresses = ["10.3.0.9"]
serves = { "papercut-mf/https" = 443 }
"""
    https = [rule for rule in world(text).rules if "papercut-mf/web-https" in rule.flows]
    assert [(rule.sources, rule.destinations) for rule in https] == [
        (("10.3.0.9/32",), ("10.1.0.0/24",))
    ]


def test_what_nobody_uses_and_what_nothing_tells_apart_is_said() -> None:
    idle = world(BALANCED.replace('"papercut-mf/device-rpc" = 9193', '"papercut-mf/mysql" = 3306'))
    (unused,) = [f for f in idle.findings if f.code == "unused-front"]
    assert unused.subjects == ("balancer",)
    both = world(BALANCED.replace('"papercut-mf/http" = 9191', '"papercut-mf/http" = 443'))
    (conflict,) = [f for f in both.findings if f.code == "front-conflict"]
    assert "port 443" in conflict.message
    served = BALANCED[BALANCED.index("serves =") : BALANCED.index("[zones.servers]")]
    alone = world(BALANCED.replace(served, 'serves = { "papercut-mf/mysql" = 3306 }\n'))
    (unused,) = [f for f in alone.findings if f.code == "unused-front"]
    assert "serves nothing" in unused.message


def test_a_front_without_a_place_lets_nobody_through() -> None:
    deployment = world(BALANCED.replace('addresses = ["10.10.40.9"]', 'role = "load-balancer"'))
    waiting = [rule for rule in deployment.rules if rule.unresolved]
    assert waiting
    assert all(rule.unresolved == ("load-balancer",) for rule in waiting)
    assert not any(rule.sources for rule in waiting)
    assert "unplaced-role" in codes(deployment)


def test_json_and_changes_name_the_front() -> None:
    deployment = world(BALANCED)
    listed = msgspec.convert(to_json(deployment)["fronts"], list[dict[str, Any]])
    front = listed[0]
    assert front["name"] == front["role"] == "balancer"
    assert list(front["addresses"]) == ["10.10.40.9/32"]
    assert front["serves"]["papercut-mf/https"] == 443
    assert "papercut-mf/canon-device-rpc" in front["flows"]
    table = BALANCED[BALANCED.index("[fronts.balancer]") : BALANCED.index("[zones.servers]")]
    changes = compare(world(BALANCED.replace(table, "")), deployment)
    assert [group.text for group in changes.groups] == [
        "Front balancer: added, addresses 10.10.40.9, Port for papercut-mf/device-rpc 9193,"
        " Port for papercut-mf/http 9191, 1 more answer"
    ]


def test_what_a_peer_listens_on_is_not_behind_the_front() -> None:
    peers = {fact.id for p in CATALOG.products.values() for fact in p.flows if fact.at_peer}
    assert peers == {
        "papercut-mf/site-back-https",
        "papercut-ng/site-back-https",
        "printeron/alternate-ipp-cluster-out",
    }
    sites = BALANCED.replace("mfp-canon = {}", "mfp-canon = {}\nsite-servers = {}")
    deployment = world(
        sites.replace("[roles.mfp]", '[roles.secondary-server]\nzones = ["clients"]\n[roles.mfp]')
    )
    assert firewalls_of(deployment, "papercut-mf/site-back-https") == {
        "core": {("print-server", "secondary-server")}
    }
    ports = {rule.ports for rule in deployment.rules if "papercut-mf/site-back-https" in rule.flows}
    assert ports == {((9192, 9192),)}
    assert firewalls_of(deployment, "papercut-mf/web-https")["core"] == {
        ("user-computer", "balancer"),
        ("balancer", "print-server"),
    }
    flows = catalog_json(CATALOG, "papercut-mf")["flows"]
    assert isinstance(flows, list)
    assert not [flow for flow in flows if "at_peer" in flow]


def test_partners_are_looked_at_only_where_sites_matter() -> None:
    deployment = world(BALANCED)
    fact = deployment.facts["papercut-mf/web-https"]
    assert isinstance(fact, FlowFact)
    assert fact.served
    parties = [deployment.network.party_of(fact, role) for role in (fact.from_, fact.to)]
    sources, destinations = filter(None, parties)

    def unasked() -> Iterator[Party]:
        pytest.fail("no site, and still asked")
        yield sources

    serving = Serving(deployment.network, ())
    (pair,) = serving.pairs_among(fact, sources, destinations, unasked())
    assert (pair.sources, pair.destinations) == (sources, destinations)
