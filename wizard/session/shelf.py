"""All drafts of a person: those to go on with, and for some weeks those that were discarded."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path

import msgspec

from wizard.plan.model import Plan
from wizard.questions import STEPS, StepId
from wizard.session.drafts import (
    SUFFIX,
    UNREADABLE,
    Draft,
    DraftError,
    Holder,
    age,
    discarded_dir,
    drafts_dir,
    is_in_use,
    moved_aside,
    read_draft,
)
from wizard.session.storage import lock_path, reason

TITLES = {step.id: step.title for step in STEPS}
# How long a discarded draft can be brought back.
KEPT = datetime.timedelta(days=30)


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
        """Where it stands, and since when; or who has it."""
        if self.in_use:
            return "open in another window" + (f", {self.holder}" if self.holder else "")
        return f"{TITLES[self.step]}, {self.age()}"

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
    return Drafts(
        tuple(drafts), tuple(problems), tuple(sorted(_discarded(), key=_saved, reverse=True))
    )


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
        drafts_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
        path.rename(drafts_dir() / path.name)
    except OSError as error:
        raise DraftError(
            f"The draft could not be brought back: {reason(error)} ({path})."
        ) from error


def _drafts(problems: list[str]) -> Iterator[Summary]:
    folder = drafts_dir()
    try:
        paths = sorted(folder.glob(f"[!.]*{SUFFIX}"))
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


def _discarded() -> Iterator[Summary]:
    """The discarded drafts; those whose time is over are deleted."""
    now = datetime.datetime.now(datetime.UTC)
    for path in discarded_dir().glob(f"*{SUFFIX}"):
        with contextlib.suppress(OSError, *UNREADABLE):
            since = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
            if now - since > KEPT:
                path.unlink()
            else:
                yield msgspec.structs.replace(_summary(path, in_use=False), discarded=since)


def _forget_taken(folder: Path) -> None:
    """Windows whose draft was taken over and that are gone: what told them so goes too."""
    for marker in folder.glob("*.taken"):
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
