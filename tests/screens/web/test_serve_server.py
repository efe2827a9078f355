"""The server behind `portwright serve`: who may come in, and a wizard for each tab."""

from __future__ import annotations

import pytest

from screens.web.window import environment

pytestmark = pytest.mark.slow


# --- who may come in -----------------------------------------------------------------------------


# --- a wizard for a tab --------------------------------------------------------------------------


def test_the_wizard_sees_the_terminal_in_the_page_and_not_the_servers() -> None:
    before = {
        "HOME": "/home/kim",
        "SSH_CONNECTION": "1 2 3 4",
        "TERM": "dumb",
        "LC_ALL": "C",
        "LINES": "5",
        "COLUMNS": "5",
        "PYTHONIOENCODING": "latin-1",
        "TEXTUAL_DRIVER": "some.other:Driver",
        "TMUX": "/tmp/tmux",
    }
    after = environment(before, 120, 40)
    assert after["HOME"] == "/home/kim"
    assert after["SSH_CONNECTION"] == "1 2 3 4"
    assert (after["TERM"], after["COLUMNS"], after["ROWS"]) == ("xterm-256color", "120", "40")
    assert not {"LC_ALL", "LINES", "PYTHONIOENCODING", "TEXTUAL_DRIVER", "TMUX"} & after.keys()
