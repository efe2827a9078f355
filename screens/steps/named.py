"""What the network and the firewalls step share: things with names, and places of roles in few
rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import msgspec

from screens.steps.base import Answer, Context, FormStep, Look, Outcome
from screens.widgets.rows import Row
from wizard.questions import AnswerError, Question, question_at, value_of

_NOBODY = "there are none"


class NamedStep(FormStep, ABC):
    """A form in which things can be added and renamed: the name is typed where the thing stands."""

    def __init__(self) -> None:
        super().__init__()
        self.naming: str | None = None
        self.suggestion = ""

    def name_row(self, label: str, help: str) -> Row:
        """The field for the name of what is being added or renamed."""
        text = self.pending.get("naming", self.suggestion)
        return Row(
            "naming", "text", label, value=text, help=help, problem=self.problems.get("naming", "")
        )

    def start(self, naming: str, suggestion: str) -> Look:
        """Ask for a name: `zone+` to add a zone, `zone:servers` to rename that one."""
        self.naming, self.suggestion = naming, suggestion
        self.forget("naming")
        return Look(go="naming")

    def stop(self, go: str | None = None) -> Look:
        """No name is asked for any more."""
        self.naming = None
        self.forget("naming")
        return Look(go=go)

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        if row.key == "naming" and key == "escape":
            return self.stop()
        placed = self.place_pressed(context, row, key)
        return placed if placed is not None else super().pressed(context, row, key)

    def typed(self, context: Context, row: Row, text: str) -> Outcome | None:
        if row.key != "naming":
            return super().typed(context, row, text)
        try:
            outcome = self.named(context, text)
        except AnswerError as error:
            self.pending["naming"], self.problems["naming"] = text, str(error)
            raise
        self.stop()
        return outcome

    @abstractmethod
    def named(self, context: Context, name: str) -> Outcome:
        """What the typed name comes to.

        Raises:
            AnswerError: where the name cannot be taken.
        """

    # --- places: zones and 'there are none' are one row -------------------------------------------

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        parts = question.key.split(".")
        if "roles" not in parts[:3]:
            yield from super().question_rows(context, question, label)
            return
        if parts[-1] == "absent":
            if value_of(context.catalog, context.plan, question.key):
                yield from self._place(context, question, question.label.partition(":")[0])
            return
        if parts[-1] == "zones":
            yield from self._place(context, question, label.removesuffix(": zones"))
            return
        yield from super().question_rows(context, question, label)

    def _place(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        """The zones of a role, with 'there are none' among them."""
        stem = question.key.rpartition(".")[0]
        zones = question_at(context.catalog, context.plan, f"{stem}.zones")
        absent = bool(value_of(context.catalog, context.plan, f"{stem}.absent"))
        for row in super().question_rows(context, zones, label):
            if row.kind == "many" and absent:
                row = msgspec.structs.replace(row, value=_NOBODY, missing=False)
            yield row
        if zones.key in self.open:
            yield Row(
                f"{stem}.absent",
                "item",
                _NOBODY.capitalize(),
                on=absent,
                level=1,
                help="Their connections are left out, without a remark.",
                question=question_at(context.catalog, context.plan, f"{stem}.absent"),
                choice=True,
            )

    def place_pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        """Keys on the rows of a place."""
        question = row.question
        if question is None or "roles" not in question.key.split(".")[:3]:
            return None
        stem = question.key.rpartition(".")[0]
        zones = question_at(context.catalog, context.plan, f"{stem}.zones")
        absent = question_at(context.catalog, context.plan, f"{stem}.absent")
        gone = bool(value_of(context.catalog, context.plan, absent.key))
        if row.key == absent.key:
            if key in ("space", "enter"):
                return Answer(absent, not gone, go=zones.key)
            if key == "escape":
                self.open.discard(zones.key)
                return Look(go=zones.key)
        if row.key == zones.key and key in ("left", "right"):
            values: list[object] = [choice.value for choice in zones.choices] + [None]
            now = value_of(context.catalog, context.plan, zones.key)
            here: object = None if gone else now[0] if isinstance(now, tuple) and now else -1
            if here == -1:
                at = 0 if key == "right" else len(values) - 1
            else:
                at = (values.index(here) + (1 if key == "right" else -1)) % len(values)
            chosen = values[at]
            if chosen is None:
                return Answer(absent, True, go=zones.key)
            return Answer(zones, (str(chosen),), go=zones.key)
        return None
