"""Words for people: names and notes come from them, and a terminal obeys what it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LONGEST_WORD, _LONGEST_SENTENCE = 300, 800
_READ_WHOLE = 2**20
# What Unicode takes apart for nobody.
_PLAIN_FORMS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
    }
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)


def one_line(text: str, limit: int = 1000) -> str:
    """Text → one line without control, direction or unassigned characters, cut at `limit`."""
    if len(text) <= limit and text.isprintable() and "  " not in text and text.strip() == text:
        return text  # what nearly all cells are
    head = text[: limit * 4]
    # What Python calls printable holds neither unseen characters nor any space but the plain one.
    if not head.isprintable():
        head = "".join(" " if c.isspace() else c for c in head if c.isspace() or not is_unseen(c))
    line = " ".join(head.split())
    return line if len(line) <= limit else line[: limit - 3] + "..."


def in_short(sentence: str) -> str:
    """What is wrong, in one line: what somebody wrote is cut in the middle where it is long, so
    that the advice behind it is still read.
    """
    line = " ".join(map(_cut, one_line(sentence, _READ_WHOLE).split(" ")))
    return _cut(line, _LONGEST_SENTENCE)


def _cut(text: str, limit: int = _LONGEST_WORD) -> str:
    if len(text) <= limit:
        return text
    length = f"[{len(text):,} characters]"
    half = (limit - len(length)) // 2
    return f"{text[:half]}{length}{text[-half:]}"


def in_plain_letters(text: str) -> str:
    """Text → the same without accents, ligatures and typographic dashes: `Müller – Söhne & Groß` is
    `Muller - Sohne & Gross`. What has no plain form stays.
    """
    if text.isascii():
        return text
    import unicodedata  # for what is no ASCII only

    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN_FORMS))
    return "".join(c for c in letters if not unicodedata.combining(c))


def name_of_words(words: str, longest: int) -> str:
    """What somebody wrote → small letters, digits and hyphens, for names of files and parts of a
    plan: `zurich-wien` for `Zürich & Wien`. Empty where nothing of it can stand in one.
    """
    letters = in_plain_letters(words).casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:longest].strip("-")


def is_unseen(character: str) -> bool:
    """True for what shows nothing of its own, or changes how its neighbours are shown."""
    import unicodedata  # for what is not printable only

    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], widest: int = 60) -> str:
    """Rows under headings in aligned columns, cells cut at `widest` characters; '' for no rows."""
    lines = [list(headings)]
    for row in rows:
        lines.append([one_line(cell, widest) for cell in row])
    if len(lines) == 1:
        return ""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def near(word: str, words: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the one of the words that is nearest to this one, or nothing."""
    import difflib  # for what is wrong only

    match = difflib.get_close_matches(word, list(words), n=1, cutoff=0.5)
    return f"; did you mean {match[0]!r}?" if match else ""


def a_or_an(noun: str) -> str:
    """`a zone`, `an installation`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
