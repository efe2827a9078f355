"""What is sent to the terminal's clipboard, as it comes out of a real one; and through a real tmux."""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.wire import plan_file
from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import environ
from tests.tools.paths import ROOT
from tests.tools.programs import missing

pytestmark = pytest.mark.slow

OSC_52 = re.compile(rb"\x1b\]52;c;([^\x07]*)\x07")


def sent(terminal: Terminal) -> list[str]:
    """The texts that came, decoded strictly."""
    found = OSC_52.findall(b"".join(terminal.recorded))
    return [base64.b64decode(content, validate=True).decode("utf-8") for content in found]


@pytest.mark.parametrize("options", [(), ("--plain-driver",)], ids=["differences", "plain"])
def test_the_terminal_gets_the_row_the_table_and_the_file(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    argv = [*PORTWRIGHT, "wizard", *options, str(plan_file(tmp_path))]
    with Terminal(argv, columns=100, lines=30, environ=environ(tmp_path), cwd=tmp_path) as terminal:
        terminal.wait_for("rules?")
        terminal.press("Alt6")
        terminal.wait_for("Step 6/7")
        terminal.press("Down", "c")
        terminal.wait_for("Sent to your terminal")
        terminal.wait_for("It is in this file too")
        terminal.press("Esc", "C")
        terminal.wait_for("The table Rules, 12 rows")
        terminal.press("Esc")
        row, table = sent(terminal)
        assert row.startswith("Firewall: ")
        assert table.startswith("Firewall\tDirection\t")
        folder = tmp_path / "state/portwright/sent"
        assert (folder / "row.txt").read_bytes().decode() == row
        assert (folder / "rules.tsv").read_bytes().decode() == table
        assert stat.S_IMODE((folder / "row.txt").stat().st_mode) == 0o600
        terminal.press("Alt7")
        terminal.wait_for("Step 7/7")
        terminal.press("PageDown", "PageDown")
        terminal.wait_for("README.md")
        terminal.press("^P", *"send file rules.csv", "Enter", quiet=0.1)
        terminal.wait_for("The file rules.csv")
        assert sent(terminal)[-1] == (folder / "rules.csv").read_bytes().decode()
        # Nothing of it is seen on the screen, and what is there is whole.
        assert "52;c" not in terminal.text
        terminal.press("Esc")
        before = terminal.screen.cells()
        terminal.press("^L")
        assert terminal.screen.cells() == before
        terminal.press("^Q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_palette_is_cheap_and_does_not_blink(tmp_path: Path, size: tuple[int, int]) -> None:
    argv = [*PORTWRIGHT, "wizard", str(plan_file(tmp_path))]
    with Terminal(
        argv, columns=size[0], lines=size[1], environ=environ(tmp_path), cwd=tmp_path
    ) as terminal:
        terminal.wait_for("rules?")
        terminal.settle(0.4)
        opened = terminal.press("^P", quiet=0.3)
        assert "Find: " in terminal.text
        # Some 500 of them are for what is behind, which goes quiet.
        assert opened < (3_600 if size[0] == 80 else 5_600)
        typed = [terminal.press(letter, quiet=0.3) for letter in "export"]
        assert max(typed) < 2_000
        before = terminal.bytes
        terminal.settle(1.5, limit=3)
        assert terminal.bytes == before


def test_alt_and_a_letter_is_the_other_way_for_f_keys_even_in_a_field(tmp_path: Path) -> None:
    argv = [*PORTWRIGHT, "wizard", str(plan_file(tmp_path))]
    with Terminal(argv, environ=environ(tmp_path), cwd=tmp_path) as terminal:
        terminal.wait_for("rules?")
        terminal.press("Alt3")
        terminal.wait_for("Step 3/7")
        terminal.press("\x1bh", quiet=0.2)
        terminal.wait_for("Esc: close")
        terminal.press("Esc")
        terminal.press("\x1bp", quiet=0.2)
        terminal.wait_for(r"\[Rules")
        terminal.press("Esc")
        terminal.wait_for(r"Name of the plan +\[ +\]")


def test_through_tmux_it_reaches_its_buffer(tmp_path: Path) -> None:
    """tmux takes the sequence where `set-clipboard` is `on`: what it took is in its paste buffer."""
    if shutil.which("tmux") is None:
        missing("tmux is missing")
    plan = plan_file(tmp_path)
    settings = tmp_path / "tmux.conf"
    settings.write_text("set -g set-clipboard on\nset -g default-terminal tmux-256color\n", "utf-8")

    def tmux(*words: str) -> str:
        argv = ["tmux", "-S", str(tmp_path / "tmux"), "-f", str(settings), *words]
        environment = {
            **os.environ,
            **environ(tmp_path),
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
        }
        environment.pop("TMUX", None)
        return subprocess.run(argv, capture_output=True, text=True, env=environment).stdout

    wizard = shlex.join([*PORTWRIGHT, "wizard", str(plan)])
    tmux("new-session", "-d", "-x", "100", "-y", "30", wizard)
    try:
        shows(tmux, lambda text: "rules" in text)
        tmux("send-keys", "M-6")
        shows(tmux, lambda text: "Step 6/7" in text)
        tmux("send-keys", "Down")
        tmux("send-keys", "c")
        screen = shows(tmux, lambda text: "Sent to your terminal" in text)
        assert "set -g set-clipboard on" in " ".join(screen.split())
        assert tmux("show-buffer") == (tmp_path / "state/portwright/sent/row.txt").read_text(
            "utf-8"
        )
    finally:
        tmux("kill-server")


def shows(tmux: Callable[..., str], found: Callable[[str], bool]) -> str:
    """The screen in tmux, once it shows this."""
    deadline = time.monotonic() + 300
    while not found(text := tmux("capture-pane", "-p")):
        assert time.monotonic() < deadline, text
        time.sleep(0.1)
    return text
