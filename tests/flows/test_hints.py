"""Tips for the first time: where they are, when they go, what is remembered, and that they are in
nobody's way.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from screens.main.hints import HINTS, OFTEN, Memory
from screens.widgets.lines import width
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.plan.model import Plan
from wizard.session.drafts import new_draft


def tip(walk: Walk) -> str:
    """The tip on the screen."""
    status = walk.screen().rstrip("\n").splitlines()[-3]
    return status.partition("Tip: ")[2].rstrip()


def file(home: Path) -> Path:
    return home / ".local/state/portwright/hints.json"


def remembered(home: Path) -> Memory:
    return msgspec.json.decode(file(home).read_bytes(), type=Memory)


async def test_a_tip_goes_when_it_is_followed_and_the_next_comes(home: Path) -> None:
    async with walking() as walk:
        assert tip(walk) == "Space ticks a box"
        await walk.down_to("products=papercut-mf")
        await walk.press("space")
        assert tip(walk) == "Alt+Right: the next step"
        await walk.press("alt+right")
        assert tip(walk) == "type to filter this list"
        await walk.write("xer")
        await walk.press("down", "space", "escape")
        assert tip(walk) == "F2 shows the rules so far"
        await walk.press("f2")
        assert tip(walk) == "Enter goes to a row's answer"
        await walk.press("down", "enter")
        await walk.press("f2")
        assert tip(walk) == "w says why a row is there"
    assert remembered(home).followed >= {"tick", "next", "filter", "preview", "jump"}
    # The next start shows none of them again.
    async with walking(draft=new_draft(papercut())) as walk:
        assert tip(walk) not in ("", "Space ticks a box", "Alt+Right: the next step")


async def test_a_tip_that_nobody_follows_goes_after_a_few_times(home: Path) -> None:
    for _ in range(OFTEN):
        async with walking() as walk:
            assert tip(walk) == "Space ticks a box"
            # Moving about does not count; it stays as long as somebody is there.
            await walk.press("down", "up", "down", "up")
            assert tip(walk) == "Space ticks a box"
    async with walking() as walk:
        assert tip(walk) != "Space ticks a box"
    assert remembered(home).times["tick"] == OFTEN


async def test_they_can_be_switched_off_and_on_again(home: Path) -> None:
    async with walking() as walk:
        await walk.press("space")
        await walk.press("ctrl+p")
        await walk.write("no hints")
        await walk.press("enter")
        assert tip(walk) == ""
        for step in ("features", "network", "review", "export"):
            await walk.to(step)
            assert tip(walk) == ""
    assert remembered(home).off
    async with walking() as walk:
        assert tip(walk) == ""
        await walk.press("ctrl+p")
        await walk.write("no hints")
        await walk.settle()
        assert "(there are none)" in walk.screen()
        await walk.press("escape")
        await walk.write("hints again")
        await walk.press("enter")
        assert tip(walk) == "Space ticks a box"
    assert not remembered(home).off


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"seen": 3}', b"\xff\xfe", b'{"done": ["x"], "more": 1}']
)
async def test_a_file_that_cannot_be_read_is_no_matter(home: Path, content: bytes) -> None:
    file(home).parent.mkdir(parents=True)
    file(home).write_bytes(content)
    async with walking() as walk:
        assert tip(walk) == "Space ticks a box"
        await walk.press("space")
    assert "tick" in remembered(home).followed


async def test_a_folder_in_its_place_is_no_matter(home: Path) -> None:
    file(home).mkdir(parents=True)
    async with walking() as walk:
        await walk.press("space")
        assert tip(walk) == "Alt+Right: the next step"
    assert [entry.name for entry in file(home).parent.iterdir() if entry.name != "drafts"] == [
        "hints.json"
    ]


async def test_a_pipe_in_its_place_is_not_waited_for(home: Path) -> None:
    file(home).parent.mkdir(parents=True)
    os.mkfifo(file(home))
    async with walking() as walk:
        await walk.press("space")
        assert tip(walk) == "Alt+Right: the next step"
    assert "tick" in remembered(home).followed


async def test_a_read_only_home_is_no_matter(request: pytest.FixtureRequest) -> None:
    async with walking() as walk:
        ordinary_user: Path = request.getfixturevalue("ordinary_user")
        ordinary_user.chmod(0o500)
        await walk.press("down", "space")
        assert tip(walk) == "Alt+Right: the next step"
        assert "permission" in walk.screen()
        ordinary_user.chmod(0o700)


async def test_they_never_cover_the_counts_the_help_or_an_error() -> None:
    async with walking((80, 24), draft=new_draft(papercut(), "network")) as walk:
        await walk.fill("zones.servers.networks", "10.0.0.5/24")
        lines = walk.screen().rstrip("\n").splitlines()
        assert "10.0.0.0/24" in lines[-2]
        assert tip(walk)
        assert "26 rules; 3 warnings" in lines[-3]
        assert width(lines[-3]) <= 80
        # Where the counts need the room, there is no tip.
        from screens.widgets.bars import StatusBar

        status = walk.app.main.query_one("#status", StatusBar)
        status.put("x" * 60, "", "Tip: something that is longer than that")
        await walk.pilot.pause()
        assert "Tip" not in walk.screen()
        assert "x" * 60 in walk.screen()
        # And none is counted as seen that was not.
        hints = walk.app.hints
        assert hints._memory is not None
        before = dict(hints._memory.times)
        assert hints.text(walk.app.main.sight(), 10) == ""
        assert hints._memory.times == before


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_every_tip_has_its_place_and_fits_beside_the_counts(size: tuple[int, int]) -> None:
    """At every step there is one, in the form and in the preview, until all were followed."""
    seen = set()
    async with walking(size, draft=new_draft(papercut())) as walk:
        for _ in HINTS:
            for step in (
                "products",
                "features",
                "network",
                "firewalls",
                "request",
                "review",
                "export",
            ):
                await walk.to(step)
                seen.add(tip(walk))
                if step != "review":
                    await walk.press("f2")
                    seen.add(tip(walk))
                    await walk.press("escape")
            done = [hint for hint in HINTS if hint.text in seen and not followed(walk, hint.id)]
            if not done:
                break
            for hint in done:
                walk.app.hints.done(hint.id)
    # F2 was pressed at once, so that its tip was not needed any more.
    assert {hint.text for hint in HINTS if hint.id != "preview"} <= seen
    assert ("F2 goes into the preview" in seen) <= (size[0] >= 100)
    assert ("F2 shows the rules so far" in seen) <= (size[0] < 100)


def followed(walk: Walk, id: str) -> bool:
    memory = walk.app.hints._memory
    return memory is not None and id in memory.followed


async def test_nothing_is_written_before_there_is_something_to_remember(home: Path) -> None:
    async with walking(draft=new_draft(Plan())) as walk:
        assert tip(walk)
    assert remembered(home) == Memory(times={"tick": 1})
