"""The formats for boundaries of makes that nobody has here mean exactly the rules, as parsers of our
own read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.export import chosen, preview
from exporters.firewalls import openwrt, opnsense, pfsense, routeros, vendors
from tests.exporters.firewalls.test_denials import DENYING, OFFICE, denied_boxes
from tests.tools import boundary_readers as readers
from tests.tools.boundary_readers import Lines
from tests.tools.builders import EDGE, deployment, forward, rule
from tests.tools.hostile import hostile_to
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, admits, box_of, difference
from tests.tools.worlds import world
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule


def read_routeros(value: Deployment, firewall: str) -> Lines:
    text = routeros.files_of(value, firewall)["routeros.rsc"]
    return readers.routeros(text, f"pw-{firewall}")[0]


def read_openwrt(value: Deployment, firewall: str) -> Lines:
    text = openwrt.files_of(value, firewall)["openwrt.sh"]
    return readers.openwrt(text, f"pw_{firewall.replace('-', '_')}__")


def read_opnsense(value: Deployment, firewall: str) -> Lines:
    made = opnsense.files_of(value, firewall)
    return readers.opnsense(made["opnsense-rules.csv"], made["opnsense-rules.json"])


def read_pfsense(value: Deployment, firewall: str) -> Lines:
    return readers.pfsense(pfsense.files_of(value, firewall)["pfsense.xml"])


READERS: dict[str, Callable[[Deployment, str], Lines]] = {
    "routeros": read_routeros,
    "openwrt": read_openwrt,
    "opnsense": read_opnsense,
    "pfsense": read_pfsense,
}
# The others deny by themselves what no rule lets in.
CLOSING = ("routeros", "openwrt")
every_make = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


def edge(*rules: Rule, **more: Any) -> Deployment:
    return deployment(*rules, **{"firewalls": {"edge": EDGE}, **more})


def crossing(key: str = "r-1", **more: Any) -> Rule:
    return rule(key, firewall="edge", direction="forward", **more)


def as_crossing(one: Rule) -> Rule:
    return msgspec.structs.replace(one, firewall="edge", direction="forward")


def meaning(rules: Iterable[Rule]) -> list[Box]:
    """The rules' boxes, each of the family that its first address has."""
    boxes = []
    for one in rules:
        box = box_of(one)
        sources = tuple(span for span in box.sources if span[0] == one.family)
        destinations = tuple(span for span in box.destinations if span[0] == one.family)
        boxes.append(box._replace(sources=sources, destinations=destinations))
    return boxes


@every_make
@settings(max_examples=20, deadline=None)
@given(rules=st.lists(host_rules("in").map(as_crossing), max_size=3))
def test_means_exactly_the_rules(
    read: Callable[[Deployment, str], Lines], rules: list[Rule]
) -> None:
    """IPv4 only, IPv6 only, mixed and empty lists; exceptions of both families."""
    lines = read(edge(*rules), "edge")
    assert difference(lines.allowed, meaning(rules)) == []
    assert (lines.denied, lines.closed) == ([], False)


@every_make
def test_the_same_rule_twice(read: Callable[[Deployment, str], Lines]) -> None:
    """Once without its exceptions, as some makes have it: ids of rows must stand once."""
    one, excepted = crossing(), crossing("r-2", except_sources=("192.0.2.0/24",))
    assert difference(read(edge(one, one, excepted), "edge").allowed, meaning([one])) == []


@every_make
def test_an_empty_side_is_nobody(read: Callable[[Deployment, str], Lines]) -> None:
    nobody = crossing(sources=())
    excepted = crossing("r-2", sources=("10.0.20.0/24",), except_sources=("10.0.0.0/8",))
    mixed = crossing("r-3", destinations=("2001:db8::5/128",))
    assert read(edge(nobody, excepted, mixed), "edge").allowed == []


@every_make
def test_more_ports_than_one_match_takes(read: Callable[[Deployment, str], Lines]) -> None:
    many = crossing(ports=tuple(range(1001, 1081, 2)))
    assert difference(read(edge(many), "edge").allowed, meaning([many])) == []


@every_make
def test_what_must_never_be_is_denied_first(read: Callable[[Deployment, str], Lines]) -> None:
    office = world(OFFICE)
    lines = read(office, "core")
    boxes = [*denied_boxes(office, "core", 4), *denied_boxes(office, "core", 6)]
    assert boxes
    assert difference(lines.denied, boxes) == []
    assert not lines.closed


@pytest.mark.parametrize("name", READERS)
def test_default_deny_closes_with_a_last_line(name: str) -> None:
    lines = READERS[name](world(DENYING), "core")
    assert lines.closed == (name in CLOSING)
    assert admits(lines.allowed, "tcp", 9191, "10.0.40.7", "10.0.10.5")


