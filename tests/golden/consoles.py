"""Commands and what they print, as docs/review.md shows them: taken anew by running each of them."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path
from unittest.mock import patch

from tests.golden.behaviour import run
from tests.golden.examples import EXAMPLES, EXPORTED_PLAN
from tests.tools.paths import ROOT

REVIEW = ROOT / "docs" / "review.md"
_BLOCK = re.compile(r"(?<=^```console\n)\$ .*?(?=^```$)", re.DOTALL | re.MULTILINE)
_REQUEST = (
    ('reference = "CHG-2003"', 'reference = "CHG-2103"'),
    ("review = 2028-02-01", "review = 2029-02-01"),
)
# What the page has its reader answer in the wizard, and the name under which it is saved.
_SAVED = {
    "reviewed.toml": _REQUEST,
    "next.toml": (*_REQUEST, ("mfp-canon = {}\n", "mfp-canon = {}\nmfp-hp = {}\n")),
}


def renewed(page: str) -> str:
    """The page with what its commands print today, in a folder that has `examples` and the saved plans."""
    home = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"COLUMNS": "80"}):
        Path(folder, "examples").symlink_to(EXAMPLES)
        for name, changes in _SAVED.items():
            Path(folder, name).write_text(_saved(changes), encoding="utf-8")
        with contextlib.chdir(folder):
            text = _BLOCK.sub(_taken, page)
    assert Path.cwd() == home
    return text


def _saved(changes: tuple[tuple[str, str], ...]) -> str:
    text = EXPORTED_PLAN.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def _taken(block: re.Match[str]) -> str:
    """One block: each command, and below it what it prints."""
    lines: list[str] = []
    for command in re.findall(r"^\$ (.*)", block[0], re.MULTILINE):
        lines += [f"$ {command}", *_printed(command.split())]
    return "\n".join(lines) + "\n"


def _printed(words: list[str]) -> list[str]:
    if words[:2] == ["head", "-n"]:
        return Path(words[3]).read_text("utf-8").splitlines()[: int(words[2])]
    assert words[0] == "portwright", words
    # The exit code stands in brackets at the end.
    return run(*words[1:]).decode().rpartition("[")[0].rstrip("\n").splitlines()
