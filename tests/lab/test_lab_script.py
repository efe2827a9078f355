"""The verbs of the exported script against a real kernel: what they change, what they leave, what
they refuse.
"""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from exporters.firewalls import nftables
from tests.lab.netns import Lab, Space, ask, join, run
from tests.lab.timers import end_of_time, runs, timers
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from wizard.deployment import Deployment

SERVER, ADMIN, STRANGER = "10.0.10.5", "10.0.9.7", "192.0.2.9"
SSH = rule("ssh", ports=(22,), sources=("10.0.9.0/24",), flows=("management/ssh",))
WEB = rule("web", ports=(9191,))
FORMER = """
table inet somebody {
    chain input {
        type filter hook input priority 10; policy accept;
        tcp dport 1 counter drop comment "not ours"
    }
}
table ip portwright_server {
    chain x { }
}
"""


@pytest.fixture
def host(lab: Lab, state: Path) -> Space:
    return lab.space("host")


def write(value: Deployment, path: Path, firewall: str = "server") -> str:
    path.write_text(nftables.files_of(value, firewall)["nftables.sh"])
    return str(path)


@pytest.fixture
def first(tmp_path: Path) -> str:
    return write(deployment(SSH, WEB), tmp_path / "first.sh")


@pytest.fixture
def second(tmp_path: Path) -> str:
    many = [rule(f"many-{n}", ports=(n,)) for n in range(1000, 1200)]
    return write(deployment(SSH, *many), tmp_path / "second.sh")


