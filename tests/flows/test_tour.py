"""The tour that README shows: its pictures are the wizard's, and a real terminal shows the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.walk import walking
from tests.tools.snapshot import Snap
from tests.tour import COLUMNS, LINES, MOVING, PICTURES, STORY, Scene, moving, stored

# The names of keys differ between a Pilot and a terminal.
_NAMES = {
    "/": "slash",
    " ": "space",
    "AltRight": "alt+right",
    "Alt6": "alt+6",
    "Esc": "escape",
}


async def test_the_scenes(snap: Snap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with walking((COLUMNS, LINES)) as walk:
        for scene in STORY:
            for key in pilot_keys(scene):
                await walk.press(key)
            await snap(walk.pilot, scene.name)


def pilot_keys(scene: Scene) -> list[str]:
    return [_NAMES.get(key, key if len(key) == 1 else key.lower()) for key in scene.keys]


def test_the_moving_picture_is_made_of_them() -> None:
    assert MOVING.read_text("utf-8") == moving(stored()), "make tour makes it anew"


def test_every_scene_has_its_picture_and_no_other_is_there() -> None:
    assert {path.stem for path in PICTURES.glob("*.svg")} == {scene.name for scene in STORY}
