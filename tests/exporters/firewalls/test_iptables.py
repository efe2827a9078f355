"""iptables text means exactly what the rules say: read back and compared, nothing wider, nothing
missing.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import iptables
from exporters.firewalls.iptables import IpVersion
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import hostile_to
from tests.tools.iptables_reader import Reading, comments, read
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, addresses, box_of, difference
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule

FILTERED = msgspec.structs.replace(HOST, egress="filtered")
DENY = msgspec.structs.replace(EDGE, default="deny")
FAMILIES: tuple[IpVersion, IpVersion] = (4, 6)
CHAIN = {"in": "pw_server_in", "out": "pw_server_out", "forward": "pw_edge_fwd"}


def meaning(rules: list[Rule], direction: str, family: int) -> list[Box]:
    """The rules' boxes of one family: a rule is of the family that its first address has."""
    found = []
    for entry in rules:
        if entry.direction == direction and entry.family == family:
            box = box_of(entry)
            found.append(
                box._replace(
                    sources=tuple(span for span in box.sources if span[0] == family),
                    destinations=tuple(span for span in box.destinations if span[0] == family),
                )
            )
    return found


def chain(value: Deployment, direction: str, family: IpVersion = 4) -> Reading:
    name = "edge" if direction == "forward" else "server"
    return read(iptables.ruleset(value, name, family), family, CHAIN[direction])


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=4))
def test_host_means_exactly_the_rules(made: list[Rule]) -> None:
    value = deployment(*made, firewalls={"server": FILTERED})
    for family in FAMILIES:
        for direction in ("in", "out"):
            reading = chain(value, direction, family)
            assert reading.ends == "DROP"
            assert difference(reading.boxes, meaning(made, direction, family)) == []


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(host_rules("in"), max_size=4))
def test_boundary_means_exactly_the_rules(made: list[Rule]) -> None:
    made = [msgspec.structs.replace(entry, direction="forward", firewall="edge") for entry in made]
    for family in FAMILIES:
        reading = chain(deployment(*made, firewalls={"edge": DENY}), "forward", family)
        assert difference(reading.boxes, meaning(made, "forward", family)) == []


@pytest.mark.parametrize(
    ("sources", "destinations"),
    [
        ((), ("10.0.10.5/32",)),
        (("10.0.0.0/8",), ()),
        ((), ()),
        (("10.0.0.0/8",), ("2001:db8::5/128",)),
    ],
)
def test_empty_or_mismatched_side_is_nobody(
    sources: tuple[str, ...], destinations: tuple[str, ...]
) -> None:
    value = deployment(rule(sources=sources, destinations=destinations))
    for family in FAMILIES:
        assert "9191" not in iptables.ruleset(value, "server", family)


@pytest.mark.parametrize(("default", "ends"), [("accept", "RETURN"), ("deny", "DROP")])
def test_boundary_denies_only_where_asked(default: str, ends: str) -> None:
    edge = msgspec.structs.replace(EDGE, default=default)
    assert chain(deployment(firewalls={"edge": edge}), "forward").ends == ends


def test_open_egress_has_no_output_chain() -> None:
    text = iptables.ruleset(deployment(rule()), "server", 4)
    assert "OUTPUT" not in text
    assert "-I INPUT 1 -j pw_server_in" in text


