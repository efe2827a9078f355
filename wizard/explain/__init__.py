"""The way of one connection: every firewall and the rule there that lets it through, or where it
stops.

`explain(deployment, source, destination, "9191/tcp")` → an `Explanation`: `allowed`, `hops`, in
words why it `stops`, and `nearest`: what would open it, each with the `key` of the question to go
to, a `label`, and every answer that has to be given (`steps`). `allowed` tells only whether it gets
through, and compiles nothing. The values are in `values.py`; take them from here.
"""

from __future__ import annotations

import msgspec

from wizard.deployment import Deployment
from wizard.explain.openers import remedies
from wizard.explain.values import (
    Because,
    Explanation,
    Hop,
    NeverAnswer,
    Opener,
    OpenStep,
    QuestionError,
)
from wizard.explain.way import way_of

__all__ = [
    "Because",
    "Explanation",
    "Hop",
    "NeverAnswer",
    "OpenStep",
    "Opener",
    "QuestionError",
    "allowed",
    "explain",
]


def explain(deployment: Deployment, source: str, destination: str, service: str) -> Explanation:
    """The way from `source` to `destination` (addresses, CIDRs, role or zone names) for
    `PORT/TRANSPORT`, and where it stops what would open it.

    A role can be at another place for each product: the first product for which it gets through
    answers.

    Raises:
        QuestionError: for a name that the plan does not know, or a service that is none.
    """
    way = way_of(deployment, source, destination, service)
    # What must never be is not to be opened by anything.
    if way.allowed or not way.hops or any(answer.whole for answer in way.never):
        return way
    return msgspec.structs.replace(way, nearest=remedies(deployment, way))


def allowed(deployment: Deployment, source: str, destination: str, service: str) -> bool:
    """Whether a connection gets through.

    Raises:
        QuestionError: as `explain` does.
    """
    return way_of(deployment, source, destination, service).allowed
