"""Load balancers and reverse proxies in the firewalls step: added, answered, looked at, removed."""

from __future__ import annotations

import pytest

from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.model import Front, Plan
from wizard.plan.presets import apply_preset
from wizard.session.drafts import new_draft


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_balancer_is_added_and_takes_what_the_servers_offer(
    size: tuple[int, int], snap: Snap
) -> None:
    plan = answered(catalog(), Plan(), "products", ("cups",))
    plan = answered(catalog(), plan, "products.cups.features.ipp-sharing", True)
    plan = apply_preset(catalog(), plan, "segments")
    async with walking(size, new_draft(plan, "firewalls")) as walk:
        await walk.stand("front+")
        await walk.press("enter")
        await walk.write("balancer")
        await walk.press("enter")
        # The cursor is on what is asked first.
        row = walk.app.main.form.row()
        assert row is not None
        assert str(row.key) == "fronts.balancer.kind"
        await walk.fill("fronts.balancer.addresses", "10.20.10.20")
        await walk.fill("fronts.balancer.serves.cups/ipp", "8631")
        assert walk.plan.fronts == {
            "balancer": Front(addresses=("10.20.10.20",), serves={"cups/ipp": 8631})
        }
        derived = walk.app.derived
        assert derived is not None
        ends = {(rule.from_, rule.to) for rule in derived.deployment.rules}
        assert ("user-computer", "balancer") in ends
        assert ("balancer", "print-server") in ends
        await walk.stand("front:balancer")
        await calm(walk)
        await snap(walk.pilot, f"fronts-{size[0]}x{size[1]}")
        await walk.stand("front:balancer")
        await walk.press("delete")
        assert walk.plan.fronts == {}
