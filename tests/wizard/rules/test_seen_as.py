"""Zones with equal networks: 1:1 translation at whatever joins them. What every firewall sees is
written here by hand.
"""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG, codes, errors_of, plan_of, rules_at, world
from tests.tools.worlds import EQUAL_SITES as EQUAL
from wizard.explain import QuestionError, explain
from wizard.plan.edits import rename_zone
from wizard.plan.file import read_plan, write_plan
from wizard.plan.keys import ZoneKey
from wizard.questions import AnswerError, answered, questions
from wizard.rules.model import Rule
from wizard.views.translation import translation_notes

A, B, SERVER = "10.101.1.0/24", "10.101.2.0/24", "10.1.0.5/32"
OWN, PRINTER = "192.168.1.0/24", "10.101.1.9/32"


NEVER = """
    [never.a-to-server]
    from = { zones = ["site-a"] }
    to = { role = "print-server" }
"""


def ends(rules: list[Rule], port: int) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {(r.sources, r.destinations) for r in rules if any(a <= port <= b for a, b in r.ports)}


def test_whoever_joins_the_zone_sees_its_own_addresses_and_all_others_the_translated_ones() -> None:
    deployment = world(EQUAL)
    assert ends(rules_at(deployment, "router-a", "forward"), 631) == {((OWN,), (SERVER,))}
    assert ends(rules_at(deployment, "router-b", "forward"), 631) == {((OWN,), (SERVER,))}
    assert ends(rules_at(deployment, "core", "forward"), 631) == {((A, B), (SERVER,))}
    assert ends(rules_at(deployment, "server", "in"), 631) == {((A, B), (SERVER,))}
    # The way back to the printer: its router compares the address after the translation.
    assert ends(rules_at(deployment, "server", "out"), 9100) == {((SERVER,), (PRINTER,))}
    assert ends(rules_at(deployment, "core", "forward"), 9100) == {((SERVER,), (PRINTER,))}
    assert ends(rules_at(deployment, "router-a", "forward"), 9100) == {
        ((SERVER,), ("192.168.1.9/32",))
    }
    assert ends(rules_at(deployment, "router-b", "forward"), 9100) == set()
    assert "overlapping-zones" not in codes(deployment)


# A server of its own at site-a: neighbours come by their own addresses, site-b by translated ones.
LOCAL = EQUAL.replace(
    'addresses = ["10.1.0.5"]', 'zones = ["site-a"]\n    addresses = ["192.168.1.5"]'
)


def test_a_host_in_the_zone_knows_itself_and_its_neighbours_by_their_own_addresses() -> None:
    deployment = world(LOCAL)
    own = ("192.168.1.5/32",)
    assert deployment.covered("server") == own
    assert ends(rules_at(deployment, "server", "in"), 631) == {((B, OWN), own)}
    assert ends(rules_at(deployment, "server", "out"), 9100) == {(own, ("192.168.1.9/32",))}
    assert ends(rules_at(deployment, "router-a", "forward"), 631) == {((B,), own)}
    assert ends(rules_at(deployment, "router-b", "forward"), 631) == {((OWN,), ("10.101.1.5/32",))}


def test_on_the_link_too_only_neighbours_are_known_by_their_own_addresses() -> None:
    group, server, printer = "224.0.0.251/32", ("10.1.0.5/32",), (PRINTER,)
    deployment = world(EQUAL, ON_COMPUTERS)
    assert ends(rules_at(deployment, "server", "in"), 5353) == {
        (printer, (*server, group)),
        ((A, B), (*server, group)),
    }
    assert ends(rules_at(deployment, "server", "out"), 5353) == {
        (server, (*printer, group)),
        (server, (A, B, group)),
    }
    # What hosts of several zones see alike is one rule.
    assert ends(rules_at(deployment, "pcs", "in"), 5353) == {(server, (OWN, group))}
    local = rules_at(world(LOCAL, ON_COMPUTERS), "pcs", "in")
    assert ends(local, 5353) == {
        (("192.168.1.5/32",), (OWN, group)),
        (("10.101.1.5/32",), (OWN, group)),
    }


def test_one_boundary_that_joins_both_sees_both_own_addresses() -> None:
    text = LOCAL.replace(
        'zones = ["backbone", "site-a"]', 'zones = ["backbone", "site-a", "site-b"]'
    )
    deployment = world(
        text.replace('zones = ["backbone", "site-b"]', 'zones = ["head", "backbone"]')
    )
    assert ends(rules_at(deployment, "router-a", "forward"), 631) == {((OWN,), ("192.168.1.5/32",))}


PORTAL = """
    [own.connections.portal]
    from = "mobile-device"
    to = "print-server"
    transport = "tcp"
    ports = ["8443"]
    service = "Portal"
    reason = "Guests print"
    encrypted = true
    public = true
    [roles.mobile-device]
    zones = ["internet"]
    [firewalls.edge]
    kind = "boundary"
    zones = ["backbone", "internet"]
    nat = true
    public_address = "203.0.113.7"
"""


