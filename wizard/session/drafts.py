"""One plan being edited: on disk after each answer, taken up again, undone, locked against a second
window.

A draft is one JSON file: the plan as it is, open questions included, the step, where the person
stood, and what undo and redo need. It is replaced as a whole: a power cut leaves old state or new.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from wizard.plan.field import StepId
from wizard.plan.model import Plan
from wizard.session.draft_file import (
    FORMAT,
    SUFFIX,
    UNREADABLE,
    DraftFile,
    Holder,
    Place,
    age,
    discarded_dir,
    drafts_dir,
    now_utc,
    read_draft,
    taken_path,
    this_window,
)
from wizard.session.history import History, Past
from wizard.session.storage import (
    InUse,
    digest,
    lock_path,
    own_folder,
    read_content,
    reason,
    refuse_foreign,
    replace_file,
    take_lock,
)

if TYPE_CHECKING:
    from filelock import BaseFileLock


# A window that only looks takes a draft's lock for a moment; one that opens the draft waits so many
# seconds.
_PATIENCE = 0.3
_UNWRITABLE = "An answer holds a character that no file can hold; it was not taken."


class DraftError(Exception):
    """A draft that could not be written or read; the message is for the person. The wizard goes on."""


class DraftInUse(DraftError):
    """The draft is open in another window: `holder`, where it is known."""

    def __init__(self, holder: Holder | None, saved: datetime.datetime | None) -> None:
        self.holder = holder
        details = [str(holder)] if holder is not None else []
        details += [f"last answer {age(saved)}"] if saved is not None else []
        super().__init__(
            f"This draft is open in another window{': ' if details else ''}{', '.join(details)}."
            " Close it there, take it over, or start another plan."
        )


class DraftTaken(DraftError):
    """Another window has taken the draft over; this one can only look from now on."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        super().__init__(
            f"This plan was taken over by another window ({holder}). This window can only be read"
            " now: nothing is answered or saved here any more."
        )


