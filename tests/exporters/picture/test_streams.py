"""The picture shows what rules allow, and no more: each arrow and each letter stands for some rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporters.handover import markdown
from exporters.picture import picture
from exporters.picture.model import Picture, Stream, stream_text
from tests.tools import worlds
from tests.tools.paths import CLINIC, PLANS
from wizard.deployment import Deployment

TWO_HOSTS = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    [products.printix.features]
    redirector = {}
    [products.printix.roles.print-server]
    addresses = ["10.0.10.6"]
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.clients]
    networks = ["10.0.20.0/22"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    zones = ["clients"]
    [roles.admin-computer]
    addresses = ["10.0.20.100"]
    [roles.dns-server]
    absent = true
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "clients"]
    [firewalls.spooler]
    kind = "host"
    addresses = ["10.0.10.5"]
    management = ["ssh"]
    [firewalls.redirector]
    kind = "host"
    addresses = ["10.0.10.6"]
"""


def letters(shown: Picture) -> dict[str, str]:
    """Letter → the firewall that it stands for, where it stands for one."""
    named = {wall.letter: wall.name for wall in shown.walls}
    return named | {guard.letter: guard.name for guard in shown.guards}


def ports(stream: Stream) -> Iterator[tuple[int, int, str]]:
    """(first, last, transport) of a stream's ports."""
    for part in stream.ports.split("; "):
        text, _, transport = part.partition("/")
        for pair in text.split(", "):
            first, _, last = pair.partition("-")
            yield int(first), int(last or first), transport


def test_the_firewall_of_another_host_is_not_on_the_way() -> None:
    shown = picture(worlds.world(TWO_HOSTS))
    assert letters(shown) == {"A": "core", "B": "spooler", "C": "redirector"}
    said = [stream_text(stream).partition(": ")[2] for stream in shown.streams]
    assert "User computer to Print server, 21336/tcp, through A, C" in said
    assert "Administrator's computer to spooler, 22/tcp, through A, B" in said
    spooled = [text for text in said if re.search(r"\b631/tcp", text)]
    assert spooled
    assert all(text.endswith("through A, B") for text in spooled)


@pytest.mark.parametrize("path", [*PLANS, CLINIC], ids=lambda path: path.stem)
def test_every_letter_of_a_stream_has_a_rule(path: Path) -> None:
    value = worlds.world_of(path)
    shown = picture(value)
    names = letters(shown)
    for stream in shown.streams:
        for letter in stream.crosses:
            if value.plan.firewalls[names[letter]].kind == "router":
                continue
            for first, last, transport in ports(stream):
                assert has_rule(value, names[letter], stream, (first, last, transport)), (
                    names[letter],
                    stream,
                )


def has_rule(
    value: Deployment, firewall: str, stream: Stream, wanted: tuple[int, int, str]
) -> bool:
    """True where rules of a firewall let through these ports of a stream, together."""
    first, last, transport = wanted
    party = stream.sources[0][1], stream.destinations[0][1], transport
    open_ports: set[int] = set()
    for rule in value.rules_of(firewall):
        if (rule.from_, rule.to, rule.transport) == party:
            for low, high in rule.ports:
                open_ports.update(range(low, high + 1))
    return open_ports.issuperset(range(first, last + 1))


@pytest.mark.parametrize("path", [*PLANS, CLINIC], ids=lambda path: path.stem)
def test_every_rule_is_in_a_stream_through_its_firewall(path: Path) -> None:
    value = worlds.world_of(path)
    shown = picture(value)
    names = letters(shown)
    streamed: set[tuple[str, str, str, str, int]] = set()
    for stream in shown.streams:
        for letter in stream.crosses:
            for first, last, transport in ports(stream):
                for port in range(first, last + 1):
                    roles = stream.sources[0][1], stream.destinations[0][1]
                    streamed.add((names[letter], *roles, transport, port))
    link_local = {flow.id for flow in value.flows if flow.scope == "link-local"}
    for rule in value.rules:
        if not link_local.issuperset(rule.flows):
            first = rule.ports[0][0]
            assert (rule.firewall, rule.from_, rule.to, rule.transport, first) in streamed


HOME = worlds.OFFICE.replace('zones = ["clients"]', 'zones = ["clients", "internet"]')


def test_no_arrow_begins_where_nothing_may_come_from() -> None:
    """Computers at home may not print: nothing runs between the internet's lane and the printers."""
    value = worlds.world(HOME, "[products.printix.features]\nraw-print = {}")
    shown = picture(value)
    for stream in shown.streams:
        if stream.destinations[0][1] == "printer":
            assert {shown.lanes[lane].name for lane, _ in stream.sources} == {"clients"}
            break
    else:
        pytest.fail("no stream to the printers")


