"""All drafts of a person: those to go on with, and for some weeks those that were discarded."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from wizard.plan.catalog import catalog_of
from wizard.plan.keys import NameKey
from wizard.plan.model import Plan, changed
from wizard.questions import STEPS, StepId, answered, parse, question_at
from wizard.session.draft_file import (
    SUFFIX,
    UNREADABLE,
    Holder,
    age,
    discarded_dir,
    drafts_dir,
    moved_aside,
    read_draft,
    taken_path,
    this_window,
)
from wizard.session.drafts import Draft, DraftError, new_draft
from wizard.session.storage import (
    InUse,
    lock_path,
    own_folder,
    reason,
    refuse_foreign,
    replace_file,
    take_lock,
)

if TYPE_CHECKING:
    from wizard.facts.model import Catalog

TITLES = {step.id: step.title for step in STEPS}
# How long a discarded draft can be brought back.
KEPT = datetime.timedelta(days=30)
# A copy is of no plan file.
COPY_ELSEWHERE = " It is listed where no plan file is opened."


class Summary(msgspec.Struct, frozen=True):
    """What the start page shows of a draft. Times are in UTC; `origin` is the plan file it began
    from, `holder` the window that had it last.
    """

    id: str
    name: str
    step: StepId
    saved: datetime.datetime
    products: tuple[str, ...]
    origin: str | None
    in_use: bool
    holder: Holder | None = None
    discarded: datetime.datetime | None = None

    @property
    def title(self) -> str:
        """How it is called."""
        return self.name or ", ".join(self.products) or "without a name"

    @property
    def state(self) -> str:
        """Where it stands, and since when, or who has it; and what it is about, where its title does
        not say that.
        """
        if self.in_use:
            return "open in another window" + (f", {self.holder}" if self.holder else "")
        about = f", {', '.join(self.products)}" if self.name and self.products else ""
        return f"{TITLES[self.step]}, {self.age()}{about}"

    def age(self, now: datetime.datetime | None = None) -> str:
        """`3 hours ago`: since the last answer, or since it was discarded."""
        return age(self.discarded or self.saved, now)


class Drafts(msgspec.Struct, frozen=True):
    """All drafts, the newest first, and what there is to tell about files that are none."""

    drafts: tuple[Summary, ...]
    problems: tuple[str, ...]
    discarded: tuple[Summary, ...] = ()

    def of(self, origin: str | None) -> Drafts:
        """Only those that began from this plan file; all where it is None."""
        if origin is None:
            return self
        return Drafts(
            tuple(draft for draft in self.drafts if draft.origin == origin),
            self.problems,
            tuple(draft for draft in self.discarded if draft.origin == origin),
        )


def list_drafts() -> Drafts:
    """All drafts. Files that can't be read are moved aside, never deleted, and told.

    Never fails: a folder that can't be read is a problem to tell.
    """
    problems: list[str] = []
    drafts = sorted(_drafts(problems), key=_saved, reverse=True)
    discarded = sorted(_discarded(problems), key=_saved, reverse=True)
    return Drafts(tuple(drafts), tuple(problems), tuple(discarded))


def discard(draft_id: str) -> None:
    """Lay a draft aside; `restore` brings it back.

    Raises:
        DraftInUse: where another window has it.
        DraftError: where it could not be moved.
    """
    Draft(draft_id, Plan(), "products").discard()


def restore(draft_id: str) -> None:
    """Bring a discarded draft back.

    Raises:
        DraftError: where it is gone, or could not be moved.
    """
    path = discarded_dir() / f"{draft_id}{SUFFIX}"
    try:
        own_folder(drafts_dir())
        path.rename(drafts_dir() / path.name)
    except OSError as error:
        raise DraftError(
            f"The draft could not be brought back: {reason(error)} ({path})."
        ) from error


def copied(draft_id: str) -> str:
    """Put a copy beside a draft, of no plan file and with nothing to take back; the copy's id.

    Raises:
        DraftError: where it can't be read, or the copy not be written.
    """
    path = drafts_dir() / f"{draft_id}{SUFFIX}"
    try:
        summary, plan = _summary(path, in_use=False), read_draft(path).plan
    except UNREADABLE as error:
        raise DraftError(f"The draft can't be copied: it is damaged ({path}).") from error
    except OSError as error:
        raise DraftError(f"The draft can't be copied: {reason(error)} ({path}).") from error
    draft = new_draft(changed(plan, name=f"Copy of {summary.title}"), summary.step)
    try:
        draft.save(draft.plan, draft.step)
    finally:
        draft.close()
    return draft.id


def rename(draft_id: str, name: str, catalog: Catalog) -> None:
    """Give a draft's plan another name, as the question for it takes names; undo there takes it
    back. A plan file keeps its own.

    Raises:
        AnswerError: where that can't be a name.
        DraftError: as `resume`.
    """
    draft = resume(draft_id)
    try:
        question = question_at(catalog, draft.plan, NameKey())
        plan = answered(catalog, draft.plan, NameKey(), parse(question, name))
        draft.save(plan, draft.step, question.label)
    finally:
        draft.close()


def resume(draft_id: str, catalog: Catalog | None = None) -> Draft:
    """The draft as it was left: plan, step, undo and redo; locked for this window.

    Where a catalog is given, a draft that it can't be worked out with is not taken.

    Raises:
        DraftInUse: where another window has it. DraftError: where it is gone or can't be read; a
            broken file was moved aside, the message says where.
    """
    draft = Draft(draft_id, Plan(), "products")
    draft.lock()
    try:
        content = read_draft(draft.path)
        if catalog is not None:
            _check(content.plan, catalog)
    except UNREADABLE as error:
        words = moved_aside(draft.path, error)
        draft.close()
        raise DraftError(words) from error
    except OSError as error:
        draft.close()
        raise DraftError(f"The draft can't be read: {reason(error)} ({draft.path}).") from error
    except DraftError:
        draft.close()
        raise
    draft.take_up(content)
    return draft


def take_over(draft_id: str, catalog: Catalog | None = None) -> Draft:
    """The draft that another window holds, and does not let go of; that window can only look then.

    The draft goes on under another name: whatever the other window was about to write, it can't be
    written over what is answered here.

    Raises:
        DraftError: as `resume`.
    """
    path = drafts_dir() / f"{draft_id}{SUFFIX}"
    # The other window still holds the lock of the old name.
    taken_id = f"{draft_id.rpartition('-')[0]}-{os.urandom(3).hex()}"
    marker = taken_path(path)
    try:
        replace_file(
            marker, marker.with_name(f".{marker.name}.tmp"), msgspec.json.encode(this_window())
        )
        path.rename(path.with_stem(taken_id))
    except OSError as error:
        raise DraftError(f"The draft can't be taken over: {reason(error)} ({path}).") from error
    return resume(taken_id, catalog)


def _check(plan: Plan, catalog: Catalog) -> None:
    """Raises DraftError where nothing follows from the plan: another version, or a hand, wrote it."""
    from wizard.deployment import deploy

    products = catalog_of(catalog, plan).products
    unknown = next((plan.product_of(name) for name in plan.products if name not in products), None)
    if unknown is not None:
        raise DraftError(
            f"This draft is about a product that this version does not know: {unknown}."
        )
    try:
        deploy(catalog, plan)
    except Exception as error:
        # Its answers were never checked: whatever is wrong with them, the wizard goes on without
        # it.
        raise DraftError(f"This draft holds an answer that can't be: {error}.") from error


def is_in_use(path: Path) -> bool:
    """True where some window holds the draft's lock."""
    if not lock_path(path).exists():
        return False
    try:
        take_lock(path, 0).release()
    except InUse:
        return True
    except OSError:
        return False
    return False


