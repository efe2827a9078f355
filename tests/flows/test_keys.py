"""Keys: help for every field, a footer that fits, digits, other ways for F-keys, Esc one level at a
time.
"""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from screens.main.commands import COMMANDS, STEP_COMMANDS
from screens.terminal.driver import KeyParser
from screens.terminal.keys import with_pastes
from screens.widgets.lines import width
from screens.widgets.rows import Row
from screens.windows.modals import COLUMNS, LeanModal, Reader
from tests.flows.test_finding import palette, windows
from tests.flows.test_moving import TOSHIBA, papercut
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from wizard.plan.model import Plan
from wizard.questions import STEPS
from wizard.session.drafts import new_draft

# --- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [step.id for step in STEPS if step.id != "review"])
async def test_f1_tells_of_every_field_what_its_question_says(step: str) -> None:
    plan = answered(catalog(), papercut(), "proxy.mode", "explicit")
    async with walking((100, 30), draft=new_draft(plan)) as walk:
        await walk.to(step)
        rows = [row for row in walk.app.main.form.rows if row.live]
        told: dict[tuple[str, ...], Row] = {}
        for row in rows:
            # One of each kind of words is enough; there are hundreds.
            told.setdefault((row.help[:40], row.more[:40]), row)
        for row in list(told.values())[:25]:
            assert row.help, row.key
            await walk.stand(str(row.key))
            await walk.press("f1")
            reader = walk.app.screen.query_one("#window-lines", Reader)
            said = " ".join(
                reader.line_at(index).plain for index in range(reader.virtual_size.height)
            )
            words = (row.question.more if row.question is not None else row.more) or row.help
            assert all(word in said for word in words.split()[:12]), row.key
            await walk.press("escape")
            assert windows(walk) == 0


async def test_windows_have_help_where_there_is_something_to_choose() -> None:
    from screens.main.resuming import offer_drafts

    draft = new_draft(papercut())
    draft.save(papercut(), "review")
    draft.close()
    async with walking(begin=offer_drafts) as walk:
        await walk.press("f1")
        assert windows(walk) == 2
        assert "on disk" in walk.screen()
        await walk.press("escape")
        assert windows(walk) == 1
        assert "Unfinished plans" in walk.screen()


# --- the footer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 45)])
async def test_the_footer_fits_everywhere_and_has_five_keys_at_most(size: tuple[int, int]) -> None:
    from screens.main.footer import keys_here

    async with walking(size, draft=new_draft(papercut())) as walk:
        for step in STEPS:
            await walk.to(step.id)
            for board in (False, True):
                if board:
                    await walk.press("f2") if step.id != "review" else None
                keys = keys_here(walk.app)
                last = walk.screen().rstrip().splitlines()[-1]
                assert 1 <= len(keys) <= 5
                assert all(f"{key} {word}" in last for key, word, _ in keys), (step.id, board, last)
                assert "Quit" in last
                assert ("Next" in last) == (
                    (step.id != "export" and not board) or step.id == "review"
                )
            await walk.press("escape") if step.id != "review" else None


