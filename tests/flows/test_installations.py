"""A second installation in the wizard: added, named, removed with Del, and back."""

from __future__ import annotations

from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.model import Plan
from wizard.session.drafts import new_draft


async def test_a_second_cups(snap: Snap) -> None:
    plan = answered(catalog(), Plan(), "products", ("cups",))
    async with walking((80, 24), new_draft(plan)) as walk:
        await walk.stand("installation+:cups")
        await walk.press("enter", "ctrl+u")
        await walk.write("cups-north")
        await walk.press("enter")
        assert walk.plan.products["cups-north"].product == "cups"
        await walk.stand("installation:cups-north")
        await calm(walk)
        await snap(walk.pilot, "second-installation-80x24")
        await walk.press("delete")
        assert list(walk.plan.products) == ["cups"]
        # The cursor stays near, on the product.
        assert str(walk.app.main.form.current) == "products=cups"
        await walk.press("ctrl+z")
        assert walk.plan.products["cups-north"].product == "cups"
        # Its questions stand beside those of the first.
        await walk.to("features")
        assert walk.row("products.cups.features.ipp-sharing") is not None
        assert walk.row("products.cups-north.features.ipp-sharing") is not None