@every_make
@pytest.mark.parametrize("text", hostile_to("shell", "nft"))
def test_hostile_text_stays_in_its_comment(
    read: Callable[[Deployment, str], Lines], text: str
) -> None:
    hostile = crossing(text or "r", services=(text, 'a */ b ? --> ]]> "; $x [find]'), from_=text)
    plan = Plan(name=text, firewalls={"edge": EDGE})
    lines = read(edge(hostile, plan=plan, forwards=[forward(key=text or "f")]), "edge")
    assert difference(lines.allowed, meaning([hostile])) == []


@every_make
def test_every_rule_is_named_with_its_reason(read: Callable[[Deployment, str], Lines]) -> None:
    rules = [crossing(f"r-{n:012x}", ports=(1000 + n,)) for n in range(3)]
    assert read(edge(*rules), "edge").comments == [
        f"{one.id} Web interface (user-computer to print-server)" for one in rules
    ]


def test_routeros_names_the_internet_by_what_it_is_not() -> None:
    """One line and one list, where the exact complement would be dozens of networks."""
    inbound = crossing(sources=("0.0.0.0/0",), except_sources=("10.0.0.0/8", "192.168.0.0/16"))
    text = routeros.files_of(edge(inbound), "edge")["routeros.rsc"]
    (line,) = [line for line in text.splitlines() if "r-1 " in line]
    assert ' protocol=tcp src-address-list="!pw-edge:' in line
    # A rule with `!list` matches everybody while the list is empty: rules go first and come last.
    for family in ("/ip ", "/ipv6 "):
        of_family = [line for line in text.splitlines() if line.startswith(family)]
        assert of_family[0].endswith(" filter")
        assert of_family[-1].endswith(" filter")
    assert text.index("remove [find chain=") < text.index("remove [find list~")


def test_routeros_writes_port_forwards_behind_a_jump_of_their_own() -> None:
    text = routeros.files_of(edge(crossing(), forwards=[forward()]), "edge")["routeros.rsc"]
    _, forwards = readers.routeros(text, "pw-edge")
    assert forwards == [
        {
            "action": "dst-nat",
            "protocol": "tcp",
            "dst-address": "203.0.113.7",
            "dst-port": "443",
            "to-addresses": "10.0.10.5",
            "to-ports": "443",
            "comment": "edge-443",
        }
    ]


def test_routeros_forwards_for_nobody_but_the_sources_of_the_plan() -> None:
    partner = ("192.0.2.0/28", "198.51.100.7/32")
    text = routeros.files_of(edge(forwards=[forward(sources=partner)]), "edge")["routeros.rsc"]
    _, (redirect,) = readers.routeros(text, "pw-edge")
    name = redirect["src-address-list"]
    assert name.startswith("pw-edge:")
    for cidr in partner:
        assert text.index(f'add list="{name}" address={cidr}') < text.index("action=dst-nat")
    one = forward(sources=("198.51.100.7/32",))
    text = routeros.files_of(edge(forwards=[one]), "edge")["routeros.rsc"]
    assert readers.routeros(text, "pw-edge")[1][0]["src-address"] == "198.51.100.7/32"


INCOMPLETE: list[dict[str, Any]] = [{"public_address": None}, {"address": None}, {"sources": ()}]


@pytest.mark.parametrize("without", INCOMPLETE, ids=lambda without: next(iter(without)))
def test_a_port_forward_that_waits_for_something_is_not_made(without: dict[str, Any]) -> None:
    inbound = crossing(sources=("0.0.0.0/0",), ports=(443,))
    waiting = edge(inbound, forwards=[forward(**without)])
    text = routeros.files_of(waiting, "edge")["routeros.rsc"]
    assert readers.routeros(text, "pw-edge")[1] == []
    made = vendors.files_of(waiting, "edge")
    assert "config firewall vip" not in made["vendors/fortigate.conf"]
    for name, content in {**made, **openwrt.files_of(waiting, "edge")}.items():
        assert "None" not in content, name
        assert "address not known yet" in content, name


def test_whoever_makes_a_port_forward_by_hand_is_told_for_whom() -> None:
    text = openwrt.files_of(edge(forwards=[forward(sources=("192.0.2.0/28",))]), "edge")
    assert "to 10.0.10.5 port 443, from 192.0.2.0/28\n" in text["openwrt.sh"]


def test_openwrt_names_the_port_forwards_that_it_cannot_say() -> None:
    text = openwrt.files_of(edge(crossing(), forwards=[forward()]), "edge")["openwrt.sh"]
    assert "# NOT SAID: port forwards." in text
    assert "#   edge-443: tcp 203.0.113.7 port 443 to 10.0.10.5 port 443" in text


@pytest.mark.parametrize("name", READERS)
def test_is_written_for_boundaries_when_asked_for_by_name(name: str) -> None:
    plan = edge(crossing(), rule())
    assert name not in {entry.name for entry in chosen(plan, None)}
    assert [path for path in preview(plan, [name]) if path.startswith("firewalls/edge/")]
