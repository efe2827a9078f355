"""Networks made of namespaces, for real firewalls and real packets; gone when the `with` ends.

`Lab` makes namespaces with names of their own and joins them by veth pairs. Nothing leaves them.
"""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

_PROBER = Path(__file__).with_name("prober.py")

_SETTINGS = {
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.default.rp_filter": "0",
    "net.ipv6.conf.all.accept_dad": "0",
    "net.ipv6.conf.default.accept_dad": "0",
    "net.ipv4.igmp_max_memberships": "1000",
    # Far from every port that a product listens on: no answer is taken for a new connection.
    "net.ipv4.ip_local_port_range": "61000 65000",
    "net.ipv4.icmp_ratelimit": "0",
    "net.ipv6.icmp.ratelimit": "0",
    "net.ipv4.neigh.default.gc_thresh3": "8192",
}


class Probe(NamedTuple):
    """One connection that is tried."""

    transport: str
    source: str
    destination: str
    port: int


class Space:
    """One network namespace: a machine."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(
        self, *command: str, check: bool = True, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """A command inside; its output is text."""
        return run("ip", "netns", "exec", self.name, *command, check=check, **more)

    def add_address(self, device: str, cidr: str) -> None:
        """An address of this machine."""
        extra = ("nodad",) if ":" in cidr else ()
        self.run("ip", "address", "replace", cidr, "dev", device, *extra)

    def ip(self, *lines: str) -> None:
        """Many `ip` commands at once, without the word `ip`."""
        for six in ("-4", "-6"):
            mine = [line for line in lines if (":" in line.split(" dev ")[0]) == (six == "-6")]
            self.run("ip", six, "-batch", "-", input="\n".join(mine) + "\n")

    def popen(self, *command: str, **more: Any) -> subprocess.Popen[str]:
        """A process inside that runs beside the test."""
        full = ["ip", "netns", "exec", self.name, *command]
        return subprocess.Popen(
            full,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        )

    def nft(self, text: str) -> None:
        """Loads nftables text that is the test's own."""
        self.run("nft", "-f", "-", input=text)

    def ruleset(self) -> str:
        """All that nftables holds here."""
        return self.run("nft", "-s", "list", "ruleset").stdout


class Lab:
    """A set of namespaces; leaving the `with` removes them all, whatever happened."""

    def __init__(self) -> None:
        self.spaces: list[Space] = []
        self.links = 0
        self.tag = secrets.token_hex(3)

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for space in self.spaces:
            run("ip", "netns", "delete", space.name, check=False)

    def space(self, name: str, forwarding: bool = False) -> Space:
        """A new machine, with loopback up."""
        space = Space(f"pw{self.tag}-{name}")
        run("ip", "netns", "add", space.name)
        self.spaces.append(space)
        settings = _SETTINGS | (
            {"net.ipv4.ip_forward": "1", "net.ipv6.conf.all.forwarding": "1"} if forwarding else {}
        )
        lines = "\n".join(f"{key} = {value}" for key, value in settings.items())
        space.run("sysctl", "-q", "-e", "-p", "-", input=lines)
        space.run("ip", "link", "set", "lo", "up")
        return space

    def link(self, left: Space, right: Space) -> tuple[str, str]:
        """A cable between two machines; returns the device names at both ends."""
        self.links += 1
        ends = (f"pw{self.tag}l{self.links}", f"pw{self.tag}r{self.links}")
        run(
            *("ip", "link", "add", ends[0], "netns", left.name, "type", "veth"),
            *("peer", "name", ends[1], "netns", right.name),
        )
        for space, device in ((left, ends[0]), (right, ends[1])):
            space.run("ip", "link", "set", device, "up")
        return ends


def join(lab: Lab, left: Space, right: Space) -> tuple[str, str]:
    """Links two machines that reach each other's every address directly."""
    ends = lab.link(left, right)
    for space, device in ((left, ends[0]), (right, ends[1])):
        space.run("ip", "route", "replace", "default", "dev", device)
        space.run("ip", "-6", "route", "replace", "default", "dev", device)
    return ends


def probe(
    sender: Space, receivers: Sequence[Space], probes: Sequence[Probe], groups: Iterable[str] = ()
) -> list[bool]:
    """Tries all connections from one machine; True where it got through to one of the receivers."""
    wanted = {
        "udp": sorted({entry.port for entry in probes if entry.transport == "udp"}),
        "tcp": [],
        "groups": sorted(groups),
    }
    listening = [_start_receiver(space, wanted) for space in receivers]
    try:
        sent = sender.run(sys.executable, "-I", str(_PROBER), "send", input=json.dumps(probes))
        answers: list[bool] = json.loads(sent.stdout)
        for process in listening:
            out, err = process.communicate("stop\n", timeout=300)
            assert process.returncode == 0, err
            for number in json.loads(out)["udp"]:
                answers[number] = True
    finally:
        for process in listening:
            process.kill()
            process.wait()
    return answers


def ask(
    sender: Space, receiver: Space, listen: Sequence[int], questions: Sequence[tuple[str, str, int]]
) -> list[str | None]:
    """For each (source, destination, port) what the TCP listener that it reached calls itself."""
    process = _start_receiver(receiver, {"udp": [], "tcp": list(listen), "groups": []})
    try:
        done = sender.run(sys.executable, "-I", str(_PROBER), "ask", input=json.dumps(questions))
        answers: list[str | None] = json.loads(done.stdout)
        return answers
    finally:
        process.kill()
        process.communicate()


def _start_receiver(space: Space, wanted: dict[str, Any]) -> subprocess.Popen[str]:
    process = space.popen(sys.executable, "-I", str(_PROBER), "receive")
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(wanted) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if line != "ready\n":
        _, errors = process.communicate()
        raise AssertionError(f"the receiver did not start: {errors}")
    return process


def run(*command: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command whose failure says what it printed."""
    done = subprocess.run(command, text=True, capture_output=True, check=False, timeout=600, **more)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done


def usable() -> str:
    """Why the lab cannot run here; empty where it can."""
    if os.geteuid() != 0:
        return "needs root"
    name = f"pw{secrets.token_hex(3)}-try"
    try:
        run("ip", "netns", "add", name)
        run("ip", "netns", "exec", name, "nft", "list", "ruleset")
    except (AssertionError, OSError) as error:
        return f"no network namespaces or no nft: {error}"
    finally:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    return ""


def host_of(cidr: str, where: str = "first") -> str:
    """The first, the last or a middle address of a network that a machine can have."""
    net = ipaddress.ip_network(cidr)
    low, high = int(net.network_address), int(net.broadcast_address)
    if net.num_addresses > 2:
        low, high = low + 1, high - 1
    return str(
        type(net.network_address)({"first": low, "last": high, "middle": (low + high) // 2}[where])
    )
