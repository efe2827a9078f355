"""The way of one connection: firewall by firewall, with the fact behind each rule, or where it
stops.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.paths import PLANS
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.deployment import Deployment, deploy
from wizard.explain import Explanation, QuestionError, explain
from wizard.explain import report as explain_report
from wizard.plan.file import read_plan
from wizard.plan.model import Plan

NAT = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
REMOTE = "[products.cirrusprint.features]\nremote-clients = {}\n"
TOSHIBA = "[products.papercut-mf.features]\nmfp-toshiba = { sdk = ['sdk1'] }\n"


def hops(found: Explanation) -> list[str]:
    return [f"{'' if hop.allowed else 'not '}{hop.firewall}/{hop.direction}" for hop in found.hops]


def ask(d: Deployment, source: str, destination: str, service: str) -> Explanation:
    return explain(d, source, destination, service)


def test_every_firewall_and_the_rule_there() -> None:
    found = ask(world(OFFICE, TOSHIBA), "10.0.30.17", "10.0.10.5", "162/udp")
    assert found.allowed
    assert hops(found) == ["core/forward", "server/in"]
    for hop in found.hops:
        assert [rule.ports for rule in hop.rules] == [((162, 162),)]
        (because,) = hop.because
        assert because.flow == "papercut-mf/toshiba-snmp-traps"
        assert because.document == CATALOG.documents["papercut-ports"].title
        assert because.locator == "Multi Function Devices, Toshiba, inbound"


def test_an_answer_to_a_broadcast_is_there_because_of_what_asked() -> None:
    beside = "[products.cups.features]\nsnmp-browsing = {}\n[products.cups.roles.printer]\nzones = "
    d = world(OFFICE, f'{beside}["servers"]')
    found = ask(d, "10.0.10.17", "10.0.10.5", "40000/udp")
    (server,) = [hop for hop in found.hops if hop.firewall == "server"]
    assert [because.flow for because in server.because] == ["cups/snmp-browsing"]


def test_only_the_facts_of_this_port() -> None:
    """A joined rule stands for several facts; the answer names those that ask for the port."""
    found = ask(
        world(OFFICE, "[products.papercut-mf]\n[products.printeron]"),
        "user-computer",
        "print-server",
        "9192/tcp",
    )
    assert {because.flow for hop in found.hops for because in hop.because} == {
        "papercut-mf/web-https"
    }


@pytest.mark.parametrize(
    ("source", "destination", "service", "expected"),
    [
        ("mfp", "print-server", "9191/tcp", ["core/forward", "server/in"]),
        ("printers", "servers", "9191/tcp", ["not core/forward", "server/in"]),
        ("10.0.30.0/24", "10.0.10.5", "9191/tcp", ["core/forward", "server/in"]),
        ("10.0.30.0/23", "10.0.10.5", "9191/tcp", ["core/forward", "server/in"]),
        ("10.0.30.5-10.0.30.9", "print-server", "9191/TCP", ["core/forward", "server/in"]),
        ("print-server", "mfp", "161/udp", ["core/forward"]),
        ("admin-computer", "print-server", "22/tcp", ["core/forward", "server/in"]),
        ("10.0.20.99", "print-server", "22/tcp", ["not core/forward", "not server/in"]),
        ("mfp", "print-server", "9191/udp", ["not core/forward", "not server/in"]),
        ("mfp", "print-server", "9193/tcp", ["not core/forward", "not server/in"]),
        ("10.0.20.1", "10.0.20.2", "445/tcp", []),
    ],
)
def test_questions(source: str, destination: str, service: str, expected: list[str]) -> None:
    found = ask(world(OFFICE, TOSHIBA), source, destination, service)
    assert hops(found) == expected
    assert found.allowed == (not any(hop.startswith("not") for hop in expected))
    assert bool(found.stops) != found.allowed


def test_where_it_stops_and_what_would_open_it() -> None:
    found = ask(world(OFFICE, "[products.papercut-mf]"), "mfp", "print-server", "10389/tcp")
    assert "core" in found.stops
    assert [(opener.product, opener.feature) for opener in found.nearest] == [
        ("papercut-mf", "mfp-toshiba")
    ]


def test_a_firewall_is_asked_only_for_what_crosses_it() -> None:
    """User computers are in two branches, with one firewall each: neither sees what the other lets
    through.
    """
    d = world(
        OFFICE.replace(
            "[roles.user-computer]",
            "[zones.branch]\n    networks = ['10.0.40.0/24']\n    [firewalls.branch]\n    kind ="
            " 'boundary'\n    zones = ['branch', 'clients']\n    [roles.user-computer]",
        ).replace('zones = ["clients"]', 'zones = ["clients", "branch"]', 1),
        "[products.papercut-mf]",
    )
    found = ask(d, "user-computer", "print-server", "9191/tcp")
    assert found.allowed, found
    assert hops(found) == ["branch/forward", "core/forward", "server/in"]
    assert not ask(d, "branch", "print-server", "22/tcp").allowed


def test_no_way() -> None:
    island = "[zones.far]\nnetworks = ['10.9.0.0/24']"
    found = ask(world(OFFICE, island, "[products.papercut-mf]"), "far", "print-server", "9191/tcp")
    assert not found.allowed
    assert found.stops == "Nothing joins far to servers."


def test_no_common_family() -> None:
    six = (
        "[zones.six]\nnetworks = ['2001:db8:6::/64']\n[firewalls.joint]\nkind = 'router'\nzones ="
        " ['six', 'servers']"
    )
    found = ask(world(OFFICE, six), "six", "print-server", "9191/tcp")
    assert not found.allowed
    assert "family" in found.stops


def test_a_role_without_a_place() -> None:
    found = ask(
        world(OFFICE, "[products.printeron.features]\nairprint = {}\n[roles.mobile-device]"),
        "mobile-device",
        "print-server",
        "6310/tcp",
    )
    assert not found.allowed
    assert "no place" in found.stops


def test_filtered_egress_is_the_first_hop() -> None:
    group = "[firewalls.group]\nkind = 'cloud'\nrole = 'print-server'\negress = 'filtered'"
    d = world(OFFICE, "[products.papercut-mf.features]\nmfp-hp = {}", group)
    assert hops(ask(d, "print-server", "mfp", "7627/tcp")) == ["group/out", "core/forward"]
    assert hops(ask(d, "print-server", "mfp", "7628/tcp")) == ["not group/out", "not core/forward"]


# --- From the internet ---------------------------------------------------------------------------


@pytest.mark.parametrize("destination", ["print-server", "203.0.113.7", "10.0.10.5"])
def test_from_the_internet(destination: str) -> None:
    found = ask(world(NAT, REMOTE), "internet", destination, "443/tcp")
    assert found.allowed
    assert hops(found) == ["edge/forward", "server/in"]
    # However it is asked for: from the internet the port forward is on the way.
    assert found.hops[0].forward is not None
    assert found.hops[0].forward.public_ports == (443, 443)


@pytest.mark.parametrize("source", ["internet", "198.51.100.9", "user-computer"])
def test_what_is_not_forwarded_stops_at_the_public_address(source: str) -> None:
    found = ask(world(NAT, REMOTE), source, "203.0.113.7", "22/tcp")
    assert not found.allowed
    assert hops(found) == ["not edge/forward"]
    assert "no port forward" in found.stops


def test_a_forward_that_leads_nowhere_yet_stops() -> None:
    text = NAT.replace('["10.0.10.5"]', '["10.0.10.5", "10.0.10.6"]')
    found = ask(world(text, REMOTE), "internet", "203.0.113.7", "443/tcp")
    assert not found.allowed


def test_one_address_of_the_internet() -> None:
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\ninternal-smtp = {}\n[roles.mail-server]\naddresses ="
        " ['198.51.100.25']",
    )
    assert ask(d, "198.51.100.25", "print-server", "25/tcp").allowed
    assert not ask(d, "198.51.100.26", "print-server", "25/tcp").allowed
    assert not ask(d, "internet", "print-server", "25/tcp").allowed
    assert ask(d, "mail-server", "print-server", "25/tcp").allowed


def test_to_the_internet() -> None:
    d = world(OFFICE, "[products.papercut-mf.features]\nentitlements = {}")
    found = ask(d, "print-server", "internet", "443/tcp")
    assert found.allowed
    assert [b.locator for b in found.hops[0].because] == [
        "PaperCut MF - Global Entitlements Service"
    ]
    assert ask(d, "10.0.10.5", "8.8.8.8", "443/tcp").allowed
    assert not ask(d, "10.0.10.6", "8.8.8.8", "443/tcp").allowed


def test_a_products_own_server() -> None:
    """A role can be at another place for each product; one of them answers."""
    d = world(
        OFFICE,
        "[products.papercut-mf]\n[products.cirrusprint.roles.print-server]\naddresses ="
        " ['10.0.10.6']",
    )
    assert ask(d, "user-computer", "print-server", "9191/tcp").allowed
    assert ask(d, "user-computer", "print-server", "443/tcp").allowed
    assert not ask(d, "user-computer", "10.0.10.6", "9191/tcp").allowed


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody", "print-server", "9191/tcp"), "'nobody' is no address"),
        (("mfps", "print-server", "9191/tcp"), "did you mean 'mfp'"),
        (("mfp", "10.99.0.1", "9191/tcp"), "10.99.0.1 is in no zone"),
        (("mfp", "224.0.0.251", "5353/udp"), "224.0.0.251 is in no zone"),
        (("mfp", "print-server", "9191"), "write 9191/tcp or 9191/udp"),
        (("mfp", "print-server", "9191/tpc"), "did you mean 'tcp'"),
        (("mfp", "print-server", "9200-9300/tcp"), "one port of the range, such as 9200/tcp"),
        (("mfp", "print-server", "70000/tcp"), "ports go from 1 to 65535"),
        (("Print Server", "mfp", "161/udp"), "did you mean 'print-server'"),
        (("mfp", "print-server", "0/tcp"), "no port and transport"),
        (("mfp", "print-server", "65536/tcp"), "no port and transport"),
        (("mfp", "print-server", "9191/icmp"), "no port and transport"),
        (("mfp", "print-server", ""), "no port and transport"),
        (("", "print-server", "9191/tcp"), "'' is no address"),
        (
            ("10.0.30.1/24", "print-server", "9191/tcp"),
            "'10.0.30.1/24' is no address: .*10.0.30.0/24",
        ),
        (("10.0.30.999", "print-server", "9191/tcp"), "'10.0.30.999' is no address"),
    ],
)
def test_questions_that_cannot_be_asked(words: tuple[str, str, str], says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        ask(world(OFFICE, "[products.papercut-mf]"), *words)


# --- The proxy, and what is in the way -----------------------------------------------------------

PROXY = (
    "[proxy]\nmode = 'explicit'\nport = 8080\n[roles.web-proxy]\naddresses = ['10.0.20.80']\n"
    "[products.papercut-mf.features]\ngrows = {}\n"
)


def test_web_traffic_goes_through_the_proxy() -> None:
    found = ask(world(OFFICE, PROXY), "print-server", "internet", "443/tcp")
    assert found.allowed
    assert found.through == "web-proxy"
    assert [(hop.leg, hop.firewall) for hop in found.hops] == [
        ("to the web proxy", "core"),
        ("from the web proxy", "core"),
        ("from the web proxy", "edge"),
    ]
    assert [rule.ports for rule in found.hops[0].rules] == [((8080, 8080),)]
    text = explain_report.text(found)
    assert "It goes through the web proxy, on port 8080" in text
    assert "grows.papercut.com" in text


@pytest.mark.parametrize(
    ("source", "service"),
    [("print-server", "80/tcp"), ("mfp", "443/tcp"), ("print-server", "443/udp")],
)
def test_what_the_proxy_is_not_for_stops(source: str, service: str) -> None:
    found = ask(world(OFFICE, PROXY), source, "internet", service)
    assert not found.allowed
    assert found.through == ""


def test_a_proxy_without_a_place_is_what_is_missing() -> None:
    d = world(OFFICE, PROXY.replace("[roles.web-proxy]\naddresses = ['10.0.20.80']\n", ""))
    found = ask(d, "print-server", "internet", "443/tcp")
    assert not found.allowed
    assert found.stop_key == "roles.web-proxy.zones"


def test_roles_without_a_place_and_roles_that_are_not_there() -> None:
    d = world(OFFICE, "[products.papercut-mf]\n[roles.mobile-device]\nabsent = true")
    found = ask(d, "mobile-device", "print-server", "9163/tcp")
    assert (found.stops, found.stop_key) == (
        "The plan says that there is no mobile-device.",
        "roles.mobile-device.absent",
    )
    found = ask(d, "card-reader", "print-server", "9191/tcp")
    assert (found.stops, found.stop_key) == (
        "card-reader has no place in this plan yet.",
        "roles.card-reader.zones",
    )


def test_a_rule_for_a_part_of_it_is_shown() -> None:
    found = ask(world(OFFICE, TOSHIBA), "printers", "servers", "9191/tcp")
    core = found.hops[0]
    assert [(rule.from_, rule.to) for rule in core.others] == [("mfp", "print-server")]
    assert (
        "it lets through only: mfp 10.0.30.0/24 -> print-server 10.0.10.5"
        in explain_report.text(found)
    )
    # Nothing of it: all rules for this port, to compare with.
    other = ask(world(OFFICE, TOSHIBA), "printers", "clients", "9191/tcp")
    assert {rule.to for rule in other.hops[0].others} == {"print-server"}


def test_a_forward_that_waits_is_said() -> None:
    d = world(NAT.replace('    public_address = "203.0.113.7"\n', ""), REMOTE)
    found = ask(d, "internet", "print-server", "443/tcp")
    assert found.notes == ("The port forward at edge still waits for: public address.",)


def test_80_columns() -> None:
    for path in PLANS:
        d = deploy(CATALOG, read_plan(path.read_text(), CATALOG))
        for flow in d.flows:
            low = flow.ports[0][0]
            found = explain(d, flow.from_, flow.to, f"{low}/{flow.transport}")
            text = explain_report.text(found)
            assert max(map(len, text.splitlines())) <= 80


@pytest.mark.slow
@settings(max_examples=40)
@given(plans(), st.data())
def test_every_rule_of_a_plan_explains_itself(plan: Plan, data: st.DataObject) -> None:
    """Between two addresses of a rule, the rule's own firewall lets the connection through, unless it
    must never be.
    """
    deployment = deploy(CATALOG, plan)
    asked = [rule for rule in deployment.rules if rule.sources and rule.destinations]
    for rule in data.draw(st.lists(st.sampled_from(asked), max_size=4)) if asked else ():
        source, destination = _one(rule.sources), _one(rule.destinations)
        low, _ = rule.ports[0]
        try:
            found = explain(deployment, source, destination, f"{low}/{rule.transport}")
        except QuestionError:
            continue  # a group address, or one that is somewhere on the internet
        assert all(
            hop.allowed or hop.never
            for hop in found.hops
            if (hop.firewall, hop.direction) == (rule.firewall, rule.direction)
        )


def _one(cidrs: tuple[str, ...]) -> str:
    return {"0.0.0.0/0": "8.8.8.8", "::/0": "2a00::1"}.get(cidrs[0], cidrs[0])
