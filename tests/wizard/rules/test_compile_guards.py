"""Whose ports a host's firewall opens: its own role's, and another's only where both are known by
address.
"""

from __future__ import annotations

import pytest

from tests.tools.worlds import codes, rules_at, world

FLAT = """
    format = 1
    [zones.lan]
    networks = ["192.168.40.0/24"]
    [roles.print-server]
    addresses = ["192.168.40.5"]
    [roles.user-computer]
    zones = ["lan"]
    [roles.printer]
    zones = ["lan"]
    [roles.dns-server]
    zones = ["lan"]
    [roles.admin-computer]
    zones = ["lan"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    management = ["ssh"]
"""
PRINTERS = "[products.cups.features]\nipp-sharing = {}\nprinters-appsocket = {}\n"
DATABASE = '[products.papercut-mf.features]\ndatabase = { engine = "postgresql" }\n'


def opened(text: str, *more: str) -> set[int]:
    rules = rules_at(world(text, *more), "server", "in")
    return {port for rule in rules for low, high in rule.ports for port in range(low, high + 1)}


def test_a_printer_somewhere_in_the_zone_is_not_on_the_server() -> None:
    assert opened(FLAT, PRINTERS) == {22, 631, 5353}


def test_a_printer_at_the_servers_own_address_is() -> None:
    text = FLAT.replace(
        '[roles.printer]\n    zones = ["lan"]', '[roles.printer]\n    addresses = ["192.168.40.5"]'
    )
    shared = text.replace(
        '[roles.user-computer]\n    zones = ["lan"]', "[roles.user-computer]\n    absent = true"
    )
    # The server prints to itself: that crosses no firewall, and nobody else prints to it.
    assert opened(shared, PRINTERS) == {22, 5353}


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ('addresses = ["192.168.40.5"]', {22, 9191, 9192, 5432}),
        ('zones = ["lan"]', {22, 9191, 9192}),
    ],
)
def test_a_database_is_on_the_server_only_where_both_have_addresses(
    server: str, expected: set[int]
) -> None:
    text = FLAT.replace('addresses = ["192.168.40.5"]', server)
    peers = '[roles.database-server]\naddresses = ["192.168.40.5"]\n'
    other = (
        "[products.papercut-mf.roles.print-server]\naddresses = ['192.168.40.5', '192.168.40.6']\n"
    )
    own = other if "addresses" in server else ""
    assert opened(text, peers, DATABASE, own) == expected


def test_a_firewall_without_a_role_guards_whatever_is_at_its_addresses() -> None:
    text = FLAT.replace('role = "print-server"', 'addresses = ["192.168.40.0/24"]')
    assert {9100, 631} <= opened(text, PRINTERS)


def test_an_explicit_proxy_that_is_nowhere_is_an_open_question() -> None:
    proxy = '[proxy]\nmode = "explicit"\n[roles.web-proxy]\nabsent = true\n'
    d = world(
        FLAT + '    egress = "filtered"\n', proxy, "[products.papercut-mf.features]\ngrows = {}\n"
    )
    waiting = [rule for rule in d.rules if rule.to == "web-proxy"]
    assert [(rule.destinations, rule.unresolved) for rule in waiting] == [((), ("web-proxy",))]
    assert "unplaced-role" in codes(d)


def test_dynamic_ports_are_in_nobodys_way() -> None:
    both = "[products.papercut-mf.features]\nwindows-spooler = {}\n[products.printeron.features]\n"
    assert "port-conflict" not in codes(world(FLAT, both))
