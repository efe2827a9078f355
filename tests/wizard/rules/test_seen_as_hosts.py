"""What must never be, and what fronts send on, beside zones that are seen as others: each host sees
the own addresses of its own zone alone.
"""

from __future__ import annotations

import pytest

from tests.tools.worlds import EQUAL_SITES as EQUAL
from tests.tools.worlds import rules_at, world
from tests.wizard.rules.test_seen_as import LOCAL, NEVER, PORTAL, ends
from wizard.explain import explain
from wizard.network.topology import Network
from wizard.views.groups import group_notes

# One firewall on all computers of two sites, that talk to each other.
COMPUTERS = """
    format = 1
    [products.cups]
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.site-a]
    networks = ["192.168.1.0/24"]
    seen_as = ["10.101.1.0/24"]
    [zones.site-b]
    networks = ["192.168.2.0/24"]
    seen_as = ["10.101.2.0/24"]
    [roles.print-server]
    zones = ["servers"]
    [roles.user-computer]
    zones = ["site-a", "site-b"]
    [own.connections.relay]
    from = "user-computer"
    to = "user-computer"
    transport = "tcp"
    ports = ["9999"]
    service = "Relay"
    reason = "Peers pass jobs on"
    [firewalls.pcs]
    kind = "host"
    role = "user-computer"
    [firewalls.ra]
    kind = "router"
    zones = ["servers", "site-a"]
    [firewalls.rb]
    kind = "router"
    zones = ["servers", "site-b"]
    [never.x]
    from = { zones = ["site-b"] }
    to = { zones = ["site-a"] }
"""


def test_a_host_sees_only_its_own_zone_s_own_addresses_where_it_must_never_be_reached() -> None:
    deployment = world(COMPUTERS)
    violated = {f.subjects[0] for f in deployment.findings if f.code == "never-violated"}
    against = [rule for rule in deployment.rules if rule.id in violated]
    own_a, own_b = "192.168.1.0/24", "192.168.2.0/24"
    # Computers of site-b come to those of site-a by what they are seen as there.
    assert ends(against, 9999) == {(("10.101.2.0/24", own_a), (own_a,))}
    assert ends(rules_at(deployment, "pcs", "in"), 9999) == {
        (("10.101.2.0/24", own_a), (own_a,)),
        (("10.101.1.0/24", own_b), (own_b,)),
    }
    way = explain(deployment, "site-b", "site-a", "9999/tcp")
    assert [rules for answer in way.never for rules in answer.rules] == [against[0].id]


def test_what_a_front_sends_on_is_seen_from_the_front_s_own_zone() -> None:
    text = """
        [fronts.gate]
        kind = "load-balancer"
        hides_sources = false
        checks = false
        addresses = ["10.101.1.9", "10.101.2.9"]
        serves = { "cups/ipp" = 631 }
        [firewalls.gate-host]
        kind = "host"
        role = "gate"
        egress = "filtered"
    """
    sharing = COMPUTERS.replace("[products.cups]", "[products.cups.features]\n    ipp-sharing = {}")
    deployment = world(sharing, text)
    server = ("10.0.10.0/24",)
    assert ends(rules_at(deployment, "gate-host", "out"), 631) == {
        (("10.101.2.0/24", "192.168.1.0/24"), server),
        (("10.101.1.0/24", "192.168.2.0/24"), server),
    }
    way = explain(deployment, "10.101.2.7", "print-server", "631/tcp")
    assert way.allowed, way.stops


def test_what_a_firewall_sees_of_a_denial_is_worked_out_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    standpoints = Network.standpoints

    def counted(network: Network, name: str) -> tuple[tuple[str, ...], ...]:
        asked.append(name)
        return standpoints(network, name)

    monkeypatch.setattr(Network, "standpoints", counted)
    deployment = world(EQUAL, NEVER)
    for rule in deployment.rules:
        for denial in deployment.denials:
            deployment.against(denial, rule)
    firewalls = {rule.firewall for rule in deployment.rules}
    assert len(deployment.rules) > len(firewalls)
    assert sorted(asked) == sorted(firewalls)


def test_a_cloud_group_stays_exact_where_everybody_would_be_who_must_never_come() -> None:
    never = """
        [never.b-to-server]
        from = { zones = ["site-b"] }
        to = { zones = ["site-a"] }
        ports = ["8443"]
    """
    group = LOCAL.replace('kind = "host"', 'kind = "cloud"\n    provider = "aws"')
    assert "8443/tcp" in group_notes(world(group, PORTAL), "server")[0]
    assert group_notes(world(group, PORTAL, never), "server") == ()


def test_of_rules_for_a_port_those_are_named_that_hold_a_part_as_the_host_sees_it() -> None:
    some = COMPUTERS.replace(
        'zones = ["site-a", "site-b"]',
        'zones = ["site-a", "site-b"]\n    addresses = ["192.168.1.0/24", "192.168.2.7"]',
    )
    way = explain(world(some), "site-b", "site-a", "9999/tcp")
    (hop,) = (hop for hop in way.hops if hop.firewall == "pcs")
    assert not hop.allowed
    own = "192.168.1.0/24"
    assert ends(list(hop.others), 9999) == {(("10.101.2.7/32", own), (own,))}
