"""Line mode: the wizard as a conversation, for dumb terminals, serial consoles and screen readers.

The same questions in the same order, from the same declarations, one line each; the same plan comes
out. No Textual here.
"""

from __future__ import annotations

from screens.board.derived import Derived, summary
from screens.line.asking import Asking
from screens.line.commands import ABOUT
from screens.line.doing import understood
from screens.line.end import ExportAnswers, ReviewItem, Write, export_items
from screens.line.item import Goto, Item, ItemContext, LineOutcome, Next, Stay, Took
from screens.line.items import items
from screens.line.lists import Lists
from screens.line.talk import Talk
from screens.widgets.lines import short
from screens.widgets.rows import RowKey
from wizard.facts.model import Catalog
from wizard.findings.facts import facts_news
from wizard.plan.catalog import catalog_of
from wizard.plan.keys import Key, RoleKey
from wizard.plan.model import Plan
from wizard.questions import (
    STEPS,
    AnswerError,
    StepId,
    questions,
    value_of,
)
from wizard.session.draft_file import Place
from wizard.session.session import Effect, NotTaken, OnlyHere, Session
from wizard.tables import by_id, ids_of

# So many columns are left for an answer behind the prompt.
_ROOM = 30
_THE_END = "This is the end. q leaves, g 1 begins again at the first step."


