"""What the terminal can do, found out before the app starts. Pure: reads what it is given."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

LEAST_COLUMNS = 80
LEAST_ROWS = 24


class Profile(msgspec.Struct, frozen=True):
    """`ansi`: the terminal's own 16 colours, or none at all. `ascii`: no character outside ASCII is drawn."""

    ansi: bool = False
    mono: bool = False
    ascii: bool = False
    mouse: bool = True


def profile(environ: Mapping[str, str], encoding: str, *, ascii: bool = False, mouse: bool = True) -> Profile:
    """The profile that fits the environment.

    Textual takes RGB for granted; on 16 colours its shades collapse, and with `NO_COLOR` they turn grey.
    The ansi theme leaves both to the terminal.
    """
    term = environ.get("TERM", "")
    truecolor = environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    many = truecolor or any(word in term for word in ("256color", "direct", "kitty", "ghostty", "alacritty"))
    mono = bool(environ.get("NO_COLOR"))
    language = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    plain = language in ("C", "POSIX") or term in ("linux", "vt100", "vt220")
    return Profile(
        ansi=mono or not many,
        mono=mono,
        ascii=ascii or plain or not _utf8(encoding),
        mouse=mouse,
    )


def refusal(environ: Mapping[str, str], encoding: str, stdin: bool, stderr: bool) -> str | None:
    """Why the wizard cannot draw here, in plain words; None where it can.

    `stdin` and `stderr` tell whether they are terminals (Textual draws on standard error). Without one,
    Textual would spin at full load; on a dumb terminal it would send full-screen codes all the same.
    """
    if not stdin or not stderr:
        which = "standard input" if not stdin else "standard error"
        return f"The wizard needs a terminal, and {which} is none."
    if environ.get("TERM", "") in ("", "dumb"):
        shown = environ.get("TERM") or "not set"
        return f"The wizard draws on the whole screen, and this terminal (TERM is {shown}) cannot."
    if not _utf8(encoding):
        return f"The wizard needs UTF-8, and this session writes {encoding}. Try: export LANG=C.UTF-8"
    return None


def _utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"
