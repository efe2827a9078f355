"""Styles as terminals know them: SGR parameters → style, and the shortest way from one style to
another.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Style(NamedTuple):
    """Colours as SGR parameters (empty: the terminal's own), and the flags that are on, by their
    numbers.
    """

    foreground: str = ""
    background: str = ""
    flags: frozenset[int] = frozenset()


DEFAULT = Style()
# Which number switches which flags off.
_OFF = {
    22: {1, 2},
    23: {3},
    24: {4, 21},
    25: {5, 6},
    27: {7},
    28: {8},
    29: {9},
    54: {51, 52},
    55: {53},
}
_FLAGS = frozenset().union(*_OFF.values())


# Reversed, underlined, struck out, framed, overlined: what is seen where there is no character.
_SEEN_ON_BLANKS = frozenset((4, 7, 9, 21, 51, 52, 53))


@lru_cache(maxsize=4096)
def on_blank(style: Style) -> Style:
    """What of a style is seen on a blank cell: its background, unless it is reversed or has lines."""
    return style if style.flags & _SEEN_ON_BLANKS else Style(background=style.background)


@lru_cache(maxsize=4096)
def changed_style(style: Style | None, parameters: str) -> Style | None:
    """The style after an SGR sequence; None where it holds something unknown, or stays unknown."""
    numbers = [int(number or 0) for number in parameters.split(";")]
    at = 0
    while at < len(numbers):
        number = numbers[at]
        at += 1
        if number == 0:
            style = DEFAULT
        elif style is None:
            continue
        elif number in _FLAGS:
            style = style._replace(flags=style.flags | {number})
        elif number in _OFF:
            style = style._replace(flags=style.flags - _OFF[number])
        elif number in (38, 48):
            length = {5: 2, 2: 4}.get(numbers[at] if at < len(numbers) else 0, 0)
            colour = numbers[at : at + length]
            if not length or len(colour) < length:
                return None
            at += length
            text = ";".join(map(str, (number, *colour)))
            style = (
                style._replace(foreground=text) if number == 38 else style._replace(background=text)
            )
        elif number in (39, 49):
            style = style._replace(foreground="") if number == 39 else style._replace(background="")
        elif 30 <= number <= 37 or 90 <= number <= 97:
            style = style._replace(foreground=str(number))
        elif 40 <= number <= 47 or 100 <= number <= 107:
            style = style._replace(background=str(number))
        else:
            return None
    return style


@lru_cache(maxsize=4096)
def transition(before: Style | None, after: Style) -> str:
    """The shortest sequence that turns one style into another; None before: whatever it was."""
    if before == after:
        return ""
    flags = map(str, sorted(after.flags))
    whole = list(filter(None, (*flags, after.foreground, after.background)))
    anew = f"\x1b[{';'.join(['0', *whole])}m" if whole else "\x1b[m"
    if before is None:
        return anew
    steps: list[str] = []
    still_on = before.flags
    for off, members in _OFF.items():
        if still_on & members - after.flags:
            steps.append(str(off))
            still_on -= members
    steps += map(str, sorted(after.flags - still_on))
    if before.foreground != after.foreground:
        steps.append(after.foreground or "39")
    if before.background != after.background:
        steps.append(after.background or "49")
    return min(f"\x1b[{';'.join(steps)}m", anew, key=len)
