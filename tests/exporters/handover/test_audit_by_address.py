"""The audit asks the addresses of a rule: whoever is on the internet has a role of its own."""

from __future__ import annotations

from exporters.handover import handover
from tests.tools.worlds import world
from wizard.deployment import Deployment

REACHED, GOING_OUT = "What the internet may reach", "What may go out to the internet"
SERVER = """
    format = 1
    [products.cirrusprint.features]
    mail-by-https = {}
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    absent = true
    [roles.mail-relay]
    absent = true
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "internet"]
"""


def audited(value: Deployment, question: str) -> set[tuple[str, str]]:
    """(From, to) of the rules that an audit's question is about."""
    asked = {row.question: {*row.rules} for row in handover(value).audit}[question]
    return {(rule.from_, rule.to) for rule in value.rules if (rule.firewall, rule.id) in asked}


def test_a_mail_server_on_the_internet_is_the_internet() -> None:
    value = world(SERVER)
    assert "0.0.0.0/0" in {cidr for rule in value.rules for cidr in rule.sources}
    assert audited(value, REACHED) == {("mail-server", "print-server")}


def test_an_address_on_the_internet_is_the_internet() -> None:
    value = world(SERVER, '[roles.mail-server]\naddresses = ["198.51.100.25"]')
    assert audited(value, REACHED) == {("mail-server", "print-server")}


def test_an_address_inside_is_not_the_internet() -> None:
    value = world(SERVER, '[roles.mail-server]\naddresses = ["10.0.10.25"]')
    assert audited(value, REACHED) == set()


def test_a_name_server_on_the_internet_is_gone_out_to() -> None:
    value = world(
        SERVER.replace("cirrusprint", "papercut-ng").replace("mail-by-https", "name-lookup"),
        '[roles.dns-server]\naddresses = ["198.51.100.53"]',
    )
    assert ("print-server", "dns-server") in audited(value, GOING_OUT)
