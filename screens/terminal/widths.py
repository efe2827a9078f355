"""How many columns a character takes, as far as all terminals agree about it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Emoji, joiners, new scripts: terminals disagree.
FRAGILE = -1


@lru_cache(maxsize=8192)
def kind(character: str) -> int:
    """1 or 2 columns, 0 for a mark over the character before, FRAGILE where that is not sure."""
    if character.isascii():
        return 1
    category = unicodedata.category(character)
    wide = unicodedata.east_asian_width(character) in "WF"
    code = ord(character)
    if category == "Mn" and 0x300 <= code <= 0x36F:
        return 0
    if category[0] == "L" or category in (
        "Nd",
        "Pd",
        "Ps",
        "Pe",
        "Po",
        "Pi",
        "Pf",
        "Sc",
        "Sm",
        "Zs",
    ):
        if wide:
            return 2 if 0x2E80 <= code <= 0xFF60 else FRAGILE
        # Scripts whose letters join or change places, and everything after the first plane.
        return 1 if code < 0x590 or 0x1E00 <= code < 0x2FFF else FRAGILE
    # Arrows, lines, blocks, ticks: the signs that forms are drawn with.
    if category in ("So", "Sk", "Lm", "No") and not wide and (code < 0x2600 or code in _SIGNS):
        return FRAGILE if code in _PICTURES else 1
    return FRAGILE


_SIGNS = frozenset((0x2713, 0x2717, 0xFFFD))
# Signs that some terminals draw as coloured pictures two columns wide.
_PICTURES = frozenset(
    (
        0xA9,
        0xAE,
        0x203C,
        0x2049,
        0x2122,
        0x2139,
        0x21A9,
        0x21AA,
        0x231A,
        0x231B,
        0x2328,
        0x23CF,
        0x24C2,
    )
) | frozenset(
    (*range(0x2195, 0x219A), *range(0x23E9, 0x23F4), *range(0x23F8, 0x23FB), *range(0x25FB, 0x25FF))
)
