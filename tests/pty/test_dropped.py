"""Nothing is lost: whatever happens to the terminal, the process or the disk, the next start goes
on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.terminal import PORTWRIGHT, Terminal, processor_seconds
from tests.pty.wizard import answer_some, environ, goes_on, start
from tests.tools.programs import missing
from tests.tools.serving import until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGKILL, -9)],
    ids=["HUP", "TERM", "KILL"],
)
def test_a_signal(tmp_path: Path, number: int, code: int) -> None:
    with start(tmp_path) as terminal:
        answer_some(terminal)
        terminal.kill(number)
        assert terminal.wait() == code
    goes_on(tmp_path)


def test_the_line_is_cut(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        answer_some(terminal)
        terminal.hang_up()
        terminal.wait()
    goes_on(tmp_path)


def test_the_line_is_cut_where_hang_ups_are_ignored(tmp_path: Path) -> None:
    """`nohup` and some process managers: the program must not go on without a terminal, at full
    load.
    """
    argv = ["sh", "-c", f"trap '' HUP; exec {' '.join(PORTWRIGHT)} wizard"]
    with Terminal(argv, environ=environ(tmp_path), cwd=tmp_path) as terminal:
        answer_some(terminal)
        terminal.hang_up()
        terminal.wait()
    goes_on(tmp_path)


@pytest.mark.parametrize("options", [(), ("--line",)])
def test_no_load_while_nobody_types(tmp_path: Path, options: tuple[str, ...]) -> None:
    with start(tmp_path, *options) as terminal:
        terminal.wait_for("CUPS")
        # What still belongs to the start may take its time, on a busy machine.
        until(lambda: seconds_worked(terminal) < 0.2)


def seconds_worked(terminal: Terminal) -> float:
    """What it works in a second in which nobody types."""
    terminal.settle(0.3)
    before = processor_seconds(terminal.pid)
    time.sleep(1)
    return processor_seconds(terminal.pid) - before


def test_a_second_window(tmp_path: Path) -> None:
    with start(tmp_path) as first, start(tmp_path) as second:
        answer_some(first)
        second.press("^Q")
        second.wait()
        with start(tmp_path) as third:
            third.wait_for("open in another window")
            third.press("Enter")
            third.wait_for("This draft is open in another window")
            third.press("^Q")
            third.wait()
        first.press("^Q")
        first.wait()
    goes_on(tmp_path)


# --- line mode -----------------------------------------------------------------------------------

# Below the first page of the products, where one of them can be written already. What is typed before
# the prompt may be lost.
PRODUCTS = r"lines\. Enter goes on, a shows all, q ends>"


def test_a_dumb_terminal_is_talked_to_in_lines(tmp_path: Path) -> None:
    with start(tmp_path, term="dumb") as terminal:
        terminal.wait_for(PRODUCTS)
        # By then it may have left the screen.
        assert b"TERM is dumb" in b"".join(terminal.recorded)
        for line in ("2", "g 3", "Office"):
            terminal.press(f"{line}\r")
        terminal.wait_for("3.2 ")
        assert b"\x1b" not in b"".join(terminal.recorded)
        terminal.hang_up()
        terminal.wait()
    goes_on(tmp_path)


def test_an_encoding_that_is_not_utf_8(tmp_path: Path) -> None:
    poor = {"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal([*PORTWRIGHT], environ={**environ(tmp_path), **poor}) as terminal:
        terminal.wait_for(PRODUCTS)
        # The list ends, then the talk does.
        terminal.press("q\r")
        terminal.wait_for(r"1\.1 Products>")
        terminal.press("q\r")
        assert terminal.wait() == 0
        assert b"".join(terminal.recorded).isascii()


def test_a_terminal_that_has_no_name(tmp_path: Path) -> None:
    with start(tmp_path, term="") as terminal:
        terminal.wait_for(PRODUCTS)
        terminal.press("\x04")
        assert terminal.wait() == 2


# --- disks ---------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 128 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)], capture_output=True
        ).returncode
    )
    if not mounted:
        missing("needs the right to mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    filler = small_disk / "filler"
    with start(small_disk) as terminal:
        terminal.wait_for("CUPS")
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        terminal.press("Down", "Space")
        terminal.wait_for("the disk is full")
        filler.unlink()
        terminal.press("Alt3")
        terminal.wait_for("Step 3/7")
        terminal.press(*"Office", "Enter", quiet=0.03)
        terminal.kill(signal.SIGKILL)
        terminal.wait()
    goes_on(small_disk)


def test_a_disk_that_cannot_be_written(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with start(small_disk) as terminal:
        terminal.wait_for("CUPS")
        terminal.press("Down", "Space")
        terminal.wait_for("the disk is read-only")
        terminal.press("Alt3")
        terminal.wait_for("Step 3/7")
        terminal.press("^Q")
        assert terminal.wait() == 0
        assert "kept in that window only" in terminal.text
