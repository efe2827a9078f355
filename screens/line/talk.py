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

from screens.widgets.lines import clean, to_ascii, wrap

_LONGEST = 65536
_PORTION = 60
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
    """A conversation in lines of at most `columns`."""

    def __init__(
        self,
        source: BinaryIO,
        sink: BinaryIO,
        encoding: str = "utf-8",
        *,
        ascii: bool = False,
        columns: int | None = None,
    ) -> None:
        self._source = source
        self._sink = sink
        self._encoding = encoding
        self._ascii = ascii or encoding.lower().replace("-", "").replace("_", "") != "utf8"
        self.columns = columns or min(max(shutil.get_terminal_size((80, 24)).columns - 1, 40), 100)
        self.answers = 0

    def say(self, *paragraphs: str, indent: str = "", exact: bool = False) -> None:
        """Print paragraphs, each wrapped at the edge unless `exact`; an empty one is an empty line.

        Raises:
            Left: where the terminal is gone.
        """
        for paragraph in paragraphs:
            plain = self._plain(paragraph)
            for line in plain.split("\n") if exact else wrap(plain, self.columns - len(indent)):
                self._write(f"{indent}{line}".rstrip() + "\n")
        self._flush()

    def listed(self, lines: Sequence[str], *, exact: bool = False) -> None:
        """Print many lines, a portion at a time.

        Raises:
            Left: as `say` and `ask`.
        """
        for start in range(0, len(lines), _PORTION):
            self.say(*lines[start : start + _PORTION], exact=exact)
            rest = len(lines) - start - _PORTION
            if rest > 0 and self.ask(f"{rest} more lines. Enter shows them, anything else stops: "):
                return

    def ask(self, prompt: str = "> ") -> str:
        """One line from the person, without blanks around it.

        Raises:
            Left: where the input has ended or the terminal is gone.
        """
        while True:
            self._write(self._plain(prompt))
            self._flush()
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
        text = "\n".join(clean(part) for part in text.split("\n"))
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
