"""What a question is, and the steps that questions stand in."""

from __future__ import annotations

import msgspec

from wizard.facts.model import Choice, Fact
from wizard.plan.field import Kind, StepId, Value
from wizard.plan.keys import Key

# A line of help stands under its field on an 80-column terminal, between two borders.
HELP_COLUMNS = 76


class Step(msgspec.Struct, frozen=True):
    """One page of the wizard. `about` says in one sentence what is asked there."""

    id: StepId
    title: str
    about: str


class Question(msgspec.Struct, frozen=True):
    """One question: which answer it asks for, its words, and what can be answered.

    `help` is one line of at most 76 columns, `more` plain paragraphs. `default` is what counts
    while nothing is answered. `required` tells that the plan cannot do without an answer. `level`
    is 1 for an option under its feature. `words`: other names that a filter finds it by; `facts`:
    what it opens, and `inside`: what it asks once it is answered with yes, for the same.
    """

    key: Key
    step: StepId
    group: str
    kind: Kind
    label: str
    help: str
    more: str
    choices: tuple[Choice, ...] = ()
    default: Value = None
    required: bool = False
    level: int = 0
    words: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    inside: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[Value, str]:
        """Value → label of each choice."""
        return {choice.value: choice.label for choice in self.choices}


def named_choice(name: str) -> Choice:
    """What is chosen by its own name: a zone, a listener."""
    return Choice(name, name)


STEPS: tuple[Step, ...] = (
    Step("products", "Products", "Which print-management systems run here."),
    Step("features", "Features", "Which of their parts you use."),
    Step("network", "Network", "Which networks there are; who sits where."),
    Step("firewalls", "Firewalls and proxy", "What stands on the way; the web proxy."),
    Step("request", "Request", "Who asks and why, for the papers. Everything here is optional."),
    Step("review", "Review", "What each firewall must let through, and what is still open."),
    Step("export", "Export", "Which files to write, and where."),
)


def one_line(text: str) -> str:
    """The text as one line of help: the first sentences that fit, or the first words."""
    line = " ".join(text.split())
    if len(line) <= HELP_COLUMNS:
        return line
    sentences = line[: HELP_COLUMNS + 1].rpartition(". ")[0]
    if sentences:
        return f"{sentences}."
    return line[: HELP_COLUMNS - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
