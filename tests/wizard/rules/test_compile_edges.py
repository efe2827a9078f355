"""Towards the internet and from it: port forwards, print data that must not leave, proxies,
allowlists.
"""

from __future__ import annotations

import pytest

from tests.tools.worlds import OFFICE, codes, hosts, passes, rules_at, world
from wizard.deployment import Deployment

CLIENT, SERVER, ABROAD = "10.0.20.7", "10.0.10.5", "8.8.8.8"
NAT = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
REMOTE = "[products.cirrusprint.features]\nremote-clients = {}\n"


def forwarded(d: Deployment) -> set[tuple[object, ...]]:
    return {
        (f.firewall, f.public_address, f.public_ports[0], f.address, f.ports[0], f.unresolved)
        for f in d.forwards
    }


def test_forwards_lead_to_the_one_host() -> None:
    d = world(NAT, REMOTE)
    assert forwarded(d) == {("edge", "203.0.113.7", 443, SERVER, 443, ())}
    assert passes(d, ABROAD, SERVER, "80/tcp") == set()  # sign-ins in the clear
    # The rule holds the address after translation
    assert passes(d, ABROAD, SERVER, "443/tcp") == {"edge/forward", "server/in"}
    assert passes(d, ABROAD, "203.0.113.7", "443/tcp") == set()
    assert passes(d, CLIENT, SERVER, "443/tcp") == {"core/forward", "server/in"}


def test_without_nat_there_is_nothing_to_forward() -> None:
    d = world(OFFICE, REMOTE)
    assert d.forwards == ()
    assert passes(d, ABROAD, SERVER, "443/tcp") == {"edge/forward", "server/in"}


def test_only_what_comes_from_the_internet_is_forwarded() -> None:
    assert world(NAT, "[products.papercut-mf.features]\nentitlements = {}").forwards == ()


@pytest.mark.parametrize(
    "placed", ["addresses = ['10.0.10.5-10.0.10.6']", "zones = ['servers']", ""]
)
def test_a_forward_to_no_single_address_waits(placed: str) -> None:
    text = NAT.replace(
        '[roles.print-server]\n    addresses = ["10.0.10.5"]', f"[roles.print-server]\n{placed}"
    )
    d = world(text, REMOTE)
    assert all(f.address is None and "print-server" in f.unresolved for f in d.forwards)
    assert passes(d, ABROAD, SERVER, "443/tcp") <= {"server/in"}
    for rule in rules_at(d, "edge", "forward"):
        assert (rule.destinations, rule.unresolved) == ((), ("print-server",))
    if placed:
        assert {f.public_ports for f in d.forwards} == {(443, 443)}
        assert d.missing("edge") == ("print-server",)


def test_a_forward_without_a_public_address_waits_and_its_rule_does_not() -> None:
    d = world(OFFICE + "    nat = true\n", REMOTE)
    assert forwarded(d) == {("edge", None, 443, SERVER, 443, ("public_address",))}
    assert passes(d, ABROAD, SERVER, "443/tcp") == {"edge/forward", "server/in"}
    assert "nat-without-address" in codes(d)


def test_ipv6_gets_a_plain_rule() -> None:
    text = NAT.replace('["10.0.10.0/24"]', '["10.0.10.0/24", "2001:db8:10::/64"]')
    d = world(text.replace('["10.0.10.5"]', '["10.0.10.5", "2001:db8:10::5"]'), REMOTE)
    assert {f.address for f in d.forwards} == {SERVER}
    assert passes(d, "2a00::1", "2001:db8:10::5", "443/tcp") == {"edge/forward", "server/in"}


def test_behind_two_boundaries_the_outer_one_forwards() -> None:
    text = NAT.replace('zones = ["servers", "internet"]', 'zones = ["dmz", "internet"]').replace(
        '"clients", "printers"]', '"clients", "printers", "dmz"]'
    )
    d = world(text, "[zones.dmz]\nnetworks = ['10.0.40.0/24']", REMOTE)
    assert {f.firewall for f in d.forwards} == {"edge"}
    assert passes(d, ABROAD, SERVER, "443/tcp") == {"edge/forward", "core/forward", "server/in"}


def test_forwards_for_known_addresses_alone() -> None:
    mail = "internal-smtp = {}\n[roles.mail-server]\naddresses = ['198.51.100.25']"
    (forward,) = world(NAT, "[products.cirrusprint.features]", mail).forwards
    assert forward.sources == ("198.51.100.25/32",)
    assert forward.public_ports == (25, 25)


