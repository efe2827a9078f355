"""A reflector between two networks, with real multicast DNS: what it says again reaches a host whose
firewall knows it, and no other.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.lab.machines import furnished
from tests.lab.netns import Lab, Space
from tests.lab.test_lab_linux import script, settle
from tests.tools.programs import missing
from tests.tools.worlds import world
from tests.wizard.rules.test_reflected import PLAN, REFLECTING

SERVER, CLIENT = "10.0.10.5", "10.0.20.7"
# Arguments: own address, the name that is waited for, patience. Prints who said it.
HEAR = """
import socket, sys, time
own, name, patience = sys.argv[1:]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("224.0.0.251", 5353))
    joined = socket.inet_aton("224.0.0.251") + socket.inet_aton(own)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    print("ready", flush=True)
    end = time.monotonic() + float(patience)
    while time.monotonic() < end:
        sock.settimeout(max(0.01, end - time.monotonic()))
        try:
            said, (sender, _) = sock.recvfrom(9000)
        except TimeoutError:
            continue
        if name.encode() in said:
            print(sender)
            break
    else:
        print("nobody")
"""
# Arguments: own address, a name, whether it is a question or an answer.
SAY = """
import socket, struct, sys
own, name, kind = sys.argv[1:]
labels = [name, "_ipp", "_tcp", "local"]
host = b"".join(bytes([len(part)]) + part.encode() for part in labels) + b"\\0"
question = struct.pack("!HHHHHH", 0, 0, 1, 0, 0, 0) + host + struct.pack("!HH", 12, 1)
answer = struct.pack("!HHHHHH", 0, 0x8400, 0, 1, 0, 0) + host
answer += struct.pack("!HHIH", 12, 1, 120, len(host)) + host
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((own, 5353))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    sock.sendto(question if kind == "question" else answer, ("224.0.0.251", 5353))
"""
CONFIG = """
[server]
use-ipv4=yes
use-ipv6=no
enable-dbus=no
allow-interfaces={}
[publish]
disable-publishing=yes
[reflector]
enable-reflector=yes
"""
_numbers = count()


@contextmanager
def reflecting(space: Space, devices: list[str], folder: Path) -> Iterator[None]:
    """Avahi, saying in each network what it hears in the other."""
    program = shutil.which("avahi-daemon", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        missing("avahi-daemon is missing")
    config = folder / "avahi.conf"
    config.write_text(CONFIG.format(",".join(devices)))
    # Its file of who runs is one for the whole machine: it gets a /run of its own.
    start = 'mount -t tmpfs run /run && exec "$@"'
    daemon = (program, "--no-drop-root", "--no-chroot", "--no-rlimits", "--file", str(config))
    process = space.popen("unshare", "-m", "sh", "-c", start, "sh", *daemon)
    try:
        assert process.stderr
        for line in process.stderr:
            if "startup complete" in line.lower():
                break
        yield
    finally:
        process.terminate()
        process.communicate()


def heard(listener: Space, at: str, sender: Space, own: str, kind: str, patience: int) -> str:
    """By whom a listener hears what a sender says to everybody on its own link."""
    name = f"pw{next(_numbers)}"
    process = listener.popen(sys.executable, "-I", "-c", HEAR, at, name, str(patience))
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        sender.run(sys.executable, "-I", "-c", SAY, own, name, kind)
        return process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("tool", ["nftables", "iptables-nft"])
def test_a_host_hears_what_the_reflector_says_again(
    tool: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    server, client, between = lab.space("host"), lab.space("client"), lab.space("reflector")
    devices: list[str] = []
    for own, machine in ((SERVER, server), (CLIENT, client)):
        here, there = lab.link(machine, between)
        machine.add_address(here, f"{own}/24")
        between.add_address(there, f"{own.rpartition('.')[0]}.1/24")
        devices.append(there)

    def both_ways(patience: int) -> tuple[str, str]:
        """Who asks the server in the client's place, and who answers the client in the server's."""
        asked = heard(server, SERVER, client, CLIENT, "question", patience)
        return asked, heard(client, CLIENT, server, SERVER, "answer", 30)

    with (
        reflecting(between, devices, tmp_path),
        furnished(tool, server, tmp_path / "machine") as host,
    ):
        assert both_ways(30) == ("10.0.10.1", "10.0.20.1")
        host.run("sh", script(world(PLAN), "server", tool, tmp_path / "without"), "apply")
        assert heard(server, SERVER, client, CLIENT, "question", 3) == "nobody"
        settle(host, script(world(REFLECTING), "server", tool, tmp_path / "with"))
        assert both_ways(30) == ("10.0.10.1", "10.0.20.1")
