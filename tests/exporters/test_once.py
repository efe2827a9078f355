"""What several formats make of one deployment is made once, and is never another's."""

from __future__ import annotations

import weakref

from exporters.handover import handover
from exporters.once import made_once
from tests.tools.builders import deployment, rule
from wizard.deployment import Deployment


def test_made_once_for_each_deployment_and_forgotten_with_it() -> None:
    made: list[str] = []

    @made_once
    def title(deployment: Deployment) -> str:
        made.append(deployment.plan.name)
        return deployment.plan.name

    first, second = deployment(rule()), deployment(rule())
    assert [title(first), title(first), title(second)] == [first.plan.name] * 3
    assert len(made) == 2
    title(first)
    assert len(made) == 3
    gone = weakref.ref(first)
    del first
    assert gone() is None


def test_the_document_of_three_formats_is_one() -> None:
    value = deployment(rule())
    assert handover(value) is handover(value)
    assert handover(value) is not handover(deployment(rule()))
