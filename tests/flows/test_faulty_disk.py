"""The disk fails at any call of what a person does on the screen: the screen says so in words, what was
typed or asked for is still there, and the same again, once the disk is well, does it.
"""

from __future__ import annotations

import errno
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from exporters import switch
from screens.widgets.rows import Spot
from screens.windows.form import FormWindow
from tests.flows.test_moving import papercut, resume_plan
from tests.flows.walk import Walk, catalog, walking
from tests.tools.faults import ERRORS, failing
from wizard.plan.file import read_plan
from wizard.plan.model import Plan, changed
from wizard.session.draft_file import read_draft
from wizard.session.drafts import Draft, new_draft

pytestmark = pytest.mark.slow

SIZE = (140, 45)
NETWORKS = "zones.servers.networks"
# What drafts and files, and what exports say of them.
WORDS = {
    errno.ENOSPC: ("the disk is full", "there is no space left on the disk"),
    errno.EROFS: ("is read-only",),
    errno.EACCES: ("there is no permission", "you have no permission"),
    errno.EIO: ("the disk reports an error",),
    errno.EINTR: ("interrupted system call",),
}


@pytest.fixture(autouse=True)
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cursor stands is written when a test says so, not when the time comes."""
    monkeypatch.setattr("screens.main.keeping.DELAY", 3600.0)


Act = Callable[[], Awaitable[None]]


async def each(act: Act, below: Path) -> AsyncIterator[int]:
    """The act with a failure at its first call to the disk, at its second, and so on, the errors in
    turn; at last without one. Gives each time which error there was; 0: none.
    """
    for number in itertools.count(1):
        code = ERRORS[number % len(ERRORS)]
        with failing(number, code, below) as disk:
            await act()
        yield code if disk.came else 0
        if not disk.came:
            break


def says(walk: Walk, code: int) -> bool:
    """Does the screen say what the disk said, in one line or in several of the form?"""
    notes = " ".join(row.label for row in walk.app.main.form.rows if row.kind == "note")
    shown = " ".join((*walk.screen().split(), notes)).replace("│ │ ", "").casefold()
    return any(words in shown for words in WORDS.get(code, ()))


def opened(plan: Plan, step: str, **more: str) -> Draft:
    return new_draft(plan, step, **more)  # type: ignore[arg-type]


async def test_an_answer(home: Path) -> None:
    async with walking(SIZE, opened(papercut(), "network")) as walk:
        numbers, told = itertools.count(1), 0

        async def answer() -> None:
            await walk.fill(NETWORKS, f"10.9.{next(numbers)}.0/24")

        async for code in each(answer, home.parent):
            typed = walk.plan.zones["servers"].networks
            assert typed == (f"10.9.{next(numbers) - 1}.0/24",)
            row = walk.row(NETWORKS)
            assert row is not None
            assert row.value == typed[0]
            if "NOT SAVED" in walk.screen():
                told += 1
                assert says(walk, code)
            else:
                assert resume_plan(walk) == walk.plan
            await answer()
            assert "NOT SAVED" not in walk.screen()
            assert resume_plan(walk) == walk.plan
        assert told > 5


async def test_taking_back_and_giving_again(home: Path) -> None:
    async with walking(SIZE, opened(papercut(), "network")) as walk:
        await walk.fill(NETWORKS, "10.9.1.0/24")
        for key, back in (("ctrl+z", "ctrl+y"), ("ctrl+y", "ctrl+z")):
            told, after = 0, None
            async for code in each(partial(walk.press, key), home.parent):
                after = after or walk.plan
                assert walk.plan == after
                told += says(walk, code)
                await walk.press(back)
                assert resume_plan(walk) == walk.plan != after
            await walk.press(key)
            assert told > 5


async def test_half_a_name(home: Path) -> None:
    async with walking(SIZE, opened(papercut(), "network")) as walk:
        await walk.stand("name")
        told = 0

        async def is_kept() -> None:
            await walk.write("x")
            walk.app.keeping.now()
            await walk.settle()

        async for code in each(is_kept, home.parent):
            typed = walk.app.main.form.text()
            told += says(walk, code)
            await is_kept()
            assert walk.app.main.form.text() == f"{typed}x"
            assert read_draft(walk.app.session.draft.path).place.typed == f"{typed}x"
        assert told > 5


@pytest.mark.parametrize("way", ["its own file", "another file"])
async def test_saving_the_plan(way: str, home: Path) -> None:
    path = Path("plan.toml").absolute()
    async with walking(SIZE, opened(papercut(), "network", origin=str(path))) as walk:
        numbers, told = itertools.count(1), 0

        async def save() -> None:
            await walk.press("ctrl+s" if way == "its own file" else "enter")

        async def begin() -> None:
            await walk.fill("name", f"Number {next(numbers)}")
            if way == "another file":
                walk.app.actions.save_as()
                await walk.settle()
                await walk.write(str(path))

        await begin()
        async for code in each(save, home.parent):
            told += says(walk, code)
            window = walk.app.screen
            if isinstance(window, FormWindow):
                assert window.form.text() == str(path)
            if isinstance(window, FormWindow) or says(walk, code):
                await save()
            if "again replaces" in walk.screen():
                # It stands there already, though the folder could not be synced.
                await save()
            assert read_plan(path.read_text(), catalog()).name == walk.plan.name
            assert [one.name for one in path.parent.iterdir()] == ["plan.toml"]
            assert walk.app.screen is walk.app.main
            await begin()
        assert told > 3


async def test_an_export(home: Path) -> None:
    plan = changed(papercut(), name="Office")
    async with walking(SIZE, opened(plan, "export")) as walk:
        out, told = Path("office"), 0
        for box in walk.app.current.rows(walk.app.context()):
            # Two formats: each file more is a file of the same calls.
            if isinstance(box.key, Spot) and box.on and box.key.name not in ("csv", "plan"):
                await walk.stand(str(box.key))
                await walk.press("space")

        async def write() -> None:
            await walk.stand("write")
            await walk.press("enter")

        async for code in each(write, home.parent):
            if says(walk, code):
                told += 1
                assert "Nothing was written" in walk.screen()
                assert not out.exists()
                await write()
            assert "Written to" in walk.screen()
            assert (out / "rules.csv").exists()
            # What could not be thrown away goes with the next export.
            with switch.alone(out.absolute()):
                assert [one.name for one in Path().iterdir()] == ["office"]
            shutil.rmtree(out)
        assert told > 5