def test_basics_of_a_host() -> None:
    reading = chain(deployment(rule(), firewalls={"server": FILTERED}), "in", 6)
    assert reading.basics[:2] == [
        "-i lo -j ACCEPT",
        "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ]
    kinds = re.findall(r"--icmpv6-type (\d+)", " ".join(reading.basics))
    assert kinds == [
        *"1234",
        "128",
        "129",
        "133",
        "134",
        "135",
        "136",
        *["130", "131", "132", "143"] * 2,
    ]
    assert reading.basics[-1] == "-d fe80::/10 -p udp -m udp --dport 546 -j ACCEPT"


def test_igmp_only_where_a_rule_is_multicast() -> None:
    multicast = rule(destinations=("224.0.0.251/32",), transport="udp")
    assert "-p igmp -j ACCEPT" in chain(deployment(multicast), "in").basics
    assert "-p igmp -j ACCEPT" not in chain(deployment(rule()), "in").basics


def test_old_ssh_sessions_pass_a_filtered_egress_but_no_new_one() -> None:
    ssh = rule("ssh", ports=(22,), flows=("management/ssh",), sources=("10.0.9.0/24",))
    reading = chain(deployment(ssh, firewalls={"server": FILTERED}), "out")
    (line,) = [text for text in reading.basics if "--sports 22" in text]
    assert line.startswith("-s 10.0.10.5/32 -d 10.0.9.0/24 -p tcp ")
    assert "--tcp-flags SYN,ACK ACK" in line
    assert reading.boxes == []


def redirects(**more: Any) -> list[tuple[Box, str]]:
    value = deployment(firewalls={"edge": EDGE}, forwards=[forward(**more)])
    text = iptables.ruleset(value, "edge", 4)
    assert "nat" not in iptables.ruleset(value, "edge", 6)
    return read(text, 4, "pw_edge_nat", "nat").redirects if "*nat" in text else []


def test_forward_to_another_port() -> None:
    ((box, target),) = redirects(public_ports=(443, 443), ports=(9192, 9192))
    assert target == "10.0.10.5:9192"
    meant = Box("tcp", ((443, 443),), addresses(["0.0.0.0/0"]), addresses(["203.0.113.7"]))
    assert difference([box], [meant]) == []


def test_forward_of_a_range_keeps_the_port_and_a_moved_one_maps_each() -> None:
    ((box, target),) = redirects(public_ports=(9200, 9999), ports=(9200, 9999), transport="udp")
    assert (box.transport, box.ports, target) == ("udp", ((9200, 9999),), "10.0.10.5")
    moved = redirects(public_ports=(8000, 8001), ports=(9000, 9001))
    assert [(box.ports, target) for box, target in moved] == [
        (((8000, 8000),), "10.0.10.5:9000"),
        (((8001, 8001),), "10.0.10.5:9001"),
    ]


@pytest.mark.parametrize("more", [{"sources": ()}, {"address": None}, {"public_address": None}])
def test_forward_that_waits_is_not_written(more: dict[str, object]) -> None:
    assert redirects(**more) == []


def test_many_ports_are_split_by_multiport_s_limit() -> None:
    ports = [(n * 10, n * 10 + n % 2) for n in range(1, 60)]
    value = deployment(rule(ports=ports))
    reading = chain(value, "in")
    assert len(reading.boxes) > 4
    assert difference(reading.boxes, [box_of(value.rules[0])]) == []


def test_many_addresses_are_not_crossed() -> None:
    made = rule(
        sources=[f"10.1.{n}.0/24" for n in range(0, 16, 2)],
        destinations=[f"10.2.{n}.0/24" for n in range(0, 16, 2)],
        except_sources=("10.1.2.0/25",),
    )
    text = iptables.ruleset(deployment(made), "server", 4)
    assert text.count("-j ACCEPT") < 40
    assert difference(chain(deployment(made), "in").boxes, [box_of(made)]) == []


def test_names_of_two_firewalls_never_meet_and_fit() -> None:
    long = "a-very-long-name-of-a-firewall-in-a-very-long-building"
    names = ("a", "a-b", "ab", long, long + "2", "a-very", "a-very-long-na")
    prefixes = [iptables.chain_prefix(name) for name in names]
    for one in prefixes:
        assert [other for other in prefixes if other.startswith(one)] == [one]
        assert len(one + "f9999d") <= 28


def test_same_rules_same_bytes_and_every_rule_is_traceable() -> None:
    made = [rule(f"server-{n:04x}", ports=(1000 + n,)) for n in range(300)]
    value = deployment(*made)
    assert iptables.files_of(value, "server") == iptables.files_of(value, "server")
    found = comments(iptables.ruleset(value, "server", 4))
    assert [text.split()[0] for text in found] == [entry.id for entry in made]


def hostile(text: str) -> Deployment:
    plan = Plan(name=text, firewalls={"server": FILTERED})
    return deployment(rule(text or "r", services=(text,)), rule("out", direction="out"), plan=plan)


@pytest.mark.parametrize("text", hostile_to("shell", "nft"))
def test_hostile_text_stays_in_its_comment(text: str) -> None:
    value = hostile(text)
    result = iptables.ruleset(value, "server", 4)
    assert re.fullmatch(r"[\x20-\x7e\n]*", result)
    for line in result.splitlines():
        found = re.search(r'--comment "(.*)" -j', line)
        if found:
            assert len(found[1]) <= 255
            assert not set(found[1]) & set("\"\\$`'")
    assert difference(chain(value, "in").boxes, [box_of(value.rules[0])]) == []
