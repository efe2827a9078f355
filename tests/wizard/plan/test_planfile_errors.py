"""Every way in which a plan file can be wrong: each error says where and what, and all of them come
at once.
"""

from __future__ import annotations

import re

import pytest

from tests.tools.worlds import CATALOG, errors_of
from wizard.plan.file import PlanErrors, parse_plan, read_plan
from wizard.plan.model import Zone

WRONG = [
    # Unknown keys and ids, with the nearest
    ("format = 1\nzone = {}", "zone", 2, "did you mean 'zones'"),
    ("format = 1\n[request]\nrequestor = 'x'", "request.requestor", 3, "did you mean 'requester'"),
    ("format = 1\n[products.papercut]", "products.papercut", 2, "did you mean 'papercut-"),
    (
        "format = 1\n[products.cups.features]\nipp-shared = {}",
        "…features.ipp-shared",
        3,
        "'ipp-sharing'",
    ),
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
    (
        "format = 1\n[products.papercut-mf.ports]\nhtttps = 1",
        "…ports.htttps",
        3,
        "did you mean 'https'",
    ),
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
    (
        "format = 1\n[firewalls.a]\nkind = 'host'\nrole = 'server'",
        "firewalls.a.role",
        4,
        "unknown role",
    ),
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
    (
        "format = 1\n[request]\nwanted = '2027-01-15'",
        "request.wanted",
        3,
        "2027-01-15, without quotes",
    ),
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
    (
        "format = 1\n[products.cups]\nversion = 2.0",
        "products.cups.version",
        3,
        "must be text in quotes",
    ),
    ("format = 1\n[products.cups]\nversion = 'two'", "products.cups.version", 3, "no version"),
    (
        "format = 1\n[products.cups.features]\nipp-sharing = true",
        "…ipp-sharing",
        3,
        "write {} after it",
    ),
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
    (
        "format = 1\n[zones.a]\nnetworks = ['10.0.0.0/33']",
        "zones.a.networks",
        3,
        "is not a network",
    ),
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
    (
        "format = 1\n[roles.mfp]\naddresses = ['printer-1']",
        "roles.mfp.addresses",
        3,
        "'printer-1' is not",
    ),
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
    (
        "format = 1\n[roles.mfp]\naddresses = ['fe80::1%eth0']",
        "roles.mfp.addresses",
        3,
        "is not an address",
    ),
    (
        (
            "format = 1\n[firewalls.e]\nkind = 'boundary'\nzones = ['internet']\npublic_address ="
            " '2001:db8::1'"
        ),
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
    (
        "format = 1\n[firewalls.'a b']\nkind = 'host'",
        "firewalls.'a b'",
        2,
        "cannot name a firewall",
    ),
    ("format = 1\n[firewalls.a]\nzones = []", "firewalls.a", 2, "needs its kind"),
    ("format = 1\n[firewalls.a]\nkind = 'host'", "firewalls.a", 2, "needs the role that it guards"),
    (
        "format = 1\n[firewalls.a]\nkind = 'boundary'",
        "firewalls.a",
        2,
        "needs the zones that it joins",
    ),
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


@pytest.mark.parametrize(
    ("text", "path", "line", "says"), WRONG, ids=[f"{w[1]}-{n}" for n, w in enumerate(WRONG)]
)
def test_each_error_says_where_and_what(text: str, path: str, line: int | None, says: str) -> None:
    found = [e for e in errors_of(text) if says in e.message]
    assert found, errors_of(text)
    assert found[0].path == path if not path.startswith("…") else found[0].path.endswith(path[1:])
    assert found[0].line == line


def test_one_mistake_is_one_error() -> None:
    """Two zones that nothing declares are two errors; all other samples are one."""
    for text, path, _, says in WRONG:
        assert len(errors_of(text)) == (2 if path == "firewalls.a.zones" else 1), (
            text,
            says,
            errors_of(text),
        )


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


def test_of_ten_thousand_errors_fifty_are_said_and_the_others_counted() -> None:
    with pytest.raises(PlanErrors) as caught:
        read_plan("format = 1\n" + "".join(f"key{n} = 1\n" for n in range(10_000)), CATALOG)
    assert len(caught.value.errors) == 10_000
    *first, last = str(caught.value).splitlines()
    assert len(first) == 50
    assert first[0].startswith("line 2: key0: unknown key")
    assert last == "and 9,950 more; mend these first"


def test_what_is_right_is_kept() -> None:
    plan, errors = parse_plan(
        "format = 1\nname = 'x'\nname2 = 1\n[zones.a]\nnetworks = ['10.0.0.0/8', 'bad']", CATALOG
    )
    assert len(errors) == 2
    assert (plan.name, plan.zones) == ("x", {"a": Zone(("10.0.0.0/8",))})
