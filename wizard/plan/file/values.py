"""Plain values of a plan file, and the words for what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeGuard, TypeVar

import msgspec

from wizard.facts.model import Catalog
from wizard.lines import Path, line_of
from wizard.plan.model import INTERNET
from wizard.tables import with_names
from wizard.text import a_or_an, near

_Kind = TypeVar("_Kind")
# Nobody mends more errors at once; of a damaged file there may be as many as it has lines.
_MOST_SAID = 50
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class PlanError(msgspec.Struct, frozen=True):
    """One thing that is wrong: the key's path, what is wrong and what to do, and the line if it is
    known.

    `unanswered`: nothing is wrong, an answer is missing; a wizard can ask for it.
    """

    path: str
    message: str
    line: int | None
    unanswered: bool = False

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class PlanErrors(Exception):
    """A plan file that cannot be used, with all its errors."""

    def __init__(self, errors: Iterable[PlanError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(in_words(self.errors)))


def in_words(errors: Sequence[PlanError]) -> tuple[str, ...]:
    """A line for each error; of very many the first, and how many more there are."""
    said = tuple(map(str, errors[:_MOST_SAID]))
    more = len(errors) - len(said)
    return (*said, f"and {more:,} more; mend these first") if more else said


class Values:
    """Reads plain values and notes what is wrong with them, each with the key's path and its line."""

    def __init__(self, catalog: Catalog, text: str) -> None:
        self.catalog = catalog
        self.text = text
        self.errors: list[PlanError] = []
        self.zones: set[str] = {INTERNET}
        # The catalog's roles and, once they are read, the plan's own.
        self.roles_by_id: dict[str, object] = dict(catalog.roles)

    def wrong(self, path: Path, message: str, *, unanswered: bool = False) -> None:
        """Note an error at a key."""
        dotted = ".".join(map(_quoted, path))
        self.errors.append(PlanError(dotted, message, line_of(self.text, path), unanswered))

    # Plain values

    def table(
        self, path: Path, value: object, parts: Iterable[str] | None = None
    ) -> dict[str, object]:
        """The value as a table with only known keys."""
        if not isinstance(value, dict):
            self.wrong(path, f"must be a table, not {kind_of(value)}")
            return {}
        if parts is None:
            return value
        names = tuple(parts)
        for key in value.keys() - set(names):
            self.wrong(
                (*path, key), f"unknown key{near(key, names)}; known here: {', '.join(names)}"
            )
        return with_names(value, names)

    def typed(self, value: object, kind: type[_Kind], path: Path, words: str) -> TypeGuard[_Kind]:
        """True if the value has the type; else the error is noted."""
        right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if not right:
            self.wrong(path, f"must be {words}, not {kind_of(value)}")
        return right

    def text_of(self, path: Path, value: object) -> str | None:
        """The value if it is text."""
        return value if self.typed(value, str, path, "text in quotes") else None

    def flag(self, path: Path, value: object) -> bool:
        """The value if it is true or false; else false."""
        return bool(self.typed(value, bool, path, "true or false") and value)

    def one_of(self, path: Path, value: object, choices: Iterable[str]) -> str | None:
        """The value if it is one of the choices."""
        words = tuple(choices)
        if value in words and isinstance(value, str):
            return value
        self.wrong(
            path, f"must be one of {listed(words)}, not {shown(value)}{near_value(value, words)}"
        )
        return None

    def texts(self, path: Path, value: object, read: Callable[[str], str]) -> tuple[str, ...]:
        """A list of texts, each read by a function that raises ValueError for what it does not
        take.
        """
        if not self.typed(value, list, path, "a list"):
            return ()
        read_items: list[str] = []
        for item in value:
            if not isinstance(item, str):
                self.wrong(path, f"holds {shown(item)}; each entry must be text in quotes")
                continue
            try:
                read_items.append(read(item))
            except ValueError as error:
                self.wrong(path, str(error))
        return tuple(dict.fromkeys(read_items))

    def port(self, path: Path, value: object) -> int | None:
        """The value if it is a port."""
        if not self.typed(value, int, path, "a port number"):
            return None
        if not 1 <= value <= 65535:
            self.wrong(path, f"{shown(value)} is no port; ports go from 1 to 65535")
            return None
        return value

    def name_ok(self, path: Path, name: str, noun: str) -> bool:
        """True if it can name a zone or a firewall."""
        if NAME.fullmatch(name):
            return True
        self.wrong(
            path,
            f"{name!r} cannot name {a_or_an(noun)}; use small letters, digits and hyphens, 63 at most",
        )
        return False


def kind_of(value: object) -> str:
    """What kind of TOML value it is, in words."""
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")


def shown(value: object) -> str:
    """The value for a message, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number that is far too large"
    words = repr(value) if isinstance(value, str | int) else kind_of(value)
    return words if len(words) <= 60 else f"{words[:57]}..."


def listed(values: Iterable[str]) -> str:
    """Choices for a message."""
    return ", ".join(values)


def near_value(value: object, choices: Iterable[str]) -> str:
    """The nearest choice, if the value is text."""
    return near(value, choices) if isinstance(value, str) else ""


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else repr(key)
