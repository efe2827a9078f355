"""Discovery in one network, with real packets, on hosts that filter what leaves them too: multicast of
IPv6 that the kernel sends from the link, and broadcasts and searches with answers from the devices
themselves.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cases.case import plan_text
from tests.lab.machines import furnished
from tests.lab.netns import Lab, Probe, Space, join, probe
from tests.lab.test_lab_linux import script, settle
from tests.tools.worlds import world

GROUP, PORT = "ff02::fb", 5353
HOST, PRINTER = "2001:db8:1::5", "2001:db8:1::77"


def link_address(space: Space, device: str) -> str:
    """The address that the kernel gave the interface for its link."""
    line = space.run("ip", "-6", "-o", "address", "show", "dev", device, "scope", "link").stdout
    return line.split()[3].partition("/")[0]


@pytest.mark.parametrize("tool", ["nftables", "iptables-nft", "ufw"])
def test_printers_are_looked_for_from_the_link_both_ways(
    tool: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    bare, printer = lab.space("host"), lab.space("printer")
    at_host, at_printer = join(lab, bare, printer)
    bare.add_address(at_host, f"{HOST}/64")
    printer.add_address(at_printer, f"{PRINTER}/64")
    own, others = link_address(bare, at_host), link_address(printer, at_printer)
    assert own.startswith("fe80::")

    def heard(sender: Space, receiver: Space, source: str) -> tuple[bool, bool]:
        asked = [Probe("udp", source, GROUP, port) for port in (PORT, PORT + 1)]
        query, other = probe(sender, [receiver], asked, {GROUP})
        return query, other

    assert heard(printer, bare, others) == heard(bare, printer, own) == (True, True)
    with furnished(tool, bare, tmp_path / "machine") as host:
        settle(
            host, script(world(plan_text("ipv6-only-discovery")), "host", tool, tmp_path / "out")
        )
        assert heard(printer, host, others) == (True, False)
        assert heard(host, printer, own) == (True, False)
        # What answers in its own name is let in as before.
        assert heard(printer, host, PRINTER) == (True, False)


BROWSING = """
    format = 1
    [zones.lan]
    networks = ["192.168.1.0/24"]
    [roles.print-server]
    addresses = ["192.168.1.5"]
    [roles.printer]
    addresses = ["192.168.1.40"]
    [roles.dns-server]
    absent = true
    [firewalls.host]
    kind = "host"
    role = "print-server"
"""
# Who asks prints whose answer came, or what hindered it.
ASKER = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.settimeout(float(sys.argv[2]))
    try:
        sock.sendto(b"who", (sys.argv[1], 161))
        print(sock.recvfrom(99)[1])
    except OSError as error:
        print(type(error).__name__)
"""
DEVICE = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("0.0.0.0", 161))
    print("ready", flush=True)
    sock.sendto(b"me", sock.recvfrom(99)[1])
"""


def answered(host: Space, device: Space, called: str, patience: int) -> str:
    """Who answers a broadcast, as the host hears it."""
    process = device.popen(sys.executable, "-I", "-c", DEVICE)
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return host.run(sys.executable, "-I", "-c", ASKER, called, str(patience)).stdout.strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("tool", ["nftables", "iptables-nft", "ufw"])
def test_devices_answer_a_broadcast_from_their_own_addresses(
    tool: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    bare, printer = lab.space("host"), lab.space("printer")
    at_host, at_printer = join(lab, bare, printer)
    bare.add_address(at_host, "192.168.1.5/24")
    printer.add_address(at_printer, "192.168.1.40/24")
    # What systems ask from unless somebody has changed it.
    bare.run("sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=32768 60999")
    hears = "('192.168.1.40', 161)"
    with furnished(tool, bare, tmp_path / "machine") as host:
        assert answered(host, printer, "192.168.1.255", 30) == hears
        without = world(BROWSING, "[products.cups.features]\nprinters-ipps = {}")
        host.run("sh", script(without, "host", tool, tmp_path / "without"), "apply")
        assert answered(host, printer, "192.168.1.255", 1) == "TimeoutError"
        strict = world(
            BROWSING, "egress = 'filtered'", "[products.cups.features]\nsnmp-browsing = {}"
        )
        host.run("sh", script(strict, "host", tool, tmp_path / "strict"), "apply")
        for called in ("192.168.1.255", "255.255.255.255"):
            assert answered(host, printer, called, 30) == hears
        assert answered(host, printer, "192.168.3.255", 1) != hears


SEARCHING = """
    format = 1
    [products.printers.features]
    wsd = {}
    senders = { who = ["print-server"] }
    [zones.lan]
    networks = ["192.168.1.0/24", "2001:db8:1::/64"]
    [roles.print-server]
    addresses = ["192.168.1.5", "2001:db8:1::5"]
    [roles.printer]
    addresses = ["192.168.1.40", "2001:db8:1::77"]
    [roles.mfp]
    absent = true
    [firewalls.host]
    kind = "host"
    role = "print-server"
    egress = "filtered"
