"""One registry of all that can be done from anywhere: keys, footer and palette read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from wizard.questions import STEPS

if TYPE_CHECKING:
    from screens.app import WizardApp


class Command(msgspec.Struct, frozen=True):
    """`keys` are Textual's names, the first of them is shown; `short` is the word for the footer."""

    id: str
    title: str
    keys: tuple[str, ...] = ()
    shown: str = ""
    short: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("help", "Help for the field under the cursor", ("f1", "question_mark", "alt+h"), "F1", "Help"),
    Command("preview", "Preview: rules, allowlist, findings", ("f2", "p", "alt+p"), "F2", "Preview"),
    Command("why", "Why is this here", ("f3", "w", "alt+w"), "F3", "Why"),
    Command("next", "Next step", ("pagedown", "alt+right"), "PgDn", "Next"),
    Command("back", "Previous step", ("pageup", "alt+left"), "PgUp", "Back"),
    Command("undo", "Take back the last answer", ("ctrl+z",), "^Z", "Undo"),
    Command("redo", "Answer again what was taken back", ("ctrl+y",), "^Y", "Redo"),
    Command("save", "Save the plan as a file", ("ctrl+s",), "^S", "Save"),
    Command("leave", "One level back", ("escape",), "Esc", "Back"),
    Command("keys", "All keys", (), "", "Keys"),
    Command("quit", "Quit; the draft is kept", ("ctrl+q", "ctrl+c"), "^Q", "Quit"),
    *(
        Command(f"step:{step.id}", f"Go to step {number}: {step.title}", (str(number),))
        for number, step in enumerate(STEPS, start=1)
    ),
)


def bindings() -> list[Binding]:
    """The keys of all commands, for the app."""
    return [
        Binding(
            ",".join(command.keys),
            f"do('{command.id}')",
            command.title,
            show=False,
            id=command.id,
            priority=any(key in ("ctrl+q", "ctrl+c") for key in command.keys),
        )
        for command in COMMANDS
        if command.keys
    ]


def footer(*ids: str) -> tuple[tuple[str, str, str], ...]:
    """(key, word, id) of these commands, for the footer. `ahead` is `next` by the key that never scrolls."""
    by_id = {command.id: command for command in COMMANDS}
    keys = [
        ("Alt+→", "Next", "next") if name == "ahead" else (by_id[name].shown, by_id[name].short, name)
        for name in ids
    ]
    return tuple(keys)


class WizardCommands(Provider):
    """The commands in Textual's palette."""

    @property
    def _wizard(self) -> WizardApp:
        from screens.app import WizardApp

        assert isinstance(self.app, WizardApp)
        return self.app

    async def discover(self) -> Hits:
        for command in COMMANDS:
            yield DiscoveryHit(
                Content(command.title), self._run(command.id), text=command.title, help=_keys(command)
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in COMMANDS:
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), self._run(command.id), help=_keys(command))

    def _run(self, id: str) -> Callable[[], None]:
        return lambda: self._wizard.action_do(id)


def _keys(command: Command) -> str | None:
    return " or ".join(command.keys) or None
