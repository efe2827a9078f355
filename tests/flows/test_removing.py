"""What Del takes away is named: the cursor stands on the next thing then, which looks like it."""

from __future__ import annotations

from tests.flows.test_half_typed import cups
from tests.flows.walk import walking
from wizard.session.drafts import new_draft


async def test_del_says_what_is_gone_and_how_it_comes_back() -> None:
    async with walking(draft=new_draft(cups(), "network")) as walk:
        first, second, *_ = walk.plan.zones
        await walk.stand(f"zone:{first}")
        await walk.press("delete")
        assert first not in walk.plan.zones
        assert f"Zone {first} removed. Ctrl+Z brings it back." in walk.screen()
        # It does not stay there: it would seem to be about the row that is stood on next.
        await walk.press("down")
        assert "removed" not in walk.screen()
        await walk.stand(f"zone:{second}")
        await walk.press("delete")
        assert f"Zone {second} removed." in walk.screen()
        await walk.press("ctrl+z", "ctrl+z")
        assert {first, second} <= set(walk.plan.zones)
