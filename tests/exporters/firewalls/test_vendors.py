"""The files for other makes mean exactly the rules, as parsers of our own read them; they only ever
add.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.export import chosen, preview
from exporters.firewalls import vendor_bodies, vendors
from exporters.firewalls.vendor_terms import Body
from exporters.format import CannotSay
from exporters.table import format_named
from tests.tools.access_list_reader import Read
from tests.tools.builders import CLIENTS, EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import hostile_to
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, admits, box_of, difference
from tests.tools.vendors_reader import READERS
from wizard.network.addresses import not_internet
from wizard.plan.model import Plan
from wizard.rules.model import Rule

DENY = msgspec.structs.replace(EDGE, default="deny")
LISTS = ("cisco-ios.txt", "arista-eos.txt")


def crossing(key: str = "r-1", **more: Any) -> Rule:
    return rule(key, firewall="edge", direction="forward", **more)


def files(*rules: Rule, **more: Any) -> dict[str, str]:
    """File name → text, without the folder."""
    made = vendors.files_of(deployment(*rules, **{"firewalls": {"edge": EDGE}, **more}), "edge")
    return {path.removeprefix("vendors/"): text for path, text in made.items()}


def readings(*rules: Rule, **more: Any) -> dict[str, Read]:
    return {name: READERS[name](text) for name, text in files(*rules, **more).items()}


def meaning(rules: Iterable[Rule]) -> list[Box]:
    """The rules' boxes, each of the family that its first address has."""
    found = []
    for entry in rules:
        box = box_of(entry)
        sides = [
            tuple(span for span in side if span[0] == entry.family)
            for side in (box.sources, box.destinations)
        ]
        found.append(box._replace(sources=sides[0], destinations=sides[1]))
    return found


def backwards(boxes: Iterable[Box]) -> list[Box]:
    return [
        Box(
            box.transport,
            box.ports,
            box.destinations,
            box.sources,
            box.not_destinations,
            box.not_sources,
        )
        for box in boxes
    ]


def joined(boxes: Sequence[Box]) -> list[Box]:
    """The same in fewer boxes: a line for each pair of addresses becomes one for all of them."""
    rows: dict[Any, dict[Any, None]] = {}
    # Those with exceptions are few.
    excepting = [box for box in boxes if box.not_sources or box.not_destinations]
    for box in (box for box in boxes if box not in excepting):
        rows.setdefault((box.transport, box.ports, box.sources), {}).update(
            dict.fromkeys(box.destinations)
        )
    columns: dict[Any, dict[Any, None]] = {}
    for (transport, ports, sources), destinations in rows.items():
        columns.setdefault((transport, ports, tuple(destinations)), {}).update(
            dict.fromkeys(sources)
        )
    columns_joined = [
        Box(transport, ports, tuple(own), others)
        for (transport, ports, others), own in columns.items()
    ]
    return [*excepting, *columns_joined]


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
    for name in ("junos-srx.conf", "pan-os.xml", "fortigate.conf"):
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


def test_only_adds() -> None:
    """Nothing that deletes, replaces, or stands where the device has something already."""
    for name, text in files(
        crossing(), crossing("r-2", sources=("::/0",), destinations=("::1/128",))
    ).items():
        body = re.sub("<!--.*?-->", "", text, flags=re.DOTALL)
        for line in body.splitlines():
            assert not re.match(r" *(no|clear|delete|unset|purge|move) ", line), (name, line)
            assert "replace:" not in line
            assert not re.match(r" *edit [1-9]", line)
            assert not re.search(r"access-group|traffic-filter", line)


def test_a_name_has_one_content_only() -> None:
    """A rule keeps its id when its ports change; what was loaded for the old one must not change
    under it.
    """
    before, after = readings(crossing()), readings(crossing(ports=(9191, 9192)))
    for name in before:
        own = {
            one
            for one in before[name].names
            if "r-1" in one or name in LISTS or name == "cisco-asa.txt"
        }
        assert own
        assert not own & set(after[name].names), name


def test_every_rule_is_named_with_its_reason() -> None:
    made = [crossing(f"r-{n:012x}", ports=(1000 + n,)) for n in range(20)]
    for name, text in files(*made).items():
        flat = re.sub(r"\s+(remark )?", " ", text)
        for one in made:
            assert (
                f"{one.id} user-computer to print-server tcp {one.ports[0][0]}: Web interface"
                in flat
            ), name


def test_icmp_that_networks_need_and_no_other() -> None:
    six = crossing("r-6", sources=("::/0",), destinations=("2001:db8::5/128",))
    read = readings(crossing(), six)
    for name, word in (("cisco-ios.txt", "icmp"), ("arista-eos.txt", "icmpv6")):
        assert read[name].icmp == [
            *(f"4 icmp any any {kind}" for kind in (3, 11, 12)),
            *(f"6 {word} any any {kind}" for kind in (1, 2, 3, 4)),
        ]
    assert read["cisco-asa.txt"].icmp == [
        *(
            f"icmp any4 any4 {kind}"
            for kind in ("unreachable", "time-exceeded", "parameter-problem")
        ),
        *(
            f"icmp6 any6 any6 {kind}"
            for kind in ("unreachable", "packet-too-big", "time-exceeded", "parameter-problem")
        ),
    ]
    assert not any(one.icmp for name, one in read.items() if name not in (*LISTS, "cisco-asa.txt"))


