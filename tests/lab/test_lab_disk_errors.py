"""Errors of a disk by real system calls: whichever write of a script, or of a tool that it calls,
ends with one, the rules are the old ones or the new ones, what was said is true, and the next run
mends it. So too where all calls after it end with that error as well, until somebody has made room.

`make test` tries some calls of each verb, the five errors in turn; PORTWRIGHT_CALLS=200 that many, and
more than there are means each call with each error.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lab.machines import Machine
from tests.lab.test_lab_linux_script import SSH, WEB, wait_for, write
from tests.lab.timers import timers
from tests.tools.builders import deployment, rule
from tests.tools.calls import Writes, asked
from tests.tools.faults import ERRORS

# How many calls of a verb fail in `make test`: a run of ufw takes seconds.
TRIES = {"nftables": 3, "iptables": 2, "ufw": 1}
KINDS = ("nftables", "iptables-nft", "ufw")
# What is said where all is as it was; no script may say it where something was changed.
OLD = ("Nothing was changed", "Everything is as it was", "what was there before it is back")
pytestmark = pytest.mark.slow
Ended = subprocess.CompletedProcess[str]


class Scripts:
    """Two plans' scripts for one host, and what they write below."""

    def __init__(self, host: Machine, kind: str, state: Path, folder: Path) -> None:
        self.host, self.state, self.kind = host, state, kind.split("-")[0]
        self.first = write(deployment(SSH, WEB), kind, folder / "first.sh")
        other = deployment(SSH, rule("other", ports=(631,)))
        self.second = write(other, kind, folder / "second.sh")
        self.works = folder / "works"
        self.works.mkdir()
        self.folders = [str(folder) for folder in (state, self.works, *host.folders)]
        self.nothing = self.now()
        self.run(self.first, "apply")
        self.one = self.now()
        self.run(self.second, "apply")
        self.two = self.now()
        self.run(self.second, "rollback")

    def run(self, script: str, *words: str, check: bool = True) -> str:
        done = self.host.run("sh", script, *words, check=check)
        return done.stdout + done.stderr

    def now(self) -> dict[str, Any]:
        """The rules and all that belongs to them, without the units that load them."""
        everything = self.host.everything()
        files = everything["files"].items()
        return everything | {"files": [each for each in files if "/units/" not in each[0]]}

    def units(self) -> list[str]:
        return [unit.name for unit in self.host.folders["/etc/systemd/system"].iterdir()]

    def tried(self, writes: Writes, script: str, *words: str) -> Ended:
        """Runs it with that call of its own failing."""
        with asked(writes):
            return self.host.run(
                *("env", f"TMPDIR={self.works}", *writes.before, "sh", script, *words),
                check=False,
                pass_fds=writes.keep,
            )

    def unlike(self, where: str, wanted: Any) -> list[str]:
        """What is wrong where all should be as it was."""
        now = self.now()
        other = [key for key, value in wanted.items() if now[key] != value]
        return [f"{where}: other {other}"] if other else []

    def lies(self, where: str, done: Ended, old: Any, new: Any) -> list[str]:
        """What is wrong with this end."""
        now = self.now()
        said = f"{where}: {done.stdout}{done.stderr}"
        if now not in (old, new):
            return [f"neither old nor new: {said}"]
        if done.returncode == 0:
            return [] if now == new else [f"it says that it did it: {said}"]
        if done.returncode != 1 or "portwright (" not in done.stderr:
            return [f"it fails without a word: {said}"]
        return [f"all is new: {said}"] if now != old and any(map(said.__contains__, OLD)) else []


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scripts(unit_host: Machine, kind: str, state: Path, tmp_path: Path) -> Iterator[Scripts]:
    yield Scripts(unit_host, kind, state, tmp_path)
    for timer in timers(state):
        os.kill(timer, 9)


