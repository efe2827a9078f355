"""Address translation with real packets in both directions: what routers on the way make of addresses
is the test's own, what lets packets through is what the plan's scripts hold.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from exporters.export import export
from tests.lab.netns import Lab, Probe, Space, ask, probe
from tests.lab.test_lab_nftables import compare, held, script, settle
from tests.tools.worlds import EQUAL_SITES, WEB_AND_MAIL, world
from tests.wizard.rules.test_hairpin import OFFICE
from wizard.deployment import Deployment

# The sites with equal networks, every router a firewall, and a name server at the head office.
EQUAL = (
    EQUAL_SITES.replace('kind = "boundary"', 'kind = "boundary"\n    default = "deny"')
    + """
    [roles.dns-server]
    addresses = ["10.1.0.2"]
"""
)
SERVER = "10.1.0.5"
# Source NAT is set up by the test, or written by the plan's scripts.
SET_UP = "set-up"


def cable(lab: Lab, left: tuple[Space, str], right: tuple[Space, str]) -> tuple[str, str]:
    """A link with an address (CIDR) at each end; returns the device names."""
    ends = lab.link(left[0], right[0])
    for (space, cidr), device in zip((left, right), ends, strict=True):
        space.add_address(device, cidr)
    return ends


def written(text: str) -> str:
    """The same plan, its scripts doing source NAT themselves."""
    return text.replace('kind = "boundary"', 'kind = "boundary"\n    snat = "write"')


def put(space: Space, form: str, deployment: Deployment, firewall: str, folder: Path) -> None:
    """A firewall's script, applied."""
    if form != "iptables":
        settle(space, script(deployment, firewall, folder))
        return
    report = export(deployment, folder, ["iptables"])
    assert not [entry for entry in report.refused if entry.firewall == firewall], report.refused
    path = str(folder / "firewalls" / firewall / "iptables.sh")
    space.run("sh", path, "apply")
    assert "in place already" in space.run("sh", path, "apply").stdout


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


