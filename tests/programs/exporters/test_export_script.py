"""The script that applies rules: its shell, its SSH guard, and what hostile text can do to it."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import nftables
from tests.exporters.test_export_script import SCRIPTS, SSH, shell
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import hostile_to
from tests.tools.programs import tool
from tests.tools.tuples import admits, box_of
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule


@pytest.mark.slow
@pytest.mark.parametrize("which", SCRIPTS)
def test_shell_is_clean(which: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sh"
    path.write_text(SCRIPTS[which]())
    subprocess.run([tool("dash"), "-n", path], check=True)
    done = subprocess.run([tool("shellcheck"), "-o", "all", "-e", "SC2250,SC2292,SC2310,SC2312", path],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [[], ["halp"], ["apply", "now"], ["apply", "--confirm-within"],
                                       ["apply", "--confirm-within", "0"], ["apply", "--confirm-within", "1;id"],
                                       ["apply", "--confirm-within", "9999999"], ["check", "x"],
                                       ["apply", "--confirm-within", "-5"], ["timer"]])  # fmt: skip
def test_wrong_usage_is_2(arguments: list[str], tmp_path: Path) -> None:
    path = tmp_path / "x.sh"
    path.write_text(SCRIPTS["host"]())
    done = subprocess.run(["sh", path, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_has_every_verb_and_changes_nothing(word: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sh"
    path.write_text(SCRIPTS["host"]())
    done = subprocess.run(["sh", path, word], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.startswith("usage: ")
    for verb in (
        "check",
        "apply",
        "confirm",
        "rollback",
        "status",
        "install",
        "uninstall",
        "remove",
    ):
        assert f"\n  sh SCRIPT {verb} " in done.stdout


def test_a_script_that_arrived_in_part_does_nothing(tmp_path: Path) -> None:
    text = SCRIPTS["host"]()
    for end in range(0, len(text) - len('main "$@"\n'), 997):
        done = subprocess.run(
            ["sh", "-s", "apply"], input=text[:end], capture_output=True, text=True, check=False
        )
        assert done.stdout == ""


@pytest.mark.parametrize("text", hostile_to("shell", "nft"))
def test_hostile_text_is_not_run(text: str, tmp_path: Path) -> None:
    marker = tmp_path / "pwned"
    hostile = text.replace("/tmp/pwned", str(marker))
    plan = Plan(name=hostile, firewalls={"server": HOST})
    value = deployment(rule(hostile or "r", services=(hostile,)), plan=plan)
    whole = shell(value)
    # Everything but the verbs: what is defined, and what the here-documents print.
    body = whole.replace('main "$@"', "payload; guard_rules")
    done = subprocess.run(
        ["sh", "-c", body], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stderr == ""
    assert nftables.ruleset(value, "server") in done.stdout
    assert list(tmp_path.iterdir()) == []


def cut(
    value: Deployment, connections: list[tuple[str, str, int]], firewall: str = "server"
) -> set[int]:
    """The numbers of those (client, server, port) that the guard says the rules would cut."""
    listed = ";".join(
        f"{client} {40000 + n} {server} {port}"
        for n, (client, server, port) in enumerate(connections)
    )
    body = shell(value, firewall).replace(
        'main "$@"', 'guard_rules | awk -v connections="$1" "$address_functions$guard_program"'
    )
    done = subprocess.run(
        ["sh", "-c", body, "x", listed], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return {int(line.split()[1]) - 40000 for line in done.stdout.splitlines()}


def test_guard_lets_the_management_networks_in() -> None:
    value = deployment(
        SSH,
        rule(
            "ssh6", ports=(22,), sources=("2001:db8:9::/64",), destinations=("2001:db8:10::5/128",)
        ),
    )
    asked = [
        ("10.0.9.7", "10.0.10.5", 22),
        ("10.0.8.255", "10.0.10.5", 22),
        ("10.0.10.0", "10.0.10.5", 22),
        ("10.0.9.7", "10.0.10.6", 22),
        ("10.0.9.7", "10.0.10.5", 2222),
        ("2001:db8:9::7", "2001:db8:10::5", 22),
        ("2001:DB8:9:0:0:0:0:7", "2001:db8:10:0::5", 22),
        ("2001:db8:9:1::7", "2001:db8:10::5", 22),
        ("::1", "::1", 22),
        ("127.0.0.1", "127.0.0.1", 22),
        ("10.0.10.5", "127.0.0.1", 22),
        ("10.0.10.5", "10.0.10.5", 22),
        ("fe80::1", "2001:db8:10::5", 22),
        ("nonsense", "10.0.10.5", 22),
    ]
    assert cut(value, asked) == {1, 2, 3, 4, 7, 12, 13}


def test_guard_cuts_all_where_no_rule_lets_in() -> None:
    assert cut(
        deployment(), [("10.0.9.7", "10.0.10.5", 22), ("2001:db8::1", "2001:db8::2", 22)]
    ) == {0, 1}


def test_guard_of_a_boundary_sees_the_forward_that_takes_ssh() -> None:
    value = deployment(
        firewalls={"edge": EDGE},
        forwards=[
            forward(public_ports=(22, 22), ports=(22, 22)),
            forward("u", transport="udp", public_ports=(23, 23)),
        ],
    )
    asked = [
        ("198.51.100.1", "203.0.113.7", 22),
        ("198.51.100.1", "203.0.113.7", 23),
        ("10.0.9.7", "10.0.9.1", 22),
    ]
    assert cut(value, asked, "edge") == {0}


NETS = ("0.0.0.0/0", "10.0.0.0/8", "10.1.2.0/23", "10.1.2.3/32", "128.0.0.0/1", "192.0.2.0/31", "::/0", "::1:0/112",
        "2001:db8::/32", "2001:db8:0:f0::/60", "2001:db8::5/128", "8000::/1", "fe80::/10")  # fmt: skip


HOSTS = ("10.0.0.0", "10.1.2.3", "10.1.3.255", "10.1.4.0", "127.255.255.255", "128.0.0.0", "192.0.2.1",
         "255.255.255.255", "2001:db8::5", "2001:db8:0:ff::1", "2001:db8:0:100::", "::1:ff",
         "8000::", "fe80::1234:5678", "febf:ffff::")  # fmt: skip


@st.composite
def guarded(draw: st.DrawFn) -> Rule:
    family = draw(st.sampled_from([NETS[:6], NETS[6:]]))
    some = st.lists(st.sampled_from(family), min_size=1, max_size=2).map(tuple)
    few = st.one_of(st.just(()), st.just(()), some)
    return rule(
        ports=draw(
            st.lists(st.sampled_from([22, (20, 30), 2222, (1, 65535)]), min_size=1, max_size=2)
        ),
        sources=draw(some),
        destinations=draw(some),
        except_sources=draw(few),
        except_destinations=draw(few),
        transport=draw(st.sampled_from(["tcp", "tcp", "udp"])),
    )


@settings(max_examples=60)
@given(st.lists(guarded(), max_size=3), st.randoms(use_true_random=False))
def test_guard_means_the_rules(rules: list[Rule], chance: random.Random) -> None:
    asked = []
    # What goes over the loopback is never cut.
    hosts = [host for host in HOSTS if not host.startswith("127.")]
    for client in hosts:
        for server in hosts:
            if client != server:
                asked.append((client, server, chance.choice([21, 22, 31, 2222])))
    boxes = [box_of(entry) for entry in rules]
    expected = {
        number
        for number, (client, server, port) in enumerate(asked)
        if not admits(boxes, "tcp", port, client, server)
    }
    assert cut(deployment(*rules), asked) == expected
