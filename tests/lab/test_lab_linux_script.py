"""The verbs of the iptables, ufw and firewalld scripts: what they change, what they leave, what
they refuse.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.lab.machines import Machine
from tests.lab.netns import Lab, join
from tests.lab.timers import end_of_time, runs, timers
from tests.tools.builders import HOST, deployment, rule
from tests.tools.hostile import hostile_to, with_canary
from tests.tools.programs import tool
from wizard.deployment import Deployment
from wizard.plan.model import Plan

KINDS = ("iptables-nft", "ufw", "firewalld")
SSH = rule("ssh", ports=(22,), sources=("10.0.9.0/24",), flows=("management/ssh",))
WEB = rule("web", ports=(9191,))
SIX = rule(
    "six", sources=("2001:db8:20::/64",), destinations=("2001:db8:10::5/128", "ff02::fb/128")
)
FILTERED = msgspec.structs.replace(HOST, egress="filtered")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The format, and the back end of iptables."""
    return str(request.param)


def write(value: Deployment, kind: str, path: Path, firewall: str = "server") -> str:
    name = kind.split("-")[0]
    path.write_text(
        import_module(f"exporters.firewalls.{name}").files_of(value, firewall)[f"{name}.sh"]
    )
    return str(path)


@pytest.fixture
def first(kind: str, tmp_path: Path) -> str:
    return write(deployment(SSH, WEB, SIX), kind, tmp_path / "first.sh")


@pytest.fixture
def second(kind: str, tmp_path: Path) -> str:
    many = [rule(f"many-{n}", ports=(n,)) for n in range(1000, 1060)]
    value = deployment(SSH, *many, firewalls={"server": FILTERED})
    return write(value, kind, tmp_path / "second.sh")


