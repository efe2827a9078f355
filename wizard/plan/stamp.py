"""A catalog and a plan → what every file that is made of them carries: whose request it is, and of
which plan, program and facts.
"""

from __future__ import annotations

import datetime
import hashlib
from functools import cache

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.model import Plan, changed
from wizard.plan.origin import FromPreset, Recorded
from wizard.tables import where

# Hexadecimal digits of a plan's digest.
DIGITS = 16


class Stamp(msgspec.Struct, frozen=True):
    """`plan` is the digest of the plan's answers; what the plan does not say is empty."""

    plan: str
    portwright: str
    facts: str
    reference: str
    requester: str
    review: str

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(name, text) of all that is known, in one order."""
        return tuple(where(bool, msgspec.structs.asdict(self)).items())


def stamp_of(catalog: Catalog, plan: Plan) -> Stamp:
    """The same plan, program and facts give the same stamp, on any day and machine."""
    request, edition = plan.request, catalog.edition
    return Stamp(
        plan=plan_digest(plan),
        portwright=_version(),
        facts=f"{edition.version} of {edition.date}" if edition else "",
        reference=request.reference or "",
        requester=request.requester or "",
        review=request.review.isoformat() if request.review else "",
    )


def made_with_text(stamp: Stamp) -> str:
    """`Portwright 0.2.0, facts 2026.2 of 2026-11-26`."""
    return f"Portwright {stamp.portwright}" + (f", facts {stamp.facts}" if stamp.facts else "")


def plan_digest(plan: Plan) -> str:
    """16 hexadecimal digits that differ where an answer differs.

    Neither defaults nor the facts that a plan was saved with count, nor what it began with: a plan
    means the same after an upgrade that knows more questions.
    """
    import json  # who only shows a plan needs no stamp

    answers = _answers(changed(plan, catalog=Recorded(), preset=FromPreset()))
    text = json.dumps(answers, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _answers(value: object) -> object:
    """A part of a plan as plain values, without what is at its default."""
    if isinstance(value, msgspec.Struct):
        answers: dict[str, object] = {}
        for field in _fields(type(value)):
            answer = getattr(value, field.name)
            if answer != field.default and answer not in ((), {}):
                answers[field.encode_name] = _answers(answer)
        return answers
    if isinstance(value, dict):
        return {str(key): _answers(answer) for key, answer in value.items()}
    if isinstance(value, tuple):
        return list(map(_answers, value))
    return value.isoformat() if isinstance(value, datetime.date) else value


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(kind)


@cache
def _version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version("portwright")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