@pytest.mark.parametrize("size", [(60, 16), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_keys_of_every_window_fit(size: tuple[int, int]) -> None:
    async with walking(size, draft=new_draft(papercut())) as walk:
        seen = set()

        async def look(*keys: str) -> None:
            await walk.press(*keys)
            window = walk.app.screen
            assert isinstance(window, LeanModal)
            assert width(window.keys) <= COLUMNS, window.keys
            shown = window.keys if size[0] == 80 else "Esc: close"
            assert shown in walk.screen()
            assert window.query_one(Reader).size.width <= size[0] - 4
            seen.add(window.keys)
            await walk.press("escape")

        await look("f1")
        await look("ctrl+p")
        await walk.press("f2", "down")
        await look("w")
        await look("c")
        await walk.to("export")
        await walk.stand("file:rules.csv")
        await look("enter")
        assert len(seen) == 4


# --- digits and F-keys ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 4, 7])
async def test_alt_and_a_digit_goes_to_a_step_from_form_preview_review_and_windows(
    number: int,
) -> None:
    wanted = STEPS[number - 1].id
    async with walking(draft=new_draft(papercut())) as walk:
        for keys in (
            (),
            ("f2",),
            ("alt+6",),
            ("f1",),
            ("f2", "down", "w", "c"),
            ("e",) if number == 1 else ("ctrl+p", "x"),
        ):
            for key in (f"alt+{number}", f"f{number + 3}"):
                await walk.to("products")
                await walk.press(*keys, key)
                assert walk.step == wanted, (keys, key)
                assert windows(walk) == 0


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_plain_letters_and_digits_never_leave_the_step(step: str) -> None:
    """One row too low, in a list: an address, a name, the letters that were keys once."""
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.to(step)
        before = walk.plan
        boxes = [row for row in walk.app.main.form.rows if row.live and row.kind != "text"]
        if step != "review":
            await walk.stand(str(boxes[0].key))
        for typed in ("10.1.10.5", "9100") if step == "review" else ("10.1.10.5", "data", "pwvc"):
            await walk.write(typed)
            await walk.settle()
            assert (walk.step, windows(walk), walk.plan) == (step, 0, before), typed
            words = walk.app.main.form.filter if step != "review" else review_words(walk)
            assert words == typed
            await walk.press("escape")


def review_words(walk: Walk) -> str:
    return walk.app.main.board.view.words


async def test_what_is_pasted_goes_whole_into_one_field_or_nowhere() -> None:
    five = "\n".join(f"10.{number}.0.0/24" for number in range(5))
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        before = walk.plan
        await walk.stand("presets")
        walk.app.post_message(Paste(five))
        await walk.settle()
        assert walk.plan == before
        assert "it went nowhere" in walk.screen()
        await walk.stand("zones.servers.networks")
        await walk.press("ctrl+e", "ctrl+u")
        walk.app.post_message(Paste(five + "\n"))
        await walk.press("enter")
        assert walk.plan.zones["servers"].networks == tuple(five.split())
        await walk.press("f2")
        walk.app.post_message(Paste("9100"))
        await walk.settle()
        assert walk.app.main.board.view.words == "9100"
        walk.app.post_message(Paste(five))
        await walk.settle()
        assert walk.app.main.board.view.words == "9100"


@pytest.mark.parametrize("where", ["preset:lan", "board"])
async def test_the_enter_behind_a_paste_that_went_nowhere_goes_nowhere_too(where: str) -> None:
    """As a terminal sends it that does not bracket what is pasted."""
    async with walking((120, 36), draft=new_draft(papercut(), "network")) as walk:
        await walk.stand("presets")
        if where == "board":
            await walk.press("f2", "down", "down")
        else:
            await walk.press("enter")
            await walk.stand(where)
        before = walk.plan
        for message in with_pastes(KeyParser(False).feed("10.1.0.0/24\r10.2.0.0/24\r")):
            walk.app.post_message(message)
        await walk.settle()
        assert "it went nowhere" in walk.screen()
        assert (walk.step, windows(walk), walk.plan) == ("network", 0, before)
        shown = walk.screen()
        await walk.press("enter")
        assert walk.screen() != shown


async def test_undo_in_a_field_takes_back_what_cannot_be_taken_and_no_other_answer() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.fill("name", "One")
        before = walk.plan
        await walk.fill("zones.servers.networks", "10.0.0.0/8x")
        await walk.stand("zones.servers.networks")
        await walk.press("ctrl+z")
        assert walk.plan == before
        assert "what was typed there" in walk.screen()
        assert walk.app.main.form.text() == "10.20.10.0/24, fd00:20:10::/64"
        await walk.press("ctrl+z")
        assert walk.plan.name == ""


async def test_keys_that_were_typed_before_the_files_were_written_toggle_nothing() -> None:
    async with walking(draft=new_draft(papercut(), "export")) as walk:
        ahead = Key("space", " ")
        await walk.stand("write")
        await walk.press("enter")
        await walk.stand("replace")
        walk.app.post_message(ahead)
        await walk.settle()
        assert not walk.app.exporting.form.replace
        await walk.press("space")
        assert walk.app.exporting.form.replace


async def test_page_down_is_a_page_of_rows_and_never_a_step() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        form = walk.app.main.form
        first = form.cursor or 0
        await walk.press("pagedown")
        page = (form.cursor or 0) - first
        assert form.size.height // 2 < page < form.size.height
        await walk.press("pageup")
        assert form.cursor == first
        await walk.press(*["pagedown"] * 9)
        assert form.cursor == max(at for at, row in enumerate(form.rows) if row.live)
        assert walk.step == "features"


async def test_a_new_name_is_replaced_by_what_is_typed() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.stand("zone+")
        await walk.press("enter")
        assert walk.app.main.form.text() == "zone"
        await walk.write("east")
        await walk.press("enter")
        assert "east" in walk.plan.zones
        assert str(walk.app.main.form.current) == "zones.east.networks"


async def test_digits_are_typed_where_a_field_a_filter_or_the_palette_takes_them() -> None:
    async with walking(draft=new_draft(papercut(), "request")) as walk:
        await walk.stand("request.reference")
        await walk.press("7")
        assert (walk.step, walk.app.main.form.text()) == ("request", "7")
        await walk.press("escape")
        await walk.press("f2", "slash", "9", "1", "9", "1")
        assert walk.app.main.board.view.words == "9191"
        await walk.press("escape", "escape", "ctrl+p", "3")
        assert palette(walk).editor.text == "3"


async def test_every_f_key_has_another_way_even_from_a_field() -> None:
    for command in COMMANDS:
        if command in STEP_COMMANDS:
            assert command.keys[0] == f"alt+{command.keycap[-1]}"
        elif any(key.startswith("f") and key[1:].isdigit() for key in command.keys):
            assert any(key.startswith("alt+") for key in command.keys)
            assert any(len(key) == 1 or key == "question_mark" for key in command.keys)
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        assert walk.app.main.form.typing()
        await alt(walk, "h")
        assert windows(walk) == 1
        await walk.press("escape")
        await alt(walk, "p")
        assert walk.app.main.board.has_focus
        await walk.press("down")
        await alt(walk, "w")
        assert "Why tcp 22 on server" in walk.screen()
        await walk.press("escape", "escape")
        assert walk.app.main.form.text() == ""


async def alt(walk: Walk, letter: str) -> None:
    """Alt and a letter as a terminal sends it: the letter comes along as the character."""
    walk.app.post_message(Key(f"alt+{letter}", letter))
    await walk.settle()


# --- Esc -----------------------------------------------------------------------------------------


async def test_escape_goes_one_level_back_at_a_time_from_the_preview() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        board, form = walk.app.main.board, walk.app.main.form
        await walk.press("f2", "slash")
        await walk.write("9191")
        await walk.press("enter", "down", "w", "c")
        assert windows(walk) == 2
        await walk.press("escape")
        assert windows(walk) == 1
        await walk.press("escape")
        assert (windows(walk), board.view.words) == (0, "9191")
        await walk.press("escape")
        assert (board.has_focus, board.view.words) == (True, "")
        await walk.press("escape")
        assert form.has_focus
        assert "[Rules" not in walk.screen()
        await walk.press("escape")
        assert (walk.step, windows(walk)) == ("features", 0)
        assert walk.app.is_running


async def test_escape_goes_one_level_back_at_a_time_in_a_form() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        form = walk.app.main.form
        await walk.write("toshiba")
        await walk.press("down")
        assert form.filter == "toshiba"
        await walk.press("escape")
        assert form.filter == ""
        assert str(form.current).startswith(TOSHIBA)
        # A list that is folded open closes first, then nothing more happens.
        await walk.to("firewalls")
        await walk.stand("proxy.mode")
        await walk.press("enter")
        assert walk.row("proxy.mode=none") is not None
        await walk.press("escape")
        assert walk.row("proxy.mode=none") is None
        assert str(form.current) == "proxy.mode"
        await walk.press("escape")
        assert walk.step == "firewalls"


async def test_the_filter_finds_a_feature_by_a_word_that_no_label_has() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.write("entra id")
        rows = [str(row.key) for row in walk.app.main.form.rows if row.kind == "flag"]
        assert "products.papercut-mf.features.directory" in rows
        assert TOSHIBA not in rows


async def test_the_filter_finds_a_feature_by_a_port_within_a_range_and_says_so() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.press("slash")
        await walk.write("49163")
        rows = {str(row.key): row.value for row in walk.app.main.form.rows if row.kind == "flag"}
        spooler = "products.papercut-mf.features.windows-spooler"
        assert rows[spooler] == "tcp 49163 is in 49152-65535: Windows queues, RPC"
        assert "tcp 49163 is in 49152-65535" in walk.screen()
        assert TOSHIBA not in rows


async def test_escape_in_a_field_of_a_filtered_list_takes_back_the_text_then_the_filter() -> None:
    plan = answered(catalog(), papercut(), "products.papercut-mf.features.database", True)
    async with walking(draft=new_draft(plan, "features")) as walk:
        form = walk.app.main.form
        await walk.press("slash")
        field = next(row for row in form._all if row.kind == "text")
        await walk.write(field.label.split()[0].lower())
        await walk.press("down")
        assert form.go(field.key)
        await walk.settle()
        assert form.filter
        await walk.write("1")
        await walk.press("escape")
        assert (form.text(), bool(form.filter)) == (field.value, True)
        await walk.press("escape")
        assert (form.filter, form.current) == ("", field.key)


async def test_escape_comes_back_from_an_answer_to_the_row() -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        await walk.press("slash")
        await walk.write("snmp traps")
        await walk.press("enter", "home", "down", "enter")
        assert walk.step == "features"
        await walk.press("f2")
        assert walk.app.main.board.has_focus
        await walk.press("escape")
        assert (walk.app.main.board.has_focus, walk.app.main.board.view.words) == (True, "")
        await walk.press("escape")
        assert walk.app.main.form.has_focus
        await walk.press("escape")
        assert walk.step == "review"


async def test_escape_in_the_palette_takes_back_the_words_first() -> None:
    async with walking(draft=new_draft(Plan())) as walk:
        await walk.press("ctrl+p", "x", "escape")
        assert windows(walk) == 1
        assert palette(walk).editor.text == ""
        await walk.press("escape")
        assert windows(walk) == 0


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_esc_stays_in_every_step(step: str) -> None:
    """In the review it went a step back: after F3 on a heading, which opens no window, too."""
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.to(step)
        await walk.press("f3", "escape", "escape")
        assert walk.app.step == step
        assert "Alt+Left goes to the step before" in walk.screen()
