"""What must never be, and encrypted only: whatever the plan, neither lets anything through that the
plan without it keeps out. 500 plans each in `make test`, a quarter of what `PORTWRIGHT_PLANS` names.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.tools.parts import drawn
from tests.tools.plan_strategies import Table, as_plan, documents
from tests.tools.tuples import boxes_by_place, difference
from tests.tools.worlds import CATALOG
from wizard.deployment import deploy

PARTS = 10
PLANS = int(os.environ.get("PORTWRIGHT_PLANS", "2000")) // 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_must_never_be_only_narrows(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    counts = {"plans": 0, "narrower": 0}

    @drawn(part, PLANS // PARTS, documents())
    def narrows(tables: Table) -> None:
        if tables.get("never"):
            compare({**tables, "never": {}}, tables, counts)

    narrows()
    record_property("never", counts)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_encrypted_only_only_narrows(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    counts = {"plans": 0, "narrower": 0}

    @drawn(part, PLANS // PARTS, documents())
    def narrows(tables: Table) -> None:
        compare(with_word(tables, False), with_word(tables, True), counts)

    narrows()
    record_property("encrypted only", counts)


def with_word(tables: Table, encrypted_only: bool) -> Table:
    products = {}
    for name, answers in tables["products"].items():
        products[name] = {**answers, "encrypted_only": encrypted_only}
    return {**tables, "products": products}


def compare(without: Table, word: Table, counts: dict[str, int]) -> None:
    """Every firewall with the word lets through a part of what it lets through without."""
    plans = (deploy(CATALOG, as_plan(tables)) for tables in (without, word))
    before, after = (boxes_by_place(deployment.rules) for deployment in plans)
    counts["plans"] += 1
    for place in {**before, **after}:
        cells = difference(before.get(place, []), after.get(place, []))
        assert [cell for cell in cells if cell.endswith("False True")] == [], place
        counts["narrower"] += bool(cells)
