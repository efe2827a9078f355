"""Whatever a zone or a firewall is called, no word of the plan's own stands in its way."""

from __future__ import annotations

import pytest

from tests.flows.walk import Walk, catalog, walking
from tests.tools.any_names import full_of_names
from wizard.plan.model import Plan
from wizard.questions import STEPS
from wizard.session import shelf
from wizard.session.drafts import new_draft


def reopened(walk: Walk) -> Plan:
    """The plan as the draft on disk has it."""
    draft = walk.app.session.draft
    draft.close()
    again = shelf.resume(draft.id, catalog())
    again.close()
    return again.plan


async def test_every_step_shows_names_of_all_kinds() -> None:
    plan = full_of_names()
    async with walking(draft=new_draft(plan)) as walk:
        for step in STEPS:
            await walk.to(step.id)
            for row in walk.app.main.form.rows:
                assert not row.live or walk.app.main.form.go(row.key), row.key
        assert walk.plan == plan
    assert reopened(walk) == plan


@pytest.mark.parametrize("step", ["network", "firewalls"])
@pytest.mark.parametrize("name", ["roles", "1", "absent", "x" * 63])
async def test_things_of_any_name_are_added_renamed_and_removed(step: str, name: str) -> None:
    plan = full_of_names()
    kind = "zone" if step == "network" else "firewall"
    async with walking(draft=new_draft(plan, step)) as walk:  # type: ignore[arg-type]
        await walk.stand(f"{kind}:{name}")
        await walk.press("enter", "ctrl+u")
        await walk.write("other")
        await walk.press("enter")
        assert walk.row(f"{kind}:other") is not None
        assert walk.row(f"{kind}:{name}") is None
        await walk.stand("zone+" if kind == "zone" else "firewall+:boundary")
        await walk.press("enter")
        await walk.write(name)
        await walk.press("enter")
        assert walk.row(f"{kind}:{name}") is not None
        await walk.stand(f"{kind}:{name}")
        await walk.press("delete")
        assert walk.row(f"{kind}:{name}") is None
        await walk.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert walk.step == step
        assert walk.plan == plan
        await walk.press("ctrl+y", "ctrl+z")
        assert walk.plan == plan
    assert reopened(walk) == plan
