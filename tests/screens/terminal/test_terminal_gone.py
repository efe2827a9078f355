"""A terminal that goes while the driver reads and writes: each way of the kernel to say so."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import IO, cast

import pytest
from textual.app import App

from screens.terminal.driver import HUNG_UP, PlainDriver


class Gone:
    """A terminal's file on which nothing can be written any more."""

    def fileno(self) -> int:
        return 2

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")

    flush = close = lambda self: None


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal."""
    master, slave = os.openpty()
    yield master, slave
    for number in (master, slave):
        try:
            os.close(number)
        except OSError:
            # The test has closed it.
            continue


class Watched(App[None]):
    """Counts its ends."""

    ended: list[int]

    def exit(self, result: None = None, return_code: int = 0, message: object = None) -> None:
        self.ended.append(return_code)


async def ended_with(fileno: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the driver's input thread ends the app with, reading from this file."""
    app = Watched()
    app.ended = []
    monkeypatch.setattr(sys, "__stdin__", os.fdopen(fileno, closefd=False))
    driver = PlainDriver(app)
    thread = Thread(target=driver.run_input_thread)
    thread.start()
    await asyncio.to_thread(thread.join)
    await asyncio.sleep(0)
    return app.ended


async def test_hung_up(pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    os.close(pair[0])
    assert await ended_with(pair[1], monkeypatch) == [HUNG_UP]


async def test_end_of_file(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(writer)
    assert await ended_with(reader, monkeypatch) == [HUNG_UP]
    os.close(reader)


async def test_a_failing_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(fileno: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("screens.terminal.driver.os.read", failing)
    with (tmp_path / "empty").open("w+") as file:
        assert await ended_with(file.fileno(), monkeypatch) == [HUNG_UP]


async def test_what_is_written_on_no_terminal_blocks_nobody(
    pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stdin__", os.fdopen(pair[1], closefd=False))
    monkeypatch.setattr(sys, "__stderr__", cast(IO[str], Gone()))
    app = Watched()
    app.ended = []
    driver = PlainDriver(app)
    driver.start_application_mode()
    for _ in range(200):
        driver.write("x")
    os.close(pair[0])
    driver.stop_application_mode()
    driver.close()
    assert driver._writer_thread is not None
    assert not driver._writer_thread.is_alive()
