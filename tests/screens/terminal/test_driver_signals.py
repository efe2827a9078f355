"""SIGTSTP and SIGCONT come at any moment: what they do waits until nothing is being written."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.drivers.linux_driver import LinuxDriver

from screens.terminal.driver import CellDriver, PlainDriver


@pytest.mark.parametrize("kind", [PlainDriver, CellDriver])
@pytest.mark.parametrize("name", ["_sigtstp_application", "_sigcont_application"])
async def test_it_is_done_after_what_is_being_done(
    kind: type[PlainDriver], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(LinuxDriver, name, lambda self, *_: done.append(name))
    driver: Any = kind.__new__(kind)
    driver._loop = asyncio.get_running_loop()
    getattr(driver, name)(20, None)
    assert done == []
    await asyncio.sleep(0.05)
    assert done == [name]


@pytest.mark.parametrize("name", ["_sigtstp_application", "_sigcont_application"])
def test_after_the_end_it_is_no_matter(name: str) -> None:
    driver: Any = PlainDriver.__new__(PlainDriver)
    driver._loop = asyncio.new_event_loop()
    driver._loop.close()
    getattr(driver, name)(20, None)
