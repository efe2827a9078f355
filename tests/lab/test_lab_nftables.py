"""The exported nftables script, loaded by the real nft and asked with real packets, one plan per
product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from exporters.export import export
from exporters.firewalls import nft_rules, nftables
from exporters.firewalls.nftables import table_name
from tests.bench.bench_load import five_thousand
from tests.lab.netns import Lab, Probe, Space, ask, join, probe
from tests.lab.plans import PUBLIC, compiled
from tests.lab.probing import INTERNET, connections, is_group, zone_of
from tests.tools.builders import EDGE, HOST, forward, rule
from tests.tools.builders import deployment as build
from tests.tools.hostile import hostile_to, with_canary
from tests.tools.nft_reader import Reader, boxes, read
from tests.tools.tuples import box_of, difference
from wizard.deployment import Deployment
from wizard.plan.model import Plan

PRODUCTS = ("cirrusprint", "cups", "papercut-mf", "papercut-ng", "printeron", "printix")


def script(deployment: Deployment, firewall: str, folder: Path) -> str:
    """The path of the exported script."""
    report = export(deployment, folder, ["nftables"])
    assert not [entry for entry in report.refused if entry.firewall == firewall], report.refused
    return str(folder / "firewalls" / firewall / "nftables.sh")


def settle(space: Space, script: str) -> None:
    """Checks and applies; a second time changes nothing."""
    before = space.ruleset()
    assert "Nothing was changed" in space.run("sh", script, "check").stdout
    assert space.ruleset() == before
    space.run("sh", script, "apply")
    loaded = space.ruleset()
    assert "in place already" in space.run("sh", script, "apply").stdout
    assert space.ruleset() == loaded
    space.run("sh", script, "status")


def held(space: Space, deployment: Deployment, firewall: str, ways: Mapping[str, str]) -> None:
    """The kernel's own listing means exactly the rules."""
    listing = space.run("nft", "list", "table", "inet", table_name(firewall)).stdout
    chains = read(listing)
    for direction, hook in ways.items():
        rules = [
            box_of(rule) for rule in deployment.rules_of(firewall) if rule.direction == direction
        ]
        assert difference(list(boxes(chains, hook)), rules) == []


def compare(wanted: Mapping[Probe, bool], answers: Iterable[bool], counts: dict[str, int]) -> None:
    """What came through is what the rules say, probe by probe."""
    wrong = []
    for (entry, expected), answer in zip(wanted.items(), answers, strict=True):
        word = "let through" if expected else "blocked"
        counts[word] = counts.get(word, 0) + 1
        if answer != expected:
            wrong.append(f"{entry} must be {word}")
    assert wrong == [], f"{len(wrong)} of {len(wanted)}: " + "; ".join(wrong[:10])


def dwell(space: Space, device: str, addresses: Iterable[str]) -> None:
    """Gives a machine these addresses."""
    own = sorted(address for address in set(addresses) if not is_group(address))
    space.ip(
        *(
            f"address replace {address}/{'128' if ':' in address else '32'} dev {device}"
            + (" nodad" if ":" in address else "")
            for address in own
        )
    )


