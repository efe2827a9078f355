"""The order of a plan's keys changes nothing, and a feature that joins a plan takes no rule away,
whatever the plan. 300 plans each in `make test`, more by `PORTWRIGHT_PLANS`.

The facts know no condition that a feature is not selected, so that no feature replaces another's.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.tools.parts import drawn
from tests.tools.plan_strategies import Table, as_plan, documents, option
from tests.tools.worlds import CATALOG
from tests.wizard.rules.test_additions import PARTS, PLANS, Counter
from tests.wizard.rules.test_compile_properties import meaning, target
from wizard.deployment import Deployment, deploy
from wizard.network.ports import join_ports
from wizard.rules.select import active_features


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_order_of_keys_changes_nothing(part: int, record_property: Counter) -> None:
    """Of any table at any depth: products, features, zones, sites, fronts, options, all of them."""
    counts = {"plans": 0, "rules": 0}

    @drawn(part, PLANS // PARTS, documents(), st.integers(0, 2**32))
    def compare(tables: Table, chance: int) -> None:
        other = mixed(tables, random.Random(chance))
        assert other == tables
        one, two = deploy(CATALOG, as_plan(tables)), deploy(CATALOG, as_plan(other))
        assert one.rules == two.rules
        assert one.forwards == two.forwards
        assert one.allowlist == two.allowlist
        assert one.coverage == two.coverage
        assert one.containers == two.containers
        assert about(one) == about(two)
        counts["plans"] += 1
        counts["rules"] += len(one.rules)

    compare()
    record_property("order", counts)


def about(deployment: Deployment) -> list[tuple[str, ...]]:
    """What is denied and what is remarked. Sentences name things in the order of the plan."""
    denials = [
        ("denial", d.name, *d.sources, *d.destinations, *map(str, d.ports), *sorted(d.firewalls))
        for d in deployment.denials
    ]
    remarks = [(f.severity, f.code, *sorted(f.subjects)) for f in deployment.findings]
    return sorted([*denials, *remarks])


def mixed(table: Any, chance: random.Random) -> Any:
    """The same table, its keys and those of all tables in it in another order; lists stay."""
    if not isinstance(table, Mapping):
        return table
    keys = list(table)
    chance.shuffle(keys)
    return {key: mixed(table[key], chance) for key in keys}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_another_feature_takes_no_rule_away(part: int, record_property: Counter) -> None:
    """Rules of the plan before are there after, under their ids and with their meaning; new ones have
    ids of their own. So are forwards and what the proxy lets through.
    """
    counts = {"plans": 0, "rules": 0, "new rules": 0}

    @drawn(part, PLANS // PARTS, documents(), st.data())
    def compare(tables: Table, data: st.DataObject) -> None:
        installation = data.draw(st.sampled_from(sorted(tables["products"])))
        answers = tables["products"][installation]
        product = CATALOG.products[answers.get("product", installation)]
        # One that is selected unasked has its options answered by their defaults.
        taken = active_features(product, as_plan(tables).products[installation])
        free = [name for name in product.features if name not in taken]
        if not free:
            return
        added = data.draw(st.sampled_from(free))
        options = product.features[added].options
        more = copy.deepcopy(tables)
        more["products"][installation]["features"][added] = {
            name: data.draw(option(declared)) for name, declared in options.items()
        }
        old, new = deploy(CATALOG, as_plan(tables)), deploy(CATALOG, as_plan(more))
        after = {rule.id: rule for rule in new.rules}
        for rule in old.rules:
            assert meaning(after[rule.id]) == meaning(rule)
            assert set(rule.flows) <= set(after[rule.id].flows)
            assert covers(after[rule.id].ports, rule.ports)
        assert {*map(target, old.forwards)} <= {*map(target, new.forwards)}
        hosts = {(entry.host, entry.port) for entry in new.allowlist}
        assert {(entry.host, entry.port) for entry in old.allowlist} <= hosts
        counts["plans"] += 1
        counts["rules"] += len(old.rules)
        counts["new rules"] += len(new.rules) - len(old.rules)

    compare()
    record_property("a feature", counts)


def covers(after: tuple[tuple[int, int], ...], before: tuple[tuple[int, int], ...]) -> bool:
    """Whether each range of ports is still let through; both are joined already."""
    return join_ports([*after, *before]) == after