def wait_for(what: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def refuses(host: Space, *command: str, **more: object) -> str:
    """Runs what must fail with exit code 1 and change nothing; returns what it said."""
    before = host.ruleset()
    done = host.run("sh", *command, check=False, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert host.ruleset() == before
    return done.stdout + done.stderr


def test_apply_adds_one_table_and_remove_leaves_nothing(
    host: Space, first: str, state: Path
) -> None:
    host.nft(FORMER)
    before = host.ruleset()
    host.run("sh", first, "apply")
    loaded = host.ruleset()
    assert loaded.startswith(before)
    assert loaded.count("table ") == 3
    host.run("sh", first, "apply")
    assert host.ruleset() == loaded
    host.run("sh", first, "status")
    host.run("sh", first, "remove")
    assert host.ruleset() == before
    assert list(state.rglob("*")) == []
    assert "not in place" in refuses(host, first, "status")
    host.run("sh", first, "remove")


def test_rollback_goes_back_one_apply_at_a_time(host: Space, first: str, second: str) -> None:
    host.nft(FORMER)
    empty = host.ruleset()
    host.run("sh", first, "apply")
    one = host.ruleset()
    host.run("sh", second, "apply")
    assert "Other rules" in refuses(host, first, "status")
    host.run("sh", second, "apply")
    assert host.ruleset() != one
    host.run("sh", second, "rollback")
    assert host.ruleset() == one
    host.run("sh", first, "status")
    assert "in place already" in host.run("sh", first, "apply").stdout
    host.run("sh", first, "rollback")
    assert host.ruleset() == empty
    assert "nothing to go back to" in refuses(host, first, "rollback")


def test_rollback_to_what_somebody_changed_by_hand(host: Space, first: str, second: str) -> None:
    host.run("sh", first, "apply")
    host.run(
        "nft",
        "add",
        "rule",
        "inet",
        "portwright_server",
        "input",
        "tcp",
        "dport",
        "7",
        "counter",
        "accept",
    )
    mine = host.ruleset()
    assert "changed by hand" in refuses(host, first, "status")
    host.run("sh", second, "apply")
    host.run("sh", second, "rollback")
    assert host.ruleset() == mine


def test_says_rule_by_rule_what_would_change(host: Space, first: str, second: str) -> None:
    said = host.run("sh", first, "apply", "--dry-run").stdout
    assert "+ input ip saddr 10.0.20.0/22 ip daddr 10.0.10.5" in said
    # How the table is replaced is no change of a rule.
    assert " table " not in said
    assert host.ruleset() == ""
    host.run("sh", first, "apply")
    assert "nothing would change" in host.run("sh", first, "apply", "--dry-run").stdout
    before = host.ruleset()
    said = host.run("sh", second, "apply", "--dry-run").stdout
    assert "- " in said
    assert "dport 9191" in said
    assert host.ruleset() == before
    table = ("inet", "portwright_server", "input")
    host.run("nft", "insert", "rule", *table, "tcp", "dport", "7", "accept")
    said = refuses(host, first, "status", "--diff")
    changed = [line for line in said.splitlines() if line.startswith(("+ ", "- "))]
    assert [line.split() for line in changed] == [["-", "input", "tcp", "dport", "7", "accept"]]


def test_nothing_to_confirm_or_to_go_back_to(host: Space, first: str) -> None:
    assert "nothing waits" in refuses(host, first, "confirm")
    assert "nothing to go back to" in refuses(host, first, "rollback")


@pytest.mark.parametrize("former", ["empty", "first"])
def test_without_confirmation_everything_goes_back(
    former: str, host: Space, first: str, second: str, state: Path
) -> None:
    if former == "first":
        host.run("sh", first, "apply")
    before = host.ruleset()
    host.run("sh", second, "apply", "--confirm-within", "3600")
    assert host.ruleset() != before
    assert "wait for 'confirm'" in host.run("sh", second, "status").stdout
    assert "waits to be confirmed" in refuses(host, first, "apply")
    end_of_time(int((state / "server/nftables/timer").read_text()))
    wait_for((state / "server/nftables/expired").exists)
    assert host.ruleset() == before
    assert "too late" in refuses(host, second, "confirm")
    assert "nobody confirmed" in host.run("sh", second, "status", check=False).stdout
    if former == "first":
        host.run("sh", first, "status")


def test_it_goes_back_by_itself_and_not_before_its_time(
    host: Space, first: str, state: Path
) -> None:
    began = time.monotonic()
    assert "are in place" in host.run("sh", first, "apply", "--confirm-within", "2").stdout
    wait_for((state / "server/nftables/expired").exists)
    # A busy machine makes it later, never sooner.
    assert time.monotonic() - began >= 2
    assert host.ruleset() == ""


def test_confirmation_keeps_the_rules(host: Space, first: str, state: Path) -> None:
    host.run("sh", first, "apply", "--confirm-within", "3600")
    timer = int((state / "server/nftables/timer").read_text())
    assert runs(timer)
    host.run("sh", first, "confirm")
    loaded = host.ruleset()
    assert "portwright_server" in loaded
    wait_for(lambda: not runs(timer))
    assert host.ruleset() == loaded
    host.run("sh", first, "status")
    host.run("sh", first, "rollback")
    assert host.ruleset() == ""


def test_rollback_and_remove_stop_the_timer(host: Space, first: str, second: str) -> None:
    host.run("sh", first, "apply", "--confirm-within", "3600")
    host.run("sh", first, "rollback")
    host.run("sh", second, "apply", "--confirm-within", "3600")
    host.run("sh", second, "remove")
    host.run("sh", first, "apply")
    loaded = host.ruleset()
    # A process that was just killed takes a moment to be gone.
    wait_for(lambda: run("ip", "netns", "pids", host.name).stdout.split() == [])
    assert host.ruleset() == loaded


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGKILL])
def test_the_timer_outlives_the_terminal(
    end: signal.Signals, host: Space, first: str, state: Path
) -> None:
    """The shell in which it was started, its whole session and its terminal are gone."""
    before = host.ruleset()
    child, terminal = pty.fork()
    if child == 0:
        run = f"sh {first} apply --confirm-within 3600; sleep 60"
        os.execvp("ip", ["ip", "netns", "exec", host.name, "sh", "-c", run])
    try:
        wait_for(lambda: "portwright_server" in host.ruleset())
        wait_for((state / "server/nftables/seen").exists)
        os.killpg(child, end)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    assert "portwright_server" in host.ruleset()
    end_of_time(int((state / "server/nftables/timer").read_text()))
    wait_for(lambda: host.ruleset() == before)


def test_a_killed_apply_still_goes_back(host: Space, first: str, tmp_path: Path) -> None:
    """nft hangs forever while it loads: the timer was there first, and does not wait for the lock
    for ever.
    """
    before = host.ruleset()
    stuck = tmp_path / "bin"
    stuck.mkdir()
    nft = shutil.which("nft", path="/usr/sbin:/sbin:/usr/bin")
    (stuck / "nft").write_text(
        f'#!/bin/sh\n{nft} "$@" || exit\n[ "$1" != -f ] || [ -e {stuck}/used ] || {{ :'
        f" >{stuck}/used; sleep 600; }}\n"
    )
    (stuck / "nft").chmod(0o755)
    path = f"{stuck}:{os.environ['PATH']}"
    process = host.popen("sh", first, "apply", "--confirm-within", "1", env={**os.environ, "PATH": path},
                         start_new_session=True)  # fmt: skip
    try:
        wait_for((stuck / "used").exists)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        wait_for(lambda: host.ruleset() == before)
    finally:
        process.kill()


