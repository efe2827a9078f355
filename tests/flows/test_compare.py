"""'What did I change?' as a person asks it: against the file, another file, the start; and what
comes of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from textual.events import Paste

from screens.app import WizardApp
from screens.widgets.rows import Spot
from screens.windows.compare.window import Compare
from screens.windows.form import FormWindow
from screens.windows.modals import Reader, Reading
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from wizard.plan.file import write_plan
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.session.drafts import Draft, new_draft

FEATURES = "products.papercut-mf.features"
XEROX = f"{FEATURES}.mfp-xerox"
PRINTERS = "zones.printers.networks"


def before() -> Plan:
    """PaperCut MF in segments, with status over SNMP, as it was last year."""
    plan = answered(catalog(), Plan(), "products", ("papercut-mf",))
    plan = answered(catalog(), plan, f"{FEATURES}.snmp-status", True)
    return apply_preset(catalog(), plan, "segments")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(folder: Path, name: str = "last-year.toml", plan: Plan | None = None) -> Path:
    path = folder / name
    path.write_text(write_plan(plan or before(), catalog()))
    return path


def opened(path: Path, step: str = "features") -> Draft:
    """A draft of a saved plan."""
    return new_draft(before(), step, origin=str(path))  # type: ignore[arg-type]


def window(walk: Walk) -> Compare:
    found = walk.app.screen
    assert isinstance(found, Compare)
    return found


def form(walk: Walk) -> FormWindow:
    found = walk.app.screen
    assert isinstance(found, FormWindow)
    return found


def table(walk: Walk) -> str:
    return "\n".join(window(walk).board.texts())


async def typed(walk: Walk, words: str) -> None:
    """Type into the field of a window."""
    await walk.write(words)
    await walk.settle()


async def test_one_key_says_what_was_changed_since_the_file(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c")
        shown = walk.screen()
        assert "Compare: last-year.toml → the plan now" in shown
        assert "Xerox devices: switched on" in shown
        assert re.search(r"server \(host\) +\+\d+$", table(walk), re.M)
        rows = [one for one in table(walk).splitlines() if "Multifunction device" in one]
        assert rows
        assert all(one.lstrip("> ").startswith("+") for one in rows)
        # All the keys are to be read at the least size.
        assert "…" not in shown.splitlines()[-2]
        await walk.press("escape")
        assert walk.step == "features"


async def test_nothing_changed_is_said(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.press("alt+c")
        assert walk.screen().count("Nothing differs between the two.") == 1
        await walk.press("enter", "w")
        assert isinstance(walk.app.screen, Compare)


async def test_a_row_leads_to_its_answer_and_esc_comes_back_to_the_row(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c", "slash")
        await typed(walk, "9192")
        await walk.press("enter", "enter")
        assert walk.step == "features"
        assert str(walk.app.main.form.current) == XEROX
        assert "Esc goes back to the window" in walk.screen()
        # The comparison follows what is answered there.
        await walk.press("space", "escape")
        assert "Nothing differs between the two." in walk.screen()
        await walk.press("escape", "escape")
        await walk.tick(XEROX)
        await walk.press("alt+c")
        assert "9192" in table(walk)


async def test_coming_back_keeps_filter_and_row_but_going_on_does_not(folder: Path) -> None:
    async with walking(draft=opened(saved(folder), "review")) as walk:
        walk.app.replace_plan(
            answered(catalog(), walk.plan, PRINTERS, ("10.20.31.0/24",)), "Networks"
        )
        await walk.settle()
        await walk.press("v", "slash")
        await typed(walk, "udp")
        await walk.press("enter", "end")
        stood = window(walk).board.entry()
        assert stood is not None
        await walk.press("enter")
        assert (walk.step, str(walk.app.main.form.current)) == ("network", PRINTERS)
        await walk.press("escape")
        assert window(walk).board.entry() == stood
        assert "Filter: udp" in walk.screen()
        # Esc first shows all rows again, then closes; after another step it no longer leads back
        # here.
        await walk.press("escape")
        assert "Filter" not in walk.screen()
        await walk.press("enter", "alt+right", "escape")
        assert not isinstance(walk.app.screen, Compare)


async def test_an_edited_rule_is_one_row_and_says_what_changed(folder: Path) -> None:
    async with walking(draft=opened(saved(folder), "network")) as walk:
        await walk.fill(PRINTERS, "10.20.31.0/24, fd00:20:30::/64")
        await walk.press("alt+c")
        assert "~" in table(walk)
        assert "Zone printers" in table(walk)
        rows = [one for one in table(walk).splitlines() if "udp" in one]
        assert rows
        assert all("~" in one for one in rows)
        shown = walk.screen()
        assert "+10.20.31.0/24 -10.20.30.0/24" in shown
        await walk.press("w")
        assert isinstance(walk.app.screen, Reading)
        assert "The answers behind it" in walk.screen()
        assert "Networks of printers: 10.20.30.0/24" in walk.screen()
        await walk.press("enter")
        assert str(walk.app.main.form.current) == PRINTERS


async def test_the_other_way_round(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c")
        added = window(walk).board.shown[0].new
        assert added
        await walk.press("x")
        assert "Compare: the plan now → last-year.toml" in walk.screen()
        assert (window(walk).board.shown[0].new, window(walk).board.shown[0].gone) == (0, added)
        # What is gone is told from the plan that has it.
        await walk.press("w")
        reader = walk.app.screen.query_one(Reader)
        told = "\n".join(reader.line_at(n).plain for n in range(reader.virtual_size.height))
        assert "because of    PaperCut MF: Xerox devices" in told
        assert "document " in told
        await walk.press("escape")
        # The direction is kept, and turned back by the same key.
        await walk.press("escape", "alt+c")
        assert window(walk).board.shown[0].gone == added
        await walk.press("x")
        assert window(walk).board.shown[0].new == added


async def test_without_a_file_it_asks_and_the_start_is_one_of_the_choices() -> None:
    async with walking(draft=new_draft(before(), "features")) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c")
        assert "Compare with which plan?" in walk.screen()
        assert "The file that it came from" not in walk.screen()
        await walk.press("down", "enter")
        assert "as it was at the start → the plan now" in walk.screen()
        assert "Xerox devices: switched on" in walk.screen()


async def test_a_file_is_found_by_typing_and_by_cycling(folder: Path) -> None:
    saved(folder)
    saved(folder, "later.toml", answered(catalog(), before(), "name", "Later"))
    (folder / "old").mkdir()
    saved(folder / "old", "deep.toml")
    (folder / "notes.txt").write_text("no plan")
    async with walking(draft=new_draft(before(), "features")) as walk:
        await walk.press("alt+c")
        shown = walk.screen()
        assert "last-year.toml" in shown
        assert "later.toml" in shown
        assert "old/" in shown
        assert "notes.txt" not in shown
        await typed(walk, "la")
        assert "old/" not in walk.screen()
        await walk.press("right")
        assert form(walk).form.text() == "last-year.toml"
        await walk.press("right")
        assert form(walk).form.text() == "later.toml"
        # What is typed then replaces it; a beginning that only one thing has is enough.
        await typed(walk, "ol")
        assert form(walk).form.text() == "ol"
        await walk.press("enter")
        assert form(walk).form.text() == "old/"
        assert "old/deep.toml" in walk.screen()
        await walk.press("right", "enter")
        assert "Compare: old/deep.toml → the plan now" in walk.screen()
        # Another plan, and back from asking for it.
        await walk.press("o")
        assert "Compare with which plan?" in walk.screen()
        await walk.press("escape")
        assert "Compare: old/deep.toml" in walk.screen()


async def test_all_errors_of_a_file_can_be_read_and_nothing_is_lost(folder: Path) -> None:
    wrong = '[zones.a]\nnetworks = ["10.0.0.1/24"]\n[firewalls.x]\nkind = "bogus"\n'
    (folder / "broken.toml").write_text(f'format = 1\nnme = "x"\n{wrong}')
    async with walking(draft=new_draft(before(), "features")) as walk:
        plan = walk.plan
        await walk.press("alt+c")
        await typed(walk, "broken.toml")
        await walk.press("enter")
        assert "broken.toml is no plan that can be read: 3 errors." in walk.screen()
        assert form(walk).form.current == "errors"
        await walk.press("enter")
        read = walk.screen()
        for words in ("line 2: nme: unknown key", "10.0.0.0/24", "not 'bogus'"):
            assert words in read
        await walk.press("escape")
        # The path that was typed is still there to be put right.
        await walk.press("up")
        assert form(walk).form.text() == "broken.toml"
        await walk.press("escape")
        assert walk.plan == plan


async def test_the_file_that_it_came_from_may_be_gone_or_broken(folder: Path) -> None:
    path = saved(folder)
    async with walking(draft=opened(path)) as walk:
        path.unlink()
        await walk.press("alt+c")
        assert "There is no file last-year.toml." in walk.screen()
        assert "Compare with which plan?" in walk.screen()
        await walk.press("escape")
        path.write_text("format = 1\nx = ")
        await walk.press("alt+c")
        assert "no plan that can be read: 1 error." in walk.screen()


async def test_a_draft_that_is_taken_up_again_has_its_own_start(folder: Path) -> None:
    draft = new_draft(before(), "features")
    draft.save(answered(catalog(), before(), XEROX, True), "features")
    draft.close()
    from wizard.session.shelf import resume

    other = saved(folder)
    async with walking(draft=opened(other)) as walk:
        await walk.press("alt+c")
        assert "Compare: last-year.toml" in walk.screen()
        await walk.press("escape")
        walk.app.take_draft(resume(draft.id))
        await walk.settle()
        # What the plan before was compared with is nothing to this one.
        await walk.press("alt+c")
        assert "Compare with which plan?" in walk.screen()
        await walk.press("down", "enter")
        assert "Nothing differs between the two." in walk.screen()
        await walk.press("escape")
        await walk.tick(XEROX)
        await walk.press("alt+c")
        assert "Xerox devices: switched off" in walk.screen()


async def test_the_change_request_is_written_beside_with_its_way_home(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c", "r")
        assert "Write the change request" in walk.screen()
        assert "last-year.toml → the plan now" in walk.screen()
        await walk.press("enter")
        target = folder / "portwright-export-change"
        assert {"changes.csv", "changes.json", "changes.md"} <= {
            path.name for path in target.iterdir()
        }
        assert "Xerox" in (target / "changes.md").read_text()
        assert json.loads((target / "changes.json").read_text())["rules"]
        shown = "".join(part.strip(" │") for part in walk.screen().splitlines())
        assert "Written" in shown
        assert str(target) in shown
        assert "scp -r" in shown
        form(walk).form.go(Spot("file", "changes.md"))
        await walk.press("enter")
        assert "# Change request" in walk.screen()
        await walk.press("escape")
        # A second time nothing is overwritten unless that is asked for.
        (target / "changes.md").write_text("by hand")
        form(walk).form.go("write")
        await walk.press("enter")
        assert "Nothing was written" in walk.screen()
        assert (target / "changes.md").read_text() == "by hand"
        form(walk).form.go("replace")
        await walk.press("space")
        form(walk).form.go("write")
        await walk.press("enter")
        assert "Xerox" in (target / "changes.md").read_text()
        await walk.press("escape")
        assert isinstance(walk.app.screen, Compare)


async def test_a_folder_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "file").write_text("")
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c", "r", "ctrl+e", "ctrl+u")
        await typed(walk, "-x")
        await walk.press("enter")
        assert "needs ./ before it" in walk.screen()
        await walk.press("ctrl+e", "ctrl+u")
        await typed(walk, "file/below")
        await walk.press("enter")
        assert "Nothing was written" in walk.screen()
        await walk.press("escape", "escape")
        assert walk.step == "features"


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "x" * 5000])
async def test_a_folder_of_an_odd_name_is_told_or_made(folder: Path, name: str) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c", "r", "ctrl+e", "ctrl+u")
        form(walk).form.post_message(Paste(name))
        await walk.settle()
        await walk.press("enter")
        made = (folder / name[:100]).is_dir()
        assert ("Written to" if made else "Nothing was written") in walk.screen()
        assert made == name.startswith("~")


async def test_a_written_file_may_be_gone_and_a_workbook_is_no_text(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c", "r", "enter")
        target = folder / "portwright-export-change"
        assert form(walk).form.go(Spot("file", "changes.xlsx"))
        await walk.press("enter")
        assert "opens in its own program" in walk.screen()
        await walk.press("escape")
        (target / "changes.md").unlink()
        assert form(walk).form.go(Spot("file", "changes.md"))
        await walk.press("enter")
        assert "can't be read: No such file" in walk.screen()


async def test_keys_do_not_wait_for_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the comparison is worked out, Esc closes the window."""
    import threading

    from screens.windows.compare import window as compare_window
    from screens.windows.compare.compared import compared as real

    gate = threading.Event()

    def slow(*sides: object) -> object:
        gate.wait(300)
        return real(*sides)  # type: ignore[arg-type]

    async with walking(draft=opened(saved(folder))) as walk:
        monkeypatch.setattr(compare_window, "compared", slow)
        await walk.pilot.press("alt+c")
        await walk.pilot.pause()
        assert "Working it out" in walk.screen()
        await walk.pilot.press("escape")
        await walk.pilot.pause()
        assert not isinstance(walk.app.screen, Compare)
        gate.set()
        await walk.settle()
        assert walk.step == "features"


