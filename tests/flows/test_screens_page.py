"""`docs/screens.md` draws the screens as they are."""

from __future__ import annotations

import re

from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.paths import ROOT
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.questions import STEPS
from wizard.session.drafts import new_draft

PAGE = ROOT / "docs" / "screens.md"


def drawn() -> dict[str, list[str]]:
    """Step → what the page says is met on it, in order."""
    rows = re.findall(r"^\| \d ([^|]+) \| ([^|]+) \|", PAGE.read_text("utf-8"), re.M)
    return {step.strip(): re.findall(r"`([^`]+)`", met) for step, met in rows}


async def test_every_screen_is_drawn_as_it_is() -> None:
    start = answered(catalog(), Plan(), "products", ("papercut-mf",))
    plan = apply_preset(catalog(), start, "segments")
    page = drawn()
    assert list(page) == [step.title for step in STEPS]
    async with walking((80, 24), draft=new_draft(plan, "products")) as walk:
        for step in STEPS:
            await walk.to(step.id)
            shown = walk.screen()
            at = 0
            for words in page[step.title]:
                found = shown.find(words, at)
                assert found >= 0, f"{step.title}: {words!r} does not come next in\n{shown[at:]}"
                at = found + len(words)
