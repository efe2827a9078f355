"""Back and forth, undo and redo, jumps, filters, errors, resume: what can be done in any step."""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path

import pytest

from screens.main.resuming import offer_drafts
from screens.widgets.board import Board
from tests.flows.walk import Walk, catalog, listed, walking
from tests.tools.keys import answered
from wizard.plan.catalog import made_with
from wizard.plan.file import read_plan, write_plan
from wizard.plan.model import Plan, changed
from wizard.plan.presets import apply_preset
from wizard.session.drafts import new_draft
from wizard.session.saving import default_file
from wizard.session.shelf import list_drafts

TOSHIBA = "products.papercut-mf.features.mfp-toshiba"


def papercut() -> Plan:
    """PaperCut MF with Toshiba devices in a network of segments."""
    plan = answered(catalog(), Plan(), "products", ("papercut-mf",))
    plan = answered(catalog(), plan, TOSHIBA, True)
    plan = answered(catalog(), plan, f"{TOSHIBA}.sdk", ("sdk1",))
    return apply_preset(catalog(), plan, "segments")


async def test_steps_that_do_not_apply_are_passed_over_both_ways() -> None:
    async with walking() as walk:
        await walk.press("alt+right")
        assert walk.step == "products"
        await walk.press("alt+4")
        assert walk.step == "products"
        assert "Choose a product first" in walk.screen()
        await walk.press("space")
        for step in ("features", "network", "firewalls", "request", "review"):
            await walk.press("alt+right")
            assert walk.step == step
        await walk.press("alt+right", "alt+left", "alt+left")
        assert walk.step == "request"
        # The steps come and go with the product.
        await walk.to("products")
        await walk.press("space", "alt+right")
        assert walk.step == "products"


async def test_undo_and_redo_go_to_the_step_of_the_answer() -> None:
    async with walking() as walk:
        await walk.down_to("products=papercut-mf")
        await walk.press("space", "alt+right")
        await walk.tick(TOSHIBA)
        await walk.to("network")
        await walk.fill("name", "One")
        await walk.tick("preset:lan")
        full = walk.plan
        await walk.press("ctrl+z")
        assert not walk.plan.zones
        assert walk.step == "network"
        await walk.press("ctrl+z")
        assert walk.plan.name == ""
        await walk.press("ctrl+z")
        assert walk.step == "features"
        assert "mfp-toshiba" not in walk.plan.products["papercut-mf"].features
        assert "Taken back: Toshiba devices" in walk.screen()
        await walk.press("ctrl+z")
        assert walk.step == "products"
        assert not walk.plan.products
        await walk.press("ctrl+z")
        assert "Nothing to take back" in walk.screen()
        await walk.press("ctrl+y", "ctrl+y", "ctrl+y", "ctrl+y")
        assert walk.plan == full
        await walk.press("ctrl+y")
        assert "Nothing to answer again" in walk.screen()


async def test_every_answer_is_on_disk_before_the_next_key_counts() -> None:
    async with walking() as walk:
        seen: list[tuple[str, ...]] = []
        inner = walk.app.main.form._key

        def key(event: object) -> bool:
            seen.append(tuple(resume_plan(walk).products))
            return inner(event)  # type: ignore[arg-type]

        walk.app.main.form._key = key  # type: ignore[method-assign]
        # Below a product of the plan stands what adds another installation of it.
        await walk.pilot.press("space", "down", "down", "space", "down")
        first, second = (product.id for product in listed()[:2])
        assert seen == [(), (first,), (first,), (first,), (first, second)]


def resume_plan(walk: Walk) -> Plan:
    """The plan as it is on disk."""
    import msgspec

    path = walk.app.session.draft.path
    if not path.exists():
        return Plan()
    return msgspec.convert(msgspec.json.decode(path.read_bytes())["plan"], Plan)


