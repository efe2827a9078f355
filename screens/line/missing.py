"""`--only-missing` in line mode: just the questions that a plan still needs an answer to."""

from __future__ import annotations

from screens.line.items import Item, NewZone, single
from screens.line.mode import LineWizard
from screens.line.talk import Talk
from wizard.questions import AnswerError, StepId, question_at
from wizard.session.session import Session

_ZONE = "zone+"


class OnlyMissing(LineWizard):
    """Asks just what a plan still needs, whatever step it stands in."""

    whole = False

    def __init__(self, session: Session, talk: Talk) -> None:
        super().__init__(session, talk)
        self._asked: list[str] = []

    def items(self) -> tuple[Item, ...]:
        """What was asked so far, and what is open. Places need zones: without any, those come
        first.
        """
        waiting = [question.key for question in self.derived.open]
        if not self.plan.zones and any(key.startswith("roles.") for key in waiting):
            waiting.insert(0, _ZONE)
        keys = dict.fromkeys([*(key for key in self._asked if self._exists(key)), *waiting])
        return tuple(
            NewZone() if key == _ZONE else single(self.catalog, self.plan, key) for key in keys
        )

    def _exists(self, key: str) -> bool:
        if key == _ZONE:
            return True
        try:
            question_at(self.catalog, self.plan, key)
        except AnswerError:
            return False
        return True

    def turn(self) -> bool:
        """Ask one of them; False when all were asked."""
        if not self.items():
            return False
        key = self._item().key
        if key not in self._asked:
            self._asked.append(key)
        self.session.draft.step = (
            "network" if key == _ZONE else question_at(self.catalog, self.plan, key).step
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

    def go(self, step: StepId, key: str | None = None, announce: bool = True) -> None:
        """To another of the open questions."""
        if key is not None:
            self.at = key
