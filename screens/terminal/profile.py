"""What the terminal can do, found out before the app starts. Pure: reads what it is given."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

LEAST_COLUMNS = 60
LEAST_ROWS = 16
# In the names of terminals that have 256 colours or more.
_MANY = ("256color", "direct", "kitty", "ghostty", "alacritty", "foot", "wezterm")


class Profile(msgspec.Struct, frozen=True):
    """`ansi`: the terminal's own 16 colours, or none at all. `ascii`: no character outside ASCII is
    drawn.

    `faint`: dim text can still be read. The Linux console draws it in dark grey on black. `light`:
    its background is, so text has to be dark. `asked`: the terminal is to say that itself, for want
    of anybody who has.
    """

    ansi: bool = False
    ascii: bool = False
    mouse: bool = True
    faint: bool = True
    light: bool = False
    asked: bool = False

    @property
    def colours(self) -> str:
        """Which colours are sent, as TEXTUAL_COLOR_SYSTEM has it.

        Never truecolor: all that the theme uses are among the 256, which are written in half the
        bytes.
        """
        return "standard" if self.ansi else "256"


def profile(
    environ: Mapping[str, str],
    encoding: str,
    *,
    ascii: bool = False,
    mouse: bool = True,
    light: bool | None = None,
) -> Profile:
    """The profile that fits the environment; `light` None: as the environment has it.

    Textual takes RGB for granted; on 16 colours its shades collapse, and with `NO_COLOR` they turn
    grey. The ansi theme leaves both to the terminal.
    """
    term = environ.get("TERM", "")
    truecolor = environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    many = truecolor or any(word in term for word in _MANY)
    mono = bool(environ.get("NO_COLOR"))
    ansi = mono or not many
    plain = _language(environ) in ("C", "POSIX") or term.startswith(("linux", "vt"))
    return Profile(
        ansi=ansi,
        ascii=ascii or plain or not _utf8(encoding),
        mouse=mouse,
        faint=not term.startswith("linux"),
        light=_is_light(environ) if light is None else light,
        asked=light is None and not ansi and not environ.get("COLORFGBG"),
    )


def refusal(
    program: str, environ: Mapping[str, str], encoding: str, stdin: bool, stderr: bool
) -> str | None:
    """Why a program (its name begins a sentence) cannot draw here, in plain words; None if it can.

    `stdin` and `stderr` tell whether they are terminals (Textual draws on standard error). Without
    one, Textual would spin at full load; on a dumb terminal it would send full-screen codes all the
    same.
    """
    if not stdin or not stderr:
        which = "standard input" if not stdin else "standard error"
        return f"{program} needs a terminal, and {which} is none."
    if environ.get("TERM", "") in ("", "dumb"):
        term = environ.get("TERM") or "not set"
        return f"{program} draws on the whole screen, and this terminal (TERM is {term}) cannot."
    if not _utf8(encoding):
        return (
            f"{program} needs UTF-8, and this session writes {encoding}. Try: export LANG=C.UTF-8"
        )
    return None


def _is_light(environ: Mapping[str, str]) -> bool:
    """Whether COLORFGBG, which some terminals set (`0;15`: text, background), names a light one."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return background in {"7", *map(str, range(9, 16))}


def _language(environ: Mapping[str, str]) -> str:
    """The language of characters, as the person has set it.

    Where that is C, Python has put a UTF-8 of its own into LC_CTYPE before anything here ran (PEP
    538).
    """
    locale = environ.get("LC_CTYPE", "")
    if locale in ("C.UTF-8", "C.utf8", "UTF-8") and environ.get("LANG") in ("C", "POSIX"):
        locale = ""
    return environ.get("LC_ALL") or locale or environ.get("LANG") or ""


def _utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"