async def test_resume_offers_the_step_and_the_answers() -> None:
    async with walking() as walk:
        await walk.press("space", "alt+right", "alt+right")
        await walk.fill("name", "Branch office")
        walk.app.session.draft.close()
    (found,) = list_drafts().drafts
    assert found.step == "network"

    async with walking(begin=offer_drafts) as walk:
        assert "Unfinished plans" in walk.screen()
        assert "Go on with: Branch office" in walk.screen()
        await walk.press("enter")
        assert walk.step == "network"
        assert walk.plan.name == "Branch office"
        await walk.press("ctrl+z")
        assert walk.plan.name == ""
        walk.app.session.draft.close()

    async with walking(begin=offer_drafts) as walk:
        await walk.press("d")
        assert not list_drafts().drafts
        assert walk.step == "products"


async def test_escape_at_the_start_begins_anew_and_keeps_the_draft() -> None:
    draft = new_draft(papercut())
    draft.save(papercut(), "review")
    draft.close()
    async with walking(begin=offer_drafts) as walk:
        await walk.press("escape")
        assert walk.plan == made_with(catalog(), Plan())
        assert len(list_drafts().drafts) == 1


async def test_discarding_can_be_taken_back_from_the_same_window() -> None:
    ids = []
    for name in ("First", "Second"):
        draft = new_draft(papercut())
        draft.save(changed(papercut(), name=name), "review")
        draft.close()
        ids.append(draft.id)
    async with walking(begin=offer_drafts) as walk:
        await walk.press("d")
        assert len(list_drafts().drafts) == 1
        assert "u brings it back" in walk.screen()
        await walk.press("u")
        assert len(list_drafts().drafts) == 2
        await walk.press("d", "d")
        assert not list_drafts().drafts
        assert "Discarded: First" in walk.screen()
        assert "Discarded: Second" in walk.screen()
        await walk.press("escape")
    # A later start, from the palette: the window is not put in the way of somebody who has no
    # draft.
    async with walking(begin=offer_drafts) as walk:
        assert "Discarded" not in walk.screen()
        await walk.press("ctrl+p")
        await walk.write("discarded")
        await walk.press("enter")
        assert "Discarded: First" in walk.screen()
        await walk.press("down", "enter", "home", "enter")
        assert walk.plan.name in ("First", "Second")
        assert len(list_drafts().discarded) == 1


async def test_a_draft_is_copied_and_renamed_in_the_window() -> None:
    draft = new_draft(papercut())
    draft.save(changed(papercut(), name="Office"), "review")
    draft.close()
    async with walking(begin=offer_drafts) as walk:
        await walk.press("c")
        assert "Copied: Office" in walk.screen()
        await walk.press("r")
        await walk.write("North")
        await walk.press("enter")
        assert "Renamed: North" in walk.screen()
        assert {summary.name for summary in list_drafts().drafts} == {"Office", "North"}
        await walk.press("r", "escape", "enter")
        assert walk.plan.name == "North"
        assert not walk.app.session.draft.origin


async def test_the_draft_that_is_open_is_not_said_to_be_open_elsewhere() -> None:
    draft = new_draft(papercut())
    draft.save(changed(papercut(), name="Office"), "review")
    async with walking(draft=draft) as walk:
        await walk.press("ctrl+p")
        await walk.write("unfinished")
        await walk.press("enter")
        assert "Office  open in this window" in walk.screen()
        for key in ("d", "r"):
            await walk.press(key)
            assert "Office is open in this window." in walk.screen()
        await walk.press("enter")
        assert len(walk.app.screen_stack) == 1
        assert walk.app.session.draft is draft
        assert [summary.name for summary in list_drafts().drafts] == ["Office"]


