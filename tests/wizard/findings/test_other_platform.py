"""`other-platform`: a host gets rules for Linux, and what runs there is on Windows only, or is not."""

from __future__ import annotations

import msgspec
import pytest

from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.facts.check import check_product

WINDOWS = OFFICE.replace('role = "print-server"', 'role = "print-server"\nplatform = "windows"')
MF = "[products.papercut-mf.features]\n"
QUEUES = f"{MF}windows-spooler = {{}}"
# What is there on one kind of machine only.
OF_WINDOWS = [
    "[products.windows-print]",
    "[products.citrix-ups]\n[roles.session-host]\nzones = ['clients']",
    "[products.printix.features]\nredirector = {}",
    "[products.universal-print.features]\nconnector = {}",
    QUEUES,
    QUEUES.replace("mf", "ng"),
    f"{MF}directory = {{ source = ['active-directory'] }}",
]
OF_OTHERS = "[products.cups.features]\nipp-sharing = {}"


def remarks(*texts: str) -> list[tuple[str, ...]]:
    """Severity, message and subjects of each."""
    findings = [each for each in world(*texts).findings if each.code == "other-platform"]
    return [(each.severity, each.message, *each.subjects) for each in findings]


@pytest.mark.parametrize("products", OF_WINDOWS)
def test_of_windows_with_rules_for_linux(products: str) -> None:
    ((severity, message, *subjects),) = remarks(OFFICE, products)
    assert severity == "warning"
    assert message.startswith("server gets rules for Linux, and what this plan has at Print server")
    assert 'Set platform = "windows" under [firewalls.server]' in message
    assert subjects[:2] == ["server", "print-server"]
    assert remarks(WINDOWS, products) == []


def test_the_other_way_round() -> None:
    ((_, message, *subjects),) = remarks(WINDOWS, OF_OTHERS)
    assert message.startswith(
        "server gets rules for Windows, and what this plan has at Print server"
    )
    assert "runs on no Windows machine. CUPS: " in message
    assert 'Set platform = "linux" under [firewalls.server]' in message
    assert subjects == ["server", "print-server", "cups"]
    assert remarks(OFFICE, OF_OTHERS) == []


@pytest.mark.parametrize(
    "products",
    [
        "[products.papercut-mf]",
        f"{MF}directory = {{ source = ['ldap'] }}",
        "[products.printix]",
        "[products.universal-print]",
        "[products.cups]",
        "[products.printeron]",
    ],
)
def test_what_runs_on_either_is_not_meant(products: str) -> None:
    assert remarks(OFFICE, products) == []
    assert remarks(WINDOWS, products) == []


def test_one_for_each_firewall_whatever_the_number_of_features() -> None:
    both = f"{QUEUES}\ndirectory = {{ source = ['active-directory'] }}"
    ((_, message, *_),) = remarks(OFFICE, both)
    assert "share" in message
    assert "joined the domain" in message
    # A firewall of another machine is not meant.
    other = "[firewalls.lone]\nkind = 'host'\naddresses = ['10.0.10.77']\nmanagement = ['ssh']"
    assert len(remarks(OFFICE, other, QUEUES)) == 1
    same = other.replace("10.0.10.77", "10.0.10.5")
    assert {subjects[0] for _, _, *subjects in remarks(OFFICE, same, QUEUES)} == {"server", "lone"}


def test_groups_in_a_cloud_and_boundaries_have_no_system_of_the_machine() -> None:
    group = OFFICE.replace('kind = "host"', 'kind = "cloud"\nprovider = "aws"')
    assert remarks(group, QUEUES) == []


def test_each_machine_by_what_runs_on_it() -> None:
    # CUPS beside Windows queues, on machines of their own behind firewalls of their own.
    own = WINDOWS + (
        "    [products.cups.roles.print-server]\n    addresses = ['10.0.10.6']\n"
        "    [firewalls.cups]\n    kind = 'host'\n    addresses = ['10.0.10.6']\n"
        "    management = ['ssh']\n"
    )
    narrow = own.replace('role = "print-server"', 'addresses = ["10.0.10.5"]')
    assert remarks(narrow, QUEUES, OF_OTHERS) == []
    ((_, _, *subjects),) = remarks(own, QUEUES, OF_OTHERS)
    assert subjects == ["server", "print-server", "cups"]


def test_a_remark_says_it_with_its_place() -> None:
    for product in CATALOG.products.values():
        for remark in product.remarks.values():
            assert not remark.runs_on or (remark.team == "server" and remark.source.locator)


def test_a_product_file_names_roles_and_options_that_are_there() -> None:
    product = CATALOG.products["papercut-mf"]
    remark = msgspec.structs.replace(
        product.remarks["domain-member"],
        runs_on={"print-servers": "windows"},
        options={"sources": ("active-directory",)},
    )
    wrong = msgspec.structs.replace(product, remarks={"domain-member": remark})
    problems = list(check_product("mf.toml", wrong, CATALOG.roles, CATALOG.documents))
    assert len(problems) == 2
    assert "directory has no option 'sources'" in problems[0]
    assert "runs_on: no role 'print-servers'" in problems[1]
