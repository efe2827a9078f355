"""What is true of every change, between random plans: each is compared once and looked at from all
sides.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.tools.parts import drawn
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG
from tests.wizard.changes.test_causes import group_of, rows
from wizard.changes import Changes, compare
from wizard.changes import report as change_report
from wizard.changes.differing import mixed
from wizard.changes.fields import signed_destinations, signed_sources
from wizard.changes.json import rule_halves
from wizard.deployment import Deployment, deploy
from wizard.network.ports import PortRange
from wizard.plan.model import Plan, changed

PARTS, PAIRS = 4, 60


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_true_of_every_change(part: int) -> None:
    @drawn(part, PAIRS // PARTS, plans(), plans(), st.data())
    def look(one: Plan, two: Plan, data: Any) -> None:
        old, new = deploy(CATALOG, one), deploy(CATALOG, two)
        changes = compare(old, new)
        every_row_has_a_cause(changes)
        every_row_is_in_one_entry_and_80_columns_hold_it(changes)
        what_is_taken_and_added_leads_from_the_old_rules_to_the_new(old, new, changes)
        what_one_way_adds_the_other_takes(changes, compare(new, old))
        answers_of_all_groups_are_the_new_plan_and_of_none_the_old(one, two, changes, data)

    look()


def every_row_has_a_cause(changes: Changes) -> None:
    known = {group.key for group in changes.groups}
    for row in rows(changes):
        assert row.cause.groups
        assert set(row.cause.groups) <= known
        assert row.cause.how in ("needed", "enough", "together", "among")
        assert changes.cause_text(row.cause)
    for group in changes.groups:
        assert group.label
        assert group.text
        assert set(group.answers) == {a.key for a in changes.answers if a.group == group.key}


def every_row_is_in_one_entry_and_80_columns_hold_it(changes: Changes) -> None:
    ids = [i for e in changes.rules for i in {e.record.id, (e.before or e.record).id}]
    assert sorted(ids) == sorted({half.record.id for half in rule_halves(changes)})
    for entry in changes.rules:
        # What comes and what stays is the new one, what goes and what stays the old one.
        if entry.sign == "~" and entry.before is not None:
            assert {c for sign, c in signed_sources(entry) if sign != "-"} == set(
                entry.record.sources
            )
            assert {c for sign, c in signed_destinations(entry) if sign != "+"} == set(
                entry.before.destinations
            )
    assert max(map(len, change_report.text(changes).splitlines())) <= 80


def what_is_taken_and_added_leads_from_the_old_rules_to_the_new(
    old: Deployment, new: Deployment, changes: Changes
) -> None:
    ports = {rule.id: _numbers(rule.ports) for rule in old.rules}
    for change in rule_halves(changes):
        before = ports.setdefault(change.record.id, set())
        ports[change.record.id] = (
            before | _numbers(change.ports)
            if change.sign == "+"
            else before - _numbers(change.ports)
        )
    assert {k: v for k, v in ports.items() if v} == {
        rule.id: _numbers(rule.ports) for rule in new.rules
    }


def what_one_way_adds_the_other_takes(there: Changes, back: Changes) -> None:
    turned = {"+": "-", "-": "+"}
    assert {(turned[c.sign], c.record.id, c.ports, c.whole) for c in rule_halves(there)} == {
        (c.sign, c.record.id, c.ports, c.whole) for c in rule_halves(back)
    }
    assert bool(there) == bool(back)


def answers_of_all_groups_are_the_new_plan_and_of_none_the_old(
    one: Plan, two: Plan, changes: Changes, data: Any
) -> None:
    of, groups = group_of(changes), sorted({answer.group for answer in changes.answers})
    assert mixed(one, two, of, groups) == two
    assert mixed(one, two, of, ()) == changed(one, name=two.name, request=two.request)
    some = data.draw(st.lists(st.sampled_from(groups), unique=True)) if groups else []
    # Half of a change may make no sense as a plan; it is deployed all the same.
    deploy(CATALOG, mixed(one, two, of, some))


def _numbers(ports: tuple[PortRange, ...]) -> set[int]:
    return {port for low, high in ports for port in range(low, high + 1)}
