"""What stands behind a window is one quiet colour; what is in it is not, and all is as it was
afterwards.
"""

from __future__ import annotations

import pytest
from textual.geometry import Offset, Region

from screens.terminal.profile import Profile
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.session.drafts import new_draft


def cells(walk: Walk) -> dict[Offset, tuple[str, str]]:
    """Each cell of the screen: its character, and how it is drawn."""
    drawn: dict[Offset, tuple[str, str]] = {}
    for y, strip in enumerate(walk.app.screen._compositor.render_strips()):
        x = 0
        for text, style, _ in strip:
            look = str(style.without_color + style.background_style) if style else ""
            colour = str(style.color.name) if style and style.color else ""
            for character in text:
                drawn[Offset(x, y)] = (character, f"{colour} {look}")
                x += 1
    return drawn


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "quiet"),
    [
        (Profile(), "#808080 on #121212"),
        (Profile(light=True), "#767676 on #ffffff"),
        (Profile(ansi=True), "default dim on default"),
        (Profile(ansi=True, faint=False), "default on default"),
    ],
    ids=["dark", "light", "16 colours", "not faint"],
)
async def test_a_window_quiets_what_is_behind_it(profile: Profile, quiet: str) -> None:
    draft = new_draft(papercut(), "features")
    async with walking((120, 36), draft, profile=profile) as walk:
        before = cells(walk)
        for key in ("ctrl+p", "f1"):
            await walk.press(key)
            window: Region = walk.app.screen.query_one("#window").region
            now = cells(walk)
            behind = {at: cell for at, cell in now.items() if not window.contains_point(at)}
            assert {look for _, look in behind.values()} == {quiet}
            assert {at: text for at, (text, _) in behind.items()} == {
                at: text for at, (text, _) in before.items() if not window.contains_point(at)
            }
            assert len({look for at, (_, look) in now.items() if window.contains_point(at)}) > 1
            await walk.press("escape")
            assert cells(walk) == before
