"""Lines of text: pieces with the name of a style, never markup. No Textual here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import msgspec
from rich.cells import cell_len, chop_cells, set_cell_size

# Control characters would move the terminal's cursor; direction marks would reorder what stands
# beside them.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)

# One character for one, so that no width changes.
_ASCII = str.maketrans(
    "─│┌┐└┘├┤┬┴┼═║╔╗╚╝→←↑↓↔▸▾●○✓·…–—×’‘“”�█░",
    "-|+++++++++=|++++><^v=>v*o*-~--x''\"\"?#.",
)

StyledText = tuple[str, str]

# Behind a text that was cut: the key that shows all of it.
REST = " F1: all"


class Line(msgspec.Struct, frozen=True):
    """One line: pieces of text with the names of their styles; `fill` styles its rest."""

    spans: tuple[StyledText, ...] = ()
    fill: str = ""

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.spans)


def clean(text: str) -> str:
    """The text without what would upset a terminal: it may come from anybody's file."""
    return _HARMFUL.sub("�", text.replace("\t", " "))


def to_ascii(text: str) -> str:
    """The same with this program's glyphs drawn in ASCII. Names and addresses stay."""
    return text.translate(_ASCII)


def width(text: str) -> int:
    """How many columns the text takes."""
    return cell_len(text)


def fit(text: str, columns: int) -> str:
    """The text in exactly so many columns: padded, or cut with an ellipsis."""
    if columns <= 0:
        return ""
    if cell_len(text) <= columns:
        return text + " " * (columns - cell_len(text))
    return set_cell_size(text, columns - 1) + "…"


def short(text: str, columns: int) -> str:
    """The text in at most so many columns, cut with an ellipsis."""
    return text if cell_len(text) <= columns else fit(text, columns)


# Between the two ends of a connection, where both stand in one column.
ARROW = " → "


def short_ends(text: str, columns: int) -> str:
    """The same, but of `A → B` both ends stay to be seen: the longer one is cut first."""
    first, arrow, second = text.partition(ARROW)
    if not arrow or cell_len(text) <= columns:
        return short(text, columns)
    room = columns - cell_len(arrow)
    half = room // 2
    first = short(first, max(half, room - cell_len(second)))
    return f"{first}{arrow}{short(second, room - cell_len(first))}"


def fits(text: str, columns: int) -> bool:
    """Whether the text has room in so many columns."""
    return cell_len(text) <= columns


def with_rest(text: str, columns: int) -> str:
    """The text in at most so many columns; where it is cut, its end is the key that shows all."""
    return text if fits(text, columns) else fit(text, columns - width(REST)) + REST


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Paragraphs (parted by newlines) as lines of at most so many columns."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        body = textwrap.wrap(
            clean(paragraph),
            max(columns, 10),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=True,
            break_on_hyphens=False,
        )
        lines.extend(body or [""])
    return lines


def wrapped(text: str, columns: int, style: str = "", indent: str = "") -> Iterator[Line]:
    """Paragraphs as lines of one style, each of at most so many columns."""
    return (line((part, style)) for part in wrap(text, columns, indent))


def chopped(text: str, columns: int) -> list[str]:
    """One line as lines of at most so many columns, cut anywhere, and nothing left out."""
    return [text] if fits(text, columns) else chop_cells(text, max(columns, 2))


def line(*pieces: str | StyledText, fill: str = "") -> Line:
    """A line from pieces: plain strings, or pairs of text and style."""
    spans = tuple((piece, "") if isinstance(piece, str) else piece for piece in pieces)
    return Line(tuple((clean(text), style) for text, style in spans if text), fill)
