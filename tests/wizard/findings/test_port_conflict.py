"""One port at one address: however many want it, one finding with all of them."""

from __future__ import annotations

import re

from tests.tools.worlds import CATALOG, OFFICE
from wizard.deployment import deploy
from wizard.findings import Finding
from wizard.plan.file import read_plan

MANY = 300


def conflicts(text: str) -> list[Finding]:
    findings = deploy(CATALOG, read_plan(text, CATALOG)).findings
    return [finding for finding in findings if finding.code == "port-conflict"]


def installations(count: int, more: str = "") -> str:
    """So many of CUPS, at the office's print server."""
    text = OFFICE
    for number in range(count):
        text += f"[products.cups-{number:03}]\nproduct = 'cups'\nfeatures.ipp-sharing = {{}}\n"
        text += more.format(number=number)
    return text


def test_two_are_named_with_what_to_do() -> None:
    (finding,) = conflicts(installations(2))
    assert re.fullmatch(
        r"cups-000 \(CUPS\) \(.+?\) and cups-001 \(CUPS\) \(.+?\) both listen on 631/tcp at"
        r" 10\.0\.10\.5\. Move one of them to another port, or to a host of its own\.",
        finding.message,
    )
    assert finding.subjects == ("cups-000/ipp-sharing", "cups-001/ipp-sharing")


def test_of_many_the_first_are_named_and_all_are_subjects() -> None:
    (finding,) = conflicts(installations(MANY))
    assert "cups-005" in finding.message
    assert "cups-006" not in finding.message
    assert f" and {MANY - 6} more all listen on 631/tcp at 10.0.10.5." in finding.message
    assert finding.message.endswith(
        "Move all of them but one to other ports, or to hosts of their own."
    )
    assert finding.subjects == tuple(f"cups-{number:03}/ipp-sharing" for number in range(MANY))
    assert len(finding.installations) == MANY


def test_own_addresses_and_own_ports_are_in_nobodys_way() -> None:
    at = "roles.print-server.addresses = ['10.0.10.{number}']\n"
    assert not conflicts(installations(30, at))
    assert not conflicts(installations(30, "ports.ipp = 8{number:03}\n"))


def test_administration_has_its_port_for_itself() -> None:
    text = installations(1, "ports.ipp = 2222\n")
    assert not conflicts(text)
    (finding,) = conflicts(text.replace('["ssh"]', '["ssh:2222"]'))
    assert finding.message == (
        "cups-000 (CUPS) (Print jobs and status (IPP, IPPS)) and administration (SSH) both"
        " listen on 2222/tcp at 10.0.10.5. Move one of them to another port, or to a host of its own."
    )
    assert finding.subjects == ("cups-000/ipp-sharing", "management/ssh")


def test_administration_of_another_machine_is_in_nobodys_way() -> None:
    text = installations(1, "ports.ipp = 2222\n").replace('["ssh"]', '["ssh:2222"]')
    assert not conflicts(text.replace('role = "print-server"', 'addresses = ["10.0.10.6"]'))
    assert conflicts(text.replace('role = "print-server"', 'addresses = ["10.0.10.5"]'))


def test_one_method_on_two_firewalls_of_a_machine_is_one() -> None:
    twice = '[firewalls.second]\nkind = "host"\nrole = "print-server"\nmanagement = ["ssh"]\n'
    assert not conflicts(installations(1) + twice)


def test_services_of_one_listener_stand_together() -> None:
    """MF has 9192 for two services, which are in the way of the one of NG, not of each other."""
    text = OFFICE + "[products.papercut-mf.features]\nmfp-ricoh-sdkj = {}\n[products.papercut-ng]\n"
    secure = [finding for finding in conflicts(text) if "9192/tcp" in finding.message]
    (finding,) = secure
    assert finding.message.startswith("PaperCut MF (Web interface and user client (HTTPS), Device")
    assert " and PaperCut NG (Web interface and user client (HTTPS)) both listen" in finding.message
    assert len(finding.subjects) == 3


def test_a_range_meets_the_ports_of_others_one_by_one() -> None:
    """9200-9202 of one product, 9201 of a second: the finding is of 9201 alone."""
    text = OFFICE + (
        "[products.cirrusprint.features]\nprint-ports = { range = ['9200-9202'] }\n"
        "[products.cups]\nfeatures.ipp-sharing = {}\nports.ipp = 9201\n"
    )
    (finding,) = conflicts(text)
    assert "both listen on 9201/tcp at 10.0.10.5" in finding.message


def test_a_network_and_a_machine_in_it_meet() -> None:
    """Servers of one installation are anywhere in a network of addresses; another is one of them."""
    text = installations(1, "roles.print-server.addresses = ['10.0.10.0/28']\n")
    text += "[products.cups-b]\nproduct = 'cups'\nfeatures.ipp-sharing = {}\n"
    (finding,) = conflicts(text)
    assert "631/tcp at 10.0.10.5" in finding.message