@pytest.mark.parametrize("form", [SET_UP, "nftables", "iptables"])
def test_two_sites_with_equal_networks(
    form: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    """Both computers have one address; each firewall is given the one that it sees."""
    deployment = world(EQUAL if form == SET_UP else written(EQUAL))
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
        if form == SET_UP:
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
    if form == SET_UP:
        # Without firewalls all but one arrives: the core has no route to an own address of a site.
        free = tried()
        assert [entry for (entry, _), came in zip(every, free, strict=True) if not came] == [
            Probe("tcp", SERVER, "192.168.1.9", 9100)
        ]
    for name, space in routers.items():
        put(space, form, deployment, name, tmp_path / f"out-{name}")
    answers = iter(tried())
    for part in (outward, wanted["a"], wanted["b"]):
        compare(part, [next(answers) for _ in part], count_probes)
    if form != "iptables":
        held(core, deployment, "core", {"forward": "forward"})
        held(routers["router-a"], deployment, "router-a", {"forward": "forward"})


# An office router behind a provider's box, both with NAT; the box has two public addresses. The web
# interface is published on other ports on both, a portal on the second address.
TWICE = f"""{WEB_AND_MAIL}    [own.connections.portal]
    from = "mobile-device"
    to = "print-server"
    transport = "tcp"
    ports = ["8080"]
    service = "Portal"
    reason = "Guests print"
    encrypted = true
    public = true
    [zones.lan]
    networks = ["10.0.10.0/24"]
    [zones.transfer]
    networks = ["192.168.178.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.6"]
    [roles.user-computer]
    zones = ["lan", "internet"]
    [roles.mobile-device]
    zones = ["internet"]
    [roles.mail-relay]
    addresses = ["198.51.100.25"]
    [firewalls.own]
    kind = "boundary"
    zones = ["lan", "transfer"]
    default = "deny"
    nat = true
    public_address = "192.168.178.2"
    [firewalls.own.publish."cirrusprint/https"]
    port = 8443
    [firewalls.box]
    kind = "boundary"
    zones = ["transfer", "internet"]
    default = "deny"
    nat = true
    public_address = "203.0.113.7"
    [firewalls.box.publish."cirrusprint/https"]
    port = 9443
    [firewalls.box.publish."own/portal"]
    address = "203.0.113.8"
    port = 80
"""
INSIDE, GUEST, RELAY = "10.0.10.6", "198.51.100.7", "198.51.100.25"


def source_nat(router: Space, outside: str, match: str, to: str) -> None:
    """Source NAT as an administrator sets it up."""
    router.nft(f"""table ip own_source_nat {{
        chain post {{
            type nat hook postrouting priority srcnat
            oifname {outside} {match} snat ip to {to}
        }}
    }}""")


@pytest.mark.parametrize("form", [SET_UP, "nftables", "iptables"])
def test_nat_behind_nat_with_several_public_addresses_and_ports(
    form: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    """The box sees the office router both ways; forwards lead through both, mail leaves by both."""
    deployment = world(TWICE if form == SET_UP else written(TWICE))
    server, abroad = lab.space("server"), lab.space("abroad")
    own, box = lab.space("own", forwarding=True), lab.space("box", forwarding=True)
    cable(lab, (own, "10.0.10.1/24"), (server, f"{INSIDE}/24"))
    server.ip("route add default via 10.0.10.1")
    outside, _ = cable(lab, (own, "192.168.178.2/24"), (box, "192.168.178.1/24"))
    own.ip("route add default via 192.168.178.1")
    public, far = cable(lab, (box, "203.0.113.7/24"), (abroad, "203.0.113.1/24"))
    box.add_address(public, "203.0.113.8/24")
    box.ip("route add default via 203.0.113.1")
    for address in (GUEST, RELAY):
        abroad.add_address(far, f"{address}/32")
    if form == SET_UP:
        source_nat(own, outside, "ip saddr 10.0.10.0/24", "192.168.178.2")
        source_nat(box, public, "ip saddr 192.168.178.0/24", "203.0.113.7")
    outward = {
        Probe("tcp", INSIDE, RELAY, 587): True,
        Probe("tcp", INSIDE, RELAY, 588): False,
        Probe("tcp", INSIDE, GUEST, 587): False,
    }
    # Nothing leads back to addresses that are not translated: without source NAT nothing arrives.
    # With it and without firewalls all does: what is blocked later, the scripts block.
    assert set(probe(server, [abroad], [*outward])) == {form == SET_UP}
    for name, space in (("own", own), ("box", box)):
        put(space, form, deployment, name, tmp_path / f"out-{name}")
    compare(outward, probe(server, [abroad], [*outward]), count_probes)
    questions = {
        (GUEST, "203.0.113.7", 9443): f"{INSIDE} 443",
        (GUEST, "203.0.113.8", 80): f"{INSIDE} 8080",
        # The inner port, the inner router's, the listener's on the other address.
        (GUEST, "203.0.113.7", 443): None,
        (GUEST, "203.0.113.7", 8443): None,
        (GUEST, "203.0.113.7", 80): None,
        (GUEST, "203.0.113.8", 9443): None,
    }
    listen = [80, 443, 8080, 8443, 9443]
    assert ask(abroad, server, listen, [*questions]) == [*questions.values()]


# A branch whose computers leave the WAN router as one address, on the way to the servers.
HIDDEN = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    [zones.servers]
    networks = ["10.1.0.0/24"]
    [zones.backbone]
    networks = ["10.2.0.0/24"]
    [zones.branch]
    networks = ["192.168.1.0/24"]
    [roles.print-server]
    addresses = ["10.1.0.5"]
    [roles.user-computer]
    zones = ["branch"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "backbone"]
    default = "deny"
    [firewalls.wan]
    kind = "boundary"
    zones = ["backbone", "branch"]
    default = "deny"
    [firewalls.wan.hides.branch]
    behind = "10.2.0.9"
"""


@pytest.mark.parametrize("form", [SET_UP, "nftables", "iptables"])
def test_source_nat_between_own_zones(
    form: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    """Core and server let in the address behind which the branch is hidden, and nobody else."""
    deployment = world(HIDDEN if form == SET_UP else written(HIDDEN))
    server, core = lab.space("server"), lab.space("core", forwarding=True)
    wan, branch = lab.space("wan", forwarding=True), lab.space("branch")
    cable(lab, (server, f"{SERVER}/24"), (core, "10.1.0.1/24"))
    server.ip("route add default via 10.1.0.1")
    outside, _ = cable(lab, (wan, "10.2.0.9/24"), (core, "10.2.0.1/24"))
    wan.ip("route add default via 10.2.0.1")
    core.ip("route add 192.168.1.0/24 via 10.2.0.9")
    cable(lab, (wan, "192.168.1.1/24"), (branch, "192.168.1.7/24"))
    branch.ip("route add default via 192.168.1.1")
    routers = {"wan": wan, "core": core, "server": server}
    for name, space in routers.items():
        put(space, form, deployment, name, tmp_path / f"out-{name}")
    if form == SET_UP:
        untranslated = {Probe("tcp", "192.168.1.7", SERVER, 631): False}
        compare(untranslated, probe(branch, [server], [*untranslated]), count_probes)
        source_nat(wan, outside, "ip saddr 192.168.1.0/24", "10.2.0.9")
    wanted = {
        Probe("tcp", "192.168.1.7", SERVER, 631): True,
        Probe("tcp", "192.168.1.7", SERVER, 632): False,
    }
    compare(wanted, probe(branch, [server], [*wanted]), count_probes)


@pytest.mark.parametrize("form", ["nftables", "iptables"])
def test_inside_clients_reach_the_server_by_the_public_address(
    form: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """From the server's own zone, as the public address, and from another; nobody else does."""
    deployment = world(OFFICE)
    server, edge = lab.space("server"), lab.space("edge", forwarding=True)
    neighbour, office = lab.space("neighbour"), lab.space("office")
    abroad = lab.space("abroad")
    switch = lab.space("switch")
    switch.ip("link add br0 type bridge")
    switch.ip("link set br0 up")
    stranger = lab.space("stranger")
    for space, address in ((edge, "1"), (server, "6"), (neighbour, "7"), (stranger, "8")):
        device, port = lab.link(space, switch)
        space.add_address(device, f"10.0.10.{address}/24")
        switch.ip(f"link set {port} master br0")
    cable(lab, (edge, "10.0.20.1/24"), (office, "10.0.20.7/24"))
    office.run("ip", "address", "add", "10.0.20.8/32", "dev", "lo")
    edge.ip("route add 10.0.20.8/32 via 10.0.20.7")
    cable(lab, (edge, "203.0.113.7/24"), (abroad, "203.0.113.1/24"))
    edge.ip("route add default via 203.0.113.1")
    for space in (server, neighbour, stranger):
        space.ip("route add default via 10.0.10.1")
    office.ip("route add default via 10.0.20.1")
    for name, space in (("edge", edge), ("server", server), ("pc", neighbour)):
        put(space, form, deployment, name, tmp_path / f"out-{name}")
    for space, questions in (
        (neighbour, {
            ("10.0.10.7", "203.0.113.7", 8443): "10.0.10.6 443",
            ("10.0.10.7", "203.0.113.7", 443): None,
        }),
        (stranger, {("10.0.10.8", "203.0.113.7", 8443): None}),
        (office, {
            ("10.0.20.7", "203.0.113.7", 8443): "10.0.10.6 443",
            ("10.0.20.7", "203.0.113.7", 443): None,
            ("10.0.20.8", "203.0.113.7", 8443): None,
        }),
    ):  # fmt: skip
        assert ask(space, server, [443, 8443], [*questions]) == [*questions.values()]
