"""What the wizard does with files: what would be written, a look into it, writing, saving the plan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from screens.steps.export import Export, Offer, Written
from screens.web.host import this_host
from screens.windows.modals import Reading, file_lines
from wizard.deployment import Deployment
from wizard.session.saving import Exists, Saved, save_plan

if TYPE_CHECKING:
    from screens.app import WizardApp


class Exporting:
    """The export step's hands. The exporters are imported when they are needed, not before."""

    def __init__(self, app: WizardApp) -> None:
        self._app = app
        self._wanted: str | None = None

    @property
    def form(self) -> Export:
        """The export step, with what would be written."""
        form = self._app.forms["export"]
        assert isinstance(form, Export)
        return form

    def refresh(self) -> None:
        """Work out what would be written."""
        self._app.run_worker(self._work_out(), group="files", exclusive=True)

    def stand(self, key: str) -> None:
        """Put the cursor on a row as soon as it is there: which formats fit is worked out first."""
        if self._app.step == "export" and self._app.main.form.current != key:
            self._wanted = key

    def do(self, what: str, path: str) -> None:
        """`files`: work out again; `file`: look into one; `write`: write them."""
        if what == "files":
            self._show()
            self.refresh()
        elif what == "file":
            text = (self.form.files or {}).get(path)
            if text is not None:
                self._look(path, text)
        elif what == "write":
            self._write()

    def host(self) -> str:
        """How scp on another computer names this one."""
        return this_host(os.environ)

    def save_plan(self) -> str:
        """Save the plan where it came from, or beside: the words for it."""
        app = self._app
        origin = app.draft.origin
        match save_plan(app.catalog, app.plan, origin, replace=bool(origin)):
            case Saved(path):
                return f"The plan is saved as {path.resolve()}"
            case Exists(path):
                return (
                    f"{path} is there already and differs; the export writes plan.toml into a"
                    " folder."
                )
            case failed:
                return f"The plan could not be saved to {failed.path}: {failed.reason}."

    def _look(self, path: str, text: str) -> None:
        app = self._app

        def copy() -> None:
            app.copying.file(path)

        keys = "Esc: close   c: send to your terminal   PgUp, PgDn"
        app.hints.done("look")
        app.open_window(Reading(path, file_lines(text), keys=keys, tall=True, copy=copy))

    async def _work_out(self) -> None:
        import asyncio

        derived = self._app.derived
        if derived is None:
            return
        deployment, form = derived.deployment, self.form
        try:
            offer = await asyncio.to_thread(_offer, deployment, frozenset(form.left_out))
        except Exception as error:
            from exporters.export import ExportError

            if not isinstance(error, ExportError):
                raise
            form.files, form.trouble, form.refused = {}, str(error), ()
        else:
            form.offers, form.files, form.binary, form.refused = offer
            form.trouble = ""
        self._show()

    def _show(self) -> None:
        wanted, self._wanted = self._wanted, None
        if self._app.step == "export":
            self._app.main.refresh_form(wanted)

    def _write(self) -> None:
        from exporters.export import ExportError, UnansweredError, export

        app, form = self._app, self.form
        app.main.form.commit()
        if app.derived is None or not app.deriving.settled():
            app.main.say("Still working it out; try again in a moment.")
            return
        target = form.target(app.plan)
        try:
            report = export(
                app.derived.deployment, target, form.formats() or None, force=form.replace
            )
        except UnansweredError as error:
            said = "Nothing was written: this answer is missing. Esc goes back to Export."
            app.actions.jump_to(error.keys[0], said=said)
            return
        except (ExportError, OSError) as error:
            form.written = Written(target, error=str(error))
            app.main.refresh_form("folder")
            app.main.say("Nothing was written.", bad=True)
            return
        form.written = Written(
            folder=target,
            files=tuple(file.path for file in report.written),
            refused=tuple(f"firewall {entry.firewall}, {entry.why}" for entry in report.refused),
            host=self.host(),
        )
        app.main.refresh_form()
        app.main.form.scroll_to(y=0, animate=False, force=True)
        app.main.say(f"Written to {target}.")


def _offer(
    deployment: Deployment, left_out: frozenset[str]
) -> tuple[tuple[Offer, ...], dict[str, str], frozenset[str], tuple[str, ...]]:
    """Formats that fit, the files of those that are ticked, which are no text, what is left out and
    why.
    """
    from exporters.export import preview
    from exporters.table import FORMATS

    fitting = [entry for entry in FORMATS if entry.offered(deployment)]
    offers = tuple(Offer(entry.name, entry.about, entry.for_what) for entry in fitting)
    ticked = [entry.name for entry in fitting if entry.name not in left_out]
    files: dict[str, str] = {}
    binary: set[str] = set()
    if ticked:
        for path, content in preview(deployment, ticked).items():
            if not isinstance(content, str):
                binary.add(path)
            files[path] = (
                content
                if isinstance(content, str)
                else f"({len(content):,} bytes; opens in its own program)\n"
            )
    waiting = ((name, deployment.missing(name)) for name in deployment.plan.firewalls)
    refused = tuple(
        f"firewall {name}, to be supplied: {', '.join(missing)}"
        for name, missing in waiting
        if missing
    )
    return offers, files, frozenset(binary), refused