class Draft:
    """One plan being edited, locked for this window from its first save until `close`.

    `save`, `undo` and `redo` change what is held here first and write then: where writing fails
    they raise DraftError, nothing in this window is lost, and the next one tries again. Only where
    another window has taken the draft over (DraftTaken) nothing changes here any more.
    """

    def __init__(self, draft_id: str, plan: Plan, step: StepId, origin: str | None = None) -> None:
        self.id = draft_id
        self.plan = plan
        # The plan as this window found it: what it has changed since is the difference.
        self.opened = plan
        self.step: StepId = step
        self.origin = origin
        # The digest of what stood in that file when it was read or written last; '' for unknown.
        self.written = ""
        self.place = Place()
        self.history = History(plan)
        self.saved: datetime.datetime | None = None
        self._folder = drafts_dir()
        self._lock: BaseFileLock | None = None
        self._closed = False

    @property
    def path(self) -> Path:
        """The draft's file."""
        return self._folder / f"{self.id}{SUFFIX}"

    @property
    def can_undo(self) -> bool:
        """True where there is an answer to take back."""
        return bool(self.history.undo)

    @property
    def can_redo(self) -> bool:
        """True where something was taken back and nothing answered since."""
        return bool(self.history.redo)

    def save(self, plan: Plan, step: StepId, words: str = "") -> None:
        """Take this plan and step as the present ones and write them; the plan before can be undone
        to.

        `words` name the answer ('Cloud OCR'), for 'Taken back: Cloud OCR'.

        Raises:
            DraftError: where it could not be written; DraftInUse, DraftTaken where another window
                has the draft.
        """
        self._still_mine()
        try:
            self.history.record(plan, words, step)
        except UnicodeEncodeError as error:
            raise DraftError(_UNWRITABLE) from error
        self.plan, self.step = plan, step
        # What was half typed is answered, or was left.
        self.place = msgspec.structs.replace(self.place, typed=None)
        self._write()

    def own(self, path: Path, written: str, plan: Plan) -> None:
        """From now on the draft is of this file, written with this digest; nothing is answered
        otherwise in the plan that it holds, and there is nothing to undo.

        Raises:
            DraftError: as `save`.
        """
        self._still_mine()
        self.origin, self.written = str(path.absolute()), written
        differs = plan is not self.plan
        if differs:
            self.history.note(plan)
            self.plan = plan
        if differs or self.path.exists():
            self._write()

    def stand(self, place: Place) -> None:
        """Write where the person stands and what is half typed.

        Raises:
            DraftError: as `save`.
        """
        if place != self.place and not self._closed:
            self._still_mine()
            self.place = place
            self._write()

    def undo(self) -> Past | None:
        """Back to the plan before the last answer; None where there is none.

        Raises:
            DraftError: where that could not be written. `plan` is the plan before all the same.
        """
        self._still_mine()
        return self._moved(self.history.back())

    def redo(self) -> Past | None:
        """Forward again after `undo`; None where there is nothing to redo.

        Raises:
            DraftError: as `undo`.
        """
        self._still_mine()
        return self._moved(self.history.forward())

    def lock(self) -> None:
        """Hold the draft for this window.

        Raises:
            DraftInUse: where another window has it.
            DraftError: where the folder takes no lock.
        """
        if self._lock is None:
            try:
                own_folder(self._folder.parent)
                own_folder(self._folder)
                self._lock = take_lock(self.path, _PATIENCE)
            except InUse:
                raise _in_use(self.path) from None
            except OSError as error:
                raise DraftError(_not_saved(error, self._folder)) from error

    def discard(self) -> None:
        """Lay the draft aside and let go of it; for some weeks it can be brought back.

        Raises:
            DraftInUse: where another window has it.
            DraftError: where it could not be moved.
        """
        self._end(self._lay_aside)

    def finish(self) -> None:
        """Delete the draft and let go of it: what it holds is in a file of the person's own.

        Raises:
            DraftError: as `discard`.
        """
        self._end(lambda: self.path.unlink(missing_ok=True))

    def close(self) -> None:
        """Let go of the draft; it stays on disk."""
        self._closed = True
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            marker = taken_path(self.path)
            if marker.exists():
                with contextlib.suppress(OSError):
                    marker.unlink()
                    lock_path(self.path).unlink(missing_ok=True)

    def _moved(self, past: Past | None) -> Past | None:
        if past is not None:
            self.plan, self.step = past.plan, past.step
            self._write()
        return past

    def _end(self, remove: Callable[[], None]) -> None:
        self.lock()
        try:
            remove()
            self._beside().unlink(missing_ok=True)
            self.close()
            lock_path(self.path).unlink(missing_ok=True)
        except OSError as error:
            raise DraftError(
                f"The draft could not be deleted: {reason(error)} ({self.path})."
            ) from error

    def _lay_aside(self) -> None:
        if self.path.exists():
            own_folder(discarded_dir())
            aside = self.path.replace(discarded_dir() / self.path.name)
            # From now on its days are counted.
            os.utime(aside)

    def _beside(self) -> Path:
        return self._folder / f".{self.id}.tmp"

    def _still_mine(self) -> None:
        """Raises DraftTaken where another window has taken the draft over."""
        try:
            content = read_content(taken_path(self.path))
        except OSError:
            return
        with contextlib.suppress(*UNREADABLE):
            raise DraftTaken(msgspec.json.decode(content, type=Holder))

    def _write(self, saved: datetime.datetime | None = None) -> None:
        self.lock()
        self.saved = saved or now_utc()
        content = DraftFile(
            format=FORMAT,
            name=self.plan.name,
            step=self.step,
            saved=self.saved,
            origin=self.origin,
            plan=self.plan,
            undo=self.history.undo_written(),
            redo=self.history.redo_written(),
            place=self.place,
            holder=this_window(),
            written=self.written,
        )
        try:
            # Another folder may stand there by now, by a link, too.
            refuse_foreign(self._folder)
            replace_file(self.path, self._beside(), msgspec.json.encode(content))
        except UnicodeEncodeError as error:
            raise DraftError(_UNWRITABLE) from error
        except OSError as error:
            raise DraftError(_not_saved(error, self._folder)) from error

    def take_up(self, content: DraftFile) -> None:
        """Go on with what a file held."""
        self.plan = self.opened = content.plan
        self.step, self.origin, self.place = content.step, content.origin, content.place
        self.written = content.written
        self.history = History(
            content.plan, list(map(bytes, content.undo)), list(map(bytes, content.redo))
        )
        # Who meets the draft now hears which window has it.
        with contextlib.suppress(DraftError):
            self._write(content.saved)


def new_draft(
    plan: Plan | None = None, step: StepId = "products", origin: str | None = None
) -> Draft:
    """A draft that is on disk from its first save on. Never fails."""
    began = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    draft = Draft(f"{began}-{os.urandom(3).hex()}", Plan() if plan is None else plan, step, origin)
    if origin is not None:
        with contextlib.suppress(OSError):
            draft.written = digest(read_content(Path(origin)))
    return draft


def _in_use(path: Path) -> DraftInUse:
    try:
        content = read_draft(path)
    except (OSError, *UNREADABLE):
        return DraftInUse(None, None)
    return DraftInUse(content.holder, content.saved)


def _not_saved(error: OSError, folder: Path) -> str:
    return (
        f"Not saved: {reason(error)} ({folder}). Your answers are kept in this window only; export"
        " before you leave."
    )
