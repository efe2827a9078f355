"""A thousand sites: what is worked out grows with their number, no faster."""

from __future__ import annotations

import cProfile
import pstats

from tests.bench.sites import plan_of_sites
from tests.tools.worlds import CATALOG, passes
from wizard.deployment import deploy


def calls(sites: int) -> int:
    """How many functions are called to deploy a plan of so many sites."""
    plan = plan_of_sites(CATALOG, sites)
    profile = cProfile.Profile()
    profile.enable()
    deploy(CATALOG, plan)
    profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_twice_the_sites_are_twice_the_work() -> None:
    calls(160)  # what networks come to is worked out once
    small, middle, large = calls(40), calls(80), calls(160)
    assert large - middle < 2.2 * (middle - small)


def test_each_site_adds_the_same_rules() -> None:
    few, more = (deploy(CATALOG, plan_of_sites(CATALOG, sites)) for sites in (4, 8))
    of_one = {len(more.rules_of(f"s{site}")) for site in range(8)}
    assert len(of_one) == 1
    assert len(more.rules) - len(few.rules) == 4 * (
        of_one.pop() + len(more.rules_of("server")) // 8
    )
    assert passes(more, "10.0.1.9", "10.0.0.5", "631/tcp") == {"s0/forward", "server/in"}
    assert passes(more, "10.0.1.9", "10.0.8.5", "631/tcp") == set()
