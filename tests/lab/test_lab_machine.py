"""What the scripts see of the machine that they land on, and what they refuse because of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.lab.machines import Machine, furnished
from tests.lab.netns import Lab, Probe, ask, join, probe
from tests.lab.test_lab_linux_script import SSH, WEB, refuses, write
from tests.tools.builders import HOST, deployment

SERVER, CLIENT, BANNED = "10.0.10.5", "10.0.20.7", "10.0.20.66"
_LISTEN = """
import socket, sys
for port in sys.argv[1:]:
    kind = socket.SOCK_DGRAM if port == "67" else socket.SOCK_STREAM
    s = socket.socket(type=kind); s.bind(("", int(port)))
    kind == socket.SOCK_STREAM and s.listen()
    globals()["s" + port] = s
print("up", flush=True)
input()
"""


@pytest.fixture
def first(kind: str, tmp_path: Path) -> str:
    return write(deployment(SSH, WEB), kind, tmp_path / "first.sh")


@contextmanager
def listening(host: Machine, *ports: str) -> Iterator[None]:
    process = host.popen(sys.executable, "-c", _LISTEN, *ports)
    try:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        yield
    finally:
        process.kill()
        process.communicate()


def at_address(host: Machine, address: str) -> None:
    host.run("ip", "link", "add", "pwlan", "type", "veth", "peer", "name", "pwend")
    host.run("ip", "link", "set", "pwlan", "up")
    host.add_address("pwlan", f"{address}/24")


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft"])
def test_says_what_stands_beside_and_refuses(kind: str, host: Machine, first: str) -> None:
    at_address(host, SERVER)
    host.run("ip", "link", "add", "virbr0", "type", "bridge")
    host.nft(
        "table inet firewalld { chain filter_INPUT { type filter hook input priority 10;"
        " tcp dport 22 accept; reject with icmpx admin-prohibited; }; };"
        " table inet f2b { chain input { type filter hook input priority -1; ip saddr 192.0.2.9 drop; }; };"
        " table ip docker { chain pre { type nat hook prerouting priority dstnat;"
        " tcp dport 8080 dnat to 172.17.0.2:80; }; }; "
    )
    with listening(host, "10050", "9191", "67"):
        before = host.everything()
        said = refuses(host, first, "check")
        refusal = refuses(host, first, "apply", "--confirm-within", "60", "--beside")
    for text in (said, refusal):
        assert "firewalld is at work here (table inet firewalld)" in text
        assert "The table inet f2b drops some packets, and goes on doing so." in text
        assert "(10050/tcp)" in text
        assert "(9191/tcp)" not in text
        assert 'guests = ["virbr0"]' in text
        assert "published to containers or guests (8080/tcp)" in text
    again = f"say so: sh {first} apply%s --beside --cut-guests --published\n"
    assert again % " --confirm-within 60" in refusal
    assert again % "" in said
    assert "would refuse without --beside" in said
    with listening(host, "67"):
        host.run("sh", first, "apply", "--beside", "--cut-guests", "--published")
        assert "in place already" in host.run("sh", first, "apply").stdout
        for words in (("check",), ("apply", "--dry-run")):
            said = host.run("sh", first, *words).stdout
            assert "published to containers or guests (8080/tcp)" in said
            assert "would refuse" not in said
    host.run("sh", first, "remove")
    assert host.everything() == before


@pytest.mark.parametrize("kind", ["nftables"])
def test_rules_for_another_machine(kind: str, host: Machine, first: str) -> None:
    at_address(host, "192.0.2.5")
    refusal = refuses(host, first, "apply", "--keep", "[2001:db8::7]:443")
    assert "none of the addresses of these rules (10.0.10.5/32)" in refusal
    # A shell takes brackets that nobody quotes for a pattern of names.
    assert f"say so: sh {first} apply --keep '[2001:db8::7]:443' --elsewhere\n" in refusal
    host.run("sh", first, "apply", "--elsewhere")


@pytest.mark.parametrize("kind", ["nftables"])
def test_own_earlier_formats(kind: str, host: Machine, first: str, tmp_path: Path) -> None:
    iptables = write(deployment(SSH), "iptables-nft", tmp_path / "earlier.sh")
    host.run("sh", iptables, "apply")
    assert "Rules of another iptables.sh are in place (table ip filter)" in refuses(
        host, first, "apply"
    )
    host.run("sh", iptables, "remove")
    host.run("sh", first, "apply")
    assert "Rules of another nftables.sh are in place" in refuses(host, iptables, "apply")


@pytest.mark.parametrize("kind", ["iptables-nft"])
def test_bans_of_iptables_keep_their_effect(kind: str, lab: Lab, host: Machine, first: str) -> None:
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    for address in (CLIENT, BANNED):
        away.add_address(there, f"{address}/32")
    ban = ("f2b-sshd", "-s", BANNED, "-j", "REJECT")
    host.run("iptables", "-N", "f2b-sshd")
    host.run("iptables", "-A", *ban)
    host.run("iptables", "-A", "f2b-sshd", "-j", "RETURN")
    host.run("iptables", "-A", "INPUT", "-p", "tcp", "-j", "f2b-sshd")
    before = host.everything()
    assert (
        "keep their effect (IPv4): f2b-sshd -s 10.0.20.66/32"
        in host.run("sh", first, "check").stdout
    )
    host.run("sh", first, "apply")
    questions = [(address, SERVER, 9191) for address in (CLIENT, BANNED)]
    assert [answer is not None for answer in ask(away, host, [9191], questions)] == [True, False]
    host.run("sh", first, "remove")
    assert host.everything() == before
    host.run("iptables", "-I", "INPUT", "-p", "tcp", "--dport", "7", "-j", "ACCEPT")
    assert "so what they deny would come in" in refuses(host, first, "apply")
    host.run("sh", first, "apply", "--overtake")
    assert host.run("iptables", "-S", "INPUT", "1").stdout.strip() == "-A INPUT -j pw_server_in"


@pytest.mark.parametrize("kind", ["iptables-nft", "iptables-legacy"])
def test_the_jump_goes_behind_bans_and_before_what_denies_everything(
    kind: str, lab: Lab, host: Machine, first: str
) -> None:
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, f"{SERVER}/32")
    for address in (CLIENT, BANNED):
        away.add_address(there, f"{address}/32")
    host.run("iptables", "-N", "shut")
    host.run("iptables", "-A", "shut", "-j", "LOG")
    host.run("iptables", "-A", "shut", "-j", "DROP")
    host.run("iptables", "-A", "INPUT", "-s", BANNED, "-j", "shut")
    questions = [(address, SERVER, 9191) for address in (CLIENT, BANNED)]
    for last in ("REJECT --reject-with icmp-host-prohibited", "shut"):
        host.run("iptables", "-A", "INPUT", "-j", *last.split())
        said = host.run("sh", first, "check").stdout
        assert "keep their effect (IPv4): INPUT -s 10.0.20.66/32 -j shut\n" in said
        host.run("sh", first, "apply")
        answers = ask(away, host, [9191], questions)
        assert [answer is not None for answer in answers] == [True, False]
        host.run("sh", first, "remove")
        assert ask(away, host, [9191], questions) == [None, None]
        host.run("iptables", "-D", "INPUT", "-j", *last.split())


@pytest.mark.parametrize("kind", ["ufw"])
def test_rules_of_ufw_that_sleep(kind: str, host: Machine, first: str) -> None:
    host.run("ufw", "deny", "22/tcp")
    said = refuses(host, first, "apply")
    assert "ufw is off, and these rules in it would begin to work" in said
    assert "ufw deny 22/tcp" in said
    assert "apply --wake" in said
    host.run("sh", first, "apply", "--wake")
    assert "come before the plan's: ufw deny 22/tcp" in host.run("sh", first, "check").stdout


@pytest.mark.parametrize("kind", ["firewalld"])
def test_denies_of_zones(kind: str, host: Machine, first: str) -> None:
    rich = f"rule family=ipv4 source address={BANNED} reject"
    host.run("firewall-cmd", "--permanent", "--zone=public", f"--add-rich-rule={rich}")
    host.run("firewall-cmd", "--permanent", "--zone=drop", "--add-source=10.0.20.71")
    host.run("firewall-cmd", "--reload")
    said = refuses(host, first, "apply")
    assert f'source address="{BANNED}" reject' in said
    assert "zone drop (target DROP, sources: 10.0.20.71)" in said
    assert "apply --overtake" in said
    host.run("sh", first, "apply", "--overtake")


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft", "ufw", "firewalld"])
def test_guests_keep_addresses_names_and_their_way_out(
    kind: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """A bridge with a guest behind it, as libvirt, LXD and Docker make them; egress is filtered."""
    space, guest, lan = (lab.space(name, name == "host") for name in ("host", "guest", "lan"))
    bridged, inside = lab.link(space, guest)
    outside, far = lab.link(space, lan)
    space.run("ip", "link", "add", "virbr0", "type", "bridge")
    space.run("ip", "link", "set", bridged, "master", "virbr0")
    space.run("ip", "link", "set", "virbr0", "up")
    space.add_address("virbr0", "192.168.122.1/24")
    space.add_address(outside, f"{SERVER}/24")
    guest.add_address(inside, "192.168.122.7/24")
    guest.run("ip", "route", "add", "default", "via", "192.168.122.1")
    lan.add_address(far, "10.0.10.77/24")
    lan.run("ip", "route", "add", "192.168.122.0/24", "via", SERVER)
    firewall = msgspec.structs.replace(HOST, guests=("virbr0",), egress="filtered")
    path = write(deployment(SSH, firewalls={"server": firewall}), kind, tmp_path / "guests.sh")
    to_host = [Probe(*ends) for ends in (
        ("udp", "192.168.122.7", "192.168.122.1", 67),
        ("udp", "192.168.122.7", "192.168.122.1", 53),
        ("tcp", "192.168.122.7", "192.168.122.1", 53),
        ("tcp", "192.168.122.7", "192.168.122.1", 9191),
    )]  # fmt: skip
    to_lan = [Probe("tcp", "192.168.122.7", "10.0.10.77", 443)]
    told = [Probe("udp", "192.168.122.1", "192.168.122.7", 68)]
    with furnished(kind, space, tmp_path / "machine") as host:
        if kind == "firewalld":
            host.run("firewall-cmd", "--permanent", "--new-zone=guests")
            host.run("firewall-cmd", "--permanent", "--zone=guests", "--set-target=ACCEPT")
            host.run("firewall-cmd", "--permanent", "--zone=guests", "--add-interface=virbr0")
            host.run("firewall-cmd", "--reload")
        before = host.everything()
        assert "virbr0" not in host.run("sh", path, "check").stdout
        host.run("sh", path, "apply")
        assert probe(guest, [space], to_host) == [True, True, True, False]
        assert probe(space, [guest], told) == [True]
        assert probe(guest, [lan], to_lan) == [True]
        host.run("sh", path, "remove")
        assert host.everything() == before


@pytest.mark.parametrize("kind", ["firewalld"])
def test_a_reload_must_not_move_interfaces_nor_keep_bans(
    kind: str, host: Machine, first: str
) -> None:
    at_address(host, SERVER)
    host.run("firewall-cmd", "--zone=trusted", "--change-interface=pwlan")
    said = refuses(host, first, "apply")
    assert "firewall-cmd --permanent --zone=trusted --add-interface=pwlan" in said
    host.run("firewall-cmd", "--permanent", "--zone=trusted", "--add-interface=pwlan")
    rich = f"rule family=ipv4 source address={BANNED} reject"
    host.run("firewall-cmd", f"--add-rich-rule={rich}")
    said = refuses(host, first, "apply")
    assert f'source address="{BANNED}" reject' in said
    assert "Never make bans permanent" in said
    host.run("firewall-cmd", f"--remove-rich-rule={rich}")
    host.run("iptables", "-N", "f2b-sshd")
    host.run("iptables", "-A", "f2b-sshd", "-j", "RETURN")
    assert "takes rules out of iptables (f2b-sshd)" in host.run("sh", first, "check").stdout
    host.run("sh", first, "apply")
    assert "pwlan" in host.run("firewall-cmd", "--zone=trusted", "--list-interfaces").stdout


@pytest.mark.parametrize("kind", ["nftables", "iptables-nft", "firewalld"])
def test_leases_of_ipv6_from_any_port_and_address(
    kind: str, lab: Lab, host: Machine, first: str
) -> None:
    """RFC 8415 says where a server sends its answer, not from where."""
    away = lab.space("away")
    here, there = join(lab, host, away)
    host.add_address(here, "fe80::5/64")
    away.add_address(there, "2001:db8::9/64")
    away.run("ip", "-6", "route", "add", "fe80::5/128", "dev", there)
    host.run("ip", "-6", "route", "replace", "default", "dev", here)
    receive = (
        "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::', 546));"
        " print('up', flush=True); print(s.recvfrom(9)[1][:2], flush=True)"
    )
    send = (
        "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM);"
        " s.bind(('2001:db8::9', 12345));"
        f" s.sendto(b'reply', ('fe80::5', 546, 0, socket.if_nametoindex('{there}')))"
    )
    host.run("sh", first, "apply")
    client = host.popen(sys.executable, "-c", receive)
    try:
        assert client.stdout
        assert client.stdout.readline() == "up\n"
        away.run(sys.executable, "-c", send)
        assert client.communicate(timeout=60)[0] == "('2001:db8::9', 12345)\n"
    finally:
        client.kill()
        client.communicate()
