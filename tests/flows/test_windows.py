"""Pictures of every window, and of the steps, at three sizes on dark and on light."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from screens.app import WizardApp
from screens.terminal.profile import Profile
from tests.flows.test_pictures import WIDE, plan
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.file import write_plan
from wizard.questions import STEPS
from wizard.session import drafts, kept, shelf
from wizard.session.draft_file import Holder
from wizard.session.drafts import new_draft

LOOKS = {"dark": Profile(), "light": Profile(light=True)}
# Steps at 80 x 24 on light are in test_pictures.py, and all on dark.
LARGER = [size for size in WIDE if size != (80, 24)]


@pytest.fixture(autouse=True)
def same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock, no process and no folder of whoever takes the pictures is on them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Holder, "__str__", lambda self: "process 4711")
    for place in (drafts, shelf):
        monkeypatch.setattr(place, "age", lambda saved, now=None: "12 minutes ago")
    monkeypatch.setattr(kept, "folder", lambda: Path("/home/kim/.local/state/portwright"))
    monkeypatch.setattr(kept, "keep", lambda path, content: None)
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda self, text: None)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.9 50000 10.0.10.5 22")
    monkeypatch.setenv("USER", "kim")
    Path("last-year.toml").write_text(write_plan(plan(), catalog()), encoding="utf-8")


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", WIDE, ids=named)
@pytest.mark.parametrize("look", LOOKS)
async def test_every_window(look: str, size: tuple[int, int], snap: Snap) -> None:
    xerox = "products.papercut-mf.features.mfp-xerox"
    changed = answered(catalog(), plan(), xerox, True)
    branch = msgspec.structs.replace(plan(), name="Branch office")
    other = new_draft(branch, "network")
    other.save(branch, "network")
    draft = new_draft(changed, "features", origin="last-year.toml")
    async with walking(size, draft, profile=LOOKS[look]) as walk:
        async for window in windows(walk):
            await snap(walk.pilot, f"{window}-{look}-{named(size)}")
            while len(walk.app.screen_stack) > 1:
                await walk.press("escape")
    other.close()


async def windows(walk: Walk) -> AsyncIterator[str]:
    """Opens each; whoever has seen it closes it."""
    async for window in small_windows(walk):
        yield window
    async for window in windows_of_rows(walk):
        yield window
    await walk.to("export")
    await walk.stand("file:rules.csv")
    await walk.press("enter")
    yield "look"


async def small_windows(walk: Walk) -> AsyncIterator[str]:
    await walk.to("features")
    await walk.stand("products.papercut-mf.features.cloud-ocr.region")
    await walk.press("f1")
    yield "help"
    await walk.press("alt+j")
    yield "letters"
    await walk.press("escape", "slash")
    await walk.write("toshiba")
    yield "filter"
    await walk.press("escape")
    await walk.press("ctrl+p")
    yield "palette"
    for command in ("keys", "save-as", "drafts"):
        walk.app.action_do(command)
        await walk.settle()
        yield command
    walk.app.action_do("drafts")
    await walk.settle()
    await walk.press("enter")
    assert "Take it over" in walk.screen()
    yield "take-over"


async def windows_of_rows(walk: Walk) -> AsyncIterator[str]:
    await walk.to("review")
    walk.app.actions.filter("162")
    await walk.press("enter", "home", "down", "w")
    yield "why"
    await walk.press("c")
    yield "sent"
    await walk.press("escape")
    walk.app.main.board.choose("findings")
    await walk.settle()
    yield "findings"
    await walk.press("alt+e")
    for words in ("mfp", "print-server", "9191"):
        await walk.write(words)
        await walk.press("enter")
    yield "explain"
    await walk.press("alt+c")
    yield "compare"
    await walk.press("alt+c", "o")
    yield "compare-with"
    await walk.press("alt+c", "r")
    yield "request"


@pytest.mark.parametrize("size", LARGER, ids=named)
async def test_every_step_on_light(size: tuple[int, int], snap: Snap) -> None:
    async with walking(size, new_draft(plan()), profile=LOOKS["light"]) as walk:
        for step in STEPS:
            await walk.to(step.id)
            await snap(walk.pilot, f"step-{step.id}-light-{named(size)}")
