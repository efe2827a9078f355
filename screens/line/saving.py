"""Writing the plan to a file from line mode: nothing is replaced without asking."""

from __future__ import annotations

from screens.line.reading import read_yes
from screens.line.talk import Talk
from wizard.questions import AnswerError
from wizard.session.saving import FileExists, PlanSaved, Unwritable
from wizard.session.session import Session


def saved(session: Session, name: str, talk: Talk) -> bool:
    """Write the plan, and say how that went; whether a file holds it now."""
    outcome = session.save_plan(name, careful=True)
    if isinstance(outcome, FileExists):
        came = "where this plan came from, " if outcome.origin else ""
        question = f"{outcome.path.absolute()}, {came}is there already. Replace it?"
        if not confirmed(talk, f"{question} yes or no [no]: "):
            talk.say("Not written. 'w FILE' writes to another file.")
            return False
        outcome = session.save_plan(name, replace=True)
    match outcome:
        case PlanSaved(path, same=True):
            talk.say(f"{path.absolute()} holds exactly this plan already.")
        case PlanSaved(path):
            talk.say(f"The plan is written to {path.absolute()}.")
        case Unwritable(None, reason):
            talk.say(f"The plan could not be written: that is no name of a file ({reason}).")
        case Unwritable(path, reason):
            talk.say(f"The plan could not be written to {path}: {reason}.")
    return isinstance(outcome, PlanSaved)


def confirmed(talk: Talk, prompt: str) -> bool:
    """Ask for yes or no until it is one of them; Enter alone is no."""
    while True:
        try:
            return read_yes(talk.ask(prompt))
        except AnswerError as error:
            talk.say(str(error))