@pytest.mark.parametrize(
    ("product", "few"), [*((name, 64) for name in PRODUCTS), ("papercut-mf", 0)]
)
def test_host(
    product: str,
    few: int,
    lab: Lab,
    state: Path,
    tmp_path: Path,
    count_probes: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One rule at a time, and (`few` 0) the same in concatenated sets."""
    monkeypatch.setattr(nft_rules, "_FEW", few)
    deployment = compiled(product)
    rules = deployment.rules_of("server")
    wanted = {
        way: connections([rule for rule in rules if rule.direction == way]) for way in ("in", "out")
    }
    assert any(wanted["in"].values())
    host, world = lab.space("host"), lab.space("world")
    at_host, at_world = join(lab, host, world)
    dwell(host, at_host, [p.destination for p in wanted["in"]] + [p.source for p in wanted["out"]])
    dwell(
        world, at_world, [p.source for p in wanted["in"]] + [p.destination for p in wanted["out"]]
    )
    ends = {"in": (world, host), "out": (host, world)}

    def tried(way: str) -> list[bool]:
        sender, receiver = ends[way]
        probes = list(wanted[way])
        return probe(
            sender,
            [receiver],
            probes,
            {p.destination for p in probes if is_group(p.destination)} - {"255.255.255.255"},
        )

    # Without a firewall everything arrives: what is blocked later, the rules block.
    for way in ends:
        assert all(tried(way)), [p for p, a in zip(wanted[way], tried(way), strict=True) if not a][
            :10
        ]
    settle(host, script(deployment, "server", tmp_path / "out"))
    for way in ends:
        compare(wanted[way], tried(way), count_probes)
    held(host, deployment, "server", {"in": "input", "out": "output"})


def network(
    lab: Lab, deployment: Deployment, addresses: Iterable[str]
) -> tuple[Space, dict[str, Space]]:
    """A router with a machine in each zone that holds all addresses of its zone."""
    router = lab.space("fw", forwarding=True)
    machines: dict[str, Space] = {}
    for number, zone in enumerate([*deployment.plan.zones, "internet"], 1):
        machine = machines[zone] = lab.space(zone)
        inner, outer = lab.link(router, machine)
        router.run("ip", "address", "add", f"169.254.{number}.1/32", "dev", inner)
        router.run("ip", "-6", "address", "add", "fe80::1/64", "dev", inner, "nodad")
        machine.run(
            "ip", "route", "add", "default", "via", f"169.254.{number}.1", "dev", outer, "onlink"
        )
        machine.run("ip", "-6", "route", "add", "default", "via", "fe80::1", "dev", outer)
        own = {address for address in addresses if zone_of(deployment.plan, address) == zone}
        dwell(machine, outer, own)
        router.ip(*(f"route add {address} dev {inner}" for address in sorted(own)))
    return router, machines


@pytest.mark.parametrize("firewall", ["inner", "edge"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_boundary(
    product: str, firewall: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    deployment = compiled(product)
    plan = deployment.plan
    rules = deployment.rules_of(firewall)
    assert rules, f"no flow of {product} crosses {firewall}"
    wanted = {
        entry: expected
        for entry, expected in connections(rules).items()
        if zone_of(plan, entry.source) != zone_of(plan, entry.destination)
    }
    addresses = {address for entry in wanted for address in (entry.source, entry.destination)}
    router, machines = network(lab, deployment, addresses)

    def tried() -> dict[Probe, bool]:
        answers: dict[Probe, bool] = {}
        for zone, machine in machines.items():
            mine = [entry for entry in wanted if zone_of(plan, entry.source) == zone]
            if mine:
                others = [space for name, space in machines.items() if name != zone]
                answers |= zip(mine, probe(machine, others, mine), strict=True)
        return {entry: answers[entry] for entry in wanted}

    free = tried()
    assert all(free.values()), [entry for entry, answer in free.items() if not answer][:10]
    settle(router, script(deployment, firewall, tmp_path / "out"))
    compare(wanted, tried().values(), count_probes)
    held(router, deployment, firewall, {"forward": "forward"})


def test_port_forwards(lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]) -> None:
    """The product that is meant to be reached from the internet: each forward lands where it
    should.
    """
    deployment = compiled("cirrusprint")
    forwards = [entry for entry in deployment.forwards_of("edge") if entry.transport == "tcp"]
    assert forwards
    inner = {entry.address for entry in forwards if entry.address}
    router, machines = network(lab, deployment, {*inner, INTERNET[4]})
    route = router.run("ip", "-o", "route", "get", INTERNET[4]).stdout.split()
    router.add_address(route[route.index("dev") + 1], PUBLIC + "/32")
    settle(router, script(deployment, "edge", tmp_path / "out"))
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
    count_probes["let through"] = count_probes.get("let through", 0) + len(public)
    count_probes["blocked"] = count_probes.get("blocked", 0) + len(closed)


def test_forward_shapes(lab: Lab, state: Path, tmp_path: Path) -> None:
    """Another port, a range, a moved range, some sources only; `default = "accept"` denies nothing
    else.
    """
    client, router, server = (
        lab.space("client"),
        lab.space("fw", forwarding=True),
        lab.space("server"),
    )
    client_end, outside = lab.link(client, router)
    inside, server_end = lab.link(router, server)
    dwell(client, client_end, [INTERNET[4], "192.0.2.9"])
    dwell(router, outside, [PUBLIC])
    dwell(router, inside, ["10.0.10.1"])
    dwell(server, server_end, ["10.0.10.5"])
    router.ip(f"route add {INTERNET[4]} dev {outside}", f"route add 192.0.2.9 dev {outside}",
              f"route add 10.0.10.5 dev {inside}")  # fmt: skip
    client.ip(f"route add default dev {client_end}")
    client.ip(f"route replace 10.0.10.5 via {PUBLIC} dev {client_end} onlink")
    server.ip(f"route add default via 10.0.10.1 dev {server_end} onlink")
    forwards = [
        forward("moved", public_ports=(443, 443), ports=(9192, 9192)),
        forward("range", public_ports=(9200, 9210), ports=(9200, 9210)),
        forward("shifted", public_ports=(8000, 8002), ports=(9000, 9002)),
        forward("some", public_ports=(25, 25), ports=(25, 25), sources=("192.0.2.0/24",)),
    ]
    value = build(firewalls={"edge": EDGE}, forwards=forwards)
    path = tmp_path / "edge.sh"
    path.write_text(nftables.files_of(value, "edge")["nftables.sh"])
    settle(router, str(path))
    expected = {
        (INTERNET[4], PUBLIC, 443): "10.0.10.5 9192",
        (INTERNET[4], PUBLIC, 9192): None,
        (INTERNET[4], PUBLIC, 9200): "10.0.10.5 9200",
        (INTERNET[4], PUBLIC, 9205): "10.0.10.5 9205",
        (INTERNET[4], PUBLIC, 9210): "10.0.10.5 9210",
        (INTERNET[4], PUBLIC, 9211): None,
        (INTERNET[4], PUBLIC, 8000): "10.0.10.5 9000",
        (INTERNET[4], PUBLIC, 8002): "10.0.10.5 9002",
        (INTERNET[4], PUBLIC, 8003): None,
        (INTERNET[4], PUBLIC, 25): None,
        ("192.0.2.9", PUBLIC, 25): "10.0.10.5 25",
        (INTERNET[4], "10.0.10.5", 7777): "10.0.10.5 7777",
    }
    listen = [25, 443, 7777, 8003, 9000, 9002, 9192, 9200, 9205, 9210, 9211]
    assert ask(client, server, listen, list(expected)) == list(expected.values())


def test_hostile_text_through_the_real_nft(lab: Lab, state: Path, tmp_path: Path) -> None:
    """All that a shell and nft would obey, in each place of a plan: the kernel's listing means the
    rules, there is no other table, and no command in a text has run.
    """
    host = lab.space("host")
    canary = tmp_path / "pwned"
    texts = with_canary(hostile_to("shell", "nft"), canary)
    plan = Plan(name="".join(texts), firewalls={"server": HOST})
    made = [
        rule(f"{text}", services=(text, text), ports=(1000 + n,)) for n, text in enumerate(texts)
    ]
    assert len(made) > 50
    for few in (64, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nft_rules, "_FEW", few)
            value = build(*made, plan=plan)
            path = tmp_path / f"host{few}.sh"
            path.write_text(nftables.files_of(value, "server")["nftables.sh"])
        settle(host, str(path))
        held(host, value, "server", {"in": "input"})
        assert host.run("nft", "list", "tables").stdout == "table inet portwright_server\n"
    assert not canary.exists()


def test_five_thousand_rules_load_at_once(lab: Lab, state: Path) -> None:
    """How fast is measured by `tests/bench/bench_load.py`."""
    host = lab.space("host")
    made = five_thousand()
    host.run("nft", "-f", "-", input=nftables.ruleset(build(*made), "server"))
    listing = host.run("nft", "list", "table", "inet", "portwright_server").stdout
    count = sum(len(entry.ports) * 3 for entry in made)
    assert sum(len(elements) for elements in Reader(listing).sets.values()) == count
