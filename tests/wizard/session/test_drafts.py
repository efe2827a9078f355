"""Drafts: nothing is lost by a cut line, a kill, a full disk, a second window or a broken file."""

from __future__ import annotations

import datetime
import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.tools.keys import answered
from wizard.facts.load import load_catalog
from wizard.plan import edits
from wizard.plan.field import AnswerError
from wizard.plan.model import Plan, ProductPlan, Zone, changed
from wizard.questions import open_questions
from wizard.session import drafts, history, shelf, storage
from wizard.session.draft_file import Place, age, discarded_dir, drafts_dir
from wizard.session.drafts import Draft, DraftError, DraftInUse, DraftTaken, new_draft
from wizard.session.shelf import Drafts, list_drafts, resume, take_over

CATALOG = load_catalog()
TOSHIBA = "products.papercut-mf.features.mfp-toshiba"
HOSTILE = "[bold]\\[/bold] 印刷\u0301 \u202eabc {0} %s 'x' \"y\" \\ <b>&amp;"


def unfinished() -> Plan:
    """A feature that is on while its required option is open."""
    plan = answered(CATALOG, Plan(), "products", ("papercut-mf",))
    plan = answered(CATALOG, plan, TOSHIBA, True)
    return answered(CATALOG, plan, "request.wanted", datetime.date(2027, 1, 15))


def saved(plan: Plan | None = None) -> Draft:
    draft = new_draft()
    draft.save(unfinished() if plan is None else plan, "features", "Toshiba devices")
    return draft


def test_a_draft_is_taken_up_as_it_was_left() -> None:
    draft = saved()
    draft.close()
    again = resume(draft.id)
    assert (again.plan, again.step) == (unfinished(), "features")
    assert f"{TOSHIBA}.sdk" in [
        str(question.key) for question in open_questions(CATALOG, again.plan)
    ]
    assert again.can_undo
    past = again.undo()
    assert past is not None
    assert (past.plan, past.words, again.plan) == (Plan(), "Toshiba devices", Plan())


def test_nothing_is_on_disk_before_the_first_answer() -> None:
    new_draft()
    assert not drafts_dir().exists()
    assert list_drafts() == Drafts((), ())


def test_only_the_person_may_read_it() -> None:
    draft = saved()
    for path in drafts_dir().iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(drafts_dir().stat().st_mode) == 0o700
    assert sorted(path.suffix for path in drafts_dir().iterdir()) == [".json", ".lock"]
    assert draft.path.parent == drafts_dir()


