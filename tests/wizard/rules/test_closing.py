"""The closing plan against the documents, line by line.

What follows is written from the pages (PaperCut's list of ports, CirrusPrint's firewall page), not
from `data/`. PaperCut is at .10.5, CirrusPrint at .10.6, the proxy in the DMZ, and the way to the
internet goes through both boundaries. Nothing else may be open anywhere."""

from __future__ import annotations

import pytest

from tests.tools.internet import inside_of
from tests.tools.paths import PLANS
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.plan.file import read_plan

CLIENTS, PRINTERS = "10.0.20.0/22", "10.0.30.0/24"
PAPERCUT, CIRRUS = "10.0.10.5/32", "10.0.10.6/32"
ADMIN, DNS, PROXY, ANY = "10.0.20.100/32", "10.0.10.53/32", "10.0.40.10/32", "0.0.0.0/0"
NOT_INTERNET = inside_of([], 4)

Line = tuple[str, str, str, str]

# firewall/direction, source, destination, port/transport
EXPECTED: dict[Line, str] = {
    # PaperCut, "main network TCP ports": 9191 HTTP and 9192 HTTPS, inbound from clients
    ("server/in", CLIENTS, PAPERCUT, "9191/tcp"): "main ports",
    ("server/in", CLIENTS, PAPERCUT, "9192/tcp"): "main ports",
    ("core/forward", CLIENTS, PAPERCUT, "9191/tcp"): "main ports",
    ("core/forward", CLIENTS, PAPERCUT, "9192/tcp"): "main ports",
    # Toshiba, inbound: 9191, 9192 for all; 10389, 10636 for SDK1 and SDK2; 162/udp for SDK1
    ("server/in", PRINTERS, PAPERCUT, "9191/tcp"): "Toshiba, EWB and SOAP events",
    ("server/in", PRINTERS, PAPERCUT, "9192/tcp"): "Toshiba, EWB and SOAP events",
    ("server/in", PRINTERS, PAPERCUT, "10389/tcp"): "Toshiba, LDAP, SDK1",
    ("server/in", PRINTERS, PAPERCUT, "10636/tcp"): "Toshiba, LDAPS, SDK1",
    ("server/in", PRINTERS, PAPERCUT, "162/udp"): "Toshiba, SNMP traps, SDK1",
    ("core/forward", PRINTERS, PAPERCUT, "9191/tcp"): "Toshiba",
    ("core/forward", PRINTERS, PAPERCUT, "9192/tcp"): "Toshiba",
    ("core/forward", PRINTERS, PAPERCUT, "10389/tcp"): "Toshiba",
    ("core/forward", PRINTERS, PAPERCUT, "10636/tcp"): "Toshiba",
    ("core/forward", PRINTERS, PAPERCUT, "162/udp"): "Toshiba",
    # Toshiba, outbound: 161/udp for SDK1; 49629, 49630 for SDK2, SDK3, RD30; 50083 for SDK3
    ("server/out", PAPERCUT, PRINTERS, "161/udp"): "Toshiba, SNMP, SDK1",
    ("server/out", PAPERCUT, PRINTERS, "49629/tcp"): "Toshiba, HTTP, SDK3",
    ("server/out", PAPERCUT, PRINTERS, "49630/tcp"): "Toshiba, HTTPS, SDK3",
    ("server/out", PAPERCUT, PRINTERS, "50083/tcp"): "Toshiba, scanning, SDK3",
    ("core/forward", PAPERCUT, PRINTERS, "161/udp"): "Toshiba",
    ("core/forward", PAPERCUT, PRINTERS, "49629/tcp"): "Toshiba",
    ("core/forward", PAPERCUT, PRINTERS, "49630/tcp"): "Toshiba",
    ("core/forward", PAPERCUT, PRINTERS, "50083/tcp"): "Toshiba",
    # Entitlements and cloud OCR are HTTPS: by the proxy, and from there to the internet on 443
    ("server/out", PAPERCUT, PROXY, "3128/tcp"): "to the proxy",
    ("core/forward", PAPERCUT, PROXY, "3128/tcp"): "to the proxy",
    ("edge/forward", PROXY, ANY, "443/tcp"): "from the proxy to PaperCut's hosts",
    # The server asks its name server, in its own zone
    ("server/out", PAPERCUT, DNS, "53/udp"): "name lookup",
    ("server/out", PAPERCUT, DNS, "53/tcp"): "name lookup",
    # CirrusPrint: "either 80 and 443, or 8482 and 8483 for browser access"
    ("server/in", CLIENTS, CIRRUS, "80/tcp"): "browser access",
    ("server/in", CLIENTS, CIRRUS, "443/tcp"): "browser access",
    ("core/forward", CLIENTS, CIRRUS, "80/tcp"): "browser access",
    ("core/forward", CLIENTS, CIRRUS, "443/tcp"): "browser access",
    # "behind a router, and remote clients": these ports forwarded, and let through by everything on
    # the way
    ("edge/forward", ANY, CIRRUS, "443/tcp"): "remote clients",
    ("core/forward", ANY, CIRRUS, "443/tcp"): "remote clients",
    ("server/in", ANY, CIRRUS, "443/tcp"): "remote clients",
    # "port 25 must be opened … external mail servers"
    ("edge/forward", ANY, CIRRUS, "25/tcp"): "internal SMTP server",
    ("core/forward", ANY, CIRRUS, "25/tcp"): "internal SMTP server",
    ("server/in", ANY, CIRRUS, "25/tcp"): "internal SMTP server",
    # The plan's own management access, to both hosts
    ("server/in", ADMIN, PAPERCUT, "22/tcp"): "ssh",
    ("server/in", ADMIN, CIRRUS, "22/tcp"): "ssh",
    ("core/forward", ADMIN, PAPERCUT, "22/tcp"): "ssh",
    ("core/forward", ADMIN, CIRRUS, "22/tcp"): "ssh",
}


