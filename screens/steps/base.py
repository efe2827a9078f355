"""What every step of the wizard is made of: questions turned into rows, keys on rows turned into
outcomes.

A step knows no widget: it is given what there is (`Context`) and gives back rows, or what a key
comes to. What it remembers is only how it is looked at: what is folded open, and texts that could
not be taken.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from screens.board.derived import Derived
from screens.widgets.rows import Row, RowKey, Spot
from wizard.facts.model import Catalog
from wizard.plan.field import ChoiceKey
from wizard.plan.model import Plan
from wizard.questions import (
    STEPS,
    AnswerError,
    Question,
    StepId,
    Value,
    parse,
    questions,
    value_of,
    written,
)
from wizard.tables import by_id

# Lists of choices up to so many are always open; longer ones, and zones, fold open on a key.
SHORT_LIST = 8


class Context(msgspec.Struct, frozen=True):
    """What a step can see. `derived` is None until the first plan has been worked out."""

    catalog: Catalog
    plan: Plan
    derived: Derived | None
    columns: int
    next_step: StepId | None = None


class Answer(msgspec.Struct, frozen=True):
    """A question was answered. `go` is the row to stand on then."""

    question: Question
    value: Value
    go: RowKey | None = None


class Change(msgspec.Struct, frozen=True):
    """The plan's structure was changed, in the words of `what`."""

    plan: Plan
    what: str
    go: RowKey | None = None


class Look(msgspec.Struct, frozen=True):
    """Only what is shown changed."""

    go: RowKey | None = None
    note: str = ""


class GoStep(msgspec.Struct, frozen=True):
    """To another step."""

    step: StepId


class FilesChanged(msgspec.Struct, frozen=True):
    """Other files would be written now."""


class ShowFile(msgspec.Struct, frozen=True):
    """A look into a file that would be written."""

    path: str


class WriteFiles(msgspec.Struct, frozen=True):
    """Write the files."""


Outcome = Answer | Change | Look | GoStep | FilesChanged | ShowFile | WriteFiles


