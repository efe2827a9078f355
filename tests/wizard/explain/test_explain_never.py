"""A question that falls under what must never be: said, with the rules that are for it all the same."""

from __future__ import annotations

import msgspec
import pytest

from tests.tools.worlds import WITH_GUESTS, world
from wizard.explain import NeverAnswer, allowed, explain
from wizard.explain import report as explain_report

DENYING = WITH_GUESTS + '    default = "deny"\n'


def never(from_: str, *more: str) -> str:
    lines = ("[never.x]", f"from = {{ {from_} }}", 'to = { zones = ["servers"] }', *more)
    return "\n".join((*lines, 'reason = "By release only."'))


STAFF = never('zones = ["staff"]')


def test_lines_that_deny_it_stop_what_a_rule_would_let_through() -> None:
    deployment = world(WITH_GUESTS, STAFF)
    (rule,) = [rule for rule in deployment.rules if rule.ports == ((9191, 9191),)]
    assert allowed(world(WITH_GUESTS), "staff", "print-server", "9191/tcp")
    assert not allowed(deployment, "staff", "print-server", "9191/tcp")
    way = explain(deployment, "staff", "print-server", "9191/tcp")
    assert way.stops == "It stops at core: never x (By release only)."
    assert way.stop_key == "never.x.from.zones"
    assert way.never == (NeverAnswer("x", "By release only.", True, (rule.id,)),)
    assert way.notes[-1] == f"Never x: By release only. {rule.id} is for it all the same."
    assert [(hop.firewall, hop.allowed, hop.never) for hop in way.hops] == [("core", False, "x")]
    assert way.nearest == ()
    text = explain_report.text(way)
    assert "never x: denied here before any rule is asked" in text
    assert "In the plan: never.x.from.zones" in text
    assert b'"never":[{"name":"x"' in msgspec.json.encode(way)


def test_a_default_that_denies_is_no_line_and_the_rule_counts() -> None:
    deployment = world(DENYING, STAFF)
    way = explain(deployment, "staff", "print-server", "9191/tcp")
    assert way.allowed
    assert way.never[0].rules == (way.hops[0].rules[0].id,)


@pytest.mark.parametrize(
    ("source", "service", "whole"),
    [
        ("guests", "445/tcp", True),
        ("10.0.20.9", "445/udp", True),
        ("internet", "445/tcp", None),
        ("staff", "445/tcp", None),
    ],
)
def test_what_no_rule_is_for(source: str, service: str, whole: bool | None) -> None:
    way = explain(world(WITH_GUESTS, never('zones = ["guests"]')), source, "10.0.10.9", service)
    assert not way.allowed
    assert [answer.whole for answer in way.never] == ([] if whole is None else [whole])
    if whole:
        assert way.notes[-1] == "Never x: By release only. No rule is for it."


def test_a_part_of_a_question_falls_under_it() -> None:
    text = never('addresses = ["10.0.40.9"]', 'ports = ["9191"]', 'transport = "tcp"')
    deployment = world(WITH_GUESTS, text)
    way = explain(deployment, "staff", "print-server", "9191/tcp")
    assert way.never[0].whole is False
    assert not way.allowed
    assert "Some of this falls under it." in way.notes[-1]
    assert explain(deployment, "10.0.40.8", "print-server", "9191/tcp").never == ()
    assert allowed(deployment, "10.0.40.8", "print-server", "9191/tcp")
    assert allowed(deployment, "staff", "print-server", "9192/tcp")
