"""A disk that is full and a script that is killed at any step: the machine is as it was, or as it
shall be, and `remove` leaves nothing of either.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.lab.machines import Machine
from tests.lab.test_lab_linux_script import SSH, WEB, refuses, write
from tests.tools.builders import HOST, deployment, rule
from wizard.plan.model import Plan

# Every rename, copy, folder and removal of the script, and every load, is a step at which it can end.
_STEPPED = """
step() {
    echo x >>"$STEPS"
    [ "$(wc -l <"$STEPS")" -ne "$STEP_AT" ] || { HAPPENS; }
}
mv() { step mv "$@" && command mv "$@"; }
mkdir() { step mkdir "$@" && command mkdir "$@"; }
cp() { step cp "$@" && command cp "$@"; }
rm() { step rm "$@" && command rm "$@"; }
nft() { { [ "$1" != -f ] || step nft; } && command nft "$@"; }
ufw() {
    case $1 in --force | reload | disable) step ufw || return ;; esac
    command ufw "$@"
}
"""
# Loads whose program has a name that no function of a shell can have.
_LOADS = {
    '    "$program" "$@"\n': (
        '    case "$program $*" in *--test*) ;; *restore*) step "$program" || return ;; esac\n'
        '    "$program" "$@"\n'
    ),
    "firewall-cmd --reload >/dev/null\n": "step reload && firewall-cmd --reload >/dev/null\n",
}


def stepped(script: str, happens: str = "kill -s KILL $$; exit 1") -> str:
    """The script, with what happens at that one of its steps that STEP_AT says."""
    for load, at_step in _LOADS.items():
        script = script.replace(load, at_step)
    return script.replace("set -u\n", "set -u\n" + _STEPPED.replace("HAPPENS", happens), 1)


@pytest.fixture
def first(kind: str, tmp_path: Path) -> str:
    return write(deployment(SSH, WEB), kind, tmp_path / "first.sh")


@pytest.fixture
def second(kind: str, tmp_path: Path) -> str:
    return write(deployment(SSH, rule("other", ports=(631,))), kind, tmp_path / "second.sh")


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft", "ufw", "firewalld"])
@pytest.mark.parametrize("free", [6, 18, 44])
def test_full_disk(kind: str, free: int, host: Machine, first: str, state: Path) -> None:
    """`free` KiB are left for the notes."""
    if kind == "ufw":
        host.run("ufw", "allow", "2222")
        host.run("ufw", "--force", "enable")
        host.run("ufw", "reload")
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", state], check=True)
    try:
        filler = state / "filler"
        filler.write_bytes(b"x" * (256 - free) * 1024)
        before = host.everything()
        done = host.run("sh", first, "apply", "--confirm-within", "3600", check=False)
        if done.returncode:
            assert "cannot" in done.stderr
            assert "was changed." in done.stderr or "as it was." in done.stderr
            assert host.everything() == before
        else:
            host.run("sh", first, "status")
            host.run("sh", first, "confirm")
        filler.unlink()
        host.run("sh", first, "remove")
        assert host.everything() == before
    finally:
        subprocess.run(["umount", "-l", state], check=True)


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        ("nftables", range(1, 40, 2)),
        ("iptables-nft", range(1, 40, 3)),
        ("ufw", (3, 7, 12, 16, 20, 24, 30, 36)),
        ("firewalld-stand-in", (16, 24, 30, 34, 39, 41, 42, 44, 45, 46)),
        # The real one takes long: half of the files are there, all are and it does not know them.
        ("firewalld", (44, 46)),
    ],
)
def test_killed_at_any_step(
    kind: str, steps: range, host: Machine, first: str, second: str, tmp_path: Path
) -> None:
    empty = host.everything()
    host.run("sh", first, "apply")
    before = host.everything()
    cut_off = tmp_path / "cut-off.sh"
    cut_off.write_text(stepped(Path(second).read_text()))
    count = tmp_path / "count"
    killed = 0
    for number in steps:
        count.write_text("")
        command = f"STEP_AT={number} STEPS={count} sh {cut_off} apply"
        ended = host.run("sh", "-c", command, check=False)
        killed += ended.returncode != 0
        if ended.returncode == 0:
            host.run("sh", second, "rollback")
        else:
            # The next apply goes back first, whatever it brings.
            host.run("sh", first, "apply")
        assert host.everything() == before, number
        host.run("sh", first, "status")
    assert killed >= len(steps) // 2
    count.write_text("")
    command = f"STEP_AT={steps[-1] // 2} STEPS={count} sh {cut_off} apply"
    host.run("sh", "-c", command, check=False)
    host.run("sh", second, "remove")
    assert host.everything() == empty


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft"])
def test_another_plan_keeps_its_rules(kind: str, host: Machine, first: str, tmp_path: Path) -> None:
    """Names of firewalls such as `server` repeat."""
    host.run("sh", first, "apply")
    plan = Plan(name="Another plan", firewalls={"server": HOST})
    another = write(deployment(SSH, plan=plan), kind, tmp_path / "another.sh")
    endings = {
        ("apply", "--confirm-within", "60"): (
            f"say so: sh {another} apply --confirm-within 60 --replace\n"
        ),
        ("install",): f"in their place first: sh {another} apply --replace\n",
        ("remove",): f"take them out all the same: sh {another} remove --replace\n",
        ("status",): "",
    }
    for words, ending in endings.items():
        said = refuses(host, another, *words)
        assert "of another plan: Test plan" in said
        assert ending in said
    for words in (("check",), ("apply", "--dry-run")):
        said = refuses(host, another, *words)
        assert "of another plan: Test plan" in said
        assert "'apply' would refuse without --replace" in said
        assert "would refuse" not in host.run("sh", another, *words, "--replace").stdout
    host.run("sh", another, "apply", "--replace")
    host.run("sh", another, "status")
    host.run("sh", another, "rollback")
    host.run("sh", first, "status")


@pytest.mark.parametrize("kind", ["nftables"])
def test_what_cannot_go_back_keeps_its_notes(
    kind: str, host: Machine, first: str, second: str, tmp_path: Path, state: Path
) -> None:
    host.run("sh", first, "apply")
    before = host.everything()
    fake = tmp_path / "fake"
    fake.mkdir()
    real = host.run("sh", "-c", "command -v nft").stdout.strip()
    (fake / "nft").write_text(f'#!/bin/sh\n[ "$1" != -f ] || exit 1\nexec {real} "$@"\n')
    (fake / "nft").chmod(0o755)
    said = refuses(host, "-c", f"PATH={fake}:$PATH sh {second} apply")
    assert "did not take back what was there before" in said
    assert "Everything is as it was" not in said
    assert (state / "server/nftables/saved/table.nft").read_text()
    host.run("sh", second, "rollback")
    assert host.everything() == before
