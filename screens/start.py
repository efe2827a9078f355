"""How the wizard opens: may it draw here, is there a draft to go on with, and what it says at the
end.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from screens.terminal.profile import profile, refusal
from screens.widgets.lines import clean
from wizard.session.storage import read_content

if TYPE_CHECKING:
    from screens.main.wizard import Wizard
    from wizard.facts.model import Catalog
    from wizard.plan.model import Plan


class StartOptions(msgspec.Struct, frozen=True):
    """How the wizard is to be opened. `lines`: line mode, whatever the terminal can do. `light`:
    for a light background or a dark one; None: as the terminal says.

    `browser`: for a tab of `portwright serve`, which is at the other end of standard input and
    output.
    """

    ascii: bool = False
    mouse: bool = True
    lines: bool = False
    plain_driver: bool = False
    only_missing: bool = False
    browser: bool = False
    light: bool | None = None


def run_wizard(plan_path: Path | None, options: StartOptions | None = None) -> int:
    """Open the wizard, on a plan file where one is given. Returns the exit code."""
    # What the start makes stays: looking through it for garbage, again and again, finds none.
    gc.disable()
    try:
        return _run(plan_path, options or StartOptions())
    finally:
        gc.enable()


def _run(plan_path: Path | None, options: StartOptions) -> int:
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    stdin, stdout, stderr = (
        stream is not None and stream.isatty()
        for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    )
    if options.browser:
        if stdin or stdout:
            print(
                "--in-browser is how portwright serve opens the wizard in a tab.", file=sys.stderr
            )
            return 2
        # The terminal is the one in the page; `screens.web.window` says what it can do.
        stdin = stdout = stderr = True
    # A terminal on which nothing can be drawn can still be talked to.
    cannot_draw = refusal("The wizard", os.environ, encoding, True, True)
    in_lines = options.lines or (cannot_draw is not None and stdin and stdout)
    why_not = None if in_lines else refusal("The wizard", os.environ, encoding, stdin, stderr)
    if why_not is not None or sys.__stdin__ is None or sys.__stdout__ is None:
        print(
            f"{why_not or 'The wizard needs an input and an output.'}\n"
            "Without it: portwright export PLAN --to DIR writes the files of a plan that you have; "
            "portwright schema describes the plan file; portwright wizard --line asks line by"
            " line.",
            file=sys.stderr,
        )
        return 2

    opened = _opened(plan_path, whole=in_lines or options.only_missing)
    if isinstance(opened, str):
        return _refused(opened)
    catalog, plan = opened
    origin = str(plan_path.resolve()) if plan_path is not None else None
    if in_lines:
        gc.enable()
        from screens.line.start import run_lines
        from screens.line.talk import Talk

        talk = Talk(
            sys.stdin.buffer,
            sys.stdout.buffer,
            sys.__stdout__.encoding or "ascii",
            ascii=options.ascii,
            # What comes through a pipe is no answer to 'Enter goes on'.
            paged=stdin and stdout,
        )
        if cannot_draw and not options.lines:
            talk.say(f"{cannot_draw} Questions come line by line instead.", "")
        return run_lines(catalog, talk, plan, origin, options.only_missing)
    return _run_screens(catalog, plan, origin, options, encoding)


def _run_screens(
    catalog: Catalog, plan: Plan | None, origin: str | None, options: StartOptions, encoding: str
) -> int:
    # What is behind the text in a browser is the page's, and that is dark.
    light = bool(options.light) if options.browser else options.light
    terminal = profile(os.environ, encoding, ascii=options.ascii, mouse=options.mouse, light=light)
    # Textual reads it when it is imported; left alone it goes by other names than the profile.
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", terminal.colours)
    # A change waits for the next of so many frames a second; where nothing changes there are none.
    os.environ.setdefault("TEXTUAL_FPS", "120")

    from textual.drivers.linux_driver import LinuxDriver

    from screens.app import WizardApp
    from wizard.plan.catalog import made_with
    from wizard.plan.model import Plan
    from wizard.questions import open_questions
    from wizard.session.drafts import new_draft

    draft = new_draft(plan or made_with(catalog, Plan()), origin=origin)
    waiting = open_questions(catalog, draft.plan)[:1] if options.only_missing else ()
    if options.only_missing and not waiting:
        print(f"Nothing is open in {origin}.", file=sys.stderr)
        return 0
    for question in waiting:
        draft.step = question.step
    app = WizardApp(
        catalog,
        draft,
        terminal,
        begin=partial(_begin, origin=origin),
    )
    app.places |= {question.step: question.key for question in waiting}
    if options.browser:
        from screens.web.driver import BrowserDriver

        app.driver_class = BrowserDriver
    elif app.driver_class is LinuxDriver:
        from screens.terminal.driver import CellDriver, PlainDriver

        app.driver_class = PlainDriver if options.plain_driver else CellDriver
    # What the first frame took on trust is looked at where something fails.
    app.excuse = wrong_facts
    app.run(mouse=options.mouse)
    if app.refused:
        return _refused(app.refused)
    with contextlib.suppress(OSError):
        # The terminal may be gone.
        print(farewell(app), file=sys.stderr)
    return app.return_code or 0


def take_own_keys(app: Wizard) -> None:
    """Keys of one's own, where there is a file of them."""
    from platformdirs import user_config_path

    path = user_config_path("portwright", appauthor=False) / "keys.toml"
    there = False
    # Of a folder that can't be looked into nobody knows.
    with contextlib.suppress(OSError):
        there = path.exists()
    if there:
        from screens.main.keymap import take_keys

        take_keys(app, path)


