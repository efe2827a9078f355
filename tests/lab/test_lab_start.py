"""What is there after a restart of the machine: rules that were installed, and none that nobody
confirmed. The units run by hand, in the order in which the machine would start.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.lab.machines import Machine
from tests.lab.test_lab_linux_script import SSH, WEB, refuses, write
from tests.lab.timers import timers
from tests.tools.builders import deployment, rule

THEIRS = (
    "table inet theirs { chain input { type filter hook input priority 5; tcp dport 7 drop; }; }"
)


@pytest.fixture
def host(unit_host: Machine) -> Machine:
    return unit_host


@pytest.fixture
def first(kind: str, tmp_path: Path) -> str:
    return write(deployment(SSH, WEB), kind, tmp_path / "first.sh")


def restart(host: Machine, state: Path, tmp_path: Path, kind: str) -> None:
    """The kernel forgets, the timer is gone, the boot is another; then the unit runs."""
    for timer in timers(state):
        os.kill(timer, signal.SIGKILL)
    for boot in state.rglob("boot"):
        boot.write_text("another start\n")
    if not kind.startswith(("ufw", "firewalld")):
        host.nft("flush ruleset")
        host.nft(THEIRS)
    for unit in sorted((tmp_path / "units").glob("*.service")):
        line = next(text for text in unit.read_text().splitlines() if text.startswith("ExecStart="))
        host.run(*line.removeprefix("ExecStart=").split())


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft"])
def test_installed_rules_are_there_after_a_restart(
    kind: str, host: Machine, first: str, state: Path, tmp_path: Path
) -> None:
    before = host.files()
    assert "Run 'apply' first" in refuses(host, first, "install")
    host.run("sh", first, "apply")
    assert "until the machine restarts" in host.run("sh", first, "status").stdout
    assert "loaded at every start" in host.run("sh", first, "install").stdout
    unit = (tmp_path / f"units/portwright-server-{kind.split('-')[0]}.service").read_text()
    assert "Before=network-pre.target" in unit
    assert "enable portwright-server" in (tmp_path / "programs/asked").read_text()
    restart(host, state, tmp_path, kind)
    assert "loaded again at every start" in host.run("sh", first, "status").stdout
    assert "table inet theirs" in host.ruleset()
    second = write(deployment(SSH, rule("x", ports=(631,))), kind, tmp_path / "second.sh")
    host.run("sh", second, "apply", "--confirm-within", "3600")
    restart(host, state, tmp_path, kind)
    host.run("sh", first, "status")
    host.run("sh", second, "apply")
    restart(host, state, tmp_path, kind)
    host.run("sh", second, "status")
    host.run("sh", second, "uninstall")
    assert host.files() == before
    host.run("sh", second, "install")
    host.run("sh", second, "remove")
    assert host.files() == before
    assert "dport 631" not in host.ruleset()


@pytest.mark.parametrize("kind", ["nftables"])
def test_what_nobody_confirmed_went_with_the_restart(
    kind: str, host: Machine, first: str, state: Path, tmp_path: Path
) -> None:
    host.run("sh", first, "apply", "--confirm-within", "3600")
    restart(host, state, tmp_path, kind)
    said = refuses(host, first, "status")
    assert "They were never confirmed, and went when the machine was restarted." in said
    assert "rollback" not in said
    assert "its rules went then" in refuses(host, first, "rollback")
    host.run("sh", first, "apply")
    assert "never confirmed" not in host.run("sh", first, "status").stdout


@pytest.mark.parametrize("kind", ["ufw", "firewalld"])
def test_what_nobody_confirmed_is_gone_after_a_restart(
    kind: str, host: Machine, first: str, state: Path, tmp_path: Path
) -> None:
    before = host.everything()
    host.run("sh", first, "apply", "--confirm-within", "3600")
    restart(host, state, tmp_path, kind)
    assert host.everything() == before
    assert "nobody confirmed in time" in host.run("sh", first, "status", check=False).stdout
    host.run("sh", first, "apply", "--confirm-within", "3600")
    host.run("sh", first, "confirm")
    assert not list((tmp_path / "units").iterdir())
    restart(host, state, tmp_path, kind)
    host.run("sh", first, "status")


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft"])
def test_what_was_taken_back_is_not_loaded_at_the_next_start(
    kind: str, host: Machine, first: str, state: Path, tmp_path: Path
) -> None:
    units = host.files()
    second = write(deployment(SSH, rule("x", ports=(631,))), kind, tmp_path / "second.sh")
    host.run("sh", first, "apply")
    host.run("sh", first, "install")
    host.run("sh", second, "apply")
    host.run("sh", second, "rollback")
    assert "loaded again at every start" in host.run("sh", first, "status").stdout
    restart(host, state, tmp_path, kind)
    host.run("sh", first, "status")
    host.run("sh", first, "remove")
    host.run("sh", first, "apply")
    host.run("sh", first, "install")
    host.run("sh", first, "rollback")
    assert host.files() == units
    restart(host, state, tmp_path, kind)
    assert "dport 9191" not in host.ruleset()


@pytest.mark.parametrize("ending", ["exit 1", 'kill -KILL "$PPID"; exit 1'])
@pytest.mark.parametrize("kind", ["ufw", "firewalld"])
def test_an_apply_that_fails_or_is_cut_off_leaves_no_unit(
    kind: str, ending: str, host: Machine, first: str, tmp_path: Path
) -> None:
    program, option = {"ufw": ("ufw", "--force"), "firewalld": ("firewall-cmd", "--reload")}[kind]
    real = host.run("sh", "-c", f"command -v {program}").stdout.strip()
    stub, once = tmp_path / "programs" / program, tmp_path / "once"
    before = host.everything()
    stub.write_text(
        f'#!/bin/sh\nif [ "$1" = {option} ] && [ ! -e {once} ]; then : >{once}; {ending}; fi\n'
        f'exec {real} "$@"\n'
    )
    stub.chmod(0o755)
    ended = host.run("sh", first, "apply", "--confirm-within", "3600", check=False)
    assert ended.returncode != 0
    if "KILL" in ending:
        assert list((tmp_path / "units").iterdir())
        assert "what was there before it is back" in host.run("sh", first, "rollback").stderr
    else:
        assert "Everything is as it was" in ended.stderr
    assert host.everything() == before
