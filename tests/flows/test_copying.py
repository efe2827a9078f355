"""Copying out: rows, tables and files go to the terminal and into a file to fetch, and it is said
plainly.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.terminal import clipboard
from screens.terminal.profile import Profile
from tests.flows.test_hostile import TEXTS, hostile
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.session.drafts import new_draft

SENT: list[str] = []


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder to write to, and what is sent caught on its way to the terminal."""
    from screens.app import WizardApp

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.9 50000 10.0.10.5 22")
    monkeypatch.setenv("USER", "kim")
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda self, text: SENT.append(text))
    yield
    SENT.clear()


def kept(home: Path, name: str) -> Path:
    return home / ".local/state/portwright/sent" / name


def told(walk: Walk) -> str:
    """What the window says, its lines joined: long ones are broken."""
    return "".join(part[1:-1] if part.startswith("│") else part for part in window(walk))


def window(walk: Walk) -> list[str]:
    from screens.windows.modals import Reader

    reader = walk.app.screen.query_one("#window-lines", Reader)
    return [reader.line_at(index).plain for index in range(reader.virtual_size.height)]


async def test_c_on_a_row_of_the_preview_sends_it_as_a_line_for_a_ticket(home: Path) -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.press("f2", "slash")
        await walk.write("161")
        await walk.press("enter", "home", "down", "c")
        (text,) = SENT
        assert re.match(
            r"Firewall: core; direction: through; source: .*; destination: .*; port: udp 161; ",
            text,
        )
        assert "reason: PaperCut MF: Toshiba devices" in text
        assert "document: " in text
        assert text.endswith("\n")
        assert text.count("\n") == 1
        path = kept(home, "row.txt")
        assert path.read_text("utf-8") == text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert [entry.name for entry in path.parent.iterdir()] == ["row.txt"]
        said = walk.screen()
        assert "Sent to your terminal" in said
        assert f"1 line, {len(text.encode())} bytes" in said
        assert str(path) in told(walk)
        assert f"scp kim@10.0.10.5:{path} ." in told(walk)
        assert "copied" not in said.lower()
        await walk.press("escape")
        assert "Sent to your terminal; it is in" in walk.screen()


async def test_capital_c_sends_the_table_as_it_is_filtered_and_sorted(home: Path) -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        await walk.press("C")
        whole = SENT[-1]
        await walk.press("escape", "slash")
        await walk.write("udp")
        await walk.press("enter", "s", "C")
        heads, *rows = SENT[-1].splitlines()
        assert heads.split("\t")[:5] == ["Firewall", "Direction", "Source", "Destination", "Port"]
        assert 0 < len(rows) < len(whole.splitlines()) - 1
        assert all("\tudp " in row for row in rows)
        assert set(rows) <= set(whole.splitlines())
        assert f"{len(rows)} of {len(whole.splitlines()) - 1} rows, what fits 'udp'" in told(walk)
        assert kept(home, "rules.tsv").read_text("utf-8") == SENT[-1]


async def test_what_the_last_answer_took_is_not_in_the_table(home: Path) -> None:
    async with walking((140, 45), draft=new_draft(papercut(), "features")) as walk:
        await walk.press("f2", "C", "escape", "escape")
        before = SENT[-1]
        await walk.tick("products.papercut-mf.features.mfp-toshiba")
        assert "gone" in walk.board()
        await walk.press("f2", "C")
        assert "Toshiba" in before
        assert "Toshiba" not in SENT[-1]
        assert len(SENT[-1].splitlines()) < len(before.splitlines())


async def test_every_table_and_the_picture_can_be_sent(home: Path) -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        board = walk.app.main.board
        for tab in [tab.id for tab in board.shown if tab.entries]:
            board.choose(tab)
            await walk.settle()
            await walk.press("C")
            assert told(walk)
            await walk.press("escape")
            name = "picture.txt" if tab == "picture" else f"{tab}.tsv"
            assert kept(home, name).read_text("utf-8") == SENT[-1]
        assert any("─" in text for text in SENT)


async def test_c_in_the_window_of_why_sends_that_row(home: Path) -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        await walk.press("down", "w", "c")
        assert len(walk.app.screen_stack) == 3
        assert SENT[-1].startswith("Firewall: ")
        await walk.press("escape")
        assert len(walk.app.screen_stack) == 2


async def test_a_heading_and_an_empty_table_say_so() -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        await walk.press("home", "c")
        assert "Stand on a row" in walk.screen()
        walk.app.main.board.choose("allowlist")
        await walk.settle()
        await walk.press("C")
        assert "nothing in the table" in walk.screen()
        assert not SENT


