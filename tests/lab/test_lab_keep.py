"""Administration on another port, and what `--keep` names, with real packets and real tools."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from tests.lab.machines import Machine
from tests.lab.netns import Lab, Probe, ask, join, probe
from tests.lab.test_lab_linux_script import SSH, refuses, write
from tests.tools.builders import HOST, deployment, rule
from tests.tools.worlds import CATALOG
from wizard.deployment import deploy
from wizard.plan.file import read_plan

SERVER, ADMIN, STRANGER = "10.0.10.5", "10.0.9.7", "10.0.9.66"
AGENT, OTHER, CALLER = "10.0.20.1", "10.0.20.2", "10.0.20.66"
PLAN = f"""
format = 1
[products.cups.features]
printers-appsocket = {{}}
[zones.office]
networks = ["10.0.0.0/16"]
[roles.print-server]
addresses = ["{SERVER}"]
[roles.printer]
addresses = ["10.0.30.1"]
[roles.admin-computer]
addresses = ["{ADMIN}"]
[firewalls.server]
kind = "host"
role = "print-server"
management = ["ssh:2222"]
"""


@pytest.fixture(params=["nftables", "iptables-nft", "ufw", "firewalld"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def session(client: str, port: int) -> dict[str, str]:
    return {**os.environ, "SSH_CONNECTION": f"{client} 50000 {SERVER} {port}"}


def test_ssh_on_another_port(kind: str, lab: Lab, host: Machine, tmp_path: Path) -> None:
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    for address in (ADMIN, STRANGER):
        away.add_address(there, f"{address}/32")
    script = write(deploy(CATALOG, read_plan(PLAN, CATALOG)), kind, tmp_path / "first.sh")
    said = refuses(host, script, "apply", env=session(ADMIN, 2223))
    assert 'management = ["ssh:2223"]' in said
    assert f"from {STRANGER}" in refuses(host, script, "apply", env=session(STRANGER, 2222))
    host.run("sh", script, "apply", env=session(ADMIN, 2222))
    questions = [(ADMIN, SERVER, 2222), (ADMIN, SERVER, 22), (STRANGER, SERVER, 2222)]
    reached = ask(away, host, [22, 2222], questions)
    assert [answer is not None for answer in reached] == [True, False, False]


@pytest.mark.parametrize("kind", ["nftables", "ufw"], indirect=True)
def test_what_must_stay(kind: str, lab: Lab, host: Machine, tmp_path: Path) -> None:
    """An agent that calls out, and a tunnel that others call."""
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    for address in (ADMIN, AGENT, OTHER):
        away.add_address(there, f"{address}/32")
    agent = rule(
        "agent", ports=(443,), direction="out", sources=(f"{SERVER}/32",),
        destinations=(f"{AGENT}/32",),
    )  # fmt: skip
    tunnel = rule("tunnel", ports=(51820,), transport="udp", sources=("10.0.9.0/24",))
    filtered = msgspec.structs.replace(HOST, egress="filtered")
    without = deployment(SSH, firewalls={"server": filtered})
    poor = write(without, kind, tmp_path / "poor.sh")
    keeps = ["--keep", f"{AGENT}:443", "--keep", f"{SERVER}:51820/udp"]
    said = refuses(host, poor, "apply", *keeps)
    assert f"would not let this machine out to {AGENT} port 443/tcp (--keep)" in said
    assert f"would let nobody in to {SERVER} port 51820/udp (--keep)" in said
    assert f"let nobody in to {SERVER} port 51820" in refuses(host, poor, "check", *keeps)
    value = deployment(SSH, agent, tunnel, firewalls={"server": filtered})
    script = write(value, kind, tmp_path / "first.sh")
    assert f"out to {OTHER} port 443" in refuses(host, script, "apply", "--keep", f"{OTHER}:443")
    host.run("sh", script, "apply", *keeps)
    out = [Probe("tcp", SERVER, AGENT, 443), Probe("tcp", SERVER, OTHER, 443)]
    assert probe(host, [away], out) == [True, False]
    assert probe(away, [host], [Probe("udp", ADMIN, SERVER, 51820)]) == [True]


@pytest.mark.parametrize("kind", ["nftables"], indirect=True)
def test_callers_that_are_there_must_stay(
    kind: str, lab: Lab, host: Machine, tmp_path: Path
) -> None:
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    away.add_address(there, f"{CALLER}/32")
    script = write(deployment(SSH), kind, tmp_path / "first.sh")
    serve = (
        "import socket; s = socket.create_server(('', 22)); print('up', flush=True); c, _ ="
        " s.accept(); print('in', flush=True); input()"
    )
    server = host.popen("python3", "-c", serve)
    assert server.stdout
    server.stdout.readline()
    call = f"import socket; s = socket.create_connection(('{SERVER}', 22)); input()"
    client = away.popen("python3", "-c", call)
    try:
        assert server.stdout.readline() == "in\n"
        said = refuses(host, script, "apply", "--keep", f"{SERVER}:22")
        assert f"would no longer let {CALLER} in to {SERVER} port 22/tcp (--keep)" in said
    finally:
        for process in (client, server):
            process.kill()
            process.communicate()
    host.run("sh", script, "apply", "--keep", f"{SERVER}:22")


@pytest.mark.parametrize("kind", ["nftables"], indirect=True)
@pytest.mark.parametrize("word", ["127.0.0.1:631", "[::1]:631"])
def test_what_goes_over_the_loopback_stays(
    word: str, kind: str, host: Machine, tmp_path: Path
) -> None:
    script = write(deployment(SSH), kind, tmp_path / "first.sh")
    host.run("sh", script, "check", "--keep", word)


@pytest.mark.parametrize("kind", ["nftables"], indirect=True)
@pytest.mark.parametrize(
    "word", ["10.0.20.1", "10.0.20:443", "10.0.20.1:0", "10.0.20.1:70000", "fe80::1:22", "name:22",
             "10.0.20.1:22/sctp", "$(id):22", "", "a.b.c.d:443", "1..2.3:4",
             "[1:2:3:4:5:6:7:8:9]:5", "[fe80::12345]:22", "10.0.20.256:22"],
)  # fmt: skip
def test_what_is_no_address_and_port_is_refused(
    word: str, kind: str, host: Machine, tmp_path: Path
) -> None:
    script = write(deployment(SSH), kind, tmp_path / "first.sh")
    done = host.run("sh", script, "check", "--keep", word, check=False)
    assert done.returncode == 2
    assert "--keep takes an address and a port" in done.stderr
