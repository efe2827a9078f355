"""Words for people: names and notes come from them, and a terminal obeys what it is sent."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence


def one_line(text: str, limit: int = 1000) -> str:
    """Text → the same on one line: no control, direction or unassigned characters, `limit`
    characters at most.
    """
    kept = text[: limit * 4]
    # What Python calls printable holds neither unseen characters nor any space but the plain one.
    if not kept.isprintable():
        kept = "".join(" " if c.isspace() else c for c in kept if c.isspace() or not is_unseen(c))
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 3] + "..."


def is_unseen(character: str) -> bool:
    """True for what shows nothing of its own, or changes how its neighbours are shown."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], widest: int = 60) -> str:
    """Rows under headings, in aligned columns; cells are cut at `widest` characters. Empty for no
    rows.
    """
    cells = [[one_line(cell, widest) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]
    lines = [headings, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the known word nearest to this one, or nothing."""
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {match[0]!r}?" if match else ""
