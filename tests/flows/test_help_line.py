"""The one line of help: what is said there stays until the cursor moves, and F1 shows all of what
it cuts.
"""

from __future__ import annotations

import pytest

from screens.widgets.lines import REST, width
from screens.windows.modals import Reader
from tests.flows.test_finding import windows
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from wizard.plan.model import Plan, ProductPlan
from wizard.questions import STEPS
from wizard.session.drafts import DraftError, new_draft

WRONG = "192.168.40.0/26192.168.41.0/24192.168.42.0/99"


def help_line(walk: Walk) -> str:
    return walk.screen().splitlines()[-2]


def window(walk: Walk) -> str:
    """All that the window in front says, the lines put together."""
    reader = walk.app.screen.query_one("#window-lines", Reader)
    return " ".join(reader.line_at(index).plain for index in range(reader.virtual_size.height))


# --- what there is no room for -------------------------------------------------------------------


async def test_f1_shows_an_error_that_the_line_cuts_before_the_help() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.fill("zones.servers.networks", WRONG)
        row = walk.row("zones.servers.networks")
        assert row is not None
        assert row.problem
        assert help_line(walk).rstrip().endswith(REST)
        assert row.problem not in help_line(walk)
        await walk.press("f1")
        assert window(walk).startswith(f"! {row.problem}")
        assert "A zone is a part of your network" in window(walk)
        # It is still to be put right: it comes back with the cursor, and stays while the field is
        # wrong.
        await walk.press("escape", "up", "down", "f1")
        assert window(walk).startswith(f"! {row.problem}")


async def test_f1_shows_a_message_that_the_line_cuts() -> None:
    async with walking(draft=new_draft(papercut(), "products")) as walk:
        long = " ".join(f"word{number}" for number in range(30))
        walk.app.main.say(long, bad=True)
        await walk.settle()
        assert "word29" not in help_line(walk)
        await walk.press("f1")
        assert window(walk).startswith(f"! {long}")
        await walk.press("escape")
        walk.app.main.say(long)
        await walk.press("f1")
        assert window(walk).startswith(long)
        # What there is room for needs no second place.
        await walk.press("escape")
        walk.app.main.say("Short.")
        await walk.press("f1")
        assert "Short." not in window(walk)


async def test_f1_says_why_nothing_is_saved_as_long_as_it_is_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with walking(draft=new_draft(papercut(), "products")) as walk:

        def full(*_: object) -> None:
            raise DraftError("The disk of the home is full.")

        monkeypatch.setattr(walk.app.session.draft, "save", full)
        await walk.press("space", "down", "down", "f1")
        assert "NOT SAVED" in walk.screen()
        assert window(walk).startswith("! The disk of the home is full.")


async def test_f1_in_a_window_shows_what_its_line_cuts() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.press("down")
        walk.app.action_do("compare")
        await walk.settle()
        await walk.write(
            "no/such/folder-with-a-long-name-at-all/and-one-more/and-another/plan.toml"
        )
        await walk.press("enter")
        assert walk.screen().count(REST) == 1
        await walk.press("f1")
        assert windows(walk) == 2
        assert window(walk).startswith("There is no file no/such/folder-with-a-long-name-at-all")
        assert "/plan.toml." in window(walk).replace(" ", "")
        assert "plan.toml in the folder of an export" in window(walk)


async def test_the_help_of_the_rows_fits_its_line_at_80_columns() -> None:
    plan = answered(catalog(), papercut(), "proxy.mode", "explicit")
    async with walking(draft=new_draft(plan)) as walk:
        for step in STEPS:
            await walk.to(step.id)
            if step.id == "network":
                await walk.stand("presets")
                await walk.press("enter")
            for row in walk.app.main.form.rows:
                # What a format is for may be longer; F1 has it.
                assert (
                    not row.live or str(row.key).startswith("format:") or width(row.help) <= 78
                ), row.key


# --- how long it stays ---------------------------------------------------------------------------


async def test_a_jump_from_the_review_says_how_to_come_back() -> None:
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.to("review")
        await walk.press("down", "enter")
        assert walk.step != "review"
        assert "Esc goes back to Review." in help_line(walk)
        await walk.press("down")
        assert "Esc goes back" not in help_line(walk)


async def test_w_in_the_form_says_what_to_do_in_the_preview_until_the_cursor_moves() -> None:
    async with walking(draft=new_draft(papercut(), "products")) as walk:
        await walk.press("f3")
        assert walk.app.main.board.has_focus
        assert "Choose a row" in help_line(walk)
        await walk.press("down")
        assert "Choose a row" not in help_line(walk)


async def test_what_was_said_goes_when_somebody_types_and_the_error_is_seen() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.fill("zones.servers.networks", "10.0.0.0/8x")
        assert "'10.0.0.0/8x' is not a network" in help_line(walk)
        await walk.press("y")
        assert "'10.0.0.0/8xy' is not a network" in help_line(walk)
        await walk.press("backspace", "backspace")
        assert "!" not in help_line(walk)
        walk.app.main.say("Something of before.")
        await walk.settle()
        await walk.press("1")
        assert "Something of before." not in walk.screen()


