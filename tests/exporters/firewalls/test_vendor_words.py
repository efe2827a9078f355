"""What files for other makes say beside the rules: heads, comments, names; and that they only add."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from exporters.firewalls import vendors
from tests.tools.builders import EDGE, deployment, forward
from tests.tools.hostile import hostile_to
from tests.tools.tuples import difference
from tests.tools.vendor_files import LISTS, crossing, files, meaning, readings
from tests.tools.vendors_reader import READERS
from wizard.plan.model import Plan

DENY = msgspec.structs.replace(EDGE, default="deny")


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


def test_a_head_says_which_side_of_a_port_forward_its_lines_hold() -> None:
    """Two sentences of one head that contradict each other help nobody."""
    for name, text in files(crossing(), forwards=[forward()]).items():
        public = name in (*LISTS, "pan-os.xml", "panorama.txt")
        assert ("destinations before a port forward too" in text) == public, name
        assert ("destinations after a port forward" in text) != public, name


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


def test_logging_is_never_switched_off() -> None:
    for name, text in files(crossing()).items():
        assert not re.search(r"log\S*( (disable|no)\b|>no<)", text), name


@pytest.mark.parametrize(
    ("name", "place", "back"),
    [
        (
            "cisco-ios.txt",
            "ip access-list resequence NAME 10 1000",
            "configure terminal revert timer 5",
        ),
        ("cisco-asa.txt", "access-list NAME line NUMBER extended", "reload in 10"),
        (
            "junos-srx.conf",
            "insert security policies global policy PW-NAME before policy YOURS",
            "commit confirmed 5",
        ),
        (
            "pan-os.xml",
            "move rulebase security rules PW-NAME before YOURS",
            "load config from NAME",
        ),
        (
            "panorama.txt",
            "move device-group DEVICE-GROUP pre-rulebase security rules PW-NAME before YOURS",
            "load config from NAME",
        ),
        ("fortigate.conf", "move NUMBER before YOURS", "set cfg-save revert"),
        ("arista-eos.txt", "resequence 10 1000", "commit timer 00:05:00"),
    ],
)
def test_heads_have_the_devices_commands_to_put_rules_before_a_deny_and_to_go_back(
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


def test_says_nothing_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    files(crossing(sources=tuple(f"10.{n}.0.1/32" for n in range(250)) * 5))
    assert capfd.readouterr() == ("", "")
