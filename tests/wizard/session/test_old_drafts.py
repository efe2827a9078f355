"""A draft that release 0.1.0 wrote is taken up with its history.

`draft-0.1.0.json` was made by that release: CUPS, a preset, a zone renamed to `roles`, a firewall
added, answered and removed again; the last two steps were then taken back.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wizard.facts.load import load_catalog
from wizard.plan.model import Plan, changed
from wizard.plan.origin import FromPreset
from wizard.plan.presets import apply_preset, presets
from wizard.questions import questions
from wizard.session.draft_file import drafts_dir
from wizard.session.drafts import Draft
from wizard.session.shelf import list_drafts, resume

WRITTEN = Path(__file__).parents[2] / "data" / "draft-0.1.0.json"
CATALOG = load_catalog()


@pytest.fixture
def draft() -> Draft:
    drafts_dir().mkdir(parents=True)
    shutil.copy(WRITTEN, drafts_dir())
    (listed,) = list_drafts().drafts
    return resume(listed.id, CATALOG)


def test_it_opens_as_it_was_left(draft: Draft) -> None:
    assert list_drafts().problems == ()
    assert (draft.step, draft.plan.zones["roles"].networks) == ("request", ("10.7.0.0/16",))
    assert draft.plan.firewalls["gate"].zones == ("roles", "internet")
    assert questions(CATALOG, draft.plan, "firewalls")


def test_what_was_taken_back_is_redone(draft: Draft) -> None:
    wanted, removed = draft.redo(), draft.redo()
    assert wanted is not None
    assert removed is not None
    assert (wanted.words, str(wanted.plan.request.wanted)) == ("Wanted by", "2027-01-15")
    assert (removed.words, "gate" in removed.plan.firewalls) == ("firewall gate removed", False)
    assert draft.redo() is None


def test_all_answers_are_taken_back(draft: Draft) -> None:
    words = []
    while (past := draft.undo()) is not None:
        words.append(past.words)
    assert words == [
        "Hides addresses (NAT)",
        "Joins the zones",
        "firewall gate added",
        "zone servers renamed",
        "Networks of servers",
        f"Start from {presets()[1].id}",
        "Products",
    ]
    assert draft.plan == Plan()


def test_on_the_way_back_the_preset_is_whole(draft: Draft) -> None:
    for _ in range(5):
        draft.undo()
    empty = Plan(products=draft.plan.products)
    # Drafts of then do not say with what they began.
    begun = apply_preset(CATALOG, empty, presets()[1].id)
    assert draft.plan == changed(begun, preset=FromPreset())
