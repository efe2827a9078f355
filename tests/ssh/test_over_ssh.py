"""The wizard over a real SSH connection: the whole way, and when the connection breaks."""

from __future__ import annotations

import os
import shlex
import signal
import time
from pathlib import Path

import pytest

from tests.pty.any_moment import SIGNALS, processes, strike_all
from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import answer_some, environ, whole_walk
from tests.ssh.conftest import Server, received
from tests.tools.paths import ROOT

pytestmark = [pytest.mark.ssh, pytest.mark.slow]

# All that comes over the line on the whole way for a PaperCut MF, handshake included.
CEILING = 64_000


def command(home: Path, *options: str) -> str:
    """What is run at the other end; its process id is left in a file."""
    settings = {**environ(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    exported = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
    wizard = shlex.join([*PORTWRIGHT, "wizard", *options])
    return f"cd {shlex.quote(str(home))} && echo $$ > pid && exec env {exported} {wizard}"


def gone(home: Path, limit: float = 300) -> bool:
    """Whether the wizard at the other end has ended."""
    pid = int((home / "pid").read_text())
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("product", "name", "options", "size"),
    [
        ("PaperCut MF", "papercut-mf", (), (120, 40)),
        ("PaperCut MF", "papercut-mf-plain", ("--plain-driver",), (120, 40)),
        ("CUPS", "cups", (), (80, 24)),
    ],
    ids=["papercut-mf", "papercut-mf, plain driver", "cups, 80x24"],
)
def test_the_whole_wizard_down_to_the_written_files(
    server: Server,
    tmp_path: Path,
    product: str,
    name: str,
    options: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    log = tmp_path / "ssh.log"
    with server.ssh(command(tmp_path, *options), log, *size, far=tmp_path / "pid") as terminal:
        last = whole_walk(terminal, product, name)
        terminal.press("^Q")
        assert terminal.wait() == 0
    folder = tmp_path / name
    assert (folder / "README.md").is_file()
    assert f'name = "{name}"' in (folder / "plan.toml").read_text()
    assert "Written" in last
    print(f"{name}: {received(log):,} bytes received, {terminal.bytes:,} of them for the screen")
    if not options:
        assert received(log) < CEILING


def goes_on(server: Server, home: Path) -> None:
    with server.ssh(command(home), home / "again.log", 80, 24, far=home / "pid") as terminal:
        terminal.wait_for("Go on with: Office")
        terminal.press("Enter")
        terminal.wait_for("Step 3/7")
        terminal.wait_for(r"\[Office ")
        terminal.press("^Q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("way", ["the client is killed", "the server's end is killed"])
def test_a_connection_that_breaks(server: Server, tmp_path: Path, way: str) -> None:
    with server.ssh(
        command(tmp_path), tmp_path / "ssh.log", 80, 24, far=tmp_path / "pid"
    ) as terminal:
        answer_some(terminal)
        if way == "the client is killed":
            terminal.kill(signal.SIGKILL)
        else:
            os.kill(_parent(int((tmp_path / "pid").read_text())), signal.SIGKILL)
        terminal.wait()
        assert gone(tmp_path)
    goes_on(server, tmp_path)


@pytest.mark.timeout(0)
def test_at_any_moment(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client ends, the server's end does, or the wizard is told to."""

    def over_ssh(home: Path) -> Terminal:
        return server.ssh(command(home), home / "ssh.log", 80, 24, far=home / "pid")

    strike_all(over_ssh, (*SIGNALS, _kills_the_servers_end), tmp_path, monkeypatch)


def _kills_the_servers_end(terminal: Terminal, home: Path) -> None:
    for pid, line in processes(home):
        if "-m wizard" in line:
            os.kill(_parent(pid), signal.SIGKILL)
    terminal.hang_up()


def test_lines_over_ssh_without_a_terminal_emulator(server: Server, tmp_path: Path) -> None:
    with server.ssh(
        command(tmp_path), tmp_path / "ssh.log", 80, 24, term="dumb", far=tmp_path / "pid"
    ) as terminal:
        terminal.wait_for("Enter goes on")
        for line in ("2", "g 3", "Office"):
            terminal.press(f"{line}\r")
        # What is still in the client when it is killed has reached nobody.
        terminal.wait_for("3.2 ")
        _hangs_up(terminal)
        assert gone(tmp_path)
    goes_on(server, tmp_path)


def _hangs_up(terminal: Terminal) -> None:
    terminal.kill(signal.SIGKILL)
    terminal.wait()


def _parent(pid: int) -> int:
    """The sshd that serves this process's connection."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
