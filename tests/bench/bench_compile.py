"""Compile in one process: plans of 10, 100 and 1,000 client zones, and what a tenfold plan costs
more.

Run with `make bench`. Prints rules a second and the ratio to the plan before; asserts nothing.
"""

from __future__ import annotations

import time

from tests.bench.plans import FIVE, big_plan
from tests.bench.sites import plan_of_sites
from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.facts.model import Catalog

SIZES = (10, 100, 1000)
ROUNDS = 3


def main() -> None:
    """Time both shapes of network and print a table each."""
    catalog = load_catalog()
    # Printix clients talk to each other: with a firewall for each branch, each of n rules holds n
    # networks.
    shapes = (
        ("one firewall joins all client zones, five products", FIVE, False),
        (
            "a firewall for each client zone, four products",
            tuple(p for p in FIVE if p != "printix"),
            True,
        ),
    )
    for title, products, branch_firewalls in shapes:
        print(f"compile: {title}")
        print(
            f"  {'zones':>6} {'rules':>7} {'addresses':>10} {'seconds':>8} {'rules/s':>8}"
            f" {'times the plan before':>22}"
        )
        before = 0.0
        for zones in SIZES:
            plan = big_plan(catalog, zones, products, branch_firewalls)
            seconds = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                deployment = deploy(catalog, plan)
                seconds.append(time.perf_counter() - start)
            best = min(seconds)
            rules = len(deployment.rules)
            held = sum(len(rule.sources) + len(rule.destinations) for rule in deployment.rules)
            ratio = f"{best / before:.1f}" if before else "-"
            print(
                f"  {zones:>6} {rules:>7} {held:>10} {best:>8.3f} {rules / best:>8.0f} {ratio:>22}"
            )
            before = best
    sites(catalog)


def sites(catalog: Catalog) -> None:
    """Time plans of many sites, in seconds of processor time."""
    print("compile: sites of six zones and a firewall each, two products")
    for number in (250, 500, 1000):
        plan = plan_of_sites(catalog, number)
        best = 0.0
        for _ in range(ROUNDS):
            start = time.process_time()
            deployment = deploy(catalog, plan)
            seconds = time.process_time() - start
            best = min(best or seconds, seconds)
        print(f"  {number:>6} {len(deployment.rules):>7} rules {best:>8.3f} s")


if __name__ == "__main__":
    main()
