"""Which unfinished plan to go on with: asked when the wizard opens, and at any time after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from wizard.session.drafts import DraftError, DraftInUse
from wizard.session.shelf import list_drafts, resume, take_over

if TYPE_CHECKING:
    from screens.main.wizard import Wizard
    from wizard.session.drafts import Draft
    from wizard.session.shelf import Drafts


def offer_drafts(app: Wizard, origin: str | None = None) -> None:
    """Where there are unfinished drafts, ask what to do with them. `origin`: only those of this
    plan file.
    """
    drafts = list_drafts().of(origin)
    if drafts.problems:
        app.call_after_refresh(app.say, drafts.problems[0], bad=True)
    if drafts.drafts:
        app.call_after_refresh(choose_draft, app, drafts, origin)


def choose_draft(app: Wizard, drafts: Drafts, origin: str | None = None) -> None:
    """Ask with which of the drafts to go on."""
    # Windows come after the first frame.
    from screens.windows.drafts import NEW, UnfinishedPlans

    window = UnfinishedPlans(drafts, origin, app.catalog, app.session.draft.id)

    def closed(answer: str | None) -> None:
        if answer is None or answer == NEW:
            return
        if answer in window.in_use:
            _offer_to_take_over(app, answer)
        else:
            _take(app, partial(resume, answer, app.catalog))

    app.open_window(window, closed)


def _offer_to_take_over(app: Wizard, draft_id: str) -> None:
    from screens.windows.modals import Alternative, Choosing

    try:
        draft = resume(draft_id, app.catalog)
    except DraftInUse as error:
        words = str(error)
    except DraftError as error:
        app.say(str(error), bad=True)
        return
    else:
        app.take_draft(draft)
        return
    options = (
        Alternative("leave", "Leave it there"),
        Alternative("take", "Take it over", "the other window can only be read then"),
    )

    def closed(answer: str | None) -> None:
        if answer == "take":
            _take(app, partial(take_over, draft_id, app.catalog))
        else:
            app.say(words)

    app.open_window(Choosing(words, options, keys="Enter: do it   Esc: leave it"), closed)


def _take(app: Wizard, take_up: Callable[[], Draft]) -> None:
    try:
        app.take_draft(take_up())
    except DraftError as error:
        app.say(str(error), bad=True)
