"""What the plan itself asks for rests on the plan: `own`, in every file that says on what it rests."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import tomli

from exporters.data import csv as data_csv
from exporters.data import toml as data_toml
from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment, to_json

OWN = """
    [products.cups.features]
    ipp-sharing = {}
    [own.connections.scan]
    from = "print-server"
    to = "user-computer"
    transport = "tcp"
    ports = ["445"]
    reason = "Copiers store scans"
    service = "Scan to folder"
    [own.endpoints.billing]
    from = "print-server"
    scheme = "https"
    host = "erp.example.com"
    purpose = "Billing export"
"""


def office() -> Deployment:
    return world(OFFICE, OWN)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_flows_of_the_plan_rest_on_the_plan() -> None:
    value = office()
    listed: dict[str, Any] = json.loads(json.dumps(to_json(value)))
    shown = {flow["id"]: flow["evidence"] for flow in listed["flows"]}
    own = {key for key, evidence in shown.items() if evidence == "own"}
    assert own == {key for key in shown if key.startswith(("own/", "management/"))} != set()
    assert "own/scan" in own
    in_toml = tomli.loads(data_toml.files(value)["rules.toml"])["flows"]
    assert {flow["id"]: flow["evidence"] for flow in in_toml} == shown
    in_csv = rows(data_csv.files(value)["flows.csv"])
    assert {row["id"]: row["evidence"] for row in in_csv} == shown


def test_rules_and_hosts_of_the_plan_too() -> None:
    files = data_csv.files(office())
    for row in rows(files["rules.csv"]):
        flows = row["flows"].split("\n")
        asked = [flow.startswith(("own/", "management/")) for flow in flows]
        assert ("own" in row["evidence"].split("\n")) == any(asked), row
        assert (row["evidence"] == "own") == all(asked), row
    (billing,) = rows(files["allowlist.csv"])
    assert billing["evidence"] == "own"
