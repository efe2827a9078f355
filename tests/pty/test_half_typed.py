"""What is half typed is not lost, whatever ends the wizard; and nothing wakes it while nobody types."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal, processor_seconds
from tests.pty.wizard import start, tick
from tests.tools.serving import until
from wizard.session.draft_file import read_draft

pytestmark = pytest.mark.slow


def half_type(terminal: Terminal) -> None:
    """A product, and in the third step half a name that is not handed over."""
    terminal.wait_for("CUPS")
    tick(terminal, "CUPS")
    terminal.press("Alt3")
    terminal.wait_for("Step 3/7")
    terminal.press(*"Branch of", quiet=0.02)
    terminal.wait_for(r"\[Branch of")


def on_disk(home: Path) -> str | None:
    """What is half typed in the only draft."""
    path = next((home / "state" / "portwright" / "drafts").glob("*.json"), None)
    return None if path is None else read_draft(path).place.typed


def goes_on_half_typed(home: Path) -> None:
    """The next start stands in the field, with the text in it; typing goes on."""
    with start(home) as terminal:
        terminal.wait_for("Go on with: cups")
        terminal.press("Enter")
        terminal.wait_for("Step 3/7")
        terminal.wait_for(r"\[Branch of")
        terminal.press(*"fice", "Enter", quiet=0.03)
        terminal.wait_for(r"\[Branch office")
        terminal.press("^Q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=["HUP", "TERM"])
def test_a_signal_in_the_middle_of_a_word(tmp_path: Path, number: int) -> None:
    with start(tmp_path) as terminal:
        half_type(terminal)
        terminal.kill(number)
        assert terminal.wait() == 128 + number
    assert on_disk(tmp_path) == "Branch of"
    goes_on_half_typed(tmp_path)


def test_the_line_is_cut_in_the_middle_of_a_word(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        half_type(terminal)
        terminal.hang_up()
        terminal.wait()
    goes_on_half_typed(tmp_path)


def test_a_kill_once_it_is_on_the_disk(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        half_type(terminal)
        until(lambda: on_disk(tmp_path) == "Branch of")
        terminal.kill(signal.SIGKILL)
        terminal.wait()
    goes_on_half_typed(tmp_path)


def test_nothing_wakes_a_wizard_in_which_nobody_types(tmp_path: Path) -> None:
    with start(tmp_path) as terminal:
        half_type(terminal)
        # What still belongs to the last key may take its time, on a busy machine.
        until(lambda: rests(terminal))


def rests(terminal: Terminal) -> bool:
    """Whether two seconds pass in which nothing comes and hardly anything is done."""
    terminal.settle(0.3)
    received, worked = terminal.bytes, processor_seconds(terminal.pid)
    switches = voluntary_switches(terminal.pid)
    time.sleep(2)
    terminal.settle(0.1)
    return (
        terminal.bytes == received
        and processor_seconds(terminal.pid) - worked < 0.1
        and voluntary_switches(terminal.pid) - switches <= IDLE_SWITCHES
    )


# Textual's input thread looks up ten times a second, whatever is done; nothing else does.
IDLE_SWITCHES = 60


def voluntary_switches(pid: int) -> int:
    """How often the process's threads have gone to sleep so far: each wake-up ends in one."""
    return sum(
        int(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir()
        for line in (task / "status").read_text().splitlines()
        if line.startswith("voluntary")
    )


def test_line_mode_stands_where_one_was(tmp_path: Path) -> None:
    with start(tmp_path, "--line") as terminal:
        for line in ("cups", "g 5", "Me"):
            terminal.wait_for(r">\s*$")
            terminal.press(f"{line}\r")
        terminal.wait_for(r"5\.2 ")
        terminal.kill(signal.SIGKILL)
        terminal.wait()
    with start(tmp_path, "--line") as terminal:
        terminal.wait_for("Go on with: cups")
        terminal.press("1\r")
        terminal.wait_for("Step 5 of 7")
        terminal.wait_for(r"5\.2 ")
