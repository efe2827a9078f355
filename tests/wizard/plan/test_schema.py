"""The schema takes what the plan file may hold, and nothing else."""

from __future__ import annotations

import copy
import datetime
import json
from typing import Any

import pytest
import tomli
from jsonschema import Draft202012Validator

from tests.tools.keys import answered
from wizard.facts.load import load_catalog
from wizard.plan import edits
from wizard.plan.file import parse_plan, write_plan
from wizard.plan.file.schema import plan_schema
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset, presets
from wizard.questions import STEPS, questions

CATALOG = load_catalog()
SCHEMA = plan_schema(CATALOG)
VALIDATOR = Draft202012Validator(SCHEMA)
# The plan of contract.md §2.
EXAMPLE = """
format = 1
name = "Head office printing"

[request]
requester = "Print team"
reference = "CHG-1042"
justification = "New PaperCut MF server"
wanted = 2027-01-15
review = 2028-01-15

[products.papercut-mf]
version = "24.0"
[products.papercut-mf.features]
mfp-toshiba = { sdk = ["sdk1"] }
cloud-ocr = { region = "eu", wildcards = false }
[products.papercut-mf.ports]
https = 443
[products.papercut-mf.hosts]
azure-ldap = "ldaps.example.com"
[products.papercut-mf.roles]
print-server = { zones = ["servers"], addresses = ["10.0.10.6"] }

[zones.servers]
networks = ["10.0.10.0/24", "2001:db8:10::/64"]
[zones.clients]
networks = ["10.0.20.0/22"]
[zones.printers]
networks = ["10.0.30.0/24"]

[roles.print-server]
zones = ["servers"]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = ["clients"]
[roles.mfp]
zones = ["printers"]
[roles.mobile-device]
absent = true

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


def as_json(text: str) -> Any:
    """The TOML as an editor hands it to a schema: dates as text."""

    def plain(value: object) -> str:
        assert isinstance(value, datetime.date)
        return value.isoformat()

    return json.loads(json.dumps(tomli.loads(text), default=plain))


def problems(plan: Any) -> list[str]:
    return [f"{list(error.path)}: {error.message}" for error in VALIDATOR.iter_errors(plan)]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA, allow_nan=False)


def test_the_example_of_the_contract_fits() -> None:
    assert problems(as_json(EXAMPLE)) == []
    assert parse_plan(EXAMPLE, CATALOG)[1] == ()
    assert problems({"format": 1}) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", 2),
        ("nmae", "x"),
        ("name", 5),
        ("request.requestor", "x"),
        ("request.wanted", 5),
        ("products.papercut", {}),
        ("products.papercut-mf.version", "new"),
        ("products.papercut-mf.features.mfp-toshiba", {}),
        ("products.papercut-mf.features.mfp-toshiba.sdk", []),
        ("products.papercut-mf.features.mfp-toshiba.sdk", ["sdk9"]),
        ("products.papercut-mf.features.mfp-toshiba", True),
        ("products.papercut-mf.features.cloud-ocr.region", "mars"),
        ("products.papercut-mf.features.cloud-ocr.wildcards", "no"),
        ("products.papercut-mf.features.cloud-orc", {}),
        ("products.papercut-mf.ports.https", 0),
        ("products.papercut-mf.ports.https", "443"),
        ("products.papercut-mf.ports.htps", 443),
        ("products.papercut-mf.hosts.azure", "x.example.com"),
        ("products.papercut-mf.roles.server", {}),
        ("zones.Servers", {"networks": []}),
        ("zones.internet", {"networks": []}),
        ("zones.servers.networks", "10.0.0.0/8"),
        ("zones.servers.network", []),
        ("zones.empty", {}),
        ("roles.print-server.zone", []),
        ("roles.print-server.absent", "yes"),
        ("roles.printers", {}),
        ("firewalls.core.kind", "wall"),
        ("firewalls.core.role", "print-server"),
        ("firewalls.core.default", "drop"),
        ("firewalls.server.management", ["telnet"]),
        ("firewalls.wan.nat", True),
        ("firewalls.none", {"kind": "host"}),
        ("firewalls.none", {"role": "printer"}),
        ("proxy.mode", "maybe"),
        ("proxy.port", 70000),
        ("proxy.wildcard", True),
    ],
)
def test_wrong_keys_and_types_do_not_fit(path: str, value: Any) -> None:
    plan = copy.deepcopy(as_json(EXAMPLE))
    parts = path.split(".")
    table = plan
    for part in parts[:-1]:
        table = table[part]
    table[parts[-1]] = value
    assert problems(plan)


@pytest.mark.parametrize("preset", [preset.id for preset in presets()])
def test_what_the_wizard_writes_fits(preset: str) -> None:
    plan = answered(CATALOG, Plan(), "products", tuple(CATALOG.products))
    assert problems(as_json(write_plan(apply_preset(CATALOG, plan, preset), CATALOG))) == []


def everything() -> Plan:
    plan = answered(CATALOG, Plan(), "products", tuple(CATALOG.products))
    plan = edits.add_zone(plan, "servers")
    for product in CATALOG.products.values():
        for name in product.features:
            plan = answered(CATALOG, plan, f"products.{product.id}.features.{name}", True)
    for kind in ("host", "boundary", "cloud", "router"):
        plan = edits.add_firewall(plan, kind, kind)
    plan = answered(CATALOG, plan, "firewalls.boundary.nat", True)
    return answered(CATALOG, plan, "proxy.mode", "explicit")


def test_every_key_that_a_question_sets_is_in_the_schema() -> None:
    plan = everything()
    asked = [question for step in STEPS for question in questions(CATALOG, plan, step.id)]
    lost = [question.key for question in asked if not in_schema(SCHEMA, list(question.key.path))]
    assert len(asked) > 200
    assert lost == []


def in_schema(schema: dict[str, Any], path: list[str]) -> bool:
    """True where the path leads to a schema with words of its own."""
    if "$ref" in schema:
        target = schema["$ref"].split("/")[1:]
        schema = SCHEMA
        for step in target:
            schema = schema[step]
    if "oneOf" in schema:
        return any(in_schema(one, path) for one in schema["oneOf"])
    if not path:
        return bool(schema.get("description"))
    below = schema.get("properties", {}).get(path[0]) or schema.get("additionalProperties")
    return isinstance(below, dict) and in_schema(below, path[1:])


def test_defaults_are_what_the_plan_has() -> None:
    nothing = Plan()
    for key, schema in SCHEMA["properties"]["proxy"]["properties"].items():
        assert schema["default"] == getattr(nothing.proxy, key)
