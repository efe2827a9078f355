"""The wizard over a table of any size: `python -m tests.bench.many_rules 100000 [fresh]`, on a
terminal.

No plan of that size is worked out: two hand-made lists of rules stand for what follows from a
feature that is on or off. Each answer adds, takes and changes a few rows, some of them in sight.
What stays is the same object in both lists; `fresh`: they share none, as two compiles share none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import msgspec

from tests.tools.keys import answered
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.rules.model import Rule

PRODUCT, FEATURE = "papercut-mf", "windows-spooler"
FIREWALLS = 50
ROLES = ("print-server", "user-computer", "mfp")


def rule(number: int, more: tuple[tuple[int, int], ...] = ()) -> Rule:
    """A rule that no other number has, with more ports than its one."""
    port = 9100 + number * 7 % 90
    return Rule(
        id=f"r-{number:012x}",
        firewall=f"fw-{number % FIREWALLS:02}",
        direction="forward",
        action="allow",
        transport="tcp",
        ports=((port, port), *more),
        from_=ROLES[number % 7 % 3],
        to=ROLES[number % 5 % 3],
        sources=(f"10.{number >> 16 & 255}.{number >> 8 & 255}.0/24",),
        destinations=(f"172.16.{number & 255}.{number >> 8 & 255}/32",),
        except_sources=(),
        except_destinations=(),
        flows=(f"flow-{number % 90}",),
        products=(PRODUCT,),
        installations=(PRODUCT,),
        services=(f"service {number % 90}",),
        status="required",
        encrypted=True,
        unresolved=(),
    )


def rules(count: int, on: bool, base: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """`count` rules, sorted by firewall as compiled ones are; with the feature `on` some differ."""
    if not on:
        return _sorted(base)
    step = max(count // 10, 1)
    taken = {2, step, step + 1, count // 2}
    changed = {4, count // 3, count - 7}
    made = [
        rule(number, ((9900, 9910),)) if number in changed else one
        for number, one in enumerate(base)
        if number not in taken
    ]
    return _sorted((*made, *(rule(count + number) for number in range(6))))


def _sorted(made: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """By firewall; the new ones, whose numbers are the highest, come first."""
    return tuple(sorted(made, key=lambda one: (one.firewall, -int(one.id[2:], 16))))


def worked_out(count: int, *, fresh: bool = False) -> Callable[[Catalog, Plan], Deployment]:
    """What stands for `deploy`."""
    base = tuple(map(rule, range(count)))
    off = rules(count, False, base)
    on = rules(count, True, tuple(map(rule, range(count))) if fresh else base)

    def work_out(catalog: Catalog, plan: Plan) -> Deployment:
        product = plan.products.get(PRODUCT)
        chosen = product is not None and FEATURE in product.features
        return msgspec.structs.replace(deploy(catalog, plan), rules=on if chosen else off)

    return work_out


def start_plan(catalog: Catalog) -> Plan:
    """A PaperCut MF in separate segments."""
    return apply_preset(catalog, answered(catalog, Plan(), "products", (PRODUCT,)), "segments")


def main() -> None:
    """Open the wizard as `portwright wizard` does."""
    os.environ.setdefault("TEXTUAL_FPS", "120")

    from screens.app import WizardApp
    from screens.terminal.driver import CellDriver
    from screens.terminal.profile import profile
    from wizard.session.drafts import new_draft

    catalog = load_catalog()
    app = WizardApp(
        catalog,
        new_draft(start_plan(catalog)),
        profile(os.environ, "utf-8"),
        work_out=worked_out(int(sys.argv[1]), fresh="fresh" in sys.argv),
    )
    app.driver_class = CellDriver
    app.run()


if __name__ == "__main__":
    main()
