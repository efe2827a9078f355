"""Text from a plan, made harmless for where it is written: names, notes and hosts are typed by
people.

Nothing here raises: whatever comes in, something comes out that stays inside its place.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from wizard.text import in_plain_letters, is_unseen, one_line

# Characters that ASCII formats keep; all others become `?`. No quote, backslash, dollar sign or
# backtick.
_PLAIN = re.compile(r"[A-Za-z0-9 ._,:;/()+*=@#%&<>\[\]-]*")
_NO_PLAIN_ASCII = re.compile(r"[^\n -~]")
_SPREADSHEET_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Not every reader of Markdown knows an escaped `<`; all of them know an entity.
_MARKDOWN = str.maketrans(
    {"<": "&lt;", ">": "&gt;", "&": "&amp;", **{c: f"\\{c}" for c in "\\`*_{}[]()#+!|~$@"}}
)
# What extensions make links of, though nobody has marked it as one.
_LINK = re.compile(r"(?i)(?<=www)\.|:(?=//)|(?<=mailto):|(?<=xmpp):")


def plain(text: str, limit: int = 128) -> str:
    """Text → printable ASCII that no shell and no firewall tool reads as anything but text.

    Letters lose their accents; what has no plain form becomes `?`. At most `limit` bytes.
    """
    line = one_line(text)
    if not _PLAIN.fullmatch(line):
        letters = in_plain_letters(line)
        line = "".join(
            c if _PLAIN.fullmatch(c) else "?" for c in letters if c not in "'\u2018\u2019"
        )
    return line if len(line) <= limit else line[: max(limit - 3, 0)].rstrip() + "..."


def xml_comment(text: str) -> str:
    """Text → the same for a comment in XML, which two dashes in a row would end."""
    return re.sub("-{2,}", "-", text)


def shell_word(text: str) -> str:
    """Text → one word for a POSIX shell, in single quotes, without what cannot be seen."""
    return "'" + one_line(text, 4000).replace("'", "'\\''") + "'"


@lru_cache(maxsize=8192)  # cells of a column are often alike
def markdown(text: str, limit: int = 1000) -> str:
    """Text → one line of Markdown that shows it as it is: no link, tag, list or emphasis."""
    line = one_line(text, limit)
    escaped = _LINK.sub(r"\\\g<0>", line.translate(_MARKDOWN))
    # A list, a heading rule or a numbered item only begins at the start of a line.
    return "\\" + escaped if escaped[:1] in ("-", "=") else escaped


def csv_cell(text: str) -> str:
    """Text → a cell that no spreadsheet runs as a formula: what begins like one gets a '."""
    risky = text.startswith(_SPREADSHEET_STARTS)
    line = one_line(text, 30_000)
    return "'" + line if risky or line.startswith(_SPREADSHEET_STARTS) else line


def csv_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A heading and rows → CSV by RFC 4180 that stays whole in any spreadsheet.

    Every cell is in quotes, so that neither a comma nor a semicolon tears a row; values of a tuple
    or list stand in one cell, a line each. None is an empty cell.
    """
    import csv  # only those who write CSV need it

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    for row in rows:
        writer.writerow(map(_csv_value, row))
    return out.getvalue()


def _csv_value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return "\n".join(csv_cell(str(part)) for part in value)
    return csv_cell(str(value))


def visible(text: str) -> str:
    """Text inside TOML strings → the same, with its unseen characters as escapes by code point."""
    return _NO_PLAIN_ASCII.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    c = match[0]
    return c if not is_unseen(c) else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
