"""Named pictures of the app: snapshots/<test module>/<name>.svg, with a readable <name>.txt beside
each.

    async def test_welcome(snap: Snap) -> None:
        async with PortwrightApp().run_test(size=(80, 24)) as pilot:
            await snap(pilot, "welcome")
            await pilot.press("tab")
            await snap(pilot, "welcome-next")

A picture belongs to the test whose name stands in the first line of its text. A test fails when one
of its pictures differs, is missing, or is no longer taken; a test of its own (test_snapshots.py)
finds the pictures whose test is gone. `make snapshots` takes them anew. Pictures are compared on
one Python only, byte for byte."""

import difflib
import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.tools.paths import ROOT
from wizard.tables import without_names

SNAPSHOTS = ROOT / "snapshots"
FAILED = ROOT / "snapshots-failed"
BASELINE = (3, 11)

_FONT_FACE = re.compile(r"\s*@font-face \{[^}]*\}")
_OWNER = "test: "


@dataclass
class Snap:
    """Takes the pictures of one test. Differences are gathered, so that one run shows them all."""

    folder: Path
    failed: Path
    owner: str
    update: bool
    compare: bool
    taken: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    async def __call__(self, pilot: Pilot[Any], name: str) -> None:
        """Take the picture `name` once the app has come to rest, and hold it to the stored one."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise ValueError(f"a picture's name is made of a-z, 0-9 and hyphens: {name!r}")
        if name in self.taken:
            raise ValueError(f"the picture {name!r} is taken twice in one test")
        self.taken.add(name)
        await pilot.wait_for_scheduled_animations()
        await pilot.pause()
        self.hold(name, picture(pilot.app), f"{_OWNER}{self.owner}\n{text(pilot.app)}")

    def hold(self, name: str, svg: str, txt: str) -> None:
        """Compare with the stored picture, or store it."""
        files = {self.folder / f"{name}.svg": svg, self.folder / f"{name}.txt": txt}
        if self.update:
            other = owner_of(self.folder / f"{name}.txt")
            if other not in (None, self.owner) and (self.folder / f"{name}.txt") in _written:
                self.problems.append(f"{name}: {other} takes a picture of this name too")
            for path, content in files.items():
                _write(path, content)
                _written.add(path)
            return
        if not self.compare:
            return
        if all(path.is_file() and _read(path) == content for path, content in files.items()):
            for path in files:
                (self.failed / path.name).unlink(missing_ok=True)
            return
        for path, content in files.items():
            _write(self.failed / path.name, content)
        self.problems.append(difference(self.folder / name, svg, txt, self.failed / name))

    def finish(self) -> None:
        """After the test has passed: nothing of its own may lie there that it did not take."""
        if self.update or self.compare:
            for path in sorted(self.folder.glob("*.txt")):
                if owner_of(path) == self.owner and path.stem not in self.taken:
                    if self.update:
                        remove(path)
                    else:
                        self.problems.append(
                            f"{path.stem}: stored, and this test no longer takes it"
                        )
        if self.problems:
            pytest.fail(
                "\n\n".join([*self.problems, "If this is meant: make snapshots"]), pytrace=False
            )


def picture(app: App[Any]) -> str:
    """The screen as SVG, without the fonts that a viewer would fetch from the internet."""
    return _FONT_FACE.sub("", app.export_screenshot(simplify=True))


def text(app: App[Any]) -> str:
    """The screen as text: size, title, then the lines without the blanks at their ends."""
    # Textual has no public way to the characters on the screen. With a half-transparent dialog the
    # screens below come from the export just before.
    lines = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
    return "\n".join([f"size: {app.size.width}x{app.size.height}", "", *lines]).rstrip() + "\n"


def difference(stored: Path, svg: str, txt: str, actual: Path) -> str:
    """What a reader needs to see: the lines of text that differ or, where none does, the lines of
    SVG.
    """
    if not stored.with_suffix(".svg").is_file() or not stored.with_suffix(".txt").is_file():
        return (
            f"{stored.name}: there is no such picture yet; the new one is"
            f" {_relative(actual)}.svg\n{txt}"
        )

    def lines(before: str, after: str) -> list[str]:
        return list(
            difflib.unified_diff(
                before.splitlines(), after.splitlines(), "stored", "now", "", "", 2, ""
            )
        )

    changed = lines(_read(stored.with_suffix(".txt")), txt)
    if not changed:
        changed = ["the text is the same; colours or styles differ:"]
        changed += [
            line[:200] for line in lines(_read(stored.with_suffix(".svg")), svg) if line[0] in "+-"
        ][:20]
    return "\n".join(
        [f"{stored.name}: differs; the new picture is {_relative(actual)}.svg", *changed]
    )


def owner_of(path: Path) -> str | None:
    """The test that a stored text belongs to; None where there is no text or it names no test."""
    if not path.is_file():
        return None
    first = _read(path).partition("\n")[0]
    return first.removeprefix(_OWNER) if first.startswith(_OWNER) else None


def orphans(tests: dict[str, set[str]], modules: set[str], root: Path = SNAPSHOTS) -> list[Path]:
    """Stored files that no test takes.

    `modules` are the names of all test modules there are, `tests` the names of the tests in those
    that were collected whole; of the others nothing is said but that they exist."""

    def is_taken(path: Path) -> bool:
        module, owner = path.parent.name, owner_of(path.with_suffix(".txt"))
        in_place = (
            path.parent.parent == root and path.suffix in {".svg", ".txt"} and module in modules
        )
        whole = owner is not None and path.with_suffix(".svg").is_file()
        return in_place and whole and (module not in tests or owner in tests[module])

    return [path for path in sorted(root.rglob("*")) if path.is_file() and not is_taken(path)]


def test_modules() -> Iterator[Path]:
    """Every module of tests that there is."""
    return (ROOT / "tests").rglob("test_*.py")


def remove(path: Path) -> None:
    """Remove a stored picture with its text."""
    path.with_suffix(".svg").unlink(missing_ok=True)
    path.with_suffix(".txt").unlink(missing_ok=True)


# --- how pytest meets it -------------------------------------------------------------------------

_snap = pytest.StashKey[Snap]()
collected = pytest.StashKey[dict[str, set[str]]]()
_written: set[Path] = set()


@pytest.fixture
def snap(request: pytest.FixtureRequest) -> Snap:
    module = request.path.stem
    update = bool(request.config.getoption("--snapshot-update"))
    taker = Snap(
        folder=SNAPSHOTS / module,
        failed=FAILED / module,
        owner=request.node.name,
        update=update,
        compare=sys.version_info[:2] == BASELINE,
    )
    request.node.stash[_snap] = taker
    return taker


@pytest.fixture
def captures(request: pytest.FixtureRequest) -> bool:
    """For tests that hold captured screens of terminals: whether to store them anew."""
    return bool(request.config.getoption("--snapshot-update"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--snapshot-update",
        action="store_true",
        help="run the tests that take pictures, and store what they show now",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--snapshot-update"):
        if sys.version_info[:2] != BASELINE:
            raise pytest.UsageError("pictures are taken with Python {}.{} only".format(*BASELINE))
        if config.getoption("numprocesses", None):
            raise pytest.UsageError("pictures are taken in one process: leave -n out")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember every test of the modules that were collected whole, before -k and -m take some
    away. Modules of one name in several folders share a folder of pictures: then all of them.
    """
    narrowed = {Path(arg.partition("::")[0]).stem for arg in config.args if "::" in arg}
    tests: dict[str, set[str]] = {}
    files: dict[str, set[Path]] = {}
    for item in items:
        tests.setdefault(item.path.stem, set()).add(item.name)
        files.setdefault(item.path.stem, set()).add(item.path)
    missing = {path.stem for path in test_modules() if path not in files.get(path.stem, ())}
    config.stash[collected] = without_names(tests, narrowed | missing)
    if config.getoption("--snapshot-update"):
        takers = [
            item
            for item in items
            if {"snap", "orphan_pictures", "captures"} & set(getattr(item, "fixturenames", ()))
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in takers])
        items[:] = takers


@pytest.fixture
def orphan_pictures(request: pytest.FixtureRequest) -> list[Path]:
    """Stored files that no test takes; with --snapshot-update they are removed first."""
    modules = {path.stem for path in test_modules()}
    found = orphans(request.config.stash[collected], modules)
    if request.config.getoption("--snapshot-update"):
        for path in found:
            path.unlink(missing_ok=True)
        return []
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield
    taker = item.stash.get(_snap, None)
    if taker is not None:
        taker.finish()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")


def _relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
