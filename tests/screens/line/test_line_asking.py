"""Line mode: comparing with another plan, and explaining a connection."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from screens.line.commands import LineCommand, command_of
from tests.screens.line.test_linemode import facts, kept, talk
from tests.tools.hostile import hostile_to
from tests.tools.keys import answered
from wizard.plan.file import write_plan
from wizard.plan.model import Plan, changed
from wizard.plan.presets import apply_preset

FEATURES = "products.papercut-mf.features"
XEROX = f"{FEATURES}.mfp-xerox"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def after() -> Plan:
    plan = answered(facts(), Plan(), "products", ("papercut-mf",))
    return apply_preset(facts(), answered(facts(), plan, XEROX, True), "segments")


def before() -> Plan:
    return answered(facts(), after(), XEROX, False)


def saved(folder: Path, plan: Plan, name: str = "last-year.toml") -> Path:
    path = folder / name
    path.write_text(write_plan(plan, facts()))
    return path


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("c", LineCommand("compare")),
        ("c last-year.toml", LineCommand("compare", "last-year.toml")),
        ("c old plans/a.toml", LineCommand("compare", "old plans/a.toml")),
        ("c ../old", LineCommand("compare", "../old")),
        ("c opened", LineCommand("compare", "opened")),
        ("cr out", LineCommand("request", "out")),
        ("cr", LineCommand("request")),
        ("e", LineCommand("explain")),
        ("e mfp print-server 9191/tcp", LineCommand("explain", "mfp print-server 9191/tcp")),
        ("e mfp print-server 9191", LineCommand("explain", "mfp print-server 9191")),
        # Answers that begin alike stay answers.
        ("c block office", None),
        ("e mail for all", None),
        ("e.g. Office", None),
        ("city", None),
    ],
)
def test_what_is_a_command_and_what_an_answer(text: str, command: LineCommand | None) -> None:
    assert command_of(text, "network") == command


def test_the_help_names_them() -> None:
    spoken = talk("h", "q", plan=before())
    for words in ("e SOURCE DESTINATION 9191/tcp", "c FILE.toml", "cr FOLDER"):
        assert words in spoken.flat


def test_comparing_with_the_file_that_it_came_from(folder: Path) -> None:
    path = saved(folder, before())
    spoken = talk("c", "why 1", "to 1", "q", plan=after(), origin=path)
    assert re.search(r"From last-year.toml to the plan now: \+\d+ rules\.", spoken.flat)
    assert re.search(
        r"1 new at \w+: (in|fwd) tcp6? \S+, Multifunction device to Print server", spoken.text
    )
    # What one answer caused stands below it, once.
    assert spoken.text.count("because of Xerox devices: switched on") == 1
    assert re.search(r"^\+\d+ rules, .* because of Xerox devices: switched on:$", spoken.text, re.M)
    assert "The answers behind it" in spoken.text
    assert "document" in spoken.text
    # Its step, and the question with all the devices in it.
    assert "Step 2 of 7: Features" in spoken.text
    assert "Xerox devices" in spoken.text.rpartition("Step 2 of 7")[2]


def test_comparing_with_another_file_and_with_the_start(folder: Path) -> None:
    saved(folder, after(), "other.toml")
    spoken = talk("c other.toml", "c opened", "c", "g 3", "=Office", "c", "q", plan=before())
    assert re.search(r"From other.toml to the plan now: -\d+ rules\.", spoken.flat)
    # Without a file the start is what it is compared with.
    said = "From as it was when this was begun to the plan now: Nothing differs between the two."
    assert spoken.flat.count(said) == 2
    assert "to the plan now: No firewall and no list changes." in spoken.flat
    assert "Name of the plan: none to Office" in spoken.flat


def test_what_is_wrong_with_a_file_is_said_in_full_and_nothing_changes(folder: Path) -> None:
    wrong = (
        'format = 1\nnme = "x"\n[zones.a]\nnetworks = ["10.0.0.1/24"]\n[firewalls.x]\nkind ='
        ' "bogus"\n'
    )
    (folder / "broken.toml").write_text(wrong)
    spoken = talk(
        "c broken.toml", "c none.toml", f"c {folder}/", "g 3", "=Office", "q", plan=before()
    )
    for words in ("3 errors", "line 2: nme: unknown key", "10.0.0.0/24", "not 'bogus'"):
        assert words in spoken.flat
    assert "There is no file none.toml." in spoken.flat
    assert "is a folder; name a plan file in it" in spoken.flat
    assert kept() == answered(facts(), before(), "name", "Office")


def test_the_change_request_is_written_once_and_told(folder: Path) -> None:
    path = saved(folder, before())
    spoken = talk("cr out", "c", "cr out", "cr out", "q", plan=after(), origin=path)
    assert "Compare first: c, or c FILE.toml." in spoken.flat
    assert f"{folder}/out/changes.md" in "".join(spoken.text.split())
    assert "Nothing was written." in spoken.flat
    assert "Xerox" in (folder / "out" / "changes.md").read_text()
    assert json.loads((folder / "out" / "changes.json").read_text())["rules"]


def test_explaining_a_connection_and_going_on_from_it() -> None:
    spoken = talk("e mfp print-server 9191/tcp", "why 1", "to 1", "q", plan=after())
    assert "mfp to print-server, 9191/tcp:" in spoken.text
    assert "It gets through: allowed at core and server." in spoken.flat
    assert "printers to [core] to [server] to servers" in spoken.flat
    assert re.search(r"^1 rule r-[0-9a-f]+: tcp 9191 from mfp", spoken.text, re.M)
    assert "Why tcp 9191 on core" in spoken.flat
    assert "Step 2 of 7: Features" in spoken.text


def test_where_it_stops_and_what_would_open_it() -> None:
    spoken = talk("e mfp print-server 9191", "to 1", "q", plan=before())
    assert "mfp to print-server, 9191/tcp:" in spoken.text
    assert "It stops at core" in spoken.flat
    number = re.search(r"^(\d+) To open it: PaperCut MF: switch on", spoken.text, re.M)
    assert number is not None
    spoken = talk(
        "2", "e mfp print-server 9191", f"why {number[1]}", f"to {number[1]}", "q", plan=before()
    )
    assert "There is no more to say about it" in spoken.flat
    assert "Step 2 of 7: Features" in spoken.text


def test_questions_that_cannot_be_asked() -> None:
    spoken = talk("e", "e prunt-server mfp 80/tcp", "e mfp print-server 9x", "q", plan=before())
    assert "Write e SOURCE DESTINATION PORT/TRANSPORT" in spoken.flat
    assert "print-server: Print server, in servers" in spoken.flat
    assert "did you mean 'print-server'" in spoken.flat
    assert "'9x' is no port and transport" in spoken.flat


@pytest.mark.slow
@pytest.mark.parametrize("text", hostile_to("terminal"))
def test_hostile_text_is_told_harmlessly(text: str, folder: Path) -> None:
    text = " ".join(text.split("\n"))
    named = changed(before(), name=text.replace("\ud83d", ""))
    saved(folder, named)
    word = "".join(text.split()) or "x"
    spoken = talk(
        "c last-year.toml", f"e {word} internet 80/tcp", f"c {text}.toml", "q", plan=before()
    )
    assert not set(spoken.text) & {
        chr(n) for n in (*range(10), *range(11, 32), *range(127, 160), 0x202E)
    }


@pytest.mark.parametrize("number", ["0000000019", "9" * 5000, "0" * 9 + "1", "0" * 5000 + "1"])
def test_numbers_that_no_list_has(number: str) -> None:
    """Python reads no number of thousands of digits, and the first nine of one are another one."""
    lines = (f"g {number}", f"g 1.{number}", "c", f"why {number}", f"to {number}", "q")
    spoken = talk(*lines, plan=after())
    assert "Write g and the number of a step" in spoken.flat or "questions now" in spoken.flat
    assert (
        len(re.findall("Write a number from 1 to|Write 1, or|Show a list first", spoken.flat)) == 2
    )


@pytest.mark.parametrize(
    "name",
    ["/dev/zero", "fifo.toml", "dir.toml", "loop.toml", "big.toml", "bin.toml", "a\0b.toml"],
)
def test_names_that_hold_no_plan(name: str, folder: Path) -> None:
    """They are neither waited for, nor read without end, nor written over."""
    os.mkfifo(folder / "fifo.toml")
    (folder / "dir.toml").mkdir()
    (folder / "loop.toml").symlink_to("loop.toml")
    with (folder / "big.toml").open("wb") as file:
        file.truncate(2**33)
    (folder / "bin.toml").write_bytes(b"\xff\xfe")
    spoken = talk(f"c {name}", f"w {name}", "no", "q", plan=after())
    assert re.search(
        r"can't be read|no file|is a folder|no text in UTF-8|no name of a file", spoken.flat
    ), spoken.text
    assert "The plan is written" not in spoken.flat