def test_rules_that_nft_refuses_change_nothing(
    host: Space, first: str, tmp_path: Path, state: Path
) -> None:
    broken = tmp_path / "broken.sh"
    broken.write_text(Path(first).read_text().replace("dport 9191", "dport 99999"))
    assert "does not take these rules" in refuses(host, str(broken), "check")
    assert "does not take these rules" in refuses(host, str(broken), "apply")
    assert not state.exists()


def test_a_load_that_fails_goes_back(
    host: Space, first: str, second: str, tmp_path: Path, state: Path
) -> None:
    """The check passes and the load does not: everything stays, the way back too, and no timer is
    left.
    """
    host.run("sh", first, "apply")
    fake = tmp_path / "bin"
    fake.mkdir()
    nft = shutil.which("nft", path="/usr/sbin:/sbin:/usr/bin")
    (fake / "nft").write_text(
        f'#!/bin/sh\n[ "$1" != -f ] || [ -e {fake}/used ] || {{ : >{fake}/used; exit 1; }}\nexec'
        f' {nft} "$@"\n'
    )
    (fake / "nft").chmod(0o755)
    environment = {**os.environ, "PATH": f"{fake}:{os.environ['PATH']}"}
    said = refuses(host, second, "apply", "--confirm-within", "3600", env=environment)
    assert "did not load" in said
    host.run("sh", first, "status")
    wait_for(lambda: not timers(state))
    host.run("sh", first, "status")
    host.run("sh", first, "rollback")
    assert host.ruleset() == ""


def test_state_that_others_could_write_is_refused(
    host: Space, first: str, state: Path, tmp_path: Path
) -> None:
    state.mkdir()
    (state / "server").symlink_to(tmp_path)
    assert "symbolic link" in refuses(host, first, "apply")
    (state / "server").unlink()
    (state / "server/nftables").mkdir(parents=True)
    (state / "server/nftables").chmod(0o777)
    assert "nobody else may write" in refuses(host, first, "apply")


def test_after_a_restart_there_is_nothing_to_go_back_to(
    host: Space, first: str, state: Path
) -> None:
    host.run("sh", first, "apply", "--confirm-within", "3600")
    (state / "server/nftables/boot").write_text("another start\n")
    host.nft("flush ruleset")
    assert "restarted" in refuses(host, first, "rollback")
    assert "nothing waits" in refuses(host, first, "confirm")
    host.run("sh", first, "apply")
    host.run("sh", first, "status")
    host.run("sh", first, "remove")


def test_flock_of_busybox(host: Space, first: str, tmp_path: Path) -> None:
    """It knows `-n`, and not how long to wait."""
    programs = tmp_path / "programs"
    programs.mkdir()
    real = shutil.which("flock")
    (programs / "flock").write_text(
        f'#!/bin/sh\ncase $1 in -n) exec {real} "$@" ;; *) echo unrecognized option >&2; exit 1 ;; esac\n'
    )
    (programs / "flock").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    for verb in ("check", "apply", "status", "rollback", "apply", "remove"):
        host.run("sh", first, verb, env=environment)
    assert host.ruleset() == ""


# --- the SSH connection --------------------------------------------------------------------------


def ssh(client: str, server: str = SERVER, port: int = 22) -> dict[str, str]:
    return {**os.environ, "SSH_CONNECTION": f"{client} 50000 {server} {port}"}


def test_refuses_to_cut_the_session_that_sshd_told(host: Space, first: str, state: Path) -> None:
    said = refuses(host, first, "apply", env=ssh(STRANGER))
    assert f"cut the SSH connection from {STRANGER} to {SERVER} port 22" in said
    assert 'management = ["ssh"]' in said
    assert not state.exists()
    assert "cut the SSH" in refuses(host, first, "check", env=ssh(STRANGER))
    said = refuses(host, first, "apply", env=ssh(ADMIN, port=2222))
    assert 'management = ["ssh:2222"]' in said
    assert 'management = ["ssh"]' not in said
    refuses(host, first, "apply", env=ssh("2001:db8::1", "2001:db8::2"))
    host.run("sh", first, "apply", env=ssh(f"::ffff:{ADMIN}", f"::ffff:{SERVER}"))


