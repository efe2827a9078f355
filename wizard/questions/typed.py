"""Typed text ↔ values: one small reader a kind. `parse(question, written(question, value)) ==
value`.

What the readers say to the person names what was meant wherever that can be known.
"""

from __future__ import annotations

import calendar
import datetime
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable

from wizard.facts.model import Choice
from wizard.network.addresses import parse_address, parse_item, parse_network
from wizard.network.devices import read_device
from wizard.network.ports import parse_ports, range_texts
from wizard.plan.field import LISTS, AnswerError, Kind, Value
from wizard.plan.file import read_host
from wizard.questions.model import Question

_YES = frozenset({"yes", "y", "true", "on", "1"})
_NO = frozenset({"no", "n", "false", "off", "0"})
_LONGEST_TEXT = 2000


def parse(question: Question, text: str) -> Value:
    """Typed text → the value it stands for; an empty field is None, or an empty tuple for lists.

    Raises:
        AnswerError: with words for the person, where the text stands for no value.
    """
    stripped = _one_line(text)
    if not stripped:
        return () if question.kind in LISTS else None
    return _READERS[question.kind](question, stripped)


def written(question: Question, value: Value) -> str:
    """A value → the text for its input field. The empty answer is empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def checked(question: Question, value: Value) -> Value:
    """The value as the plan holds it, once it is of the question's kind and among its choices.

    Raises:
        AnswerError: with words for the person.
    """
    if value is None:
        return () if question.kind in LISTS else None
    if question.kind in LISTS and not isinstance(value, tuple):
        raise AnswerError(f"{question.label}: give a list.")
    if question.kind == "flag":
        if not isinstance(value, bool):
            raise AnswerError(f"{question.label}: answer yes or no.")
        return value
    if question.kind == "choice" and any(_same(value, choice.value) for choice in question.choices):
        return value
    # Everything else goes the way of typed text, so that a value set by program is held to the
    # same.
    return parse(question, written(question, value))


def _one_line(text: str) -> str:
    """The text with every run of white space as one blank.

    Raises:
        AnswerError: for characters that no terminal shows and no file should hold.
    """
    line = " ".join(text.split())
    for character in line:
        if unicodedata.category(character) in ("Cc", "Cs", "Cn") or character in "\ufffe\uffff":
            raise AnswerError(
                f"Take out the control character U+{ord(character):04X}; it can't be shown."
            )
    return line


def _flag(_: Question, text: str) -> Value:
    return yes_or_no(text)


def yes_or_no(text: str) -> bool:
    """What a word for yes or no says.

    Raises:
        AnswerError: where it is none.
    """
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise AnswerError("Answer yes or no.")


def _choice(question: Question, text: str) -> Value:
    return _chosen(question.choices, text)


def _choices(question: Question, text: str) -> Value:
    chosen = {_chosen(question.choices, part) for part in _parts(text, r"[,;\s]+")}
    # In the order of the choices, so that the same answer always looks the same.
    return tuple(choice.value for choice in question.choices if choice.value in chosen)


def _zones(question: Question, text: str) -> Value:
    if not question.choices:
        raise AnswerError(
            "There are no zones yet. Add one first, such as 'servers' with its network."
        )
    return _choices(question, text)


def _chosen(choices: tuple[Choice, ...], text: str) -> str | int:
    word = text.casefold()
    for choice in choices:
        if word in (str(choice.value).casefold(), choice.label.casefold()):
            return choice.value
    values = [str(choice.value) for choice in choices]
    close = difflib.get_close_matches(word, values, n=1, cutoff=0.5)
    if close:
        raise AnswerError(f"There is no {text!r} here; did you mean {close[0]!r}?")
    raise AnswerError(f"There is no {text!r} here. Choose from {_listed(values)}.")


def _text(_: Question, text: str) -> Value:
    if len(text) > _LONGEST_TEXT:
        raise AnswerError(f"That is {len(text)} characters long; {_LONGEST_TEXT} at most fit here.")
    return text


def _number(_: Question, text: str) -> Value:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise AnswerError(f"{text!r} is no whole number; write digits only, such as 25.")
    return int(text)


def _port(_: Question, text: str) -> Value:
    if not (text.isascii() and text.lstrip("-").isdigit()):
        raise AnswerError(f"{text!r} is no port number; write one from 1 to 65535, such as 443.")
    if len(text) > 9 or not 1 <= int(text) <= 65535:
        raise AnswerError(f"Port {text} does not exist; ports go from 1 to 65535.")
    return int(text)


def _ranges(_: Question, text: str) -> Value:
    try:
        pairs = parse_ports(_parts(text, r"[,;\s]+"))
    except ValueError as error:
        raise AnswerError(_sentence(error)) from None
    return range_texts(pairs)


def _networks(_: Question, text: str) -> Value:
    return _each(text, parse_network)


def _addresses(_: Question, text: str) -> Value:
    return _each(text, parse_item)


def _devices(_: Question, text: str) -> Value:
    try:
        return tuple(dict.fromkeys(map(read_device, re.findall(r"[^,;\s]+", text))))
    except ValueError as error:
        raise AnswerError(_sentence(error)) from None


def _each(text: str, read: Callable[[str], str]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(map(read, _parts(text, r"[,;\s]+"))))
    except ValueError as error:
        raise AnswerError(_sentence(error)) from None


def _address(_: Question, text: str) -> Value:
    """The public side of NAT: one IPv4 address, since IPv6 is not forwarded but let through."""
    if "/" in text:
        raise AnswerError(
            f"One address is needed here, not a network: write {text.partition('/')[0]}."
        )
    try:
        address = parse_address(text)
    except ValueError:
        raise AnswerError(f"{text!r} is not an IP address such as 203.0.113.7.") from None
    if ":" in address:
        raise AnswerError(
            "Port forwards are IPv4, so an IPv4 address is needed; IPv6 gets plain rules."
        )
    return address


def _host(_: Question, text: str) -> Value:
    name = text.rstrip(".")
    scheme, colons, rest = text.partition("://")
    if colons:
        host = rest.partition("/")[0].partition(":")[0]
        raise AnswerError(f"Only the host name is needed, without {scheme}:// and path: {host!r}.")
    if "/" in text or ":" in text:
        host = re.split(r"[/:]", text)[0]
        raise AnswerError(f"Only the host name is needed, without port and path: {host!r}.")
    if name.startswith("*."):
        raise AnswerError(f"One host is needed here, not a wildcard: such as 'ldap.{name[2:]}'.")
    if "." not in name:
        raise AnswerError(f"Write the full name with its domain, such as '{name}.example.com'.")
    try:
        return read_host(name)
    except ValueError as error:
        raise AnswerError(_sentence(error)) from None


def _date(_: Question, text: str) -> Value:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    if match is None:
        turned = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
        if turned is None:
            raise AnswerError(f"{text!r}: write the date as year-month-day, such as 2027-01-15.")
        day, month, year = map(int, turned.groups())
    else:
        year, month, day = map(int, match.groups())
    if not 1 <= month <= 12:
        raise AnswerError(f"There is no month {month}; write year-month-day, such as 2027-01-15.")
    if year < 1:
        raise AnswerError("Write the year with four digits, such as 2027.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise AnswerError(f"{calendar.month_name[month]} {year} has {days} days, not {day}.")
    return datetime.date(year, month, day)


def _parts(text: str, between: str) -> Iterable[str]:
    """The parts of a list. Blanks round the hyphen of a range, and long dashes, are taken as meant."""
    tight = re.sub(r"\s*[-–]\s*", "-", text)
    return filter(None, re.split(between, tight))


def _sentence(error: ValueError) -> str:
    text = str(error)
    return text if text.endswith((".", "?")) else f"{text}."


def _listed(words: list[str]) -> str:
    return ", ".join(words if len(words) <= 8 else [*words[:7], "…"])


def _same(value: Value, other: Value) -> bool:
    """Equal, and not only because Python takes True for 1."""
    return isinstance(value, bool) == isinstance(other, bool) and value == other


_READERS: dict[Kind, Callable[[Question, str], Value]] = {
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
    "text": _text,
    "number": _number,
    "port": _port,
    "ranges": _ranges,
    "networks": _networks,
    "addresses": _addresses,
    "devices": _devices,
    "zones": _zones,
    "date": _date,
    "host": _host,
    "address": _address,
}


def value_words(question: Question, value: Value) -> str:
    """A value as it is said: the labels of choices, yes or no; empty for no answer."""
    if value is None or value == ():
        return ""
    values = value if isinstance(value, tuple) else (value,)
    if question.choices:
        labels = {str(choice.value): choice.label for choice in question.choices}
        return ", ".join(labels.get(value, value) for value in map(str, values))
    return written(question, value)
