"""Undo and redo as small patches, so that the whole history is on disk with each answer and costs
little.

A patch is JSON: what was answered, in which step, and a list of `[path, before, after]`. Where a
table gains, loses or reorders a key, the patch holds the table as a whole, so that going back
restores the order too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from wizard.plan.field import StepId
from wizard.plan.model import Plan

Patch = bytes

# At most so many steps, and so many bytes of them: a save writes them all.
STEPS = 200
BYTES = 256 * 1024


class Past(msgspec.Struct, frozen=True):
    """Where undo or redo led: the plan, and words and step of the answer taken back or redone."""

    plan: Plan
    words: str
    step: StepId


class _Change(msgspec.Struct, frozen=True, array_like=True):
    path: list[str]
    before: Any
    after: Any


class _Answer(msgspec.Struct, frozen=True):
    # `what` is its name in the files of all versions.
    words: str = msgspec.field(name="what")
    step: StepId
    changes: list[_Change]


class History:
    """The patches that lead back from the present plan and forward again, the nearest last."""

    def __init__(
        self, plan: Plan, undo: list[Patch] | None = None, redo: list[Patch] | None = None
    ) -> None:
        self.plan = plan
        self.undo: list[Patch] = undo or []
        self.redo: list[Patch] = redo or []
        self._present: Any = msgspec.to_builtins(plan)

    @property
    def undo_words(self) -> str:
        """Words for the answer that `back` takes back; '' where there are none."""
        return _words(self.undo)

    @property
    def redo_words(self) -> str:
        """Words for the answer that `forward` gives again; '' where there are none."""
        return _words(self.redo)

    def record(self, plan: Plan, words: str, step: StepId) -> None:
        """Take a plan as the present one. What was taken back before can't be redone then.

        `words` name the answer ('Cloud OCR'), `step` is where it was given.
        """
        if plan is self.plan:
            return
        after = msgspec.to_builtins(plan)
        changes = list(_changes([], self._present, after))
        if changes:
            self.undo.append(msgspec.json.encode(_Answer(words, step, changes)))
            self.redo.clear()
            self._shorten()
        self.plan, self._present = plan, after

    def note(self, plan: Plan) -> None:
        """Take a plan as the present one; what differs in it stays, whatever is taken back."""
        self.plan, self._present = plan, msgspec.to_builtins(plan)

    def back(self) -> Past | None:
        """To the plan before the last answer; None where there is none."""
        return self._move(self.undo, self.redo, "before")

    def forward(self) -> Past | None:
        """To the plan after the answer that was taken back last; None where there is none."""
        return self._move(self.redo, self.undo, "after")

    def undo_written(self) -> list[msgspec.Raw]:
        """The patches for the draft's file."""
        return list(map(msgspec.Raw, self.undo))

    def redo_written(self) -> list[msgspec.Raw]:
        """The patches for the draft's file."""
        return list(map(msgspec.Raw, self.redo))

    def _move(
        self, away: list[Patch], to: list[Patch], side: Literal["before", "after"]
    ) -> Past | None:
        if not away:
            return None
        patch = away.pop()
        try:
            answer = msgspec.json.decode(patch, type=_Answer)
            present = self._present
            for change in answer.changes:
                present = _with(present, change.path, getattr(change, side))
            self.plan = msgspec.convert(present, Plan)
        except (msgspec.MsgspecError, KeyError, TypeError):
            # A patch that leads nowhere makes all beyond it worthless; the present plan stays.
            away.clear()
            return None
        to.append(patch)
        self._present = msgspec.to_builtins(self.plan)
        return Past(self.plan, answer.words, answer.step)

    def _shorten(self) -> None:
        size, steps = 0, 0
        for patch in reversed(self.undo[-STEPS:]):
            size += len(patch)
            if size > BYTES:
                break
            steps += 1
        # Even one that is too large stays: the last answer can always be taken back.
        del self.undo[: len(self.undo) - max(steps, 1)]


def _words(patches: list[Patch]) -> str:
    try:
        return msgspec.json.decode(patches[-1], type=_Answer).words if patches else ""
    except msgspec.MsgspecError:
        return ""


def _changes(path: list[str], before: Any, after: Any) -> Iterator[_Change]:
    if isinstance(before, dict) and isinstance(after, dict) and list(before) == list(after):
        for key in before:
            yield from _changes([*path, key], before[key], after[key])
    elif before != after or (isinstance(before, dict) and list(before) != list(after)):
        yield _Change(path, before, after)


def _with(part: Any, path: list[str], value: Any) -> Any:
    """The tables with one value replaced; KeyError where the path leads nowhere."""
    if not path:
        return value
    return {**part, path[0]: _with(part[path[0]], path[1:], value)}
