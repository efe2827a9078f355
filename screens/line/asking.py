"""Asking the plan in line mode: comparing it with another one, explaining a connection. Rows have
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from screens.board.why import cause, why
from screens.files import not_written
from screens.line.comparing import compared_lines
from screens.line.item import Stay
from screens.line.lists import Numbered
from screens.windows.compare.compared import Comparison, compared
from screens.windows.compare.plan_files import UnreadablePlan, read_file, spoken
from screens.windows.explain.explained import ConnectionQuestion, Told, completed, told, words
from wizard.explain import QuestionError
from wizard.plan.model import Plan
from wizard.questions import AnswerError
from wizard.session.session import Exported, Exporter
from wizard.session.storage import path_of

if TYPE_CHECKING:
    from screens.line.mode import LineWizard

_HOW_EXPLAINED = "why 3: why the third line is there. to 3: go to its question."


class Asking:
    """What was asked last; a change request is of that comparison."""

    def __init__(self) -> None:
        self.comparison: Comparison | None = None

    def compare(self, wizard: LineWizard, file: str) -> Stay:
        """This plan beside the file that was named; without one, beside the file that it came from.

        Raises:
            AnswerError: where the file is no plan; with all that is wrong with it.
        """
        name, plan = _base(wizard, file)
        self.comparison = compared(wizard.session, name, plan, wizard.derived.deployment)
        lines = partial(compared_lines, wizard.lists, self.comparison)
        return Stay(tuple(lines()), again=lines)

    def request(self, exporter: Exporter, folder: str) -> list[str]:
        """Write the comparison that was shown last as a change request into a folder.

        Raises:
            AnswerError: where nothing was compared yet, or nothing could be written.
        """
        if self.comparison is None:
            raise AnswerError("Compare first: c, or c FILE.toml.")
        old, new = self.comparison.old.deployment, self.comparison.new.deployment
        outcome = exporter.write_change(old, new, path_of(folder), replace=False)
        if not isinstance(outcome, Exported):
            raise AnswerError(not_written(outcome))
        target = outcome.folder.resolve()
        return [*(str(target / path) for path in outcome.files), *outcome.next]

    def explain(self, wizard: LineWizard, connection: str) -> list[str]:
        """The way of `SOURCE DESTINATION PORT/TRANSPORT`; with nothing after it, what can be asked.

        Raises:
            AnswerError: with what is wrong with the question.
        """
        deployment = wizard.derived.deployment
        parts = connection.split()
        if len(parts) != 3:
            return list(_askable(wizard))
        question = ConnectionQuestion(parts[0], parts[1])
        question = ConnectionQuestion(
            completed(words(deployment, question, "source"), parts[0]),
            completed(words(deployment, question, "destination"), parts[1]),
            completed(words(deployment, question, "service"), parts[2]),
        )
        try:
            answer = told(deployment, question)
        except QuestionError as error:
            raise AnswerError(f"{error}.") from None
        lines = [f"{question.source} to {question.destination}, {question.service}:"]
        return [*lines, *_explained(wizard, answer)]


def _base(wizard: LineWizard, file: str) -> tuple[str, Plan]:
    """The plan to compare with, and how it is called."""
    origin = wizard.session.draft.origin
    if file == "opened" or (not file and not origin):
        return "as it was when this was begun", wizard.session.draft.opened
    path = path_of(file or origin or "")
    plan = read_file(path, wizard.session.catalog)
    if isinstance(plan, UnreadablePlan):
        raise AnswerError("\n".join((plan.text, *plan.errors)))
    return spoken(path), plan


def _askable(wizard: LineWizard) -> Iterator[str]:
    deployment = wizard.derived.deployment
    yield "Write e SOURCE DESTINATION PORT/TRANSPORT, such as e mfp print-server 9191/tcp."
    parties = words(deployment, ConnectionQuestion(), "source")
    yield "Sources and destinations: addresses and networks of the zones, or one of these."
    yield from (f"{word.value}: {word.note}" for word in parties)


def _explained(wizard: LineWizard, answer: Sequence[Told]) -> Iterator[str]:
    deployment = wizard.derived.deployment
    items: list[Numbered] = []
    for line in answer:
        record = line.record
        if record is not None:
            items.append(Numbered(cause(deployment, record), partial(why, deployment, record)))
        elif line.key is not None:
            items.append(Numbered(line.key))
        number = f"{len(items)} " if record is not None or line.key is not None else ""
        yield f"{number}{line.text}"
    wizard.lists.number(items)
    if items:
        yield _HOW_EXPLAINED
