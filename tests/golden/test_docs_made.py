"""What docs/ and examples/ hold of the program's own making is what the program makes today; where it
is not, `make docs` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exporters.verify import verified
from tests.golden.examples import (
    EXAMPLE_PLANS,
    EXAMPLES,
    EXPORTED_PLAN,
    FORMATS,
    STORED,
    contents,
    write_export,
)
from tests.tools.worlds import world_of
from wizard.network.addresses import covers
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