"""
# Arguments: group, port, the interface's name, patience.
SEARCHER = """
import socket, struct, sys
group, port, device, patience = sys.argv[1:]
index = socket.if_nametoindex(device)
family = socket.AF_INET6 if ":" in group else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as sock:
    sock.settimeout(float(patience))
    where = (group, int(port), 0, index) if family == socket.AF_INET6 else (group, int(port))
    if family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"", b"", index))
    try:
        sock.sendto(b"who", where)
        print(sock.recvfrom(99)[1][0].partition("%")[0])
    except OSError as error:
        print(type(error).__name__)
"""
SEARCHED = """
import socket, struct, sys
group, port, device = sys.argv[1:]
index = socket.if_nametoindex(device)
family = socket.AF_INET6 if ":" in group else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as sock:
    sock.bind(("", int(port)))
    if family == socket.AF_INET6:
        joined = socket.inet_pton(family, group) + struct.pack("I", index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, joined)
    else:
        joined = struct.pack("4s4si", socket.inet_aton(group), b"", index)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    print("ready", flush=True)
    sock.sendto(b"me", sock.recvfrom(99)[1])
"""


@pytest.mark.parametrize("tool", ["nftables", "iptables-nft", "ufw"])
def test_devices_answer_a_search_by_multicast_from_their_own_addresses(
    tool: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    bare, printer = lab.space("host"), lab.space("printer")
    at_host, at_printer = join(lab, bare, printer)
    for space, device, own in ((bare, at_host, "5"), (printer, at_printer, "40")):
        space.add_address(device, f"192.168.1.{own}/24")
    bare.add_address(at_host, f"{HOST}/64")
    printer.add_address(at_printer, f"{PRINTER}/64")
    others = link_address(printer, at_printer)
    bare.run("sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=32768 60999")

    def found(host: Space, group: str, patience: int, port: int = 3702) -> str:
        searched = (sys.executable, "-I", "-c", SEARCHED, group, str(port), at_printer)
        process = printer.popen(*searched)
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            asked = (group, str(port), at_host, str(patience))
            return host.run(sys.executable, "-I", "-c", SEARCHER, *asked).stdout.strip()
        finally:
            process.kill()
            process.communicate()

    hears = {"239.255.255.250": "192.168.1.40", "ff02::c": others}
    with furnished(tool, bare, tmp_path / "machine") as host:
        assert {group: found(host, group, 30) for group in hears} == hears
        other = SEARCHING.replace("wsd", "raw").replace('egress = "filtered"', "")
        host.run("sh", script(world(other), "host", tool, tmp_path / "without"), "apply")
        assert {found(host, group, 1) for group in hears} == {"TimeoutError"}
        host.run("sh", script(world(SEARCHING), "host", tool, tmp_path / "strict"), "apply")
        assert {group: found(host, group, 30) for group in hears} == hears
        # Only what is searched by this.
        assert not {found(host, group, 1, 1900) for group in hears} & set(hears.values())
