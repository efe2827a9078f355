"""The disk fails at any call while drafts are copied, renamed, laid aside, brought back or taken over:
no draft is lost, what is said of it is a sentence, and the next try does it.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tools.faults import ERRORS, failing
from tests.tools.worlds import CATALOG
from wizard.plan.model import Plan, changed
from wizard.session import kept
from wizard.session.draft_file import discarded_dir, drafts_dir, read_draft
from wizard.session.drafts import DraftError, new_draft
from wizard.session.shelf import copied, discard, list_drafts, rename, restore, resume, take_over

WHERE = ("copied", "renamed", "laid aside", "brought back", "taken over", "gone on with", "undone")


def act(what: str, draft_id: str) -> None:
    """What a person does in the list of drafts."""
    acts: dict[str, Callable[[str], object]] = {
        "copied": copied,
        "renamed": lambda one: rename(one, "renamed", CATALOG),
        "laid aside": discard,
        "brought back": restore,
        "taken over": lambda one: take_over(one, CATALOG).close(),
        "gone on with": lambda one: resume(one, CATALOG).close(),
        "undone": undone,
    }
    acts[what](draft_id)


def undone(draft_id: str) -> None:
    with contextlib.closing(resume(draft_id, CATALOG)) as draft:
        draft.undo()


def prepared(what: str) -> str:
    draft = new_draft()
    draft.save(changed(Plan(), name="before"), "network")
    draft.save(changed(Plan(), name="answered"), "network")
    draft.close()
    if what == "brought back":
        discard(draft.id)
    return draft.id


def names() -> list[str]:
    """The plans of all drafts that are there, those laid aside and those moved aside too."""
    return sorted(read_draft(path).name for path in files())


def files() -> Iterator[Path]:
    for folder in (drafts_dir(), discarded_dir()):
        if folder.exists():
            yield from (path for path in folder.iterdir() if path.suffix == ".json")


@pytest.mark.slow
@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("what", WHERE)
def test_no_draft_is_lost(what: str, code: int) -> None:
    failures = 0
    for number in itertools.count(1):
        draft_id, words = prepared(what), ""
        with failing(number, code) as disk:
            try:
                act(what, draft_id)
            except DraftError as error:
                words = str(error)
        if not disk.came:
            break
        failures += bool(words)
        assert words == "" or words[0].isupper()
        # It may be done, though the folder could not be synced.
        done = {"renamed": {"renamed"}, "undone": {"before"}}.get(what, set())
        assert {"answered", *done} & set(names()), (number, words)
        if words and (drafts_dir() / f"{draft_id}.json").exists() and what != "brought back":
            act(what, draft_id)
        assert list_drafts().problems == ()
        for path in list(files()):
            path.unlink()
    assert failures > 0
    assert number > 2


@pytest.mark.parametrize("code", ERRORS)
def test_what_is_kept_beside_is_the_old_or_the_new(code: int) -> None:
    path = kept.folder() / "hints.json"
    for number in itertools.count(1):
        kept.keep(path, b"old")
        with failing(number, code) as disk, contextlib.suppress(OSError):
            kept.keep(path, b"new")
        assert path.read_bytes() in (b"old", b"new")
        assert [one.name for one in path.parent.iterdir() if one.is_file()] == ["hints.json"]
        if not disk.came:
            break
    assert path.read_bytes() == b"new"
    assert number > 4


@pytest.mark.parametrize("code", ERRORS)
def test_a_list_that_cannot_be_read_is_told(code: int) -> None:
    discard(prepared(""))
    prepared("")
    problems = 0
    for number in itertools.count(1):
        with failing(number, code, drafts_dir().parent) as disk:
            shelf = list_drafts()
        if not disk.came:
            break
        problems += bool(shelf.problems)
        listed = (len(shelf.drafts), len(shelf.discarded))
        assert listed == (1, 1) or shelf.problems or listed == (1, 0)
        again = list_drafts()
        assert (len(again.drafts), len(again.discarded), again.problems) == (1, 1, ())
    assert problems > 2
