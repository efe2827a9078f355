"""What several formats make of one deployment is made once: the document, the picture."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from wizard.deployment import Deployment

T = TypeVar("T")


def made_once(make: Callable[[Deployment], T]) -> Callable[[Deployment], T]:
    """The same function, which remembers what it made last for as long as that deployment lives.

    A deployment never changes, so that what is made of it does not either.
    """
    last: list[tuple[weakref.ref[Deployment], T]] = []

    @wraps(make)
    def kept(deployment: Deployment) -> T:
        for known, made in last[:]:
            if known() is deployment:
                return made
        made = make(deployment)
        last[:] = [(weakref.ref(deployment, lambda _: last.clear()), made)]
        return made

    return kept