def test_what_cannot_be_said_is_named() -> None:
    udp = crossing("r-udp", transport="udp", ports=(161,))
    for name, text in files(crossing(), udp, forwards=[forward()]).items():
        assert ("NOT SAID: port forwards" in text) == (name != "fortigate.conf")
        assert "edge-443: tcp 203.0.113.7 port 443 to 10.0.10.5 port 443" in text
        assert ("NOT SAID: answers to UDP" in text) == (name in LISTS)
    assert "NOT SAID" not in "".join(files(crossing()).values())


def test_answers_to_udp_stand_as_comments_the_other_way_round() -> None:
    """A list without state lets in whatever comes from the port: whoever reads it decides."""
    udp = crossing("r-udp", transport="udp", ports=(161,), sources=("10.0.9.0/24", "10.1.0.0/16"))
    six = crossing(
        "r-six", transport="udp", sources=("2001:db8::/64",), destinations=("2001:db8::5/128",)
    )
    text = files(udp, six, crossing())
    (group,) = re.findall("object-group network (pw-user-computer-.*)", text["cisco-ios.txt"])
    assert f"!   permit udp host 10.0.10.5 eq 161 object-group {group}\n" in text["cisco-ios.txt"]
    assert "!   permit udp host 10.0.10.5 eq 161 10.1.0.0/16" in text["arista-eos.txt"]
    for name in LISTS:
        assert "!   permit udp host 2001:db8::5 eq 9191 2001:db8::/64" in text[name]
    assert text["cisco-ios.txt"].count("!   permit ") == 2
    assert text["arista-eos.txt"].count("!   permit ") == 3


OUTSIDE: dict[str, Any] = {"sources": ("0.0.0.0/0",), "ports": (443, 631)}


def test_a_forwarded_service_is_what_the_device_compares() -> None:
    """The public address where it looks before it translates, the one inside after it."""
    public = forward(public_ports=(8443, 8443))
    read = readings(crossing(**OUTSIDE), forwards=[public])
    for name in ("cisco-ios.txt", "arista-eos.txt", "pan-os.xml"):
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


def test_logging_is_never_switched_off() -> None:
    for name, text in files(crossing()).items():
        assert not re.search(r"log\S*( (disable|no)\b|>no<)", text), name


@pytest.mark.parametrize(
    ("name", "place", "back"),
    [
        ("cisco-ios.txt", "before the first deny", "revert timer"),
        (
            "cisco-asa.txt",
            "line NUMBER extended",
            "no commit that waits to be confirmed: reload in",
        ),
        ("junos-srx.conf", "insert security policies global policy", "commit confirmed"),
        (
            "pan-os.xml",
            "move rulebase security rules PW-NAME before",
            "no commit that waits",
        ),
        ("pan-os.xml", "pre-rulebase security rules PW-NAME before", "save config to NAME"),
        ("fortigate.conf", "move NUMBER before YOURS", "cfg-save revert"),
        ("arista-eos.txt", "before the first deny", "commit timer"),
    ],
)
def test_heads_say_how_rules_get_before_a_deny_and_what_way_back_there_is(
    name: str, place: str, back: str
) -> None:
    text = files(crossing())[name]
    assert place in text
    assert back in text


@pytest.mark.parametrize(
    ("firewall", "said"), [(EDGE, "Do not bind this list alone"), (DENY, "Once bound")]
)
def test_a_list_says_what_binding_it_does(firewall: Any, said: str) -> None:
    made = files(crossing(), firewalls={"edge": firewall})
    assert all(said in made[name] for name in (*LISTS, "cisco-asa.txt"))


@pytest.mark.parametrize("text", hostile_to("shell"))
def test_hostile_text_stays_in_its_comment(text: str) -> None:
    hostile = crossing(text or "r", services=(text, "a */ b ? --> ]]>"), from_=text or "x")
    plan = Plan(name=text, firewalls={"edge": EDGE})
    again = forward(key=text or "f")
    for name, made in files(hostile, plan=plan, forwards=[again]).items():
        assert re.fullmatch(r"[\x20-\x7e\n]*", made), name
        assert "?" not in made.replace("<?xml", "").replace("?>", "")
        assert max(map(len, made.splitlines())) < 400
        assert difference(READERS[name](made).boxes, meaning([hostile])) == []


def test_odd_names_of_firewalls() -> None:
    name = "a--" + "b" * 59 + "-"
    made = deployment(
        msgspec.structs.replace(crossing(), firewall=name),
        firewalls={name: EDGE},
        forwards=[forward(firewall=name)],
    )
    for path, text in vendors.files_of(made, name).items():
        read = READERS[path.removeprefix("vendors/")](text)
        assert difference(read.boxes, meaning(made.rules)) == []
        assert max(map(len, read.names)) <= 63


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


def test_says_nothing_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    files(crossing(sources=tuple(f"10.{n}.0.1/32" for n in range(250)) * 5))
    assert capfd.readouterr() == ("", "")