def test_two_forwards_of_one_port_have_ids_of_their_own() -> None:
    """Neither leads anywhere yet, and each waits for another role."""
    d = world(
        NAT,
        "[products.papercut-mf]\npublic = ['https']\n[products.papercut-mf.roles]",
        "user-computer = { zones = ['internet'] }\nprint-server = { zones = ['servers'] }",
        "[products.papercut-ng]\npublic = ['https']\nfeatures.site-servers = {}",
        "[products.papercut-ng.roles]\nprint-server = { addresses = ['198.51.100.7'] }",
        "secondary-server = { zones = ['servers'] }",
    )
    ids = [forward.id for forward in d.forwards]
    assert len(ids) == len(set(ids))
    assert "forward-conflict" in codes(d)


# --- Print data in the clear ---------------------------------------------------------------------


def test_print_ports_are_never_public() -> None:
    features = (
        "[products.cirrusprint.features]\nprint-ports = { range = ['9200-9209'] }\nremote-clients ="
        " {}\n"
    )
    sources = "[roles.print-source]\nzones = ['clients', 'internet']"
    d = world(NAT, features, sources)
    assert passes(d, CLIENT, SERVER, "9200/tcp") == {"core/forward", "server/in"}
    assert passes(d, ABROAD, SERVER, "9200/tcp") == set()
    assert {f.public_ports for f in d.forwards} == {(443, 443)}
    assert "cleartext-over-untrusted" in codes(d)
    inside = world(NAT, features, "[roles.print-source]\nzones = ['clients']")
    assert "cleartext-over-untrusted" not in codes(inside)


def test_print_data_to_a_printer_on_the_internet() -> None:
    d = world(
        OFFICE,
        "[products.cups.features]\nprinters-appsocket = {}\n[roles.dns-server]\nabsent = true",
        "[products.cups.roles]\nprinter = { addresses = ['203.0.113.99'] }",
        "[firewalls.out]\nkind = 'cloud'\nrole = 'print-server'\negress = 'filtered'",
    )
    assert passes(d, SERVER, "203.0.113.99", "9100/tcp") == set()
    assert passes(d, SERVER, "203.0.113.99", "161/udp") == set()
    (finding,) = [finding for finding in d.findings if finding.code == "internal-flow"]
    assert finding.subjects == ("cups/printer-snmp",)
    assert "cleartext-over-untrusted" in codes(d)


# --- Proxies -------------------------------------------------------------------------------------

CLOUD = (
    "[products.papercut-mf.features]\ncloud-ocr = {}\ndirectory = { source = ['google-cloud'] }\n"
)
PROXY = "[roles.web-proxy]\naddresses = ['10.0.30.80']\n[proxy]\nport = 8080\n"
OUT = "[firewalls.out]\nkind = 'cloud'\nrole = 'print-server'\negress = 'filtered'"


@pytest.mark.parametrize("mode", ["none", "transparent"])
def test_without_an_explicit_proxy_all_goes_out_directly(mode: str) -> None:
    d = world(OFFICE, CLOUD, OUT, f"{PROXY}mode = '{mode}'")
    assert passes(d, SERVER, ABROAD, "443/tcp") == {"out/out", "edge/forward"}
    assert passes(d, SERVER, ABROAD, "636/tcp") == {"out/out", "edge/forward"}
    assert passes(d, SERVER, "10.0.30.80", "8080/tcp") == set()
    assert hosts(d) == {"*.papercut.com", "storage.googleapis.com", "ldap.google.com"}


def test_an_explicit_proxy_takes_what_is_web() -> None:
    d = world(OFFICE, CLOUD, OUT, f"{PROXY}mode = 'explicit'")
    assert passes(d, SERVER, ABROAD, "443/tcp") == set()
    assert passes(d, SERVER, "10.0.30.80", "8080/tcp") == {"out/out", "core/forward"}
    assert passes(d, "10.0.30.80", ABROAD, "443/tcp") == {"core/forward", "edge/forward"}
    # LDAPS is no web traffic
    assert passes(d, SERVER, ABROAD, "636/tcp") == {"out/out", "edge/forward"}
    assert passes(d, "10.0.30.80", ABROAD, "636/tcp") == set()
    assert hosts(d) == {"*.papercut.com", "storage.googleapis.com", "ldap.google.com"}
    (entry,) = [e for e in d.allowlist if e.host == "*.papercut.com"]
    assert entry.from_ == ("print-server",)


