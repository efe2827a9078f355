"""The handover document in our own Markdown → its parts as plain values, for a program that lays out
pages.

It reads what `markdown.py` wrote and nothing else: there, whatever comes from a plan or the facts is
escaped by `safe.markdown`, which is undone here letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

_ESCAPED = re.compile(r"\\(.)|&(lt|gt|amp);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}
_TOKEN = re.compile(
    r"\\(?P<literal>.)|&(?P<entity>lt|gt|amp);|(?P<mark>\*\*|\*)|`(?P<code>[^`]+)`|(?P<plain>[^\\&*`]+|.)"
)
_MARKS = {"**": "bold", "*": "italic"}
_HEADING = re.compile(r"(#{1,4}) (.+)")
_WIDE = 6  # columns; a table with more of them is large


class Words(msgspec.Struct, frozen=True):
    """A piece of a line: `kind` is `plain`, `bold`, `italic` or `code`."""

    kind: str
    text: str


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading below the title; level 1 begins a section."""

    level: int
    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph."""

    spans: tuple[Words, ...]


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """A list."""

    items: tuple[tuple[Words, ...], ...]


class Code(msgspec.Struct, frozen=True, tag="code"):
    """Lines of commands, or what draws a picture (`language`)."""

    language: str
    text: str


class PaperTable(msgspec.Struct, frozen=True, tag="table"):
    """A table; a cell is a text with its lines. `shares` says how wide each column is."""

    shares: tuple[int, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


PaperPart = Heading | Paragraph | Bullets | Code | PaperTable


class Section(msgspec.Struct, frozen=True):
    """What stands below a heading of the first level; `wide` where it has a large table or a picture."""

    title: str
    wide: bool
    blocks: tuple[PaperPart, ...]


def sections(markdown: str) -> Iterator[Section]:
    """All sections in their order; the first has what stands before any heading, and no title."""
    title, blocks = "", list[PaperPart]()
    for block in _blocks(markdown.split("\n")[1:]):
        if isinstance(block, Heading) and block.level == 1:
            yield _section(title, blocks)
            title, blocks = block.text, []
        blocks.append(block)
    yield _section(title, blocks)


def text_of(escaped: str) -> str:
    """Our Markdown of a text → the text."""
    return _ESCAPED.sub(lambda match: match[1] or _ENTITIES[match[2]], escaped)


def _section(title: str, blocks: Sequence[PaperPart]) -> Section:
    wide = any(isinstance(block, PaperTable) and len(block.head) > _WIDE for block in blocks)
    drawn = any(isinstance(block, Code) and block.language for block in blocks)
    return Section(title, wide or drawn, tuple(blocks))


def _blocks(lines: Sequence[str]) -> Iterator[PaperPart]:
    at = 0
    while at < len(lines):
        line, start = lines[at], at
        at += 1
        if line.startswith("```"):
            while lines[at] != "```":
                at += 1
            yield Code(line.removeprefix("```"), "\n".join(lines[start + 1 : at]))
            at += 1
        elif line.startswith("| "):
            at = _end_of(lines, at, "| ", "|-")
            yield _table(line, lines[start + 2 : at])
        elif line.startswith("- "):
            at = _end_of(lines, at, "- ")
            yield Bullets(tuple(map(_bullet, lines[start:at])))
        elif heading := _HEADING.fullmatch(line):
            yield Heading(len(heading[1]) - 1, text_of(heading[2]))
        elif line:
            yield Paragraph(tuple(_spans(line)))


def _end_of(lines: Sequence[str], at: int, *begins: str) -> int:
    while at < len(lines) and lines[at].startswith(begins):
        at += 1
    return at


def _bullet(line: str) -> tuple[Words, ...]:
    return tuple(_spans(line.removeprefix("- ")))


def _spans(line: str) -> Iterator[Words]:
    kind, letters = "plain", list[str]()
    for token in _TOKEN.finditer(line):
        code, mark = token["code"], token["mark"]
        if code or mark:
            if letters:
                yield Words(kind, "".join(letters))
            letters = []
        if code:
            yield Words("code", code)
        elif mark:
            kind = "plain" if kind != "plain" else _MARKS[mark]
        else:
            letters.append(token["literal"] or _ENTITIES.get(token["entity"]) or token["plain"])
    if letters:
        yield Words(kind, "".join(letters))


def _table(head: str, lines: Sequence[str]) -> PaperTable:
    headings = _cells(head)
    rows = tuple(map(_cells, lines))
    return PaperTable(tuple(_shares(headings, rows)), headings, rows)


def _cells(line: str) -> tuple[str, ...]:
    """A bar in a cell has a backslash before it, and a `<br>` that somebody typed is escaped."""
    return tuple(map(_cell, line[2:].removesuffix(" |").split(" | ")))


def _cell(cell: str) -> str:
    return text_of(cell.replace("<br>", "\n")).strip()


def _shares(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """The width of each column, so that words of usual length stay whole and long texts have room."""
    for number, heading in enumerate(headings):
        texts = {row[number] for row in rows}
        longest_word = max(map(len, " ".join((heading, *texts)).split()), default=0)
        longest_line = max(map(len, "\n".join(texts).split("\n")))
        yield max(5, min(longest_word, 16), min(longest_line, 70) // 2)
