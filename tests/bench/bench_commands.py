"""Whole processes: `portwright` commands on a five-product plan against a bare interpreter, in
turn.

Run with `make bench`. Prints medians and ratios; asserts nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.plans import FIVE, big_plan
from wizard.facts.load import load_catalog
from wizard.plan.file import write_plan

ROUNDS = 15


def main() -> None:
    """Run each command in turn, round after round, so that a busy moment meets all of them."""
    catalog = load_catalog()
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.toml"
        plan.write_text(
            write_plan(big_plan(catalog, 3, FIVE, branch_firewalls=False), catalog), "utf-8"
        )
        module = [sys.executable, "-m", "wizard"]
        every = Path(folder) / "every.toml"
        products = tuple(catalog.products)
        every.write_text(
            write_plan(big_plan(catalog, 3, products, branch_firewalls=False), catalog), "utf-8"
        )
        facts = "from wizard.facts.load import load_catalog; load_catalog()"
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "portwright --help": [*module, "--help"],
            "portwright show": [*module, "show", str(plan)],
            "portwright show --json": [*module, "show", str(plan), "--json"],
            "portwright check": [*module, "check", str(plan)],
            "show, every product": [*module, "show", str(every)],
            "all facts, loaded": [sys.executable, "-c", facts],
        }
        # Installed programs have their byte code beside them; a shell that forbids writing it would
        # time the compiler.
        environment = {
            key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(
                    command,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                )
                seconds[name].append(time.perf_counter() - start)
    bare = statistics.median(seconds["python -c pass"])
    print(f"commands: a five-product plan, medians of {ROUNDS} rounds")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"  {name:<24} {median * 1000:>7.1f} ms {median / bare:>6.1f} times bare Python")


if __name__ == "__main__":
    main()
