"""What can be written in line mode besides answers."""

from __future__ import annotations

import re

import msgspec

from wizard.questions import StepId

KEYS: tuple[str, ...] = (
    "Enter alone: keep what is there, on to the next question.",
    "?: more about this question.",
    "b: back to the question before. s: skip to the next heading. l: list this step's questions.",
    "g: list the steps. g 3: go to step 3. g 3.2: go to its second question.",
    "u: undo the last answer. r: redo it.",
    "-: take the answer to this question back.",
    "o: what is still open. x: what follows so far. x rules: read a list of it.",
    "why 3: why the third line of that list is there. to 3: go to the answer behind it.",
    (
        "e SOURCE DESTINATION 9191/tcp: why a connection gets through, or where it stops. e: what"
        " can be asked."
    ),
    (
        "c: what changed since the plan file was opened. c FILE.toml: beside another plan. c"
        " opened: since the start."
    ),
    "cr FOLDER: write what c showed last as a change request.",
    "w: write the plan to a file. w FILE: to this one.",
    (
        "In the network step: preset; rename OLD NEW and remove NAME for zones and sites. In the"
        " next: the same for firewalls; in the features step for connections of your own."
    ),
    (
        "In the first step: another cups cups-north adds an installation of cups by that name;"
        " rename and remove as well."
    ),
    "=TEXT: take TEXT as the answer, even if it looks like one of these.",
    "q: leave; the draft is kept.",
)

_NAMES = {
    "?": "help",
    "h": "keys",
    "??": "keys",
    "b": "back",
    "u": "undo",
    "r": "redo",
    "s": "skip",
    "l": "list",
    "g": "go",
    "o": "open",
    "c": "compare",
    "e": "explain",
    "x": "lists",
    "w": "save",
    "cr": "request",
    "q": "quit",
}
# Words that take something after them, and with it are no likely answer.
_WITH_REST = re.compile(
    r"(g) ?([0-9.]+)|(x) ([a-z]+)|(w) (.+)|(why|to) ?([0-9]+)"
    r"|(c) (opened|.*\.toml|\S*/\S*)|(cr) (.+)|(e) (\S+ +\S+ +[0-9]\S*)",
    re.I,
)
_STRUCTURE = re.compile(r"(rename|remove|preset|another)(?: +(.+))?", re.I)


class LineCommand(msgspec.Struct, frozen=True):
    """A command and what stands after it."""

    name: str
    rest: str = ""


def command_of(text: str, step: StepId) -> LineCommand | None:
    """The command that a line is; None for an answer."""
    if (name := _NAMES.get(text.casefold())) is not None:
        return LineCommand(name)
    if match := _WITH_REST.fullmatch(text):
        word, rest = (part for part in match.groups() if part is not None)
        return LineCommand(_NAMES.get(word.casefold(), word.casefold()), rest.strip())
    steps = ("products", "features", "network", "firewalls")
    if step in steps and (match := _STRUCTURE.fullmatch(text)):
        word = match[1].casefold()
        if step == {"preset": "network", "another": "products"}.get(word, step):
            return LineCommand(word, (match[2] or "").strip())
    return None
