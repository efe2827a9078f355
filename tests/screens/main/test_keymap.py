"""`keys.toml`: what it gives, and what is wrong in it, with the line."""

from pathlib import Path

import pytest

from screens.main.command import spoken
from screens.main.commands import COMMANDS
from screens.main.keymap import MOVES, Keymap, read, remapped


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
    following = next(command for command in COMMANDS if command.id == "next")
    assert remapped(following, made.commands).keycap == spoken("ctrl+n")


def test_keys_can_be_exchanged(tmp_path: Path) -> None:
    made = keymap(tmp_path, '[keys]\nundo = "ctrl+y"\nredo = "ctrl+z"\n')
    assert made.commands == {"undo": ("ctrl+y",), "redo": ("ctrl+z",)}
    assert not made.problems


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


def test_the_page_names_each_command_and_move_with_its_keys() -> None:
    page = (Path(__file__).parents[3] / "docs" / "keys.md").read_text()
    for command in COMMANDS:
        assert f"| `{command.id}` | {command.title} |" in page
        assert all(f"`{key}`" in page for key in command.keys)
    assert all(f"| `{name}` | `{key}` |" in page for name, key in MOVES.items())