def test_websockets_go_by_the_proxy() -> None:
    d = world(OFFICE, "[products.printix]", f"{PROXY}mode = 'explicit'")
    (entry,) = [e for e in d.allowlist if e.scheme == "wss"]
    assert entry.host == "websocket.proxyendpoint.printix.net"
    assert passes(d, CLIENT, "10.0.30.80", "8080/tcp") == {"core/forward"}
    assert passes(d, CLIENT, ABROAD, "443/tcp") == set()


def test_an_explicit_proxy_without_a_place_is_an_open_question() -> None:
    d = world(OFFICE, CLOUD, OUT, "[proxy]\nmode = 'explicit'")
    assert d.missing("out") == ("web-proxy",)
    assert "unplaced-role" in codes(d)
    assert passes(d, SERVER, ABROAD, "443/tcp") == set()


NAMED = {
    "scan.cloud.papercut.com",
    "ocr.cloud.papercut.com",
    "scan.papercut.com",
    "storage.googleapis.com",
}


@pytest.mark.parametrize(
    ("options", "takes", "expected"),
    [
        ("", "true", {"*.papercut.com", "storage.googleapis.com"}),
        ("region = 'eu'", "true", {"*.papercut.com", "storage.googleapis.com"}),
        (
            "region = 'eu'",
            "false",
            NAMED | {"scan.eu.cloud.papercut.com", "ocr.eu.cloud.papercut.com"},
        ),
        (
            "region = 'uk', wildcards = false",
            "true",
            NAMED | {"scan.uk.cloud.papercut.com", "ocr.uk.cloud.papercut.com"},
        ),
        (
            "wildcards = false",
            "false",
            NAMED
            | {
                f"{a}.{r}.cloud.papercut.com"
                for a in ("scan", "ocr")
                for r in ("au", "eu", "us", "uk")
            },
        ),
    ],
)
def test_wildcards_and_regions(options: str, takes: str, expected: set[str]) -> None:
    feature = f"[products.papercut-mf.features]\ncloud-ocr = {{ {options} }}"
    d = world(OFFICE, feature, f"[proxy]\nmode = 'transparent'\nwildcards = {takes}")
    assert hosts(d) == expected
    assert {e.host for e in d.allowlist if e.status == "legacy"} == (
        {"scan.papercut.com"} & expected
    )


def test_hosts_of_the_customer() -> None:
    azure = "[products.papercut-mf.features]\ndirectory = { source = ['azure-secure-ldap'] }\n"
    unknown = world(OFFICE, azure)
    assert hosts(unknown) == set()
    assert "unknown-host" in codes(unknown)
    known = world(OFFICE, azure, "[products.papercut-mf.hosts]\nazure-ldap = 'ldaps.example.com'")
    assert {(e.scheme, e.host, e.port) for e in known.allowlist} == {
        ("ldaps", "ldaps.example.com", 636)
    }
    blob = "[products.printix.features]\nown-blob-storage = {}\n"
    assert "*.blob.core.windows.net" in hosts(world(OFFICE, blob))
    own = world(
        OFFICE, blob, "[products.printix.hosts]\nblob-storage = 'acme.blob.core.windows.net'"
    )
    assert {h for h in hosts(own) if "blob" in h} == {"acme.blob.core.windows.net"}


def test_one_entry_for_a_host_that_several_facts_need() -> None:
    d = world(OFFICE, "[products.papercut-mf.features]\ncloud-ocr = {}\njob-ticketing = {}")
    (entry,) = [e for e in d.allowlist if e.host == "storage.googleapis.com"]
    assert entry.paths == ("/", "/pc-job-ticketing.appspot.com/")
    assert entry.features == ("cloud-ocr", "job-ticketing")
    assert entry.status == "current"


def test_mail_senders_and_bypass_are_lists_of_their_own() -> None:
    d = world(OFFICE, "[products.papercut-mf.features]\nemail-delivery = {}\n[products.printix]")
    assert [(m.address, m.domain, m.products) for m in d.mail_senders] == [
        ("168.245.53.86", "papercut.com", ("papercut-mf",))
    ]
    assert [b.host for b in d.tls_bypass] == ["*.printix.net", "printix.net"]
    assert not any("168.245.53.86/32" in (*rule.sources, *rule.destinations) for rule in d.rules)
    assert "*.printix.net" not in hosts(d)
