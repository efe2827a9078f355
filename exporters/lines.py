"""Lines of text files: with something before each of them, as comments, ended, in runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from exporters.safe import plain
from wizard.text import one_line

_Item = TypeVar("_Item")


def prefixed(before: str, lines: Iterable[str]) -> Iterator[str]:
    """Each line with the same text before it."""
    return (f"{before}{line}" for line in lines)


def commented(lines: Iterable[str], mark: str = "# ") -> Iterator[str]:
    """Each line as a comment; an empty one ends with the mark's own sign."""
    return map(str.rstrip, prefixed(mark, lines))


def plain_comments(lines: Iterable[str], limit: int) -> Iterator[str]:
    """Lines of a plan's own words as comments, each of at most `limit` bytes of plain ASCII."""
    for line in lines:
        yield f"# {plain(line, limit)}".rstrip()


def ended(lines: Iterable[str]) -> str:
    """The lines as a file has them: each with its end."""
    return "".join(f"{line}\n" for line in lines)


def quoted(texts: Iterable[str]) -> Iterator[str]:
    """Each text in double quotes; it must hold none."""
    return (f'"{text}"' for text in texts)


def coded(texts: Iterable[str]) -> Iterator[str]:
    """Each text as code in Markdown; it must hold no backtick."""
    return (f"`{text}`" for text in texts)


def numbered(lines: Iterable[str]) -> Iterator[str]:
    """The lines as a list that is numbered from 1."""
    return (f"{number}. {line}" for number, line in enumerate(lines, start=1))


def running_head(*texts: str) -> str:
    """What stands at the head of every page: those of the texts that say anything."""
    return " · ".join(filter(None, (one_line(text, 90) for text in texts)))


def code_spans(line: str) -> list[tuple[str, bool]]:
    """A line with code between backticks → (text, whether it is code)."""
    return [(text, number % 2 == 1) for number, text in enumerate(line.split("`")) if text]


def in_runs(items: Sequence[_Item], most: int) -> Iterator[Sequence[_Item]]:
    """The items in their order, in runs of at most so many."""
    for start in range(0, len(items), most):
        yield items[start : start + most]
