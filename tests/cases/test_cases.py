"""Plans of real situations, each with its right rules line by line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.case import CASES, expected, faults, forward_line, plan_text, says
from tests.tools.worlds import lets, world
from wizard.deployment import Deployment
from wizard.explain import explain


def variants() -> list[tuple[str, str, dict[str, Any]]]:
    """Name, plan and what must come out, of every case and of its variants."""
    found = []
    for case in CASES:
        text, wanted = plan_text(case), expected(case)
        found.append((case, text, wanted))
        for number, more in enumerate(wanted.get("with", ())):
            rules = [*wanted["rules"], *more["rules"]]
            variant = {**wanted, **more, "rules": rules}
            found.append((f"{case}-with-{number}", f"{text}\n{more['add']}\n", variant))
        for number, less in enumerate(wanted.get("without", ())):
            assert less["take"] in text
            found.append((f"{case}-without-{number}", text.replace(less["take"], ""), less))
    return found


@pytest.mark.parametrize(
    ("text", "wanted"), [pytest.param(text, wanted, id=name) for name, text, wanted in variants()]
)
def test_what_must_come_out(text: str, wanted: dict[str, Any]) -> None:
    deployment = world(text)
    assert faults(deployment, wanted["rules"]) == []
    assert [rule.id for rule in deployment.rules if rule.unresolved] == []
    assert sorted(map(forward_line, deployment.forwards)) == wanted.get("forwards", [])
    for words in wanted.get("findings", ()):
        assert says(deployment.findings, words), words
    for words in wanted.get("not_findings", ()):
        assert not says(deployment.findings, words), words
    for connection in wanted.get("stops", ()):
        assert not passes_somewhere(deployment, connection), connection
    for flow, document in wanted.get("documents", {}).items():
        assert deployment.facts[flow].source.document == document
    for connection, key in wanted.get("opened_by", {}).items():
        assert str(explain(deployment, *connection.split()).nearest[0].key) == key


def passes_somewhere(deployment: Deployment, connection: str) -> bool:
    """True where any firewall of the plan lets `source > destination port/transport` through."""
    source, _, destination, service = connection.split()
    places = {f"{rule.firewall}/{rule.direction}" for rule in deployment.rules}
    return any(lets(deployment, place, source, destination, service) for place in places)
