"""The app: how the wizard stands on a terminal, with all its rooms, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

import msgspec
from rich.style import Style
from textual.binding import Binding
from textual.events import Event, Key
from textual.geometry import Offset
from textual.screen import Screen

from screens.files import Files
from screens.main.commands import bindings
from screens.main.deriving import Deriving
from screens.main.hints import Hints
from screens.main.keeping import Keeping
from screens.main.progress import been
from screens.main.screen import MainScreen
from screens.main.wizard import Wizard
from screens.steps import StepForms
from screens.terminal.background import IN_TIME, QUESTION
from screens.terminal.clipboard import sequence
from screens.terminal.profile import Profile
from screens.theme import LIGHT, PLAIN, RICH, line_styles, theme_for
from screens.widgets.line_view import LineView
from screens.widgets.rows import RowKey
from wizard.facts.model import Catalog
from wizard.plan.catalog import made_with
from wizard.plan.model import Plan
from wizard.questions import StepId
from wizard.session.drafts import Draft, new_draft
from wizard.session.session import Session

if TYPE_CHECKING:
    from screens.terminal.driver import Background
    from wizard.deployment import Deployment


class WizardApp(Wizard):
    """The wizard on a terminal."""

    TITLE = "Portwright"
    CSS_PATH = [Path(__file__).with_name("wizard.tcss")]
    BINDINGS: ClassVar[list[Binding]] = bindings()  # type: ignore[assignment]
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        catalog: Catalog,
        draft: Draft | None = None,
        profile: Profile | None = None,
        *,
        work_out: Callable[[Catalog, Plan], Deployment] | None = None,
        begin: Callable[[WizardApp], None] | None = None,
    ) -> None:
        self.profile = profile or Profile()
        self.ascii = self.profile.ascii
        super().__init__(ansi_color=True if self.profile.ansi else None)
        self.animation_level = "none"
        self.session = Session(catalog, draft or new_draft(made_with(catalog, Plan())), Files())
        self.forms = StepForms()
        self.places: dict[StepId, RowKey | None] = {}
        self.came_from = None
        self.visited = been(self.session.draft)
        self.deriving = Deriving(self, work_out or _deployed)
        self.hints = Hints(
            lambda: self.main.refresh_status(), partial(self.run_worker, group="hints")
        )
        self.keeping = Keeping(self)
        self._asked_at = 0.0
        self._begin = begin
        self.set_reactive(Wizard.plan, self.session.plan)
        self.set_reactive(Wizard.step, self.session.step)
        for theme in (RICH, LIGHT, PLAIN):
            self.register_theme(theme)
        self.theme = theme_for(self.profile).name

    def get_default_screen(self) -> Screen[None]:
        return MainScreen(self)

    def get_system_commands(self, screen: Screen[object]) -> list[object]:  # type: ignore[override]
        return []

    async def on_event(self, event: Event) -> None:
        """Letters on the screen take the next key, wherever it would go; before that, a key of
        one's own becomes what it stands for.
        """
        if isinstance(event, Key) and not event.is_forwarded:
            known = self._known(event.key)
            if known is not None:
                character = {"space": " ", "slash": "/"}.get(known, known)
                event = Key(known, character if len(character) == 1 else None)
        if self.lettering is None or not self.lettering.took(event):
            await super().on_event(event)

    def _known(self, key: str) -> str | None:
        """What one of the person's own keys stands for, where it is pressed now."""
        in_window = self.screen is not self.main
        known = self.moves.get(key) or (self.in_windows.get(key) if in_window else None)
        focused = self.focused
        if known is not None or not isinstance(focused, LineView):
            return known
        named = self.in_tables.get(key)
        at_rows = in_window or focused is self.main.board
        # What is held with Alt or Ctrl is no text in a field, neither of the two.
        is_text = focused.takes_text and not (named and "+" in key and "+" in named)
        return named if at_rows and not is_text else None

    @property
    def cursor_position(self) -> Offset:
        """Where Textual leaves the terminal's own cursor after each update: on what has the focus."""
        focused = self.focused
        if isinstance(focused, LineView):
            self._cursor_position = focused.terminal_cursor()
        elif self.screen is self.main and self.main.too_small:
            self._cursor_position = Offset(1, 0)
        return self._cursor_position

    @cursor_position.setter
    def cursor_position(self, position: Offset) -> None:
        """Textual's own fields say where they have it."""
        self._cursor_position = position

    @cached_property
    def line_styles(self) -> dict[str, Style]:
        """What pieces of lines are drawn with. The driver is known when they are drawn first."""
        own_cursor = getattr(self.driver_class, "SHOWS_CURSOR", False)
        return line_styles(theme_for(self.profile), caret=not own_cursor, faint=self.profile.faint)

    def on_mount(self) -> None:
        self._watch_line()
        if self.profile.asked and self._driver is not None and not self.is_headless:
            # The answer is mostly there before the first frame is; nothing waits for it.
            self._asked_at = monotonic()
            self._driver.write(QUESTION)
        if self._begin is not None:
            self._begin(self)
        self.call_after_refresh(self._shown)

    def _shown(self) -> None:
        """The first screen is on the terminal: now the rest, and what was typed meanwhile."""
        self.deriving.soon()
        self.hints.load()
        if self.screen is self.main:
            self.let_in()
        else:
            # A window that was opened with it is shown soon.
            self.call_after_refresh(self.let_in)

    def on_background(self, answer: Background) -> None:
        """What the terminal has behind its text, where nobody else has said so."""
        asked, light = self.profile.asked, answer.light
        if asked and light != self.profile.light and answer.time - self._asked_at < IN_TIME:
            self.profile = msgspec.structs.replace(self.profile, light=light)
            self.__dict__.pop("line_styles", None)
            self.theme = theme_for(self.profile).name

    # --- a line that drops

    def _watch_line(self) -> None:
        """SIGHUP and SIGTERM end the wizard in order; the draft is on disk in any case.

        A terminal that goes without SIGHUP is the driver's to find out.
        """
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._ended, 128 + number)

    def exit(
        self, result: int | None = None, return_code: int = 0, message: object | None = None
    ) -> None:
        """End the wizard; what is half typed is kept, however it ends."""
        self.keeping.now()
        super().exit(result, return_code)

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal's clipboard; whether the terminal takes it nobody knows."""
        if self._driver is not None:
            self._driver.write(sequence(text, os.environ))

    def _ended(self, code: int) -> None:
        self.exit(code, return_code=code)


def _deployed(catalog: Catalog, plan: Plan) -> Deployment:
    from wizard.deployment import deploy

    return deploy(catalog, plan)
