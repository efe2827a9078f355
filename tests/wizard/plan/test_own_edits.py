"""What a plan adds, added, renamed and removed."""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG, plan_of
from wizard.plan.catalog import catalog_of
from wizard.plan.file import unanswered
from wizard.plan.keys import OwnConnectionKey
from wizard.plan.model import Plan
from wizard.plan.own_edits import (
    add_connection,
    add_endpoint,
    add_party,
    remove_own,
    rename_own,
    table_of,
)
from wizard.questions import AnswerError, answered

SCANS = """
    format = 1
    [own.roles.file-server]
    name = "File server"
    [own.connections.scan]
    from = "mfp"
    to = "file-server"
    transport = "tcp"
    ports = ["445"]
    service = "Scan to folder"
    reason = "Copiers store scans"
    [roles.file-server]
    addresses = ["10.0.0.9"]
    [firewalls.files]
    kind = "host"
    role = "file-server"
    [products.cups.roles]
    file-server = { addresses = ["10.0.0.8"] }
"""


def test_names_come_from_what_it_is() -> None:
    plan, name = add_connection(Plan(), "  Scan  to Folder! ")
    assert (name, plan.own.connections[name].service) == ("scan-to-folder", "Scan to Folder!")
    plan, name = add_endpoint(plan, "Billing export")
    assert (name, plan.own.endpoints[name].purpose) == ("billing-export", "Billing export")
    with pytest.raises(AnswerError, match="called 'billing-export' already"):
        add_connection(plan, "billing export")
    with pytest.raises(AnswerError, match="in a few words"):
        add_connection(plan, " -- ")


def test_a_new_party_takes_the_side() -> None:
    plan, name = add_connection(Plan(), "Scan")
    plan, party = add_party(CATALOG, plan, "File server", OwnConnectionKey(name, "to"))
    assert (party, plan.own.connections[name].to) == ("file-server", "file-server")
    with pytest.raises(AnswerError, match="Print server is known already"):
        add_party(CATALOG, plan, "Print server", OwnConnectionKey(name, "from"))


def test_a_renamed_party_is_followed_everywhere() -> None:
    plan, _ = rename_own(CATALOG, plan_of(SCANS), "roles", "file-server", "nas")
    assert list(plan.own.roles) == ["nas"]
    assert plan.own.connections["scan"].to == "nas"
    assert list(plan.roles) == ["nas"]
    assert plan.firewalls["files"].role == "nas"
    assert list(plan.products["cups"].roles) == ["nas"]


def test_a_removed_party_leaves_nobody_behind() -> None:
    plan = remove_own(plan_of(SCANS), "roles", "file-server")
    assert plan.own.connections["scan"].to is None
    assert not plan.roles
    assert plan.firewalls["files"].role is None
    assert not plan.products["cups"].roles
    assert "file-server" not in catalog_of(CATALOG, plan).roles
    with pytest.raises(AnswerError, match="no party 'file-server'"):
        remove_own(plan, "roles", "file-server")


def test_each_is_where_its_name_is() -> None:
    plan = plan_of(SCANS)
    assert (table_of(plan, "scan"), table_of(plan, "file-server")) == ("connections", "roles")


@pytest.mark.parametrize(
    ("part", "value", "says"),
    [
        ("service", "x" * 301, "300 at most"),
        ("reason", "turned \u202e round", "can't be shown"),
        ("ports", "70000", "outside 1-65535"),
        ("to", "nobody", "There is no 'nobody' here"),
    ],
)
def test_answers_that_a_plan_file_would_refuse_are_refused(
    part: str, value: str, says: str
) -> None:
    from wizard.questions import parse, question_at

    key = OwnConnectionKey("scan", part)
    plan = plan_of(SCANS)
    with pytest.raises(AnswerError, match=says):
        answered(CATALOG, plan, key, parse(question_at(CATALOG, plan, key), value))


def test_a_plan_that_lacks_a_part_of_its_own_is_not_written() -> None:
    plan, _ = add_connection(plan_of(SCANS), "Scan to mail")
    waiting = unanswered(CATALOG, plan)
    parts = ("from", "to", "ports", "reason")
    assert waiting == {OwnConnectionKey("scan-to-mail", part): "is required" for part in parts}
