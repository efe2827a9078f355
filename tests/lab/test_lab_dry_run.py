"""`apply --dry-run` and `status --diff` in every format but nftables (test_lab_script): rule by
rule what would change, and nothing changes by asking.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.machines import Machine
from tests.lab.test_lab_linux_script import SSH, WEB, refuses, write
from tests.tools.builders import deployment, rule

KINDS = ("iptables-nft", "iptables-legacy", "ufw", "firewalld")
# Somebody changes what is ours, by hand. firewall-cmd writes a policy's file anew in an order of its
# own, so that firewalld's difference has all of its rules.
BY_HAND = {
    "iptables": ("iptables", "-I", "pw_server_in", "-p", "tcp", "--dport", "7", "-j", "ACCEPT"),
    "ufw": ("ufw", "allow", "7/tcp", "comment", "portwright server: by hand"),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def changed(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith(("+ ", "- "))]


def test_says_rule_by_rule_what_would_change(kind: str, host: Machine, tmp_path: Path) -> None:
    first = write(deployment(SSH, WEB), kind, tmp_path / "first.sh")
    other = rule("other", ports=(6310,))
    second = write(deployment(SSH, other), kind, tmp_path / "second.sh")
    empty = host.everything()
    said = changed(host.run("sh", first, "apply", "--dry-run").stdout)
    assert said
    assert all(line.startswith("+ ") for line in said)
    assert any("9191" in line for line in said)
    # Rules come, not what a tool's file has around them.
    assert not [line for line in said if line[2:].startswith(("*", ":", "COMMIT", "===", "<?xml"))]
    assert host.everything() == empty
    host.run("sh", first, "apply")
    before = host.everything()
    assert "nothing would change" in host.run("sh", first, "apply", "--dry-run").stdout
    said = changed(host.run("sh", second, "apply", "--dry-run").stdout)
    assert {line[0] for line in said if "9191" in line} == {"-"}
    assert {line[0] for line in said if "6310" in line} == {"+"}
    # What both have is no change.
    assert not [line for line in said if SSH.id in line]
    assert changed(refuses(host, second, "status", "--diff")) == said
    assert host.everything() == before


@pytest.mark.parametrize("kind", KINDS[:3])
def test_says_what_somebody_changed_by_hand(kind: str, host: Machine, tmp_path: Path) -> None:
    first = write(deployment(SSH, WEB), kind, tmp_path / "first.sh")
    host.run("sh", first, "apply")
    host.run(*BY_HAND[kind.split("-")[0]])
    said = changed(refuses(host, first, "status", "--diff"))
    assert said
    assert all("7" in line and line.startswith("- ") for line in said), said
