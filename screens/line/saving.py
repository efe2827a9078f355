"""Writing the plan to a file from line mode: nothing is replaced without asking."""

from __future__ import annotations

from pathlib import Path

from screens.line.reading import read_yes
from screens.line.talk import Talk
from screens.steps.export import default_folder
from wizard.facts.model import Catalog
from wizard.plan.file import write_plan
from wizard.plan.model import Plan
from wizard.questions import AnswerError
from wizard.session.storage import path_of, read_content, reason, write_over


def save_plan(catalog: Catalog, plan: Plan, origin: str | None, given: str, talk: Talk) -> str:
    """Write the plan to the file that was named, or to where it came from; the words for how that
    went.
    """
    target = path_of(given) if given else Path(origin or f"{default_folder(plan)}.toml")
    text = write_plan(plan, catalog).encode()
    try:
        if target.exists():
            if read_content(target, regular=True) == text:
                return f"{target.absolute()} holds exactly this plan already."
            came = (
                "where this plan came from, "
                if origin and target.absolute() == Path(origin)
                else ""
            )
            if not confirmed(
                talk, f"{target.absolute()}, {came}is there already. Replace it? yes or no [no]: "
            ):
                return "Not written. 'w FILE' writes to another file."
        write_over(target, text)
    except OSError as error:
        return f"The plan could not be written to {target}: {reason(error)}."
    except ValueError as error:
        return f"The plan could not be written: that is no name of a file ({error})."
    return f"The plan is written to {target.absolute()}."


def confirmed(talk: Talk, prompt: str) -> bool:
    """Ask for yes or no until it is one of them; Enter alone is no."""
    while True:
        try:
            return read_yes(talk.ask(prompt))
        except AnswerError as error:
            talk.say(str(error))
