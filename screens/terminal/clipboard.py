"""OSC 52: text for the clipboard of the terminal, wherever that terminal is. Pure.

Only base64 goes out between the first bytes and the last: whatever the text holds, no terminal
obeys it. Nobody answers, so nobody can say whether it arrived.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Literal

# Terminals drop longer sequences than 100,000 bytes; base64 makes 4 of 3.
LIMIT = 74_994
# GNU screen prints what is longer than its buffer; this stays below the buffer of its oldest
# version.
_CHUNK = 200

Multiplexer = Literal["", "tmux", "screen", "either"]


def between(environ: Mapping[str, str]) -> Multiplexer:
    """What stands between the program and the terminal. Over SSH only TERM tells, and `screen` may
    be both.
    """
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    if environ.get("STY"):
        return "screen"
    return "either" if term.startswith("screen") else ""


def fits(text: str) -> bool:
    """Whether terminals take so much."""
    return len(_bytes(text)) <= LIMIT


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """What to write on the terminal so that it puts the text into its clipboard.

    tmux passes the plain sequence on where `set-clipboard` is `on`, and the one in an envelope of
    its own where `allow-passthrough` is (before tmux 3.3: always). It gets both. GNU screen passes
    on what comes in envelopes of few bytes; a plain sequence that is longer than its buffer it
    would print.
    """
    plain = f"\x1b]52;c;{base64.b64encode(_bytes(text)).decode('ascii')}\a"
    match between(environ):
        case "tmux":
            return f"{plain}\x1bPtmux;\x1b{plain}\x1b\\"
        case "screen":
            return _in_pieces(plain)
        case "either":
            return (plain if len(plain) <= _CHUNK else "") + _in_pieces(plain)
    return plain


def advice(environ: Mapping[str, str]) -> str:
    """What to know where nothing arrives."""
    common = (
        "Nothing there when you paste? Not every terminal takes it, and some have to be told to."
    )
    match between(environ):
        case "tmux":
            return f"{common} tmux needs: set -g set-clipboard on."
        case "screen":
            return f"{common} GNU screen passes it on to a terminal that takes it."
        case "either":
            return (
                f"{common} tmux needs: set -g set-clipboard on, and for long texts a TERM of"
                " tmux-256color."
            )
    return common


def _in_pieces(plain: str) -> str:
    return "".join(f"\x1bP{plain[at : at + _CHUNK]}\x1b\\" for at in range(0, len(plain), _CHUNK))


def _bytes(text: str) -> bytes:
    """A file may come with half a surrogate pair in it; UTF-8 has no word for that."""
    return text.encode("utf-8", "replace")
