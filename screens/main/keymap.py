"""Keys of one's own: `keys.toml` in the configuration folder.

What is wrong in it is said with its line and left out; the rest counts, and the wizard opens in any
case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from screens.main.command import Command, spoken
from screens.widgets.editor import LineEditor
from wizard.lines import line_of
from wizard.tables import each_made, without_names

if TYPE_CHECKING:
    from screens.main.wizard import Wizard

# Keys that lists, fields and windows know: others can be the same.
MOVES = {
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    "page-up": "pageup",
    "page-down": "pagedown",
    "first": "home",
    "last": "end",
    "next-field": "tab",
    "previous-field": "shift+tab",
    "next-group": "ctrl+down",
    "previous-group": "ctrl+up",
    "enter": "enter",
    "space": "space",
    "delete": "delete",
    "leave": "escape",
}
# Keys of tables and windows, each where it is said: others can be the same there.
TABLES = {
    "sort": "s",
    "group": "g",
    "alike": "o",
    "addresses": "a",
    "filter": "slash",
    "send": "c",
    "turn": "x",
    "turn-connection": "alt+x",
    "other-plan": "o",
    "request": "r",
    "discard": "d",
    "copy": "c",
    "rename": "r",
    "bring-back": "u",
}
_HELD = {"ctrl", "alt", "shift"}
_SIGNS = {":": "colon", "?": "question_mark", "/": "slash"}
# No command's: lists, fields and windows wait for them; by terminals Ctrl+I is Tab, and so on.
_TAKEN = {
    **{key: f"the move '{name}'" for name, key in MOVES.items()},
    "backspace": "fields",
    "ctrl+l": "painting anew",
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+j": "Enter",
    "ctrl+h": "Backspace",
}
# What windows do, too: they know it by its own key.
_IN_WINDOWS = ("help", "why", "undo")
_NAMED = {
    *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "enter", "space"),
    *("escape", "delete", "insert", "backspace", *_SIGNS.values()),
    *(f"f{number}" for number in range(1, 25)),
}


class Keymap(msgspec.Struct, frozen=True):
    """Keys by the command they do in place of its own, moves by the key that makes them too, what
    is wrong in the file, and in windows, by key, the key that they know a command by; the same for
    tables.
    """

    commands: Mapping[str, tuple[str, ...]]
    moves: Mapping[str, str]
    problems: tuple[str, ...]
    in_windows: Mapping[str, str] = MappingProxyType({})
    in_tables: Mapping[str, str] = MappingProxyType({})


def take_keys(app: Wizard, path: Path) -> None:
    """Give the wizard the keys of the file."""
    keymap = read(path, app.commands)
    app.commands = tuple(remapped(command, keymap.commands) for command in app.commands)
    app.moves, app.in_windows, app.in_tables = keymap.moves, keymap.in_windows, keymap.in_tables
    app.set_keymap(each_made(",".join, keymap.commands))
    if keymap.problems:
        app.call_after_refresh(app.say, f"{path.name}, {'; '.join(keymap.problems)}", bad=True)


def remapped(command: Command, keys: Mapping[str, tuple[str, ...]]) -> Command:
    """The command with its keys of the file, as footer, palette and help show it."""
    own = keys.get(command.id)
    if own is None:
        return command
    return msgspec.structs.replace(command, keys=own, keycap=spoken(own[0]))


def read(path: Path, commands: Sequence[Command]) -> Keymap:
    """The keys that the file gives."""
    import tomli

    from wizard.session.storage import read_content

    try:
        text = read_content(path).decode()
        tables = tomli.loads(text)
    except (OSError, ValueError) as error:
        return Keymap({}, {}, (str(error),))
    except RecursionError:
        return Keymap({}, {}, ("it is nested too deep",))
    return _Reader(text, tables, commands).keymap()


def _is_no_sign(key: str) -> bool:
    """A sign alone is text in a window's field."""
    return len(key) > 1 and key not in _SIGNS.values()


