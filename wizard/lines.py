"""The line of a TOML text on which a key stands: the reader gives none, and an error needs one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Path = tuple[str, ...]

_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_DOTTED = rf"[ \t]*({_KEY}(?:[ \t]*\.[ \t]*{_KEY})*)[ \t]*"
_HEADER = re.compile(rf"[ \t]*\[\[?{_DOTTED}\]")
_ASSIGNMENT = re.compile(rf"{_DOTTED}=")
_PART = re.compile(_KEY)
# What can hide a quote, or begin a text of several lines.
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")


def line_of(text: str, path: Path) -> int | None:
    """The number (from 1) of the line that declares the longest beginning of `path`; None if there
    is none.
    """
    declared = _declared(text)
    return next((declared[path[:n]] for n in range(len(path), 0, -1) if path[:n] in declared), None)


@lru_cache(maxsize=4)
def _declared(text: str) -> dict[Path, int]:
    """Every key that has a line of its own → the first line that declares it."""
    lines_by_key: dict[Path, int] = {}
    table: Path = ()
    for number, line in _outside_texts(text):
        if header := _HEADER.match(line):
            table = _keys(header[1])
            # `[a.b.c]` is the first word of `a.b` too, where nothing else is.
            for length in range(len(table), min(2, len(table)) - 1, -1):
                lines_by_key.setdefault(table[:length], number)
        elif assignment := _ASSIGNMENT.match(line):
            path = (*table, *_keys(assignment[1]))
            # `a.b = 1` is the first word of `a`, too, where no header is.
            for length in range(len(path), len(table), -1):
                lines_by_key.setdefault(path[:length], number)
    return lines_by_key


def _outside_texts(text: str) -> Iterator[tuple[int, str]]:
    """The lines that do not begin within a text of several lines."""
    closing = ""
    for number, line in enumerate(text.split("\n"), start=1):
        start = 0
        if not closing:
            yield number, line
        elif (end := line.find(closing)) < 0:
            continue
        else:
            start, closing = end + 3, ""
        while token := _TOKEN.search(line, start):
            start = token.end()
            if token[0] in ('"""', "'''"):
                end = line.find(token[0], start)
                if end < 0:
                    closing = token[0]
                    break
                start = end + 3


def _keys(dotted: str) -> Path:
    return tuple(key[1:-1] if key[0] in "\"'" else key for key in _PART.findall(dotted))
