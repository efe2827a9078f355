"""What fits the words is the same, in the same order, wherever one looks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from screens.board.derived import Derived, View, tabs
from screens.line.fitting import fitting
from tests.screens.line.test_linemode import talk
from tests.tools.paths import PLANS
from wizard.cli.common import deployment_of
from wizard.cli.searching import in_plan
from wizard.index.found import found_in
from wizard.index.places import places
from wizard.index.terms import terms


def plan_file(name: str) -> Path:
    return next(path for path in PLANS if path.stem == name)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["631", "9100", "snmp", "rules.csv"])
def test_line_mode_and_the_shell_find_the_same_questions_in_the_same_order(words: str) -> None:
    deployment = deployment_of(plan_file("five-products"))
    keys = [question.key for question in in_plan(deployment, words).questions]
    said = talk(f"f {words}", "q", plan=deployment.plan).flat
    named = [re.search(rf"\. {re.escape(key)}(?=[ ;])", said) for key in keys]
    starts = [match.start() for match in named if match is not None]
    assert starts == sorted(starts)
    assert len(starts) == len(keys)
    assert len(keys) == len(found_in(deployment.catalog, deployment.plan, words).questions)


def test_what_is_about_a_port_is_before_what_also_has_it() -> None:
    deployment = deployment_of(plan_file("five-products"))
    catalog, plan = deployment.catalog, deployment.plan
    keys = [question.key for question in in_plan(deployment, "631").questions]
    asked = [str(place.question.key) for place in places(catalog, plan) if place.why("631")]
    # CUPS' own port, not the product that comes first in the plan.
    assert keys.index("products.cups.features.ipp-sharing") < keys.index(asked[0])


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_rows_are_those_of_the_tables(path: Path) -> None:
    deployment = deployment_of(path)
    derived = Derived(deployment, None)
    for words in ("9100", "10.0.0.0/8 tcp", "printer"):
        found = found_in(deployment.catalog, deployment.plan, words)
        rows = [(view.table, view.key(record)) for view, record in found.rows(deployment)]
        shown = []
        for tab in tabs(derived, View(folded=False), everything=True):
            entries = fitting(tab.entries, terms(words))
            shown += [(tab.id, entry.key) for entry in entries if not entry.heading]
        assert rows == shown
