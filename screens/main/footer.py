"""The keys that the footer shows, where the cursor is: at most five of the commands, so that they
fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.main.commands import BY_ID

if TYPE_CHECKING:
    from screens.main.wizard import Wizard


def footer(*ids: str) -> tuple[tuple[str, str, str], ...]:
    """(key, word, id) of these commands, for the footer."""
    return tuple((BY_ID[name].keycap, BY_ID[name].short, name) for name in ids)


def keys_here(app: Wizard) -> tuple[tuple[str, str, str], ...]:
    """The five keys that matter where the cursor is now."""
    main = app.main
    if app.step == "review":
        return footer("jump", "why", "next", "undo", "quit")
    if main.focused is main.board:
        return footer("leave", "jump", "why", "copy-row", "quit")
    if app.step == "export":
        return footer("help", "preview", "back", "palette", "quit")
    return footer("help", "preview", "next", "undo", "quit")