async def test_files_are_sent_from_their_row_and_from_their_window(home: Path) -> None:
    async with walking(draft=new_draft(papercut(), "export")) as walk:
        files = walk.app.exporting.form.files or {}
        for keys in (("alt+s",), ("enter", "c", "escape")):
            await walk.stand("file:rules.csv")
            await walk.press(*keys)
            assert SENT[-1] == files["rules.csv"]
            await walk.press("escape")
        assert kept(home, "rules.csv").read_bytes() == files["rules.csv"].encode()
        nested = next(path for path in files if "/" in path)
        await walk.stand(f"file:{nested}")
        await walk.press("alt+s")
        assert kept(home, nested.replace("/", "-")).exists()
        await walk.press("escape")
        await walk.stand("file:handover.xlsx")
        await walk.press("alt+s")
        assert "is no text" in walk.screen()
        assert len(SENT) == 3


async def test_a_file_that_was_written_is_named_where_it_is(home: Path, tmp_path: Path) -> None:
    async with walking(draft=new_draft(papercut(), "export")) as walk:
        await walk.stand("write")
        await walk.press("enter")
        await walk.stand("file:rules.csv")
        await walk.press("alt+s")
        path = tmp_path / "portwright-export/rules.csv"
        assert path.exists()
        assert f"scp kim@10.0.10.5:{path.resolve()} ." in told(walk)
        assert not kept(home, "rules.csv").exists()
        assert SENT[-1].encode() == path.read_bytes()


async def test_what_is_too_long_for_terminals_is_only_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "LIMIT", 500)
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        await walk.press("C")
        assert not SENT
        assert "Too long for a terminal" in walk.screen()
        assert "Sent" not in walk.screen()
        assert kept(home, "rules.tsv").stat().st_size > 500
        assert str(kept(home, "rules.tsv")) in told(walk)


async def test_a_full_disk_is_told_and_it_is_sent_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import errno

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with walking(draft=new_draft(papercut(), "review")) as walk:
        with monkeypatch.context() as patch:
            patch.setattr("wizard.session.kept.replace_file", full)
            await walk.press("C")
        assert SENT
        assert "! It is in no file: the disk is full" in told(walk)
        assert "scp" not in walk.screen()
        await walk.press("escape")
        assert "Sent to your terminal." in walk.screen()


async def test_a_read_only_home_is_told_and_it_is_sent_all_the_same(
    request: pytest.FixtureRequest,
) -> None:
    async with walking(draft=new_draft(papercut(), "review")) as walk:
        ordinary_user: Path = request.getfixturevalue("ordinary_user")
        ordinary_user.chmod(0o500)
        await walk.press("C")
        assert SENT
        assert "! It is in no file: there is no permission to write there" in " ".join(window(walk))
        ordinary_user.chmod(0o700)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_hostile_text_passes_through(text: str, home: Path) -> None:
    async with walking(draft=new_draft(hostile(text))) as walk:
        await walk.to("review")
        await walk.press("down", "c", "escape", "C", "escape")
        await walk.to("export")
        for name in ("plan.toml", "handover.md"):
            await walk.stand(f"file:{name}")
            await walk.press("alt+s")
            assert not re.search(
                "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", walk.screen()
            )
            await walk.press("escape")
            assert kept(home, name).read_bytes().decode() == SENT[-1]
    for sent in SENT:
        assert re.fullmatch(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", clipboard.sequence(sent, {}))


async def test_all_of_it_in_ascii(home: Path) -> None:
    profile = Profile(ansi=True, ascii=True)
    async with walking(draft=new_draft(papercut(), "review"), profile=profile) as walk:
        await walk.press("C")
        assert walk.screen().isascii()
        assert "+---" in walk.screen()


async def test_the_command_of_the_palette_sends_what_the_preview_shows(home: Path) -> None:
    async with walking(draft=new_draft(papercut(), "features")) as walk:
        await walk.press("ctrl+p")
        await walk.write("send whole")
        await walk.press("enter")
        assert SENT[-1].startswith("Firewall\t")
        await walk.press("escape")
        assert walk.app.main.form.has_focus


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("rules.csv", "rules.csv"),
        ("hosts/edge/rules.nft", "hosts-edge-rules.nft"),
        ("../../.bashrc", "bashrc"),
        ("/", "file.txt"),
        ("x\x1b[2J\ny", "x-2J-y"),
        ("漢", "file.txt"),
    ],
)
def test_names_of_files_are_plain(path: str, name: str) -> None:
    from screens.main.copying import _file_name

    assert _file_name(path) == name
