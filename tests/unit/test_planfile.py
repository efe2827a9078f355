"""The plan file: what of it is read, and every way in which it can be wrong."""

from __future__ import annotations

import datetime
import re

import pytest

from tests.unit.worlds import CATALOG, errors_of, plan_of
from wizard.plan import Firewall, Placement, Proxy, Request, Zone
from wizard.planfile import PlanErrors, parse_plan, read_plan

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
    assert plan.request == Request("Print team", "CHG-1042", "New PaperCut MF server", wanted, review)
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
    assert plan.firewalls["server"] == Firewall(kind="host", role="print-server", management=("ssh",))
    assert plan.firewalls["edge"].nat
    assert plan.firewalls["edge"].public_address == "203.0.113.7"
    assert plan.firewalls["group"].provider == "aws"
    assert plan.firewalls["wan"].kind == "router"
    assert plan.proxy == Proxy("explicit", 3128, True, False)


def test_defaults_are_filled_in() -> None:
    plan = plan_of("format = 1\n[products.cirrusprint.features]\nprint-ports = {}\n[products.papercut-ng]")
    assert plan.name == ""
    assert plan.products["cirrusprint"].features == {
        "web": {"ports": "standard"},
        "print-ports": {"range": ("9200-9999",)},
    }
    assert plan.products["papercut-ng"].version == "24.0"
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


# --- What is wrong, with path and line ----------------------------------------------------------------

