"""How far the plan is: the state of each step, the step of a key, the answer in which two plans
differ. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from screens.board.derived import Derived
from screens.steps.base import FormStep
from screens.widgets.bars import Stage, State
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.questions import STEPS, AnswerError, StepId, applies, question_at
from wizard.session.drafts import Draft


def stages(
    catalog: Catalog,
    plan: Plan,
    derived: Derived | None,
    now: StepId,
    visited: set[StepId],
    forms: Mapping[StepId, FormStep],
) -> tuple[Stage, ...]:
    """Every step with its state, in a glyph's name and in words."""
    open_in: dict[str, int] = {}
    for question in derived.open if derived is not None else ():
        open_in[question.step] = open_in.get(question.step, 0) + 1
    errors = (
        sum(f.severity == "error" for f in derived.deployment.findings)
        if derived is not None
        else 0
    )
    result = []
    for number, step in enumerate(STEPS, start=1):
        wrong = len(forms[step.id].problems)
        waiting = open_in.get(step.id, 0)
        state: State
        note: str
        if not applies(catalog, plan, step.id):
            state, note = "skipped", "not yet"
        elif wrong:
            state, note = "open", f"{wrong} to mend"
        elif step.id == "review" and errors:
            state, note = "open", f"{errors} {'error' if errors == 1 else 'errors'}"
        elif waiting and (step.id in visited or step.id == now):
            state, note = "open", f"{waiting} open"
        elif step.id in visited and not (unfinished := forms[step.id].unfinished()):
            state, note = "done", "done"
        elif step.id in visited:
            state, note = "later", unfinished
        else:
            state, note = "later", f"{waiting} open" if waiting else "to come"
        if step.id == now:
            note = note if wrong or waiting else "you are here"
            state = "now"
        result.append(Stage(step.id, number, step.title, state, note))
    return tuple(result)


def been(draft: Draft) -> set[StepId]:
    """The steps that somebody has been at: up to the draft's own, and all that a saved plan
    answers.
    """
    steps = [step.id for step in STEPS]
    seen = set(steps[: steps.index(draft.step) + 1])
    if draft.origin:
        seen |= set(steps[: steps.index("review")])
    return seen


def key_to_step(catalog: Catalog, plan: Plan, key: str) -> StepId:
    """The step that a row's key stands in; row keys are questions' keys or begin with what they
    name.
    """
    try:
        return question_at(catalog, plan, key.partition("=")[0]).step
    except AnswerError:
        # A zone, feature or firewall that is no more.
        first, _, rest = key.replace(":", ".").replace("+", ".").partition(".")
        if first in ("zone", "zones", "roles"):
            return "network"
        if first in ("firewall", "firewalls", "proxy"):
            return "firewalls"
        return "features" if first == "products" and rest else "products"


def what_changed(catalog: Catalog, before: Plan, after: Plan) -> tuple[str | None, str]:
    """The key of the first answer in which two plans differ, and words for it."""
    for key in _differences(before, after):
        for plan in (after, before):
            for candidate in (key, *_instead(key)):
                try:
                    question = question_at(catalog, plan, candidate)
                except AnswerError:
                    continue
                return candidate, question.label
        part, _, name = key.partition(".")
        if part in ("zones", "firewalls"):
            return (
                "zone+" if part == "zones" else "firewall:" + name
            ), f"{part[:-1]} {name}".strip()
        if part == "products":
            return "products", "Products"
    return None, "the last answer"


def _differences(before: Plan, after: Plan) -> list[str]:
    """Paths at which the plans differ, as keys."""
    found: list[str] = []
    _compare((), msgspec.to_builtins(before), msgspec.to_builtins(after), found)
    # A preset changes much at once; the zones say it best.
    return sorted(found, key=lambda key: not key.startswith("zones"))


def _compare(path: tuple[str, ...], before: object, after: object, found: list[str]) -> None:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            if key not in before or key not in after:
                found.append(".".join((*path, key)))
            else:
                _compare((*path, key), before[key], after[key], found)
    elif before != after:
        found.append(".".join(path))


def _instead(key: str) -> tuple[str, ...]:
    """Keys of questions that stand for a whole table: a placement that came or went."""
    parts = key.split(".")
    if parts[0] == "roles" and len(parts) == 2:
        return (f"{key}.zones",)
    if parts[0] == "zones" and len(parts) == 2:
        return (f"{key}.networks",)
    if parts[0] == "firewalls" and len(parts) == 2:
        return (f"{key}.kind",)
    if parts[0] == "products" and len(parts) == 2:
        return ("products",)
    return ()
