"""Random draws in parts, which run at once: each part begins from a number of its own, so that one
that fails fails again by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st


def drawn(
    part: int, examples: int, *what: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """A look at so many draws of these; the part's number decides which they are."""

    def looking(look: Callable[..., None]) -> Callable[[], None]:
        setting = settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            # Shrinking takes minutes; what differs says enough.
            phases=[Phase.generate],
        )
        begun: Callable[[], None] = seed(part)(setting(given(*what)(look)))
        return begun

    return looking
