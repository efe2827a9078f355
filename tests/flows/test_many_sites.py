"""Twenty sites that are alike: the preview shows one of them, `a` all, and keys go on."""

from __future__ import annotations

from tests.bench.sites import plan_of_sites
from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.snapshot import Snap
from wizard.session.drafts import new_draft


async def test_alike_sites_are_shown_once_and_unfold(snap: Snap) -> None:
    plan = plan_of_sites(catalog(), 20)
    async with walking((140, 45), new_draft(plan, "firewalls")) as walk:
        await calm(walk)
        await snap(walk.pilot, "twenty-sites-140x45")
        board = walk.app.main.board
        assert "s0 (boundary) and 19 alike" in walk.board()
        folded = len(board.entries)
        await walk.press("f2", "o")
        assert walk.app.derived is not None
        assert len(board.entries) == len(walk.app.derived.deployment.rules) + len(plan.firewalls)
        assert "s19 (boundary)" in walk.board()
        await walk.press("o")
        assert len(board.entries) == folded