@pytest.mark.parametrize("foreign", ["portwright", "portwright/drafts"])
def test_a_folder_of_another_user_is_refused(foreign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who owns the folder could read what is answered, and put any draft there."""
    saved().close()
    folder = drafts_dir().parents[1] / foreign
    real = Path.stat

    def theirs(self: Path, **extra: Any) -> os.stat_result:
        status = real(self, **extra)
        if self != folder:
            return status
        return os.stat_result((*status[:4], os.geteuid() + 1, *status[5:]))

    monkeypatch.setattr(Path, "stat", theirs)
    with pytest.raises(DraftError, match="the folder belongs to another user"):
        saved()
    (draft,) = [path for path in drafts_dir().iterdir() if path.suffix == ".json"]
    with pytest.raises(DraftError, match="the folder belongs to another user"):
        resume(draft.stem)
    if foreign == "portwright/drafts":
        assert list_drafts().drafts == ()
        assert "the folder belongs to another user" in list_drafts().problems[0]


def test_a_folder_that_others_may_look_into_is_closed() -> None:
    saved().close()
    for folder in (drafts_dir(), drafts_dir().parent):
        folder.chmod(0o777)
    saved().close()
    for folder in (drafts_dir(), drafts_dir().parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_drafts_are_listed_newest_first() -> None:
    first = saved(changed(unfinished(), name="First"))
    first.close()
    second = new_draft(origin="plan.toml")
    second.save(changed(unfinished(), name=HOSTILE), "network")
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    content = json.loads(second.path.read_bytes())
    second.path.write_text(json.dumps({**content, "saved": later.isoformat()}))
    found = list_drafts()
    assert found.problems == ()
    assert [(d.name, d.step, d.products, d.origin, d.in_use) for d in found.drafts] == [
        (HOSTILE, "network", ("papercut-mf",), "plan.toml", True),
        ("First", "features", ("papercut-mf",), None, False),
    ]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-50, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7300, "2 hours ago"),
        (259200, "3 days ago"),
    ],
)
def test_the_age_is_told(seconds: int, told: str) -> None:
    now = datetime.datetime(2027, 1, 15, 12, tzinfo=datetime.UTC)
    assert age(now - datetime.timedelta(seconds=seconds), now) == told


def test_hostile_text_comes_back() -> None:
    draft = saved(changed(unfinished(), name=HOSTILE))
    draft.close()
    assert resume(draft.id).plan.name == HOSTILE


def test_text_that_no_file_can_hold_is_told() -> None:
    draft = saved()
    with pytest.raises(DraftError, match="no file can hold"):
        draft.save(changed(unfinished(), name="a\ud800"), "network")
    assert draft.plan == unfinished()
    draft.save(changed(unfinished(), name="a"), "network")
    draft.undo()
    assert draft.plan == unfinished()


# Undo and redo


def test_undo_and_redo_go_on_after_resume() -> None:
    draft = new_draft()
    plan, past = Plan(), [Plan()]
    for number in range(6):
        plan = edits.add_zone(plan, f"zone-{number}")
        plan = answered(CATALOG, plan, f"zones.zone-{number}.networks", (f"10.0.{number}.0/24",))
        draft.save(plan, "network", f"zone {number}")
        past.append(plan)
    renamed = edits.rename_zone(plan, "zone-2", "dmz")
    draft.save(renamed, "network", "dmz")
    past.append(renamed)
    for plan in reversed(past[4:-1]):
        draft.undo()
        assert draft.plan == plan
        assert list(draft.plan.zones) == list(plan.zones)
    draft.close()
    draft = resume(draft.id)
    assert draft.plan == past[4]
    for plan in past[5:]:
        moved = draft.redo()
        assert moved is not None
        assert moved.plan == plan == draft.plan
    assert draft.redo() is None
    for plan in reversed(past[:-1]):
        draft.undo()
        assert draft.plan == plan
    assert draft.undo() is None
    assert draft.plan == Plan()


def test_an_answer_after_undo_ends_redo() -> None:
    draft = saved()
    draft.undo()
    assert draft.can_redo
    draft.save(changed(Plan(), name="Other"), "network")
    assert not draft.can_redo


def test_a_step_without_an_answer_is_no_step_of_undo() -> None:
    draft = saved()
    draft.save(draft.plan, "review")
    draft.save(msgspec.structs.replace(draft.plan), "export")
    assert len(draft.history.undo) == 1
    draft.close()
    assert resume(draft.id).step == "export"


def test_another_order_of_zones_is_a_change() -> None:
    plan = edits.add_zone(edits.add_zone(Plan(), "a"), "b")
    draft = saved(plan)
    draft.save(changed(plan, zones=dict(reversed(plan.zones.items()))), "network")
    draft.undo()
    assert list(draft.plan.zones) == ["a", "b"]


def test_history_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    draft = new_draft()
    for number in range(history.STEPS + 30):
        draft.save(changed(Plan(), name=f"{number}"), "network")
    assert len(draft.history.undo) == history.STEPS
    large = "x" * (history.BYTES + 1)
    draft.save(changed(Plan(), name=large), "network")
    assert len(draft.history.undo) == 1
    draft.undo()
    assert draft.plan.name == f"{history.STEPS + 29}"


def test_broken_history_costs_no_plan() -> None:
    draft = saved()
    draft.close()
    content = json.loads(draft.path.read_bytes())
    content["undo"][0]["changes"] = [[["nowhere", "x"], 1, 2]]
    draft.path.write_text(json.dumps(content))
    again = resume(draft.id)
    assert again.undo() is None
    assert again.plan == unfinished()
    assert not again.can_undo


# A second window


def test_a_second_window_is_told() -> None:
    draft = saved()
    with pytest.raises(DraftInUse, match="another window"):
        resume(draft.id)
    with pytest.raises(DraftInUse):
        shelf.discard(draft.id)
    draft.close()
    resume(draft.id).close()


# Disks that fail


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EBADMSG, "message"),
    ],
)
@pytest.mark.parametrize("call", ["open", "write", "fsync"])
def test_a_disk_that_fails_costs_nothing(
    call: str, number: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = saved()
    before = draft.path.read_bytes()

    def fails(*_: Any, **__: Any) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fails)
        with pytest.raises(DraftError, match=told) as caught:
            draft.save(changed(unfinished(), name="New"), "network")
        assert "kept in this window" in str(caught.value)
    assert draft.path.read_bytes() == before
    assert draft.plan.name == "New"
    draft.save(changed(draft.plan, name="Newer"), "network")
    assert [change.name for change in list_drafts().drafts] == ["Newer"]
    draft.undo()
    assert draft.plan.name == "New"


def test_a_short_write_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, view: real(handle, bytes(view[:7])))
    draft = saved()
    draft.close()
    assert resume(draft.id).plan == unfinished()


def test_a_home_that_cannot_be_written(home: Path) -> None:
    blocked = home / ".local"
    blocked.write_text("a file where the folder should be")
    draft = new_draft()
    with pytest.raises(DraftError, match="Not saved"):
        draft.save(unfinished(), "features")
    assert draft.plan == unfinished()
    assert list_drafts().drafts == ()
    blocked.unlink()
    draft.save(unfinished(), "features")
    assert draft.path.is_file()


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_that_is_read_only() -> None:
    drafts_dir().mkdir(parents=True)
    drafts_dir().chmod(0o500)
    with pytest.raises(DraftError, match="permission"):
        saved()
    drafts_dir().chmod(0o700)


def test_a_link_beside_the_draft_is_not_followed(tmp_path: Path) -> None:
    draft = saved()
    target = tmp_path / "target"
    target.write_text("precious")
    (drafts_dir() / f".{draft.id}.tmp").symlink_to(target)
    with pytest.raises(DraftError):
        draft.save(changed(unfinished(), name="x"), "network")
    assert target.read_text() == "precious"


# Files that are no drafts


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"\xff\xfe\x00", "damaged"),
        (b"[]", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"format": 1}', "damaged"),
        (b'{"format": 2, "plan": "of tomorrow"}', "another version"),
    ],
)
def test_what_cannot_be_read_is_moved_aside_and_told(content: bytes, told: str) -> None:
    for _ in range(2):
        draft = saved()
        draft.close()
        draft.path.write_bytes(content)
        (problem,) = list_drafts().problems
        assert told in problem
        assert not draft.path.exists()
    aside = [path for path in drafts_dir().iterdir() if ".aside" in path.name]
    assert [path.read_bytes() for path in aside] == [content, content]
    assert list_drafts() == Drafts((), ())


def test_resume_moves_aside_too() -> None:
    draft = saved()
    draft.close()
    draft.path.write_bytes(b"{}")
    with pytest.raises(DraftError, match="moved aside"):
        resume(draft.id)
    with pytest.raises(DraftError, match="can't be read"):
        resume(draft.id)


def test_what_another_window_has_open_is_not_touched() -> None:
    draft = saved()
    draft.path.write_bytes(b'{"format": 2}')
    assert list_drafts() == Drafts((), ())
    assert draft.path.exists()


def test_discard_leaves_nothing() -> None:
    draft = saved()
    draft.discard()
    assert list(drafts_dir().iterdir()) == []
    other = saved()
    other.close()
    shelf.discard(other.id)
    assert list(drafts_dir().iterdir()) == []


def test_a_discarded_draft_can_be_brought_back() -> None:
    draft = saved()
    draft.close()
    shelf.discard(draft.id)
    shelved = list_drafts()
    assert shelved.drafts == ()
    assert [(d.id, d.in_use, d.discarded is not None) for d in shelved.discarded] == [
        (draft.id, False, True)
    ]
    assert stat.S_IMODE(discarded_dir().stat().st_mode) == 0o700
    shelf.restore(draft.id)
    assert list_drafts().discarded == ()
    again = resume(draft.id)
    assert again.plan == unfinished()
    assert again.undo() is not None
    with pytest.raises(DraftError, match="could not be brought back"):
        shelf.restore(draft.id)


def test_a_copy_is_a_draft_of_its_own() -> None:
    draft = saved()
    plan, step = draft.plan, draft.step
    # Also while a window has it open: nothing is taken from that window.
    copy = resume(shelf.copied(draft.id))
    assert (copy.plan, copy.step) == (changed(plan, name=copy.plan.name), step)
    assert copy.plan.name.startswith("Copy of ")
    assert copy.origin is None
    assert not copy.can_undo
    draft.save(changed(plan, name="Elsewhere"), step)
    assert resume_name(copy.id) == copy.plan.name
    with pytest.raises(DraftError, match="can't be copied"):
        shelf.copied("nothing")


def resume_name(draft_id: str) -> str:
    return next(d.name for d in list_drafts().drafts if d.id == draft_id)


def test_a_draft_can_be_renamed_and_undo_takes_that_back() -> None:
    catalog = load_catalog()
    draft = saved()
    name = draft.plan.name
    with pytest.raises(DraftInUse):
        shelf.rename(draft.id, "North", catalog)
    draft.close()
    shelf.rename(draft.id, "North", catalog)
    assert resume_name(draft.id) == "North"
    again = resume(draft.id)
    past = again.undo()
    assert past is not None
    assert (past.plan.name, past.words) == (name, "Name of the plan")
    again.close()
    with pytest.raises(AnswerError):
        shelf.rename(draft.id, "x" * 100_000, catalog)
    assert resume_name(draft.id) == name


@pytest.mark.parametrize(("days", "there"), [(29, True), (31, False)])
def test_a_discarded_draft_stays_for_thirty_days(days: int, there: bool) -> None:
    draft = saved()
    # Its last answer is old; what counts is when it was discarded.
    os.utime(draft.path, (1, 1))
    draft.discard()
    (aside,) = discarded_dir().iterdir()
    assert [d.id for d in list_drafts().discarded] == [draft.id]
    since = aside.stat().st_mtime - days * 86400
    os.utime(aside, (since, since))
    assert bool(list_drafts().discarded) == there == aside.exists()


def test_what_was_written_into_a_file_is_not_laid_aside() -> None:
    draft = saved()
    draft.finish()
    assert list(drafts_dir().iterdir()) == []
    assert list_drafts() == Drafts((), ())


def test_a_draft_of_the_first_release_opens() -> None:
    draft = saved()
    draft.close()
    content = json.loads(draft.path.read_bytes())
    del content["place"], content["holder"]
    draft.path.write_text(json.dumps(content))
    again = resume(draft.id)
    assert (again.plan, again.place) == (unfinished(), Place())
    assert again.undo() is not None


def test_where_one_stood_and_what_was_typed_comes_back() -> None:
    draft = saved()
    place = Place("zones.servers.networks", "10.0.0.", {"name": "a" * 300})
    draft.stand(place)
    draft.close()
    again = resume(draft.id)
    assert (again.place, again.plan) == (place, unfinished())
    assert list_drafts().drafts[0].saved == draft.saved


def test_what_is_answered_is_half_typed_no_more() -> None:
    """A process that is killed just after an answer goes on with that answer, not in its field."""
    draft = saved()
    draft.stand(Place("name", "Office", {"zones.servers.networks": "10.0.0.0/33"}))
    draft.save(Plan(name="Office"), "network")
    draft.close()
    place = resume(draft.id).place
    assert place == Place("name", None, {"zones.servers.networks": "10.0.0.0/33"})


# Taking over


def test_who_has_a_draft_is_told() -> None:
    draft = saved()
    with pytest.raises(DraftInUse, match=f"process {os.getpid()}, last answer just now"):
        resume(draft.id)
    assert str(os.getpid()) in list_drafts().drafts[0].state
    draft.close()


def test_a_draft_that_is_taken_over_is_never_written_over() -> None:
    hung = saved()
    taken = take_over(hung.id, CATALOG)
    assert taken.id != hung.id
    assert (taken.plan, taken.step) == (unfinished(), "features")
    taken.save(changed(unfinished(), name="Taken"), "network", "Name")
    content = taken.path.read_bytes()
    for work in (
        lambda: hung.save(changed(unfinished(), name="Hung"), "review"),
        lambda: hung.stand(Place("name", "H")),
        hung.undo,
        hung.redo,
    ):
        with pytest.raises(DraftTaken, match=f"process {os.getpid()}"):
            work()
    assert hung.plan == unfinished()
    assert taken.path.read_bytes() == content
    assert [draft.id for draft in list_drafts().drafts] == [taken.id]
    hung.close()
    taken.close()
    assert resume(taken.id).plan.name == "Taken"
    assert {path.suffix for path in drafts_dir().iterdir()} <= {".json", ".lock"}


def test_a_write_that_was_under_way_does_not_hit_what_was_taken_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hung = saved()
    taken: list[Draft] = []
    replace = storage.replace_file

    def hangs(path: Path, beside: Path, content: bytes) -> None:
        # Stopped just before it writes, and gone on with after the other window did.
        monkeypatch.setattr(drafts, "replace_file", replace)
        taken.append(take_over(hung.id))
        taken[0].save(changed(unfinished(), name="Taken"), "network")
        replace(path, beside, content)

    monkeypatch.setattr(drafts, "replace_file", hangs)
    hung.save(changed(unfinished(), name="Hung"), "network")
    with pytest.raises(DraftTaken):
        hung.save(changed(unfinished(), name="Again"), "network")
    taken[0].close()
    assert resume(taken[0].id).plan.name == "Taken"


def test_only_one_window_takes_a_draft_over() -> None:
    hung = saved()
    taken = take_over(hung.id)
    with pytest.raises(DraftError, match="can't be taken over"):
        take_over(hung.id)
    taken.save(unfinished(), "network")


def test_a_draft_of_another_catalog_opens() -> None:
    empty = load_catalog({"roles.toml": "", "documents.toml": ""})
    draft = saved()
    draft.close()
    assert [str(question.key) for question in open_questions(empty, resume(draft.id).plan)] == [
        "products"
    ]


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (
            Plan(products={"ghost": ProductPlan()}),
            "a product that this version does not know: ghost",
        ),
        (Plan(zones={"a": Zone(("nonsense",))}), "holds an answer that can't be: .*nonsense"),
    ],
)
def test_a_draft_that_another_version_left_is_refused_and_stays(plan: Plan, told: str) -> None:
    draft = saved(plan)
    draft.close()
    with pytest.raises(DraftError, match=told):
        resume(draft.id, CATALOG)
    assert [one.in_use for one in list_drafts().drafts] == [False]
    assert resume(draft.id).plan == plan


def test_with_the_facts_that_it_was_made_with_it_opens() -> None:
    draft = saved()
    draft.close()
    assert resume(draft.id, CATALOG).plan == unfinished()


def test_a_pipe_among_the_drafts_is_not_waited_for() -> None:
    draft = saved()
    draft.close()
    os.mkfifo(drafts_dir() / "pipe.json")
    (drafts_dir() / "folder.json").mkdir()
    found = list_drafts()
    assert [one.id for one in found.drafts] == [draft.id]
    assert sorted(problem.partition(" (")[0] for problem in found.problems) == [
        "A draft can't be read: Is a directory",
        "A draft can't be read: it is a pipe or a device, no file",
    ]
