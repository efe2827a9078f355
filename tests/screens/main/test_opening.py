"""How an app opens: one that cannot ends with words, never with an error screen; keys are handed on
in order.
"""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.main import opening
from screens.main.opening import Opening


class Failing(Opening):
    """Fails as it begins; `ending`: when it was asked to end already."""

    def __init__(self, *, ending: bool = False) -> None:
        super().__init__()
        self._to_end = ending

    def on_mount(self) -> None:
        if self._to_end:
            self.exit(3, return_code=3)
        address = ".".join(["10", "20", "30", "40"])
        raise LookupError(f"something is not there yet, {len(address)} characters")


def ended(app: Opening, capsys: pytest.CaptureFixture[str]) -> str:
    """All that is on the terminal when it has ended."""
    app.run(headless=True)
    told = capsys.readouterr()
    return told.out + told.err


def test_what_fails_for_a_known_reason_is_told_by_that(capsys: pytest.CaptureFixture[str]) -> None:
    app = Failing()
    app.excuse = lambda: "data/cups.toml: is broken"
    assert ended(app, capsys) == ""
    assert (app.refused, app.return_code) == ("data/cups.toml: is broken", 2)


def test_what_fails_while_it_is_ending_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    app = Failing(ending=True)
    assert ended(app, capsys) == ""
    assert (app.refused, app.return_code) == ("", 3)


def test_what_fails_for_no_known_reason_is_shown_without_the_values_around_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = Failing()
    report = ended(app, capsys)
    assert "something is not there yet, 11 characters" in report
    assert "on_mount" in report
    assert "10.20.30.40" not in report
    assert (app.refused, app.return_code) == ("", 1)


class Field(Static, can_focus=True):
    """Remembers the keys that it gets, and takes its time over `3`."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        super().__init__()

    async def on_key(self, event: events.Key) -> None:
        self.keys.append(event.key)
        if event.key == "3":
            await asyncio.sleep(20 * opening.PATIENCE)


class Slow(Opening):
    """`3` leads to the other field."""

    def compose(self) -> ComposeResult:
        yield Field()
        yield Field()

    def on_mount(self) -> None:
        self.let_in()

    def on_key(self, event: events.Key) -> None:
        if event.key == "3":
            self.screen.set_focus(self.query(Field).last())


async def test_a_key_waits_until_the_one_before_has_had_its_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long that takes: on a busy machine letters of a name went to the step before."""
    monkeypatch.setattr(opening, "PATIENCE", 0.005)
    app = Slow()
    async with app.run_test() as pilot:
        first, second = app.query(Field)
        first.focus()
        for key in ("3", "o", "f"):
            app.post_message(events.Key(key, key))
        while len(first.keys) + len(second.keys) < 3:
            await pilot.pause()
        assert (first.keys, second.keys) == (["3"], ["o", "f"])


class Closing(ModalScreen[None]):
    """Any key closes it, and the key goes with it."""

    async def on_key(self) -> None:
        _ = self.dismiss()


async def test_a_key_that_closes_a_window_holds_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.005)
    app = Slow()
    async with app.run_test() as pilot:
        app.query(Field).first().focus()
        await app.push_screen(Closing())
        for key in ("x", "o"):
            app.post_message(events.Key(key, key))
        while not app.query(Field).first().keys:
            await pilot.pause()
        assert app.query(Field).first().keys == ["o"]
