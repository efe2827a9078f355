"""What must never be, in the files of firewalls: lines that deny it where a boundary accepts by
default, before all that is allowed; a remark everywhere else.
"""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings

from exporters import denials
from exporters.firewalls import (
    aws,
    firewalld,
    iptables,
    nftables,
    ufw,
    vendor_targets,
    vendors,
    windows,
)
from tests.tools.hostile import HOSTILE
from tests.tools.iptables_reader import read as read_iptables
from tests.tools.nft_reader import read as read_nft
from tests.tools.plan_strategies import Table, as_plan, documents
from tests.tools.tuples import Box, box_of, difference
from tests.tools.worlds import CATALOG, world
from wizard.deployment import Deployment, deploy

OFFICE = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.10.0/24", "2001:db8:10::/64"]
    [zones.staff]
    networks = ["10.0.40.0/24"]
    [zones.guests]
    networks = ["10.0.20.0/22", "2001:db8:20::/64"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    zones = ["staff"]
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "guests", "staff"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    [firewalls.cloud]
    kind = "cloud"
    role = "print-server"
    provider = "aws"
    [never.guests]
    from = { zones = ["guests"] }
    to = { zones = ["servers"] }
    transport = "tcp"
    ports = ["1-9191", 9999]
    reason = "Guests print by release station only"
"""
DENYING = OFFICE.replace(
    '"staff"]\n    [firewalls.server', '"staff"]\n    default = "deny"\n    [firewalls.server'
)
NEVER_LINE = "never-guests Guests print by release station only (guests to servers)"


def denied_boxes(deployment: Deployment, firewall: str, family: int) -> list[Box]:
    return [box_of(rule) for rule in deployment.denied_at(firewall) if rule.family == family]


def test_nftables_drops_it_before_it_accepts_anything_new() -> None:
    lines = nftables.ruleset(world(OFFICE), "core").splitlines()
    verdicts = [line.split(" comment ")[0].split()[-1] for line in lines if " comment " in line]
    assert verdicts == ["drop", "drop", "accept"]
    first = next(line for line in lines if " drop " in line)
    assert first.strip() == (
        "ip saddr 10.0.20.0/22 ip daddr 10.0.10.0/24 tcp dport { 1-9191, 9999 } drop comment"
        f' "{NEVER_LINE}"'
    )
    # Answers of connections that are there pass before.
    assert lines.index(first) > next(n for n, line in enumerate(lines) if "established" in line)
    assert "this table drops only what must never be" in "\n".join(lines)


def test_iptables_drops_it_before_it_accepts_anything_new() -> None:
    text = iptables.ruleset(world(OFFICE), "core", 4)
    targets = re.findall(r"--comment .* -j ([A-Z]+)$", text, re.MULTILINE)
    assert targets == ["DROP", "ACCEPT"]
    assert f'--dports 1:9191,9999 -m comment --comment "{NEVER_LINE}" -j DROP' in text


def test_where_all_is_denied_by_default_it_is_a_comment() -> None:
    deployment = world(DENYING)
    assert deployment.denied_at("core") == ()
    for text in (
        nftables.ruleset(deployment, "core"),
        iptables.files_of(deployment, "core")["iptables.sh"],
    ):
        assert (
            "# Never guests: guests to servers, 1-9191, 9999/tcp. Guests print by release station"
            " only."
        ) in text
        assert "It is denied here by default, and needs no line." in text
        assert " drop comment" not in text


def test_firewalls_of_hosts_and_groups_say_it_in_a_comment() -> None:
    deployment = world(OFFICE)
    texts = [
        nftables.ruleset(deployment, "server"),
        iptables.files_of(deployment, "server")["iptables.sh"],
        ufw.files_of(deployment, "server")["ufw.sh"],
        firewalld.files_of(deployment, "server")["firewalld.sh"],
        windows.files_of(deployment, "server")["windows.ps1"],
        aws.files_of(deployment, "cloud")["aws.sh"],
    ]
    for text in texts:
        assert "# Never guests: guests to servers" in text
        assert "What comes in here is denied unless a rule allows it." in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "What goes out from here is open: core denies it."),
        ("    egress = 'filtered'\n", "What goes out from here is denied unless a rule allows it."),
    ],
)
def test_what_goes_out_of_a_host_is_not_denied_there(more: str, said: str) -> None:
    text = OFFICE.replace("[firewalls.cloud]", f"{more}    [firewalls.cloud]")
    text += (
        "    [never.out]\n    from = { role = 'print-server' }\n    to = { zones = ['guests'] }\n"
    )
    assert said in "".join(denials.remarks(world(text), "server"))


def test_a_rule_that_lets_some_of_it_through_is_named() -> None:
    deployment = world(DENYING.replace('zones = ["guests"] }', 'zones = ["staff"] }'))
    (rule,) = [r for r in deployment.rules_of("core") if r.ports == ((9191, 9191),)]
    assert f"  NOT KEPT: {rule.id} lets some of it through." in [
        *denials.remarks(deployment, "core")
    ]


@pytest.mark.parametrize("target", [target.file for target in vendor_targets.TARGETS])
def test_each_make_denies_it_before_it_allows(target: str) -> None:
    text = vendors.files_of(world(OFFICE), "core")[f"vendors/{target}"]
    # A policy of FortiOS denies unless it says otherwise.
    text = re.sub(r"(?m)^( *set dstintf .*\n)(?!.* set action)", r"\1set action deny\n", text)
    verdicts = re.findall(
        r"^ *(?:access-list \S+ extended )?(permit|deny)"
        r"(?: (?:tcp|object-group) (?!.* established$).*|;)$|<action>(\w+)</action>|set action (\w+)"
        r"|service \S+ action (\w+)$",
        text,
        re.MULTILINE,
    )
    words = ["".join(match) for match in verdicts]
    denying = [at for at, word in enumerate(words) if word == "deny"]
    # IPv4 first, then IPv6, where the make keeps the two apart.
    assert denying[0] == 0
    assert "never-guests" in text
    assert "What must never be is denied: " in text
    # A group of ports is one line; IOS has none for IPv6.
    assert len(denying) in (2, 3, 4)


@pytest.mark.parametrize("target", ["cisco-ios.txt", "arista-eos.txt"])
def test_answers_pass_a_list_without_state_before_it_denies(target: str) -> None:
    """Guests must not be reached from the servers, and still get answers from them."""
    text = OFFICE.replace('from = { zones = ["guests"] }', 'from = { zones = ["servers"] }')
    text = text.replace('to = { zones = ["servers"] }', 'to = { zones = ["staff"] }')
    lines = vendors.files_of(world(text), "core")[f"vendors/{target}"].splitlines()
    back = [at for at, line in enumerate(lines) if line.endswith(" established")]
    deny = [at for at, line in enumerate(lines) if line.startswith(" deny ")]
    allow = [
        at
        for at, line in enumerate(lines)
        if line.startswith(" permit tcp") and not line.endswith(" established")
    ]
    assert max(back) < min(deny)
    assert max(deny) < min(allow)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_reason_stays_inside_its_comment(text: str) -> None:
    for toml in (OFFICE, DENYING):
        deployment = world(toml)
        (denial,) = deployment.denials
        hostile = msgspec.structs.replace(denial, reason=text)
        deployment = msgspec.structs.replace(deployment, denials=(hostile,))
        chain = read_nft(nftables.ruleset(deployment, "core"))["forward"]
        assert len(chain.denied) == len(deployment.denied_at("core"))
        read_iptables(iptables.ruleset(deployment, "core", 4), 4, "pw_core_fwd")
        for line in denials.remarks(deployment, "core"):
            assert line.isascii()
            assert line.isprintable()
            assert not set("'\"`$\\") & {*line}


@pytest.mark.slow
@settings(max_examples=40)
@given(documents(frozenset({"never", "sites"})))
def test_lines_deny_exactly_what_must_never_be(tables: Table) -> None:
    deployment = deploy(CATALOG, as_plan(tables))
    for name, firewall in deployment.plan.firewalls.items():
        if firewall.kind != "boundary":
            continue
        chain = read_nft(nftables.ruleset(deployment, name))["forward"]
        expected = [box_of(rule) for rule in deployment.denied_at(name)]
        assert not [*difference(expected, chain.denied)]
        for family in (4, 6):
            version: iptables.IpVersion = 4 if family == 4 else 6
            text = iptables.ruleset(deployment, name, version)
            main = f"{iptables.chain_prefix(name)}fwd"
            reading = read_iptables(text, family, main)
            assert not [*difference(denied_boxes(deployment, name, family), reading.denied)]