async def test_wide_ascii_and_without_colour(folder: Path) -> None:
    from screens.terminal.profile import Profile

    path = saved(folder)
    async with walking((140, 45), opened(path)) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c")
        shown = walk.screen()
        assert "Device" in shown
        assert "Xerox devices: switched on" in shown
    profile = Profile(ansi=True, ascii=True)
    async with walking((80, 24), opened(path), profile=profile) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c")
        assert walk.screen().isascii()
        await walk.press("o")
        assert walk.screen().isascii()


async def test_the_mouse_chooses_tabs_and_rows(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c")
        heads = next(one for one in walk.screen().splitlines() if "Answers" in one)
        await walk.pilot.click(offset=(heads.index("Answers") + 1, 3))
        await walk.settle()
        assert "[Answers" in walk.screen()
        await walk.press("enter")
        assert str(walk.app.main.form.current) == XEROX


async def test_rows_and_tables_go_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda self, text: sent.append(text))
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.tick(XEROX)
        await walk.press("alt+c", "c", "escape")
        (row,) = sent
        assert row.startswith("add: Firewall: server; ")
        assert row.endswith("because of: Xerox devices: switched on\n")
        await walk.press("slash")
        await typed(walk, "9192")
        await walk.press("enter", "C", "escape")
        rows = sent[1].splitlines()
        assert len(rows) == len([e for e in window(walk).board.shown[0].entries if not e.heading])
        assert all(one.split("\t")[0] == "add" for one in rows)
        assert all("9192" in one and "Xerox devices" in one for one in rows)
        await walk.press("escape", "right", "right")
        await walk.press("end", "c", "escape")
        assert sent[2] == "answer: Xerox devices: no → yes\n"


async def test_the_long_help(folder: Path) -> None:
    async with walking(draft=opened(saved(folder))) as walk:
        await walk.press("alt+c", "f1")
        assert "C the whole table" in " ".join(walk.screen().replace("│", " ").split())
        await walk.press("escape", "o", "f1")
        assert "~ is your home" in " ".join(walk.screen().replace("│", " ").split())
        await walk.press("escape", "escape")
        assert isinstance(walk.app.screen, Compare)