WRONG = [
    # Unknown keys and ids, with the nearest
    ("format = 1\nzone = {}", "zone", 2, "did you mean 'zones'"),
    ("format = 1\n[request]\nrequestor = 'x'", "request.requestor", 3, "did you mean 'requester'"),
    ("format = 1\n[products.papercut]", "products.papercut", 2, "did you mean 'papercut-"),
    ("format = 1\n[products.cups.features]\nipp-shared = {}", "…features.ipp-shared", 3, "'ipp-sharing'"),
    ("format = 1\n[products.cups]\nfeature = {}", "products.cups.feature", 3, "'features'"),
    (
        "format = 1\n[products.papercut-ng.features]\nmfp-hp = {}",
        "…features.mfp-hp",
        3,
        "unknown feature of PaperCut NG",
    ),
    (
        "format = 1\n[products.papercut-mf.features]\ncloud-ocr = { regions = 'eu' }",
        "…cloud-ocr.regions",
        3,
        "did you mean 'region'",
    ),
    (
        "format = 1\n[products.papercut-mf.features.mfp-toshiba]\nsdk = ['sdk9']",
        "…mfp-toshiba.sdk",
        3,
        "sdk1, sdk2, sdk3, rd30",
    ),
    (
        "format = 1\n[products.papercut-mf.features]\ncloud-ocr = { region = 'ue' }",
        "…cloud-ocr.region",
        3,
        "any, au, eu, us, uk",
    ),
    ("format = 1\n[products.papercut-mf.ports]\nhtttps = 1", "…ports.htttps", 3, "did you mean 'https'"),
    (
        "format = 1\n[products.papercut-mf.hosts]\nazure-ldp = 'a.b'",
        "…hosts.azure-ldp",
        3,
        "did you mean 'azure-ldap'",
    ),
    ("format = 1\n[roles.print-servers]", "roles.print-servers", 2, "did you mean 'print-server'"),
    (
        "format = 1\n[products.cups.roles.printers]",
        "products.cups.roles.printers",
        2,
        "did you mean 'printer'",
    ),
    ("format = 1\n[roles.mfp]\nzone = ['a']", "roles.mfp.zone", 3, "did you mean 'zones'"),
    ("format = 1\n[firewalls.a]\nkind = 'hosts'", "firewalls.a.kind", 3, "did you mean 'host'"),
    ("format = 1\n[firewalls.a]\nkind = 'host'\nrole = 'server'", "firewalls.a.role", 4, "unknown role"),
    (
        "format = 1\n[firewalls.a]\nkind = 'host'\nrole = 'mfp'\nmanagment = ['ssh']",
        "firewalls.a.managment",
        5,
        "did you mean 'management'",
    ),
    (
        "format = 1\n[firewalls.a]\nkind = 'host'\nrole = 'mfp'\nmanagement = ['telnet']",
        "firewalls.a.management",
        5,
        "ssh, rdp, winrm",
    ),
    (
        "format = 1\n[firewalls.a]\nkind = 'router'\nzones = []\nnat = true",
        "firewalls.a.nat",
        5,
        "does nothing on a router",
    ),
    ("format = 1\n[proxy]\nmode = 'explict'", "proxy.mode", 3, "did you mean 'explicit'"),
    ("format = 1\n[proxy]\naddress = '10.0.0.1'", "proxy.address", 3, "unknown key"),
    # Wrong types
    ("format = 1\nname = 5", "name", 2, "must be text in quotes"),
    ("format = 1\n[request]\nwanted = '2027-01-15'", "request.wanted", 3, "2027-01-15, without quotes"),
    ("format = 1\n[request]\nwanted = 2027-01-15T10:00:00", "request.wanted", 3, "must be a date"),
    ("format = 1\nzones = ['a']", "zones", 2, "must be a table, not a list"),
    ("format = 1\nproducts = 7", "products", 2, "must be a table, not a number"),
    ("format = 1\n[zones.a]\nnetworks = '10.0.0.0/8'", "zones.a.networks", 3, "must be a list"),
    ("format = 1\n[zones.a]\nnetworks = [10]", "zones.a.networks", 3, "each entry must be text"),
    ("format = 1\n[zones.a]\n", "zones.a", 2, "needs its networks"),
    ("format = 1\n[roles.mfp]\nabsent = 'yes'", "roles.mfp.absent", 3, "must be true or false"),
    ("format = 1\n[proxy]\nport = '3128'", "proxy.port", 3, "must be a port number"),
    ("format = 1\n[proxy]\nport = true", "proxy.port", 3, "must be a port number"),
    ("format = 1\n[proxy]\nwildcards = 1", "proxy.wildcards", 3, "must be true or false"),
    ("format = 1\n[products.cups]\nversion = 2.0", "products.cups.version", 3, "must be text in quotes"),
    ("format = 1\n[products.cups]\nversion = 'two'", "products.cups.version", 3, "no version"),
    ("format = 1\n[products.cups.features]\nipp-sharing = true", "…ipp-sharing", 3, "write {} after it"),
    (
        "format = 1\n[products.papercut-mf.features.mfp-samsung]\ncustom-logos = 1",
        "…custom-logos",
        3,
        "true or false",
    ),
    (
        "format = 1\n[products.printeron.features.airprint]\nport = '6310'",
        "…airprint.port",
        3,
        "one of 6310, 8081",
    ),
    (
        "format = 1\n[products.cirrusprint.features.print-ports]\nrange = '9200-9299'",
        "…print-ports.range",
        3,
        "must be a list",
    ),
    ("format = true", "format", 1, "reads format = 1"),
    ("format = 1.0", "format", 1, "reads format = 1"),
    ("format = 2", "format", 1, "reads format = 1"),
    ("name = 'x'", "format", None, "is missing"),
    # A required option left out, naming its values
    (
        "format = 1\n[products.papercut-mf.features]\nmfp-toshiba = {}",
        "…mfp-toshiba.sdk",
        3,
        "is required: one or more of sdk1, sdk2, sdk3, rd30",
    ),
    (
        "format = 1\n[products.papercut-mf.features]\ndatabase = {}",
        "…database.engine",
        3,
        "is required: one of oracle, sql-server, sql-server-express, mysql, postgresql",
    ),
    (
        "format = 1\n[products.papercut-mf.features]\nmfp-toshiba = { sdk = [] }",
        "…mfp-toshiba.sdk",
        3,
        "at least one",
    ),
    # CIDRs and addresses
    ("format = 1\n[zones.a]\nnetworks = ['10.0.0/24']", "zones.a.networks", 3, "is not a network"),
    ("format = 1\n[zones.a]\nnetworks = ['10.0.0.0/33']", "zones.a.networks", 3, "is not a network"),
    (
        "format = 1\n[zones.a]\nnetworks = ['10.0.20.5/22']",
        "zones.a.networks",
        3,
        "host bits set; the network is 10.0.20.0/22",
    ),
    (
        "format = 1\n[zones.a]\nnetworks = ['2001:db8::1/64']",
        "zones.a.networks",
        3,
        "the network is 2001:db8::/64",
    ),
    (
        "format = 1\n[roles.mfp]\naddresses = ['10.0.10.5/24']",
        "roles.mfp.addresses",
        3,
        "the network is 10.0.10.0/24",
    ),
    ("format = 1\n[roles.mfp]\naddresses = ['printer-1']", "roles.mfp.addresses", 3, "'printer-1' is not"),
    (
        "format = 1\n[roles.mfp]\naddresses = ['10.0.0.9-10.0.0.5']",
        "roles.mfp.addresses",
        3,
        "10.0.0.5-10.0.0.9",
    ),
    (
        "format = 1\n[roles.mfp]\naddresses = ['10.0.0.9-2001:db8::1']",
        "roles.mfp.addresses",
        3,
        "mixes IPv4 and IPv6",
    ),
    ("format = 1\n[roles.mfp]\naddresses = ['fe80::1%eth0']", "roles.mfp.addresses", 3, "is not an address"),
    (
        "format = 1\n[firewalls.e]\nkind = 'boundary'\nzones = ['internet']\npublic_address = '2001:db8::1'",
        "firewalls.e.public_address",
        5,
        "IPv4 only",
    ),
    # Ports
    ("format = 1\n[proxy]\nport = 0", "proxy.port", 3, "ports go from 1 to 65535"),
    ("format = 1\n[proxy]\nport = 65536", "proxy.port", 3, "ports go from 1 to 65535"),
    (
        "format = 1\n[products.papercut-mf.ports]\nhttps = -1",
        "products.papercut-mf.ports.https",
        3,
        "1 to 65535",
    ),
    (
        "format = 1\n[products.cirrusprint.features.print-ports]\nrange = ['9200-70000']",
        "…print-ports.range",
        3,
        "outside 1-65535",
    ),
    (
        "format = 1\n[products.cirrusprint.features.print-ports]\nrange = ['9300-9200']",
        "…print-ports.range",
        3,
        "9200-9300",
    ),
    # Zones and names
    (
        "format = 1\n[zones.servers]\nnetworks = []\n[roles.mfp]\nzones = ['server']",
        "roles.mfp.zones",
        5,
        "no zone 'server' is declared; did you mean 'servers'",
    ),
    (
        "format = 1\n[firewalls.a]\nkind = 'boundary'\nzones = ['x', 'y']",
        "firewalls.a.zones",
        4,
        "no zone 'x' is declared",
    ),
    (
        "format = 1\n[products.cups.roles.mfp]\nzones = ['x']",
        "products.cups.roles.mfp.zones",
        3,
        "no zone 'x'",
    ),
    ("format = 1\n[zones.internet]\nnetworks = []", "zones.internet", 2, "built in"),
    ("format = 1\n[zones.Clients]\nnetworks = []", "zones.Clients", 2, "cannot name a zone"),
    ("format = 1\n[zones.-a]\nnetworks = []", "zones.-a", 2, "cannot name a zone"),
    ("format = 1\n[firewalls.'a b']\nkind = 'host'", "firewalls.'a b'", 2, "cannot name a firewall"),
    ("format = 1\n[firewalls.a]\nzones = []", "firewalls.a", 2, "needs its kind"),
    ("format = 1\n[firewalls.a]\nkind = 'host'", "firewalls.a", 2, "needs the role that it guards"),
    ("format = 1\n[firewalls.a]\nkind = 'boundary'", "firewalls.a", 2, "needs the zones that it joins"),
    (
        "format = 1\n[roles.mfp]\nabsent = true\naddresses = ['10.0.0.1']",
        "roles.mfp",
        2,
        "is absent and has a place",
    ),
    (
        "format = 1\n[products.papercut-mf.hosts]\nazure-ldap = 'https://a.b'",
        "…hosts.azure-ldap",
        3,
        "is no full host name",
    ),
]


