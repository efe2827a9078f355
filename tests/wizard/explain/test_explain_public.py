"""Who is inside and asks for a public address: where nothing leads there it stops, and by hairpin NAT
each firewall is told whom it sees.
"""

from __future__ import annotations

from tests.tools.worlds import world
from tests.wizard.rules.test_hairpin import BEHIND_NAT, BETWEEN, DEEP, FURTHER, OFFICE, PLAIN, SEEN
from wizard.explain import Explanation, explain
from wizard.explain import report as explain_report

PUBLIC, WEB = "203.0.113.7", "8443/tcp"
NEAR, OTHER, ABROAD = "10.0.10.7", "10.0.20.7", "8.8.4.4"


def asked(text: str, source: str, service: str = WEB) -> Explanation:
    return explain(world(text), source, PUBLIC, service)


def hops(answer: Explanation) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(hop.firewall, hop.direction, hop.sees) for hop in answer.hops]


def test_without_hairpin_nothing_leads_there_from_inside() -> None:
    for source in (NEAR, OTHER):
        answer = asked(PLAIN, source)
        assert not answer.allowed
        assert [hop.firewall for hop in answer.hops] == ["edge"]
        assert answer.stops.startswith("It stops at edge:")
        assert "hairpin" in answer.stops
        # The same server, by the address that it has inside.
        assert explain(world(PLAIN), source, "10.0.10.6", "443/tcp").allowed
        assert any("10.0.10.6, on port 443" in note for note in answer.notes)


def test_what_would_lead_there_is_named_where_it_would() -> None:
    (opener,) = asked(PLAIN, OTHER).nearest
    assert (opener.key, opener.opens) == ("firewalls.edge.hairpin", True)
    assert "To open it: " in explain_report.text(asked(PLAIN, OTHER))
    # Who passes another NAT would not be led by it.
    further = BEHIND_NAT.replace("    hairpin = true\n", "")
    assert "firewalls.edge.hairpin" not in {opener.key for opener in asked(further, OTHER).nearest}


def test_who_is_in_the_servers_zone_is_seen_there_as_the_public_address() -> None:
    answer = asked(OFFICE, NEAR)
    assert answer.allowed
    assert hops(answer) == [
        ("pc", "out", ()),
        ("edge", "forward", ()),
        ("server", "in", ("203.0.113.7/32",)),
    ]
    out, through, _ = answer.hops
    assert [rule.ports for rule in out.rules] == [((8443, 8443),)]
    assert {rule.destinations for rule in out.rules} == {("203.0.113.7/32",)}
    assert through.forward is not None
    assert (through.forward.address, through.forward.ports) == ("10.0.10.6", (443, 443))
    # Every hop knows the fact behind it, on whichever port it sees it.
    assert all(hop.because for hop in answer.hops)


def test_who_is_in_another_zone_is_seen_as_itself() -> None:
    answer = asked(OFFICE, OTHER)
    assert answer.allowed
    assert hops(answer) == [("edge", "forward", ()), ("server", "in", ())]
    assert answer.hops[0].forward is not None


def test_a_zone_behind_a_further_router_comes_as_itself() -> None:
    answer = asked(FURTHER, OTHER)
    assert answer.allowed
    assert hops(answer) == [("edge", "forward", ()), ("server", "in", ())]


def test_a_firewall_that_is_passed_on_the_way_out_and_in_is_asked_twice() -> None:
    answer = asked(DEEP, NEAR)
    assert answer.allowed
    assert hops(answer) == [
        ("pc", "out", ()),
        ("inner", "forward", ()),
        ("edge", "forward", ()),
        ("inner", "forward", ("203.0.113.7/32",)),
        ("server", "in", ("203.0.113.7/32",)),
    ]
    asking, through, led = answer.hops[1:4]
    assert {rule.ports for rule in asking.rules} == {((8443, 8443),)}
    assert {rule.ports for rule in (*through.rules, *led.rules)} == {((443, 443),)}
    assert (asking.forward, led.forward) == (None, None)
    assert through.forward is not None


def test_each_hop_sees_zones_that_are_seen_as_others_as_it_does() -> None:
    answer = explain(world(SEEN), "10.9.10.7", PUBLIC, WEB)
    assert answer.allowed
    assert [(hop.firewall, hop.sees, hop.leads_to) for hop in answer.hops] == [
        ("pc", ("10.0.10.7/32",), ("203.0.113.7/32",)),
        ("inner", ("10.0.10.7/32",), ("203.0.113.7/32",)),
        ("edge", ("10.9.10.7/32",), ("10.9.10.6/32",)),
        ("inner", ("203.0.113.7/32",), ("10.0.10.6/32",)),
        ("server", ("203.0.113.7/32",), ("10.0.10.6/32",)),
    ]


def test_who_passes_another_nat_is_not_led() -> None:
    assert asked(BEHIND_NAT, NEAR).allowed
    answer = asked(BEHIND_NAT, OTHER)
    assert not answer.allowed
    assert answer.stops.startswith("It stops at edge:")
    assert answer.stops.endswith("(hairpin NAT): inner translates on the way.")


def test_who_may_not_use_it_stops_at_the_boundary_all_the_same() -> None:
    answer = asked(OFFICE, "10.0.10.9")
    assert not answer.allowed
    assert [(hop.firewall, hop.allowed) for hop in answer.hops] == [
        ("edge", False),
        ("server", True),
    ]


def test_a_party_inside_and_outside_gets_through_only_if_both_do() -> None:
    whole = asked(OFFICE, "user-computer")
    assert whole.allowed
    assert list(dict.fromkeys(hop.leg for hop in whole.hops)) == [
        "from the internet",
        "from inside",
    ]
    half = asked(PLAIN, "user-computer")
    assert not half.allowed
    assert [hop.allowed for hop in half.hops if hop.leg == "from the internet"] == [True, True]
    assert [hop.allowed for hop in half.hops if hop.leg == "from inside"] == [False]
    assert asked(PLAIN, ABROAD).allowed


RANGE = OFFICE.replace(
    "[zones.servers]",
    """[own.connections.far]
    from = "user-computer"
    to = "print-server"
    transport = "tcp"
    ports = ["9100-9103"]
    service = "Raw"
    reason = "A range"
    public = true
    encrypted = true
    [zones.servers]""",
)


def test_of_a_range_the_port_that_is_asked_for_is_followed() -> None:
    for source in (ABROAD, NEAR):
        answer = asked(RANGE, source, "9102/tcp")
        assert answer.allowed
        assert {because.flow for hop in answer.hops for because in hop.because} == {"own/far"}
    assert not asked(RANGE, NEAR, "9104/tcp").allowed


def test_a_public_address_in_a_zone_that_is_seen_as_another_is_followed() -> None:
    plain = BETWEEN.replace('    seen_as = ["10.9.178.0/24"]\n', "")
    for text in (plain, BETWEEN):
        answer = asked(text, "internet", "443/tcp")
        assert answer.allowed
        led = [(hop.firewall, hop.forward and hop.forward.address) for hop in answer.hops]
        assert led == [("box", "192.168.178.2"), ("own", "10.0.10.6")]
