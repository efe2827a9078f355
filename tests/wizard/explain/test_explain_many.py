"""A thousand addresses on each side are a million pairs: none of them is looked at one by one."""

from __future__ import annotations

import msgspec
import pytest

from tests.tools.counting import calls_made
from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment
from wizard.explain import explain

PRODUCTS = ["papercut-mf", "cups", "printix", "cirrusprint", "printeron"]


def many(count: int) -> Deployment:
    """So many devices and so many computers, no two of them neighbours."""
    devices = [f"10.3.{2 * number // 250}.{2 * number % 250 + 1}" for number in range(count)]
    computers = [address.replace("10.3.", "10.2.") for address in devices]
    plan = OFFICE.replace('"10.0.20.0/22"', '"10.0.20.0/22", "10.2.0.0/16"')
    plan = plan.replace('"10.0.30.0/24"', '"10.0.30.0/24", "10.3.0.0/16"')
    for role, addresses in (("mfp", devices), ("user-computer", computers)):
        head, _, tail = plan.partition(f"[roles.{role}]\n")
        rest = tail.split("\n", 1)[1]
        plan = f"{head}[roles.{role}]\n    addresses = {addresses!r}\n{rest}"
    return world(plan, *(f"[products.{name}]" for name in PRODUCTS))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        (("mfp", "print-server", "9191/tcp"), False),
        (("user-computer", "print-server", "9192/tcp"), True),
        (("print-server", "mfp", "9100/tcp"), False),
        (("user-computer", "mfp", "9100/tcp"), False),
    ],
)
def test_ten_times_the_addresses_are_at_most_ten_times_the_work(
    question: tuple[str, str, str], allowed: bool
) -> None:
    few, more = many(100), many(1000)
    assert explain(few, *question).allowed == explain(more, *question).allowed == allowed
    # Others, that nothing is remembered of.
    few, more = many(101), many(1010)
    assert calls_made(lambda: explain(more, *question)) < 11 * calls_made(
        lambda: explain(few, *question)
    )


def test_one_address_that_no_rule_holds_is_enough_to_stop_it() -> None:
    """As pair by pair: all but one pair pass, and the whole does not."""
    deployment = many(20)
    question = ("user-computer", "print-server", "9192/tcp")
    way = explain(deployment, *question)
    assert way.allowed
    (rule,) = {
        rule.id: rule for hop in way.hops for rule in hop.rules if hop.firewall == "core"
    }.values()
    fewer = msgspec.structs.replace(rule, sources=rule.sources[:-1])
    rules = tuple(fewer if each.id == rule.id else each for each in deployment.rules)
    stopped = msgspec.structs.replace(deployment, rules=rules)
    assert not explain(stopped, *question).allowed
    assert explain(stopped, "10.2.0.1", *question[1:]).allowed
    assert not explain(stopped, "10.2.0.39", *question[1:]).allowed