def faults(made: Sequence[str], kind: str, lasting: bool) -> list[tuple[int, int]]:
    """Numbers of calls and their errors, as many as are wanted: each call comes with one error before
    any comes with a second. Of those alike, one after the other, it is the first.
    """
    # Whoever is interrupted tries again, and no disk interrupts for ever.
    errors = [error for error in ERRORS if not (lasting and error == errno.EINTR)]
    numbers = [at for at, call in enumerate(made, 1) if made[at - 2 : at - 1] != [call]]
    turns = range(len(errors))
    pairs = [(at, errors[(at + turn) % len(errors)]) for turn in turns for at in numbers]
    step = max(len(pairs) // int(os.environ.get("PORTWRIGHT_CALLS", TRIES[kind])), 1)
    return pairs[step // 2 :: step]


def each_fault(scripts: Scripts, *words: str, lasting: bool = False) -> Iterator[tuple[str, Ended]]:
    """The second script does this, with one call of its own failing, or all from that one on, once
    for each fault: at the first without. What comes between brings all back.
    """
    tries = [(0, 0)]
    while tries:
        number, error = tries.pop(0)
        writes = Writes(scripts.folders, number, error, lasting)
        done = scripts.tried(writes, scripts.second, *words)
        call = writes.made[number - 1] if 0 < number <= len(writes.made) else "-"
        where = f"{number} {errno.errorcode.get(error, '')} {call}"
        yield where, done
        if number == 0:
            assert writes.made
            tries = faults(writes.made, scripts.kind, lasting)


def test_apply(scripts: Scripts) -> None:
    """Whatever fails: the rules of before or those of the script, and the next run mends it."""
    wrong = []
    for where, done in each_fault(scripts, "apply"):
        wrong += scripts.lies(where, done, scripts.one, scripts.two)
        if done.returncode == 0:
            scripts.run(scripts.second, "status")
            scripts.run(scripts.second, "rollback")
        else:
            scripts.run(scripts.first, "apply")
        wrong += scripts.unlike(where, scripts.one)
        scripts.run(scripts.first, "status")
    scripts.run(scripts.first, "rollback")
    wrong += scripts.unlike("at the end", scripts.nothing)
    assert not wrong, "\n".join(wrong)


def test_apply_that_waits(scripts: Scripts) -> None:
    """Whoever hears that it waits can confirm it; else nobody need."""
    wrong = []
    for where, done in each_fault(scripts, "apply", "--confirm-within", "3600"):
        wrong += scripts.lies(where, done, scripts.one, scripts.two)
        if done.returncode == 0:
            if not timers(scripts.state):
                wrong.append(f"{where}: nothing takes it back")
            scripts.run(scripts.second, "confirm")
            scripts.run(scripts.second, "rollback")
        else:
            scripts.run(scripts.first, "apply")
            if timers(scripts.state):
                wrong.append(f"{where}: a timer is left")
        wrong += scripts.unlike(where, scripts.one)
    assert not wrong, "\n".join(wrong)


def test_confirm(scripts: Scripts) -> None:
    """It is confirmed and said so, or it waits as before."""
    wrong = []
    scripts.run(scripts.second, "apply", "--confirm-within", "3600")
    for where, done in each_fault(scripts, "confirm"):
        wrong += scripts.unlike(where, scripts.two)
        waits = "wait for 'confirm'" in scripts.run(scripts.second, "status")
        if done.returncode == 0 and (waits or timers(scripts.state)):
            wrong.append(f"{where}: it waits still")
        if done.returncode and not (waits and timers(scripts.state)):
            wrong.append(f"{where}: it does not wait any more")
        if done.returncode:
            scripts.run(scripts.second, "confirm")
        scripts.run(scripts.second, "rollback")
        wrong += scripts.unlike(where, scripts.one)
        scripts.run(scripts.second, "apply", "--confirm-within", "3600")
    assert not wrong, "\n".join(wrong)


def test_time_that_is_over(scripts: Scripts) -> None:
    """Nobody confirmed: it goes back, whatever fails on the way, and says so afterwards."""
    wrong = []
    for where, _ in each_fault(scripts, "apply", "--confirm-within", "1"):
        wait_for(lambda: not timers(scripts.state))
        wrong += scripts.unlike(where, scripts.one)
        said = scripts.run(scripts.first, "status", check=False)
        if "rules of this script are in place" not in said:
            wrong.append(f"{where}: {said}")
        scripts.run(scripts.first, "apply")
        wrong += scripts.unlike(where, scripts.one)
    assert not wrong, "\n".join(wrong)


def test_rollback(scripts: Scripts) -> None:
    """What did not go back goes back with the next, and no further."""
    wrong = []
    scripts.run(scripts.second, "apply")
    for where, done in each_fault(scripts, "rollback"):
        wrong += scripts.lies(where, done, scripts.two, scripts.one)
        if done.returncode:
            scripts.run(scripts.second, "rollback")
        wrong += scripts.unlike(f"{where}: {done.stderr}", scripts.one)
        scripts.run(scripts.first, "apply")
        scripts.run(scripts.second, "apply")
    assert not wrong, "\n".join(wrong)


def test_remove(scripts: Scripts) -> None:
    """What is left of it the next takes away."""
    wrong = []
    scripts.run(scripts.second, "apply")
    for where, done in each_fault(scripts, "remove"):
        wrong += scripts.lies(where, done, scripts.two, scripts.nothing)
        if done.returncode == 0 and (scripts.state / "server" / scripts.kind).exists():
            wrong.append(f"{where}: not all is gone")
        if done.returncode == 0:
            wrong += [f"{where}: {unit} is left" for unit in scripts.units()]
        scripts.run(scripts.second, "remove")
        wrong += scripts.unlike(where, scripts.nothing)
        scripts.run(scripts.second, "apply")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft"])
def test_install_and_uninstall(scripts: Scripts) -> None:
    """What is said of the next start is what the unit does."""
    wrong = []
    scripts.run(scripts.second, "apply")
    for where, done in each_fault(scripts, "install"):
        status = scripts.run(scripts.second, "status")
        if done.returncode == 0 and "loaded again at every start" not in status:
            wrong.append(f"{where}: {status}")
        scripts.run(scripts.second, "install")
        scripts.run(scripts.second, "uninstall")
        wrong += [f"{where}: {unit} is left" for unit in scripts.units()]
    scripts.run(scripts.second, "install")
    for where, done in each_fault(scripts, "uninstall"):
        if done.returncode == 0:
            wrong += [f"{where}: {unit} is left" for unit in scripts.units()]
        scripts.run(scripts.second, "uninstall")
        wrong += [f"{where}: {unit} is still left" for unit in scripts.units()]
        scripts.run(scripts.second, "install")
    assert not wrong, "\n".join(wrong)


# What is done; what stands before it, and what comes of it.
LASTING = {"apply": ("one", "two"), "rollback": ("two", "one"), "remove": ("two", "nothing")}


@pytest.mark.parametrize("verb", LASTING)
def test_a_disk_on_which_nothing_can_be_written_any_more(scripts: Scripts, verb: str) -> None:
    """Rules of before or after, in words that are true; once there is room again, the same mends it."""
    before, after = LASTING[verb]
    old, new = getattr(scripts, before), getattr(scripts, after)
    if before == "two":
        scripts.run(scripts.second, "apply")
    wrong = []
    for where, done in each_fault(scripts, verb, lasting=True):
        now, said = scripts.now(), f"{where}: {done.stdout}{done.stderr}"
        # ufw is several files: where taking it away stops in the middle it is off, its chains still there.
        is_between = scripts.kind == "ufw" and verb == "remove" and done.returncode
        if now["rules"] not in (old["rules"], new["rules"]) and not is_between:
            wrong.append(f"neither old nor new: {said}")
        if done.returncode == 0 and now != new:
            wrong.append(f"it says that it did it: {said}")
        if done.returncode and (done.returncode != 1 or "portwright (" not in done.stderr):
            wrong.append(f"it fails without a word: {said}")
        if done.returncode and now["rules"] != old["rules"] and any(map(said.__contains__, OLD)):
            wrong.append(f"all is new: {said}")
        if done.returncode:
            again = scripts.run(scripts.second, verb, check=False)
            wrong += [each + again for each in scripts.unlike(f"{said}, and again", new)]
        scripts.run(scripts.first, "apply")
        if verb != "apply":
            scripts.run(scripts.second, "apply")
        wrong += scripts.unlike(f"{said}, and back", old)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["ufw"])
@pytest.mark.parametrize("name", ["ufw.conf", "user.rules", "user6.rules"])
@pytest.mark.parametrize("verb", ["rollback", "remove"])
def test_a_file_that_ufw_left_empty_or_half(scripts: Scripts, name: str, verb: str) -> None:
    """ufw writes its files where they stand. What was saved of such a file takes its place; before that
    nothing is applied, in words that name the file.
    """
    own = scripts.host.folders["/etc/ufw"] / name
    # What somebody else has added since the first apply stays.
    scripts.host.run("ufw", "allow", "4343/tcp")
    scripts.one = scripts.now()
    for rest in (0, own.stat().st_size // 2):
        scripts.run(scripts.second, "apply")
        os.truncate(own, rest)
        said = scripts.run(scripts.first, "apply", check=False)
        assert f"/etc/ufw/{name} is not whole" in said
        assert "Nothing was changed" in said
        scripts.run(scripts.second, verb)
        if verb == "rollback":
            assert not scripts.unlike("", scripts.one)
        else:
            assert scripts.now()["rules"] == scripts.nothing["rules"]
            assert "4343" in (own.parent / "user.rules").read_text()
            scripts.run(scripts.first, "apply", "--wake")
