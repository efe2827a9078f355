"""A change in words and in CSV: what is added and removed, which answers caused it, and nothing
acts from it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from exporters.changes import csv as changes_csv
from exporters.changes import markdown as changes_markdown
from exporters.changes.export import change_files, export_since
from exporters.changes.lists import try_files
from exporters.changes.model import change_request
from exporters.changes.systems import system_sides
from exporters.export import ExportError
from tests.tools.handover_reader import Page, render
from tests.tools.hostile import HOSTILE
from tests.tools.worlds import OFFICE, world
from wizard.changes import AnswerChange, answer_text, compare
from wizard.changes.json import host_halves, rule_halves
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.network.ports import ports_text
from wizard.plan.file import read_plan
from wizard.plan.model import Request
from wizard.rules.compile import compile_rules

OLD = world(
    OFFICE,
    "[products.papercut-mf.features]\nsnmp-status = {}\ncloud-ocr = { region = 'us', wildcards ="
    " false }",
)
NEW = world(
    OFFICE.replace('"10.0.10.5"', '"10.0.10.6"').replace(
        "format = 1", 'format = 1\n    name = "New"'
    ),
    "[products.papercut-mf.features]\ncloud-ocr = { region = 'eu', wildcards = false }\n"
    "[products.cirrusprint.features]\nremote-clients = {}\n[roles.print-source]\nabsent = true\n"
    "[zones.guests]\nnetworks = ['10.9.0.0/24']\n[request]\nwanted = 2027-03-01",
)


def test_answers_that_changed_by_key() -> None:
    assert {
        (a.key, answer_text(a.was), answer_text(a.becomes)) for a in compare(OLD, NEW).answers
    } == {
        ("name", "", "New"),
        ("request.wanted", "", "2027-03-01"),
        ("products.cirrusprint", "no", "yes"),
        ("products.cirrusprint.features.remote-clients", "no", "yes"),
        ("products.cirrusprint.features.web.ports", "", "standard"),
        ("products.papercut-mf.features.cloud-ocr.region", "us", "eu"),
        ("products.papercut-mf.features.snmp-status", "yes", "no"),
        ("roles.print-server.addresses", "10.0.10.5", "10.0.10.6"),
        ("roles.print-source.absent", "no", "yes"),
        ("zones.guests.networks", "", "10.9.0.0/24"),
    }
    assert compare(OLD, OLD).answers == ()
    back = {(a.key, a.becomes, a.was) for a in compare(NEW, OLD).answers}
    assert back == {(a.key, a.was, a.becomes) for a in compare(OLD, NEW).answers}


def test_a_new_firewall_is_the_answers_that_are_no_defaults() -> None:
    more = world(
        OFFICE,
        "[products.cups.features]\n[firewalls.new]\nkind = 'router'\nzones = ['servers',"
        " 'clients']",
    )
    answers = compare(world(OFFICE, "[products.cups.features]"), more).answers
    assert answers == (
        AnswerChange(
            "firewalls.new.kind",
            None,
            "router",
            "Firewall new: What it is",
            "",
            "Router without filter",
            "firewalls.new",
            "firewalls.new.kind",
        ),
        AnswerChange(
            "firewalls.new.zones",
            (),
            ("servers", "clients"),
            "Firewall new: Joins the zones",
            "",
            "servers, clients",
            "firewalls.new",
            "firewalls.new.zones",
        ),
    )


def test_only_answers_are_no_difference() -> None:
    plan = msgspec.structs.replace(OLD.plan, name="Other name")
    changes = compare(OLD, msgspec.structs.replace(OLD, plan=plan))
    assert [a.key for a in changes.answers] == ["name"]
    assert not changes


def test_csv_has_every_change() -> None:
    changes = compare(OLD, NEW)
    text = changes_csv.text(OLD, NEW, changes)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert text.endswith("\r\n")
    said = {
        (row["action"], row["id"], row["ports"])
        for row in rows
        if row["what"] in ("rule", "ports of a rule that stays")
    }
    assert said == {
        ("add" if c.sign == "+" else "remove", c.record.id, ports_text(c.ports))
        for c in rule_halves(changes)
    }
    listed = {(row["action"], row["destinations"]) for row in rows if row["what"] == "allowlist"}
    assert listed == {
        ("add" if c.sign == "+" else "remove", f"{c.record.scheme}://{c.record.host}")
        for c in host_halves(changes)
    }
    assert {row["action"] for row in rows} == {"add", "remove"}
    for row in rows:
        assert row["documents"]
    by_service = {row["services"]: row["documents"] for row in rows}
    assert by_service["SSH"] == "this plan: management of the firewall"
    # What a document leaves partly unsaid is marked, as in the handover documents.
    assert by_service["Remote web access and clients (HTTPS)"].endswith(
        "NAT Configuration (inferred)"
    )
    assert not by_service["SNMP"].endswith(")")


def test_markdown_has_every_change() -> None:
    changes = compare(OLD, NEW)
    shown = Page(render(changes_markdown.text(OLD, NEW, changes)))
    found = [
        (row[0], row[7].split("\n"), row[1].split("\n"), row[2].split("\n"), row[3], row[6])
        for _, rows in shown.tables
        if rows[0][:3] == ["", "Source", "Destination"]
        for row in rows[1:]
    ]
    rows = {half.record.id: half for half in rule_halves(changes)}
    said: set[str] = set()
    for action, ids, source, destination, ports, because in found:
        change = rows[ids[0]]
        said |= {part.removeprefix("was ") for part in ids}
        assert because
        if action == "change":
            assert [change.other.id if change.other else ""] == [
                part.removeprefix("was ") for part in ids[1:]
            ]
            signs = {line.split()[0] for line in (*source, *destination)} & {"add", "remove"}
            assert signs or "add" in ports or "remove" in ports
        else:
            assert (action, ports) == (
                "add" if change.sign == "+" else "remove",
                f"{ports_text(change.ports)}/{change.record.transport}",
            )
            assert (
                source[1:] == [bare(cidr) for cidr in change.record.sources]
                or change.record.except_sources
            )
    assert said == set(rows)
    for text in ("Change request: New", "Hosting region", "United States", "Europe", "2027-03-01"):
        assert text in shown.text
    for listed in changes.allowlist:
        assert listed.record.host in shown.text
    assert "No firewall and no list changes" in changes_markdown.text(OLD, OLD, compare(OLD, OLD))


# No plan file holds half a surrogate pair: TOML is UTF-8.
@pytest.mark.slow
@pytest.mark.parametrize("text", [text for text in HOSTILE if "\ud83d" not in text])
def test_hostile_text_is_inert(text: str) -> None:
    def spoiled(value: Deployment) -> Deployment:
        request = Request(requester=text, reference=text, justification=text)
        hosts = tuple(
            msgspec.structs.replace(e, host=e.host + text, purposes=(text,))
            for e in value.allowlist
        )
        rules = tuple(msgspec.structs.replace(r, services=(text,)) for r in value.rules)
        plan = msgspec.structs.replace(value.plan, name=text, request=request)
        return msgspec.structs.replace(value, plan=plan, allowlist=hosts, rules=rules)

    old, new = spoiled(OLD), spoiled(NEW)
    files = change_files(OLD, new, ("csv",)) | change_files(old, new, ("markdown", "html"))
    for row in csv.reader(io.StringIO(str(files["changes.csv"]), newline=""), strict=True):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    web = Page(str(files["changes.html"]))
    assert {"img", "script"} & set(web.elements) == set()
    shown = Page(render(str(files["changes.md"])))
    assert {"a", "img", "script"} & set(shown.elements) == set()
    for _, rows in shown.tables:
        assert len({len(row) for row in rows}) == 1


def test_export_since_writes_only_what_changes(tmp_path: Path) -> None:
    report = export_since(OLD, NEW, tmp_path / "change")
    paths = {written.path for written in report.written}
    assert {path for path in paths if "/" not in path} == {
        "README.md", "plan.toml", "changes.md", "changes.html", "changes.xlsx", "changes.csv", "changes.json",
    }  # fmt: skip
    assert {path for path in paths if path.startswith("proxy/")} == {
        "proxy/add/hosts.txt",
        "proxy/remove/hosts.txt",
    }
    changes = json.loads((tmp_path / "change/changes.json").read_text())
    assert changes["format"] == 1
    assert len(changes["rules"]) == len(rule_halves(compare(OLD, NEW)))
    assert [a["key"] for a in changes["answers"]] == [a.key for a in compare(OLD, NEW).answers]
    written = read_plan((tmp_path / "change/plan.toml").read_text(), NEW.catalog)
    # What is written says by which facts it was made.
    edition = NEW.catalog.edition
    assert edition
    assert written.catalog.version == edition.version
    assert msgspec.structs.replace(written, catalog=NEW.plan.catalog) == NEW.plan
    readme = (tmp_path / "change/README.md").read_text()
    for path in paths - {"README.md"}:
        assert f"`{path}`" in readme or f"`{path.rpartition('/')[0]}/`" in readme


def test_formats_that_hold_all_or_nothing_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as error:
        export_since(
            OLD, NEW, tmp_path / "other", ["nftables", "squid", "picture", "nosuch", "markdwn"]
        )
    lines = str(error.value).split("\n")
    assert lines[0].startswith("nftables holds all rules of a firewall and loads them as a whole")
    assert lines[1].startswith("squid shows the proxy's list as a whole")
    assert lines[2].startswith("picture shows the plan as a whole")
    assert lines[3] == "There is no format 'nosuch'."
    assert lines[4] == "There is no format 'markdwn'. Did you mean markdown?"
    assert lines[5].startswith("With --since there are: markdown, html, ")
    assert not (tmp_path / "other").exists()
    assert list(change_files(OLD, NEW, ["csv"])) == ["README.md", "changes.csv", "plan.toml"]


def test_the_same_plans_give_the_same_bytes() -> None:
    assert change_files(OLD, NEW) == change_files(OLD, NEW)


def test_the_proxy_gets_what_comes_and_what_goes() -> None:
    files = change_files(OLD, NEW, ["hosts"])
    for path, sign in (("proxy/add/hosts.txt", "+"), ("proxy/remove/hosts.txt", "-")):
        listed = [
            line for line in str(files[path]).splitlines() if line and not line.startswith("#")
        ]
        assert {line.split("\t")[0] for line in listed} == {
            c.record.host for c in compare(OLD, NEW).allowlist if c.sign == sign
        }


def _tried(files: dict[str, str | bytes], folder: str) -> set[str]:
    return {
        line
        for path, text in files.items()
        if path.startswith(f"{folder}/") and path.endswith(".sh")
        for line in re.findall(r"^(?:tcp|proxy|named)\|.*$", str(text), re.MULTILINE)
    }


def test_what_is_opened_must_connect_and_what_is_closed_must_not() -> None:
    files = change_files(OLD, NEW, ["connection-tests"])
    opened, closed = _tried(files, "tests/must-connect"), _tried(files, "tests/must-fail")
    assert any(line.startswith("tcp|10.0.10.6|9191|") for line in opened)
    assert any(line.startswith("tcp|10.0.10.5|9191|") for line in closed)
    # What stays as it was is tried neither way.
    assert not any("|10.0.10.6|" in line for line in closed)
    for path, text in files.items():
        if path.endswith(".sh"):
            assert f"expected={'blocked' if 'must-fail' in path else 'connects'}\n" in str(text)


def test_what_still_gets_through_is_not_said_to_be_closed() -> None:
    """Without a proxy nothing stops a host by its name while another rule lets port 443 out."""
    both = "[products.papercut-mf.features]\ngrows = {}\nsign-in-google = {}"
    old, new = (
        world(OFFICE, both),
        world(OFFICE, "[products.papercut-mf.features]\nsign-in-google = {}"),
    )
    files = change_files(old, new, ["connection-tests", "hosts"])
    assert "grows.papercut.com" in str(files["proxy/remove/hosts.txt"])
    assert not any(path.startswith("tests/must-fail/") for path in files)


def test_only_what_is_closed_is_said_to_be_closed() -> None:
    """Printers leave one of two networks: nobody is told that the other one no longer connects."""
    labs = OFFICE.replace(
        "[roles.print-server]",
        "[zones.labs]\n    networks = ['10.0.40.0/24']\n    [roles.print-server]",
    )
    labs = labs.replace('"clients", "printers"]', '"clients", "printers", "labs"]')
    two = labs.replace(
        '[roles.printer]\n    zones = ["printers"]',
        '[roles.printer]\n    zones = ["printers", "labs"]',
    )
    cups = "[products.cups.features]\nprinters-appsocket = {}\n"
    closed = _tried(
        change_files(world(two, cups), world(labs, cups), ["connection-tests"]), "tests/must-fail"
    )
    assert {tuple(line.split("|")[1:5:2]) for line in closed} == {("printer", "10.0.40.0/24")}
    # From both networks of clients to one server: the head names those that are closed.
    one = labs.replace(
        '[roles.user-computer]\n    zones = ["clients"]',
        '[roles.user-computer]\n    zones = ["clients", "labs"]',
    )
    web = "[products.papercut-mf]\n"
    files = change_files(world(one, web), world(labs, web), ["connection-tests"])
    assert "Run it there: 10.0.40.0/24." in str(files["tests/must-fail/from-user-computer.sh"])


def test_what_still_gets_through_is_found_out_without_compiling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = world(OFFICE, "[products.papercut-mf.features]\nsnmp-status = {}\nmfp-brother = {}")
    new = world(OFFICE)
    compiled: list[Any] = []

    def counting(*arguments: Any) -> Any:
        compiled.append(arguments)
        return compile_rules(*arguments)

    monkeypatch.setattr("wizard.deployment.compile_rules", counting)
    closed = try_files(old, new)
    assert any(path.startswith("tests/must-fail/") for path in closed)
    assert not compiled


def test_an_explicit_proxy_does_stop_a_host_by_its_name() -> None:
    proxy = "[proxy]\nmode = 'explicit'\n[roles.web-proxy]\naddresses = ['10.0.10.9']\n"
    both = "[products.papercut-mf.features]\ngrows = {}\nsign-in-google = {}\n"
    old = world(OFFICE, both, proxy)
    new = world(OFFICE, "[products.papercut-mf.features]\nsign-in-google = {}\n", proxy)
    closed = _tried(change_files(old, new, ["connection-tests"]), "tests/must-fail")
    assert {line.split("|")[1] for line in closed if line.startswith("proxy|")} == {
        "grows.papercut.com"
    }


SYSTEMS = """
    [products.papercut-mf.features]
    database = { engine = "postgresql" }
    sign-in-google = {}
    name-lookup = {}
    [roles.database-server]
    addresses = ["10.0.10.60"]
    [roles.dns-server]
    addresses = ["10.0.10.53"]
    [roles.web-proxy]
    addresses = ["10.0.10.80"]
    [proxy]
    mode = "explicit"