class _Reader:
    """Goes through the entries of a file."""

    def __init__(
        self, text: str, tables: Mapping[str, object], commands: Sequence[Command]
    ) -> None:
        self._text = text
        self._tables = tables
        self._titles = {c.id: c.title for c in commands if c.id not in MOVES}
        self._own = {command.id: command.keys for command in commands}
        self._problems: list[str] = []

    def keymap(self) -> Keymap:
        """What can be taken of it."""
        for name in self._tables:
            if name not in ("keys", "moves", "tables"):
                self._wrong((name,), f"there is no [{name}], only [keys], [moves] and [tables]")
        asked: dict[str, tuple[str, ...]] = {}
        for name, keys in self._entries("keys", self._titles):
            if self._fit("keys", name, keys):
                asked[name] = keys
        commands, owners = self._without_clashes(asked)
        moves = self._besides("moves", MOVES, owners)
        in_tables = self._besides("tables", TABLES, owners)
        in_windows: dict[str, str] = {}
        for name in _IN_WINDOWS:
            for key in filter(_is_no_sign, commands.get(name, ())):
                in_windows[key] = self._own[name][0]
        return Keymap(commands, moves, tuple(self._problems), in_windows, in_tables)

    def _besides(
        self, table: str, known: Mapping[str, str], owners: dict[str, str]
    ) -> dict[str, str]:
        """Keys that stand for a known one, which goes on; whose they are is added to `owners`."""
        stand_for: dict[str, str] = {}
        for name, keys in self._entries(table, known):
            if self._fit(table, name, keys) and self._free(table, name, keys, owners):
                owners |= dict.fromkeys(keys, name)
                stand_for |= dict.fromkeys(keys, known[name])
        return stand_for

    def _without_clashes(
        self, asked: Mapping[str, tuple[str, ...]]
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """What commands get of the keys asked for, and whose each key is then."""
        left = dict(asked)
        while True:
            # Who is left alone, or is refused something, keeps its own.
            owners: dict[str, str] = {}
            for name, keys in without_names(self._own, left).items():
                owners |= dict.fromkeys(keys, name)
            for name, keys in left.items():
                if not self._free("keys", name, keys, owners):
                    break
                owners |= dict.fromkeys(keys, name)
            else:
                return left, owners
            del left[name]

    def _entries(
        self, table: str, names: Mapping[str, str]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        entries = self._tables.get(table, {})
        if not isinstance(entries, dict):
            self._wrong((table,), f"[{table}] is a table: name = keys")
            return
        for name, value in entries.items():
            keys = [value] if isinstance(value, str) else value
            if name not in names:
                self._wrong((table, name), f"nothing is called {name}")
            elif not isinstance(keys, list) or not keys or not _are_texts(keys):
                self._wrong((table, name), 'a key such as "alt+n", or a list of them')
            else:
                yield name, tuple(map(_plain, keys))

    def _fit(self, table: str, name: str, keys: tuple[str, ...]) -> bool:
        return not any(self._unfit(table, name, key) for key in keys)

    def _unfit(self, table: str, name: str, key: str) -> bool:
        """Whether nobody can have this key there; it is said why."""
        if not _is_key(key):
            words = f"there is no key {key}"
        elif key in _TAKEN:
            words = f"{spoken(key)} is for {_TAKEN[key]}"
        elif table == "moves" and (len(key) == 1 or key in _SIGNS.values()):
            words = f"{spoken(key)} is text in fields and lists: hold ctrl or alt"
        elif table == "keys" and LineEditor("a").press(key):
            words = f"{spoken(key)} changes the text in fields"
        else:
            return False
        self._wrong((table, name), words)
        return True

    def _free(
        self, table: str, name: str, keys: tuple[str, ...], owners: Mapping[str, str]
    ) -> bool:
        for key in keys:
            if owners.get(key, name) != name:
                owner = self._titles.get(owners[key], owners[key])
                self._wrong((table, name), f"{spoken(key)} is the key of '{owner}', too")
                return False
        return True

    def _wrong(self, path: tuple[str, ...], words: str) -> None:
        line = line_of(self._text, path)
        self._problems.append(f"line {line}: {words}" if line else words)


def _are_texts(keys: list[object]) -> bool:
    return all(isinstance(key, str) for key in keys)


def _plain(key: str) -> str:
    """`Alt+N` as it is called inside: a letter alone keeps its case, and Shift with one is a capital."""
    text = key.strip()
    if len(text) == 1:
        return _SIGNS.get(text, text)
    *held, last = text.lower().split("+")
    if held == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()
    # Textual names them in this order.
    return "+".join([*sorted(held), last])


def _is_key(key: str) -> bool:
    *held, last = key.split("+")
    is_letter = len(last) == 1 and last.isascii() and last.isalnum()
    # Shift with a digit is another sign on each keyboard.
    if is_letter and held == ["shift"]:
        return False
    return len(set(held)) == len(held) and set(held) <= _HELD and (is_letter or last in _NAMED)
