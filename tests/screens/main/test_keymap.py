"""`keys.toml`: what it gives, and what is wrong in it, with the line."""

import random
import re
from pathlib import Path

import pytest

from screens.main.command import spoken
from screens.main.commands import COMMANDS
from screens.main.keymap import MOVES, TABLES, Keymap, read, remapped


def keymap(folder: Path, text: str) -> Keymap:
    path = folder / "keys.toml"
    path.write_text(text)
    return read(path, COMMANDS)


def test_commands_get_other_keys_and_moves_further_ones(tmp_path: Path) -> None:
    text = '[keys]\nnext = ["Ctrl+N", "alt+right"]\nhelp = "?"\n[moves]\ndown = "alt+n"\n'
    made = keymap(tmp_path, text)
    assert made == Keymap(
        {"next": ("ctrl+n", "alt+right"), "help": ("question_mark",)}, {"alt+n": "down"}, ()
    )
    assert keymap(tmp_path, '[keys]\nhelp = ["x", "f12"]\n').in_windows == {"f12": "f1"}
    following = next(command for command in COMMANDS if command.id == "next")
    assert remapped(following, made.commands).keycap == spoken("ctrl+n")


def test_tables_and_windows_get_further_keys_and_may_exchange_them(tmp_path: Path) -> None:
    made = keymap(tmp_path, '[tables]\nsort = ["g", "f12"]\ngroup = "s"\nfilter = "t"\n')
    assert made.in_tables == {"g": "s", "f12": "s", "s": "g", "t": "slash"}
    assert not made.problems


def test_keys_can_be_exchanged(tmp_path: Path) -> None:
    made = keymap(tmp_path, '[keys]\nundo = "ctrl+y"\nredo = "ctrl+z"\n')
    assert made.commands == {"undo": ("ctrl+y",), "redo": ("ctrl+z",)}
    assert not made.problems


def test_who_is_refused_a_key_keeps_its_own_and_nobody_else_gets_it(tmp_path: Path) -> None:
    text = '[keys]\nback = "alt+right"\nnext = "ctrl+q"\n'
    made = keymap(tmp_path, text)
    assert not made.commands
    assert made.problems == (
        "line 3: Ctrl+Q is the key of 'Quit; the draft is kept', too",
        "line 2: Alt+Right is the key of 'Next step', too",
    )
    # A chain of exchanges falls as a whole where its last falls; the others stand.
    chain = 'undo = "ctrl+y"\nredo = "alt+c"\ncompare = "alt+e"\nexplain = "ctrl+s"\nkeys = "f12"'
    assert keymap(tmp_path, f"[keys]\n{chain}\n").commands == {"keys": ("f12",)}


