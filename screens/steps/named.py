"""What the network and the firewalls step share: things with names, and places of roles in few
rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import msgspec

from screens.steps.base import Answer, Context, FormStep, Look, Outcome
from screens.widgets.rows import Row, RowKey, Spot
from wizard.plan.keys import RoleKey
from wizard.questions import AnswerError, Question, question_at, value_of

_NOBODY = "there are none"


class NamedStep(FormStep, ABC):
    """A form in which things can be added and renamed: the name is typed where the thing stands."""

    def __init__(self) -> None:
        super().__init__()
        self.naming: Spot | None = None
        self.suggestion = ""

    def name_row(self, label: str, help: str) -> Row:
        """The field for the name of what is being added or renamed."""
        text = self.pending.get("naming", self.suggestion)
        return Row(
            "naming",
            "text",
            label,
            value=text,
            help=help,
            problem=self.problems.get("naming", ""),
            replaced="naming" not in self.problems,
        )

    def start(self, naming: Spot, suggestion: str) -> Look:
        """Ask for a name, of what is added or of what has that row."""
        self.naming, self.suggestion = naming, suggestion
        self.forget("naming")
        return Look(go="naming")

    def stop(self, go: RowKey | None = None) -> Look:
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
        match question.key:
            case RoleKey(part="absent") as key:
                if value_of(context.catalog, context.plan, key):
                    yield from self._place(context, key, question.label.partition(":")[0])
            case RoleKey(part="zones") as key:
                yield from self._place(context, key, label.removesuffix(": zones"))
            case _:
                yield from super().question_rows(context, question, label)

    def _place(self, context: Context, key: RoleKey, label: str) -> Iterator[Row]:
        """The zones of a role, with 'there are none' among them."""
        zones = question_at(context.catalog, context.plan, key.beside("zones"))
        absent = question_at(context.catalog, context.plan, key.beside("absent"))
        nobody = bool(value_of(context.catalog, context.plan, absent.key))
        for row in super().question_rows(context, zones, label):
            if row.kind == "many" and nobody:
                row = msgspec.structs.replace(row, value=_NOBODY, missing=False)
            yield row
        if zones.key in self.open:
            yield Row(
                absent.key,
                "item",
                _NOBODY.capitalize(),
                on=nobody,
                level=1,
                help="Their connections are left out, without a remark.",
                question=absent,
                choice=True,
            )

    def place_pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        """Keys on the rows of a place."""
        place = row.question.key if row.question is not None else None
        if not isinstance(place, RoleKey):
            return None
        zones = question_at(context.catalog, context.plan, place.beside("zones"))
        absent = question_at(context.catalog, context.plan, place.beside("absent"))
        nobody = bool(value_of(context.catalog, context.plan, absent.key))
        if row.key == absent.key:
            if key in ("space", "enter"):
                return Answer(absent, not nobody, go=zones.key)
            if key == "escape":
                self.open.discard(zones.key)
                return Look(go=zones.key)
        if row.key == zones.key and key in ("left", "right"):
            # Round all zones, and nobody after the last.
            values = [str(choice.value) for choice in zones.choices]
            current = value_of(context.catalog, context.plan, zones.key)
            if nobody:
                at = len(values)
            else:
                at = values.index(str(current[0])) if isinstance(current, tuple) and current else -1
            if at >= 0:
                at += 1 if key == "right" else -1
            elif key == "right":
                at = 0
            at %= len(values) + 1
            if at == len(values):
                return Answer(absent, True, go=zones.key)
            return Answer(zones, (values[at],), go=zones.key)
        return None
