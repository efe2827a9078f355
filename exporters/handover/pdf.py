"""Deployment → `handover.pdf`: the handover document laid out on paper, tagged, with bookmarks.

The pages are set by Typst (the extra `pdf`), a library that needs no browser. It reads the same
Markdown that `handover.md` holds, so that no word stands on paper alone. Texts reach it as data and
never as markup. The same plan gives the same bytes: the day is the plan's, letters come from the
library's own fonts.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from exporters.handover import handover
from exporters.handover import markdown as written
from exporters.handover.html import template_text
from exporters.handover.pdf_blocks import (
    Code,
    Heading,
    PaperPart,
    PaperTable,
    Paragraph,
    Section,
    Words,
    sections,
)
from exporters.handover.xlsx_book import EPOCH
from exporters.lines import running_head
from exporters.picture import picture
from exporters.picture.model import Picture
from exporters.picture.svg import svg
from wizard.deployment import Deployment
from wizard.tables import each_made
from wizard.text import one_line
from wizard.views.words import count

PAPERS = {"a4": "a4", "letter": "us-letter"}
MOST_ROWS = 1000  # of a section: some hundred pages
# What the fonts of the library can show; `tests/exporters/handover/test_pdf.py` has all of it set.
_UNSHOWN = re.compile("[^\n -~¡-¬®-˿ͺ-Ϳ΄-ΊΌΎ-ΡΣ-ώϰ-ѷא-תḀ-ἕ‐-‧‰-‷₠-₵ℂℓ™←-↕≈≠≤≥]")
_MOST_UNSHOWN = 200
_BREAKS = re.compile(r"[^._:/,@=-]{1,14}[._:/,@=-]*|[._:/,@=-]+")
_LONG = 15  # letters; a longer word in a cell may go on in the next line
_VARIABLE = re.compile(r"var\((--\w+)\)")
_VARIABLES = re.compile(r"(--\w+):([^;}]+)")
_FONTS = re.compile(r'system-ui,[^}"]*(?:"[^"]*"[^}"]*)*?sans-serif')

Lines = str | list[str | list[str]]


class _Picture(msgspec.Struct, frozen=True, tag="picture"):
    """The network. `share` is its part of the page's width, per cent."""

    svg: str
    alt: str
    share: int


class _Cells(msgspec.Struct, frozen=True, tag="table"):
    """A table whose cells are lines, and lines pieces that may stand below one another."""

    shares: tuple[int, ...]
    head: list[Lines]
    rows: list[list[Lines]]


class _Part(msgspec.Struct, frozen=True):
    """A section; `fresh` where it begins a page."""

    fresh: bool
    blocks: list[PaperPart | _Picture | _Cells]


def files(deployment: Deployment) -> dict[str, bytes]:
    """The one file."""
    import typst  # only those who have the extra and ask for the file

    document, request = handover(deployment), deployment.plan.request
    day = document.wanted_on or EPOCH
    text = written.files(deployment)["handover.md"]
    data = {
        "title": shown(one_line(document.title, 300)),
        "author": shown(one_line(request.requester or "", 200)) or "Portwright",
        "day": (day.year, day.month, day.day),
        "language": "en",
        "region": "GB",
        "paper": PAPERS[request.paper],
        "head": shown(running_head(document.title, str(dict(document.request)["Reference"] or ""))),
        "sections": list(_parts(list(sections(text)), picture(deployment))),
    }
    made = typst.compile(
        template_text("handover.typ").encode(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        pdf_standards=["a-2a", "ua-1"],  # to be kept for years, and to be read aloud
        timestamp=int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()),
    )
    return {"handover.pdf": made}


def shown(text: str) -> str:
    """Text → the same, with `[U+65E5]` for a letter that the fonts do not have; of pages of such
    numbers the first.
    """
    composed = unicodedata.normalize("NFC", text)
    named, number = _UNSHOWN.subn(lambda match: f"[U+{ord(match[0]):04X}]", composed)
    return named if number < _MOST_UNSHOWN else f"{named[: 8 * _MOST_UNSHOWN]}..."


def _parts(written_sections: Sequence[Section], drawn: Picture) -> Iterator[_Part]:
    """What a team takes out for itself begins a page; the request stands on the first one."""
    for number, section in enumerate(written_sections):
        blocks = [_laid_out(block, drawn) for block in _printed(section)]
        yield _Part(number > 1 and section.wide, blocks)


def _printed(section: Section) -> Sequence[PaperPart]:
    """What of a section is worth its paper: tables of hundreds of pages are named and left out."""
    tables = [block for block in section.blocks if isinstance(block, PaperTable)]
    rows = sum(len(table.rows) for table in tables)
    if rows <= MOST_ROWS:
        return section.blocks
    first = next(at for at, block in enumerate(section.blocks) if isinstance(block, PaperTable))
    kept = [block for block in section.blocks[:first] if not isinstance(block, Heading)]
    words = (
        f"{rows:,} rows in {count(len(tables), 'table')} are not printed:"
        " handover.xlsx and handover.md have them."
    )
    return (Heading(1, section.title), *kept[:1], Paragraph((Words("bold", words),)))


def _laid_out(block: PaperPart, drawn: Picture) -> PaperPart | _Picture | _Cells:
    match block:
        case PaperTable(shares, head, rows):
            cells: list[list[Lines]] = []
            for row in rows:
                cells.append(list(map(_lines, row)))
            return _Cells(shares, list(map(_lines, head)), cells)
        case Code("mermaid"):
            return _picture(drawn)
    return _shown(block)


def _lines(text: str) -> Lines:
    """A cell: one text where it is one short line, as most are."""
    text = shown(text)
    if "\n" not in text and len(text) < _LONG:
        return text
    return list(map(_pieces, text.split("\n")))


def _pieces(line: str) -> str | list[str]:
    """A line, in pieces where a word is so long that it must be able to break."""
    if max(map(len, line.split(" "))) < _LONG:
        return line
    pieces: list[str] = []
    for word in line.split(" "):
        parts = _BREAKS.findall(word) if len(word) >= _LONG else [word]
        joined = f"{pieces.pop()} " if pieces else ""
        pieces += [joined + parts[0], *parts[1:]] if parts else [joined]
    return pieces


def _shown(block: PaperPart) -> PaperPart:
    """The same with its letters as the fonts have them."""
    plain = msgspec.to_builtins(block)
    return msgspec.convert(_each_shown(plain), type(block))


def _each_shown(value: object) -> object:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return each_made(_each_shown, value)
    return list(map(_each_shown, value)) if isinstance(value, list | tuple) else value


def _picture(drawn: Picture) -> _Picture:
    """The drawing with the colours of paper: the library knows no variables of style sheets."""
    drawing = svg(drawn, legend=False)
    style, end, rest = drawing.partition("</style>")
    style = style.partition("@media")[0]
    values = dict(_VARIABLES.findall(style))
    style = _VARIABLE.sub(lambda match: values[match[1]], style)
    style = _FONTS.sub('"Libertinus Serif"', style)
    width = int(float(drawing.partition('width="')[2].partition('"')[0]))
    height = int(float(drawing.partition('height="')[2].partition('"')[0]))
    # As large as a page across takes it, and never larger than it was drawn for.
    share = min(100, width * 100 // 1010, 62 * width // height)
    return _Picture(shown(style + end + rest), shown(one_line(drawn.summary, 4000)), max(share, 20))
