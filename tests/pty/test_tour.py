"""The tour on a real terminal: every scene is what the pictures say, and the recording is of this
wizard.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pty.screen import Screen
from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import environ
from tests.tour import CAST, COLUMNS, LINES, PICTURES, STORY, play

pytestmark = pytest.mark.slow


def test_a_terminal_shows_what_the_pictures_show(tmp_path: Path) -> None:
    with Terminal(
        [*PORTWRIGHT, "wizard"],
        columns=COLUMNS,
        lines=LINES,
        environ=environ(tmp_path),
        cwd=tmp_path,
    ) as terminal:
        for scene, _ in play(terminal):
            assert terminal.text.rstrip() == pictured(scene.name), scene.name


def test_the_recording_shows_the_scenes_too() -> None:
    import pyte

    head, *events = (json.loads(line) for line in CAST.read_text("utf-8").splitlines())
    assert (head["version"], head["width"], head["height"]) == (2, COLUMNS, LINES)
    screen = Screen(COLUMNS, LINES)
    stream = pyte.Stream(screen)
    seen = []
    for _, kind, data in events:
        if kind == "o":
            stream.feed(data)
        else:
            seen.append((data, screen.text().rstrip()))
    assert seen == [(scene.says, pictured(scene.name)) for scene in STORY], (
        "make tour records it anew"
    )


def pictured(name: str) -> str:
    """The text beside a picture, without the lines about it."""
    text = (PICTURES / f"{name}.txt").read_text("utf-8")
    return text.partition("\n\n")[2].rstrip()