def test_only_a_machine_that_is_alone_talks_to_itself() -> None:
    """Three servers of a list reach each other through their own firewall, one does not."""
    peers = """
        [own.connections.sync]
        from = "print-server"
        to = "printer"
        transport = "tcp"
        ports = ["7000"]
        service = "Sync"
        reason = "They tell each other"
        [roles.printer]
        addresses = ["ADDRESSES"]
    """
    drawn_by_addresses: dict[str, bool] = {}
    for cidrs in ("10.0.10.5", "10.0.10.5-10.0.10.7"):
        text = TWO_HOSTS.replace('addresses = ["10.0.10.5"]', f'addresses = ["{cidrs}"]')
        shown = picture(worlds.world(text, peers.replace("ADDRESSES", cidrs)))
        spooler = next(letter for letter, name in letters(shown).items() if name == "spooler")
        (sync,) = (stream for stream in shown.streams if "7000/tcp" in stream.ports)
        drawn_by_addresses[cidrs] = spooler in sync.crosses
    assert drawn_by_addresses == {"10.0.10.5": False, "10.0.10.5-10.0.10.7": True}


def test_who_may_not_be_where_it_is_waits_without_a_place() -> None:
    """Devices on the internet have no place that a server of one's own may ask for their status."""
    value = worlds.world("""
        format = 1
        [products.citrix-ups.features.print-data]
        snmp = true
        [roles.mfp]
        addresses = ["203.0.113.9"]
        [firewalls.devices]
        kind = "host"
        role = "mfp"
    """)
    assert [rule.to for rule in value.rules if rule.ports == ((161, 161),)] == ["mfp"]
    shown = picture(value)
    asked = next(s for s in shown.streams if s.to == "Multifunction device" and "161" in s.ports)
    assert [letters(shown)[letter] for letter in asked.crosses] == ["devices"]
    assert [shown.lanes[to].kind for _, (to, _) in asked.links] == ["nowhere"]


def test_the_handover_explains_the_letters() -> None:
    text = markdown.files(worlds.world(TWO_HOSTS))["handover.md"]
    assert (
        "- A, core: firewall\n- B, spooler: own firewall\n- C, redirector: own firewall\n" in text
    )


NORTH_AND_SOUTH = """
    format = 1
    [products.cups-north]
    product = "cups"
    [products.cups-north.features]
    ipp-sharing = {}
    [products.cups-north.roles.print-server]
    addresses = ["10.0.10.5"]
    [products.cups-south]
    product = "cups"
    [products.cups-south.features]
    ipp-sharing = {}
    [products.cups-south.roles.print-server]
    addresses = ["10.0.10.6"]
    [products.cups-south.ports]
    ipp = 8631
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.clients]
    networks = ["10.0.20.0/22"]
    [roles.user-computer]
    zones = ["clients"]
    [roles.mobile-device]
    absent = true
    [roles.dns-server]
    absent = true
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "clients"]
"""


def test_two_installations_of_one_product_are_told_apart() -> None:
    """Each listens on its own port: one arrow for both would show connections that nothing allows."""
    drawn = picture(worlds.world(NORTH_AND_SOUTH))
    assert [stream_text(stream) for stream in drawn.streams] == [
        "1: User computer to Print server of cups-north, 631/tcp, through A",
        "2: User computer to Print server of cups-south, 8631/tcp, through A",
    ]


def test_a_product_that_is_there_once_is_not_named() -> None:
    once = NORTH_AND_SOUTH.partition("    [products.cups-south]")[0]
    rest = "    [zones.servers]" + NORTH_AND_SOUTH.partition("    [zones.servers]")[2]
    (stream,) = picture(worlds.world(once, rest)).streams
    assert stream_text(stream) == "1: User computer to Print server, 631/tcp, through A"


SITES = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    [zones.head]
    networks = ["10.0.10.0/24"]
    [zones.north]
    networks = ["10.1.0.0/24"]
    [zones.south]
    networks = ["10.2.0.0/24"]
    [sites.north]
    zones = ["north"]
    [sites.south]
    zones = ["south"]
    [roles.print-server]
    addresses = ["10.0.10.5", "10.1.0.5"]
    [roles.user-computer]
    addresses = ["10.1.0.9", "10.2.0.9"]
    [roles.dns-server]
    absent = true
    [roles.admin-computer]
    absent = true
    [firewalls.wan]
    kind = "boundary"
    zones = ["head", "north", "south"]
"""


def test_lists_of_a_picture_tell_the_sites_of_both_ends() -> None:
    streams = picture(worlds.world(SITES)).streams
    ends = {(stream.from_, stream.to) for stream in streams if "631/tcp" in stream.ports}
    assert ends == {
        ("User computer (site north)", "Print server (site north)"),
        ("User computer (site south)", "Print server (central)"),
    }
