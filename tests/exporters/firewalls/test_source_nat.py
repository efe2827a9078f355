"""Source NAT that the plan wants written: nftables and iptables do it, every other file says that it
does not, and without the word nothing changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from exporters.export import export
from exporters.firewalls import iptables, nftables
from exporters.format import CannotSay
from exporters.table import FORMATS
from tests.tools.worlds import CATALOG, plan_of, world
from tests.tools.worlds import EQUAL_SITES as EQUAL
from tests.wizard.rules.test_hairpin import OFFICE
from tests.wizard.rules.test_translated import HIDDEN, TWICE
from wizard.plan.file import read_plan, write_plan
from wizard.plan.keys import FirewallKey
from wizard.questions import answered, questions
from wizard.views.translation import translation_notes

BY_WHOM: tuple[tuple[Literal["any", "this", "other"], str], ...] = (
    ("this", "this file leads"),
    ("other", "only the scripts"),
    ("any", "only the scripts"),
)


def written(text: str) -> str:
    return text.replace('kind = "boundary"', 'kind = "boundary"\n    snat = "write"')


def nft(text: str, firewall: str) -> list[str]:
    lines = nftables.files_of(world(text), firewall)["nftables.nft"].splitlines()
    return [line.strip() for line in lines if "snat" in line or "dnat ip prefix" in line]


def nat_lines(text: str, firewall: str) -> list[str]:
    lines = iptables.ruleset(world(text), firewall, 4).partition("*nat")[2].splitlines()
    return [line for line in lines if "pw_" in line]


def test_the_way_out_leaves_as_the_public_address() -> None:
    own = [line for line in nft(written(TWICE), "own") if "snat ip to" in line]
    (line,) = own
    # The network between the two routers is no inside of the inner one.
    assert line.startswith("ip saddr 10.0.10.0/24 ip daddr != @not_internet_4")
    assert 'snat ip to 192.168.178.2 comment "source NAT to the internet"' in line
    (outer,) = [line for line in nft(written(TWICE), "box") if "snat ip to 203.0.113.7" in line]
    assert outer.startswith("ip saddr 192.168.178.0/24 ip daddr != @not_internet_4")
    box = nat_lines(written(TWICE), "box")
    assert "-A pw_box_snat -s 192.168.178.0/24 -j pw_box_s1" in box
    assert "-A pw_box_s1 -d 10.0.0.0/8 -j RETURN" in box
    assert box[-1] == "-I POSTROUTING 1 -j pw_box_snat"


def test_without_a_public_address_it_is_that_of_the_interface() -> None:
    text = written(TWICE).replace('public_address = "203.0.113.7"', "")
    (line,) = [line for line in nftables.ruleset(world(text), "box").splitlines() if "masq" in line]
    assert line.strip().endswith('masquerade comment "source NAT to the internet"')
    assert any(line.endswith("-j MASQUERADE") for line in nat_lines(text, "box"))


def test_a_hidden_zone_leaves_as_its_address() -> None:
    assert nft(written(HIDDEN), "wan") == [
        "ip saddr 192.168.1.0/24 ip daddr != 192.168.1.0/24 snat ip to 10.2.0.9"
        ' comment "source NAT zone branch"'
    ]
    assert nft(written(HIDDEN), "core") == []
    assert nat_lines(written(HIDDEN), "wan") == [
        ":pw_wan_s1 - [0:0]",
        ":pw_wan_snat - [0:0]",
        "-A pw_wan_s1 -d 192.168.1.0/24 -j RETURN",
        '-A pw_wan_s1 -m comment --comment "source NAT zone branch" -j SNAT --to-source 10.2.0.9',
        "-A pw_wan_snat -s 192.168.1.0/24 -j pw_wan_s1",
        "-I POSTROUTING 1 -j pw_wan_snat",
    ]


def test_networks_are_translated_both_ways() -> None:
    assert nft(written(EQUAL), "router-a") == [
        "ip daddr 10.101.1.0/24 dnat ip prefix to ip daddr map { 10.101.1.0/24 : 192.168.1.0/24 }"
        ' comment "1:1 site-a"',
        "ip saddr 192.168.1.0/24 ip daddr != 192.168.1.0/24 snat ip prefix to ip saddr map"
        ' { 192.168.1.0/24 : 10.101.1.0/24 } comment "1:1 site-a"',
    ]
    lines = nat_lines(written(EQUAL), "router-a")
    assert "-A pw_router-a_nat -d 10.101.1.0/24 -j NETMAP --to 192.168.1.0/24" in lines
    # The zone itself sees its own addresses, of the router too.
    assert [line for line in lines if "pw_router-a_z1" in line and line.startswith("-A")] == [
        "-A pw_router-a_z1 -d 192.168.1.0/24 -j RETURN",
        "-A pw_router-a_z1 -j NETMAP --to 10.101.1.0/24",
        "-A pw_router-a_snat -s 192.168.1.0/24 -j pw_router-a_z1",
    ]


def test_what_addresses_cannot_tell_apart_is_refused() -> None:
    both = written(EQUAL).replace(
        'zones = ["backbone", "site-a"]', 'zones = ["backbone", "site-a", "site-b"]'
    )
    for files_of in (nftables.files_of, iptables.files_of):
        with pytest.raises(CannotSay, match="site-a and site-b both have addresses"):
            files_of(world(both), "router-a")


@pytest.mark.parametrize("text", [TWICE, HIDDEN, EQUAL])
def test_rules_are_the_same_whoever_does_it(text: str) -> None:
    assert world(written(text)).rules == world(text).rules
    assert world(written(text)).forwards == world(text).forwards
    assert nft(text, "core" if text != TWICE else "own") == []


def test_every_file_says_who_does_it(tmp_path: Path) -> None:
    deployment = world(written(TWICE))
    wants = "the scripts for nftables and iptables do that, no other file does."
    assert translation_notes(deployment, "own")[0].endswith(wants)
    report = export(
        deployment, tmp_path / "out", [entry.name for entry in FORMATS if entry.fits(deployment)]
    )
    folder = tmp_path / "out" / "firewalls" / "own"
    said: dict[str, bool] = {}
    for path in folder.rglob("*.*"):
        if path.name.startswith(("opnsense", "panco")):
            continue  # rows for an import, without room for words: the papers say it
        words = " ".join(path.read_text(encoding="utf-8").replace("#", " ").split())
        said[path.name] = "this file does that" in words
        assert said[path.name] or "nftables and iptables do that" in words, path.name
    assert {name for name, does in said.items() if does} == {
        "nftables.nft",
        "nftables.sh",
        "iptables.sh",
    }
    assert not report.refused


def test_it_is_written_read_and_asked_of_a_boundary_with_nat() -> None:
    plan = plan_of(written(TWICE))
    assert plan.firewalls["own"].snat == "write"
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    assert "snat" not in write_plan(plan_of(TWICE), CATALOG)
    key = FirewallKey("own", "snat")
    assert key in [q.key for q in questions(CATALOG, plan, "firewalls")]
    set_up = answered(CATALOG, plan, key, "set-up")
    assert set_up.firewalls["own"].snat is None
    assert answered(CATALOG, set_up, key, "write") == plan


def test_scripts_lead_from_the_public_address_inside_and_hide_the_servers_neighbours() -> None:
    rules = nftables.ruleset(world(OFFICE), "edge")
    assert (
        "ct original ip daddr 203.0.113.7 ip saddr 10.0.10.7 ip daddr 10.0.10.6 tcp dport 443"
        " snat ip to 203.0.113.7" in rules
    )
    assert rules.count("dnat ip to") == 1
    (line,) = (line for line in nat_lines(OFFICE, "edge") if "SNAT" in line)
    assert line.startswith(
        "-A pw_edge_snat -s 10.0.10.7/32 -d 10.0.10.6/32 -p tcp -m tcp --dport 443 -m conntrack"
        " --ctorigdst 203.0.113.7 "
    )
    assert line.endswith("-j SNAT --to-source 203.0.113.7")
    assert "203.0.113.7" not in iptables.ruleset(world(OFFICE), "edge", 6).partition("*nat")[2]


def test_files_and_papers_say_who_writes_the_way_from_inside() -> None:
    deployment = world(OFFICE)
    for by, words in BY_WHOM:
        (note,) = (n for n in translation_notes(deployment, "edge", by) if "Hairpin" in n)
        assert words in note
        assert len(note) < 200
