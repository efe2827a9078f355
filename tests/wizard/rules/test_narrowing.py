"""What a plan says more about its network never opens anything else."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.plan_strategies import WORDS, Table, as_plan, documents, roles_of
from tests.tools.tuples import Box, box_of, difference
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.network.topology import Network
from wizard.rules.compile import compile_rules
from wizard.rules.model import Rule
from wizard.rules.select import select_endpoints, select_flows
from wizard.rules.wants import wants

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
    return opened_by(before.rules, [rule for rule in after.rules if rule.flows != (left_out,)])


def opened_by(before: Iterable[Rule], after: Iterable[Rule]) -> list[str]:
    """What the second rules let through and the first do not."""
    old, new = _boxes(before), _boxes(after)
    found = []
    for place, boxes in new.items():
        was = old.get(place, [])
        # Together with what was there, nothing more may be open.
        found += [f"{place}: {cell}" for cell in difference(was, [*was, *boxes])]
    return found


def _boxes(rules: Iterable[Rule]) -> dict[tuple[str, str], list[Box]]:
    """Firewall and direction → what is let through there."""
    boxes: dict[tuple[str, str], list[Box]] = {}
    for rule in rules:
        boxes.setdefault((rule.firewall, rule.direction), []).append(box_of(rule))
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
@settings(max_examples=100)
@given(documents(WORDS - {"sites"}), st.data())
def test_a_place_of_a_feature_opens_nothing_for_others(tables: Table, data: st.DataObject) -> None:
    """A role that has a place in general gets another one for one feature."""
    # A firewall of a role is wherever the role is, and grows with it.
    before = {**tables, "firewalls": _without_roles(tables["firewalls"])}
    spots = _spots(before)
    if not spots:
        return
    installation, feature, role = data.draw(st.sampled_from(spots))
    place = data.draw(st.sampled_from([*tables["roles"].values(), {"zones": [*tables["zones"]]}]))
    after = copy.deepcopy(before)
    after["products"][installation]["features"][feature].setdefault("roles", {})[role] = place
    if not any(firewall.get("nat") for firewall in before["firewalls"].values()):
        old, new = (_rules_beside(each, installation, feature) for each in (before, after))
        assert opened_by(old, new) == []


def _without_roles(firewalls: Table) -> Table:
    return {name: table for name, table in firewalls.items() if "role" not in table}


def _spots(tables: Table) -> list[tuple[str, str, str]]:
    """Installation, feature and role: placed in general, and not yet for the feature."""
    spots = []
    for installation, answers in tables["products"].items():
        general = {*tables["roles"], *answers["roles"]}
        for feature, options in answers["features"].items():
            taking_part = roles_of(answers.get("product", installation), feature)
            free = general & {*taking_part} - {*options.get("roles", {})}
            spots += [(installation, feature, role) for role in sorted(free)]
    return spots


def _rules_beside(tables: Table, installation: str, feature: str) -> tuple[Rule, ...]:
    """The rules of everything but what one feature asks for."""
    plan = as_plan(tables)
    network = Network(plan)
    flows, endpoints = select_flows(CATALOG, plan), select_endpoints(CATALOG, plan)
    others = []
    for want in wants(network, tuple(flows), tuple(endpoints)):
        asking = {condition.feature for all_of in want.fact.when for condition in all_of}
        if want.installation != installation or feature not in asking:
            others.append(want)
    return compile_rules(network, others).rules


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
