"""Twenty windows on one draft: one has it, the others hear who, and nothing is torn."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.together import together
from wizard.plan.model import Plan, changed
from wizard.session.drafts import DraftInUse, new_draft
from wizard.session.shelf import list_drafts, resume

COUNT, ROUNDS = 20, 5


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.slow
def test_one_has_the_draft_and_the_others_hear_who() -> None:
    draft = new_draft(Plan())
    draft.save(changed(Plan(), name="0"), "network")
    draft.close()

    def work(number: int, all_have_come: Callable[[], object]) -> str:
        try:
            own = resume(draft.id)
        except DraftInUse as error:
            all_have_come()
            return str(error)
        # The others look while this one writes.
        own.save(changed(own.plan, name=f"{own.plan.name},{number}"), "network")
        all_have_come()
        own.close()
        return f"has it: {os.getpid()}"

    names = ["0"]
    for _ in range(ROUNDS):
        texts = together(COUNT, work)
        (winner,) = [number for number, text in enumerate(texts) if text.startswith("has it")]
        names.append(str(winner))
        for text in texts[:winner] + texts[winner + 1 :]:
            assert text.startswith("This draft is open in another window")
        shelf = list_drafts()
        assert shelf.problems == ()
        assert [(summary.name, summary.in_use) for summary in shelf.drafts] == [
            (",".join(names), False)
        ]


@pytest.mark.slow
def test_twenty_new_plans_at_once_are_twenty_drafts() -> None:
    def work(number: int, all_have_come: Callable[[], object]) -> str:
        own = new_draft(Plan())
        for step in range(5):
            own.save(changed(Plan(), name=f"{number}-{step}"), "network")
        all_have_come()
        own.close()
        return "saved"

    assert set(together(COUNT, work)) == {"saved"}
    assert sorted(summary.name for summary in list_drafts().drafts) == sorted(
        f"{number}-4" for number in range(COUNT)
    )