class LineWizard:
    """One conversation. Every answer is on disk before the next line is read."""

    # Whether all steps are asked; without it there is nowhere to go but to the next question.
    whole = True

    def __init__(self, session: Session, talk: Talk) -> None:
        self.session = session
        self.talk = talk
        self.lists = Lists(lambda: self.derived)
        self.exporting = ExportAnswers(session.exporter)
        self.asking = Asking()
        self.derived = Derived(*session.follow(None))
        self.at: RowKey | None = None
        # What was read last, which can be filtered.
        self.shown = Stay(())
        self._group = ""

    @property
    def catalog(self) -> Catalog:
        """The facts as the plan sees them."""
        return catalog_of(self.session.catalog, self.plan)

    @property
    def plan(self) -> Plan:
        """The plan as it is answered now."""
        return self.session.plan

    @property
    def step(self) -> StepId:
        """The step that is asked now."""
        return self.session.step

    def run(self) -> None:
        """Talk until everything was asked.

        Raises:
            Left: where the person leaves before, or is gone.
        """
        self.talk.say(ABOUT)
        self._announce()
        if words := facts_news(self.derived.deployment.findings):
            self.talk.say(words)
        self._take_up()
        while self.turn():
            pass

    def turn(self) -> bool:
        """Ask one item until it is answered or left. False at the end."""
        item = self._item()
        self._stand(item)
        context = self.context()
        words = item.words(context)
        number = self._keys().index(item.key) + 1
        shown = [""]
        if item.group != self._group and not words.title.startswith(item.group):
            shown.append(item.group)
        self._group = item.group
        shown.append(f"{self.number(number)} {words.title}")
        shown += [f"  {line}" for line in words.lines]
        if words.now:
            shown.append(f"Now: {words.now}.")
        below = self.talk.listed(shown)
        while True:
            # What was written below a page is answered before anything is asked again.
            text = below or self.talk.ask(self._prompt(item))
            below = ""
            try:
                outcome = understood(self, item, text)
            except AnswerError as error:
                self.talk.say(str(error))
                self._stand(item, text)
                continue
            if isinstance(outcome, Stay):
                self.shown = outcome
                below = self.talk.listed(outcome.lines, exact=outcome.exact)
                continue
            if isinstance(outcome, Took) and outcome.go == item.key:
                # What was answered is another question: this one is not said again.
                self._take(outcome)
                again = self._item()
                if again.key != item.key:
                    return True
                now = again.words(self.context()).now
                if now != words.now:
                    self.talk.say(f"Now: {now}.")
                item, words = again, again.words(self.context())
                continue
            if isinstance(outcome, Next) and isinstance(item, Write):
                # Nobody need hear the whole list of files again.
                self.talk.say(_THE_END)
                continue
            return self._go_on(item, outcome)

    def _prompt(self, item: Item) -> str:
        """`4.8 core: joins the zones> `."""
        number = self.number(self._keys().index(item.key) + 1)
        return f"{number} {short(item.subject(self.context()), self.talk.columns - _ROOM)}> "

    def _stand(self, item: Item, refused: str = "") -> None:
        """Keep where one is, and what could not be taken there."""
        key = str(item.key)
        place = Place(key, refused={key: refused} if refused else {})
        if refused or self.session.draft.saved is not None:
            self._tell(self.session.stand(place))

    def _take_up(self) -> None:
        """Go on where the draft was left, and say what was written there and not taken."""
        place = self.session.draft.place
        item = next((item for item in self.items() if str(item.key) == place.row), None)
        if item is None:
            return
        self.at = item.key
        text = place.typed or place.refused.get(place.row)
        if text:
            self.talk.say(f"Written before, and not taken: {text}")

    def context(self) -> ItemContext:
        """What the items can see."""
        return ItemContext(self.catalog, self.plan, self.derived)

    # --- what is asked

    def items(self) -> tuple[Item, ...]:
        """What the present step asks."""
        return self.items_of(self.step)

    def items_of(self, step: StepId) -> tuple[Item, ...]:
        """What a step asks, or would ask."""
        if step == "review":
            return (ReviewItem(self.lists),)
        if step == "export":
            return export_items(self.exporting)
        return items(self.catalog, self.plan, step)

    def _item(self) -> Item:
        items = self.items()
        return next((item for item in items if item.key == self.at), items[0])

    def _keys(self) -> list[RowKey]:
        return [item.key for item in self.items()]

    def number(self, number: int) -> str:
        """`3.2`: how an item of this step is called."""
        return f"{self._step_number}.{number}"

    @property
    def _step_number(self) -> int:
        return list(ids_of(STEPS)).index(self.step) + 1

    def _announce(self) -> None:
        step = by_id(STEPS)[self.step]
        self.talk.say("", f"Step {self._step_number} of {len(STEPS)}: {step.title}. {step.about}")

    # --- moving

    def _go_on(self, item: Item, outcome: LineOutcome) -> bool:
        before = self._keys()
        if isinstance(outcome, Goto):
            self.go(outcome.step, outcome.key)
            return True
        if isinstance(outcome, Took):
            self._take(outcome)
            if outcome.go is not None:
                self.at = outcome.go
                return True
        return self._next(item.key, before)

    def _next(self, key: RowKey, before: list[RowKey]) -> bool:
        """To the item after this one: where it is gone, to the first that stood after it and is
        still there.
        """
        now = self._keys()
        after = before[before.index(key) + 1 :] if key in before else []
        at = (
            now.index(key) + 1
            if key in now
            else next((now.index(k) for k in after if k in now), len(now))
        )
        if at < len(now):
            self.at = now[at]
            return True
        return self._next_step()

    def _next_step(self) -> bool:
        following = self.neighbour(1)
        if following is None:
            self.talk.say(_THE_END)
            self.at = self.items()[-1].key
        else:
            self.go(following)
        return True

    def back(self) -> None:
        """To the item before, in the step before where this is the first."""
        now = self._keys()
        at = now.index(self._item().key)
        if at > 0:
            self.at = now[at - 1]
            return
        before = self.neighbour(-1)
        if before is None:
            self.talk.say("This is the first question.")
            return
        self.go(before, announce=False)
        self.at = self.items()[-1].key

    def go(self, step: StepId, key: RowKey | None = None, announce: bool = True) -> None:
        """To a step, at an item of it."""
        if not self.session.applies(step):
            self.talk.say("Choose a product first; everything else follows from it.")
            return
        if step != self.step:
            self._tell(self.session.go(step))
            if announce:
                self._announce()
        self.at = self._item_of(key) if key is not None else None

    def _item_of(self, key: RowKey) -> RowKey:
        """The item that asks a question, which may be one with a list of several."""
        for item in self.items():
            flags = getattr(item, "flags", ())
            if item.key == key or any(flag.key == key for flag in flags):
                return item.key
        return key.beside("zones") if isinstance(key, RoleKey) and key.part == "absent" else key

    def neighbour(self, by: int) -> StepId | None:
        """The next or previous step that applies."""
        return self.session.neighbour(by)

    # --- answers

    def _take(self, took: Took) -> None:
        if self._tell(self.session.edit(took.plan, took.words)):
            self._follow()
        if took.note:
            self.talk.say(took.note)
        self.talk.say(summary(self.derived) + ".")

    def _follow(self) -> None:
        self.derived = Derived(*self.session.follow(self.derived.deployment))

    def _tell(self, effect: Effect) -> bool:
        """Say what went wrong; whether the plan is another one now."""
        if isinstance(effect, NotTaken) or (isinstance(effect, OnlyHere) and effect.news):
            self.talk.say(str(effect.error))
        return effect.changed

    def undo(self, again: bool = False) -> None:
        """Take the last answer back, or give it again; its question is asked next."""
        before = self.plan
        effect = self.session.redo() if again else self.session.undo()
        if not self._tell(effect):
            if not isinstance(effect, NotTaken):
                self.talk.say("Nothing to answer again." if again else "Nothing to take back.")
            return
        self._follow()
        every = questions(self.catalog, self.plan, self.step)
        changed = [question for question in every if self._differs(before, question.key)]
        # Drafts of 0.1.0 hold no words.
        words = effect.words or (changed[0].label if changed else "the last answer")
        self.talk.say(
            f"{'Answered again' if again else 'Taken back'}: {words}.", summary(self.derived) + "."
        )
        self.at = self._item_of(changed[0].key) if changed else None

    def _differs(self, before: Plan, key: Key) -> bool:
        try:
            return value_of(self.catalog, before, key) != value_of(self.catalog, self.plan, key)
        except AnswerError:
            return True
