"""What must never be, with real packets through a boundary that accepts by default: without it a
guest reaches the server on a port that nobody asked for, with it not, and all else still passes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.machines import iptables_machine
from tests.lab.netns import Lab, Probe, Space, ask, probe
from tests.lab.test_lab_linux import script as linux_script
from tests.lab.test_lab_nftables import network, script
from tests.tools.worlds import world

OFFICE = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.10.0/24", "2001:db8:10::/64"]
    [zones.staff]
    networks = ["10.0.40.0/24"]
    [zones.guests]
    networks = ["10.0.20.0/22", "2001:db8:20::/64"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    zones = ["staff", "guests"]
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "guests", "staff"]
"""
NEVER = """
    [never.guests]
    from = { zones = ["guests"] }
    to = { zones = ["servers"] }
    transport = "tcp"
    ports = ["1-9191"]
    reason = "Guests print by 'release' $(station) only"
"""
SERVER, STAFF, GUEST = "10.0.10.5", "10.0.40.9", "10.0.20.9"
SERVER6, GUEST6 = "2001:db8:10::5", "2001:db8:20::9"
ZONE_OF = {
    SERVER: "servers",
    SERVER6: "servers",
    STAFF: "staff",
    GUEST: "guests",
    GUEST6: "guests",
}
# Whether it passes once guests must never reach the servers; without that everything does.
PASSES = {
    Probe("tcp", GUEST, SERVER, 445): False,
    # A rule lets it through, and what must never be comes first.
    Probe("tcp", GUEST, SERVER, 9191): False,
    Probe("tcp", GUEST, SERVER, 9192): True,
    Probe("udp", GUEST, SERVER, 445): True,
    Probe("tcp", GUEST, STAFF, 445): True,
    Probe("tcp", STAFF, SERVER, 445): True,
    Probe("tcp", STAFF, SERVER, 9191): True,
    Probe("tcp", GUEST6, SERVER6, 445): False,
    Probe("tcp", GUEST6, SERVER6, 9192): True,
    Probe("udp", GUEST6, SERVER6, 445): True,
    Probe("tcp", SERVER, GUEST, 445): True,
    Probe("tcp", SERVER6, GUEST6, 445): True,
}


def tried(machines: dict[str, Space]) -> dict[Probe, bool]:
    answers: dict[Probe, bool] = {}
    for zone in ("servers", "staff", "guests"):
        mine = [entry for entry in PASSES if ZONE_OF[entry.source] == zone]
        others = [space for name, space in machines.items() if name != zone]
        answers |= zip(mine, probe(machines[zone], others, mine), strict=True)
    return {entry: answers[entry] for entry in PASSES}


@pytest.mark.parametrize("tool", ["nftables", "iptables-nft", "iptables-legacy"])
def test_a_guest_reaches_the_server_only_where_nothing_denies_it(
    tool: str, lab: Lab, state: Path, tmp_path: Path, count_probes: dict[str, int]
) -> None:
    bare, machines = network(lab, world(OFFICE), set(ZONE_OF))
    (tmp_path / "machine").mkdir()
    router = (
        iptables_machine(bare, tmp_path / "machine", tool.removeprefix("iptables-"))
        if tool != "nftables"
        else bare
    )
    for name, text in (("without", ""), ("with", NEVER)):
        folder = tmp_path / name
        path = (
            linux_script(world(OFFICE, text), "core", tool, folder)
            if tool != "nftables"
            else script(world(OFFICE, text), "core", folder)
        )
        router.run("sh", path, "check")
        router.run("sh", path, "apply")
        expected = PASSES if text else dict.fromkeys(PASSES, True)
        assert tried(machines) == expected
        for passes in expected.values():
            word = "let through" if passes else "blocked"
            count_probes[word] = count_probes.get(word, 0) + 1
    # What the server opens gets its answers: they are no new connections of guests.
    answered = ask(machines["servers"], machines["guests"], [445], [(SERVER, GUEST, 445)])
    assert answered == [f"{GUEST} 445"]
