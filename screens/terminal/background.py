"""What a terminal says of its background: how it is asked (OSC 11), and how the answer is told from
what is typed. No Textual here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic

# Ended by ST and not by BEL: whoever does not know the question rings no bell.
QUESTION = "\x1b]11;?\x1b\\"
# Later than so many seconds after the question nobody wants the colours changed any more.
IN_TIME = 2.0

_ESC = "\x1b"
# An answer with its end. One whose first character came long before lacks that.
_WHOLE = re.compile(r"(?:\x1b\]11;|\A\]11;(?=rgb))([rgba:#?0-9a-f/]*)(?:\x07|\x1b\\|\x9c)", re.I)
# What becomes one with what comes next, or may; `sure`: it can be nothing else.
_BEGUN = re.compile(
    r"\x1b\](?:11?)?\Z|(?P<sure>(?:\x1b\]11;|\A\]11;(?=rgb))[rgba:#?0-9a-f/]*)", re.I
)
# No answer is longer.
_LONGEST = 40
_COLOUR = re.compile(r"rgba?:(\w{1,4})/(\w{1,4})/(\w{1,4})(?:/\w{1,4})?")
# How long something waits for its next piece before it counts as what it looks like, in seconds:
# Esc alone is a key, Alt+] may be.
_KEY, _PIECE = 0.1, 5.0


class BackgroundAnswers:
    """Takes the answers out of what a terminal sends, whole, in pieces, early or late."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._held = ""
        self._since = 0.0
        # Whether the background is light; None: it was not said since this was asked last.
        self._light: bool | None = None

    def passing(self, sent: str) -> str:
        """What of it is typed; what may be the start of an answer waits for the rest."""
        text = _WHOLE.sub(self._taken, self._held + sent)
        self._held, self._since = "", self._now()
        begun = _BEGUN.search(text)
        if begun is None:
            if text.endswith(_ESC):
                text, self._held = text[:-1], _ESC
            return text
        before, after = text[: begun.start()], text[begun.end() :]
        if after in ("", _ESC) and len(begun[0]) <= _LONGEST:
            self._held = begun[0] + after
            return before
        # It broke off: what follows is typed.
        return before + after

    def too_late(self) -> str:
        """What has waited for long enough and is a key after all; '' mostly."""
        patience = _KEY if self._held == _ESC else _PIECE
        if not self._held or self._now() - self._since < patience:
            return ""
        held, self._held = self._held, ""
        begun = _BEGUN.match(held)
        return "" if begun is not None and begun["sure"] is not None else held

    def light(self) -> bool | None:
        """Whether the background is light; None where nothing was said of it since the last call."""
        light, self._light = self._light, None
        return light

    def _taken(self, answer: re.Match[str]) -> str:
        light = is_light(answer[1])
        self._light = self._light if light is None else light
        return ""


def is_light(colour: str) -> bool | None:
    """Whether dark text is to be read on a colour as terminals write it (`rgb:ffff/ffff/ffff`); None
    where it is none.
    """
    parts = _COLOUR.fullmatch(colour.lower())
    if parts is None:
        return None
    try:
        red, green, blue = (int(part, 16) / float(16 ** len(part) - 1) for part in parts.groups())
    except ValueError:
        return None
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