def _drafts(problems: list[str]) -> Iterator[Summary]:
    folder = drafts_dir()
    try:
        with contextlib.suppress(FileNotFoundError):
            refuse_foreign(folder)
        paths = _files(folder, SUFFIX)
        _forget_taken(folder)
    except OSError as error:
        problems.append(f"The drafts can't be read: {reason(error)} ({folder}).")
        return
    for path in paths:
        in_use = is_in_use(path)
        try:
            yield _summary(path, in_use=in_use)
        except UNREADABLE as error:
            # Another window may be of a newer version; what it has open is not touched.
            if not in_use:
                problems.append(moved_aside(path, error))
        except OSError as error:
            problems.append(f"A draft can't be read: {reason(error)} ({path}).")


def _files(folder: Path, suffix: str) -> list[Path]:
    """What ends so in a folder; nothing where there is no folder.

    Raises:
        OSError: where it can't be read. (`glob` keeps a folder without permission to itself.)
    """
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208  # paths only of those that are wanted
    except FileNotFoundError:
        return []
    return [folder / name for name in names if name.endswith(suffix) and name[0] != "."]


def _discarded(problems: list[str]) -> Iterator[Summary]:
    """The discarded drafts; those whose time is over are deleted."""
    now = datetime.datetime.now(datetime.UTC)
    folder = discarded_dir()
    try:
        paths = _files(folder, SUFFIX)
    except OSError as error:
        problems.append(f"What was discarded can't be read: {reason(error)} ({folder}).")
        return
    for path in paths:
        with contextlib.suppress(OSError, *UNREADABLE):
            # Some file systems hold years that no date has.
            seconds = min(path.stat().st_mtime, now.timestamp())
            since = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
            if now - since > KEPT:
                path.unlink()
            else:
                yield msgspec.structs.replace(_summary(path, in_use=False), discarded=since)


def _forget_taken(folder: Path) -> None:
    """Windows whose draft was taken over and that are gone: what told them so goes too."""
    for marker in _files(folder, ".taken"):
        path = marker.with_suffix(SUFFIX)
        if not is_in_use(path):
            marker.unlink(missing_ok=True)
            lock_path(path).unlink(missing_ok=True)


def _summary(path: Path, *, in_use: bool) -> Summary:
    content = read_draft(path)
    return Summary(
        path.stem,
        content.name,
        content.step,
        content.saved,
        tuple(content.plan.products),
        content.origin,
        in_use,
        content.holder,
    )


def _saved(summary: Summary) -> datetime.datetime:
    return summary.discarded or summary.saved
