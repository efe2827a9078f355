"""What findings advise can be done in the plan at hand, and does what it says."""

from __future__ import annotations

import pytest

from tests.tools.worlds import OFFICE, world

MF = "[products.papercut-mf.features]\n"
DNS = "[roles.dns-server]\naddresses = ['10.0.10.53']\n"
USERS = '[roles.user-computer]\n    zones = ["clients"]\n'
PLACED = "[roles.card-reader]\nzones = ['printers']"
READERS = "card-readers = { model = ['elatec-twn3'] }\n"


# Nobody places what only some tests are about.
BARE = OFFICE.replace(
    '[roles.printer]\n    zones = ["printers"]\n    [roles.mfp]\n    zones = ["printers"]\n', ""
)


def said(code: str, *texts: str) -> list[str]:
    return [each.message for each in world(*texts).findings if each.code == code]


def test_the_plan_of_these_tests_places_no_devices() -> None:
    assert "roles.printer" not in BARE
    assert "roles.mfp" not in BARE


def test_what_would_use_a_role_is_named_and_does() -> None:
    (message,) = said("unused-role", BARE, "[products.papercut-mf]", PLACED)
    assert message == (
        "Card reader is placed, and nothing in this plan uses it. Switch on what needs it (PaperCut"
        " MF: Network card readers), or take its place away."
    )
    assert not said("unused-role", BARE, MF, READERS, PLACED)


def test_where_nothing_would_use_it_nothing_is_to_be_switched_on() -> None:
    (message,) = said("unused-role", BARE.replace(USERS, ""), "[products.cups]", PLACED)
    assert message.endswith("Nothing that this plan's products have needs it: take its place away.")


def test_one_s_own_role_takes_a_connection_of_one_s_own() -> None:
    own = "[own.roles.kiosks]\nname = 'Kiosks'\n[roles.kiosks]\nzones = ['clients']"
    (message,) = said("unused-role", BARE, "[products.papercut-mf]", own)
    assert message.endswith("Add a connection of your own from or to it, or take its place away.")


def test_name_lookup_is_advised_where_it_is_off_and_is_for_who_asks() -> None:
    (message,) = said("dns-missing", OFFICE, f"{MF}grows = {{}}")
    assert "Switch on PaperCut MF: " in message
    assert not said("dns-missing", OFFICE, f"{MF}grows = {{}}\nname-lookup = {{}}", DNS)
    # Printix has it for computers only; the Redirector asks as well.
    redirector = "[products.printix.features]\nredirector = {}\nname-lookup = {}"
    (message,) = said("dns-missing", OFFICE, redirector, DNS)
    assert message.startswith("Print server must find hosts on the internet by name")
    assert "Switch on" not in message
    assert "Add a connection of your own from it to the DNS servers on 53" in message
    own = """
    [own.connections.names]
    from = "print-server"
    to = "dns-server"
    transport = "udp"
    ports = ["53"]
    service = "DNS"
    reason = "It asks"
    encrypted = false
    """
    assert not said("dns-missing", OFFICE, redirector, DNS, own)


ADMIN = '[roles.admin-computer]\n    addresses = ["10.0.20.100"]\n'
ABSENT = ADMIN.replace('addresses = ["10.0.20.100"]', "absent = true")
LONE = "[firewalls.other]\nkind = 'host'\naddresses = ['10.99.0.1']\nmanagement = ['ssh']"


@pytest.mark.parametrize(
    ("texts", "advice"),
    [
        ((OFFICE.replace('["ssh"]', "[]"),), "Add ssh, rdp or winrm to its management."),
        (
            (OFFICE.replace('["ssh"]', "[]").replace(ADMIN, ""),),
            "Add ssh, rdp or winrm to its management, and say where the administrators' computers"
            " are.",
        ),
        (
            (OFFICE.replace(ADMIN, ABSENT),),
            "Say where the administrators' computers are, of which this plan says that there are"
            " none.",
        ),
        (
            (OFFICE, LONE),
            "Put what other guards into a zone of the plan that something joins to the"
            " administrators' computers.",
        ),
    ],
)
def test_a_way_in_for_administration_by_what_is_missing(
    texts: tuple[str, ...], advice: str
) -> None:
    (message,) = said("no-management", *texts, "[products.papercut-mf]")
    assert message.endswith(f"nobody can log in over the network. {advice}")


def test_many_ports_are_narrowed_where_the_plan_takes_them() -> None:
    (message,) = said("dynamic-range", OFFICE, f"{MF}windows-spooler = {{}}")
    assert "(products.papercut-mf.features.windows-spooler.rpc-ports)" in message
    own = """
    [own.connections.rpc]
    from = "user-computer"
    to = "print-server"
    transport = "tcp"
    ports = ["49152-65535"]
    service = "RPC"
    reason = "They ask"
    encrypted = true
    """
    (message,) = said("dynamic-range", BARE, "[products.papercut-mf]", own)
    assert "(own.connections.rpc.ports)" in message
    fixed = "[products.hp-wja.features]\npc-printers = {}"
    (message,) = said("dynamic-range", OFFICE, fixed)
    assert "No answer of the plan narrows them" in message