def test_sees_the_session_through_sudo(host: Space, first: str) -> None:
    """sudo drops the variable; the shell above still has it."""
    through = f"env -u SSH_CONNECTION sh {first} apply; exit $?"
    assert "cut the SSH" in refuses(host, "-c", through, env=ssh(STRANGER))
    host.run("sh", "-c", through, env=ssh(ADMIN))


def test_sees_the_sockets_of_sshd(lab: Lab, host: Space, first: str, tmp_path: Path) -> None:
    """In tmux nothing tells which connection it is: then none may be cut."""
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    for address in (ADMIN, STRANGER):
        away.add_address(there, f"{address}/32")
    sshd = tmp_path / "sshd"
    sshd.symlink_to(Path(sys.executable).resolve())
    serve = (
        "import socket; s = socket.create_server(('', 22)); print('up', flush=True); c ="
        " s.accept(); input()"
    )
    call = (
        f"import socket; s = socket.create_connection(('{SERVER}', 22), source_address=('{{}}',"
        " 0)); input()"
    )
    for address, fine in ((STRANGER, False), (ADMIN, True)):
        server = host.popen(str(sshd), "-c", serve)
        assert server.stdout
        server.stdout.readline()
        client = away.popen(sys.executable, "-c", call.format(address))
        try:
            wait_for(lambda: "sshd" in host.run("ss", "-Htnp", "state", "established").stdout)
            if fine:
                host.run("sh", first, "apply", env=ssh(ADMIN))
            else:
                assert f"from {STRANGER}" in refuses(host, first, "apply")
                # What the environment told long ago is not this connection.
                assert f"from {STRANGER}" in refuses(host, first, "apply", env=ssh(ADMIN))
        finally:
            for process in (client, server):
                process.communicate("\n")


def test_boundary_refuses_a_forward_that_takes_the_session(
    lab: Lab, state: Path, tmp_path: Path
) -> None:
    edge = lab.space("edge")
    value = deployment(
        firewalls={"edge": EDGE}, forwards=[forward(public_ports=(22, 22), ports=(22, 22))]
    )
    path = write(value, tmp_path / "edge.sh", "edge")
    assert "cut the SSH" in refuses(edge, path, "apply", env=ssh("198.51.100.1", "203.0.113.7"))
    edge.run("sh", path, "apply", env=ssh("10.0.9.7", "10.0.9.1"))


@pytest.mark.parametrize("egress", ["open", "filtered"])
def test_a_session_older_than_the_rules_goes_on(
    egress: str, lab: Lab, host: Space, tmp_path: Path
) -> None:
    """The server speaks first after apply, as sshd does, to a client that the kernel never tracked."""
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    away.add_address(there, f"{ADMIN}/32")
    serve = (
        "import socket; s = socket.create_server(('', 22)); print('up', flush=True); c, _ ="
        " s.accept()\nc.sendall(b'hello'); input(); c.sendall(b'after'); print(c.recv(9).decode(),"
        " flush=True)"
    )
    call = (
        f"import socket; s = socket.create_connection(('{SERVER}', 22), 5);"
        " print(s.recv(9).decode(), flush=True)\nprint(s.recv(9).decode(), flush=True);"
        " s.sendall(b'answer')"
    )
    firewall = msgspec.structs.replace(HOST, egress=egress)
    path = write(deployment(SSH, firewalls={"server": firewall}), tmp_path / "host.sh")
    server = host.popen(sys.executable, "-c", serve)
    assert server.stdout
    server.stdout.readline()
    client = away.popen(sys.executable, "-c", call)
    assert client.stdout
    assert client.stdout.readline() == "hello\n"
    host.run("sh", path, "apply")
    try:
        out, _ = server.communicate("\n", timeout=300)
        rest, errors = client.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        pytest.fail("the session hangs")
    finally:
        server.kill()
        client.kill()
    assert (out, rest) == ("answer\n", "after\n"), errors
    assert ask(away, host, [23], [(ADMIN, SERVER, 23)]) == [None]


def test_disk_that_is_full(lab_works: None, tmp_path: Path) -> None:
    """An export that does not fit leaves nothing behind, and says so."""
    from exporters.export import ExportError, export

    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], check=True)
    try:
        with pytest.raises(ExportError, match="no space left on the disk"):
            export(deployment(*(rule(f"r{n}", ports=(n,)) for n in range(1, 400))), small / "out")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)
