"""The session: what is being edited, without a screen; each front end is a view of it."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tools.keys import answered, question_at
from wizard.deployment import Deployment
from wizard.facts.load import load_catalog
from wizard.plan.edits import add_firewall, remove_firewall
from wizard.plan.model import Plan, changed
from wizard.plan.presets import apply_preset
from wizard.questions import AnswerError
from wizard.session import drafts, saving
from wizard.session.draft_file import Place
from wizard.session.drafts import new_draft
from wizard.session.saving import FileExists, PlanSaved, Unwritable
from wizard.session.session import (
    NotExported,
    NotTaken,
    Offer,
    OnDisk,
    OnlyHere,
    Session,
)
from wizard.session.shelf import resume, take_over
from wizard.session.storage import digest, replace_file, write_over

CATALOG = load_catalog()


class NoFormats:
    """Formats are given from outside; there are none here."""

    def fitting(self, deployment: Deployment) -> tuple[Offer, ...]:
        return ()

    def preview(self, deployment: Deployment, formats: Sequence[str]) -> NotExported:
        return NotExported(Path(), "there are none")

    def write_change(
        self, old: Deployment, new: Deployment, folder: Path, *, replace: bool
    ) -> NotExported:
        return NotExported(folder, "no formats")

    def write(
        self, deployment: Deployment, folder: Path, formats: Sequence[str], *, replace: bool
    ) -> NotExported:
        return NotExported(folder, "there are none")


def began(plan: Plan | None = None) -> Session:
    return Session(CATALOG, new_draft(plan), NoFormats())


def cups() -> Plan:
    return answered(CATALOG, Plan(), question_at(CATALOG, Plan(), "products").key, ("cups",))


def test_an_answer_is_on_disk_when_it_comes_back() -> None:
    session = began()
    effect = session.answer(question_at(CATALOG, session.plan, "products"), ("cups",))
    assert effect == OnDisk(changed=True)
    assert session.plan == cups()
    session.draft.close()
    assert resume(session.draft.id).plan == cups()


def test_what_cannot_be_is_not_taken() -> None:
    session = began()
    with pytest.raises(AnswerError):
        session.answer(question_at(CATALOG, session.plan, "products"), ("ghost",))
    assert session.plan == Plan()


def test_the_same_plan_again_is_no_answer() -> None:
    session = began(cups())
    assert session.edit(changed(cups()), "again") == OnDisk(changed=False)
    assert session.undo() == OnDisk(changed=False)
    assert not session.draft.path.exists()


def test_undo_and_redo_say_the_words_of_the_history() -> None:
    session = began(cups())
    session.edit(apply_preset(CATALOG, session.plan, "lan"), "preset One flat network")
    session.edit(add_firewall(session.plan, "wall", "boundary"), "firewall wall added")
    session.edit(remove_firewall(session.plan, "wall"), "firewall wall removed")
    assert session.undo() == OnDisk(changed=True, words="firewall wall removed")
    assert "wall" in session.plan.firewalls
    assert session.redo() == OnDisk(changed=True, words="firewall wall removed")
    session.undo()
    session.undo()
    assert session.undo() == OnDisk(changed=True, words="preset One flat network")
    assert session.undo() == OnDisk(changed=False)


def test_a_full_disk_is_news_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, beside: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    session = began()
    with monkeypatch.context() as broken:
        broken.setattr(drafts, "replace_file", full)
        first = session.edit(changed(Plan(), name="One"), "Name")
        second = session.edit(changed(Plan(), name="Two"), "Name")
    assert isinstance(first, OnlyHere)
    assert isinstance(second, OnlyHere)
    assert [(e.changed, e.news) for e in (first, second)] == [(True, True), (True, False)]
    assert session.plan.name == "Two"
    assert session.trouble is not None
    assert session.edit(changed(Plan(), name="Three"), "Name") == OnDisk(changed=True)
    assert session.trouble is None


def test_a_session_whose_draft_was_taken_over_can_only_be_read() -> None:
    session = began()
    session.edit(cups(), "Products")
    other = Session(CATALOG, take_over(session.draft.id), NoFormats())
    for effect in (
        session.edit(changed(cups(), name="Hung"), "Name"),
        session.undo(),
        session.stand(Place("name", "H")),
        session.go("network"),
    ):
        assert isinstance(effect, NotTaken)
    assert (session.plan, session.step) == (cups(), "network")
    assert (other.plan, other.step) == (cups(), "products")
    assert isinstance(session.save_plan("plan.toml"), PlanSaved)


def test_steps_that_do_not_apply_are_passed_over() -> None:
    session = began()
    assert not session.applies("network")
    assert session.neighbour(1) is None
    session.edit(cups(), "Products")
    assert session.neighbour(1) == "features"
    assert session.go("network") == OnDisk(changed=False)
    assert session.neighbour(-1) == "features"


def holding(path: Path, *, same: bool = False) -> PlanSaved:
    """Saved, as the file stands now."""
    return PlanSaved(path, digest(path.read_bytes()), same=same)


def test_what_somebody_writes_right_after_the_save_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.toml"

    def write_and_lose(path: Path, content: bytes) -> None:
        write_over(path, content)
        path.write_text("somebody else's")

    session = began(cups())
    with monkeypatch.context() as patches:
        patches.setattr(saving, "write_over", write_and_lose)
        assert isinstance(session.save_plan(str(path)), PlanSaved)
    assert session.save_plan() == FileExists(path, origin=True)
    assert path.read_text() == "somebody else's"


def test_a_save_writes_the_draft_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = began()
    session.edit(cups(), "Products")
    written: list[Path] = []

    def replace(path: Path, beside: Path, content: bytes) -> None:
        replace_file(path, beside, content)
        written.append(path)

    monkeypatch.setattr(drafts, "replace_file", replace)
    before = session.plan
    session.save_plan(str(tmp_path / "plan.toml"))
    # It says of which facts it is since then.
    assert session.plan is not before
    assert written == [session.draft.path]


def test_a_plan_is_saved_and_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    session = began(cups())
    path = tmp_path / "plan.toml"
    assert session.save_plan(str(path)) == holding(path)
    assert session.save_plan(str(path)) == holding(path, same=True)
    # The draft is of that file now.
    session.edit(changed(cups(), name="Office"), "Name")
    assert session.save_plan() == holding(path)
    assert "Office" in path.read_text()
    taken_up = take_over(session.draft.id)
    assert (taken_up.origin, taken_up.written) == (str(path), session.draft.written)
    session = Session(CATALOG, taken_up, NoFormats())
    path.write_text("something else")
    assert session.save_plan() == FileExists(path, origin=True)
    other = tmp_path / "other.toml"
    other.write_text("something else")
    assert session.save_plan(str(other)) == FileExists(other, origin=False)
    assert path.read_text() == "something else"
    assert session.save_plan(str(path), replace=True) == holding(path)
    assert isinstance(session.save_plan(str(tmp_path)), Unwritable)
    assert session.save_plan("a\0b") == Unwritable(None, "embedded null byte")
