"""iptables, ufw and firewalld scripts, loaded by the real tools and asked with real packets, a plan
a product.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exporters.export import export
from tests.lab.machines import Machine, furnished, iptables_machine
from tests.lab.netns import Lab, Probe, ask, join, probe
from tests.lab.plans import PUBLIC, compiled
from tests.lab.probing import INTERNET, connections, is_group, zone_of
from tests.lab.test_lab_nftables import PRODUCTS, compare, dwell, network
from tests.tools.iptables_reader import read
from tests.tools.tuples import box_of, difference
from wizard.deployment import Deployment

BACK_ENDS = ("nft", "legacy")
# What ufw's own before.rules let in, whatever is added: mDNS and SSDP to their groups.
UFW_GROUPS = {
    ("224.0.0.251", 5353),
    ("ff02::fb", 5353),
    ("239.255.255.250", 1900),
    ("ff02::f", 1900),
}


def script(deployment: Deployment, firewall: str, kind: str, folder: Path) -> str:
    """The path of the exported script."""
    name = kind.split("-")[0]
    report = export(deployment, folder, [name])
    assert not [entry for entry in report.refused if entry.firewall == firewall], report.refused
    return str(folder / "firewalls" / firewall / f"{name}.sh")


def settle(machine: Machine, script: str) -> None:
    """Checks and applies; a second time changes nothing."""
    before = machine.everything()
    assert "Nothing was changed" in machine.run("sh", script, "check").stdout
    assert machine.everything() == before
    machine.run("sh", script, "apply")
    loaded = machine.everything()
    assert loaded != before or "legacy" in str(machine.run("iptables", "--version").stdout)
    assert "in place already" in machine.run("sh", script, "apply").stdout
    assert machine.everything() == loaded
    machine.run("sh", script, "status")


@pytest.mark.parametrize("kind", ["iptables-nft", "iptables-legacy", "ufw", "firewalld"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_host(
    product: str, kind: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    deployment = compiled(product)
    rules = deployment.rules_of("server")
    wanted = {
        way: connections([rule for rule in rules if rule.direction == way]) for way in ("in", "out")
    }
    if kind == "ufw":
        wanted["in"] = {
            entry: (
                expected
                or (entry.transport == "udp" and (entry.destination, entry.port) in UFW_GROUPS)
            )
            for entry, expected in wanted["in"].items()
        }
    bare, world = lab.space("host"), lab.space("world")
    at_host, at_world = join(lab, bare, world)
    dwell(bare, at_host, [p.destination for p in wanted["in"]] + [p.source for p in wanted["out"]])
    dwell(
        world, at_world, [p.source for p in wanted["in"]] + [p.destination for p in wanted["out"]]
    )
    with furnished(kind, bare, tmp_path / "machine") as host:
        before = host.everything()
        path = script(deployment, "server", kind, tmp_path / "out")
        settle(host, path)
        for way, (sender, receiver) in {"in": (world, bare), "out": (bare, world)}.items():
            probes = list(wanted[way])
            groups = {p.destination for p in probes if is_group(p.destination)} - {
                "255.255.255.255"
            }
            compare(wanted[way], probe(sender, [receiver], probes, groups), count_probes)
        if kind.startswith("iptables"):
            held(host, deployment, "server", {"in": "in", "out": "out"})
        host.run("sh", path, "remove")
        assert host.everything() == before
        # All that was blocked was blocked by these rules.
        for way, (sender, receiver) in {"in": (world, bare), "out": (bare, world)}.items():
            shut = [entry for entry, expected in wanted[way].items() if not expected]
            groups = {p.destination for p in shut if is_group(p.destination)} - {"255.255.255.255"}
            if kind != "firewalld":
                assert all(probe(sender, [receiver], shut, groups))


def held(machine: Machine, deployment: Deployment, firewall: str, ways: dict[str, str]) -> None:
    """The kernel's own listing means exactly the rules."""
    for family in (4, 6):
        saved = machine.run(f"ip{'6' if family == 6 else ''}tables-save").stdout
        # The legacy listing leaves the first and widest network out.
        for direction, chain in ways.items():
            rules = [
                box_of(rule)
                for rule in deployment.rules_of(firewall)
                if rule.direction == direction and rule.family == family
            ]
            assert difference(read(saved, family, f"pw_{firewall}_{chain}").boxes, rules) == []


@pytest.mark.parametrize("back_end", BACK_ENDS)
@pytest.mark.parametrize(("product", "firewall"), [("papercut-mf", "inner"), ("papercut-mf", "edge"),
                                                   ("cirrusprint", "edge"), ("printix", "inner")])  # fmt: skip
def test_boundary(
    product: str,
    firewall: str,
    back_end: str,
    lab: Lab,
    state: Path,
    tmp_path: Path,
    count_probes: dict[str, int],
) -> None:
    deployment = compiled(product)
    plan = deployment.plan
    wanted = {
        entry: expected
        for entry, expected in connections(deployment.rules_of(firewall)).items()
        if zone_of(plan, entry.source) != zone_of(plan, entry.destination)
    }
    addresses = {address for entry in wanted for address in (entry.source, entry.destination)}
    bare, machines = network(lab, deployment, addresses)
    (tmp_path / "machine").mkdir()
    router = iptables_machine(bare, tmp_path / "machine", back_end)
    settle(router, script(deployment, firewall, "iptables", tmp_path / "out"))
    answers: dict[Probe, bool] = {}
    for zone, machine in machines.items():
        mine = [entry for entry in wanted if zone_of(plan, entry.source) == zone]
        if mine:
            others = [space for name, space in machines.items() if name != zone]
            answers |= zip(mine, probe(machine, others, mine), strict=True)
    compare(wanted, [answers[entry] for entry in wanted], count_probes)
    held(router, deployment, firewall, {"forward": "fwd"})


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_port_forwards(
    back_end: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    deployment = compiled("cirrusprint")
    forwards = [entry for entry in deployment.forwards_of("edge") if entry.transport == "tcp"]
    inner = {entry.address for entry in forwards if entry.address}
    bare, machines = network(lab, deployment, {*inner, INTERNET[4]})
    route = bare.run("ip", "-o", "route", "get", INTERNET[4]).stdout
    found = re.search(r" dev (\S+)", route)
    assert found
    bare.add_address(found[1], PUBLIC + "/32")
    (tmp_path / "machine").mkdir()
    router = iptables_machine(bare, tmp_path / "machine", back_end)
    path = script(deployment, "edge", "iptables", tmp_path / "out")
    settle(router, path)
    public = sorted({port for entry in forwards for port in entry.public_ports})
    closed = sorted({port + step for port in public for step in (-1, 1)} - set(public))
    listen = sorted({port for entry in forwards for port in entry.ports} | set(closed))
    questions = [(INTERNET[4], PUBLIC, port) for port in public + closed]
    said = ask(machines["internet"], machines["servers"], listen, questions)
    landed = {
        low: f"{entry.address} {to}"
        for entry in forwards
        for low, to in zip(entry.public_ports, entry.ports, strict=True)
    }
    assert said == [landed[port] for port in public] + [None] * len(closed)
    for word, number in (("let through", len(public)), ("blocked", len(closed))):
        count_probes[word] = count_probes.get(word, 0) + number
    router.run("sh", path, "remove")
    if back_end == "nft":
        assert bare.ruleset() == ""
