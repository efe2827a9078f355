"""Ports that Docker and Podman publish, with real packets through their DNAT: the plan's reach only
whom it lets in, the rest of what the host forwards stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.engines import BRIDGES, bridged, start
from tests.lab.machines import Machine, furnished
from tests.lab.netns import Lab, Space, ask, join
from tests.lab.test_lab_linux_script import refuses, write
from tests.tools.worlds import world

PLAN = """
    format = 1
    [products.cups]
    runs_in = "{engine}"
    [products.cups.features]
    ipp-sharing = {{}}
    [products.cups.ports]
    ipp = 630
    [zones.lan]
    networks = ["192.168.1.0/24", "2001:db8:1::/64"]
    [roles.print-server]
    addresses = ["192.168.1.5", "2001:db8:1::5"]
    [roles.user-computer]
    zones = ["lan"]
    [roles.dns-server]
    addresses = ["192.168.1.1"]
    [roles.admin-computer]
    addresses = ["192.168.1.9"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    management = ["ssh"]
"""
# The container's CUPS listens on 631; port 8080 is somebody else's, and no part of the plan.
PUBLISHED = {630: 631, 8080: 8080}
HOSTS = ("192.168.1.5", "2001:db8:1::5")
# The engine publishes on every address of the host, and the plan knows those alone.
OTHERS = ("192.168.1.6", "2001:db8:1::6")
INSIDE, OUTSIDE = ("192.168.1.70", "2001:db8:1::70"), ("198.51.100.9", "2001:db8:9::9")
ADMIN = "192.168.1.9"


@pytest.fixture
def places(kind: str, engine: str, lab: Lab, state: Path, tmp_path: Path) -> Iterator[Places]:
    space, away = lab.space("host", forwarding=True), lab.space("away")
    here, there = join(lab, space, away)
    container = bridged(lab, space, engine)
    for address in (*HOSTS, *OTHERS):
        space.add_address(here, f"{address}/{128 if ':' in address else 32}")
    for address in (*INSIDE, *OUTSIDE, ADMIN):
        away.add_address(there, f"{address}/{128 if ':' in address else 32}")
    with furnished(kind, space, tmp_path / "machine") as host:
        yield Places(host, container, away)


class Places:
    """The host, the container behind its bridge, and everybody else."""

    def __init__(self, host: Machine, container: Space, away: Space) -> None:
        self.host, self.container, self.away = host, container, away

    def reached(self, port: int, at: tuple[str, str] = HOSTS) -> list[bool]:
        """Who reaches the container by a port of the host, at these addresses of it."""
        clients = (*INSIDE, *OUTSIDE)
        questions = [(client, at[":" in client], port) for client in clients]
        answers = ask(self.away, self.container, sorted(PUBLISHED.values()), questions)
        return [answer is not None for answer in answers]

    def comes_out(self, engine: str) -> list[bool]:
        """Whether the container reaches others through the host, in each family."""
        questions = [
            (bridge.container, OUTSIDE[family == 6], 443)
            for family, bridge in BRIDGES[engine].items()
        ]
        answers = ask(self.container, self.away, [443], questions)
        return [answer is not None for answer in answers]

    def logs_in(self) -> list[bool]:
        """Who of an administrator, a user and a stranger reaches the host's own SSH."""
        questions = [(client, HOSTS[0], 22) for client in (ADMIN, INSIDE[0], OUTSIDE[0])]
        return [answer is not None for answer in ask(self.away, self.host, [22], questions)]


EVERYBODY, ONLY_INSIDE, NOBODY = [True] * 4, [True, True, False, False], [False] * 4


@pytest.mark.parametrize(
    ("kind", "engine"),
    [("nftables", "docker"), ("nftables", "podman"), ("iptables-nft", "docker")],
)
def test_rules_that_come_after_the_engine(
    kind: str, engine: str, places: Places, tmp_path: Path
) -> None:
    host = places.host
    start(host, engine, PUBLISHED)
    script = write(world(PLAN.format(engine=engine)), kind, tmp_path / "server.sh")
    before = host.everything()
    assert places.reached(630) == EVERYBODY
    assert places.reached(630, OTHERS) == EVERYBODY
    said = refuses(host, script, "check")
    assert "published to containers or guests (8080/tcp)" in said
    assert "Nothing publishes" not in said
    host.run("sh", script, "apply", "--published")
    assert places.reached(630) == ONLY_INSIDE
    assert places.reached(630, OTHERS) == NOBODY
    assert places.reached(8080) == EVERYBODY
    assert places.comes_out(engine) == [True, True]
    assert places.logs_in() == [True, False, False]
    assert "in place already" in host.run("sh", script, "apply").stdout
    assert "are in place" in host.run("sh", script, "status").stdout
    host.run("sh", script, "remove")
    assert host.everything() == before
    assert places.reached(630) == EVERYBODY


@pytest.mark.parametrize(
    ("kind", "engine"),
    [("nftables", "podman"), ("iptables-nft", "docker"), ("iptables-legacy", "docker")],
)
def test_rules_that_are_there_before_the_engine(
    kind: str, engine: str, places: Places, tmp_path: Path
) -> None:
    host = places.host
    script = write(world(PLAN.format(engine=engine)), kind, tmp_path / "server.sh")
    before = host.everything()
    said = host.run("sh", script, "check").stdout
    assert f"Nothing publishes these ports of the plan at present: 630/tcp ({engine})." in said
    host.run("sh", script, "apply")
    host.run("sh", script, "remove")
    assert host.everything() == before
    host.run("sh", script, "apply")
    start(host, engine, PUBLISHED)
    assert places.reached(630) == ONLY_INSIDE
    assert places.reached(630, OTHERS) == NOBODY
    assert places.reached(8080) == EVERYBODY
    assert places.comes_out(engine) == [True, True]
    assert "are in place" in host.run("sh", script, "status").stdout
    host.run("sh", script, "remove")
    assert places.reached(630) == EVERYBODY
    assert places.comes_out(engine) == [True, True]
    assert "pw_" not in host.ruleset()


@pytest.mark.parametrize(("kind", "engine"), [("nftables", "docker"), ("iptables-nft", "podman")])
def test_what_is_not_translated_is_left_alone(
    kind: str, engine: str, places: Places, tmp_path: Path
) -> None:
    """Without an engine the port is the host's own; packets that are only passed on stay so."""
    host = places.host
    text = PLAN.format(engine=engine).replace(
        'addresses = ["192.168.1.5", "2001:db8:1::5"]', 'zones = ["lan"]'
    )
    script = write(world(text), kind, tmp_path / "server.sh")
    host.run("sh", script, "apply")
    questions = [(client, HOSTS[":" in client], 630) for client in (*INSIDE, *OUTSIDE)]
    answers = ask(places.away, host, [630], questions)
    assert [answer is not None for answer in answers] == ONLY_INSIDE
    # A guest with an address of the plan's network, to which the host passes packets on.
    places.container.run("ip", "address", "add", "192.168.1.66/32", "dev", "lo")
    container = BRIDGES[engine][4].container
    host.run("ip", "route", "add", "192.168.1.66/32", "via", container)
    places.away.run("ip", "route", "add", "192.168.1.66/32", "via", HOSTS[0])
    (answer,) = ask(places.away, places.container, [630], [(OUTSIDE[0], "192.168.1.66", 630)])
    assert answer is not None
