"""The keys that the footer shows, where the cursor is: at most five of the commands, so that they
fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.tables import by_id

if TYPE_CHECKING:
    from screens.main.wizard import Wizard


def footer(app: Wizard, *ids: str) -> tuple[tuple[str, str, str], ...]:
    """(key, word, id) of these commands, for the footer."""
    commands = by_id(app.commands)
    return tuple((commands[name].keycap, commands[name].short, name) for name in ids)


def keys_here(app: Wizard) -> tuple[tuple[str, str, str], ...]:
    """The five keys that matter where the cursor is now."""
    main = app.main
    if app.step == "review":
        return footer(app, "jump", "why", "next", "undo", "quit")
    if main.focused is main.board:
        return footer(app, "leave", "jump", "why", "copy-row", "quit")
    if app.step == "export":
        return footer(app, "help", "preview", "back", "palette", "quit")
    return footer(app, "help", "preview", "next", "undo", "quit")
