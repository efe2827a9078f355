"""A file of `data/` that is broken, in whatever way: plain words on the terminal and exit code 2,
no error screen.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import environ
from tests.tools.paths import ROOT

pytestmark = pytest.mark.slow

PLAN = """format = 1
[products.papercut-mf.features]
mfp-toshiba = { sdk = ["sdk1"] }
"""
# What is replaced in which file, and what is said. The last ones only the whole catalog's check
# finds: after the first frame, or in the midst of it where the plan needs what is broken.
BROKEN = {
    "no TOML": ("cups.toml", r"(?s).*", "[product", r"data/cups\.toml: not valid TOML"),
    "presets": ("presets.toml", r"(?m)^name = .*$", "", r"data/presets\.toml: .*name"),
    "no base": ("papercut-ng.toml", r'(?m)^base = ".*"', 'base = "nobody"', "no product 'nobody'"),
    "condition": (
        "papercut-mf.toml",
        r"(?s)\A(.*?\[flows\.[^\n]*\n)",
        r"\1when = [[]]\n",
        "each list in it names a feature",
    ),
    "role": ("papercut-mf.toml", r'(?m)^from = ".*"', 'from = "nobody"', "no role 'nobody'"),
    "feature": (
        "papercut-mf.toml",
        r'(?m)^feature = ".*"',
        'feature = "none"',
        "no feature 'none'",
    ),
    "document": (
        "papercut-mf.toml",
        r'(?m)^document = ".*"',
        'document = "none"',
        "no document 'none'",
    ),
    "another product's": ("cups.toml", r'(?m)^to = ".*"', 'to = "nobody"', "no role 'nobody'"),
    "listener": (
        "papercut-mf.toml",
        r'(?m)^listener = ".*"',
        'listener = "none"',
        "no listener 'none'",
    ),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a `data/` of its own."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("wizard", "screens", "exporters", "data"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def said_by(program: Path, home: Path, *words: str) -> str:
    """What the wizard leaves on the terminal."""
    place = {**environ(home), "PYTHONPATH": str(program)}
    with Terminal([*PORTWRIGHT, *words], environ=place, cwd=home, columns=200) as terminal:
        terminal.send(b"\x1b[B 3")
        assert terminal.wait() == 2, terminal.text
        # After the last picture, if there was one.
        return b"".join(terminal.recorded).rpartition(b"\x1b[?1049l")[2].decode()


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("words", [(), ("plan.toml",)], ids=["new", "plan"])
def test_the_wizard_says_it(
    program: Path, tmp_path: Path, how: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, "utf-8")
    name, pattern, broken, told = BROKEN[how]
    path = program / "data" / name
    whole = path.read_text("utf-8")
    assert re.search(pattern, whole)
    try:
        path.write_text(re.sub(pattern, broken, whole), "utf-8")
        said = said_by(program, tmp_path, "wizard", *words)
    finally:
        path.write_text(whole, "utf-8")
    assert re.search(told, said), said
    assert not re.search("Traceback|─", said), said


@pytest.mark.parametrize("content", [None, b"\xff"], ids=["missing", "no text"])
def test_every_command_says_it(program: Path, tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, "utf-8")
    path = program / "data" / "documents.toml"
    whole = path.read_bytes()
    try:
        path.unlink() if content is None else path.write_bytes(content)
        said_by(program, tmp_path, "wizard")
        for words in (
            ["catalog"],
            ["check", "plan.toml"],
            ["schema"],
            ["serve", "--port", "0", "plan.toml"],
        ):
            done = subprocess.run(
                [*PORTWRIGHT, *words],
                env={**environ(tmp_path), "PYTHONPATH": str(program)},
                cwd=tmp_path,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 2, done
            assert re.search(r"data/documents\.toml: (is missing|not UTF-8)", done.stderr), (
                done.stderr
            )
            assert "Traceback" not in done.stderr
    finally:
        path.write_bytes(whole)
