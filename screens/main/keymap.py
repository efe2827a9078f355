"""Keys of one's own: `keys.toml` in the configuration folder.

What is wrong in it is said with its line and left out; the rest counts, and the wizard opens in any
case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from screens.main.command import Command, spoken
from wizard.lines import line_of

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
}
_HELD = {"ctrl", "alt", "shift"}
_NAMED = {
    *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "enter", "space"),
    *("escape", "delete", "insert", "backspace", "colon", "question_mark", "slash"),
    *(f"f{number}" for number in range(1, 25)),
}


class Keymap(msgspec.Struct, frozen=True):
    """Keys by the command they do in place of its own, moves by the key that makes them too, and
    what is wrong in the file.
    """

    commands: Mapping[str, tuple[str, ...]]
    moves: Mapping[str, str]
    problems: tuple[str, ...]


def take_keys(app: Wizard, path: Path) -> None:
    """Give the wizard the keys of the file."""
    keymap = read(path, app.commands)
    app.commands = tuple(remapped(command, keymap.commands) for command in app.commands)
    app.moves = keymap.moves
    app.set_keymap({name: ",".join(keys) for name, keys in keymap.commands.items()})
    if keymap.problems:
        app.call_after_refresh(app.main.say, f"{path.name}, {'; '.join(keymap.problems)}", bad=True)


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


class _Reader:
    """Goes through the entries of a file."""

    def __init__(
        self, text: str, tables: Mapping[str, object], commands: Sequence[Command]
    ) -> None:
        self._text = text
        self._tables = tables
        self._titles = {command.id: command.title for command in commands}
        self._own = {command.id: command.keys for command in commands}
        self._problems: list[str] = []

    def keymap(self) -> Keymap:
        """What can be taken of it."""
        for name in self._tables:
            if name not in ("keys", "moves"):
                self._wrong((name,), f"there is no [{name}], only [keys] and [moves]")
        asked = {
            name: keys
            for name, keys in self._entries("keys", self._titles)
            if self._fit("keys", name, keys)
        }
        # Whose key it is: of the file first, then of the commands that the file leaves alone.
        owners = {
            key: name for name, keys in self._own.items() for key in keys if name not in asked
        }
        commands: dict[str, tuple[str, ...]] = {}
        for name, keys in asked.items():
            if self._free("keys", name, keys, owners):
                commands[name] = keys
        moves: dict[str, str] = {}
        for name, keys in self._entries("moves", MOVES):
            if self._fit("moves", name, keys) and self._free("moves", name, keys, owners):
                moves |= dict.fromkeys(keys, MOVES[name])
        return Keymap(commands, moves, tuple(self._problems))

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
        for key in keys:
            if not _is_key(key):
                self._wrong((table, name), f"there is no key {key}")
                return False
            if table == "moves" and len(key) == 1:
                self._wrong((table, name), f"{key} is text in fields and lists: hold ctrl or alt")
                return False
        return True

    def _free(self, table: str, name: str, keys: tuple[str, ...], owners: dict[str, str]) -> bool:
        for key in keys:
            if owners.get(key, name) != name:
                owner = self._titles.get(owners[key], owners[key])
                self._wrong((table, name), f"{spoken(key)} is the key of '{owner}', too")
                return False
        owners |= dict.fromkeys(keys, name)
        return True

    def _wrong(self, path: tuple[str, ...], words: str) -> None:
        self._problems.append(f"line {line_of(self._text, path)}: {words}")


def _are_texts(keys: list[object]) -> bool:
    return all(isinstance(key, str) for key in keys)


def _plain(key: str) -> str:
    """`Alt+N` as it is called inside: a letter alone keeps its case."""
    signs = {":": "colon", "?": "question_mark", "/": "slash"}
    text = key.strip()
    return text if len(text) == 1 and text not in signs else signs.get(text, text.lower())


def _is_key(key: str) -> bool:
    *held, last = key.split("+")
    is_letter = len(last) == 1 and last.isascii() and last.isalnum()
    return len(set(held)) == len(held) and set(held) <= _HELD and (is_letter or last in _NAMED)
