"""The way from inside through a public address, past a further firewall, with real packets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.netns import Lab, ask
from tests.lab.test_lab_translation import cable, put, written
from tests.tools.worlds import world
from tests.wizard.rules.test_hairpin import DEEP, FURTHER, SEEN

# What filters between the core and the office, and does not lead anybody back.
FILTERING = FURTHER.replace('kind = "router"', 'kind = "boundary"\n    default = "deny"')
PUBLIC, SERVER = "203.0.113.7", "10.0.10.6"


@pytest.mark.parametrize("form", ["nftables", "iptables"])
@pytest.mark.parametrize(
    ("text", "gate"),
    [(FILTERING, "edge"), (DEEP, "inner"), (written(SEEN), "inner")],
    ids=["further", "round", "seen-as"],
)
def test_who_is_behind_a_further_firewall_reaches_the_server_by_the_public_address(
    text: str, gate: str, form: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    """`gate`: what the server's network is joined to. Before the word is said nobody is led, and with
    it nobody else is.
    """
    spaces = {
        "edge": lab.space("edge", forwarding=True),
        "inner": lab.space("inner", forwarding=True),
        "server": lab.space("server"),
        "pc": lab.space("pc"),
    }
    stranger, office, abroad = lab.space("stranger"), lab.space("office"), lab.space("abroad")
    edge, inner, server = spaces["edge"], spaces["inner"], spaces["server"]
    switch = lab.space("switch")
    switch.ip("link add br0 type bridge", "link set br0 up")
    homes = ((spaces[gate], "1"), (server, "6"), (spaces["pc"], "7"), (stranger, "8"))
    for space, last in homes:
        device, port = lab.link(space, switch)
        space.add_address(device, f"10.0.10.{last}/24")
        switch.ip(f"link set {port} master br0")
    cable(lab, (edge, "10.0.30.1/24"), (inner, "10.0.30.2/24"))
    cable(lab, (inner, "10.0.20.1/24"), (office, "10.0.20.7/24"))
    cable(lab, (edge, f"{PUBLIC}/24"), (abroad, "203.0.113.1/24"))
    for space, address in ((office, "10.0.20.8/32"), (abroad, "8.8.4.4/32")):
        space.run("ip", "address", "add", address, "dev", "lo")
    behind = ["10.0.20.0/24"] if gate == "edge" else ["10.0.20.0/24", "10.0.10.0/24"]
    if "seen_as" in text:
        behind[1] = "10.9.10.0/24"
    edge.ip("route add default via 203.0.113.1", *(f"route add {n} via 10.0.30.2" for n in behind))
    inner.ip("route add default via 10.0.30.1", "route add 10.0.20.8/32 via 10.0.20.7")
    office.ip("route add default via 10.0.20.1")
    for space in (server, spaces["pc"], stranger):
        space.ip("route add default via 10.0.10.1")

    silent = text.replace("    hairpin = true\n", "")
    for number, plan in enumerate((silent, text)):
        deployment = world(plan)
        for name, space in spaces.items():
            put(space, form, deployment, name, tmp_path / f"out-{name}-{number}")
        led = f"{SERVER} 443" if plan is text else None
        for space, answers in (
            (spaces["pc"], {
                ("10.0.10.7", PUBLIC, 8443): led,
                ("10.0.10.7", PUBLIC, 443): None,
                ("10.0.10.7", SERVER, 443): f"{SERVER} 443",
            }),
            (stranger, {("10.0.10.8", PUBLIC, 8443): None}),
            (office, {
                ("10.0.20.7", PUBLIC, 8443): led,
                ("10.0.20.7", PUBLIC, 443): None,
                ("10.0.20.8", PUBLIC, 8443): None,
            }),
            (abroad, {("8.8.4.4", PUBLIC, 8443): f"{SERVER} 443"}),
        ):  # fmt: skip
            assert ask(space, server, [443, 8443], [*answers]) == [*answers.values()]