@pytest.mark.parametrize(("text", "path", "line", "says"), WRONG, ids=[f"{w[1]}-{n}" for n, w in enumerate(WRONG)])
def test_each_error_says_where_and_what(text: str, path: str, line: int | None, says: str) -> None:
    found = [e for e in errors_of(text) if says in e.message]
    assert found, errors_of(text)
    assert found[0].path == path if not path.startswith("…") else found[0].path.endswith(path[1:])
    assert found[0].line == line


def test_one_mistake_is_one_error() -> None:
    """Two zones that nothing declares are two errors; all other samples are one."""
    for text, path, _, says in WRONG:
        assert len(errors_of(text)) == (2 if path == "firewalls.a.zones" else 1), (text, says, errors_of(text))


def test_all_errors_come_at_once_in_the_order_of_the_file() -> None:
    text = "\n".join(
        [
            "name = 1",
            "[zones.a]",
            "networks = ['10.0.0.1/8', 'x']",
            "[roles.nobody]",
            "[proxy]",
            "port = 0",
            "mode = 'often'",
        ]
    )
    with pytest.raises(PlanErrors) as caught:
        read_plan(text, CATALOG)
    lines = [error.line for error in caught.value.errors]
    assert lines == [None, 1, 3, 3, 4, 6, 7]
    said = str(caught.value)
    assert len(said.splitlines()) == 7
    assert re.search(r"^line 6: proxy\.port: 0 is no port", said, re.MULTILINE)


def test_what_is_right_is_kept() -> None:
    plan, errors = parse_plan(
        "format = 1\nname = 'x'\nname2 = 1\n[zones.a]\nnetworks = ['10.0.0.0/8', 'bad']", CATALOG
    )
    assert len(errors) == 2
    assert (plan.name, plan.zones) == ("x", {"a": Zone(("10.0.0.0/8",))})
