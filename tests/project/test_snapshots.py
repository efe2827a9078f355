"""The pictures in snapshots/ and the fixture that takes them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Label

from tests.tools.snapshot import SNAPSHOTS, Snap, orphans


class Greeting(App[None]):
    """Something small to take a picture of."""

    def __init__(self, words: str, style: str = "") -> None:
        super().__init__()
        self.words, self.style = words, style

    def compose(self) -> ComposeResult:
        yield Label(f"[{self.style or 'none'}]{self.words}[/]")


async def take(snap: Snap, words: str, name: str = "greeting", style: str = "") -> None:
    async with Greeting(words, style).run_test(size=(30, 4)) as pilot:
        await snap(pilot, name)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Snap]:
    """A maker of fixtures that all keep their pictures in one temporary folder."""

    def make(owner: str = "test_a", *, update: bool = False, compare: bool = True) -> Snap:
        return Snap(tmp_path / "snapshots" / "test_m", tmp_path / "failed", owner, update, compare)

    return make


def test_every_picture_has_a_test(orphan_pictures: list[Path]) -> None:
    assert not orphan_pictures, "no test takes these; `make snapshots` removes them"


def test_every_picture_stays_at_home() -> None:
    """A viewer of a picture fetches nothing from the internet."""
    for path in SNAPSHOTS.rglob("*.svg"):
        assert "url(" not in path.read_text(encoding="utf-8").replace("url(#", ""), path


async def test_a_stored_picture_is_met(make: Callable[..., Snap], tmp_path: Path) -> None:
    await take(make(update=True), "Good day")
    again = make()
    await take(again, "Good day")
    again.finish()
    stored = (tmp_path / "snapshots/test_m/greeting.txt").read_text()
    assert stored == "test: test_a\nsize: 30x4\n\nGood day\n"
    assert not (tmp_path / "failed/greeting.svg").exists()


async def test_a_changed_word_is_shown_as_a_difference(
    make: Callable[..., Snap], tmp_path: Path
) -> None:
    await take(make(update=True), "Good day")
    again = make()
    await take(again, "Good night")
    with pytest.raises(
        pytest.fail.Exception, match=r"-Good day\n\+Good night(?s:.*)make snapshots"
    ):
        again.finish()
    assert "Good night" in (tmp_path / "failed/greeting.txt").read_text()
    assert (tmp_path / "failed/greeting.svg").is_file()


async def test_a_changed_colour_is_shown_as_a_difference(make: Callable[..., Snap]) -> None:
    await take(make(update=True), "Good day", style="red")
    again = make()
    await take(again, "Good day", style="blue")
    with pytest.raises(pytest.fail.Exception, match="the text is the same"):
        again.finish()


async def test_a_new_picture_must_be_asked_for(make: Callable[..., Snap]) -> None:
    snap = make()
    await take(snap, "Good day")
    with pytest.raises(pytest.fail.Exception, match="no such picture yet"):
        snap.finish()


async def test_a_picture_that_its_test_no_longer_takes(
    make: Callable[..., Snap], tmp_path: Path
) -> None:
    await take(make(update=True), "Good day")
    with pytest.raises(pytest.fail.Exception, match="no longer takes it"):
        make().finish()
    make(owner="test_b").finish()
    make(update=True).finish()
    assert not list((tmp_path / "snapshots/test_m").iterdir())


async def test_two_tests_cannot_share_a_picture(make: Callable[..., Snap]) -> None:
    await take(make(update=True), "Good day")
    other = make(update=True, owner="test_b")
    await take(other, "Good day")
    with pytest.raises(pytest.fail.Exception, match="test_a takes a picture of this name too"):
        other.finish()


async def test_another_python_compares_nothing(make: Callable[..., Snap]) -> None:
    snap = make(compare=False)
    await take(snap, "Good day")
    snap.finish()


async def test_orphans(make: Callable[..., Snap], tmp_path: Path) -> None:
    await take(make(update=True), "Good day")
    root = tmp_path / "snapshots"
    both = [root / "test_m/greeting.svg", root / "test_m/greeting.txt"]
    assert orphans({"test_m": {"test_a"}}, {"test_m"}, root) == []
    assert orphans({}, {"test_m"}, root) == [], "the module was not collected: nothing is known"
    assert orphans({"test_m": {"test_b"}}, {"test_m"}, root) == both, "the test is gone"
    assert orphans({}, set(), root) == both, "the module is gone"
    both[0].unlink()
    assert orphans({}, {"test_m"}, root) == both[1:], "half of it is gone"
