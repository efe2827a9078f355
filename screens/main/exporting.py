"""What the wizard does with files: what would be written, a look into it, writing, saving the plan."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from screens.board.seen import AT_ONCE
from screens.files import left_out
from screens.stage import Workplace
from screens.steps.export import READ_NEXT, Export, Written
from screens.web.host import this_host
from screens.windows.looking import looking
from wizard.deployment import Deployment
from wizard.session.saving import FileExists, PlanSaved, Unwritable
from wizard.session.session import Exported, Exporter, NotExported, Offer
from wizard.views.words import OWN_PROGRAM, TO_BE_SUPPLIED, plural

if TYPE_CHECKING:
    from screens.steps.base import FormStep
    from screens.widgets.form import Form
    from screens.widgets.rows import RowKey
    from wizard.plan.model import Plan
    from wizard.questions import StepId


class ExportStage(Workplace, Protocol):
    """What is written, and where the person is meanwhile."""

    plan: Plan
    step: StepId
    forms: dict[StepId, FormStep]

    @property
    def form(self) -> Form:
        """The rows of the step on the screen."""

    def refresh_form(self, go: RowKey | None = None) -> None:
        """Show the rows as they are now, with the cursor on this one."""

    def not_taken(self) -> Iterator[tuple[StepId, RowKey, str]]:
        """Texts that could not be taken: the step, the row, the text."""

    def jump_to_not_taken(self, what: str) -> bool:
        """To the first of them, with words for what did not happen; whether there is one."""

    def send_file(self, path: str) -> None:
        """Send one of the files to the terminal's clipboard."""


class Exporting:
    """The export step's hands. The exporters are imported when they are needed, not before."""

    def __init__(self, stage: ExportStage) -> None:
        self._stage = stage
        self._go: RowKey | None = None
        # The file of which was said that something else stands there: who saves again means it.
        self._warned: Path | None = None

    @property
    def form(self) -> Export:
        """The export step, with what would be written."""
        form = self._stage.forms["export"]
        assert isinstance(form, Export)
        return form

    def refresh(self) -> None:
        """Work out what would be written."""
        self._stage.work(self._work_out(), "files")

    def files_soon(self) -> None:
        """Work out which files there would be, while somebody types what to look for; of a large
        plan it takes too long.
        """
        derived = self._stage.derived
        small = derived is not None and len(derived.deployment.rules) <= AT_ONCE
        if small and self.form.files is None:
            self.refresh()

    def stand(self, key: RowKey) -> None:
        """Put the cursor on a row as soon as it is there: which formats fit is worked out first."""
        if self._stage.step == "export" and self._stage.form.current != key:
            self._go = key

    def files_changed(self) -> None:
        """Other formats are ticked: work out again what would be written."""
        self._show()
        self.refresh()

    def look(self, path: str) -> None:
        """Look into a file that would be written."""
        stage, text = self._stage, (self.form.files or {}).get(path)
        if text is None:
            stage.say("Still working it out; try again in a moment.")
            return
        keys = "Esc: close   c: send to your terminal   PgUp, PgDn"
        stage.learned("look")
        copy = partial(stage.send_file, path)
        stage.open_window(looking(path, text, keys, copy))

    def host(self) -> str:
        """How scp on another computer names this one."""
        return this_host(os.environ)

    def save_plan(self) -> str:
        """Save the plan to its file, or to a new one: the words for it."""
        trouble = self._trouble_of_saving("", "Ctrl+S")
        if trouble:
            return trouble
        saved = f"The plan is saved as {Path(self._stage.session.draft.origin or '').resolve()}"
        left = sum(1 for _ in self._stage.not_taken())
        return f"{saved}, but for {plural(left, 'text')} that could not be taken" if left else saved

    def refusal_to_save_as(self, name: str) -> str:
        """Save the plan to another file: '' where that went well, else why not."""
        return self._trouble_of_saving(name, "Enter") if name else "Write the name of a file."

    def _trouble_of_saving(self, name: str, key: str) -> str:
        """Save the plan. What somebody else wrote there is replaced only where the person asks
        again, by that key.
        """
        session, warned = self._stage.session, self._warned
        self._warned = None
        outcome = session.save_plan(name)
        if isinstance(outcome, FileExists) and outcome.path == warned:
            outcome = session.save_plan(name, replace=True)
        match outcome:
            case PlanSaved():
                self._stage.plan = session.plan
                return ""
            case FileExists(path, origin):
                self._warned = path
                why = "was changed by somebody else" if origin else "is there already and differs"
                return f"{path.name} {why}. {key} again replaces {path.absolute()}."
            case Unwritable(None, words):
                return f"The plan could not be saved: that is no name of a file ({words})."
            case failed:
                # The reason first: a path may be longer than the line.
                return f"The plan could not be saved: {failed.reason} ({failed.path})."

    async def _work_out(self) -> None:
        derived = self._stage.derived
        if derived is None:
            return
        form, exporter = self.form, self._stage.session.exporter
        form.offers, files = await asyncio.to_thread(
            _offer, exporter, derived.deployment, frozenset(form.ticks_changed)
        )
        if isinstance(files, NotExported):
            form.files, form.trouble, form.refused = {}, files.reason, ()
        else:
            form.trouble = ""
            form.files = dict(_texts(files))
            form.binary = frozenset(
                path for path, content in files.items() if isinstance(content, bytes)
            )
            form.refused = tuple(
                f"firewall {name}, {TO_BE_SUPPLIED}: {missing}"
                for name, missing in left_out(derived.deployment)
            )
        self._show()

    def _show(self) -> None:
        go, self._go = self._go, None
        if self._stage.step == "export":
            self._stage.refresh_form(go)

    def write(self) -> None:
        """Write the files that are ticked."""
        stage, form = self._stage, self.form
        stage.form.commit()
        if stage.derived is None or not stage.settled():
            stage.say("Still working it out; try again in a moment.")
            return
        if stage.jump_to_not_taken("Nothing was written"):
            return
        outcome = stage.session.exporter.write(
            stage.derived.deployment, form.target(stage.plan), form.formats(), replace=form.replace
        )
        # What was typed ahead was meant for the rows that are there no more.
        stage.form.deaf_until = monotonic()
        if isinstance(outcome, Exported):
            form.written = Written(
                folder=outcome.folder,
                files=tuple(outcome.files),
                refused=tuple(
                    f"{name[:1].lower()}{name[1:]}, {why}" for name, why in outcome.left_out
                ),
                host=self.host(),
            )
            stage.form.scroll_to(y=0, animate=False, force=True)
            stage.refresh_form(READ_NEXT)
            stage.say(f"Written to {outcome.folder}.")
        elif outcome.unanswered is not None:
            words = "Nothing was written: this answer is missing. Esc goes back to Export."
            stage.jump_to(outcome.unanswered, words=words)
        else:
            form.written = Written(outcome.folder, error=outcome.reason)
            stage.refresh_form("folder")
            stage.say("Nothing was written.", bad=True)


def _offer(
    exporter: Exporter, deployment: Deployment, ticks_changed: frozenset[str]
) -> tuple[tuple[Offer, ...], dict[str, str | bytes] | NotExported]:
    """Formats that fit, and the files of those that are ticked."""
    offers = exporter.fitting(deployment)
    ticked = tuple(offer.name for offer in offers if offer.is_ticked(ticks_changed))
    return offers, exporter.preview(deployment, ticked)


def _texts(files: dict[str, str | bytes]) -> Iterator[tuple[str, str]]:
    for path, content in files.items():
        remark = f"({len(content):,} bytes; {OWN_PROGRAM})\n"
        yield path, content if isinstance(content, str) else remark
