"""What a plan adds to the facts: how `[own]` is read, written and refused."""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG, errors_of
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.model import OwnConnection, OwnEndpoint, OwnRole, Placement

OWN = """format = 1
[own.roles.file-server]
name = "File server for scans"
[own.connections.scan-to-folder]
from = "mfp"
to = "file-server"
transport = "tcp"
ports = ["445", 9101, "9100"]
service = "Scan to folder"
reason = "Copiers store scans on the file server"
encrypted = true
reference = "CHG-1042"
[own.endpoints.billing]
from = "print-server"
scheme = "https"
host = "ERP.example.com."
port = 443
path = "/"
purpose = "Billing export"
[roles.file-server]
addresses = ["10.2.10.20"]
[firewalls.files]
kind = "host"
role = "file-server"
"""


def test_every_word_is_read_and_written_back() -> None:
    plan = read_plan(OWN, CATALOG)
    assert plan.own.roles == {"file-server": OwnRole("File server for scans")}
    assert plan.own.connections == {
        "scan-to-folder": OwnConnection(
            from_="mfp",
            to="file-server",
            transport="tcp",
            ports=("445", "9100-9101"),
            service="Scan to folder",
            reason="Copiers store scans on the file server",
            encrypted=True,
            reference="CHG-1042",
        )
    }
    billing = plan.own.endpoints["billing"]
    # The scheme's own port is no answer of its own.
    assert billing == OwnEndpoint(
        "print-server", "https", "erp.example.com", None, "/", "Billing export"
    )
    assert billing.used_port == 443
    assert plan.roles["file-server"] == Placement(addresses=("10.2.10.20",))
    assert plan.firewalls["files"].role == "file-server"
    text = write_plan(plan, CATALOG)
    assert "port = 443" in text
    assert 'reference = "CHG-1042"' in text
    assert read_plan(text, CATALOG) == plan


@pytest.mark.parametrize(
    ("scheme", "port"), [("https", 443), ("http", 80), ("wss", 443), ("ldaps", 636)]
)
def test_each_scheme_has_its_port(scheme: str, port: int) -> None:
    text = OWN.replace('scheme = "https"', f'scheme = "{scheme}"').replace("port = 443\n", "")
    assert read_plan(text, CATALOG).own.endpoints["billing"].used_port == port


CONNECTION = """format = 1
[own.connections.scan]
from = "mfp"
to = "mail-relay"
transport = "tcp"
ports = ["587"]
service = "Scan to mail"
reason = "Scans go by mail"
"""


@pytest.mark.parametrize(
    ("right", "wrong", "path", "line", "says"),
    [
        ('from = "mfp"', 'from = "mfpp"', "own.connections.scan.from", 3, "did you mean 'mfp'"),
        ('to = "mail-relay"', 'to = "relay"', "own.connections.scan.to", 4, "unknown role 'relay'"),
        ('"tcp"', '"icmp"', "own.connections.scan.transport", 5, "one of tcp, udp"),
        ('["587"]', '["0"]', "own.connections.scan.ports", 6, "outside 1-65535"),
        ('["587"]', '["9-8"]', "own.connections.scan.ports", 6, "write 8-9"),
        ('["587"]', '"587"', "own.connections.scan.ports", 6, "must be a list"),
        ('["587"]', "[]", "own.connections.scan", 2, "needs its ports, such as ports ="),
        ('from = "mfp"\n', "", "own.connections.scan", 2, "needs its from, such as from ="),
        ('reason = "Scans go by mail"', 'reason = ""', "own.connections.scan", 2, "its reason"),
        ('"Scans go by mail"', '"a\\nb"', "own.connections.scan.reason", 8, "must be one line"),
        ('"Scans go by mail"', '"\\u202e"', "own.connections.scan.reason", 8, "can be shown"),
        ('"Scans go by mail"', f'"{"x" * 301}"', "own.connections.scan.reason", 8, "301 char"),
        ("reason", 'encrypted = "yes"\nreason', "own.connections.scan.encrypted", 8, "true or"),
        ("service", "serivce", "own.connections.scan.serivce", 7, "did you mean 'service'"),
        ("own.connections.scan", "own.connection.scan", "own.connection", 2, "'connections'"),
        ("own.connections.scan", 'own.connections."Scan"', "own.connections.Scan", 2, "a connect"),
    ],
)
def test_each_mistake_is_named(right: str, wrong: str, path: str, line: int, says: str) -> None:
    errors = errors_of(CONNECTION.replace(right, wrong, 1))
    assert [error.path for error in errors] == [path] or len(errors) == 2
    first = next(error for error in errors if error.path == path)
    assert first.line == line
    assert says in first.message


def test_all_that_is_missing_comes_at_once() -> None:
    errors = errors_of("format = 1\n[own.connections.scan]\n[own.endpoints.x]\n[own.roles.y]\n")
    assert [(error.line, error.message.split(",")[0]) for error in errors] == [
        (2, "needs its from"),
        (2, "needs its to"),
        (2, "needs its transport"),
        (2, "needs its ports"),
        (2, "needs its service"),
        (2, "needs its reason"),
        (3, "needs its from"),
        (3, "needs its scheme"),
        (3, "needs its host"),
        (3, "needs its purpose"),
        (4, "needs its name"),
    ]
    # Nothing is wrong: a wizard asks for it.
    assert all(error.unanswered for error in errors)


def test_a_role_of_the_catalog_is_not_declared_again() -> None:
    (error,) = errors_of('format = 1\n[own.roles.mfp]\nname = "My devices"\n')
    assert (error.path, error.line) == ("own.roles.mfp", 2)
    assert "the catalog has a role of that name (Multifunction device)" in error.message
    plan, _ = parse_plan('format = 1\n[own.roles.mfp]\nname = "My devices"\n', CATALOG)
    assert not plan.own.roles


def test_a_connection_and_an_endpoint_have_two_names() -> None:
    (error,) = errors_of(OWN.replace("own.endpoints.billing", "own.endpoints.scan-to-folder"))
    assert (error.path, error.line) == ("own.endpoints.scan-to-folder", 13)
    assert "is the name of a connection too" in error.message


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ('"ERP.example.com."', '"https://erp"', "no full host name"),
        ('path = "/"', 'path = "invoices"', "begins with /"),
        ('scheme = "https"', 'scheme = "ftp"', "one of https, http, wss, ldaps"),
    ],
)
def test_endpoints_that_cannot_be(right: str, wrong: str, says: str) -> None:
    (error,) = errors_of(OWN.replace(right, wrong))
    assert says in error.message


def test_an_own_role_is_unknown_where_nobody_declares_it() -> None:
    text = 'format = 1\n[own.roles.file-server]\nname = "x"\n[roles.files-server]\nzones = []\n'
    (error,) = errors_of(text)
    assert "did you mean 'file-server'" in error.message
