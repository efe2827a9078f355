"""Plans without the words that came after release 0.1.0 mean what they meant there.

`tests/data/rules-0.1.0.tsv` holds every rule that the release made of the plans in `tests/plans`.
Of the facts that it knew nothing is let through now that was not then; and what is let through no
more had the internet on one side: it is public address space now, and not open to what is meant
for the inside. What came on purpose: IPv6 sends link-local multicast from fe80::/10, and may.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from tests.tools.paths import ROOT
from tests.tools.tuples import Box, addresses, box_of, difference, port_span
from tests.tools.worlds import world_of
from wizard.deployment import Deployment
from wizard.plan.model import INTERNET
from wizard.rules.model import Rule

Row = dict[str, str]
PLANS = sorted((ROOT / "tests" / "plans").glob("*.toml"))
PLACES = ("in", "out", "forward")


@cache
def rows_of(plan: str) -> tuple[Row, ...]:
    text = (ROOT / "tests" / "data" / "rules-0.1.0.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return tuple(row for row in rows if row["plan"] == plan)


@cache
def deployment_of(plan: str) -> Deployment:
    return world_of(ROOT / "tests" / "plans" / f"{plan}.toml")


def boxes_then(rows: Iterable[Row], firewall: str, direction: str) -> Iterator[Box]:
    for row in rows:
        if (row["firewall"], row["direction"]) == (firewall, direction):
            sides = ("sources", "destinations", "except_sources", "except_destinations")
            spans = tuple(map(port_span, row["ports"].split(",")))
            yield Box(row["transport"], spans, *(addresses(row[side].split()) for side in sides))


def on_the_link(rule: Rule) -> bool:
    """From a link's own addresses to its groups, and nothing else."""
    return rule.sources == ("fe80::/10",) and all(
        ip.startswith("ff02:") for ip in rule.destinations
    )


def boxes_now(
    deployment: Deployment, firewall: str, direction: str, known: set[str] | None = None
) -> Iterator[Box]:
    """With `known`, of the rules that only these facts ask for."""
    for rule in deployment.rules_of(firewall):
        asked_for = known is None or (known.issuperset(rule.flows) and not on_the_link(rule))
        if rule.direction == direction and asked_for:
            yield box_of(rule)


@pytest.mark.parametrize("plan", [path.stem for path in PLANS])
def test_nothing_became_wider(plan: str) -> None:
    rows, deployment = rows_of(plan), deployment_of(plan)
    known = {flow for row in rows for flow in row["flows"].split()}
    for firewall in deployment.plan.firewalls:
        for direction in PLACES:
            then = [*boxes_then(rows, firewall, direction)]
            now = [*boxes_now(deployment, firewall, direction, known)]
            assert difference(then, [*then, *now]) == [], (firewall, direction)


@pytest.mark.parametrize("plan", [path.stem for path in PLANS])
def test_what_became_narrower_has_the_internet_on_one_side(plan: str) -> None:
    inside = [row for row in rows_of(plan) if INTERNET not in (row["from"], row["to"])]
    within = [row for row in inside if "0.0.0.0/0" not in f"{row['sources']} {row['destinations']}"]
    assert within
    deployment = deployment_of(plan)
    for firewall in deployment.plan.firewalls:
        for direction in PLACES:
            then = [*boxes_then(within, firewall, direction)]
            now = [*boxes_now(deployment, firewall, direction)]
            assert difference(now, [*now, *then]) == [], (firewall, direction)
