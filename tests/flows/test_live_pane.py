"""Form and preview side by side: the line between them tells which of the two the keys go to."""

from __future__ import annotations

import pytest

from screens.terminal.profile import Profile
from tests.flows.test_moving import papercut
from tests.flows.walk import walking
from wizard.session.drafts import new_draft


@pytest.mark.parametrize(
    ("light", "quiet", "live"), [(False, "#A2A2A2", "#5FAFD7"), (True, "#5F5F5F", "#005F87")]
)
async def test_the_line_is_coloured_while_the_preview_has_the_cursor(
    light: bool, quiet: str, live: str
) -> None:
    profile = Profile(light=light)
    async with walking((120, 36), new_draft(papercut(), "features"), profile=profile) as walk:
        side = walk.app.main.query_one("#side")
        assert side.styles.border_left[1].hex == quiet
        await walk.press("f2")
        assert side.styles.border_left[1].hex == live
        await walk.press("escape")
        assert side.styles.border_left[1].hex == quiet


@pytest.mark.parametrize("ascii", [False, True])
async def test_the_preview_alone_has_no_line(ascii: bool) -> None:
    profile = Profile(ascii=ascii)
    async with walking((80, 24), new_draft(papercut(), "features"), profile=profile) as walk:
        await walk.press("f2")
        assert walk.app.main.query_one("#side").styles.border_left[0] in ("", "none")
