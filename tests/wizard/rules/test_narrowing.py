"""What a plan says more about its network never opens anything else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.plan_strategies import WORDS, Table, as_plan, documents
from tests.tools.tuples import Box, box_of, difference
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.rules.model import Rule

OWN = {
    "from": "mfp",
    "to": "printer",
    "transport": "tcp",
    "ports": ["60001"],
    "service": "Own",
    "reason": "Own",
}


def deployed(tables: Table) -> Deployment:
    return deploy(CATALOG, as_plan(tables))


def opened(before: Deployment, after: Deployment, left_out: str = "") -> list[str]:
    """What rules let through after and not before; rules of one flow alone may be left out."""
    found = []
    for name in after.plan.firewalls:
        for direction in ("in", "out", "forward"):
            old = _boxes(before.rules_of(name), direction, "")
            new = _boxes(after.rules_of(name), direction, left_out)
            # Together with what was there, nothing more may be open.
            found += [f"{name} {direction}: {cell}" for cell in difference(old, [*old, *new])]
    return found


def _boxes(rules: tuple[Rule, ...], direction: str, left_out: str) -> list[Box]:
    boxes = []
    for rule in rules:
        if rule.direction == direction and rule.flows != (left_out,):
            boxes.append(box_of(rule))
    return boxes


@pytest.mark.slow
@settings(max_examples=60)
@given(documents(WORDS - {"sites"}), st.sampled_from(["north", "south"]), st.randoms())
def test_a_site_opens_nothing(tables: Table, name: str, chance: random.Random) -> None:
    zones = [*tables["zones"]]
    sites = {name: {"zones": chance.sample(zones, chance.randint(1, len(zones)))}}
    before, after = deployed(tables), deployed({**tables, "sites": sites})
    # What a forward leads to may become known when only one address of a site is left.
    if all(not firewall.nat for firewall in before.plan.firewalls.values()):
        assert opened(before, after) == []


@pytest.mark.slow
@settings(max_examples=60)
@given(documents(WORDS))
def test_an_own_connection_opens_nothing_else(tables: Table) -> None:
    own = tables.get("own", {})
    connections = {**own.get("connections", {}), "added": OWN}
    # The plan's own part is an installation like others: what a host's firewall guards grows with
    # it, unless it is there before.
    named = {"roles": {"nobody-else": {"name": "Nobody else"}}}
    before = {**tables, "own": {**named, **own}}
    after = {**before, "own": {**before["own"], "connections": connections}}
    if own.get("connections"):
        assert opened(deployed(before), deployed(after), "own/added") == []


@pytest.mark.slow
@settings(max_examples=60)
@given(documents(WORDS), st.data())
def test_encrypted_only_opens_nothing(tables: Table, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(tables["products"])))
    answers = tables["products"][name]
    without = {**tables, "products": {**tables["products"], name: {**answers}}}
    without["products"][name].pop("encrypted_only", None)
    strict = {**tables, "products": {**tables["products"], name: {**answers}}}
    strict["products"][name]["encrypted_only"] = True
    before, after = deployed(without), deployed(strict)
    assert {flow.id for flow in after.flows} <= {flow.id for flow in before.flows}
    if all(not firewall.nat for firewall in before.plan.firewalls.values()):
        assert opened(before, after) == []


@pytest.mark.slow
@settings(max_examples=60)
@given(documents(WORDS), st.randoms(use_true_random=False))
def test_the_order_of_a_plan_file_changes_nothing(tables: Table, chance: random.Random) -> None:
    one, two = deployed(tables), deployed(_mixed(tables, chance))
    assert one.rules == two.rules
    assert one.forwards == two.forwards
    assert one.allowlist == two.allowlist


@pytest.mark.slow
@settings(max_examples=60)
@given(documents(WORDS))
def test_what_must_never_be_changes_no_rule(tables: Table) -> None:
    without = {key: table for key, table in tables.items() if key != "never"}
    before, after = deployed(without), deployed(tables)
    assert before.rules == after.rules
    assert before.forwards == after.forwards
    assert before.allowlist == after.allowlist
    assert after.denials or not tables["never"]


def _mixed(tables: Table, chance: random.Random) -> Table:
    """The tables, and those in them, with their keys in another order."""
    keys = [*tables]
    chance.shuffle(keys)
    mixed: Table = {}
    for key in keys:
        value = tables[key]
        mixed[key] = _mixed(value, chance) if isinstance(value, dict) else value
    return mixed
