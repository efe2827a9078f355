"""A thousand sites: what is worked out grows with their number, no faster."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable

import pytest

from tests.bench.sites import plan_of_sites
from tests.tools.worlds import CATALOG, passes, world
from wizard.deployment import deploy
from wizard.plan.model import Plan

HOSTS = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.0.0/24"]
    [zones.admins]
    networks = ["10.1.0.0/24"]
    [roles.print-server]
    zones = ["servers"]
    [roles.user-computer]
    absent = true
    [roles.admin-computer]
    zones = ["admins"]
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "admins"]
"""


def calls(plan: Plan) -> int:
    """How many functions are called to deploy a plan."""
    profile = cProfile.Profile()
    profile.enable()
    deploy(CATALOG, plan)
    profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_twice_the_sites_are_twice_the_work() -> None:
    grows_with_its_size(lambda sites: plan_of_sites(CATALOG, sites), 40)


def test_twice_the_guarded_hosts_are_twice_the_work() -> None:
    """Each has a firewall of its own, which administrators reach."""
    grows_with_its_size(guarded_hosts, 20)


def grows_with_its_size(plan_of: Callable[[int], Plan], size: int) -> None:
    calls(plan_of(4 * size))  # what networks come to is worked out once
    small, middle, large = (calls(plan_of(times * size)) for times in (1, 2, 4))
    assert large - middle < 2.2 * (middle - small)


def guarded_hosts(number: int) -> Plan:
    hosts = ""
    for at in range(number):
        hosts += f"""
            [firewalls.host-{at}]
            kind = "host"
            addresses = ["10.0.0.{at + 1}"]
            management = ["ssh"]
        """
    return world(HOSTS, hosts).plan


def test_each_site_adds_the_same_rules() -> None:
    few, more = (deploy(CATALOG, plan_of_sites(CATALOG, sites)) for sites in (4, 8))
    of_one = {len(more.rules_of(f"s{site}")) for site in range(8)}
    assert len(of_one) == 1
    assert len(more.rules) - len(few.rules) == 4 * (
        of_one.pop() + len(more.rules_of("server")) // 8
    )
    assert passes(more, "10.0.1.9", "10.0.0.5", "631/tcp") == {"s0/forward", "server/in"}
    assert passes(more, "10.0.1.9", "10.0.8.5", "631/tcp") == set()
