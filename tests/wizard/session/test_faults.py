"""The disk fails at any call of a save: the file is the old one or the new one, the person hears why,
and the next save mends it.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.tools.faults import ERRORS, failing
from tests.tools.worlds import CATALOG
from wizard.plan.file import read_plan
from wizard.plan.model import Plan, changed
from wizard.session.draft_file import drafts_dir, read_draft
from wizard.session.drafts import DraftError, new_draft
from wizard.session.saving import PlanSaved, Unwritable, save_plan
from wizard.session.shelf import list_drafts

OLD, NEW, LAST = (changed(Plan(), name=name) for name in ("old", "new", "last"))


def strange_files() -> list[str]:
    """What is in the folder of the drafts besides drafts and locks."""
    return [path.name for path in drafts_dir().iterdir() if path.suffix not in (".json", ".lock")]


@pytest.mark.parametrize("code", ERRORS)
def test_a_draft_that_is_there(code: int) -> None:
    draft = new_draft()
    draft.save(OLD, "network")
    for number in itertools.count(1):
        words = ""
        with failing(number, code) as disk:
            try:
                draft.save(NEW, "network")
            except DraftError as error:
                words = str(error)
        if not disk.came:
            break
        assert not words or words.startswith("Not saved: ")
        # Where only the folder could not be synced, the new content stands already.
        assert read_draft(draft.path).name in (("old", "new") if words else ("new",))
        assert strange_files() == []
        draft.save(OLD, "network")
        assert read_draft(draft.path).name == "old"
    draft.close()
    assert number > 5


@pytest.mark.parametrize("code", ERRORS)
def test_the_first_answer_of_all(code: int) -> None:
    for number in itertools.count(1):
        draft, words = new_draft(), ""
        with failing(number, code) as disk:
            try:
                draft.save(NEW, "network")
            except DraftError as error:
                words = str(error)
        assert not words or words.startswith("Not saved: ")
        draft.save(LAST, "network")
        assert read_draft(draft.path).name == "last"
        draft.close()
        if not disk.came:
            break
    shelf = list_drafts()
    assert shelf.problems == ()
    assert {summary.name for summary in shelf.drafts} == {"last"}
    assert len(shelf.drafts) == number > 5


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("exists", [False, True])
def test_a_plan_of_the_persons_own(exists: bool, code: int, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    for number in itertools.count(1):
        path.unlink(missing_ok=True)
        if exists:
            save_plan(CATALOG, OLD, None, str(path))
        with failing(number, code) as disk:
            done = save_plan(CATALOG, NEW, None, str(path), replace=True)
        if not disk.came:
            break
        names = {read_plan(file.read_text(), CATALOG).name for file in tmp_path.iterdir()}
        assert names <= {"old", "new"}
        if isinstance(done, PlanSaved):
            assert names == {"new"}
        else:
            assert isinstance(done, Unwritable)
            assert done.reason
            assert exists or names <= {"new"}
            assert len(names) == 1 or not exists
    assert isinstance(done, PlanSaved)
    assert number > (3 if exists else 1)
