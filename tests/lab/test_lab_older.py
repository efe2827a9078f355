"""Connections that are older than the rules go on, where nothing tracked them before; nothing new
comes in by that.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.lab.machines import Machine
from tests.lab.netns import Lab, Probe, Space, join, probe
from tests.lab.test_lab_linux import furnished
from tests.lab.test_lab_linux_script import SSH, write
from tests.tools.builders import HOST, deployment

HERE, DATABASE = "10.0.10.5", "10.0.9.70"
KINDS = ["nftables", "iptables-nft", "iptables-legacy"]

ANSWER = (
    f"import socket; s = socket.create_server(('{DATABASE}', 5432)); print('up', flush=True);"
    " c, _ = s.accept(); c.recv(9); print('asked', flush=True); input(); c.sendall(b'answer')\n"
    "print(c.recv(9).decode(), flush=True)"
)
ASK = (
    f"import socket; s = socket.create_connection(('{DATABASE}', 5432), 5); s.settimeout(60);"
    " s.sendall(b'query')\n"
    "print(s.recv(9).decode(), flush=True); s.sendall(b'more')"
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("egress", ["open", "filtered"])
def test_an_answer_that_is_awaited_comes(
    egress: str, kind: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """A query is in flight when the rules come; they let nobody out to that database."""
    firewall = msgspec.structs.replace(HOST, egress=egress)
    path = write(deployment(SSH, firewalls={"server": firewall}), kind, tmp_path / "host.sh")
    away = lab.space("away")
    with furnished(kind, lab.space("host"), tmp_path / "machine") as host:
        here, there = join(lab, host, away)
        host.add_address(here, f"{HERE}/32")
        away.add_address(there, f"{DATABASE}/32")
        database = away.popen(sys.executable, "-c", ANSWER)
        assert database.stdout
        database.stdout.readline()
        server = host.popen(sys.executable, "-c", ASK)
        try:
            assert database.stdout.readline() == "asked\n"
            host.run("sh", path, "apply")
            heard, errors = database.communicate("\n", timeout=60)
            answer, told = server.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            pytest.fail("the answer does not come")
        finally:
            database.kill()
            server.kill()
        assert (heard, answer) == ("more\n", "answer\n"), (errors, told)
        nothing_new_comes_in(host, away)


def nothing_new_comes_in(host: Machine, away: Space) -> None:
    probes = [Probe("tcp", DATABASE, HERE, 5432), Probe("udp", DATABASE, HERE, 5432)]
    assert probe(away, [host], probes) == [False, False]
