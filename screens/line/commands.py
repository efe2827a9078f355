"""What can be written in line mode besides answers: declared once, for its help, the guide, and
what a line is taken for.
"""

from __future__ import annotations

import re

import msgspec

from wizard.questions import StepId

# What is said first.
ABOUT = (
    "Questions come one after another. Enter alone keeps what is there. ? says more, h lists all"
    " that can be written besides answers, b goes back, q leaves; the draft is kept. Nothing is"
    " applied to any system."
)


class CommandForm(msgspec.Struct, frozen=True):
    """Ways to write a command, or several that belong together, and what they do."""

    written: tuple[str, ...]
    about: str


FORMS: tuple[CommandForm, ...] = (
    CommandForm(("Enter alone",), "keep what is there, on to the next question"),
    CommandForm(("?",), "more about this question, with its name in the plan file"),
    CommandForm(("b", "s"), "back to the question before; skip to the next heading"),
    CommandForm(
        ("l", "l ipp"), "list this step's questions; only what fits, features and products too"
    ),
    CommandForm(("g", "g 3", "g 3.2"), "list the steps; go to step 3; go to its second question"),
    CommandForm(
        ("f WORDS",), "find by name, port or host: questions of all steps, rules, files, products"
    ),
    CommandForm(
        ("set NAME ANSWER", "set NAME"),
        "answer from anywhere, by the name in the plan file or enough words of it; what is answered"
        " there",
    ),
    CommandForm(
        ("add KIND NAME", "rename KIND OLD NEW", "remove KIND NAME"),
        "a zone, site, firewall, front, installation, connection or endpoint of your own, or what must "
        "never be, from anywhere",
    ),
    CommandForm(
        ("answers FILE",), "take such lines from a file: all of them, or none where one is wrong"
    ),
    CommandForm(("u", "r", "-"), "undo; redo; take the answer to this question back"),
    CommandForm(("o", "x"), "what is still open; what follows so far"),
    CommandForm(
        ("x rules", "x rules 9100"), "read a list; only what fits: a port, an address, a name"
    ),
    CommandForm(("/ WORDS", "/"), "show the last list again, only what fits; all of it"),
    CommandForm(
        ("why 3", "to 3"), "why the third line of that list is there; go to the answer behind it"
    ),
    CommandForm(
        ("e SOURCE DESTINATION 9191/tcp", "e"),
        "why a connection gets through or where it stops; what can be asked",
    ),
    CommandForm(
        ("c", "c FILE.toml", "c opened"),
        "what changed since the file it came from; beside another plan; since the wizard was opened",
    ),
    CommandForm(("cr FOLDER",), "write what c showed as a change request"),
    CommandForm(("w", "w FILE"), "write the plan to its file; to another one"),
    CommandForm(
        ("preset", "rename OLD NEW", "remove NAME"),
        "start from a network; change zones and sites in the network step, firewalls in the next,"
        " connections of your own in the features step",
    ),
    CommandForm(
        ("another cups cups-north",), "in the first step: one more installation, by that name"
    ),
    CommandForm(("=b",), "take b as the answer, even if it looks like one of these"),
    CommandForm(("h",), "this list"),
    CommandForm(("q",), "leave; the draft is kept"),
)

KEYS: tuple[str, ...] = tuple(f"{', '.join(form.written)}: {form.about}." for form in FORMS)

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
    "f": "find",
    "/": "filter",
    "q": "quit",
}
# What is written by who does not know the letters yet, and what it means.
_SPELLED = {
    "help": "h",
    "back": "b",
    "skip": "s",
    "list": "l",
    "find": "f",
    "undo": "u",
    "redo": "r",
    "open": "o",
    "save": "w",
    "quit": "q",
    "exit": "q",
}
# Words that take something after them, and with it are no likely answer.
_WITH_REST = re.compile(
    r"(g) ?([0-9.]+)|(x) ([a-z]+(?: .+)?)|(w) (.+)|(why|to) ?([0-9]+)|([lf/]) +(.+)"
    r"|(c) (opened|.*\.toml|\S*/\S*)|(cr) (.+)|(e) (\S+ +\S+ +[0-9]\S*)|(answers) (\S*[./]\S*|.*\.txt)",
    re.I,
)
_KINDS = r"(?:zone|site|firewall|front|never|installation|connection|endpoint|party)"
# A name in the plan file has dots, but for these two: 'set up a queue' is an answer.
_SETTING_AS_DOCUMENTED = re.compile(
    rf"set +(?:[^\s=]+\.[^\s=.]+(?:[\s=].*)?|(?:name|products)(?:[\s=].*)?)|add +{_KINDS} +\S.*"
    rf"|remove +{_KINDS} +\S+|rename +{_KINDS} +\S+ +\S+"
)
_SETTING = re.compile(_SETTING_AS_DOCUMENTED.pattern, re.I)
# What takes any words after it, and so is any sentence too, and what makes it plainly a command.
_ANY_WORDS = re.compile(r"(set +(?:name|products)) +([^\s=].*)|((?:w|cr)) +(?!\S*/|.*\.toml$)(.+)")
_STRUCTURE = re.compile(r"(rename|remove|preset|another)(?: +(.+))?", re.I)


class LineCommand(msgspec.Struct, frozen=True):
    """A command and what stands after it."""

    name: str
    rest: str = ""


def command_of(text: str, step: StepId, *, at_text: bool = False) -> LineCommand | None:
    """The command that a line is; None for an answer, which may be any text where it is `at_text`."""
    # There, 'Remove firewall core' may be what somebody asks for: commands have small letters. Nor
    # is there one in words that may be meant either way: who asks says so, by `plainly`.
    if at_text and plainly(text):
        return None
    if (name := _NAMES.get(text.casefold())) is not None:
        return LineCommand(name)
    setting = _SETTING_AS_DOCUMENTED if at_text else _SETTING
    if setting.fullmatch(text):
        return LineCommand("set", text)
    if match := _WITH_REST.fullmatch(text):
        word, rest = (part for part in match.groups() if part is not None)
        if at_text and not _is_documented(word):
            return None
        return LineCommand(_NAMES.get(word.casefold(), word.casefold()), rest.strip())
    steps = ("products", "features", "network", "firewalls")
    if step in steps and (match := _STRUCTURE.fullmatch(text)):
        word = match[1].casefold()
        if at_text and not _is_documented(match[1]):
            return None
        if step == {"preset": "network", "another": "products"}.get(word, step):
            return LineCommand(word, (match[2] or "").strip())
    return None


def plainly(text: str) -> str:
    """The command in a form that no answer has, where the line may be any sentence: `set name = X`
    for 'set name X', `w ./x` for 'w x'; '' where it may not.
    """
    match = _ANY_WORDS.fullmatch(text)
    if match is None:
        return ""
    setting, answer, word, path = match.groups()
    return f"{setting} = {answer}" if setting else f"{word} ./{path}"


def spelled_out(text: str) -> str:
    """The letter of a command that was written as a word: `q` for 'quit'; '' where it is none."""
    return _SPELLED.get(text, "")


def _is_documented(word: str) -> bool:
    """Whether it is written in small letters, as in the help."""
    return word == word.casefold()