class FormStep:
    """A step that is a form. Subclasses add their own rows and keys."""

    id: StepId
    reads_derived = False
    keys = ""

    def __init__(self) -> None:
        self.open: set[RowKey] = set()
        self.pending: dict[RowKey, str] = {}
        self.problems: dict[RowKey, str] = {}

    # --- rows ------------------------------------------------------------------------------------

    def rows(self, context: Context) -> tuple[Row, ...]:
        """All rows, in order."""
        return (*self.head(context), *self.body(context), *self.tail(context))

    def head(self, context: Context) -> Iterator[Row]:
        """What stands above the questions."""
        yield Row("about", "note", by_id(STEPS)[self.id].about)

    def body(self, context: Context) -> Iterator[Row]:
        """The questions, under their headings."""
        yield from self.grouped(context, questions(context.catalog, context.plan, self.id))

    def reveal(self, plan: Plan, key: RowKey | None) -> None:
        """Fold open what holds a row that is gone to."""

    def tail(self, context: Context) -> Iterator[Row]:
        """The way on, for those who only know Tab and Enter."""
        if context.next_step is not None:
            title = by_id(STEPS)[context.next_step].title
            yield Row("blank:tail", "note")
            yield Row(
                Spot("go", context.next_step),
                "action",
                f"Next: {title} →",
                help="Enter goes on. Alt+Left and Alt+Right change steps.",
            )

    def grouped(self, context: Context, all_questions: tuple[Question, ...]) -> Iterator[Row]:
        """Rows of questions, with a heading where the group changes."""
        group = prefix = ""
        for question in all_questions:
            if question.group != group:
                group, prefix = question.group, ""
                yield from self.heading(context, question)
            row_label = question.label
            start, colon, rest = question.label.partition(": ")
            if colon and start == prefix:
                row_label = rest
            prefix = start
            yield from self.question_rows(context, question, row_label)

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        """What stands above a group."""
        yield Row(Spot("group", question.group), "heading", question.group)

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        """One question: a box, a field, or a list that folds open."""
        for row in self._plain_rows(context, question, label):
            yield _marked(row, context) if row.key == question.key else row

    def _plain_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        value = value_of(context.catalog, context.plan, question.key)
        if question.kind == "flag":
            yield self._row(
                question, "flag", label, on=bool(value), value=self.remark(context, question)
            )
        elif question.kind in ("choice", "choices", "zones"):
            yield from self._list(question, label, value)
        else:
            pending = self.pending.get(question.key)
            text = written(question, value) if pending is None else pending
            row = self._row(
                question, "text", label, value=text, missing=question.required and not value
            )
            yield row

    def remark(self, context: Context, question: Question) -> str:
        """A word beside a box."""
        return ""

    def _list(self, question: Question, label: str, value: Value) -> Iterator[Row]:
        chosen = value if isinstance(value, tuple) else () if value is None else (value,)
        among = frozenset(chosen)  # a role may be in a thousand zones
        names = [choice.label for choice in question.choices if choice.value in among]
        missing = question.required and not chosen
        kind = "one" if question.kind == "choice" else "many"
        always = question.kind == "choices" and len(question.choices) <= SHORT_LIST
        if always:
            kind = "label"
            names = [] if not missing else ["choose at least one"]
        yield self._row(question, kind, label, value=", ".join(names), missing=missing)
        asks = missing and kind == "one" and len(question.choices) <= SHORT_LIST
        unfolded = always or question.key in self.open or asks
        if unfolded:
            for choice in question.choices:
                yield Row(
                    ChoiceKey(question.key, choice.value),
                    "item",
                    choice.label,
                    on=choice.value in among,
                    radio=kind == "one",
                    level=question.level + 1,
                    help=question.help,
                    more=question.more,
                    question=question,
                    choice=choice.value,
                )

    def _row(
        self,
        question: Question,
        kind: str,
        label: str,
        *,
        value: str = "",
        on: bool = False,
        missing: bool = False,
    ) -> Row:
        return Row(
            question.key,
            kind,  # type: ignore[arg-type]
            label[:1].upper() + label[1:],
            value=value,
            on=on,
            level=question.level,
            help=question.help,
            more=question.more,
            missing=missing,
            question=question,
            problem=self.problems.get(question.key, ""),
        )

    # --- keys ------------------------------------------------------------------------------------

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        """What a key on a row comes to; None where it means nothing there.

        Raises:
            AnswerError: with words for the person.
        """
        work = key in ("space", "enter")
        if row.kind == "text":
            if key == "escape" and row.key in self.pending:
                self.forget(row.key)
                return Look(go=row.key)
            return None
        if work and context.next_step and row.key == Spot("go", context.next_step):
            return GoStep(context.next_step)
        question = row.question
        if question is None:
            return None
        if row.kind == "flag" and work:
            return Answer(question, not row.on)
        if row.kind == "item":
            if work:
                return self._choose(context, question, row)
            if key == "escape" and question.key in self.open:
                self.open.discard(question.key)
                return Look(go=question.key)
        if row.kind in ("one", "many"):
            if key in ("left", "right"):
                return self._cycle(context, question, 1 if key == "right" else -1)
            if work:
                self.open ^= {question.key}
                if question.kind == "zones" and not question.choices:
                    raise AnswerError("There are no zones yet. Add one first, with its network.")
                if question.key in self.open and question.choices:
                    return Look(go=ChoiceKey(question.key, question.choices[0].value))
                return Look(go=row.key)
            if key == "escape" and question.key in self.open:
                self.open.discard(question.key)
                return Look(go=row.key)
        return None

    def typed(self, context: Context, row: Row, text: str) -> Outcome | None:
        """What a text typed into a field comes to.

        Raises:
            AnswerError: where it cannot be taken; it stays in the field.
        """
        assert row.question is not None
        try:
            value = parse(row.question, text)
        except AnswerError as error:
            self.pending[row.key] = text
            self.problems[row.key] = str(error)
            raise
        self.forget(row.key)
        return Answer(row.question, value)

    def unfinished(self) -> str:
        """What is still to be done in a step that somebody has been at; '' for nothing."""
        return ""

    def plan_changed(self) -> None:
        """The plan was replaced; texts that could not be taken stay as they are."""

    def forget(self, key: RowKey) -> None:
        """Drop what could not be taken there."""
        self.pending.pop(key, None)
        self.problems.pop(key, None)

    def _choose(self, context: Context, question: Question, row: Row) -> Answer:
        if question.kind == "choice":
            self.open.discard(question.key)
            return Answer(question, row.choice, go=question.key)
        chosen = value_of(context.catalog, context.plan, question.key)
        values = {*(chosen if isinstance(chosen, tuple) else ())} ^ {row.choice}
        return Answer(question, tuple(c.value for c in question.choices if c.value in values))

    def _cycle(self, context: Context, question: Question, by: int) -> Answer | None:
        """The next of the choices; of zones the next single one."""
        if question.kind == "choices" or not question.choices:
            return None
        value = value_of(context.catalog, context.plan, question.key)
        values = [choice.value for choice in question.choices]
        now = value[0] if isinstance(value, tuple) and value else value
        at = values.index(now) if now in values else (-1 if by > 0 else 0)  # type: ignore[arg-type]
        chosen = values[(at + by) % len(values)]
        return Answer(question, (chosen,) if question.kind == "zones" else chosen)


def _marked(row: Row, context: Context) -> Row:
    """The row of an answer, with a word beside it where it is behind an error, or where what stands
    in it is nobody's yet.
    """
    assert row.question is not None
    errors = context.derived.errors_by_key if context.derived is not None else {}
    error = errors.get(row.question.key)
    if error is not None:
        return msgspec.structs.replace(row, mark="error", help=error)
    if row.kind != "text" or not row.value:
        return row
    # The first frame has no such field, and can do without the presets.
    from wizard.plan.examples import is_example

    # What could not be taken is in the field: it is the person's own.
    if row.problem or not is_example(context.plan, row.question.key):
        return row
    yours = "Where it is yours by chance, type it once more."
    more = "\n\n".join(filter(None, (row.help, yours, row.more)))
    words = "An example: put in your own. It replaces this; Enter goes to the next one."
    return msgspec.structs.replace(row, mark="example", help=words, more=more, replaced=True)


def problem_of(row: Row, text: str | None) -> str:
    """The error of a row with this text in its field ('' for none); once there was one, it is looked
    at again with every key.
    """
    if not row.problem or text is None or row.question is None:
        return row.problem
    try:
        parse(row.question, text)
    except AnswerError as error:
        return str(error)
    return ""
