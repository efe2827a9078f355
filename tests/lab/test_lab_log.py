"""`log = "drops"`: what is dropped goes to the log by rule, under the firewall's name, and is counted.

The kernel writes what a network namespace logs nowhere; the counters of the rules that log tell."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.lab.machines import Machine
from tests.lab.netns import Lab, Probe, join, probe
from tests.lab.test_lab_linux_script import SSH, refuses, write
from tests.tools.builders import HOST, deployment

SERVER, ADMIN = "10.0.10.5", "10.0.9.7"
LOGGED = msgspec.structs.replace(HOST, log="drops")


@pytest.fixture
def script(kind: str, tmp_path: Path) -> str:
    return write(deployment(SSH, firewalls={"server": LOGGED}), kind, tmp_path / "first.sh")


def packets(listing: str, line: str) -> int:
    """What the line of this pattern has counted; its one group is the number."""
    counted = re.search(line, listing)
    assert counted, listing
    return int(counted[1])


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft", "firewalld"])
def test_what_is_dropped_is_logged(kind: str, lab: Lab, host: Machine, script: str) -> None:
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    away.add_address(there, f"{ADMIN}/32")
    host.run("sh", script, "apply")
    tried = [Probe("tcp", ADMIN, SERVER, 22), Probe("tcp", ADMIN, SERVER, 23)]
    assert probe(away, [host], tried) == [True, False]
    if kind == "nftables":
        listing = host.run("nft", "list", "table", "inet", "portwright_server").stdout
        assert 'limit rate 10/minute burst 20 packets log prefix "portwright_server input: "' in (
            listing
        )
        assert packets(listing, r"counter packets (\d+) bytes \d+ drop") > 0
        assert packets(listing, r"dport 22 counter packets (\d+) bytes \d+ accept") > 0
    elif kind == "firewalld":
        listing = host.run("nft", "list", "ruleset").stdout
        assert 'limit rate 10/minute log prefix "pw_server_in: "' in re.sub(
            r" burst \d+ packets|level \w+ ", " ", listing
        ).replace("  ", " ")
    else:
        listing = host.run("iptables", "-nvxL", "pw_server_in").stdout
        logged = packets(
            listing, r'(\d+) +\d+ LOG .*limit: avg 10/min burst 20 .*"pw_server_drop: "'
        )
        assert 0 < logged <= packets(listing, r"(\d+) +\d+ DROP ")
    assert "in place" in host.run("sh", script, "status").stdout
    host.run("sh", script, "remove")


@pytest.mark.parametrize("kind", ["ufw"])
def test_ufw_that_logs_nothing_is_refused(kind: str, host: Machine, script: str) -> None:
    """ufw has one log of its own: it is there, or the file does not do what the plan says."""
    host.run("ufw", "logging", "off")
    assert "'ufw logging low' first" in refuses(host, script, "apply")
    host.run("ufw", "logging", "low")
    host.run("sh", script, "apply")
    assert "[UFW BLOCK] " in host.run("iptables-save").stdout
