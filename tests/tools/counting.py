"""How much work a call does, as a number that is the same on every machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any


def calls_made(function: Callable[[], object]) -> int:
    """The function calls, Python's own included, that a call makes."""
    count = 0

    def counting(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    # What earlier tests left to be cleared away is not this call's work.
    gc.collect()
    gc.disable()
    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        function()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count