def test_a_port_forward_leads_to_what_its_boundary_sees() -> None:
    deployment = world(LOCAL, PORTAL)
    (forward,) = deployment.forwards
    assert (forward.firewall, forward.address) == ("edge", "10.101.1.5")
    assert ends(rules_at(deployment, "edge", "forward"), 8443) == {
        (("0.0.0.0/0",), ("10.101.1.5/32",))
    }
    assert ends(rules_at(deployment, "router-a", "forward"), 8443) == {
        (("0.0.0.0/0",), ("192.168.1.5/32",))
    }
    way = explain(deployment, "internet", "203.0.113.7", "8443/tcp")
    assert way.allowed
    assert [(hop.firewall, hop.leads_to) for hop in way.hops] == [
        ("edge", ("10.101.1.5/32",)),
        ("router-a", ("192.168.1.5/32",)),
        ("server", ("192.168.1.5/32",)),
    ]


def test_explain_says_at_each_hop_what_it_sees() -> None:
    way = explain(world(EQUAL), "10.101.1.7", "print-server", "631/tcp")
    assert way.allowed
    assert [(hop.firewall, hop.sees) for hop in way.hops] == [
        ("router-a", ("192.168.1.7/32",)),
        ("core", ("10.101.1.7/32",)),
        ("server", ("10.101.1.7/32",)),
    ]
    back = explain(world(EQUAL), "print-server", "printer", "9100/tcp")
    assert back.allowed
    assert [(hop.firewall, hop.leads_to) for hop in back.hops] == [
        ("server", (PRINTER,)),
        ("core", (PRINTER,)),
        ("router-a", ("192.168.1.9/32",)),
    ]
    stopped = explain(world(EQUAL), "site-b", "printer", "9100/tcp")
    assert not stopped.allowed
    with pytest.raises(QuestionError, match="is in site-a and in site-b"):
        explain(world(EQUAL), "192.168.1.7", "print-server", "631/tcp")


def test_what_must_never_be_is_denied_by_the_addresses_that_each_boundary_sees() -> None:
    deployment = world(EQUAL, NEVER)
    lines = {
        name: {(line.sources, line.destinations) for line in deployment.denied_at(name)}
        for name in ("router-a", "router-b", "core")
    }
    assert lines == {
        "router-a": {((OWN,), (SERVER,))},
        "router-b": set(),
        "core": {((A,), (SERVER,))},
    }
    violated = {f.subjects[0] for f in deployment.findings if f.code == "never-violated"}
    at = {rule.firewall for rule in deployment.rules if rule.id in violated}
    # Computers of site-b have the same addresses, and may come.
    assert at == {"router-a", "core", "server"}
    assert not explain(deployment, "10.101.1.7", "print-server", "631/tcp").allowed
    assert explain(deployment, "10.101.2.7", "print-server", "631/tcp").allowed


def test_every_firewall_s_notes_say_both_addresses() -> None:
    deployment = world(EQUAL)
    assert translation_notes(deployment, "router-a") == (
        "NAT: site-a is seen from elsewhere as networks of the same size"
        " (192.168.1.0/24 as 10.101.1.0/24); no rule here does that.",
        "Rules hold what the firewall sees between the two: sources before they are translated,"
        " destinations after.",
    )
    assert translation_notes(deployment, "core") == (
        "site-a has other addresses of its own (192.168.1.0/24 as 10.101.1.0/24): router-a"
        " translates them.",
        "site-b has other addresses of its own (192.168.1.0/24 as 10.101.2.0/24): router-b"
        " translates them.",
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("10.101.1.0/24", "10.101.1.0/25", "is not as large as 192.168.1.0/24"),
        ('"10.101.1.0/24"]', '"10.101.1.0/24", "10.101.3.0/24"]', "is no match for"),
        ("10.101.1.0/24", "fd00::/64", "only IPv4 networks are translated"),
        ("10.101.1.0/24", "192.168.1.0/24", "is in the zone's own networks"),
        (
            'networks = ["192.168.1.0/24"]\n    seen_as = ["10.101.1.0/24"]',
            'networks = ["192.168.1.0/24", "192.168.2.0/25"]\n'
            '    seen_as = ["10.101.1.0/24", "10.101.1.0/25"]',
            "two of its networks are seen as 10.101.1.0/25",
        ),
    ],
)
def test_what_does_not_fit_is_an_error_with_its_place(old: str, new: str, words: str) -> None:
    (wrong,) = errors_of(EQUAL.replace(old, new))
    assert wrong.path == "zones.site-a.seen_as"
    assert words in wrong.message


