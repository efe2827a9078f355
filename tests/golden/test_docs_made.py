"""What docs/ and examples/ hold of the program's own making is what the program makes today; where it
is not, `make docs` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporters.verify import verified
from tests.golden.consoles import REVIEW, renewed
from tests.golden.examples import (
    EXAMPLE_PLANS,
    EXAMPLES,
    EXPORTED_PLAN,
    FORMATS,
    STORED,
    contents,
    write_export,
)
from tests.golden.reference import REFERENCE, reference
from tests.tools.worlds import CATALOG, world_of
from wizard.deployment import to_json
from wizard.network.addresses import covers
from wizard.plan.file.schema import plan_schema
from wizard.plan.file.shapes import Schema
from wizard.plan.stamp import plan_digest

# RFC 5737 and RFC 3849.
FOR_DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")


@pytest.mark.parametrize("plan", EXAMPLE_PLANS, ids=lambda path: path.stem)
def test_an_example_is_complete_and_without_errors(plan: Path) -> None:
    deployment = world_of(plan)
    assert [finding for finding in deployment.findings if finding.severity == "error"] == []
    assert [rule.id for rule in deployment.rules if rule.unresolved] == []
    assert len(deployment.rules) > 10


def test_the_stored_export_is_what_export_writes_today(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    fresh, stored = contents(tmp_path / "export"), contents(STORED)
    assert sorted(fresh) == sorted(stored)
    assert [path for path in fresh if fresh[path] != stored[path]] == [], "run: make docs"


def test_the_command_beside_the_stored_export_names_its_formats() -> None:
    text = (EXAMPLES / "README.md").read_text("utf-8")
    command = text.rpartition("```sh")[2]
    assert tuple(re.findall(r"--format (\S+)", command)) == FORMATS


def test_the_stored_export_is_whole_and_of_the_plan_beside_it() -> None:
    outcome = verified(STORED)
    assert outcome.as_written
    assert outcome.stamp["plan"] == plan_digest(world_of(EXPORTED_PLAN).plan)


@pytest.mark.parametrize("plan", EXAMPLE_PLANS, ids=lambda path: path.stem)
def test_the_networks_of_an_example_are_nobodys(plan: Path) -> None:
    for zone in world_of(plan).plan.zones.values():
        assert covers(FOR_DOCUMENTATION, zone.networks)


def test_the_reference_is_what_the_declarations_say_today() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "run: make docs"


def keys_of(schema: Schema, above: str = "") -> Iterator[str]:
    """The keys of a table of the schema and of those below it; `<>` for a name that people give."""
    for name, below in schema.get("properties", {}).items():
        if above or name != "products":
            yield f"{above}{name}"
            yield from keys_of(below, f"{above}{name}.")
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from keys_of(inner, f"{above}<>.")
    for kind in schema.get("oneOf", []):
        yield from keys_of(kind, above)


def test_every_key_of_the_schema_is_in_the_reference() -> None:
    """The schema is walked, the reference is made of the fields: neither has what the other has not."""
    schema = plan_schema(CATALOG)
    del schema["properties"]["roles"]["properties"]
    keys = set(keys_of(schema))
    tables = {key for key in keys if any(other.startswith(f"{key}.") for other in keys)}
    text = re.sub(r"<[a-z]+>", "<>", REFERENCE.read_text("utf-8"))
    listed = set(
        re.findall(r"^\| `([a-z_.<>]+)` \|", text.partition("## Features")[0], re.MULTILINE)
    )
    by_name = {key.removesuffix(".<>") for key in listed}
    assert keys - tables - {"roles"} <= listed | by_name
    for product in CATALOG.products.values():
        for feature in product.features:
            assert f"| `{feature}`" in text


def test_every_column_and_key_of_the_stored_export_is_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")
    for path in STORED.glob("*.csv"):
        head = path.read_text("utf-8").partition("\n")[0].strip()
        part = text.partition(f"### {path.name}\n")[2].partition("\n### ")[0]
        assert re.findall(r"^\| `(\w+)`", part, re.MULTILINE) == head.replace('"', "").split(",")
    for name, value in to_json(world_of(EXPORTED_PLAN)).items():
        part = text.partition("## JSON of")[2].partition(f"### {name}\n")[2].partition("\n### ")[0]
        record = value[0] if isinstance(value, list) and value else value
        if isinstance(record, dict):
            assert re.findall(r"^\| `(\w+)`", part, re.MULTILINE) == list(record)


def test_the_commands_of_the_review_print_what_the_page_shows() -> None:
    page = REVIEW.read_text("utf-8")
    assert page.count("```console\n$ portwright") == 5
    assert renewed(page) == page, "run: make docs"
