"""HP's copiers in a network of their own: offered beside the role, placed, taken away, undone."""

from __future__ import annotations

from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from tests.wizard.questions.test_elsewhere import HP, two_makes
from wizard.plan.edits import add_zone
from wizard.plan.keys import ZoneKey
from wizard.plan.model import Placement
from wizard.session.drafts import new_draft


async def test_hp_devices_elsewhere(snap: Snap) -> None:
    plan = answered(catalog(), add_zone(two_makes(), "hp"), ZoneKey("hp"), ("10.9.0.0/24",))
    async with walking((80, 24), new_draft(plan, "network")) as walk:
        await walk.stand("elsewhere+:papercut-mf/mfp-hp/mfp")
        await walk.press("enter")
        # The cursor is on its zones, which are the general ones at first.
        assert walk.app.main.form.current == HP
        await walk.choose(str(HP), "hp")
        await walk.choose(str(HP), "printers")
        places = walk.plan.products["papercut-mf"].feature_roles
        assert places == {"mfp-hp": {"mfp": Placement(zones=("hp",))}}
        await calm(walk)
        await snap(walk.pilot, "hp-elsewhere-80x24")
        await walk.stand(str(HP))
        await walk.press("delete")
        assert walk.plan.products["papercut-mf"].feature_roles == {}
        await walk.press("ctrl+z")
        assert walk.plan.products["papercut-mf"].feature_roles == places
