"""Text made harmless: each helper keeps its promise for anything that comes in."""

from __future__ import annotations

import subprocess

import pytest

from exporters import safe
from tests.tools.hostile import hostile_to
from wizard.text import one_line


@pytest.mark.parametrize("text", [text for text in hostile_to("shell") if "\ud83d" not in text])
def test_shell_word_is_one_word(text: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"printf %s {safe.shell_word(text)}"], capture_output=True, check=True
    )
    assert done.stdout.decode() == one_line(text, 4000)
    assert done.stderr == b""
