"""`domain-egress`: a Windows host with filtered outbound traffic, and no rule to ask domain controllers."""

from __future__ import annotations

import pytest

from tests.tools.paths import ROOT
from tests.tools.worlds import OFFICE, world

WINDOWS = OFFICE.replace('management = ["ssh"]', 'management = ["rdp"]\n{firewall}')
FILTERED = 'platform = "windows"\negress = "filtered"'
KERBEROS = """
[roles.directory-server]
addresses = ["10.0.10.9"]
[own.connections.kerberos]
from = "print-server"
to = "directory-server"
transport = "tcp"
ports = ["{port}"]
service = "Kerberos"
reason = "The server is a member of the domain"
"""


def remarks(firewall: str, *more: str) -> list[tuple[str, ...]]:
    found = world(
        WINDOWS.replace("{firewall}", firewall), "[products.windows-print]", *more
    ).findings
    return [(each.severity, *each.subjects) for each in found if each.code == "domain-egress"]


def test_nothing_lets_it_ask_its_domain() -> None:
    assert remarks(FILTERED) == [("info", "server")]
    assert remarks(FILTERED, KERBEROS.format(port=89)) == [("info", "server")]


def test_a_connection_of_ones_own_answers_it() -> None:
    assert remarks(FILTERED, KERBEROS.format(port=88)) == []


def test_the_feature_answers_it() -> None:
    member = "[products.windows-print.features.domain-member]"
    controllers = "[roles.directory-server]\naddresses = ['10.0.10.9']"
    names = "[roles.dns-server]\naddresses = ['10.0.10.8']"
    assert remarks(FILTERED, member, controllers, names) == []
    assert remarks(FILTERED, "[products.windows-print.features.lpd]", controllers, names) == [
        ("info", "server")
    ]


def test_what_the_windows_page_proposes_answers_it() -> None:
    page = (ROOT / "docs/formats/windows.md").read_text(encoding="utf-8")
    proposed = page.partition("```toml\n")[2].partition("```")[0]
    assert 'transport = "udp"' in proposed
    assert remarks(FILTERED, "[roles.directory-server]\naddresses = ['10.0.10.9']", proposed) == []


@pytest.mark.parametrize("firewall", ['platform = "windows"', 'egress = "filtered"', ""])
def test_other_hosts_are_not_meant(firewall: str) -> None:
    assert remarks(firewall) == []
