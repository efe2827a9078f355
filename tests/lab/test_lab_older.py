"""Connections that are older than the rules go on, where nothing tracked them before; nothing new
comes in by that.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.lab.machines import Machine, furnished
from tests.lab.netns import Lab, Probe, Space, join, probe
from tests.lab.test_lab_linux_script import SSH, write
from tests.lab.test_lab_translation import cable
from tests.tools.builders import EDGE, HOST, deployment, rule

HERE, DATABASE = "10.0.10.5", "10.0.9.70"
KINDS = ["nftables", "iptables-nft", "iptables-legacy", "ufw", "firewalld"]

_ANSWER = {
    "tcp": """
s = socket.create_server((at, 5432)); print('up', flush=True)
c, _ = s.accept(); c.recv(9); print('asked', flush=True); input(); c.sendall(b'answer')
print(c.recv(9).decode(), flush=True)""",
    "udp": """
c = socket.socket(type=socket.SOCK_DGRAM); c.bind((at, 5432)); print('up', flush=True)
_, peer = c.recvfrom(9); print('asked', flush=True); input(); c.sendto(b'answer', peer)
while (heard := c.recv(9)) != b'more': pass
print(heard.decode(), flush=True)""",
}
_ASK = {
    "tcp": """
s = socket.create_connection((at, 5432), 5); s.settimeout(500); s.sendall(b'query')
print(s.recv(9).decode(), flush=True); s.sendall(b'more')""",
    "udp": """
s = socket.socket(type=socket.SOCK_DGRAM); s.connect((at, 5432)); s.settimeout(500)
s.send(b'query'); print(s.recv(9).decode(), flush=True); s.send(b'more')""",
    # As programs do that have one socket for all whom they ask.
    "udp, asking again": """
s = socket.socket(type=socket.SOCK_DGRAM); s.settimeout(.3)
for _ in range(200):
    try:
        s.sendto(b'query', (at, 5432)); print(s.recvfrom(9)[0].decode(), flush=True); break
    except OSError:  # nothing came, or it may not go out any more
        time.sleep(.2)
s.sendto(b'more', (at, 5432))""",
}


def starts(space: Space, program: str) -> subprocess.Popen[str]:
    begin = f"import signal, socket, time\nsignal.alarm(400)\nat = {DATABASE!r}"
    return space.popen(sys.executable, "-c", begin + program)


def goes_on(asking: Space, asked: Space, what: str, machine: Space, path: str) -> str:
    """A query is in flight when the rules come to the machine; what `apply` said."""
    database = starts(asked, _ANSWER[what[:3]])
    assert database.stdout
    database.stdout.readline()
    server = starts(asking, _ASK[what])
    try:
        assert database.stdout.readline() == "asked\n"
        said = machine.run("sh", path, "apply").stdout
        heard, errors = database.communicate("\n", timeout=120)
        answer, told = server.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        pytest.fail("the answer does not come")
    finally:
        database.kill()
        server.kill()
    assert (heard, answer) == ("more\n", "answer\n"), (errors, told)
    return said


def nothing_new_comes_in(host: Machine, away: Space) -> None:
    probes = [Probe("tcp", DATABASE, HERE, 5432), Probe("udp", DATABASE, HERE, 5432)]
    assert probe(away, [host], probes) == [False, False]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("egress", ["open", "filtered"])
@pytest.mark.parametrize("what", ["tcp", "udp"])
def test_an_answer_that_is_awaited_comes(
    what: str, egress: str, kind: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """The rules let nobody out to that database."""
    firewall = msgspec.structs.replace(HOST, egress=egress)
    path = write(deployment(SSH, firewalls={"server": firewall}), kind, tmp_path / "host.sh")
    away = lab.space("away")
    with furnished(kind, lab.space("host"), tmp_path / "machine") as host:
        before = host.everything()
        here, there = join(lab, host, away)
        host.add_address(here, f"{HERE}/32")
        away.add_address(there, f"{DATABASE}/32")
        assert "Looking on" not in goes_on(host, away, what, host, path)
        nothing_new_comes_in(host, away)
        host.run("sh", path, "status")
        host.run("sh", path, "remove")
        assert host.everything()["rules"] == before["rules"]


@pytest.mark.parametrize("kind", ["nftables", "iptables-legacy", "ufw"])
def test_whoever_asks_by_a_socket_of_no_one_peer_is_answered(
    kind: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """What it asks while the script looks on is known when the answer comes."""
    path = write(
        deployment(SSH, firewalls={"server": msgspec.structs.replace(HOST, egress="filtered")}),
        kind,
        tmp_path / "host.sh",
    )
    away = lab.space("away")
    with furnished(kind, lab.space("host"), tmp_path / "machine") as host:
        here, there = join(lab, host, away)
        host.add_address(here, f"{HERE}/32")
        away.add_address(there, f"{DATABASE}/32")
        before = host.everything()
        said = goes_on(host, away, "udp, asking again", host, path)
        assert "Looking on for 5 seconds" in said
        nothing_new_comes_in(host, away)
        host.run("sh", path, "remove")
        assert host.everything()["rules"] == before["rules"]


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft", "iptables-legacy"])
@pytest.mark.parametrize("what", ["tcp", "udp, asking again"])
def test_a_router_lets_answers_through(
    what: str, kind: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """A boundary that denies: what went through it before goes on, nothing new does, and after the
    minutes of grace no packet in the middle of a connection that nobody knows.
    """
    other = rule("other", firewall="edge", direction="forward")
    denying = msgspec.structs.replace(EDGE, default="deny")
    path = write(deployment(other, firewalls={"edge": denying}), kind, tmp_path / "edge.sh", "edge")
    inside, away = lab.space("inside"), lab.space("away")
    with furnished(kind, lab.space("edge", forwarding=True), tmp_path / "machine") as router:
        cable(lab, (router, "10.0.10.1/24"), (inside, f"{HERE}/24"))
        cable(lab, (router, "10.0.9.1/24"), (away, f"{DATABASE}/24"))
        inside.ip("route add default via 10.0.10.1")
        away.ip("route add default via 10.0.9.1")
        before = router.everything()
        said = goes_on(inside, away, what, router, path)
        assert "Looking on for 5 seconds" in said
        for sender, receiver, ends in (
            (inside, away, (HERE, DATABASE)),
            (away, inside, (DATABASE, HERE)),
        ):
            probes = [Probe(transport, *ends, 5432) for transport in ("tcp", "udp")]
            assert probe(sender, [receiver], probes) == [False, False]
        router.run("sh", path, "status")
        router.run("sh", path, "remove")
        assert router.everything()["rules"] == before["rules"]
