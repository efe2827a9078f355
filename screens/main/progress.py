"""How far the plan is: the state of each step, the step of a key, the answer in which two plans
differ. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from operator import attrgetter

from screens.board.derived import Derived
from screens.steps.base import FormStep
from screens.widgets.bars import State, StepState
from screens.widgets.rows import RowKey, Spot
from wizard.facts.model import Catalog
from wizard.plan.field import ChoiceKey
from wizard.plan.fields import field_of
from wizard.plan.keys import Key, ZoneKey
from wizard.plan.model import Plan
from wizard.plan.stored import differences
from wizard.questions import STEPS, AnswerError, StepId, applies, question_at, questions
from wizard.session.drafts import Draft
from wizard.views.words import plural


def stages(
    catalog: Catalog,
    plan: Plan,
    derived: Derived | None,
    now: StepId,
    visited: set[StepId],
    forms: Mapping[StepId, FormStep],
) -> tuple[StepState, ...]:
    """Every step with its state, in a glyph's name and in words."""
    open_in: dict[str, int] = {}
    for question in derived.open if derived is not None else ():
        open_in[question.step] = open_in.get(question.step, 0) + 1
    errors_in: Counter[StepId] = Counter()
    if derived is not None:
        errors_in.update(key_to_step(catalog, plan, key) for key in derived.errors_by_key)
        errors_in["review"] = sum(f.severity == "error" for f in derived.deployment.findings)
    result = []
    for number, step in enumerate(STEPS, start=1):
        # What was not looked at yet has nothing to mend.
        form = forms.get(step.id)
        wrong = len(not_taken(catalog, plan, form)) if form else 0
        waiting = open_in.get(step.id, 0)
        state: State
        note: str
        if not applies(catalog, plan, step.id):
            state, note = "skipped", "not yet"
        elif wrong:
            state, note = "open", f"{wrong} to mend"
        elif errors := errors_in[step.id]:
            state, note = "open", plural(errors, "error")
        elif waiting and (step.id in visited or step.id == now):
            state, note = "open", f"{waiting} open"
        elif step.id in visited:
            unfinished = form.unfinished() if form else ""
            state, note = ("later", unfinished) if unfinished else ("done", "done")
        else:
            state, note = "later", f"{waiting} open" if waiting else "to come"
        if step.id == now:
            note = note if wrong or waiting or errors_in[step.id] else "you are here"
            state = "now"
        result.append(StepState(step.id, number, step.title, state, note))
    return tuple(result)


def not_taken(catalog: Catalog, plan: Plan, form: FormStep) -> tuple[RowKey, ...]:
    """The rows of a step whose text could not be taken. What is asked no more waits for an undo."""
    if not form.problems:
        return ()
    asked = set(map(attrgetter("key"), questions(catalog, plan, form.id)))
    return tuple(key for key in form.problems if isinstance(key, str) or key in asked)


def been(draft: Draft) -> set[StepId]:
    """The steps that somebody has been at: up to the draft's own, and all that a saved plan
    answers.
    """
    steps = list(map(attrgetter("id"), STEPS))
    last = max(steps.index(draft.step), steps.index("review") - 1 if draft.origin else 0)
    return set(steps[: last + 1])


def key_to_step(catalog: Catalog, plan: Plan, key: RowKey) -> StepId:
    """The step that a row stands in, also where what it names is no more."""
    match key:
        case ChoiceKey(question):
            return key_to_step(catalog, plan, question)
        case Spot("zone" | "zone+"):
            return "network"
        case Spot("firewall" | "firewall+"):
            return "firewalls"
        case Key():
            try:
                return question_at(catalog, plan, key).step
            except AnswerError:
                field = field_of(key)
                return field.step if field is not None else "features"
        case _:
            return "products"


def first_difference(catalog: Catalog, before: Plan, after: Plan) -> tuple[Key | None, str]:
    """The key of the first answer in which two plans differ, and words for it."""
    # A preset changes much at once; the zones say it best.
    keys = sorted(differences(before, after), key=lambda key: not isinstance(key, ZoneKey))
    for key in keys:
        for plan in (after, before):
            with suppress(AnswerError):
                return key, question_at(catalog, plan, key).label
    return None, "the last answer"