@pytest.fixture(scope="module")
def closing() -> Deployment:
    path = next(path for path in PLANS if path.stem == "closing")
    return deploy(CATALOG, read_plan(path.read_text("utf-8"), CATALOG))


def test_every_line_and_no_other(closing: Deployment) -> None:
    lines: set[Line] = set()
    for rule in closing.rules:
        for low, high in rule.ports:
            lines |= {
                (
                    f"{rule.firewall}/{rule.direction}",
                    source,
                    destination,
                    f"{port}/{rule.transport}",
                )
                for port in range(low, high + 1)
                for source in rule.sources
                for destination in rule.destinations
            }
    assert lines == EXPECTED.keys()


def test_the_internet_is_all_but_private_addresses(closing: Deployment) -> None:
    for rule in closing.rules:
        assert rule.except_sources == (NOT_INTERNET if rule.sources == (ANY,) else ())
        assert rule.except_destinations == (NOT_INTERNET if rule.destinations == (ANY,) else ())


def test_forwards(closing: Deployment) -> None:
    found = {
        (f.firewall, f.transport, f.public_address, f.public_ports, f.address, f.ports)
        for f in closing.forwards
    }
    ports = [(25, 25), (443, 443)]
    assert found == {("edge", "tcp", "203.0.113.7", port, "10.0.10.6", port) for port in ports}
    assert all(f.sources == (ANY,) and not f.unresolved for f in closing.forwards)


def test_lists(closing: Deployment) -> None:
    """The proxy takes no wildcard: the hosts of the region, those that name none, and the legacy
    one.
    """
    assert {(e.scheme, e.host, e.port, e.paths, e.status) for e in closing.allowlist} == {
        ("https", "mf.cloud.papercut.com", 443, ("/",), "current"),
        ("https", "scan.cloud.papercut.com", 443, ("/",), "current"),
        ("https", "ocr.cloud.papercut.com", 443, ("/",), "current"),
        ("https", "scan.eu.cloud.papercut.com", 443, ("/",), "current"),
        ("https", "ocr.eu.cloud.papercut.com", 443, ("/",), "current"),
        ("https", "scan.papercut.com", 443, ("/",), "legacy"),
        ("https", "storage.googleapis.com", 443, ("/",), "current"),
    }
    assert all(entry.from_ == ("print-server",) for entry in closing.allowlist)
    assert closing.tls_bypass == ()
    # SendGrid's address comes with email delivery, which is not chosen here
    assert closing.mail_senders == ()


def test_what_is_said_of_it(closing: Deployment) -> None:
    found = {(finding.code, finding.severity) for finding in closing.findings}
    assert found == {
        ("example-address", "warning"),
        ("hairpin", "warning"),
        ("internal-flow", "info"),
        ("no-print-path", "warning"),
        ("internet-exposure", "warning"),
        ("unencrypted", "warning"),
    }


def test_nothing_is_open(closing: Deployment) -> None:
    assert all(rule.unresolved == () for rule in closing.rules)
    encrypted = {(port, r.encrypted) for r in closing.rules for pair in r.ports for port in pair}
    assert {
        (9191, False),
        (9192, True),
        (10389, False),
        (10636, True),
        (49630, True),
        (443, True),
    } <= encrypted
