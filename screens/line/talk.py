"""Plain lines out, plain lines in: no cursor movement, no colour, nothing outside the session's
encoding.

Reading waits in the kernel's own line editing, which every terminal, serial console and screen
reader knows.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from screens.widgets.lines import clean, to_ascii, width, wrap

_LONGEST = 65536
# What a terminal that does not tell its size is taken for.
_SIZE = (80, 24)
# Said aloud, an arrow between two names is 'to'.
_SPOKEN = {" → ": " to ", "→": "->", "…": "...", "�": "?"}
# What an arrow key or another key without a character sends.
_KEYS = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)?")


class Left(Exception):
    """The person left, or there is nobody any more: the input ended, or the line is gone."""

    def __init__(self, asked_for: bool = False) -> None:
        super().__init__()
        self.asked_for = asked_for


class Talk:
    """A conversation in lines of at most `columns`; lists come in pages where it is `paged`, as
    high as the terminal is then, or of `rows`.
    """

    def __init__(
        self,
        source: BinaryIO,
        sink: BinaryIO,
        encoding: str = "utf-8",
        *,
        ascii: bool = False,
        columns: int | None = None,
        paged: bool = False,
        rows: int | None = None,
    ) -> None:
        self._source = source
        self._sink = sink
        self._encoding = encoding
        self._ascii = ascii or encoding.lower().replace("-", "").replace("_", "") != "utf8"
        self._columns = columns
        self._paged = paged
        self._page = rows
        self._rows_since = 0
        self.answers = 0

    @property
    def columns(self) -> int:
        """How long a line may be now: the terminal may have another size than before."""
        return self._columns or min(max(shutil.get_terminal_size(_SIZE).columns - 1, 40), 100)

    def say(self, *paragraphs: str, exact: bool = False) -> None:
        """Print paragraphs, each wrapped at the edge unless `exact`; an empty one is an empty line.

        Raises:
            Left: where the terminal is gone.
        """
        for paragraph in paragraphs:
            for row in self._rows(paragraph, exact):
                self._write(f"{row}\n")
                self._rows_since += self._height(row)
        self._flush()

    def listed(self, paragraphs: Sequence[str], *, exact: bool = False) -> str:
        """Print many paragraphs, a page of the terminal at a time. What the person writes below a
        page, and is no word about pages, ends the list and is returned; else the text is empty.

        Raises:
            Left: as `say` and `ask`.
        """
        # What was said since the last prompt stays in sight.
        page, used = self._page_rows(), self._rows_since
        for number, paragraph in enumerate(paragraphs):
            rows = self._rows(paragraph, exact)
            # A paragraph is kept whole where a page has room for it.
            whole_on_next = used + len(rows) > page >= len(rows)
            for at, row in enumerate(rows):
                full = used + self._height(row) > page or (at == 0 and whole_on_next)
                if page and used and full:
                    text = self._below_page(number, len(paragraphs))
                    if text not in ("", "a"):
                        return "" if text == "q" else text
                    page, used = (0 if text else self._page_rows()), 0
                self._write(f"{row}\n")
                used += self._height(row)
        self._rows_since = used
        self._flush()
        return ""

    def _below_page(self, number: int, count: int) -> str:
        text = self.ask(f"{number} of {count} lines. Enter goes on, a shows all, q ends> ")
        return text.casefold() if text.casefold() in ("a", "q") else text

    def _page_rows(self) -> int:
        """How many rows a page has above its prompt; 0: there are no pages."""
        if not self._paged:
            return 0
        return max((self._page or shutil.get_terminal_size(_SIZE).lines) - 1, 2)

    def _height(self, row: str) -> int:
        """How many rows of the terminal a line takes, which breaks what is too long for it."""
        return max(1, -(-width(row) // (self.columns + 1)))

    def _rows(self, paragraph: str, exact: bool) -> list[str]:
        """A paragraph as lines; where it begins with blanks, all of them do."""
        plain = self._plain(paragraph)
        if exact:
            return list(map(str.rstrip, plain.split("\n")))
        indent = plain[: len(plain) - len(plain.lstrip(" "))]
        rows = wrap(plain.lstrip(" "), self.columns - len(indent))
        return [f"{indent}{row}".rstrip() for row in rows]

    def ask(self, prompt: str = "> ") -> str:
        """One line from the person, without blanks around it.

        Raises:
            Left: where the input has ended or the terminal is gone.
        """
        while True:
            self._write(self._plain(prompt))
            self._flush()
            self._rows_since = 0
            try:
                line = self._source.readline(_LONGEST)
            except OSError as error:
                raise Left from error
            if not line:
                raise Left
            self.answers += 1
            try:
                text = line.decode(self._encoding).strip()
            except UnicodeDecodeError:
                self.say(
                    f"These characters are no {self._encoding}, which this session speaks. Write it"
                    " again."
                )
                continue
            if _KEYS.search(text):
                self.say("Arrow keys and function keys do nothing here. Write the answer again.")
                continue
            return text

    def _plain(self, text: str) -> str:
        for sign, word in _SPOKEN.items():
            text = text.replace(sign, word)
        text = "\n".join(map(clean, text.split("\n")))
        if not self._ascii:
            return text
        text = to_ascii(text)
        if not text.isascii():
            try:
                text.encode(self._encoding)
            except UnicodeEncodeError:
                text = unicodedata.normalize("NFKD", text)
        return text

    def _write(self, text: str) -> None:
        try:
            self._sink.write(text.encode(self._encoding, "replace"))
        except OSError as error:
            raise Left from error

    def _flush(self) -> None:
        try:
            self._sink.flush()
        except OSError as error:
            raise Left from error


def numbered(lines: Iterable[str], first: int = 1) -> list[str]:
    """`1 this`, `2 that`."""
    return [f"{number} {line}" for number, line in enumerate(lines, start=first)]