def _refused(words: str) -> int:
    """Say why the wizard can't go on; the exit code."""
    for line in words.split("\n"):
        print(clean(line), file=sys.stderr)
    return 2


def wrong_facts() -> str:
    """All that is wrong with the facts; '' where nothing is."""
    from wizard.facts.load import CatalogError, load_catalog

    try:
        load_catalog()
    except CatalogError as error:
        return str(error)
    return ""


def _opened(path: Path | None, *, whole: bool) -> tuple[Catalog, Plan | None] | str:
    """The catalog and a file's plan; or in words why there is none.

    Where the `whole` catalog is not asked for, it knows the plan's products, and of the others what
    the list shows.
    """
    from wizard.facts.load import CatalogError, load_catalog, opening_catalog
    from wizard.plan.file import products_named

    try:
        if path is None:
            return (load_catalog() if whole else opening_catalog(())), None
        text = read_content(path).decode("utf-8-sig")
        catalog = load_catalog() if whole else opening_catalog(products_named(text))
    except CatalogError as error:
        return str(error)
    except UnicodeDecodeError as error:
        return f"{path} is no text in UTF-8 (byte {error.start}); save it as UTF-8."
    except OSError as error:
        return f"{path} can't be read: {error.strerror or error}"
    plan = _plan_in(text, path, catalog)
    return plan if isinstance(plan, str) else (catalog, plan)


def trouble_of(path: Path) -> str:
    """Why the wizard would not open on a plan file; '' where it would."""
    opened = _opened(path, whole=True)
    return opened if isinstance(opened, str) else ""


def _plan_in(text: str, path: Path, catalog: Catalog) -> Plan | str:
    """The plan, unfinished or not; or in words why there is none."""
    from wizard.plan.file import PlanErrors, parse_plan

    plan, errors = parse_plan(text, catalog)
    # An option without its answer is what the wizard is there for.
    wrong = [error for error in errors if not error.unanswered]
    return f"{path}:\n{PlanErrors(wrong)}" if wrong else plan


def farewell(app: Wizard) -> str:
    """What is said when the wizard is left."""
    if app.session.trouble is not None:
        return f"{app.session.trouble}\nThe last answers were kept in that window only."
    if not app.session.draft.path.exists():
        return "Nothing was answered, so nothing was kept."
    return "The draft is kept: portwright goes on with it."


def _begin(app: Wizard, origin: str | None) -> None:
    """When the wizard stands: the rest of the catalog, after the first frame and before any key;
    and drafts.
    """
    from screens.main.resuming import offer_drafts

    take_own_keys(app)
    app.call_after_refresh(complete, app)
    offer_drafts(app, origin)


def complete(app: Wizard) -> None:
    """What the first frame could do without: the rest of the catalog, and looking for garbage."""
    from wizard.facts.load import CatalogError, load_catalog

    try:
        app.session.catalog = load_catalog()
    except CatalogError as error:
        app.refuse(str(error))
        return
    app.refresh_form()
    gc.freeze()
    gc.enable()
