"""Address translation with real packets in both directions: what routers on the way make of addresses
is the test's own, what lets packets through is what the plan's scripts hold.
"""

from __future__ import annotations

from pathlib import Path

from tests.lab.netns import Lab, Probe, Space, probe
from tests.lab.test_lab_nftables import compare, held, script, settle
from tests.tools.worlds import world

# Two sites with equal networks behind routers of their own; a server for both, which feeds a printer
# of the first.
EQUAL = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    printers-appsocket = {}
    [zones.head]
    networks = ["10.1.0.0/24"]
    [zones.backbone]
    networks = ["10.2.0.0/16"]
    [zones.site-a]
    networks = ["192.168.1.0/24"]
    seen_as = ["10.101.1.0/24"]
    [zones.site-b]
    networks = ["192.168.1.0/24"]
    seen_as = ["10.101.2.0/24"]
    [roles.print-server]
    addresses = ["10.1.0.5"]
    [roles.user-computer]
    zones = ["site-a", "site-b"]
    [roles.printer]
    zones = ["site-a"]
    addresses = ["192.168.1.9"]
    [roles.dns-server]
    addresses = ["10.1.0.2"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    egress = "filtered"
    [firewalls.core]
    kind = "boundary"
    zones = ["head", "backbone"]
    default = "deny"
    [firewalls.router-a]
    kind = "boundary"
    zones = ["backbone", "site-a"]
    default = "deny"
    [firewalls.router-b]
    kind = "boundary"
    zones = ["backbone", "site-b"]
    default = "deny"
"""
SERVER = "10.1.0.5"


def cable(lab: Lab, left: tuple[Space, str], right: tuple[Space, str]) -> tuple[str, str]:
    """A link with an address (CIDR) at each end; returns the device names."""
    ends = lab.link(left[0], right[0])
    for (space, cidr), device in zip((left, right), ends, strict=True):
        space.add_address(device, cidr)
    return ends


def one_to_one(router: Space, outside: str, own: str, seen: str) -> None:
    """1:1 translation as an administrator sets it up."""
    router.nft(f"""table ip own_translation {{
        chain pre {{
            type nat hook prerouting priority dstnat
            iifname {outside} dnat ip prefix to ip daddr map {{ {seen} : {own} }}
        }}
        chain post {{
            type nat hook postrouting priority srcnat
            oifname {outside} snat ip prefix to ip saddr map {{ {own} : {seen} }}
        }}
    }}""")


def test_two_sites_with_equal_networks(
    lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    """Both computers have one address; each firewall is given the one that it sees."""
    deployment = world(EQUAL)
    server, core = lab.space("server"), lab.space("core", forwarding=True)
    cable(lab, (server, f"{SERVER}/24"), (core, "10.1.0.1/24"))
    server.ip("route add default via 10.1.0.1")
    routers: dict[str, Space] = {"core": core, "server": server}
    sites: dict[str, Space] = {}
    for number, site in enumerate(("a", "b"), 1):
        router = routers[f"router-{site}"] = lab.space(f"router-{site}", forwarding=True)
        machine = sites[site] = lab.space(f"site-{site}")
        outside, _ = cable(lab, (router, f"10.2.{number}.2/30"), (core, f"10.2.{number}.1/30"))
        cable(lab, (router, "192.168.1.1/24"), (machine, "192.168.1.7/24"))
        machine.ip("route add default via 192.168.1.1")
        router.ip(f"route add default via 10.2.{number}.1")
        core.ip(f"route add 10.101.{number}.0/24 via 10.2.{number}.2")
        one_to_one(router, outside, "192.168.1.0/24", f"10.101.{number}.0/24")
        machine.run("ip", "address", "add", "192.168.1.9/32", "dev", "lo")
    wanted = {
        "a": {Probe("tcp", "192.168.1.7", SERVER, 631): True,
              Probe("tcp", "192.168.1.7", SERVER, 632): False},
        "b": {Probe("tcp", "192.168.1.7", SERVER, 631): True,
              Probe("tcp", "192.168.1.7", SERVER, 632): False},
    }  # fmt: skip
    outward = {
        Probe("tcp", SERVER, "10.101.1.9", 9100): True,
        Probe("tcp", SERVER, "10.101.1.9", 9199): False,
        # The printer of the other site, at the same address there.
        Probe("tcp", SERVER, "10.101.2.9", 9100): False,
        # As nobody outside of the site knows it.
        Probe("tcp", SERVER, "192.168.1.9", 9100): False,
    }

    def tried() -> list[bool]:
        answers = [*probe(server, [*sites.values()], [*outward])]
        for site, probes in wanted.items():
            answers += probe(sites[site], [server], [*probes])
        return answers

    every = [*outward.items(), *wanted["a"].items(), *wanted["b"].items()]
    # Without firewalls all but the last arrives: the core has no route to an own address of a site.
    free = tried()
    assert [entry for (entry, _), came in zip(every, free, strict=True) if not came] == [
        Probe("tcp", SERVER, "192.168.1.9", 9100)
    ]
    for name, space in routers.items():
        settle(space, script(deployment, name, tmp_path / f"out-{name}"))
    answers = iter(tried())
    for part in (outward, wanted["a"], wanted["b"]):
        compare(part, [next(answers) for _ in part], count_probes)
    held(core, deployment, "core", {"forward": "forward"})
    held(routers["router-a"], deployment, "router-a", {"forward": "forward"})