def test_no_key_is_ever_had_by_two(tmp_path: Path) -> None:
    rng = random.Random(14)
    pool = ["f12", "f11", *(command.keys[0] for command in COMMANDS if command.keys)]
    names = [command.id for command in COMMANDS if command.id != "leave"]
    kept = 0
    for _ in range(200):
        lines = [f'"{name}" = "{rng.choice(pool)}"' for name in rng.sample(names, 6)]
        made = keymap(tmp_path, "\n".join(["[keys]", *lines, "[moves]", 'up = "f11"']))
        kept += len(made.commands)
        owned = [key for command in COMMANDS for key in remapped(command, made.commands).keys]
        owned += made.moves
        assert len(owned) == len(set(owned)), made
    assert kept > 50


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ctrl+alt+n", "alt+ctrl+n"),
        ("Shift+Ctrl+F5", "ctrl+shift+f5"),
        ("shift+n", "N"),
        ("shift+alt+N", "alt+shift+n"),
    ],
)
def test_a_key_is_called_as_terminals_do(tmp_path: Path, written: str, key: str) -> None:
    assert keymap(tmp_path, f'[keys]\nnext = "{written}"\n').commands == {"next": (key,)}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[keys]\n\nnxt = 'alt+n'\n", "line 3: nothing is called nxt"),
        ("[keys]\nnext = 5\n", "line 2: a key such as"),
        ("[keys]\nnext = []\n", "line 2: a key such as"),
        ("[keys]\nnext = 'hyper+n'\n", "line 2: there is no key hyper+n"),
        ("[keys]\nnext = 'alt+c'\n", "line 2: Alt+C is the key of 'Compare with"),
        ("[keys]\nnext = 'f12'\nback = 'f12'\n", "line 3: F12 is the key of 'Next step', too"),
        ("[moves]\ndown = 'j'\n", "line 2: j is text in fields"),
        ("[moves]\ndown = 'ctrl+q'\n", "line 2: Ctrl+Q is the key of 'Quit"),
        ("[moves]\nup = 'down'\n", "line 2: Down is for the move 'down'"),
        ("[keys]\nnext = 'enter'\n", "line 2: Enter is for the move 'enter'"),
        ("[keys]\nnext = 'tab'\n", "line 2: Tab is for the move 'next-field'"),
        ("[keys]\nnext = 'escape'\n", "line 2: Esc is for the move 'leave'"),
        ("[keys]\nnext = 'ctrl+i'\n", "line 2: Ctrl+I is for Tab"),
        ("[keys]\nnext = 'ctrl+e'\n", "line 2: Ctrl+E changes the text in fields"),
        ("[keys]\nnext = 'shift+5'\n", "line 2: there is no key shift+5"),
        ("[keys]\nleave = 'f12'\n", "line 2: nothing is called leave"),
        ("[tables]\nsrt = 't'\n", "line 2: nothing is called srt"),
        ("[tables]\nsort = 'v'\n", "line 2: v is the key of 'Compare with"),
        ("[tables]\nsort = 'tab'\n", "line 2: Tab is for the move 'next-field'"),
        ("[tables]\nsort = 't'\ngroup = 't'\n", "line 3: t is the key of 'sort', too"),
        ("[moves]\ndown = 'f12'\n[tables]\nsort = 'f12'\n", "line 4: F12 is the key of 'down'"),
        ("[moves]\ndown = '?'\n", "line 2: ? is text in fields"),
        ("[moves]\nup = 'alt+u'\ndown = 'alt+u'\n", "line 3: Alt+U is the key of 'up', too"),
        ("# mine\nother.next = 'f12'\n", "line 2: there is no [other], only"),
        ("keys.next.x = 'f12'\n", "line 1: a key such as"),
        ("[key]\n", "line 1: there is no [key], only"),
        ("keys = 1\n", "line 1: [keys] is a table"),
        ("[keys]\nnext = \n", "line 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    made = keymap(tmp_path, text)
    assert [words for words in made.problems if problem in words] == list(made.problems) != []


def test_what_is_no_file_of_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_bytes(b"\xff\xfe")
    assert len(read(tmp_path / "keys.toml", COMMANDS).problems) == 1
    assert len(read(tmp_path, COMMANDS).problems) == 1


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 3000])
def test_what_no_reader_takes_is_said_too(tmp_path: Path, text: str) -> None:
    assert len(keymap(tmp_path, text).problems) == 1


PAGE = Path(__file__).parents[3] / "docs" / "keys.md"


def test_the_example_of_the_page_is_taken_whole(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text(), re.S)
    assert example is not None
    made = keymap(tmp_path, example[1])
    assert not made.problems
    assert all((made.commands, made.moves, made.in_tables))


def test_the_page_names_each_command_and_move_with_its_keys() -> None:
    page = PAGE.read_text()
    for command in COMMANDS:
        if command.id in MOVES:
            continue
        assert f"| `{command.id}` | {command.title} |" in page
        assert all(f"`{key}`" in page for key in command.keys)
    assert all(f"| `{name}` | `{key}` |" in page for name, key in MOVES.items())
    for name, key in TABLES.items():
        shown = re.escape("/" if key == "slash" else key)
        assert re.search(rf"\| `{name}` \| [^|]+ \| `{shown}` \|", page)
