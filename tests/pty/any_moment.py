"""A wizard that loses its terminal or is killed at any moment, whoever stands between: everything
ends, and what was shown as answered is there when it is opened again.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.pty.wizard import environ, start
from wizard.facts.load import load_catalog
from wizard.session.shelf import list_drafts, resume

# A fifth of them each: directly, through make, sudo and tmux, and over SSH.
BLOWS = int(os.environ.get("PORTWRIGHT_BLOWS", "40"))
EACH = BLOWS // 5
WIZARD = f"{shlex.join(PORTWRIGHT)} wizard"
# A look at the processes, so many of them make two seconds; a busy machine gets many more.
POLL, IN_TIME, LIMIT = 0.02, 100, 3000
# Seconds from the start: the first milliseconds, the loading, the first frame.
_STARTING = (0.005, 0.3, 2.0)
# Keys after the first frame, and seconds after the last of them.
_KEYS, _AFTER = 25, 0.2
Blow = Callable[[Terminal, Path], None]


def processes(home: Path) -> Iterator[tuple[int, str]]:
    """Every process that was started with this home: number and command."""
    mark = f"HOME={home}\0".encode()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark in (folder / "environ").read_bytes():
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    yield int(folder.name), command
            except OSError:
                # It has ended meanwhile.
                continue


# --- how it is started ---------------------------------------------------------------------------


def directly(home: Path) -> Terminal:
    return _terminal(["sh", "-c", f"exec {WIZARD}"], home)


def by_make(home: Path) -> Terminal:
    (home / "Makefile.test").write_text(f"run:\n\t@exec {WIZARD}\n")
    return _terminal(["make", "-f", "Makefile.test", "run"], home)


def by_sudo(home: Path) -> Terminal:
    return _terminal(["sudo", "-n", "-E", "sh", "-c", WIZARD], home)


def by_tmux(home: Path) -> Terminal:
    (home / "tmux.conf").write_text("set -g status off\n")
    argv = ["tmux", "-S", str(home / "tmux"), "-f", str(home / "tmux.conf"), "new", WIZARD]
    return _terminal(argv, home)


def _terminal(argv: list[str], home: Path) -> Terminal:
    return Terminal(argv, environ={**environ(home), "PWD": str(home), "TMUX": ""}, cwd=home)


# --- what happens to it --------------------------------------------------------------------------


def hangs_up(terminal: Terminal, home: Path) -> None:
    """The line is cut."""
    terminal.hang_up()


def to_the_wizard(number: int) -> Blow:
    def blow(terminal: Terminal, home: Path) -> None:
        for pid, command in processes(home):
            if "-m wizard" in command:
                _signal(pid, number)
        _window_closes(terminal, home)

    blow.__name__ = f"{signal.Signals(number).name} to the wizard"
    return blow


def to_the_first(number: int) -> Blow:
    """To what stands between, and the window closes then."""

    def blow(terminal: Terminal, home: Path) -> None:
        _signal(terminal.pid, number)
        _window_closes(terminal, home)

    blow.__name__ = f"{signal.Signals(number).name} to the first process"
    return blow


def _window_closes(terminal: Terminal, home: Path) -> None:
    terminal.receive(0.01)
    terminal.hang_up()


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def in_tmux(*command: str) -> Blow:
    def blow(terminal: Terminal, home: Path) -> None:
        # From its first millisecond on: there may be no server yet, and then the line is cut.
        argv = ["tmux", "-S", str(home / "tmux"), *command]
        subprocess.run(argv, capture_output=True, check=False, timeout=LIMIT * POLL)
        terminal.hang_up()
        while subprocess.run(argv, capture_output=True, check=False).returncode == 0:
            time.sleep(POLL)

    blow.__name__ = f"tmux {command[0]}"
    return blow


def kills_tmux(terminal: Terminal, home: Path) -> None:
    """Every process of tmux at once."""
    for _ in range(2):
        for pid, command in processes(home):
            if command.startswith("tmux"):
                _signal(pid, signal.SIGKILL)
        terminal.hang_up()


SIGNALS = (
    hangs_up,
    *map(to_the_wizard, (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP)),
    *map(to_the_first, (signal.SIGTERM, signal.SIGKILL)),
)
BLOWS_OF: dict[Callable[[Path], Terminal], tuple[Blow, ...]] = {
    directly: SIGNALS,
    by_make: SIGNALS,
    by_sudo: SIGNALS,
    by_tmux: (in_tmux("kill-server"), in_tmux("kill-pane"), kills_tmux),
}


# --- in use --------------------------------------------------------------------------------------


class User:
    """Somebody who only adds: ticks products, and gives the plan one name after the other."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names: list[str] = []
        self.rows = 0
        self.is_leaving = False

    def use(self, terminal: Terminal, keys: int) -> None:
        """Press keys, each once the screen has answered."""
        for _ in range(keys):
            terminal.settle(0.03, first=0.3)
            terminal.send(self._next_key(terminal.text).encode())

    def _next_key(self, screen: str) -> str:
        if "Step 1/7" in screen and not self.is_leaving:
            self.rows += 1
            self.is_leaving = self.rows > 18 or self.rng.random() < 0.1
            # Never back: a second Space on a row would take the first one back.
            return "\x1b3" if self.is_leaving else self.rng.choice((" \x1b[B", " \x1b[B", "\x1b[B"))
        if re.search("^> Name of the plan", screen, re.M):
            self.names.append("".join(self.rng.choices("abcdefgh", k=9)))
            return f"\x15{self.names[-1]}\r"
        return "\x1b[A" if "Step 3/7" in screen else ""

    def nothing_lost(self, shown: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> int:
        """What the screen showed as taken is in the draft, which nobody holds; how many answers."""
        monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
        monkeypatch.setenv("HOME", str(home))
        products, name = ticked(shown), named(shown)
        drafts = list_drafts()
        assert not drafts.problems
        assert len(drafts.drafts) <= 1
        if not products and not name:
            return 0
        assert drafts.drafts, f"no draft, and shown was\n{shown}"
        # Raises where anybody still holds it.
        draft = resume(drafts.drafts[0].id)
        chosen = [load_catalog().products[id_].name for id_ in draft.plan.products]
        draft.close()
        assert set(products) <= set(chosen), f"lost of {products}: only {chosen} is there"
        if name:
            later = self.names[self.names.index(name) :]
            assert draft.plan.name in later, f"lost: {name}; there is {draft.plan.name!r}"
        return len(products) + bool(name)


def ticked(screen: str) -> list[str]:
    """The products that the screen shows as chosen."""
    return re.findall(r"^[> ] \[x\] (.+?)  ", screen, re.M) if "Step 1/7" in screen else []


def named(screen: str) -> str:
    """The name of the plan, where the title has one."""
    title = re.match(r" Portwright · ([a-h]{9}) ", screen)
    return title[1] if title else ""


# --- one after the other -------------------------------------------------------------------------


class Tally:
    """What happened, counted."""

    def __init__(self) -> None:
        self.blows: Counter[str] = Counter()
        self.answers = 0
        self.late = 0

    def __str__(self) -> str:
        blows = ", ".join(f"{count} {name}" for name, count in sorted(self.blows.items()))
        return (
            f"{self.blows.total()} blows ({blows}): {self.answers} answers shown and there,"
            f" {self.late} ends seen only after {IN_TIME} looks"
        )


def strike_all(
    begin: Callable[[Path], Terminal],
    blows: Sequence[Blow],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of the blows in turn, at moments of their own, and what came of it printed."""
    rng = random.Random(f"{begin.__name__} {EACH}")
    tally = Tally()
    try:
        for number in range(EACH):
            blow = blows[number % len(blows)]
            _strike(begin, blow, folder / str(number), rng, tally, monkeypatch)
    finally:
        print(tally)


def _strike(
    begin: Callable[[Path], Terminal],
    blow: Blow,
    home: Path,
    rng: random.Random,
    tally: Tally,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Start, use, strike; everything ends, nothing is lost."""
    home.mkdir()
    user = User(rng)
    with begin(home) as terminal:
        if rng.random() < 0.4:
            _watch(terminal, rng.choice(_STARTING) * rng.random())
        else:
            terminal.wait_for("Step 1/7")
            user.use(terminal, rng.randrange(_KEYS))
            _watch(terminal, _AFTER * rng.random())
        shown = terminal.text
        blow(terminal, home)
        looks = _looks_until_all_are_gone(terminal, home)
    tally.blows[f"{begin.__name__}: {blow.__name__}"] += 1
    tally.late += looks > IN_TIME
    tally.answers += user.nothing_lost(shown, home, monkeypatch)
    if rng.random() < 0.05 and named(shown):
        _reopened(home)


def _watch(terminal: Terminal, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0:
        terminal.draw(terminal.receive(rest))


def _looks_until_all_are_gone(terminal: Terminal, home: Path) -> int:
    """How many looks at the processes it took.

    Raises:
        AssertionError: with those that go on.
    """
    for look in range(LIMIT):
        # The first process is this one's child: somebody has to ask for its end.
        terminal.ended()
        going_on = list(processes(home))
        if not going_on:
            return look
        time.sleep(POLL)
    for pid, _ in going_on:
        _signal(pid, signal.SIGKILL)
    pytest.fail(f"still running: {going_on}")


def _reopened(home: Path) -> None:
    """The next start offers it."""
    with start(home) as terminal:
        terminal.wait_for("Go on with: ")
        assert "open in another window" not in terminal.text
        terminal.press("Enter")
        # Or a later one, which was taken and not shown any more.
        terminal.wait_for("Portwright · [a-h]{9} ")
        terminal.press("^Q")
        assert terminal.wait() == 0
