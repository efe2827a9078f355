"""Container engines as they look from outside: the rules that Docker and Podman write for published
ports, and a bridge with a container behind it. Written after the rules that they are known to make.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.lab.machines import Machine
from tests.lab.netns import Lab, Space


class Bridge(NamedTuple):
    """One engine's network on the host, in one family."""

    device: str
    network: str
    gateway: str
    container: str


DOCKER = {
    4: Bridge("docker0", "172.17.0.0/16", "172.17.0.1", "172.17.0.2"),
    6: Bridge("docker0", "fd00:17::/64", "fd00:17::1", "fd00:17::2"),
}
PODMAN = {
    4: Bridge("podman0", "10.88.0.0/16", "10.88.0.1", "10.88.0.2"),
    6: Bridge("podman0", "fd00:88::/64", "fd00:88::1", "fd00:88::2"),
}
BRIDGES = {"docker": DOCKER, "podman": PODMAN}


def bridged(lab: Lab, host: Space, engine: str) -> Space:
    """A container behind the engine's bridge on the host."""
    container = lab.space("container")
    outer, inner = lab.link(host, container)
    device = BRIDGES[engine][4].device
    host.run("ip", "link", "add", device, "type", "bridge")
    host.run("ip", "link", "set", outer, "master", device)
    host.run("ip", "link", "set", device, "up")
    for family, bridge in BRIDGES[engine].items():
        length = bridge.network.partition("/")[2]
        host.add_address(device, f"{bridge.gateway}/{length}")
        container.add_address(inner, f"{bridge.container}/{length}")
        route = ("ip", f"-{family}", "route", "add", "default", "via", bridge.gateway)
        container.run(*route)
    return container


def start_docker(host: Machine, published: dict[int, int]) -> None:
    """What dockerd does with iptables as it starts, and for each port: the users' chain is made
    where it is missing, and is asked before all else.
    """
    for family, bridge in DOCKER.items():
        program = "iptables" if family == 4 else "ip6tables"

        def ipt(line: str, program: str = program, bridge: Bridge = bridge) -> None:
            host.run(program, *line.format(**bridge._asdict()).split())

        host.run(program, "-N", "DOCKER-USER", check=False)
        if host.run(program, "-C", "DOCKER-USER", "-j", "RETURN", check=False).returncode:
            ipt("-A DOCKER-USER -j RETURN")
        ipt("-N DOCKER")
        ipt("-N DOCKER-ISOLATION-STAGE-1")
        ipt("-A DOCKER-ISOLATION-STAGE-1 -j RETURN")
        ipt("-P FORWARD DROP")
        ipt("-I FORWARD -i {device} -o {device} -j ACCEPT")
        ipt("-I FORWARD -i {device} ! -o {device} -j ACCEPT")
        ipt("-I FORWARD -o {device} -j DOCKER")
        ipt("-I FORWARD -o {device} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        ipt("-I FORWARD -j DOCKER-ISOLATION-STAGE-1")
        ipt("-I FORWARD -j DOCKER-USER")
        ipt("-t nat -N DOCKER")
        ipt("-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER")
        ipt("-t nat -A POSTROUTING -s {network} ! -o {device} -j MASQUERADE")
        ipt("-t nat -A DOCKER -i {device} -j RETURN")
        for outside, inside in published.items():
            target = f"{bridge.container}:{inside}"
            if family == 6:
                target = f"[{bridge.container}]:{inside}"
            ipt(
                f"-t nat -A DOCKER ! -i {{device}} -p tcp -m tcp --dport {outside}"
                f" -j DNAT --to-destination {target}"
            )
            ipt(
                f"-A DOCKER -d {{container}} ! -i {{device}} -o {{device}} -p tcp -m tcp"
                f" --dport {inside} -j ACCEPT"
            )


def start_podman(host: Machine, published: dict[int, int]) -> None:
    """The table that netavark writes with its nftables driver."""
    inner, asked = [], []
    for outside, inside in published.items():
        asked.append(f"tcp dport {outside} jump nv_2f259bab_dnat")
        inner.append(f"ip saddr 10.88.0.0/16 tcp dport {outside} jump NETAVARK-HOSTPORT-SETMARK")
        inner.append(f"tcp dport {outside} dnat ip to {PODMAN[4].container}:{inside}")
        inner.append(f"tcp dport {outside} dnat ip6 to [{PODMAN[6].container}]:{inside}")
    lines = "; ".join
    host.nft(
        f"""
        table inet netavark {{
            chain NETAVARK-HOSTPORT-SETMARK {{ meta mark set meta mark or 0x2000; }}
            chain nv_2f259bab_dnat {{ {lines(inner)}; }}
            chain NETAVARK-HOSTPORT-DNAT {{ {lines(asked)}; }}
            chain PREROUTING {{
                type nat hook prerouting priority dstnat; policy accept;
                fib daddr type local jump NETAVARK-HOSTPORT-DNAT
            }}
            chain OUTPUT {{
                type nat hook output priority -100; policy accept;
                fib daddr type local jump NETAVARK-HOSTPORT-DNAT
            }}
            chain POSTROUTING {{
                type nat hook postrouting priority srcnat; policy accept;
                meta mark & 0x2000 == 0x2000 masquerade
                ip saddr 10.88.0.0/16 ip daddr != 10.88.0.0/16 masquerade
                ip6 saddr fd00:88::/64 ip6 daddr != fd00:88::/64 masquerade
            }}
            chain FORWARD {{
                type filter hook forward priority filter; policy accept;
                ct state invalid drop
                ip daddr 10.88.0.0/16 ct state established,related accept
                ip saddr 10.88.0.0/16 accept
                ip6 daddr fd00:88::/64 ct state established,related accept
                ip6 saddr fd00:88::/64 accept
            }}
        }}
        """
    )


def start(host: Machine, engine: str, published: dict[int, int]) -> None:
    """The engine publishes these ports of the host: outside, and where the container listens."""
    (start_docker if engine == "docker" else start_podman)(host, published)
