"""What is being edited: on disk after each answer, taken up again, undone, locked against a second
window.

One draft is one JSON file: the plan as it is, open questions included, the step, and what undo and
redo need. It is replaced as a whole, so that a power cut leaves the old state or the new one.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from wizard.plan.model import Plan
from wizard.questions.model import StepId
from wizard.session.history import History, Past, Patch
from wizard.session.storage import InUse, lock_path, read_content, reason, replace_file, take_lock

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from wizard.facts.model import Catalog

FORMAT = 1
_SUFFIX = ".json"
# A window that only looks takes a draft's lock for a moment; one that opens the draft waits so many
# seconds.
_PATIENCE = 0.3
_UNWRITABLE = "An answer holds a character that no file can hold; it was not taken."


class DraftError(Exception):
    """A draft that could not be written or read; the message is for the person. The wizard goes on."""


class DraftInUse(DraftError):
    """The draft is open in another window."""


class Summary(msgspec.Struct, frozen=True):
    """What the start page shows of a draft. `saved` is in UTC; `origin` is the plan file it began
    from.
    """

    id: str
    name: str
    step: StepId
    saved: datetime.datetime
    products: tuple[str, ...]
    origin: str | None
    in_use: bool

    def age(self, now: datetime.datetime | None = None) -> str:
        """`3 hours ago`."""
        return age(self.saved, now)


class Drafts(msgspec.Struct, frozen=True):
    """All drafts, the newest first, and what there is to tell about files that are none."""

    drafts: tuple[Summary, ...]
    problems: tuple[str, ...]


class _Header(msgspec.Struct, frozen=True):
    """The part that every format of a draft has."""

    format: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    name: str
    step: StepId
    saved: datetime.datetime
    origin: str | None
    plan: Plan
    undo: list[msgspec.Raw]
    redo: list[msgspec.Raw]


def drafts_dir() -> Path:
    """The folder of the drafts, in the person's own state folder. It need not exist."""
    from platformdirs import user_state_path

    return user_state_path("portwright", appauthor=False) / "drafts"