async def test_what_was_said_goes_when_a_filter_is_begun() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.press("escape")
        assert "Ctrl+Q leaves" in help_line(walk)
        await walk.press("x")
        assert "Type to see only what fits." in help_line(walk)


async def test_space_after_a_filter_says_where_it_ticks_a_box() -> None:
    """Words are parted by it, as in 'papercut mf': it can't tick the first row from there."""
    async with walking(draft=new_draft(papercut(), "products")) as walk:
        before = walk.plan
        await walk.write("cups")
        await walk.press("space")
        assert "Down or Enter: to the rows, where Space ticks a box." in help_line(walk)
        assert (walk.app.main.form.filter, walk.plan) == ("cups ", before)
        await walk.press("backspace")
        assert "Type to see only what fits." in help_line(walk)
        await walk.press("space", "enter", "space")
        assert "cups" in walk.plan.products


async def test_what_the_form_said_is_gone_in_the_preview() -> None:
    async with walking(draft=new_draft(papercut(), "products")) as walk:
        walk.app.main.say("Something of the form.")
        await walk.press("f2")
        assert "Something of the form." not in walk.screen()


async def test_the_order_and_the_groups_of_a_table_are_told_until_the_cursor_moves() -> None:
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.to("review")
        await walk.press("down")
        for said in ("by port", "by source", "by destination", "as built"):
            await walk.press("s")
            assert f"Order: {said}." in help_line(walk)
        await walk.press("g")
        assert "In one list." in help_line(walk)
        await walk.press("g")
        assert "In groups." in help_line(walk)
        await walk.press("down")
        assert "In groups." not in help_line(walk)


async def test_a_comparison_tells_its_order_too() -> None:
    draft = new_draft(papercut())
    draft.save(answered(catalog(), papercut(), "proxy.mode", "explicit"), "products")
    async with walking(draft=draft) as walk:
        walk.app.action_do("compare")
        await walk.settle()
        await walk.press("down", "enter")
        assert "Compare: as it was at the start" in walk.screen()
        await walk.press("s")
        assert "Order: by port." in walk.screen()


# --- rows without an answer ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ["enter", "w", "f3", "space"])
async def test_a_heading_of_the_preview_says_that_it_is_one(key: str) -> None:
    async with walking(draft=new_draft(papercut(), "products")) as walk:
        await walk.press("f2", "home")
        entry = walk.app.main.board.entry()
        assert entry is not None
        assert entry.heading
        await walk.press(key)
        assert windows(walk) == 0
        assert "This is a heading." in help_line(walk)


async def test_the_picture_has_no_rows_to_ask_about() -> None:
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.to("review")
        walk.app.main.board.choose("picture")
        await walk.press("enter")
        assert "Nothing is asked of this line." in help_line(walk)


# --- the filter ----------------------------------------------------------------------------------


async def test_escape_from_the_filter_goes_back_to_the_row_where_it_began() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.press("down", "down", "down", "down")
        here = str(walk.app.main.form.current)
        await walk.press("slash", "x", "y", "escape")
        assert str(walk.app.main.form.current) == here
        # Who chose a row of what fits stays there.
        await walk.write("/mobility")
        await walk.press("down")
        chosen = str(walk.app.main.form.current)
        assert chosen != here
        await walk.press("escape")
        assert str(walk.app.main.form.current) == chosen


# --- remarks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [80, 100, 120, 140])
async def test_remarks_are_whole_at_every_width(columns: int) -> None:
    """Nobody can stand on a remark to read the rest of it."""
    async with walking(
        (columns, 40), draft=new_draft(Plan(products={"cups": ProductPlan()}))
    ) as walk:
        for step in STEPS:
            await walk.to(step.id)
            if step.id == "review":
                continue
            said = " ".join(walk.app.main.form.line_at(n).plain.strip() for n in range(4))
            assert step.about in said
        await walk.to("network")
        assert (
            "Start from the network that is most like yours, then change what differs:"
            in " ".join(row.label for row in walk.app.main.form.rows if row.kind == "note")
        )
        for index, row in enumerate(walk.app.main.form.rows):
            assert row.kind != "note" or "…" not in walk.app.main.form.line_at(index).plain
        # The remark of an empty table as well.
        board = walk.app.main.board
        if columns < 100:
            await walk.press("f2")
        said = " ".join(board.line_at(index).plain.strip() for index in range(4))
        assert "What the chosen products and features need appears here." in said
        assert all(width(board.line_at(index).plain) <= board.size.width for index in range(4))


async def test_labels_are_whole_at_80_columns_where_the_field_keeps_room() -> None:
    plan = answered(catalog(), papercut(), "products.papercut-mf.features.mfp-konica-minolta", True)
    async with walking(draft=new_draft(plan, "features")) as walk:
        form = walk.app.main.form
        long = [
            index
            for index, row in enumerate(form.rows)
            if row.kind == "text" and len(row.label) > 40
        ]
        assert long
        for index in long:
            assert form.rows[index].label in form.line_at(index).plain