async def test_the_plan_is_saved_as_another_file(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    second.write_text("mine")
    async with walking(draft=new_draft(papercut(), origin=str(first))) as walk:
        await walk.press("ctrl+s")
        await walk.press("ctrl+p")
        await walk.write("another file")
        await walk.press("enter")
        assert walk.screen().count("Save the plan as") == 1
        await walk.write(str(second))
        await walk.press("enter")
        assert "is there already" in walk.screen()
        assert second.read_text() == "mine"
        await walk.press("enter")
        assert read_plan(second.read_text(), catalog()) == walk.plan
        # From then on it is the draft's own.
        first.unlink()
        await walk.press("ctrl+s")
        assert not first.exists()
        assert walk.app.session.draft.origin == str(second)


@pytest.mark.parametrize("another", [False, True])
async def test_a_draft_of_the_plan_on_the_screen_is_worked_out(another: bool) -> None:
    plan = papercut()
    async with walking((120, 36), draft=new_draft(plan, "review")) as walk:
        before = walk.app.derived
        walk.app.take_draft(new_draft(papercut() if another else plan, "review"))
        await walk.settle()
        assert walk.app.derived is not None
        assert walk.app.derived is not before
        assert "Working" not in walk.screen()


async def test_a_draft_in_another_window_is_told() -> None:
    draft = new_draft(papercut())
    draft.save(papercut(), "review")
    async with walking(begin=offer_drafts) as walk:
        assert "open in another window" in walk.screen()
        await walk.press("enter")
        assert f"process {os.getpid()}" in walk.screen()
        await walk.press("escape")
        assert "another window" in walk.screen()
        assert walk.plan == made_with(catalog(), Plan())
    draft.close()


async def test_a_draft_in_another_window_can_be_taken_over() -> None:
    draft = new_draft(papercut())
    draft.save(papercut(), "network")
    async with walking(draft=draft) as walk, walking(begin=offer_drafts) as other:
        await other.press("enter", "down", "enter")
        assert other.plan == papercut()
        await other.fill("name", "Taken")
        await walk.fill("name", "Hung")
        assert "was taken over" in walk.screen()
        assert walk.plan == papercut()
        await walk.press("ctrl+z")
        assert walk.plan == papercut()
        assert resume_plan(other).name == "Taken"


async def test_undo_says_what_was_taken_back() -> None:
    async with walking() as walk:
        await walk.press("down", "space")
        await walk.to("network")
        await walk.tick("preset:lan")
        await walk.press("ctrl+z")
        assert "Taken back: preset " in walk.screen()
        await walk.press("ctrl+y")
        await walk.to("firewalls")
        (name, *_) = walk.plan.firewalls
        await walk.stand(f"firewall:{name}")
        await walk.press("delete")
        assert name not in walk.plan.firewalls
        await walk.press("ctrl+z")
        assert f"Taken back: firewall {name} removed" in walk.screen()


async def test_a_read_only_home_is_told_and_the_wizard_goes_on(
    request: pytest.FixtureRequest,
) -> None:
    async with walking() as walk:
        # Only now: an ordinary user may not be able to read the Python that root runs.
        ordinary_user: Path = request.getfixturevalue("ordinary_user")
        ordinary_user.chmod(0o500)
        await walk.press("space")
        assert "NOT SAVED" in walk.screen()
        assert list(walk.plan.products) == ["cirrusprint"]
        ordinary_user.chmod(0o700)


async def test_a_full_disk_is_told_and_the_wizard_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with walking() as walk:

        def full(path: Path, beside: Path, content: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("wizard.session.drafts.replace_file", full)
            await walk.press("space")
            assert "NOT SAVED" in walk.screen()
            assert "the disk is full" in walk.screen()
        await walk.press("down", "down", "space")
        assert "NOT SAVED" not in walk.screen()
        first_two = tuple(product.id for product in listed()[:2])
        assert tuple(resume_plan(walk).products) == first_two


async def test_an_answer_that_cannot_be_taken_stays_and_says_why() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        before = walk.plan
        await walk.fill("zones.servers.networks", "10.0.0.5/24")
        assert "10.0.0.0/24" in walk.screen().splitlines()[-2]
        assert walk.plan == before
        # It does not hold anybody up, and is there again later.
        await walk.press("down", "alt+right", "alt+left")
        await walk.stand("zones.servers.networks")
        assert walk.app.main.form.text() == "10.0.0.5/24"
        await walk.press("backspace", "backspace", "backspace")
        await walk.write("/32")
        await walk.settle()
        assert "10.0.0.0/24" not in walk.screen().splitlines()[-2]
        await walk.press("enter")
        assert walk.plan.zones["servers"].networks == ("10.0.0.5/32",)


async def test_escape_takes_back_what_is_being_typed() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.write("abc")
        await walk.press("escape")
        assert walk.app.main.form.text() == ""
        await walk.press("escape")
        assert walk.step == "network"
        assert walk.plan.name == ""


async def test_zones_are_added_renamed_and_removed() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.stand("zone:clients")
        await walk.press("enter", "ctrl+u")
        await walk.write("office")
        await walk.press("enter")
        assert "office" in walk.plan.zones
        assert walk.plan.roles["user-computer"].zones == ("office",)
        await walk.stand("zone+")
        await walk.press("enter")
        await walk.write("Bad Name")
        await walk.press("enter")
        assert "bad-name" in walk.screen()
        await walk.press("escape")
        assert "bad-name" not in walk.plan.zones
        await walk.stand("zone:transit")
        await walk.press("delete")
        assert "transit" not in walk.plan.zones


async def test_left_and_right_go_through_the_zones_and_nobody() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.stand("roles.user-computer.zones")
        await walk.press("right")
        assert walk.plan.roles["user-computer"].zones == ("printers",)
        await walk.press("left", "left")
        assert walk.plan.roles["user-computer"].zones == ("servers",)
        await walk.press("left")
        assert walk.plan.roles["user-computer"].absent
        assert "there are none" in walk.screen()
        await walk.press("right")
        assert not walk.plan.roles["user-computer"].absent


async def test_the_preview_marks_what_an_answer_added_and_took() -> None:
    async with walking((160, 45), draft=new_draft(papercut(), "features")) as walk:
        board = walk.app.main.board
        await walk.tick("products.papercut-mf.features.mfp-xerox")
        assert any(line.strip().startswith("+") for line in walk.board().splitlines())
        assert "new" in walk.screen().splitlines()[-3]
        await walk.press("space")
        gone = [line for line in walk.board().splitlines() if line.strip().startswith("-")]
        assert gone
        assert all("gone" in line or "…" in line for line in gone)
        await walk.to("request")
        await walk.fill("request.reference", "X")
        assert not any(
            line.strip()[:1] in "+-" for line in walk.board().splitlines() if line.strip()
        )
        assert isinstance(board, Board)


async def test_cursor_and_scroll_of_the_preview_stay_with_their_row() -> None:
    async with walking((140, 24), draft=new_draft(papercut(), "features")) as walk:
        board = walk.app.main.board
        await walk.press("f2", "pagedown", "pagedown")
        entry = board.entry()
        assert entry is not None
        at = (board.cursor or 0) - board.scroll_offset.y
        await walk.press("escape")
        await walk.tick("products.papercut-mf.features.mfp-xerox")
        assert board.entry() is not None
        assert board.entry().key == entry.key  # type: ignore[union-attr]
        assert abs((board.cursor or 0) - board.scroll_offset.y - at) <= 1


async def test_below_100_columns_the_preview_is_one_key_away() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        assert "rules" in walk.screen().splitlines()[-3]
        await walk.press("f2")
        assert "[Rules" in walk.screen()
        await walk.press("right")
        assert "[Flows" in walk.screen()
        await walk.press("escape")
        assert "[Rules" not in walk.screen()
        assert walk.app.main.form.has_focus


async def test_why_names_the_document_and_leads_to_the_answer() -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        await walk.press("slash")
        await walk.write("snmp traps")
        await walk.press("enter", "home", "down", "w")
        assert "document" in walk.screen()
        assert "Toshiba" in walk.screen()
        assert "stated" in walk.screen()
        await walk.press("enter")
        assert walk.step == "features"
        assert str(walk.app.main.form.current).startswith(TOSHIBA)
        await walk.press("escape")
        assert walk.step == "review"


async def test_filter_sort_and_group_in_review() -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        whole = walk.board().splitlines()
        await walk.press("s")
        assert walk.board().splitlines() != whole
        await walk.press("g")
        assert not any("(host)" in line for line in walk.board().splitlines())
        await walk.press("f")
        await walk.write("9191")
        await walk.press("enter")
        assert all("9191" in line for line in walk.board().splitlines())
        await walk.press("escape")
        assert len(walk.board().splitlines()) > 5
        assert walk.step == "review"


async def test_typing_filters_the_features() -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.write("xerox")
        await walk.press("down")
        labels = [row.label for row in walk.app.main.form.rows if row.kind == "flag"]
        assert labels
        assert all("erox" in label for label in labels)
        await walk.press("space")
        assert "mfp-fuji-xerox" in walk.plan.products["papercut-mf"].features
        await walk.press("escape")
        assert len([row for row in walk.app.main.form.rows if row.kind == "flag"]) > 20


async def test_help_opens_on_the_field_and_closes() -> None:
    async with walking() as walk:
        await walk.press("f1")
        assert "Print server and clients for cloud" in walk.screen()
        await walk.press("escape")
        await walk.press("question_mark")
        assert len(walk.app.screen_stack) == 2
        await walk.press("escape")
        assert len(walk.app.screen_stack) == 1


async def test_too_small_says_so_and_loses_nothing() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.write("abc")
        await walk.pilot.resize_terminal(40, 12)
        await walk.settle()
        assert "needs 60 x 16" in walk.screen()
        assert "40 x 12" in walk.screen()
        assert "wizard --line" in walk.screen()
        await walk.pilot.resize_terminal(140, 45)
        await walk.settle()
        assert "Name of the plan" in walk.screen()
        await walk.press("down")
        assert walk.plan.name == "abc"


async def test_the_palette_finds_the_commands() -> None:
    async with walking(draft=new_draft(papercut(), "network")) as walk:
        await walk.press("ctrl+p")
        await walk.write("export")
        await walk.pilot.pause(0.3)
        await walk.press("down", "enter")
        assert walk.step == "export"


async def test_the_mouse_works() -> None:
    async with walking((140, 45)) as walk:
        top = walk.app.query_one("#form").region.y
        _size, _blank, *lines = walk.screen().split("\n")
        (line,) = (number for number, text in enumerate(lines) if "[ ] CUPS" in text)
        await walk.pilot.click("#form", offset=(8, line - top))
        await walk.settle()
        assert list(walk.plan.products) == ["cups"]
        await walk.pilot.click("#steps", offset=(5, 6))
        await walk.settle()
        assert walk.step == "network"
        await walk.pilot.click("#heads", offset=(15, 0))
        await walk.settle()
        assert walk.app.main.board.tab == "rules"


async def test_every_answer_is_in_the_history_by_its_name() -> None:
    async with walking() as walk:
        await walk.down_to("products=papercut-mf")
        await walk.press("space", "alt+right", "space")
        history = walk.app.session.draft.history
        assert len(history.undo) == 2
        history.back()
        assert history.undo_words == "Products"


async def test_a_slow_compile_never_holds_up_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    from wizard.deployment import Deployment, deploy
    from wizard.facts.model import Catalog

    may_end = Event()
    may_end.set()
    # No plan is so quick that it is worked out between two keys, where it would wait for ever.
    monkeypatch.setattr("screens.main.deriving.QUICK", -1.0)

    def slow(catalog: Catalog, plan: Plan) -> Deployment:
        may_end.wait()
        return deploy(catalog, plan)

    async with walking(work_out=slow) as walk:
        may_end.clear()
        try:
            await walk.pilot.press("down", "space", "down", "space")
            assert walk.plan.products
            assert f"[x] {listed()[1].name}" in walk.screen()
            assert walk.app.derived is None or (
                walk.app.derived.deployment.plan.products != walk.plan.products
            )
        finally:
            may_end.set()
        await walk.settle()
        assert walk.app.derived is not None
        assert walk.app.derived.deployment.plan == walk.plan


@pytest.mark.parametrize("content", [b"\xff\xfe", b"other", None], ids=["no text", "other", "pipe"])
async def test_saving_where_something_else_stands_leaves_it(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / default_file(Plan())
    if content is None:
        os.mkfifo(path)
    else:
        path.write_bytes(content)
    async with walking() as walk:
        await walk.tick("products=cups")
        await walk.press("ctrl+s")
        told = "is there already and differs" if content is not None else "could not be saved"
        assert told in walk.screen()
    assert path.is_fifo() if content is None else path.read_bytes() == content


async def test_saving_the_plan_loses_nothing_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(write_plan(answered(catalog(), Plan(), "products", ("cups",)), catalog()))
    path.chmod(0o640)
    before = path.read_text()
    plan = read_plan(before, catalog())
    async with walking(draft=new_draft(plan, origin=str(path))) as walk:
        await walk.tick("products=papercut-mf")
        # On a slow machine the draft finds the disk full as well, and its words may come last.
        said: list[str] = []
        say = walk.app.main.say

        def listens(note: str, *, bad: bool = False) -> None:
            said.append(note)
            say(note, bad=bad)

        monkeypatch.setattr(walk.app.main, "say", listens)
        size, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, most))
        try:
            await walk.press("ctrl+s")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
        assert any("could not be saved" in note for note in said), said
        assert path.read_text() == before
        assert [file.name for file in tmp_path.iterdir()] == ["plan.toml"]
        await walk.press("ctrl+s")
        assert read_plan(path.read_text(), catalog()) == walk.plan
        assert path.stat().st_mode & 0o777 == 0o640


async def test_a_plan_without_an_answer_that_it_needs_is_not_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its plan.toml could not be read again, and its rules might lack a port."""
    monkeypatch.chdir(tmp_path)
    plan = answered(catalog(), Plan(), "products", ("papercut-mf",))
    plan = answered(catalog(), plan, "products.papercut-mf.features.database", True)
    async with walking((120, 36), draft=new_draft(plan)) as walk:
        await walk.to("export")
        await walk.stand("write")
        await walk.press("enter")
        assert not list(tmp_path.iterdir())
        # It goes to the question; Esc comes back.
        assert walk.step == "features"
        assert str(walk.app.main.form.current) == "products.papercut-mf.features.database.engine"
        assert "Nothing was written: this answer is missing" in walk.screen()
        await walk.choose("products.papercut-mf.features.database.engine", "postgresql")
        await walk.press("escape")
        assert walk.step == "export"
        await walk.stand("write")
        await walk.press("enter")
        assert "Written" in walk.screen()
        written = (tmp_path / "portwright-export/plan.toml").read_text()
        assert read_plan(written, catalog()) == made_with(catalog(), walk.plan)


async def test_a_saved_plan_owns_its_file_until_somebody_else_changes_it() -> None:
    async with walking(draft=new_draft(papercut(), "request")) as walk:
        await walk.press("ctrl+s")
        path = Path("plan.toml")
        assert "The plan is saved as" in walk.screen()
        await walk.fill("request.reference", "chg7")
        await walk.press("ctrl+s")
        assert 'reference = "chg7"' in path.read_text("utf-8")
        path.write_text("format = 1\n", "utf-8")
        await walk.press("ctrl+s")
        assert "changed by somebody else" in walk.screen()
        assert path.read_text("utf-8") == "format = 1\n"
        await walk.press("ctrl+s")
        assert 'reference = "chg7"' in path.read_text("utf-8")
