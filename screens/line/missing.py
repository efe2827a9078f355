"""`--only-missing` in line mode: just the questions that a plan still needs an answer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from screens.line.adding import NEW_ZONE, NewZone
from screens.line.item import Item
from screens.line.items import single
from screens.line.mode import LineWizard
from screens.line.talk import Talk
from screens.widgets.rows import RowKey
from wizard.plan.keys import Key, RoleKey
from wizard.questions import AnswerError, StepId, question_at
from wizard.session.session import Session


class OnlyMissing(LineWizard):
    """Asks just what a plan still needs, whatever step it stands in."""

    whole = False

    def __init__(self, session: Session, talk: Talk) -> None:
        super().__init__(session, talk)
        self._asked: list[RowKey] = []

    def items(self) -> tuple[Item, ...]:
        """What was asked so far, and what is open. Places need zones: without any, those come
        first.
        """
        waiting: list[RowKey] = [question.key for question in self.derived.open]
        if not self.plan.zones and any(isinstance(key, RoleKey) for key in waiting):
            waiting.insert(0, NEW_ZONE)
        return tuple(self._items(dict.fromkeys([*self._asked, *waiting])))

    def _items(self, keys: Iterable[RowKey]) -> Iterator[Item]:
        for key in keys:
            if isinstance(key, Key):
                with suppress(AnswerError):
                    yield single(self.catalog, self.plan, key)
            else:
                yield NewZone()

    def turn(self) -> bool:
        """Ask one of them; False when all were asked."""
        if not self.items():
            return False
        key = self._item().key
        if key not in self._asked:
            self._asked.append(key)
        self.session.draft.step = (
            question_at(self.catalog, self.plan, key).step if isinstance(key, Key) else "network"
        )
        return super().turn()

    def number(self, number: int) -> str:
        """`2.`."""
        return f"{number}."

    def _announce(self) -> None:
        self.talk.say("", f"Questions of this plan that are open: {len(self.derived.open)}.")

    def _next_step(self) -> bool:
        return False

    def neighbour(self, by: int) -> StepId | None:
        """There are no steps here."""
        return None

    def go(self, step: StepId, key: RowKey | None = None, announce: bool = True) -> None:
        """To another of the open questions."""
        if key is not None:
            self.at = key
