"""How line mode opens and ends: drafts to go on with, the plan file, writing it back."""

from __future__ import annotations

import contextlib

from screens.files import Files
from screens.line.commands import spelled_out
from screens.line.missing import OnlyMissing
from screens.line.mode import LineWizard
from screens.line.reading import read_number
from screens.line.saving import confirmed, saved
from screens.line.talk import Left, Talk, numbered
from wizard.facts.model import Catalog
from wizard.plan.catalog import made_with
from wizard.plan.model import Plan
from wizard.questions import AnswerError
from wizard.session.drafts import Draft, DraftError, DraftInUse, new_draft
from wizard.session.session import Session
from wizard.session.shelf import (
    COPY_ELSEWHERE,
    Drafts,
    copied,
    discard,
    list_drafts,
    rename,
    restore,
    resume,
    take_over,
)

_NOBODY = (
    "The wizard asks questions, and the input ended before the first answer. To work without"
    " questions: portwright export PLAN --to DIR writes the files of a plan; portwright schema"
    " describes the plan file."
)


def run_lines(
    catalog: Catalog,
    talk: Talk,
    plan: Plan | None = None,
    origin: str | None = None,
    only_missing: bool = False,
) -> int:
    """The wizard in line mode, on a plan from the file `origin` where one is given. Returns the
    exit code.
    """
    wizard: LineWizard | None = None
    code = 0
    try:
        begun = plan or made_with(catalog, Plan())
        draft = offer_drafts(talk, catalog, origin) or new_draft(begun, origin=origin)
        session = Session(catalog, draft, Files())
        wizard = (OnlyMissing if only_missing else LineWizard)(session, talk)
        wizard.run()
        if only_missing:
            _write_back(wizard)
    except Left as left:
        if not left.asked_for and talk.answers == 0:
            code = 2
    except KeyboardInterrupt:
        code = 130
    finally:
        with contextlib.suppress(Left):
            talk.say("", _NOBODY if code == 2 else farewell(wizard.session if wizard else None))
        if wizard is not None:
            wizard.session.draft.close()
    return code


def farewell(session: Session | None) -> str:
    """What is said when line mode is left."""
    if session is not None and session.trouble is not None:
        return f"{session.trouble} The last answers were kept in this window only."
    if session is None or not session.draft.path.exists():
        return "Nothing is kept as a draft."
    return "The draft is kept: portwright wizard goes on with it."


def offer_drafts(talk: Talk, catalog: Catalog, origin: str | None) -> Draft | None:
    """Ask what to do with unfinished plans; None: begin anew. `origin`: only those of this plan
    file.

    Raises:
        Left: where the person leaves.
    """
    drafts = list_drafts().of(origin)
    talk.say(*drafts.problems)
    return choose_draft(talk, catalog, origin, drafts) if drafts.drafts else None


def choose_draft(talk: Talk, catalog: Catalog, origin: str | None, drafts: Drafts) -> Draft | None:
    """Ask until one is taken, or a new plan (None).

    Raises:
        Left: where the person leaves.
    """
    anew = "The plan as it is in the file" if origin else "A new plan"
    last_discarded = ""
    while drafts.drafts or drafts.discarded:
        talk.say("", "Unfinished plans:")
        going_on = [f"Go on with: {draft.title} ({draft.state})" for draft in drafts.drafts]
        back = [f"Discarded: {draft.title} ({draft.age()})" for draft in drafts.discarded]
        choices = [f"  {line}" for line in numbered([*going_on, anew, *back])]
        below = talk.listed(choices)
        discards = (
            "; d 1 discards the first, c 1 copies it, r 1 NAME renames it" if going_on else ""
        )
        undoes = "; u takes that back" if last_discarded else ""
        restores = "; the number of a discarded one brings it back" if back else ""
        if not below:
            talk.say(
                f"Write a number; Enter takes the first{discards}{undoes}{restores}; q leaves."
            )
        written = below or talk.ask("Plan> ")
        text = written.casefold()
        if "q" in (text, spelled_out(text)):
            raise Left(asked_for=True)
        try:
            if text == "u" and last_discarded:
                restore(last_discarded)
                last_discarded = ""
            elif text.startswith("d"):
                last_discarded = drafts.drafts[read_number(text[1:], len(going_on)) - 1].id
                discard(last_discarded)
            elif text[:1] in ("c", "r") and text[1:2] in ("", " "):
                talk.say(_copied_or_renamed(catalog, drafts, written, alone=origin is not None))
            else:
                at = read_number(text or "1", len(going_on) + 1 + len(back)) - 1
                if at == len(going_on):
                    return None
                if at < len(going_on):
                    return _taken_up(talk, catalog, drafts.drafts[at].id)
                restore(drafts.discarded[at - len(going_on) - 1].id)
        except (AnswerError, DraftError) as error:
            talk.say(str(error))
        drafts = list_drafts().of(origin)
    return None


def _copied_or_renamed(catalog: Catalog, drafts: Drafts, written: str, *, alone: bool) -> str:
    """`c 1` or `r 1 NAME`: words for what was done. `alone`: only one file's drafts are listed.

    Raises:
        AnswerError: for no number of a draft, or no name.
        DraftError: where it can't be done.
    """
    letter, number, name = [*written.split(maxsplit=2), "", ""][:3]
    draft = drafts.drafts[read_number(number, len(drafts.drafts)) - 1]
    if letter.casefold() == "c":
        copied(draft.id)
        return f"Copied: {draft.title}.{COPY_ELSEWHERE if alone else ''}"
    if not name:
        raise AnswerError("Write the new name behind the number: r 1 Branch in the north.")
    rename(draft.id, name, catalog)
    return f"Renamed: {name}."


def _taken_up(talk: Talk, catalog: Catalog, draft_id: str) -> Draft:
    """The draft; where another window has it, taken over if that is wanted.

    Raises:
        DraftError: where it can't be had.
    """
    try:
        return resume(draft_id, catalog)
    except DraftInUse as error:
        if not confirmed(
            talk, f"{error} Take it over? That window can only be read then. yes or no [no]: "
        ):
            raise DraftError("It stays where it is.") from None
    return take_over(draft_id, catalog)


def _write_back(wizard: LineWizard) -> None:
    """Offer to write the answers back into the file."""
    waiting = len(wizard.derived.open)
    wizard.talk.say(
        "", f"Questions that stay open: {waiting}." if waiting else "Nothing is open any more."
    )
    if saved(wizard.session, "", wizard.talk):
        try:
            wizard.session.draft.finish()
        except DraftError as error:
            wizard.talk.say(str(error))
