"""The disk fails at any call while a window of the wizard works: the list of drafts, the change request,
more sites from a file, what is sent to the terminal, tips.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from screens.app import WizardApp
from screens.windows.drafts import UnfinishedPlans
from screens.windows.form import FormWindow
from tests.flows import test_compare
from tests.flows.test_faulty_disk import SIZE, each, opened, says
from tests.flows.test_moving import papercut, resume_plan
from tests.flows.walk import Walk, walking
from tests.tools.faults import ERRORS, failing
from wizard.plan.model import Plan, ProductPlan, Site, Zone, changed
from wizard.session.drafts import new_draft
from wizard.session.shelf import list_drafts

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cursor stands is written when a test says so, not when the time comes."""
    monkeypatch.setattr("screens.main.keeping.DELAY", 3600.0)


def names(*, discarded: bool = False) -> list[str]:
    shelf = list_drafts()
    return sorted(one.name for one in (shelf.discarded if discarded else shelf.drafts))


async def closed(walk: Walk) -> None:
    """Esc until no window is there."""
    for _ in walk.app.screen_stack[1:]:
        await walk.press("escape")
    assert walk.app.screen is walk.app.main


# Which keys, in the list of drafts, and what there is afterwards.
KEYS = {
    "copied": (("c",), ["Copy of Office", "Office"]),
    "renamed": (("r", "N", "enter"), ["N"]),
    "laid aside": (("d",), []),
    "brought back": (("u",), ["Office"]),
}


@pytest.mark.parametrize("what", KEYS)
async def test_the_list_of_drafts(what: str, home: Path) -> None:
    keys, after = KEYS[what]
    async with walking(SIZE) as walk:
        for number in range(1, 40):
            draft = new_draft(changed(papercut(), name="Office"), "review")
            draft.save(draft.plan, "review")
            draft.close()
            walk.app.action_do("drafts")
            await walk.settle()
            await walk.press("home", *(("d",) if what == "brought back" else ()))
            code = ERRORS[number % len(ERRORS)]
            with failing(number, code, home.parent) as disk:
                await walk.press(*keys)
            # Whatever it says, it says in a window, and one of the two lists has the draft.
            if names() != after:
                assert says(walk, code), walk.screen()
                assert "Office" in names() + names(discarded=True)
                if not isinstance(walk.app.screen, UnfinishedPlans):
                    await walk.press("escape")
                await walk.press("home", *keys)
            assert names() == after
            await closed(walk)
            for folder in ("drafts", "discarded"):
                shutil.rmtree(home / ".local/state/portwright" / folder, ignore_errors=True)
            if not disk.came:
                break
        assert 3 < number < 39


async def test_the_list_that_cannot_be_read(home: Path) -> None:
    """What is discarded too."""
    for name in ("Office", "North"):
        draft = new_draft(changed(papercut(), name=name), "review")
        draft.save(draft.plan, "review")
        draft.close()
    async with walking(SIZE) as walk:
        walk.app.action_do("drafts")
        await walk.settle()
        await walk.press("home", "d", "escape")
        # Both were saved in the same second: which one stands first is not said.
        kept, gone = names(), names(discarded=True)
        assert sorted(kept + gone) == ["North", "Office"]
        assert len(gone) == 1

        async def look() -> None:
            walk.app.action_do("drafts")
            await walk.settle()

        async for _ in each(look, home.parent):
            assert names() == kept
            assert names(discarded=True) == gone
            await walk.press("escape")


async def test_a_change_request(home: Path) -> None:
    draft = test_compare.opened(test_compare.saved(Path().absolute()))
    async with walking(SIZE, draft) as walk:
        out, told = Path("portwright-export-change"), 0
        await walk.tick(test_compare.XEROX)
        await walk.press("alt+c", "r")

        async def write() -> None:
            window = walk.app.screen
            assert isinstance(window, FormWindow)
            window.form.go("write")
            await walk.press("enter")

        async for code in each(write, home.parent):
            window = walk.app.screen
            assert isinstance(window, FormWindow)
            if not out.exists():
                told += 1
                assert "Nothing was written" in walk.screen()
                assert says(walk, code), (code, walk.screen())
                await write()
            assert (out / "changes.md").exists()
            shutil.rmtree(out)
        assert told > 5


async def test_sites_from_a_file(home: Path) -> None:
    file = str(Path("sites.csv").absolute())
    Path(file).write_text("name,clients\nsouth,10.7.20.0/24\n", "utf-8")
    plan = Plan(
        products={"cups": ProductPlan()},
        zones={"north-clients": Zone(("10.1.20.0/24",))},
        sites={"north": Site(("north-clients",))},
    )
    async with walking(SIZE, opened(plan, "network")) as walk:
        told = 0
        await walk.stand("sites csv:north")
        await walk.press("enter", "ctrl+e", "ctrl+u")
        await walk.write(file)
        async for code in each(partial(walk.press, "enter"), home.parent):
            if list(walk.plan.sites) == ["north"]:
                told += 1
                assert says(walk, code)
                assert walk.app.main.form.text() == file
                await walk.press("enter")
            assert list(walk.plan.sites) == ["north", "south"]
            if "NOT SAVED" not in walk.screen():
                assert resume_plan(walk) == walk.plan
            await walk.press("ctrl+z")
            assert resume_plan(walk) == walk.plan
            await walk.stand("sites csv:north")
            await walk.press("enter", "ctrl+e", "ctrl+u")
            await walk.write(file)
        assert told > 0


async def test_what_is_sent_and_tips(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda self, text: None)
    sent = home / ".local/state/portwright/sent"
    async with walking(SIZE, opened(papercut(), "review")) as walk:
        told = 0
        async for code in each(partial(walk.press, "C"), home.parent):
            if "It is in no file" in walk.screen():
                told += 1
                assert says(walk, code), walk.screen()
            else:
                assert list(sent.iterdir())
            await walk.press("escape")
        assert told > 3
        for command in ("hints-off", "hints-again"):

            async def done(command: str = command) -> None:
                walk.app.action_do(command)
                await walk.settle()

            # Without a disk a tip comes again; nothing is said of it.
            async for code in each(done, home.parent):
                assert not says(walk, code)
