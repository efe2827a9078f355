"""The preview of 100,000 rules: nothing moves that should stay, and little is made that nobody
sees.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from screens.board.entry import Entry
from screens.widgets.board import Board
from tests.bench.many_rules import FEATURE, PRODUCT, start_plan, worked_out
from tests.flows.walk import Walk, catalog, walking
from wizard.deployment import Deployment
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.session.drafts import Draft, new_draft

pytestmark = pytest.mark.slow

COUNT = 100_000
BOX = f"products.{PRODUCT}.features.{FEATURE}"
SIZE = (140, 40)
WorkOut = Callable[[Catalog, Plan], Deployment]


@pytest.fixture(scope="module")
def work_out() -> WorkOut:
    return worked_out(COUNT, fresh=True)


def draft() -> Draft:
    return new_draft(start_plan(catalog()), "features")


async def end(walk: Walk) -> None:
    """Whatever is being looked up has come."""
    await walk.settle()
    assert walk.app.main.board.ready


@pytest.mark.parametrize(
    "keys",
    [["end"], ["end", *["pageup"] * 40, "up"], ["home", *["pagedown"] * 3]],
    ids=["last", "far", "near"],
)
async def test_cursor_and_scroll_stay_with_their_row(keys: list[str], work_out: WorkOut) -> None:
    async with walking(SIZE, draft=draft(), work_out=work_out) as walk:
        board = walk.app.main.board
        await walk.stand(BOX)
        await walk.press("f2", *keys)
        entry = board.entry()
        assert entry is not None
        row, line = board.cursor or 0, (board.cursor or 0) - board.scroll_offset.y
        drawn = in_sight(board)[line].lstrip("> ")
        await walk.press("escape", "space")
        # Rows came and were taken above: another number, the same row on the same line of the
        # screen.
        assert board.cursor != row
        for _ in range(2):
            assert board.entry().key == entry.key  # type: ignore[union-attr]
            assert (board.cursor or 0) - board.scroll_offset.y == line
            assert in_sight(board)[line].lstrip("> ") == drawn
            await walk.press("space")


async def test_an_answer_makes_entries_for_what_is_seen_only(
    monkeypatch: pytest.MonkeyPatch, work_out: WorkOut
) -> None:
    made: list[str] = []

    class Counted(Entry, frozen=True):
        def __post_init__(self) -> None:
            made.append(self.key)

    monkeypatch.setattr("screens.board.entry.Entry", Counted)
    async with walking(SIZE, draft=draft(), work_out=work_out) as walk:
        board = walk.app.main.board
        await walk.stand(BOX)
        await walk.press("f2", *["pagedown"] * 5, "escape")
        for keys, most in (
            (["space"], 600),
            (["f2"], 200),
            (["down"], 60),
            (["pagedown"], 200),
            (["end"], 200),
        ):
            made.clear()
            await walk.press(*keys)
            assert 0 < len(made) <= most, (keys, len(made))
        assert board.shown[0].count > COUNT


async def test_words_typed_quickly_find_what_fits_the_last_of_them(work_out: WorkOut) -> None:
    async with walking(SIZE, draft=draft(), work_out=work_out) as walk:
        board = walk.app.main.board
        await walk.pilot.press("f2", "slash", *"rvice", *["backspace"] * 5, *"r-0000000186")
        # The last wish comes while the one before is being looked for.
        board.filter("e")
        await asyncio.sleep(0.05)
        board.filter("r-00000001869f")
        await end(walk)
        assert [one.record.id for one in found(board.entries) if one.record] == ["r-00000001869f"]  # type: ignore[union-attr]
        await walk.press("enter", "escape")
        await end(walk)
        assert len(board.entries) > COUNT


async def test_sorting_and_grouping_keep_every_row(work_out: WorkOut) -> None:
    async with walking(SIZE, draft=draft(), work_out=work_out) as walk:
        board = walk.app.main.board
        await walk.press("f2")
        built = [one.key for one in found(board.entries)]
        await walk.press("g", "s")
        await end(walk)
        ports = [one.record.ports[0] for one in found(board.entries) if one.record]  # type: ignore[union-attr]
        assert len(ports) == COUNT
        assert ports == sorted(ports)
        await walk.pilot.press("s", "s", "s", "g")
        await end(walk)
        assert [one.key for one in found(board.entries)] == built


async def test_another_tab_and_back_is_the_same_row(work_out: WorkOut) -> None:
    async with walking(SIZE, draft=draft(), work_out=work_out) as walk:
        board = walk.app.main.board
        await walk.press("f2", *["pagedown"] * 9)
        entry, cursor = board.entry(), board.cursor
        assert entry is not None
        await walk.press("s")
        await end(walk)
        await walk.press("right", "left", "s", "s", "s")
        await end(walk)
        assert (board.tab, board.cursor) == ("rules", cursor)
        assert board.entry().key == entry.key  # type: ignore[union-attr]


def found(entries: Sequence[Entry]) -> list[Entry]:
    """All entries but the headings."""
    return [one for one in entries if not one.heading]


def in_sight(board: Board) -> list[str]:
    """The lines on the screen."""
    top = board.scroll_offset.y
    return [board.line_at(index).plain for index in range(top, top + board.size.height)]
