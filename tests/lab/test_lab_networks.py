"""Plans as networks are, with real packets: sites that keep to themselves, and an internet that is
public. What must happen to each connection is written here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporters.export import export
from tests.lab.netns import Lab, Probe, Space, join, probe
from tests.lab.test_lab_nftables import compare, dwell, network, script, settle
from tests.tools.worlds import world
from wizard.deployment import Deployment

TWO_SITES = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    printers-appsocket = {}
    [sites.north]
    zones = ["north-servers", "north-clients", "north-printers"]
    [sites.south]
    zones = ["south-servers", "south-clients", "south-printers"]
    [zones.north-servers]
    networks = ["10.1.10.0/24"]
    [zones.north-clients]
    networks = ["10.1.20.0/24"]
    [zones.north-printers]
    networks = ["10.1.30.0/24"]
    [zones.south-servers]
    networks = ["10.2.10.0/24"]
    [zones.south-clients]
    networks = ["10.2.20.0/24"]
    [zones.south-printers]
    networks = ["10.2.30.0/24"]
    [roles.print-server]
    addresses = ["10.1.10.5", "10.2.10.5"]
    [roles.user-computer]
    zones = ["north-clients", "south-clients"]
    [roles.printer]
    zones = ["north-printers", "south-printers"]
    [roles.dns-server]
    addresses = ["10.1.10.2"]
    [firewalls.wan]
    kind = "boundary"
    zones = [
        "north-servers", "north-clients", "north-printers",
        "south-servers", "south-clients", "south-printers",
    ]
    default = "deny"
    [firewalls.server]
    kind = "host"
    role = "print-server"
    egress = "filtered"
"""
SERVERS = {"north": "10.1.10.5", "south": "10.2.10.5"}
CLIENTS = {"north": "10.1.20.7", "south": "10.2.20.7"}
PRINTERS = {"north": "10.1.30.9", "south": "10.2.30.9"}

PUBLIC = ("198.51.100.7", "203.0.113.80")
# Private networks that the plan does not name.
NOWHERE = ("10.200.0.9", "172.31.0.9", "192.168.1.70", "100.64.0.9")
FILTERED = """
    format = 1
    [products.papercut-mf.features]
    entitlements = {}
    [zones.servers]
    networks = ["10.3.10.0/24"]
    [zones.clients]
    networks = ["10.3.20.0/24"]
    [roles.print-server]
    addresses = ["10.3.10.5"]
    [roles.user-computer]
    zones = ["clients"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    egress = "filtered"
"""


def between_sites() -> dict[Probe, bool]:
    """Own site passes, the other does not; and nothing passes on another port."""
    wanted: dict[Probe, bool] = {}
    for here in SERVERS:
        for there in SERVERS:
            own = here == there
            wanted[Probe("tcp", CLIENTS[here], SERVERS[there], 631)] = own
            wanted[Probe("tcp", CLIENTS[here], SERVERS[there], 632)] = False
            wanted[Probe("tcp", SERVERS[here], PRINTERS[there], 9100)] = own
            wanted[Probe("tcp", CLIENTS[here], PRINTERS[there], 9100)] = False
    return wanted


def test_a_boundary_between_two_sites(
    lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    deployment = world(TWO_SITES)
    wanted = between_sites()
    addresses = [*SERVERS.values(), *CLIENTS.values(), *PRINTERS.values()]
    router, machines = network(lab, deployment, addresses)
    answers = _tried(machines, wanted)
    assert all(answers.values()), answers
    settle(router, script(deployment, "wan", tmp_path / "out"))
    compare(wanted, _tried(machines, wanted).values(), count_probes)


def _tried(machines: dict[str, Space], wanted: dict[Probe, bool]) -> dict[Probe, bool]:
    """What gets through, each connection from the machine that holds its source."""
    kinds = {"10": "servers", "20": "clients", "30": "printers"}
    answers: dict[Probe, bool] = {}
    for name, machine in machines.items():
        mine = []
        for entry in wanted:
            _, site, kind, _ = entry.source.split(".")
            if f"{'north' if site == '1' else 'south'}-{kinds[kind]}" == name:
                mine.append(entry)
        if mine:
            others = [space for other, space in machines.items() if other != name]
            answers |= zip(mine, probe(machine, others, mine), strict=True)
    return {entry: answers[entry] for entry in wanted}


@pytest.mark.parametrize("site", ["north", "south"])
@pytest.mark.parametrize("form", ["nftables", "iptables"])
def test_a_server_s_own_firewall_knows_its_site(
    form: str,
    site: str,
    lab: Lab,
    state: Path,
    tmp_path: Path,
    count_probes: dict[str, int],
) -> None:
    """Each server takes jobs of its own site's computers and sends them to its own site's
    printers.
    """
    inward = {Probe("tcp", CLIENTS[other], SERVERS[site], 631): other == site for other in SERVERS}
    outward = {
        Probe("tcp", SERVERS[site], PRINTERS[other], 9100): other == site for other in SERVERS
    }
    _at_host(lab, world(TWO_SITES), form, tmp_path, (inward, outward), count_probes)


@pytest.mark.parametrize("form", ["nftables", "iptables"])
def test_the_internet_is_public(
    form: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    """A filtered server reaches the product's host on the internet, and no private network that
    the plan does not name.
    """
    outward = {Probe("tcp", "10.3.10.5", address, 443): True for address in PUBLIC}
    outward |= {Probe("tcp", "10.3.10.5", address, 443): False for address in NOWHERE}
    _at_host(lab, world(FILTERED), form, tmp_path, ({}, outward), count_probes)


def _at_host(
    lab: Lab,
    deployment: Deployment,
    form: str,
    folder: Path,
    wanted: tuple[dict[Probe, bool], dict[Probe, bool]],
    count_probes: dict[str, int],
) -> None:
    """A machine with the exported script, and the world around it."""
    inward, outward = wanted
    host, around = lab.space("host"), lab.space("world")
    at_host, at_world = join(lab, host, around)
    dwell(host, at_host, [p.destination for p in inward] + [p.source for p in outward])
    dwell(around, at_world, [p.source for p in inward] + [p.destination for p in outward])
    both = {**inward, **outward}

    def tried() -> list[bool]:
        sent = [*probe(around, [host], [*inward])] if inward else []
        return [*sent, *probe(host, [around], [*outward])]

    assert all(tried())
    report = export(deployment, folder / "out", [form])
    assert not report.refused
    host.run("sh", str(folder / "out" / "firewalls" / "server" / f"{form}.sh"), "apply")
    compare(both, tried(), count_probes)
