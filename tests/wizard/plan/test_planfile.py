"""The plan file: what of it is read, and every way in which it can be wrong."""

from __future__ import annotations

import datetime

import pytest

from tests.tools.worlds import CATALOG, plan_of
from wizard.plan.file import read_plan
from wizard.plan.model import Firewall, Placement, Proxy, Request, Zone

# The plan of the contract, as it stands there.
EXAMPLE = """\
format = 1
name = "Head office printing"

[request]                                  # for the handover documents; every key optional
requester = "Print team"
reference = "CHG-1042"
justification = "New PaperCut MF server"
wanted = 2027-01-15
review = 2028-01-15

[products.papercut-mf]
version = "24.0"                           # optional; left out: the newest that the catalog knows
[products.papercut-mf.features]            # a feature is selected by its key being there
mfp-toshiba = { sdk = ["sdk1"] }
cloud-ocr = { region = "eu", wildcards = false }
[products.papercut-mf.ports]               # a listener set to another port
https = 443
[products.papercut-mf.hosts]               # a host that only the customer knows
azure-ldap = "ldaps.example.com"
[products.papercut-mf.roles]               # a role placed differently for this product only
print-server = { zones = ["servers"], addresses = ["10.0.10.6"] }

[zones.servers]
networks = ["10.0.10.0/24", "2001:db8:10::/64"]
[zones.clients]
networks = ["10.0.20.0/22"]
[zones.printers]
networks = ["10.0.30.0/24"]

[roles.print-server]
zones = ["servers"]
addresses = ["10.0.10.5"]                  # addresses, CIDRs or ranges (a-b)
[roles.user-computer]
zones = ["clients"]
[roles.mfp]
zones = ["printers"]
[roles.mobile-device]
absent = true                              # there are none

[firewalls.server]
kind = "host"
role = "print-server"
platform = "linux"
egress = "open"
management = ["ssh"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients", "printers"]
default = "accept"
[firewalls.edge]
kind = "boundary"
zones = ["servers", "internet"]
nat = true
public_address = "203.0.113.7"
[firewalls.group]
kind = "cloud"
role = "print-server"
provider = "aws"
egress = "open"
[firewalls.wan]
kind = "router"
zones = ["servers", "clients"]

[proxy]
mode = "explicit"
port = 3128
wildcards = true
tls_inspection = false
"""


def test_the_contracts_example() -> None:
    plan = read_plan(EXAMPLE, CATALOG)
    assert plan.name == "Head office printing"
    wanted, review = datetime.date(2027, 1, 15), datetime.date(2028, 1, 15)
    assert plan.request == Request(
        "Print team", "CHG-1042", "New PaperCut MF server", wanted, review
    )
    product = plan.products["papercut-mf"]
    assert product.version == "24.0"
    assert product.features == {
        "mfp-toshiba": {"sdk": ("sdk1",)},
        "cloud-ocr": {"region": "eu", "wildcards": False},
    }
    assert product.ports == {"https": 443}
    assert product.hosts == {"azure-ldap": "ldaps.example.com"}
    assert product.roles == {"print-server": Placement(("servers",), ("10.0.10.6",))}
    assert plan.zones["servers"] == Zone(("10.0.10.0/24", "2001:db8:10::/64"))
    assert plan.roles["mobile-device"] == Placement(absent=True)
    assert plan.firewalls["server"] == Firewall(
        kind="host", role="print-server", management=("ssh",)
    )
    assert plan.firewalls["edge"].nat
    assert plan.firewalls["edge"].public_address == "203.0.113.7"
    assert plan.firewalls["group"].provider == "aws"
    assert plan.firewalls["wan"].kind == "router"
    assert plan.proxy == Proxy("explicit", 3128, True, False)


def test_defaults_are_filled_in() -> None:
    plan = plan_of(
        "format = 1\n[products.cirrusprint.features]\nprint-ports = {}\n[products.papercut-ng]"
    )
    assert plan.name == ""
    assert plan.products["cirrusprint"].features == {
        "web": {"ports": "standard"},
        "print-ports": {"range": ("9200-9999",)},
    }
    assert plan.products["papercut-ng"].version is None
    assert plan.proxy == Proxy(mode="none", port=3128, wildcards=True, tls_inspection=False)


def test_a_listener_at_its_own_port_is_no_change() -> None:
    moved = plan_of("format = 1\n[products.papercut-mf.ports]\nhttp = 9191\nhttps = 443")
    assert moved.products["papercut-mf"].ports == {"https": 443}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.0.10.5", "10.0.10.5"),
        (" 10.0.10.5 ", "10.0.10.5"),
        ("10.0.10.0/25", "10.0.10.0/25"),
        ("10.0.10.5-10.0.10.9", "10.0.10.5-10.0.10.9"),
        ("2001:DB8::5", "2001:db8::5"),
        ("2001:db8:0:0::/64", "2001:db8::/64"),
        ("2001:db8::1 - 2001:db8::9", "2001:db8::1-2001:db8::9"),
        ("10.0.8.0/255.255.252.0", "10.0.8.0/22"),
    ],
)
def test_addresses_are_read_in_every_notation(written: str, read: str) -> None:
    plan = plan_of(f'format = 1\n[roles.mfp]\naddresses = ["{written}"]')
    assert plan.roles["mfp"].addresses == (read,)
