"""How line mode opens and ends: drafts to go on with, the plan file, writing it back."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from screens.line.missing import OnlyMissing
from screens.line.mode import LineWizard
from screens.line.reading import read_number
from screens.line.saving import save_plan
from screens.line.talk import Left, Talk, numbered
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.questions import STEPS, AnswerError, StepId
from wizard.session.drafts import (
    Draft,
    DraftError,
    Summary,
    discard,
    list_drafts,
    new_draft,
    resume,
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
    draft: Draft | None = None
    wizard: LineWizard | None = None
    code = 0
    try:
        draft = offer_drafts(talk, catalog, origin) or new_draft(plan, origin=origin)
        wizard = (OnlyMissing if only_missing else LineWizard)(catalog, draft, talk)
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
            talk.say("", _NOBODY if code == 2 else farewell(draft, wizard))
        if draft is not None:
            draft.close()
    return code


def farewell(draft: Draft | None, wizard: LineWizard | None) -> str:
    """What is said when line mode is left."""
    if wizard is not None and wizard.trouble:
        return f"{wizard.trouble} The last answers were kept in this window only."
    if draft is None or not draft.path.exists():
        return "Nothing is kept as a draft."
    return "The draft is kept: portwright wizard goes on with it."


def offer_drafts(talk: Talk, catalog: Catalog, origin: str | None) -> Draft | None:
    """Ask what to do with unfinished plans; None: begin anew. `origin`: only those of this plan
    file.

    Raises:
        Left: where the person leaves.
    """
    found = list_drafts()
    talk.say(*found.problems)
    drafts = [one for one in found.drafts if origin is None or one.origin == origin]
    titles = {step.id: step.title for step in STEPS}
    anew = "The plan as it is in the file" if origin else "A new plan"
    while drafts:
        talk.say("", "Unfinished plans:")
        talk.say(*numbered([*(_words(one, titles) for one in drafts), anew]), indent="  ")
        talk.say("Write a number; Enter takes the first; d 1 discards the first; q leaves.")
        text = talk.ask()
        if text.casefold() == "q":
            raise Left(asked_for=True)
        try:
            if text.casefold().startswith("d"):
                discarded = drafts[read_number(text[1:], len(drafts)) - 1]
                discard(discarded.id)
                drafts.remove(discarded)
                continue
            at = read_number(text or "1", len(drafts) + 1) - 1
            return resume(drafts[at].id, catalog) if at < len(drafts) else None
        except (AnswerError, DraftError) as error:
            talk.say(str(error))
    return None


def _words(one: Summary, titles: Mapping[StepId, str]) -> str:
    name = one.name or ", ".join(one.products) or "without a name"
    note = "open in another window" if one.in_use else f"{titles[one.step]}, {one.age()}"
    return f"Go on with: {name} ({note})"


def _write_back(wizard: LineWizard) -> None:
    """Offer to write the answers back into the file."""
    left = len(wizard.derived.open)
    wizard.talk.say(
        "", f"Questions that stay open: {left}." if left else "Nothing is open any more."
    )
    said = save_plan(wizard.catalog, wizard.plan, wizard.draft.origin, "", wizard.talk)
    wizard.talk.say(said)
    if not said.startswith("Not written") and "could not" not in said:
        try:
            wizard.draft.discard()
        except DraftError as error:
            wizard.talk.say(str(error))