"""


def test_teams_whose_systems_have_no_firewall_are_told_too() -> None:
    """The server moves within its zone: no rule to the database changes, and the DBA has work."""
    old, new = world(OFFICE, SYSTEMS), world(OFFICE.replace('"10.0.10.5"', '"10.0.10.6"'), SYSTEMS)
    assert not [
        change for change in compare(old, new).rules if change.record.to == "database-server"
    ]
    files = change_files(old, new, ["markdown", "html", "xlsx"])
    shown, page = Page(render(str(files["changes.md"]))), Page(str(files["changes.html"]))
    for read in (shown, page):
        rows = [
            row for _, rows in read.tables if rows[0][1:3] == ["From", "To"] for row in rows[1:]
        ]
        said = {(row[0], *row[1].split("\n")[:1], *row[2].split("\n")[:1], row[3]) for row in rows}
        assert ("change", "Print server", "Database server", "tcp 5432") in said
        assert ("change", "Print server", "DNS server", "udp 53") in said
        assert ("change", "Print server", "Web proxy") in {row[:3] for row in said}
        for row in rows:
            assert row[1].split("\n")[1:] == ["remove 10.0.10.5", "add 10.0.10.6"]
            assert row[-1]
    book = load_workbook(io.BytesIO(bytes(files["changes.xlsx"])))  # type: ignore[arg-type]
    teams = {row[0].value for row in book["Other systems"].iter_rows(min_row=2)}
    assert teams == {"Proxy team", "DBA", "DNS team"}
    assert not change_request(old, old, compare(old, old)).systems


def test_only_what_is_switched_on_or_off_is_said_to_be_in_use() -> None:
    version = "[products.papercut-mf]\nversion = '22.0'\n"
    old, new = (
        world(OFFICE, version),
        world(OFFICE, version.replace("22.0", "24.0"), "[products.cups]\n"),
    )
    said = {(row.thing.partition(" (")[0], row.label, row.was, row.becomes)
            for row in change_request(old, new, compare(old, new)).answers}  # fmt: skip
    assert ("CUPS", "in use", "no", "yes") in said
    assert ("PaperCut MF: version", "", "22.0", "24.0") in said


def test_systems_that_come_and_go() -> None:
    bare_plan = "[products.papercut-mf]\n"
    old, new = world(OFFICE, bare_plan), world(OFFICE, SYSTEMS)
    for one, other, sign in ((old, new, "+"), (new, old, "-")):
        parts = change_request(one, other, compare(one, other)).systems
        assert {entry.sign for part in parts for entry in part.entries} == {sign}
        assert [part.team.id for part in parts] == ["proxy", "dba", "names"]
    unplaced = world(OFFICE, SYSTEMS.replace('addresses = ["10.0.10.60"]', ""))
    (dba,) = [
        p
        for p in change_request(unplaced, new, compare(unplaced, new)).systems
        if p.team.id == "dba"
    ]
    assert [system_sides(entry)[1] for entry in dba.entries] == [(("+", "10.0.10.60"),)]


def test_html_and_workbook_have_every_entry() -> None:
    files = change_files(OLD, NEW, ["html", "xlsx"])
    changes = compare(OLD, NEW)
    page = Page(str(files["changes.html"]))
    assert "script" not in page.elements
    book = load_workbook(io.BytesIO(bytes(files["changes.xlsx"])))  # type: ignore[arg-type]
    cells = {
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    for entry in changes.rules:
        assert entry.record.id in page.text
        assert entry.record.id in cells
    for change in changes.allowlist:
        assert change.record.host in page.text
        assert change.record.host in cells
    for group in changes.groups:
        if group.key != "request":
            assert group.label in page.text
    assert {"Add", "Remove", "Change", "Proxy allowlist", "Answers"} <= set(book.sheetnames)
