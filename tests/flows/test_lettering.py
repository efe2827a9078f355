"""Letters on all in sight: one of them leads to where it stands, in the wizard and in windows."""

from __future__ import annotations

import pytest

from screens.widgets.line_view import LineView
from screens.windows.modals import Reader
from tests.flows.test_finding import windows
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.session.drafts import new_draft


def letter(view: LineView, line: int) -> str:
    """What stands at the beginning of a line in sight."""
    return view.render_line(line - view.scroll_offset.y).text[:2].strip()


async def type_letter(walk: Walk, view: LineView, line: int) -> None:
    await walk.press("alt+j")
    await walk.press(*letter(view, line))


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (140, 45)])
async def test_a_letter_puts_the_cursor_on_its_row(size: tuple[int, int]) -> None:
    async with walking(size, draft=new_draft(papercut(), "network")) as walk:
        form = walk.app.main.form
        live = [line for line in form.seen_lines() if form.rows[line].live]
        for line in (live[-2], live[1]):
            await type_letter(walk, form, line)
            assert form.current == form.rows[line].key
            assert walk.app.lettering is None
            assert letter(form, line) == ">"


async def test_a_letter_leads_to_the_preview_and_to_its_tabs() -> None:
    async with walking((140, 45), draft=new_draft(papercut(), "features")) as walk:
        board = walk.app.main.board
        await type_letter(walk, board, 3)
        assert board.has_focus
        assert board.cursor == 3
        plan, heads = walk.plan, board.heads
        assert heads is not None
        await walk.press("alt+j")
        start = heads.render_line(0).text.index("lows") - 2
        await walk.press(*heads.render_line(0).text[start : start + 2].strip().removesuffix("F"))
        assert board.tab == "flows"
        assert walk.plan == plan


async def test_any_other_key_takes_them_away_and_does_nothing_else() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        before = walk.screen(), walk.app.main.form.current
        for key in ("escape", "space", "5", "alt+4"):
            await walk.press("ctrl+o")
            assert walk.screen() != before[0]
            await walk.press(key)
            assert (walk.screen(), walk.app.main.form.current) == before, key
        assert walk.step == "network"


async def test_in_windows_too() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.press("ctrl+p")
        reader = walk.app.screen.query_one(Reader)
        await type_letter(walk, reader, 4)
        assert reader.cursor == 4
        assert windows(walk) == 1
        await walk.press("escape")
        await walk.press("alt+e")
        assert windows(walk) == 1
        await walk.press("alt+j")
        assert walk.app.lettering is not None
        await walk.press("escape")
        assert windows(walk) == 1
