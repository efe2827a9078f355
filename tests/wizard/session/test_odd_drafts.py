"""Drafts whose times are odd, whose folder is another by now, and that several windows rename at once."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from tests.tools.worlds import CATALOG
from wizard.plan.model import Plan, changed
from wizard.session.draft_file import discarded_dir, drafts_dir, read_draft
from wizard.session.drafts import Draft, DraftError, DraftInUse, new_draft
from wizard.session.shelf import discard, list_drafts, rename


def saved(name: str = "Office") -> Draft:
    draft = new_draft()
    draft.save(changed(Plan(), name=name), "network")
    draft.close()
    return draft


@pytest.mark.parametrize("time", ["2020-01-01T00:00:00", "tomorrow"])
def test_a_time_that_is_none_is_damage(time: str) -> None:
    odd = saved("Odd")
    kept = saved("Kept")
    content = json.loads(odd.path.read_bytes())
    odd.path.write_text(json.dumps({**content, "saved": time}))
    shelf = list_drafts()
    assert [summary.name for summary in shelf.drafts if summary.state] == ["Kept"]
    assert "is damaged" in shelf.problems[0]
    assert read_draft(kept.path).name == "Kept"


def test_a_draft_of_a_year_that_no_date_has_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = saved()
    discard(draft.id)
    real = Path.stat

    class Late:
        st_mtime = 1e13

    def stat(path: Path, **more: bool) -> object:
        return Late() if path.parent == discarded_dir() else real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    (summary,) = list_drafts().discarded
    assert summary.age() == "just now"


def test_a_folder_that_is_somebody_elses_by_now_gets_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = new_draft()
    draft.save(changed(Plan(), name="Mine"), "network")
    drafts_dir().rename(tmp_path / "moved")
    (tmp_path / "theirs").mkdir()
    drafts_dir().symlink_to(tmp_path / "theirs")
    if os.geteuid() == 0:
        os.chown(tmp_path / "theirs", 65534, 65534)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(DraftError, match="belongs to another user"):
        draft.save(changed(Plan(), name="Secret"), "network")
    assert list((tmp_path / "theirs").iterdir()) == []
    drafts_dir().unlink()
    (tmp_path / "moved").rename(drafts_dir())
    draft.save(draft.plan, "network")
    assert read_draft(draft.path).name == "Secret"
    draft.close()


def test_eight_windows_rename_one_draft() -> None:
    draft = saved()
    said: list[str] = []
    begun = threading.Barrier(8)

    def window(name: str) -> None:
        begun.wait()
        try:
            rename(draft.id, name, CATALOG)
            said.append(name)
        except DraftInUse:
            said.append("")

    windows = [threading.Thread(target=window, args=(f"Number {n}",)) for n in range(8)]
    for one in windows:
        one.start()
    for one in windows:
        one.join()
    assert len(said) == 8
    assert read_draft(draft.path).name in said
    assert list_drafts().problems == ()
