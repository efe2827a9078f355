"""firewalld's files mean exactly what the rules say: read back and compared, nothing wider, nothing
missing.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import firewalld
from tests.exporters.firewalls.test_iptables import meaning
from tests.tools.builders import HOST, deployment, rule
from tests.tools.firewalld_reader import Policy, read
from tests.tools.hostile import hostile_to
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import addresses, box_of, difference
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule

FILTERED = msgspec.structs.replace(HOST, egress="filtered")


def policies(value: Deployment) -> dict[str, Policy]:
    return read(firewalld.objects(value, "server"))


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=4))
def test_means_exactly_the_rules(made: list[Rule]) -> None:
    found = policies(deployment(*made, firewalls={"server": FILTERED}))
    for direction in ("in", "out"):
        rules = meaning(made, direction, 4) + meaning(made, direction, 6)
        assert difference(found[f"pw_server_{direction}"].boxes, rules) == []


@settings(max_examples=60)
@given(st.lists(host_rules("in"), max_size=4))
def test_no_two_entries_of_a_set_overlap(made: list[Rule]) -> None:
    """The nf_tables back end refuses a set with overlapping entries, and then loads nothing at all."""
    for path, text in firewalld.objects(deployment(*made), "server").items():
        if path.startswith("ipsets/"):
            assert len(path) <= len("ipsets/.xml") + 31
            listed = [entry.text or "" for entry in ET.fromstring(text.encode()).findall("entry")]
            spans = sorted((first, last) for _, first, last in addresses(listed))
            assert len(listed) > 1
            assert all(left[1] < right[0] for left, right in pairwise(spans))
            assert not {"0.0.0.0/0", "::/0"} & set(listed)


def test_policies_come_before_the_zones_and_end_in_drop() -> None:
    found = policies(deployment(rule(), firewalls={"server": FILTERED}))
    inbound, outbound = found["pw_server_in"], found["pw_server_out"]
    assert (inbound.ends, outbound.ends) == (("ANY", "HOST"), ("HOST", "ANY"))
    assert {policy.target for policy in found.values()} == {"DROP"}
    assert all(-15000 < policy.priority < 0 for policy in found.values())
    assert set(policies(deployment(rule()))) == {"pw_server_in"}


def test_basics() -> None:
    found = policies(deployment(rule(), firewalls={"server": FILTERED}))
    names = re.findall(r'icmp-type name="([a-z-]+)"', "".join(found["pw_server_in"].basics))
    assert "neighbour-solicitation" in names
    assert "echo-request" in names
    assert "redirect" not in names
    ports = [text for text in found["pw_server_in"].basics if "<port" in text]
    assert [re.findall(r'port="(\d+)"', text) for text in ports] == [["68"], ["546"]]
    assert "igmp" not in "".join(found["pw_server_in"].basics)
    multicast = policies(deployment(rule(destinations=("224.0.0.251/32",), transport="udp")))
    assert "igmp" in "".join(multicast["pw_server_in"].basics)


@pytest.mark.parametrize(
    ("sources", "destinations"),
    [((), ("10.0.10.5/32",)), (("10.0.0.0/8",), ()), (("10.0.0.0/8",), ("2001:db8::5/128",))],
)
def test_empty_or_mismatched_side_is_nobody(
    sources: tuple[str, ...], destinations: tuple[str, ...]
) -> None:
    files = firewalld.objects(
        deployment(rule(sources=sources, destinations=destinations)), "server"
    )
    assert list(files) == ["policies/pw_server_in.xml"]


def test_exceptions_that_take_everything_leave_no_rule() -> None:
    files = firewalld.objects(deployment(rule(except_sources=("10.0.0.0/8",))), "server")
    assert list(files) == ["policies/pw_server_in.xml"]


def test_names_of_two_firewalls_never_meet_and_fit() -> None:
    names = ("a", "a-b", "ab", "long-name-of-one", "long-name-of-two", "a" * 11, "a" * 12)
    prefixes = [firewalld.prefix(name) for name in names]
    for one in prefixes:
        assert [other for other in prefixes if other.startswith(one)] == [one]
        assert len(one + "out") <= 18


def test_same_rules_same_bytes_and_every_rule_is_traceable() -> None:
    made = [rule(f"r-{n:012x}", ports=(1000 + n,)) for n in range(80)]
    value = deployment(*made)
    assert firewalld.files_of(value, "server") == firewalld.files_of(value, "server")
    files = firewalld.objects(value, "server")
    for entry in made:
        assert f"<short>{entry.id}</short>" in files[f"services/pw_server_{entry.id}.xml"]


@pytest.mark.parametrize("text", hostile_to("xml", "shell"))
def test_hostile_text_stays_in_its_element(text: str) -> None:
    plan = Plan(name=text, firewalls={"server": FILTERED})
    value = deployment(rule(text or "r", services=(text,)), plan=plan)
    for path, body in firewalld.objects(value, "server").items():
        assert re.fullmatch(r"[a-z]+/[A-Za-z0-9_-]+\.xml", path)
        assert re.fullmatch(r"[\x20-\x7e\n]*", body)
    assert difference(policies(value)["pw_server_in"].boxes, [box_of(value.rules[0])]) == []
