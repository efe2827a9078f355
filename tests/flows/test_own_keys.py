"""Keys of one's own do what they say, everywhere, and are shown; a wrong file stops nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from screens.app import WizardApp
from screens.main.keymap import take_keys
from screens.main.resuming import offer_drafts
from screens.main.wizard import Wizard
from screens.start import take_own_keys
from screens.windows.explain.explaining import Explain
from tests.flows.test_explain_screen import ask, plan
from tests.flows.test_finding import palette, windows
from tests.flows.test_moving import papercut
from tests.flows.walk import walking
from wizard.session.drafts import new_draft
from wizard.session.shelf import list_drafts


async def test_they_take_the_place_of_the_wizards_own(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[keys]\nnext = "f12"\n[moves]\ndown = "alt+n"\nspace = "f11"\n')
    draft = new_draft(papercut(), "features")
    async with walking(draft=draft, begin=partial(take_keys, path=path)) as walk:
        form = walk.app.main.form
        before = form.current
        await walk.press("alt+n")
        assert form.current != before
        await walk.press("f11")
        assert walk.plan != papercut()
        await walk.press("alt+right")
        assert walk.step == "features"
        await walk.press("f12")
        assert walk.step == "network"
        assert "F12 Next" in walk.screen()
        await walk.press("ctrl+p")
        await walk.write("next step")
        assert "F12" in walk.screen()
        await walk.press("alt+n")
        assert windows(walk) == 1


async def test_what_is_wrong_is_said_and_the_rest_counts(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[keys]\nnext = "f12"\nnxt = "f11"\n')
    async with walking(
        (140, 45), draft=new_draft(papercut(), "features"), begin=partial(take_keys, path=path)
    ) as walk:
        assert "line 3: nothing is called nxt" in walk.app.main.help_line()[0]
        await walk.press("f12")
        assert walk.step == "network"


async def test_they_stand_in_the_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    async with walking(draft=new_draft(papercut(), "features"), begin=take_own_keys) as walk:
        assert "Alt+Right Next" in walk.screen()
    (tmp_path / "portwright").mkdir()
    (tmp_path / "portwright" / "keys.toml").write_text('[keys]\nnext = "f12"\n')
    async with walking(draft=new_draft(papercut(), "features"), begin=take_own_keys) as walk:
        assert "F12 Next" in walk.screen()


async def test_windows_know_them_too(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[keys]\nhelp = ["f12", "x"]\n[moves]\nleave = "f11"\n')
    draft = new_draft(papercut(), "features")
    async with walking(draft=draft, begin=partial(take_keys, path=path)) as walk:
        await walk.press("ctrl+p")
        await walk.write("x")
        assert windows(walk) == 1
        await walk.press("f12")
        assert windows(walk) == 2
        await walk.press("f11")
        assert windows(walk) == 1
        # Esc leaves as ever: the text first, then the window.
        await walk.press("escape", "escape")
        assert windows(walk) == 0


async def test_ctrl_and_alt_with_a_letter(tmp_path: Path) -> None:
    """As terminals with kitty's protocol send it."""
    path = tmp_path / "keys.toml"
    path.write_text('[keys]\nnext = "ctrl+alt+n"\n')
    draft = new_draft(papercut(), "features")
    async with walking(draft=draft, begin=partial(take_keys, path=path)) as walk:
        keys = [event.key for event in XTermParser().feed("\x1b[110;7u") if isinstance(event, Key)]
        await walk.press(*keys)
        assert walk.step == "network"


async def test_tables_and_windows_have_keys_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[tables]\nsort = "g"\ngroup = ["s", "f12"]\ndiscard = "t"\n')
    draft = new_draft(papercut(), "review")
    async with walking((120, 36), draft=draft, begin=partial(take_keys, path=path)) as walk:
        board = walk.app.main.board
        await walk.press("g")
        assert (board.view.sort, board.view.grouped) == (1, True)
        await walk.press("s")
        assert (board.view.sort, board.view.grouped) == (1, False)
        await walk.press("f12")
        assert board.view.grouped
        # In the filter they are text.
        await walk.press("slash")
        await walk.write("gs")
        assert board.view.words == "gs"
        await walk.press("escape", "escape")
        await walk.to("features")
        await walk.press("t")
        assert walk.app.main.form.filter == "t"
        await walk.press("escape", "ctrl+p")
        await walk.write("gs t")
        assert palette(walk).editor.text == "gs t"


async def test_a_window_of_rows_has_them_too(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[tables]\ndiscard = "t"\nbring-back = "f12"\n')
    kept = new_draft(papercut())
    kept.save(papercut(), "features")
    kept.close()

    def begin(app: Wizard) -> None:
        take_keys(app, path)
        offer_drafts(app)

    async with walking((120, 36), begin=begin) as walk:
        await walk.press("t")
        assert "u brings it back" in walk.screen()
        assert not list_drafts().drafts
        await walk.press("f12")
        assert [draft.id for draft in list_drafts().drafts] == [kept.id]


async def test_the_window_that_explains_has_them_on_its_rows_and_in_its_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[tables]\nsend = "t"\nturn-connection = "alt+r"\n')
    sent: list[str] = []
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda self, text: sent.append(text))
    draft = new_draft(plan(), "features")
    async with walking((120, 36), draft=draft, begin=partial(take_keys, path=path)) as walk:
        await walk.press("alt+e")
        # Each field has a 't' in it: there a letter is text.
        await ask(walk, "print-server", "user-computer", "9191/tcp")
        window = walk.app.screen
        assert isinstance(window, Explain)
        await walk.press("alt+r")
        assert (window.asked.source, window.asked.destination) == ("user-computer", "print-server")
        await walk.settle()
        await walk.press("down", "t")
    (text,) = sent
    assert text.startswith("user-computer → print-server 9191/tcp\n")
