"""What a plan was made from: no answers, but a note beside them."""

from __future__ import annotations

import msgspec


class Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts that a plan was made with: their version ('' where nobody noted it), and of those
    that are somebody's own, product → digest of its file.
    """

    version: str = ""
    own: dict[str, str] = {}


class FromPreset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The preset that a plan began with ('' for none): what is still as it had it is an example.
    `own`: the keys of answers that somebody has given and that only happen to be the same.
    """

    name: str = ""
    own: tuple[str, ...] = ()