class Draft:
    """One plan being edited, locked for this window from its first save until `close`.

    `save`, `undo` and `redo` change what is held here first and write then: where writing fails
    they raise DraftError, nothing in this window is lost, and the next one tries again.
    """

    def __init__(self, draft_id: str, plan: Plan, step: StepId, origin: str | None = None) -> None:
        self.id = draft_id
        self.plan = plan
        # The plan as this window found it: what it has changed since is the difference.
        self.opened = plan
        self.step: StepId = step
        self.origin = origin
        self.history = History(plan)
        self._folder = drafts_dir()
        self._lock: BaseFileLock | None = None

    @property
    def path(self) -> Path:
        """The draft's file."""
        return self._folder / f"{self.id}{_SUFFIX}"

    @property
    def can_undo(self) -> bool:
        """True where there is an answer to take back."""
        return bool(self.history.undo)

    @property
    def can_redo(self) -> bool:
        """True where something was taken back and nothing answered since."""
        return bool(self.history.redo)

    def save(self, plan: Plan, step: StepId, what: str = "") -> None:
        """Take this plan and step as the present ones and write them; the plan before can be undone
        to.

        `what` are words for the answer ('Cloud OCR'), for 'Undo: Cloud OCR'.

        Raises:
            DraftError: where it could not be written; DraftInUse where another window has the
                draft.
        """
        try:
            self.history.record(plan, what, step)
        except UnicodeEncodeError as error:
            raise DraftError(_UNWRITABLE) from error
        self.plan, self.step = plan, step
        self._write()

    def undo(self) -> Past | None:
        """Back to the plan before the last answer; None where there is none.

        Raises:
            DraftError: where that could not be written. `plan` is the plan before all the same.
        """
        return self._moved(self.history.back())

    def redo(self) -> Past | None:
        """Forward again after `undo`; None where there is nothing to redo.

        Raises:
            DraftError: as `undo`.
        """
        return self._moved(self.history.forward())

    def lock(self) -> None:
        """Hold the draft for this window.

        Raises:
            DraftInUse: where another window has it.
            DraftError: where the folder takes no lock.
        """
        if self._lock is None:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lock = _locked(self.path, _PATIENCE)
            except OSError as error:
                raise DraftError(_not_saved(error, self._folder)) from error

    def discard(self) -> None:
        """Delete the draft and let go of it.

        Raises:
            DraftInUse: where another window has it.
            DraftError: where it could not be deleted.
        """
        self.lock()
        try:
            self.path.unlink(missing_ok=True)
            self._beside().unlink(missing_ok=True)
            self.close()
            lock_path(self.path).unlink(missing_ok=True)
        except OSError as error:
            raise DraftError(
                f"The draft could not be deleted: {reason(error)} ({self.path})."
            ) from error

    def close(self) -> None:
        """Let go of the draft; it stays on disk."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _moved(self, past: Past | None) -> Past | None:
        if past is not None:
            self.plan, self.step = past.plan, past.step
            self._write()
        return past

    def _beside(self) -> Path:
        return self._folder / f".{self.id}.tmp"

    def _write(self) -> None:
        self.lock()
        content = _File(
            format=FORMAT,
            name=self.plan.name,
            step=self.step,
            saved=_now(),
            origin=self.origin,
            plan=self.plan,
            undo=self.history.undo_written(),
            redo=self.history.redo_written(),
        )
        try:
            replace_file(self.path, self._beside(), msgspec.json.encode(content))
        except UnicodeEncodeError as error:
            raise DraftError(_UNWRITABLE) from error
        except OSError as error:
            raise DraftError(_not_saved(error, self._folder)) from error


def new_draft(
    plan: Plan | None = None, step: StepId = "products", origin: str | None = None
) -> Draft:
    """A draft that is on disk from its first save on. Never fails."""
    began = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    return Draft(f"{began}-{os.urandom(3).hex()}", Plan() if plan is None else plan, step, origin)


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
        found = _read(draft.path)
        draft.plan, draft.step, draft.origin = found.plan, found.step, found.origin
        draft.opened = found.plan
        draft.history = History(found.plan, _patches(found.undo), _patches(found.redo))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        told = _moved_aside(draft.path, error)
        draft.close()
        raise DraftError(told) from error
    except OSError as error:
        draft.close()
        raise DraftError(f"The draft can't be read: {reason(error)} ({draft.path}).") from error
    if catalog is not None:
        try:
            _works(draft.plan, catalog)
        except DraftError:
            draft.close()
            raise
    return draft


def _works(plan: Plan, catalog: Catalog) -> None:
    """Raises DraftError where nothing follows from the plan: another version, or a hand, wrote it."""
    from wizard.deployment import deploy

    unknown = [name for name in plan.products if name not in catalog.products]
    if unknown:
        raise DraftError(
            f"This draft is about a product that this version does not know: {unknown[0]}."
        )
    try:
        deploy(catalog, plan)
    except Exception as error:
        # Its answers were never checked: whatever is wrong with them, the wizard goes on without
        # it.
        raise DraftError(f"This draft holds an answer that can't be: {error}.") from error


def list_drafts() -> Drafts:
    """All drafts, the newest first. Files that can't be read are moved aside, never deleted, and
    told.

    Never fails: a folder that can't be read is a problem to tell.
    """
    folder = drafts_dir()
    found: list[Summary] = []
    problems: list[str] = []
    try:
        paths = sorted(folder.glob(f"[!.]*{_SUFFIX}"))
    except OSError as error:
        return Drafts((), (f"The drafts can't be read: {reason(error)} ({folder}).",))
    for path in paths:
        in_use = is_in_use(path)
        try:
            read = _read(path)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            # Another window may be of a newer version; what it has open is not touched.
            if not in_use:
                problems.append(_moved_aside(path, error))
            continue
        except OSError as error:
            problems.append(f"A draft can't be read: {reason(error)} ({path}).")
            continue
        products = tuple(read.plan.products)
        found.append(
            Summary(path.stem, read.name, read.step, read.saved, products, read.origin, in_use)
        )
    found.sort(key=lambda summary: summary.saved, reverse=True)
    return Drafts(tuple(found), tuple(problems))


def discard(draft_id: str) -> None:
    """Delete a draft.

    Raises:
        DraftInUse: where another window has it.
        DraftError: where it could not be deleted.
    """
    Draft(draft_id, Plan(), "products").discard()


def is_in_use(path: Path) -> bool:
    """True where some window holds the draft's lock."""
    if not lock_path(path).exists():
        return False
    try:
        _locked(path, 0).release()
    except DraftInUse:
        return True
    except OSError:
        return False
    return False


def age(then: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """`just now`, `5 minutes ago`, `3 days ago`."""
    seconds = ((_now() if now is None else now) - then).total_seconds()
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // length)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _read(path: Path) -> _File:
    """Raises msgspec.MsgspecError for what is no draft of this format, OSError where it can't be
    read.
    """
    text = read_content(path, regular=True)
    header = msgspec.json.decode(text, type=_Header)
    if header.format != FORMAT:
        raise msgspec.ValidationError(f"its format is {header.format}, this program knows {FORMAT}")
    return msgspec.json.decode(text, type=_File)


def _patches(raw: list[msgspec.Raw]) -> list[Patch]:
    return [bytes(entry) for entry in raw]


def _moved_aside(path: Path, error: Exception) -> str:
    """Rename a file that is no draft, and say so."""
    why = "was made by another version" if "its format is" in str(error) else "is damaged"
    aside = path.with_name(f"{path.stem}.aside")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.aside-{number}")
    try:
        path.rename(aside)
    except OSError as problem:
        return f"The draft {path} {why}, and could not be moved aside: {reason(problem)}."
    return f"A draft {why}; it was moved aside to {aside}."


def _not_saved(error: OSError, folder: Path) -> str:
    kept = "Your answers are kept in this window only; export before you leave."
    return f"Not saved: {reason(error)} ({folder}). {kept}"


def _locked(path: Path, patience: float) -> BaseFileLock:
    try:
        return take_lock(path, patience)
    except InUse:
        told = "This draft is open in another window. Close it there, or start another plan."
        raise DraftInUse(told) from None
