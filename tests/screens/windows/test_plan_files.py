"""Plan files to compare with: found while a path is typed, and read with all that is wrong with
them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from screens.windows.compare.plan_files import (
    MOST,
    PathHit,
    UnreadablePlan,
    found,
    read_file,
    request_folder,
    spoken,
)
from wizard.facts.load import load_catalog
from wizard.plan.model import Plan
from wizard.session.storage import path_of


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(typed: str) -> list[str]:
    return [hit.text for hit in found(typed)]


def test_files_first_then_folders_and_nothing_else(folder: Path) -> None:
    for name in ("b.toml", "a.toml", "notes.txt", ".hidden.toml", "A.TOML"):
        (folder / name).touch()
    (folder / "old").mkdir()
    assert texts("") == ["a.toml", "b.toml", "old/"]
    assert texts("b") == ["b.toml"]
    assert texts(".h") == [".hidden.toml"]
    assert texts("zzz") == []


def test_what_was_typed_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "x.toml").touch()
    assert texts("old/") == ["old/x.toml"]
    assert texts("./o") == ["./old/"]
    assert texts(f"{folder}/old/x") == [f"{folder}/old/x.toml"]
    monkeypatch.setenv("HOME", str(folder))
    assert texts("~/o") == ["~/old/"]
    assert found("~/old/")[0].path == folder / "old" / "x.toml"


@pytest.mark.parametrize(
    "typed", ["no/such/folder/", "~nobody-here/", "a\0b/", "x" * 5000 + "/", "/root/\udcff/"]
)
def test_places_that_cannot_be_read_hold_nothing(typed: str) -> None:
    assert found(typed) == ()


def test_very_many_are_cut(folder: Path) -> None:
    for number in range(MOST + 10):
        (folder / f"{number:04}.toml").touch()
    assert len(found("")) == MOST


def test_names_that_are_no_text_can_be_shown_and_read(folder: Path) -> None:
    path = os.fsencode(folder) + b"/\xff.toml"
    Path(os.fsdecode(path)).write_text("format = 1\n")
    (hit,) = found("")
    assert hit == PathHit("\ufffd.toml", hit.path)
    hit.text.encode()
    assert isinstance(read_file(hit.path, load_catalog()), Plan)
    Path(os.fsdecode(path)).unlink()
    trouble = read_file(hit.path, load_catalog())
    assert isinstance(trouble, UnreadablePlan)
    trouble.text.encode()


def test_reading(folder: Path) -> None:
    facts = load_catalog()
    (folder / "good.toml").write_text('format = 1\nname = "x"\n', "utf-8-sig")
    plan = read_file(folder / "good.toml", facts)
    assert isinstance(plan, Plan)
    assert plan.name == "x"
    # An open question is no error: a plan can be compared before it is whole.
    (folder / "open.toml").write_text("format = 1\n[products.papercut-mf.features.mfp-toshiba]\n")
    assert isinstance(read_file(folder / "open.toml", facts), Plan)
    (folder / "wrong.toml").write_text("nme = 1\nx = 2\n")
    trouble = read_file(folder / "wrong.toml", facts)
    assert isinstance(trouble, UnreadablePlan)
    assert trouble.text == "wrong.toml is no plan that can be read: 3 errors."
    assert len(trouble.errors) == 3


def test_what_is_no_file_is_said_in_plain_words(folder: Path) -> None:
    facts = load_catalog()
    (folder / "latin.toml").write_bytes(b'name = "B\xfcro"\n')
    os.mkfifo(folder / "pipe.toml")
    said = {
        "none.toml": "There is no file none.toml.",
        ".": "is a folder; name a plan file in it.",
        "latin.toml": "is no text in UTF-8 (byte 9); save it as UTF-8.",
        "pipe.toml": "is no file that holds a plan.",
        "a\0b": "is no name of a file",
    }
    for name, words in said.items():
        trouble = read_file(Path(name), facts)
        assert isinstance(trouble, UnreadablePlan)
        assert words in trouble.text


def test_a_file_that_may_not_be_read(ordinary_user: Path) -> None:
    path = ordinary_user / "secret.toml"
    path.write_text("format = 1\n")
    path.chmod(0)
    trouble = read_file(path, load_catalog())
    assert isinstance(trouble, UnreadablePlan)
    assert "may not be read by you" in trouble.text


def test_names_for_people(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert spoken(folder / "a.toml") == "a.toml"
    assert spoken(folder.parent / "b.toml") == "~/b.toml"
    assert spoken(Path("/etc/x.toml")) == "/etc/x.toml"
    assert path_of(" ~/x ") == folder.parent / "x"
    assert path_of("~nobody-here/x") == Path("~nobody-here/x")
    assert request_folder(Plan(name="Head Office")) == "./head-office-change"


def test_a_link_in_a_circle_hides_nothing(folder: Path) -> None:
    (folder / "a.toml").touch()
    (folder / "loop").symlink_to("loop")
    (folder / "z.toml").symlink_to("z.toml")
    assert texts("") == ["a.toml", "z.toml"]
    trouble = read_file(Path("z.toml"), load_catalog())
    assert isinstance(trouble, UnreadablePlan)
    assert "symbolic links" in trouble.text


def test_a_folder_that_was_deleted_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert spoken(Path("/etc/plan.toml")) == "/etc/plan.toml"
    assert found("") == ()
    trouble = read_file(Path("plan.toml"), load_catalog())
    assert trouble == UnreadablePlan("There is no file plan.toml.")


def test_a_file_that_cannot_be_a_plan_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / "disk.toml").open("wb") as file:
        file.truncate(2**33)
    trouble = read_file(Path("disk.toml"), load_catalog())
    assert isinstance(trouble, UnreadablePlan)
    assert "larger than 16 MiB" in trouble.text