def test_zones_may_overlap_only_where_each_is_seen_as_its_own() -> None:
    alone = world(EQUAL.replace('seen_as = ["10.101.2.0/24"]', ""))
    (finding,) = [f for f in alone.findings if f.code == "overlapping-zones"]
    assert finding.subjects == ("site-a", "site-b")
    same = world(EQUAL.replace("10.101.2.0", "10.101.1.0"))
    assert "overlapping-zones" in codes(same)
    # IPv6 is not translated.
    six = EQUAL.replace('["192.168.1.0/24"]', '["192.168.1.0/24", "2001:db8:a::/64"]')
    assert "overlapping-zones" in codes(world(six))
    taken = world(EQUAL.replace("10.101.2.0/24", "10.1.0.0/24"))
    (finding,) = [f for f in taken.findings if f.code == "overlapping-zones"]
    assert finding.subjects == ("head", "site-b")


def test_an_address_that_two_zones_hold_needs_its_zone() -> None:
    deployment = world(
        EQUAL.replace(
            'zones = ["site-a"]\n    addresses = ["192.168.1.9"]', 'addresses = ["192.168.1.9"]'
        )
    )
    (finding,) = [f for f in deployment.findings if f.code == "address-outside-zone"]
    assert "192.168.1.9/32 is in site-a and in site-b. Name the zone beside it." in finding.message
    # As the rest of the network calls it, it is one machine's.
    seen = world(
        EQUAL.replace(
            'zones = ["site-a"]\n    addresses = ["192.168.1.9"]', 'addresses = ["10.101.1.9"]'
        )
    )
    assert seen.rules == world(EQUAL).rules


BOTH = EQUAL.replace('zones = ["backbone", "site-a"]', 'zones = ["backbone", "site-a", "site-b"]')
ON_COMPUTERS = """
    [firewalls.pcs]
    kind = "host"
    role = "user-computer"
"""


@pytest.mark.parametrize(
    ("raises", "near", "subjects", "words"),
    [
        (BOTH, EQUAL, ("router-a", "site-a", "site-b"), "a boundary or router of its own"),
        # Networks in each other; next to each other
        (
            BOTH.replace("192.168.1.0/24", "192.168.0.0/23", 1).replace("10.101.1.0/24", "10.101.4.0/23"),
            BOTH.replace("192.168.1.0/24", "192.168.2.0/24", 1),
            ("router-a", "site-a", "site-b"),
            "(192.168.0.0/23)",
        ),
        # A router has no rules.
        (BOTH, BOTH.replace('kind = "boundary"', 'kind = "router"'), ("router-a", "site-a", "site-b"), ""),
        # Computers anywhere in both sites; each at an address of its own
        (
            EQUAL + ON_COMPUTERS,
            EQUAL + ON_COMPUTERS + "    addresses = ['10.101.1.7', '10.101.2.8']",
            ("pcs", "site-a", "site-b"),
            "Give the hosts of each a firewall of their own",
        ),
        (
            EQUAL + ON_COMPUTERS + "    addresses = ['10.101.1.7', '10.101.2.7']",
            EQUAL + ON_COMPUTERS + "    addresses = ['10.101.1.0/24']",
            ("pcs", "site-a", "site-b"),
            "(192.168.1.7/32)",
        ),
    ],
)  # fmt: skip
def test_a_firewall_cannot_tell_equal_networks_apart_and_that_is_an_error(
    raises: str, near: str, subjects: tuple[str, ...], words: str
) -> None:
    (finding,) = [f for f in world(raises).findings if f.code == "indistinct-zones"]
    assert (finding.severity, finding.subjects) == ("error", subjects)
    assert words in finding.message
    assert "indistinct-zones" not in codes(world(near))


def test_what_nobody_translates_is_said() -> None:
    lost = "[zones.lost]\nnetworks = ['10.9.0.0/24']\nseen_as = ['10.10.0.0/24']"
    (finding,) = [f for f in world(EQUAL, lost).findings if f.code == "nat-without-use"]
    assert finding.subjects == ("lost",)


def test_it_is_written_read_renamed_and_asked_where_networks_are_equal() -> None:
    plan = plan_of(EQUAL)
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    assert rename_zone(plan, "site-a", "north").zones["north"].seen_as == ("10.101.1.0/24",)
    asked = [q.key for q in questions(CATALOG, plan, "network")]
    assert ZoneKey("site-a", "seen_as") in asked
    assert ZoneKey("head", "seen_as") not in asked
    key = ZoneKey("site-a", "seen_as")
    assert answered(CATALOG, plan, key, ("10.111.1.0/24",)).zones["site-a"].seen_as == (
        "10.111.1.0/24",
    )
    with pytest.raises(AnswerError, match="not as large"):
        answered(CATALOG, plan, key, ("10.111.0.0/16",))
    with pytest.raises(AnswerError, match="not as large"):
        answered(CATALOG, plan, ZoneKey("site-a"), ("192.168.0.0/16",))
