"""The files for other makes mean exactly the rules, as parsers of our own read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.export import chosen, preview
from exporters.firewalls import vendor_bodies
from exporters.firewalls.vendor_terms import Body
from exporters.format import CannotSay
from exporters.table import format_named
from tests.tools.builders import CLIENTS, EDGE, HOST, deployment, forward, rule
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, admits, difference
from tests.tools.vendor_files import LISTS, backwards, crossing, files, joined, meaning, readings
from tests.tools.vendors_reader import READERS
from wizard.network.addresses import not_internet
from wizard.rules.model import Rule


def check(rules: list[Rule]) -> None:
    allowed = meaning(rules)
    for name, read in readings(*rules).items():
        assert difference(joined(read.boxes), allowed) == [], name
        if name in LISTS:
            tcp = [box for box in read.boxes if box.transport == "tcp"]
            assert difference(joined(backwards(read.answers)), joined(tcp)) == [], name
        else:
            assert read.answers == []
        assert all(one.startswith("pw-") and len(one) <= 63 for one in read.names), name


def as_crossing(one: Rule) -> Rule:
    # Access lists pair all addresses: two complements of 128 networks each would be 50,000 lines.
    there = () if one.except_sources else one.except_destinations
    return msgspec.structs.replace(
        one, firewall="edge", direction="forward", except_destinations=there
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(host_rules("in").map(as_crossing), max_size=3))
def test_means_exactly_the_rules(made: list[Rule]) -> None:
    """IPv4 only, IPv6 only, mixed and empty lists; exceptions of both families."""
    check(made)


INTERNET: dict[str, Any] = {
    "sources": ("0.0.0.0/0",),
    "except_sources": ("10.0.10.0/24", "10.0.20.0/22"),
}


def test_the_internet_is_one_object_in_lists_that_have_groups() -> None:
    inside = not_internet((), 4)
    many = [
        crossing(f"r-{n}", sources=("0.0.0.0/0",), except_sources=inside, ports=(n + 1, n + 3))
        for n in range(5)
    ]
    text = files(*many)
    for name in ("junos-srx.conf", "pan-os.xml", "panorama.txt", "fortigate.conf"):
        (group,) = set(re.findall(r"pw-internet-[0-9a-f]+", text[name]))
        # Its own entry, and five rules.
        assert text[name].count(group) == 6, name
        assert len(set(re.findall(r"pw-[0-9.]+_to_[0-9.]+", text[name]))) == 7, name
        assert difference(READERS[name](text[name]).boxes, meaning(many)) == []
    for name in ("cisco-ios.txt", "cisco-asa.txt"):
        assert text[name].count("object-group network pw-internet-") == 1
        allowing = re.findall(r"permit .*object-group pw-internet-\S+ host", text[name])
        assert len(allowing) == 5, name
        assert len(text[name].splitlines()) < 100
        assert difference(READERS[name](text[name]).boxes, meaning(many)) == []


def test_addresses_and_ports_are_groups_called_after_their_roles() -> None:
    servers = "10.0.10.5/32", "10.0.10.6/32"
    text = files(crossing(destinations=servers, ports=(80, 443, (9191, 9193))))
    ios = text["cisco-ios.txt"]
    assert re.search(
        r"(?m)^object-group network (pw-print-server-\S+)\n host 10.0.10.5\n host 10.0.10.6\nexit\n"
        r"(?:.*\n)*? permit object-group (pw-tcp-80_443_9191-9193) 10.0.20.0 0.0.3.255"
        r" object-group \1$",
        ios,
    )
    assert "\n tcp eq 443\n tcp range 9191 9193\nexit\n" in ios
    asa = text["cisco-asa.txt"]
    assert "object-group service pw-tcp-80_443_9191-9193 tcp\n port-object eq 80\n" in asa
    assert "\n network-object host 10.0.10.5\n network-object host 10.0.10.6\n" in asa


def test_exceptions_on_both_sides() -> None:
    nets: dict[str, Any] = {
        "sources": ("10.0.0.0/8",),
        "destinations": ("10.0.0.0/8", "192.0.2.0/31"),
    }
    check([crossing(**nets, except_sources=("10.1.0.0/16",), except_destinations=("10.1.0.7/32",))])


def test_the_internet_is_its_exact_complement() -> None:
    six: dict[str, Any] = {
        "sources": ("::/0",),
        "except_sources": ("2001:db8::/48",),
        "destinations": ("2001:db8::5/128",),
    }
    check([crossing(**INTERNET), crossing("r-2", **six, transport="udp")])
    for read in readings(crossing(**INTERNET)).values():
        assert admits(read.boxes, "tcp", 9191, "10.0.11.0", "10.0.10.5")
        assert not admits(read.boxes, "tcp", 9191, "10.0.10.255", "10.0.10.5")
        assert not admits(read.boxes, "tcp", 9191, "10.0.23.255", "10.0.10.5")


@pytest.mark.parametrize(
    "sides",
    [
        {"sources": ()},
        {"destinations": ()},
        {"sources": ("10.0.0.0/8",), "destinations": ("2001:db8::5/128",)},
        {"sources": ("10.0.20.0/24",), "except_sources": ("10.0.0.0/8",)},
    ],
    ids=["nobody", "nowhere", "two families", "all excepted"],
)
def test_nobody_is_nobody(sides: dict[str, Any]) -> None:
    other = crossing("r-other", ports=(631,))
    assert files(crossing("r-none", **sides)) == {}
    for name, text in files(crossing("r-none", **sides), other).items():
        assert "9191" not in text, name
        assert difference(READERS[name](text).boxes, meaning([other])) == []


@pytest.mark.slow
def test_ports_are_numbers_in_every_line() -> None:
    """A name may be another port on another version; a number never is."""
    known = (7, 21, 22, 25, 53, 80, 88, 110, 123, 139, 161, 162, 389, 443, 445, 514, 515, 636, 750)
    for transport in ("tcp", "udp"):
        rules = [crossing(f"r-{port}", ports=(port,), transport=transport) for port in known]
        ranges = [
            crossing(f"s-{port}", ports=((port, port + 7),), transport=transport) for port in known
        ]
        check(rules)
        check(ranges)


def pairs(boxes: Iterable[Box]) -> set[tuple[Any, ...]]:
    """Every (transport, ports, source, destination) of boxes whose addresses nobody joins."""
    return {
        (box.transport, ports, source, destination)
        for box in boxes
        for ports in box.ports
        for source in box.sources
        for destination in box.destinations
    }


@pytest.mark.slow
def test_lists_longer_than_an_srx_policy_takes() -> None:
    many = tuple(f"10.{n // 250}.{n % 250}.1/32" for n in range(1100))
    made = [
        crossing(sources=many),
        crossing("r-2", sources=many, ports=(631,)),
        crossing("r-3", ports=(631,)),
        crossing("r-4", sources=(CLIENTS,), destinations=many, ports=(80,)),
    ]
    text = files(*made)
    assert text["junos-srx.conf"].count(" policy pw-r-1-") > 1
    for name, whole in text.items():
        read = READERS[name](whole)
        assert pairs(read.boxes) == pairs(meaning(made)), name
        assert all(one.startswith("pw-") and len(one) <= 63 for one in read.names), name


def test_hosts_rules_and_others_are_not_in_it() -> None:
    assert files(rule(firewall="edge", direction="in"), rule("r-2", firewall="server")) == {}


@pytest.mark.parametrize("ports", [((0, 5),), ((9193, 9191),), ((1, 99999),)])
def test_bad_ports_are_not_passed_on(ports: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="are no ports"):
        files(msgspec.structs.replace(crossing(), ports=ports))


OUTSIDE: dict[str, Any] = {"sources": ("0.0.0.0/0",), "ports": (443, 631)}


def test_a_forwarded_service_is_what_the_device_compares() -> None:
    """The public address where it looks before it translates, the one inside after it."""
    public = forward(public_ports=(8443, 8443))
    read = readings(crossing(**OUTSIDE), forwards=[public])
    for name in ("cisco-ios.txt", "arista-eos.txt", "pan-os.xml", "panorama.txt"):
        assert admits(read[name].boxes, "tcp", 8443, "192.0.2.9", "203.0.113.7"), name
        assert not admits(read[name].boxes, "tcp", 443, "192.0.2.9", "10.0.10.5"), name
        assert admits(read[name].boxes, "tcp", 631, "192.0.2.9", "10.0.10.5"), name
        assert not admits(read[name].boxes, "tcp", 631, "192.0.2.9", "203.0.113.7"), name
    for name in ("cisco-asa.txt", "junos-srx.conf", "fortigate.conf"):
        assert difference(joined(read[name].boxes), meaning([crossing(**OUTSIDE)])) == [], name
    for name in LISTS:
        # What answers is the address inside.
        assert admits(backwards(read[name].answers), "tcp", 443, "192.0.2.9", "10.0.10.5"), name
        assert not admits(backwards(read[name].answers), "tcp", 8443, "192.0.2.9", "203.0.113.7")
    text = files(crossing(**OUTSIDE), forwards=[public])["fortigate.conf"]
    assert "set extip 203.0.113.7" in text
    assert "set extport 8443" in text
    assert "set mappedport 443" in text
    (vip,) = re.findall(r'set dstaddr "(pw-vip-[0-9a-f]+)"', text)
    assert f'edit "{vip}"' in text


def test_rules_that_differ_in_status_or_encryption_only_are_one() -> None:
    same = crossing("r-2", status="optional"), crossing("r-3", encrypted=True, ports=(9192,))
    for name, text in files(crossing(), *same).items():
        assert "r-1 r-2 r-3 user-computer to print-server tcp 9191-9192" in re.sub(
            r"\s+(remark )?", " ", text
        ), name
        assert difference(READERS[name](text).boxes, meaning([crossing(), *same])) == []


def test_a_rule_that_a_writer_loses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        vendor_bodies.BODIES, "fortigate", lambda name, made: Body(f"# {made[0].name}\n")
    )
    with pytest.raises(CannotSay, match=r"FortiGate.* left out r-2"):
        files(crossing(), crossing("r-2", ports=(631,)))


EXAMPLE = deployment(crossing(), rule(), firewalls={"edge": EDGE, "server": HOST})


def test_is_written_by_name_for_boundaries() -> None:
    made = preview(EXAMPLE, ["vendors"])
    assert set(made) == {"README.md", *(f"firewalls/edge/vendors/{name}" for name in READERS)}
    assert "the firewall between servers and internet" in str(made["README.md"])


def test_is_left_out_unless_asked_for() -> None:
    """What an export holds follows from the plan, not from what is installed."""
    assert "vendors" not in {entry.name for entry in chosen(EXAMPLE, None)}
    assert format_named("vendors") is not None
