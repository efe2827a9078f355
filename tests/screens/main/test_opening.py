"""How an app ends that could not open: with words, never with an error screen."""

from __future__ import annotations

import pytest

from screens.main.opening import Opening


class Failing(Opening):
    """Fails as it begins; `ending`: when it was asked to end already."""

    def __init__(self, *, ending: bool = False) -> None:
        super().__init__()
        self._to_end = ending

    def on_mount(self) -> None:
        if self._to_end:
            self.exit(3, return_code=3)
        raise LookupError("something is not there yet")


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


def test_what_fails_for_no_known_reason_is_shown_in_full(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = Failing()
    assert "something is not there yet" in ended(app, capsys)
    assert (app.refused, app.return_code) == ("", 1)
