"""Many sites: what a key waits for, and what is worked out beside it. python -m tests.bench.bench_sites"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import TypeVar

from screens.board.derived import Derived, View, tabs
from screens.board.seen import Seen
from screens.steps.base import Context, FormStep
from screens.steps.firewalls import Firewalls
from screens.steps.network import NetworkStep
from tests.bench.sites import plan_of_sites
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.model import Plan, changed
from wizard.session.drafts import new_draft

T = TypeVar("T")
CATALOG = load_catalog()


def timed(function: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the processor milliseconds that it took."""
    start = time.process_time()
    value = function()
    return value, 1_000 * (time.process_time() - start)


def rows_made(step: FormStep, plan: Plan, deployment: Deployment) -> float:
    """Milliseconds for the rows of a step, of a plan that was just answered."""
    context = Context(catalog_of(CATALOG, plan), plan, Derived(deployment, None), 80)
    return timed(lambda: step.rows(context))[1]


def measure(sites: int) -> None:
    """Print what a plan of so many sites takes."""
    plan = plan_of_sites(CATALOG, sites)
    deployment, compiled = timed(lambda: deploy(CATALOG, plan))
    entries = tabs(Derived(deployment, None), View())[0].entries
    assert isinstance(entries, Seen)
    _, folded = timed(entries.prepare)
    print(f"{sites} sites, {len(deployment.rules)} rules: compile {compiled:.0f} ms,")
    print(f"    folded table of {len(entries)} lines {folded:.0f} ms")
    for step in (NetworkStep(), Firewalls()):
        moved = changed(plan, zones={**plan.zones})
        after_zone = rows_made(step, moved, deployment)
        after_name = rows_made(step, changed(moved, name="Other"), deployment)
        print(f"    {step.id}: rows {after_name:.0f} ms, after another zone {after_zone:.0f} ms")
    draft = new_draft(plan, "network")
    draft.save(changed(plan, name="First"), "network", "name")
    _, saved = timed(lambda: draft.save(changed(plan, name="Second"), "network", "name"))
    print(f"    draft on disk {saved:.0f} ms")


def main() -> None:
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="portwright-bench-")
    for sites in (20, 200, 1_000):
        measure(sites)


if __name__ == "__main__":
    main()