def wait_for(what: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def refuses(host: Machine, *command: str, **more: Any) -> str:
    """Runs what must fail with exit code 1 and change nothing; returns what it said."""
    before = host.everything()
    done = host.run("sh", *command, check=False, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert host.everything() == before
    return done.stdout + done.stderr


def furnish(host: Machine, kind: str) -> None:
    """Rules of somebody else's."""
    if kind == "ufw":
        host.run(
            "ufw", "allow", "from", "192.0.2.0/24", "to", "any", "port", "53", "comment", "theirs"
        )
        # The very tuple that we need: it stays theirs.
        host.run(
            "ufw",
            "allow",
            "proto",
            "tcp",
            "from",
            "10.0.20.0/22",
            "to",
            "10.0.10.5",
            "port",
            "9191",
        )
        host.run("ufw", "default", "allow", "incoming")
        host.run("ufw", "--force", "enable")
        # The first start loads the files as they are shipped, each later one as ufw has written
        # them.
        host.run("ufw", "reload")
    elif kind == "firewalld":
        host.run("firewall-cmd", "--permanent", "--new-policy=theirs")
        host.run("firewall-cmd", "--permanent", "--add-port=7/tcp")
        host.run("firewall-cmd", "--reload")
    else:
        host.run("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "1", "-j", "DROP")
        host.run(
            "iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", "2", "-j", "ACCEPT"
        )
        host.run("iptables", "-P", "FORWARD", "DROP")
        host.run("ip6tables", "-N", "pw_server2_in")


@pytest.mark.parametrize("former", ["empty", "furnished"])
def test_apply_rollback_remove(
    former: str, kind: str, host: Machine, first: str, second: str, state: Path
) -> None:
    if former == "furnished":
        furnish(host, kind)
    before = host.everything()
    host.run("sh", first, "apply")
    one = host.everything()
    assert one["rules"] != before["rules"]
    host.run("sh", first, "apply")
    assert host.everything() == one
    host.run("sh", second, "apply")
    assert "Other rules" in refuses(host, first, "status")
    two = host.everything()
    assert two["rules"] != one["rules"]
    host.run("sh", second, "status")
    host.run("sh", second, "rollback")
    assert host.everything() == one
    assert "in place already" in host.run("sh", first, "apply").stdout
    host.run("sh", first, "rollback")
    assert host.everything() == before
    assert "nothing to go back to" in refuses(host, first, "rollback")
    host.run("sh", second, "apply")
    host.run("sh", first, "apply")
    host.run("sh", first, "remove")
    assert host.everything() == before
    assert list(state.rglob("*")) == []
    assert "not in place" in refuses(host, first, "status")
    host.run("sh", first, "remove")
    assert host.everything() == before


@pytest.mark.parametrize("former", ["empty", "first"])
def test_without_confirmation_everything_goes_back(
    former: str, kind: str, host: Machine, first: str, second: str, state: Path
) -> None:
    """The shell in which it was started, its whole session and its terminal are gone."""
    if former == "first":
        host.run("sh", first, "apply")
    before = host.everything()
    child, terminal = pty.fork()
    if child == 0:
        command = f"sh {second} apply --confirm-within 3600; sleep 60"
        os.execvp("ip", ["ip", "netns", "exec", host.name, *host.before, "sh", "-c", command])
    try:
        folder = state / "server" / kind.split("-")[0]
        # The former apply's went aside before.
        wait_for((folder / "pending").exists)
        wait_for((folder / "seen").exists)
        os.killpg(child, signal.SIGHUP if former == "first" else signal.SIGKILL)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    assert host.everything() != before
    end_of_time(int((folder / "timer").read_text()))
    wait_for((folder / "expired").exists)
    assert host.everything() == before
    assert "too late" in refuses(host, second, "confirm")


def test_confirmation_keeps_the_rules(
    kind: str, host: Machine, first: str, second: str, state: Path
) -> None:
    before = host.everything()
    host.run("sh", first, "apply", "--confirm-within", "3600")
    timer = int((state / "server" / kind.split("-")[0] / "timer").read_text())
    assert runs(timer)
    assert "waits to be confirmed" in refuses(host, second, "apply")
    loaded = host.everything()
    host.run("sh", first, "confirm")
    # Nobody is left who would take them back.
    wait_for(lambda: not runs(timer))
    assert host.everything() == loaded
    host.run("sh", first, "rollback")
    assert host.everything() == before


def test_refuses_to_cut_the_session(host: Machine, first: str, state: Path) -> None:
    environment = {**os.environ, "SSH_CONNECTION": "192.0.2.9 50000 10.0.10.5 22"}
    assert "cut the SSH connection" in refuses(host, first, "apply", env=environment)
    assert not state.exists()
    host.run(
        "sh", first, "apply", env={**os.environ, "SSH_CONNECTION": "10.0.9.7 50000 10.0.10.5 22"}
    )


def test_rules_that_the_tool_refuses_change_nothing(
    kind: str, host: Machine, first: str, tmp_path: Path, state: Path
) -> None:
    text = Path(first).read_text()
    broken = tmp_path / "broken.sh"
    broken.write_text(text.replace("9191", "99999"))
    for verb in ("check", "apply"):
        assert "does not take these rules" in refuses(host, str(broken), verb)
    if kind == "ufw":
        # Understood, but not as it is meant.
        broken.write_text(
            text.replace("### tuple ### allow tcp 9191", "### tuple ### allow tcp 9192")
        )
        assert "as other ones" in refuses(host, str(broken), "apply")
    assert not state.exists()


def test_a_load_that_fails_goes_back(
    kind: str, host: Machine, first: str, second: str, tmp_path: Path, state: Path
) -> None:
    """The check passes and the load does not: everything stays, and no timer is left."""
    host.run("sh", first, "apply")
    fake = tmp_path / "fake"
    fake.mkdir()
    program, fails = {
        "iptables-nft": ("ip6tables-restore", "case $* in *--test*) ;; *) fail=1 ;; esac"),
        "ufw": ("ufw", "case $1 in reload) fail=1 ;; esac"),
        "firewalld": ("firewall-cmd", "case $1 in --reload) fail=1 ;; esac"),
    }[kind]
    real = host.run("sh", "-c", f"command -v {program}").stdout.strip()
    (fake / program).write_text(
        f'#!/bin/sh\nfail=\n{fails}\n[ -z "$fail" ] || [ -e {fake}/used ] || {{ : >{fake}/used;'
        f' exit 1; }}\nexec {real} "$@"\n'
    )
    (fake / program).chmod(0o755)
    before = host.everything()
    command = f"PATH={fake}:$PATH sh {second} apply --confirm-within 3600"
    assert "did not load" in refuses(host, "-c", command)
    assert (fake / "used").exists()
    wait_for(lambda: not timers(state))
    assert host.everything() == before
    host.run("sh", first, "status")


def test_hostile_text_through_the_real_tool(kind: str, host: Machine, tmp_path: Path) -> None:
    """All that shells and firewall tools would obey, in names, reasons and the plan's own: the kernel
    gets the rules of a plan with ordinary texts, and no command in a text has run.
    """
    canary = tmp_path / "pwned"
    texts = with_canary(hostile_to("shell", "nft", "xml"), canary)
    before = host.everything()
    loaded = []
    for name in ("plain", "hostile"):
        made = [
            rule(
                f"{n}{text}" if name == "hostile" else f"r{n}",
                services=(text if name == "hostile" else "Printing",),
                ports=(n + 1000,),
                except_sources=("10.0.20.0/24",),
            )
            for n, text in enumerate(texts)
        ]
        title = "".join(texts) if name == "hostile" else "A plan"
        value = deployment(SSH, *made, plan=Plan(name=title, firewalls={"server": FILTERED}))
        path = write(value, kind, tmp_path / f"{name}.sh")
        host.run("sh", path, "apply")
        host.run("sh", path, "status")
        loaded.append(without_comments(host.ruleset()))
        host.run("sh", path, "remove")
        assert host.everything() == before
        assert not canary.exists()
    plain, hostile = loaded
    assert hostile == plain
    assert len(texts) > 50


def without_comments(listing: str) -> str:
    """The kernel's rules as they work: without remarks, and before anything was counted."""
    bare = re.sub(r' comment "[^"]*"| -m comment --comment (?:"[^"]*"|\S+)', "", listing)
    return re.sub(r"packets \d+ bytes \d+", "packets bytes", bare)


def test_a_host_without_rules_is_closed_and_opens_again(
    kind: str, host: Machine, tmp_path: Path
) -> None:
    before = host.everything()
    path = write(deployment(), kind, tmp_path / "empty.sh")
    host.run("sh", path, "apply")
    host.run("sh", path, "status")
    assert host.everything()["rules"] != before["rules"]
    host.run("sh", path, "remove")
    assert host.everything() == before


def test_after_a_restart_persistent_rules_go_back_too(
    kind: str, host: Machine, first: str, state: Path
) -> None:
    before = host.everything()
    host.run("sh", first, "apply")
    (state / "server" / kind.split("-")[0] / "boot").write_text("another start\n")
    if kind == "iptables-nft":
        assert "restarted" in refuses(host, first, "rollback")
    else:
        host.run("sh", first, "rollback")
        assert host.everything() == before


# --- what only one of them has -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["iptables-nft"], indirect=True)
def test_iptables_jumps_after_what_only_denies_and_keeps_its_place_on_the_way_back(
    host: Machine, first: str, second: str
) -> None:
    host.run("sh", first, "apply")
    host.run("iptables", "-I", "INPUT", "1", "-s", "192.0.2.1", "-j", "DROP")
    mine = host.everything()
    host.run("sh", first, "status")
    host.run("sh", second, "apply")
    assert host.run("iptables", "-S", "INPUT", "2").stdout.strip() == "-A INPUT -j pw_server_in"
    host.run("sh", second, "rollback")
    assert host.everything() == mine


@pytest.mark.parametrize("kind", ["iptables-nft"], indirect=True)
def test_iptables_without_ip6tables_leaves_no_family_open(
    host: Machine, first: str, tmp_path: Path
) -> None:
    real, links = tmp_path / "real", tmp_path / "links"
    real.mkdir()
    links.mkdir()
    for program in Path("/usr/sbin").iterdir():
        (links / program.name).symlink_to(real / program.name)
    for folder in (links, tmp_path / "machine/bin"):
        (folder / "ip6tables-restore").unlink()
    script = f'mount --bind /usr/sbin {real} && mount --bind {links} /usr/sbin && sh {first} "$0"'
    for verb in ("check", "apply"):
        done = host.run("unshare", "-m", "sh", "-c", script, verb, check=False)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "ip6tables-restore is missing: IPv6 would stay as it is" in done.stderr
    assert host.ruleset() == ""


@pytest.mark.parametrize("kind", ["iptables-legacy"], indirect=True)
def test_legacy_goes_back_but_for_tables_that_let_all_through(
    kind: str, host: Machine, tmp_path: Path, first: str, second: str
) -> None:
    def saved() -> str:
        listings = (host.run(f"ip{six}tables-save").stdout for six in ("", "6"))
        lines = (line.partition(" [")[0] for text in listings for line in text.splitlines())
        return "\n".join(line for line in lines if not line.startswith("#"))

    for six in ("", "6"):
        host.run(f"ip{six}tables", "-S")
    host.run("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "1", "-j", "DROP")
    before = saved()
    host.run("sh", first, "apply")
    one = saved()
    host.run("sh", second, "apply")
    host.run("sh", second, "rollback")
    assert saved() == one
    host.run("sh", first, "rollback")
    assert saved() == before
    host.run("sh", first, "apply")
    host.run("sh", first, "remove")
    assert saved() == before
    assert host.ruleset() == ""


@pytest.mark.parametrize("kind", ["iptables-nft"], indirect=True)
@pytest.mark.parametrize("egress", ["open", "filtered"])
def test_a_session_older_than_the_rules_goes_on(
    egress: str, kind: str, lab: Lab, host: Machine, tmp_path: Path
) -> None:
    """The server speaks first after apply, as sshd does, to a client that the kernel never tracked."""
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, "10.0.10.5/32")
    away.add_address(there, "10.0.9.7/32")
    serve = (
        "import socket; s = socket.create_server(('', 22)); print('up', flush=True); c, _ ="
        " s.accept()\nc.sendall(b'hello'); input(); c.sendall(b'after'); print(c.recv(9).decode(),"
        " flush=True)"
    )
    call = (
        "import socket; s = socket.create_connection(('10.0.10.5', 22), 5);"
        " print(s.recv(9).decode(), flush=True)\nprint(s.recv(9).decode(), flush=True);"
        " s.sendall(b'answer')"
    )
    firewall = msgspec.structs.replace(HOST, egress=egress)
    path = write(deployment(SSH, firewalls={"server": firewall}), kind, tmp_path / "host.sh")
    server = host.popen(sys.executable, "-c", serve)
    assert server.stdout
    server.stdout.readline()
    client = away.popen(sys.executable, "-c", call)
    assert client.stdout
    try:
        assert client.stdout.readline() == "hello\n"
        host.run("sh", path, "apply")
        out, _ = server.communicate("\n", timeout=300)
        rest, errors = client.communicate(timeout=300)
    finally:
        server.kill()
        client.kill()
    assert (out, rest) == ("answer\n", "after\n"), errors


@pytest.mark.parametrize("kind", ["iptables-nft"], indirect=True)
@pytest.mark.parametrize("notes", ["with notes", "without notes"])
def test_iptables_switched_to_the_other_back_end(
    notes: str, kind: str, host: Machine, first: str, second: str, state: Path, tmp_path: Path
) -> None:
    host.run("sh", first, "apply")
    loaded = host.ruleset()
    programs = tmp_path / "machine/bin"
    for program in programs.iterdir():
        program.unlink()
        program.symlink_to(tool("xtables-legacy-multi"))
    if notes == "with notes":
        host.run("sh", first, "status")
        host.run("sh", second, "apply")
        host.run("sh", second, "rollback")
        assert host.ruleset() == loaded
    else:
        shutil.rmtree(state)
    host.run("sh", first, "remove")
    assert "pw_server" not in host.ruleset()
    assert "pw_server" not in host.run("iptables-legacy-save").stdout


@pytest.mark.parametrize("kind", ["ufw"], indirect=True)
@pytest.mark.parametrize("verb", ["rollback", "remove"])
def test_ufw_keeps_what_others_changed_meanwhile(verb: str, host: Machine, first: str) -> None:
    host.run("ufw", "--force", "enable")
    host.run("ufw", "reload")
    host.run("sh", first, "apply")
    host.run("ufw", "allow", "7/tcp", "comment", "theirs, later")
    host.run("sh", first, verb)
    assert host.run("ufw", "show", "added").stdout.splitlines()[1:] == [
        "ufw allow 7/tcp comment 'theirs, later'"
    ]
    assert "portwright" not in host.run("ufw", "app", "list").stdout.lower()
    assert "9191" not in host.ruleset()
    assert "Status: active" in host.run("ufw", "status").stdout


@pytest.mark.parametrize("kind", ["ufw"], indirect=True)
def test_ufw_itself_can_list_and_delete_what_was_added(host: Machine, first: str) -> None:
    host.run("sh", first, "apply")
    files = host.files()
    host.run("ufw", "allow", "1/tcp")
    host.run("ufw", "delete", "allow", "1/tcp")
    assert host.files() == files
    assert "22,9191/tcp" in host.run("ufw", "app", "info", "Portwright server").stdout
    host.run(
        "ufw",
        "delete",
        "allow",
        "proto",
        "tcp",
        "from",
        "10.0.20.0/22",
        "to",
        "10.0.10.5",
        "port",
        "9191",
    )
    assert "Other rules" in refuses(host, first, "status")


@pytest.mark.parametrize("kind", ["ufw"], indirect=True)
def test_ufw_that_leaves_ipv6_out_is_refused_ipv6_rules(
    host: Machine, first: str, tmp_path: Path
) -> None:
    defaults = tmp_path / "machine/default/ufw"
    defaults.write_text(defaults.read_text().replace("IPV6=yes", "IPV6=no"))
    assert "IPV6=yes" in refuses(host, first, "apply")
    only = write(deployment(SSH, WEB), "ufw", tmp_path / "only4.sh")
    before = host.everything()
    host.run("sh", only, "apply")
    host.run("sh", only, "status")
    host.run("sh", only, "remove")
    assert host.everything() == before


@pytest.mark.parametrize("kind", ["firewalld"], indirect=True)
def test_firewalld_refuses_to_lose_what_is_not_permanent(host: Machine, first: str) -> None:
    host.run("firewall-cmd", "--add-port=7/tcp")
    assert "not permanent" in refuses(host, first, "apply")
    host.run("firewall-cmd", "--runtime-to-permanent")
    host.run("sh", first, "apply")
    host.run("firewall-cmd", "--add-port=8/tcp")
    assert "not permanent" in refuses(host, first, "remove")
    # The way back must always be open.
    host.run("sh", first, "rollback")
    assert "pw_server" not in host.ruleset()


@pytest.mark.parametrize("kind", ["firewalld"], indirect=True)
def test_firewalld_that_does_not_run_is_left_alone(
    kind: str, host: Machine, first: str, state: Path
) -> None:
    command = f"DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere sh {first}"
    assert "is not running" in refuses(host, "-c", f"{command} apply")
    said = refuses(host, "-c", f"{command} check")
    assert "takes these rules" in said
    assert "is not running" in said
    assert not state.exists()
