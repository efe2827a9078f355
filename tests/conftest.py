"""What every test stands on: a clean environment, a home of its own, reproducible random tests."""

import gc
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

# Textual reads these when it is imported, and they change pictures: gone before any test module is
# loaded.
for name in list(os.environ):
    if name in {"NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES"} or name.startswith(
        "TEXTUAL"
    ):
        del os.environ[name]

# Where Python may write no byte code, every worker would rewrite the asserts of every test module
# anew, and every program that a test starts would parse all of its modules.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

pytest_plugins = ["tests.tools.snapshot"]

# A worker holds millions of objects that stay: looked through every 700 new ones, as Python does of
# itself, they were a fifth of a walk's time. Cycles go a little later now.
gc.set_threshold(50_000, 20, 20)

# `--hypothesis-profile=thorough` looks longer and elsewhere each time; CI looks at the same
# examples always.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=5000)
settings.load_profile("ci" if os.environ.get("CI") else "local")
if os.environ.get("CI"):
    # Hypothesis draws constants of all modules that are loaded: what a worker ran before would
    # decide what is looked at.
    providers._get_local_constants = lambda: providers._local_constants

_NUMBERS = count()
_TESTS = Path(__file__).parent

# The folders that mirror the code: `make quick` runs them. What starts a program or a server is in
# `programs/`.
QUICK = {"wizard", "exporters", "screens", "project"}
# What Python tells its audit hooks before it does it.
_REFUSED = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.system",
    "socket.bind",
    "subprocess.Popen",
}
_running: str | None = None


def _room(item: pytest.Item) -> str:
    """The folder below `tests/` that a test is in."""
    return item.path.relative_to(_TESTS).parts[0]


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if _running is not None and event in _REFUSED:
        raise RuntimeError(f"{_running}: {event}{arguments[:1]} belongs in tests/programs")


sys.addaudithook(_refuse)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test of the folders that mirror the code starts no process and no server."""
    global _running
    _running = item.nodeid if _room(item) in QUICK else None
    try:
        return (yield)
    finally:
        _running = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole walks and what starts programs are no unit tests: `make quick` leaves them out."""
    for item in items:
        match _room(item):
            case "flows":
                item.add_marker("flow")
            case "programs":
                item.add_marker("programs")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder: no test sees the drafts, the settings or the keys of whoever runs it.

    And it works in an empty folder beside it, so that what is saved under a relative name is not in
    the checkout."""
    # `mktemp` reads the names of all folders so far to find a free number: thousands of tests,
    # millions of names.
    folder = tmp_path_factory.getbasetemp() / "homes" / str(next(_NUMBERS))
    home, here = folder / "home", folder / "here"
    home.mkdir(parents=True)
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))
    for name, below in {
        "XDG_CACHE_HOME": ".cache",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
    }.items():
        monkeypatch.setenv(name, str(home / below))
    return home


@pytest.fixture
def ordinary_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is home and state folder of somebody who is not root: root may write
    everywhere.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        monkeypatch.setenv("HOME", name)
        monkeypatch.setenv("XDG_STATE_HOME", name)
        if os.geteuid() != 0:
            yield folder
            return
        nobody = 65534
        os.chown(folder, nobody, nobody)
        os.seteuid(nobody)
        try:
            yield folder
        finally:
            os.seteuid(0)
