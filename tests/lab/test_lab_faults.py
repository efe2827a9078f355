"""An error of input or output, and a script that is told to end or killed, at any step of an apply or
of the way back: the rules are as they were, or those of the plan, and the notes serve the next run.
To a script every error of a disk is a command that fails: a read-only one, too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.machines import Machine
from tests.lab.test_lab_cut_off import stepped
from tests.lab.test_lab_linux_script import SSH, WEB, write
from tests.tools.builders import deployment, rule

# What happens at the step: it fails, or the script hears of it and goes on.
FAULTS = {
    "input-output": 'echo "$*: Input/output error" >&2; return 1',
    "told-to-end": "kill -s TERM $$",
    "killed": "kill -s KILL $$; exit 1",
}
_STEPS = {
    "nftables": range(1, 40, 2),
    "iptables-nft": range(1, 40, 3),
    "ufw": (3, 7, 12, 16, 20, 24, 30, 36),
    "firewalld-stand-in": (12, 24, 30, 39, 41, 42, 44, 45),
}
_BACK = {
    "nftables": range(1, 20),
    "iptables-nft": range(1, 20),
    "ufw": range(1, 20, 3),
    "firewalld-stand-in": range(2, 20, 4),
}


class Scripts:
    """Two plans' scripts for one host, and the second with something that happens at a step."""

    def __init__(self, host: Machine, kind: str, fault: str, folder: Path) -> None:
        self.host = host
        self.first = write(deployment(SSH, WEB), kind, folder / "first.sh")
        other = deployment(SSH, rule("other", ports=(631,)))
        self.second = write(other, kind, folder / "second.sh")
        self._faulty, self._count = folder / "faulty.sh", folder / "count"
        self._faulty.write_text(stepped(Path(self.second).read_text(), FAULTS[fault]))

    def ends_well(self, verb: str, number: int) -> bool:
        """Does the second do this, with what happens at its step of that number?"""
        self._count.write_text("")
        command = f"STEP_AT={number} STEPS={self._count} sh {self._faulty} {verb}"
        return self.host.run("sh", "-c", command, check=False).returncode == 0


@pytest.mark.parametrize("kind", _STEPS)
@pytest.mark.parametrize("fault", ["input-output", "told-to-end"])
def test_at_any_step_of_an_apply(kind: str, fault: str, host: Machine, tmp_path: Path) -> None:
    scripts = Scripts(host, kind, fault, tmp_path)
    empty = host.everything()
    host.run("sh", scripts.first, "apply")
    before = host.everything()
    refused = 0
    for number in _STEPS[kind]:
        if scripts.ends_well("apply", number):
            host.run("sh", scripts.second, "status")
            host.run("sh", scripts.second, "rollback")
        else:
            refused += 1
        assert host.everything() == before, number
        host.run("sh", scripts.first, "status")
    # Nothing may end it in the middle; what it cannot write it takes back.
    assert refused >= (len(_STEPS[kind]) // 4 if fault == "input-output" else 0)
    host.run("sh", scripts.first, "rollback")
    assert host.everything() == empty


@pytest.mark.parametrize("kind", _BACK)
@pytest.mark.parametrize("fault", FAULTS)
def test_at_any_step_of_the_way_back(kind: str, fault: str, host: Machine, tmp_path: Path) -> None:
    """What 'rollback' did not end the next one ends, and goes no further back."""
    scripts = Scripts(host, kind, fault, tmp_path)
    empty = host.everything()
    host.run("sh", scripts.first, "apply")
    before = host.everything()
    for number in _BACK[kind]:
        host.run("sh", scripts.second, "apply")
        if not scripts.ends_well("rollback", number):
            host.run("sh", scripts.second, "rollback")
        assert host.everything() == before, number
        host.run("sh", scripts.first, "status")
    host.run("sh", scripts.first, "rollback")
    assert host.everything() == empty
