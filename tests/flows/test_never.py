"""What must never be, in the firewalls step: added, answered, looked at, renamed, removed, undone."""

from __future__ import annotations

import pytest

from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.model import Never, NeverEnd, Plan, changed
from wizard.plan.presets import apply_preset
from wizard.session.drafts import new_draft


def cups() -> Plan:
    plan = answered(catalog(), Plan(), "products", ("cups",))
    return apply_preset(catalog(), plan, "segments")


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_must_never_be_is_added_and_found(size: tuple[int, int], snap: Snap) -> None:
    async with walking(size, new_draft(cups(), "firewalls")) as walk:
        await walk.stand("never+")
        await walk.press("enter")
        await walk.write("Clients")
        await walk.press("enter")
        # The cursor is on what is asked first.
        row = walk.app.main.form.row()
        assert row is not None
        assert str(row.key) == "never.clients.from.zones"
        await walk.choose("never.clients.from.zones", "clients")
        # One way names an end: the others are not asked any more.
        assert walk.row("never.clients.from.role") is None
        await walk.choose("never.clients.to.zones", "servers")
        await walk.fill("never.clients.reason", "Clients print by release station")
        assert walk.plan.never == {
            "clients": Never(
                NeverEnd(zones=("clients",)),
                NeverEnd(zones=("servers",)),
                reason="Clients print by release station",
            )
        }
        derived = walk.app.derived
        assert derived is not None
        findings = [f for f in derived.deployment.findings if f.code == "never-violated"]
        # The administrators sit among the clients.
        rules = {rule.id for rule in derived.deployment.rules if rule.from_ == "admin-computer"}
        assert len(rules) > 1
        assert {finding.subjects[0] for finding in findings} == rules
        await walk.stand("never:clients")
        await calm(walk)
        await snap(walk.pilot, f"never-{size[0]}x{size[1]}")


async def test_renamed_removed_and_undone() -> None:
    never = {"guests": Never(NeverEnd(zones=("clients",)), NeverEnd(role="print-server"))}
    async with walking((80, 24), new_draft(changed(cups(), never=never), "firewalls")) as walk:
        await walk.stand("never:guests")
        await walk.press("enter")
        await walk.press("ctrl+e", "ctrl+u")
        await walk.write("Staff and all")
        await walk.press("enter")
        assert list(walk.plan.never) == ["staff-and-all"]
        await walk.stand("never:staff-and-all")
        await walk.press("delete")
        assert not walk.plan.never
        await walk.press("ctrl+z")
        assert walk.plan.never == {"staff-and-all": never["guests"]}
        await walk.press("ctrl+z")
        assert walk.plan.never == never


async def test_it_is_asked_once_there_is_a_firewall() -> None:
    plan = answered(catalog(), Plan(), "products", ("cups",))
    async with walking((80, 24), new_draft(plan, "firewalls")) as walk:
        assert walk.row("never+") is None
