"""The exported play over a real sshd into machines made of namespaces: what it changes, confirms
and takes back.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from exporters.export import export
from tests.lab.netns import Lab, Space, ask
from tests.lab.timers import timers
from tests.tools.builders import HOST, deployment, rule
from tests.tools.programs import missing, tool
from tests.tools.serving import until
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule

ADMIN, ADMIN_6 = "10.0.9.7", "2001:db8:9::7"
ONE, ONE_6, TWO = "10.0.10.5", "2001:db8:10::5", "10.0.10.6"
COVERAGE = {"server": (f"{ONE}/32", f"{ONE_6}/128"), "relay": (f"{TWO}/32",)}
# A name that Jinja, YAML and a shell would all like to read.
NAME = "x {{ lookup('pipe', 'touch /tmp/pwned') }}\n{% raw %} - hosts: all # $(touch /tmp/pwned)"


def plan(admins: str = "10.0.9.0/24", port: int = 9191) -> Deployment:
    """Two firewalls, one of them on a machine with two addresses; SSH over IPv4 from `admins` only."""
    return deployment(
        _ssh("server", admins, f"{ONE}/32"),
        _ssh("server", "2001:db8:9::/64", f"{ONE_6}/128"),
        rule("web", ports=(port,), services=("{{ 7 * 7 }}",)),
        _ssh("relay", admins, f"{TWO}/32"),
        plan=Plan(name=NAME, firewalls={"server": HOST, "relay": HOST}),
        coverage=COVERAGE,
    )


def _ssh(firewall: str, source: str, destination: str) -> Rule:
    return rule(
        f"ssh-{firewall}-{source}",
        firewall=firewall,
        ports=(22,),
        sources=(source,),
        destinations=(destination,),
        flows=("management/ssh",),
    )


def _listens(machine: Space) -> bool:
    """Whether its sshd is up."""
    return machine.run("ss", "-Htln", "sport", "=", "22").stdout != ""


class Site:
    """A machine with Ansible, two machines with sshd and a firewall to come, and an export."""

    def __init__(self, lab: Lab, folder: Path, short: Path) -> None:
        self.folder, self.short = folder, short
        self.admin, self.one, self.two = lab.space("admin"), lab.space("one"), lab.space("two")
        self.sshd: list[subprocess.Popen[str]] = []
        for machine, addresses in ((self.one, (ONE, ONE_6)), (self.two, (TWO,))):
            here, there = lab.link(self.admin, machine)
            for address in addresses:
                bits = 128 if ":" in address else 32
                machine.add_address(there, f"{address}/{bits}")
                self.admin.run("ip", "route", "replace", f"{address}/{bits}", "dev", here)
            for address in (ADMIN, ADMIN_6):
                bits = 128 if ":" in address else 32
                self.admin.add_address(here, f"{address}/{bits}")
                machine.run("ip", "route", "replace", f"{address}/{bits}", "dev", there)
        for name in ("host", "key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                check=True,
            )
        (folder / "sbin").mkdir()

    def start(self) -> None:
        """An sshd on each machine; each keeps the scripts' notes in a folder of its own."""
        program = tool("sshd")
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        for machine in (self.one, self.two):
            mine = self.folder / machine.name
            mine.mkdir()
            (mine / "config").write_text(
                f"Port 22\nHostKey {self.folder}/host\nAuthorizedKeysFile"
                f" {self.folder}/key.pub\nPidFile {mine}/pid\nStrictModes no\nUsePAM"
                " no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin"
                " yes\nPrintMotd no\nPrintLastLog no\nSubsystem sftp internal-sftp\nSetEnv"
                f" PORTWRIGHT_STATE={mine}/state\n"
            )
            command = (program, "-D", "-f", str(mine / "config"), "-E", str(mine / "log"))
            self.sshd.append(machine.popen(*command))
        for machine in (self.one, self.two):
            until(partial(_listens, machine), self.log(machine))

    def stop(self) -> None:
        """Ends what runs in the three namespaces, masters of SSH connections too."""
        for machine in (self.admin, self.one, self.two):
            for process in machine.run(
                "ip", "netns", "pids", machine.name, check=False
            ).stdout.split():
                subprocess.run(["kill", "-9", process], capture_output=True, check=False)
        for server in self.sshd:
            server.communicate()

    def log(self, machine: Space) -> str:
        log = self.folder / machine.name / "log"
        return log.read_text() if log.exists() else ""

    def play(
        self, book: str = "site.yml", *more: str, seconds: int = 120
    ) -> tuple[int, dict[str, int], str]:
        """Runs ansible-playbook; its exit code, what changed on each host, and all that it said."""
        program = shutil.which(
            "ansible-playbook", path=sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
        )
        if program is None:
            missing("ansible-playbook is missing")
        settings = {
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(self.folder / "key"),
            "ansible_python_interpreter": sys.executable,
            "portwright_folder": str(self.folder / "sbin"),
            "portwright_confirm_within": str(seconds),
        }
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(self.folder / "ansible-home"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self.short),
            "ANSIBLE_HOST_KEY_CHECKING": "false",
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_NOCOLOR": "true",
        }
        extra = [word for key, value in settings.items() for word in ("-e", f"{key}={value}")]
        done = self.admin.run(
            *(program, "-i", "inventory.yml", book, *extra, *more),
            check=False,
            cwd=self.folder / "export/ansible",
            env=environment,
        )
        changed = dict(re.findall(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)", done.stdout, re.MULTILINE))
        said = done.stdout + done.stderr
        return done.returncode, {host: int(number) for host, number in changed.items()}, said

    def write(self, value: Deployment) -> None:
        export(value, self.folder / "export", ["ansible"], force=True)

    def rulesets(self) -> list[str]:
        return [self.one.ruleset(), self.two.ruleset()]

    def ssh_answers(self, address: str) -> bool:
        """Whether a new connection to sshd gets through."""
        call = f"import socket; print(socket.create_connection(('{address}', 22), 1).recv(4))"
        return self.admin.run(sys.executable, "-c", call, check=False).returncode == 0


@pytest.fixture
def site(lab: Lab, tmp_path: Path) -> Iterator[Site]:
    # The path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="pw") as short:
        site = Site(lab, tmp_path, Path(short))
        try:
            site.start()
            yield site
        finally:
            site.stop()


def test_check_apply_confirm_and_nothing_to_do_the_second_time(site: Site) -> None:
    hosts = [f"server_{ONE}", "server_2001-db8-10--5", f"relay_{TWO}"]
    scripts = site.folder / "sbin"
    site.write(plan())
    code, changed, said = site.play("site.yml", "--check", "--limit", hosts[2])
    assert (code, changed) == (0, {hosts[2]: 2}), said
    assert "they would be put in" in said
    assert site.rulesets() == ["", ""]
    assert list(scripts.iterdir()) == []

    logins = site.log(site.two).count("Accepted publickey")
    code, changed, said = site.play(seconds=3600)
    assert code == 0, said
    # The machine with two addresses was done under the first.
    assert changed == dict(zip(hosts, (3, 0, 3), strict=True)), said
    # A container that came after the rules: what it publishes does not stop a play that has nothing to do.
    site.two.nft("table ip docker { chain pre { type nat hook prerouting priority dstnat; }; }")
    site.two.nft("add rule ip docker pre tcp dport 8080 dnat to 172.17.0.2:80")
    loaded = site.rulesets()
    assert ["portwright_server" in loaded[0], "portwright_relay" in loaded[1]] == [True, True]
    assert sorted(path.name for path in scripts.iterdir()) == [
        "portwright-relay",
        "portwright-server",
    ]
    # Each run ends its connection: one login to apply, another one to confirm.
    assert site.log(site.two).count("Accepted publickey") == logins + 2

    code, changed, said = site.play()
    assert (code, changed) == (0, dict.fromkeys(hosts, 0)), said
    assert "[WARNING]" not in said
    # Nobody is left who would take them back.
    until(lambda: not any(timers(site.folder / name / "state") for name in ("one", "two")))
    assert site.rulesets() == loaded
    assert ask(site.admin, site.one, [9191], [(ADMIN, ONE, 9191)]) == [None]
    assert not Path("/tmp/pwned").exists()

    code, changed, said = site.play("remove.yml", "--limit", hosts[2])
    assert (code, changed) == (0, {hosts[2]: 2}), said
    site.two.nft("delete table ip docker")
    assert site.rulesets() == [loaded[0], ""]
    assert [path.name for path in scripts.iterdir()] == ["portwright-server"]


def test_rules_that_would_cut_ssh_are_refused(site: Site) -> None:
    """The first machine refuses, in check mode too; the others are not touched."""
    site.write(plan(admins="192.0.2.0/24"))
    for more in (("--check",), ()):
        code, changed, said = site.play("site.yml", *more)
        assert code != 0
        assert not any(changed.values()), said
        assert f"would cut the SSH connection from {ADMIN}" in said
        assert site.rulesets() == ["", ""]
    assert list((site.folder / "sbin").iterdir()) == []


def test_without_a_new_connection_the_machine_goes_back(site: Site) -> None:
    """The guard believes that SSH is allowed and the rules do not allow it: only a new connection
    finds out.
    """
    site.write(plan())
    script = site.folder / "export/ansible/files/server.sh"
    text = script.read_text()
    broken = re.sub(r"(tcp dport) 22( accept)", r"\1 2222\2", text)
    assert broken != text
    script.write_text(broken)
    # Where that is over sooner than the play comes back, 'confirm' is too late: it fails as well.
    code, changed, said = site.play(seconds=6)
    assert code != 0
    assert f"relay_{TWO}" not in changed, "went on after a failure"
    assert "goes back by itself" in said
    until(lambda: site.ssh_answers(ONE), "it did not go back")
    assert site.rulesets() == ["", ""]
