"""Where an answer stands in the plan: `read` and `write` by the key's path, with nothing judged."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec

from wizard.plan.model import Placement, Plan
from wizard.questions.model import Value


def read(plan: Plan, key: str) -> Value:
    """What the plan holds under the key; None where it holds nothing. A feature's key: whether it
    is on.
    """
    found: Any = plan
    parts = key.split(".")
    for part in parts:
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
        if found is None:
            return False if parts[2:3] == ["features"] else None
    if parts[2:3] == ["features"]:
        return True
    return found if isinstance(found, (bool, int, str, datetime.date, tuple)) else None


def write(plan: Plan, key: str, value: Value) -> Plan:
    """The plan with the value under the key; None takes the entry away or sets the part's default."""
    written: Plan = _written(plan, key.split("."), value)
    return written


def _written(part: Any, path: list[str], value: Value) -> Any:
    head, rest = path[0], path[1:]
    if isinstance(part, dict):
        # The only tables that a key leads through and that may lack the name are those of
        # placements.
        below = _written(part.get(head, Placement()), rest, value) if rest else value
        # A placement that says nothing is no placement: the general or built-in one counts again.
        if below is None or below == Placement():
            return {key: kept for key, kept in part.items() if key != head}
        return {**part, head: below}
    if rest:
        return msgspec.structs.replace(part, **{head: _written(getattr(part, head), rest, value)})
    if value is None:
        value = next(field.default for field in msgspec.structs.fields(part) if field.name == head)
    return msgspec.structs.replace(part, **{head: value})
