"""Hang-ups, closed windows and signals at random moments, from the first millisecond on.

40 in `make test`, those over SSH among them; `PORTWRIGHT_BLOWS=1000` is the long run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pty.any_moment import BLOWS_OF, strike_all
from tests.pty.terminal import Terminal
from tests.tools.programs import tool

pytestmark = pytest.mark.slow

PROGRAMS = {"by_make": "make", "by_sudo": "sudo", "by_tmux": "tmux"}


@pytest.mark.timeout(0)
@pytest.mark.parametrize("begin", BLOWS_OF, ids=lambda begin: begin.__name__)
def test_nothing_goes_on_and_nothing_is_lost(
    begin: Callable[[Path], Terminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(PROGRAMS.get(begin.__name__, "sh"))
    strike_all(begin, BLOWS_OF[begin], tmp_path, monkeypatch)
