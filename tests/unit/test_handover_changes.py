"""A change in words and in CSV: what is added and removed, which answers caused it, and nothing acts from it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import msgspec
import pytest

from exporters import changes_csv, changes_markdown
from exporters.changes_export import change_files, export_since
from exporters.export import ExportError
from tests.unit.handover_reader import Page, render
from tests.unit.hostile import HOSTILE
from tests.unit.worlds import OFFICE, world
from wizard.changes import AnswerChange, answer_text, compare
from wizard.deployment import Deployment
from wizard.plan import Request
from wizard.ports import ports_text

OLD = world(
    OFFICE,
    "[products.papercut-mf.features]\nsnmp-status = {}\ncloud-ocr = { region = 'us', wildcards = false }",
)
NEW = world(
    OFFICE.replace('"10.0.10.5"', '"10.0.10.6"').replace("format = 1", 'format = 1\n    name = "New"'),
    "[products.papercut-mf.features]\ncloud-ocr = { region = 'eu', wildcards = false }\n"
    "[products.cirrusprint.features]\nremote-clients = {}\n[roles.print-source]\nabsent = true\n"
    "[zones.guests]\nnetworks = ['10.9.0.0/24']\n[request]\nwanted = 2027-03-01",
)


def test_answers_that_changed_by_key() -> None:
    assert {(a.key, answer_text(a.was), answer_text(a.becomes)) for a in compare(OLD, NEW).answers} == {
        ("name", "", "New"),
        ("request.wanted", "", "2027-03-01"),
        ("products.cirrusprint.features.remote-clients", "no", "yes"),
        ("products.cirrusprint.features.web.ports", "", "standard"),
        ("products.cirrusprint.version", "", "2.0"),
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
        OFFICE, "[products.cups.features]\n[firewalls.new]\nkind = 'router'\nzones = ['servers', 'clients']"
    )
    answers = compare(world(OFFICE, "[products.cups.features]"), more).answers
    assert answers == (
        AnswerChange("firewalls.new.kind", None, "router"),
        AnswerChange("firewalls.new.zones", (), ("servers", "clients")),
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
        ("add" if c.sign == "+" else "remove", c.rule.id, ports_text(c.ports)) for c in changes.rules
    }
    listed = {(row["action"], row["destinations"]) for row in rows if row["what"] == "allowlist"}
    assert listed == {
        ("add" if c.sign == "+" else "remove", f"{c.entry.scheme}://{c.entry.host}")
        for c in changes.allowlist
    }
    assert {row["action"] for row in rows} == {"add", "remove"}
    for row in rows:
        assert row["documents"] or row["services"] in ("SSH", "")


def test_markdown_has_every_change() -> None:
    changes = compare(OLD, NEW)
    shown = Page(render(changes_markdown.text(OLD, NEW, changes)))
    found = {
        (row[0], row[1].split("\n")[0], row[5])
        for _, rows in shown.tables
        if rows[0][:3] == ["", "Rule", "Way"]
        for row in rows[1:]
    }
    assert found == {
        ("add" if c.sign == "+" else "remove", c.rule.id, f"{ports_text(c.ports)}/{c.rule.transport}")
        for c in changes.rules
    }
    for text in ("Change request: New", "products.papercut-mf.features.cloud-ocr.region", "2027-03-01"):
        assert text in shown.text
    for change in changes.allowlist:
        assert change.entry.host in shown.text
    assert "No firewall and no list changes" in changes_markdown.text(OLD, OLD, compare(OLD, OLD))


# No plan file holds half a surrogate pair: TOML is UTF-8.
@pytest.mark.parametrize("text", [text for text in HOSTILE if "\ud83d" not in text])
def test_hostile_text_is_inert(text: str) -> None:
    def spoiled(value: Deployment) -> Deployment:
        request = Request(requester=text, reference=text, justification=text)
        hosts = tuple(
            msgspec.structs.replace(e, host=e.host + text, purposes=(text,)) for e in value.allowlist
        )
        rules = tuple(msgspec.structs.replace(r, services=(text,)) for r in value.rules)
        plan = msgspec.structs.replace(value.plan, name=text, request=request)
        return msgspec.structs.replace(value, plan=plan, allowlist=hosts, rules=rules)

    old, new = spoiled(OLD), spoiled(NEW)
    files = change_files(OLD, new, ("csv",)) | change_files(old, new, ("markdown",))
    for row in csv.reader(io.StringIO(files["changes.csv"], newline=""), strict=True):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    shown = Page(render(files["changes.md"]))
    assert {"a", "img", "script"} & set(shown.elements) == set()
    for _, rows in shown.tables:
        assert len({len(row) for row in rows}) == 1


def test_export_since_writes_only_what_changes(tmp_path: Path) -> None:
    report = export_since(OLD, NEW, tmp_path / "change")
    assert {written.path for written in report.written} == {"changes.md", "changes.csv", "changes.json"}
    changes = json.loads((tmp_path / "change/changes.json").read_text())
    assert changes["format"] == 1
    assert len(changes["rules"]) == len(compare(OLD, NEW).rules)
    assert [a["key"] for a in changes["answers"]] == [a.key for a in compare(OLD, NEW).answers]
    with pytest.raises(ExportError, match="nftables holds all rules") as error:
        export_since(OLD, NEW, tmp_path / "other", ["nftables", "nosuch"])
    assert "There is no format 'nosuch'" in str(error.value)
    assert not (tmp_path / "other").exists()
    assert list(change_files(OLD, NEW, ["csv"])) == ["changes.csv"]
