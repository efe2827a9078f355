"""The words for remote administration: a method, as `ssh`, or one on another port, as `ssh:2222`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from wizard.network.ports import PortRange, join_ports, port_count
from wizard.tables import those_in, those_not_in
from wizard.text import near

# Method → the ports that it is registered with.
METHOD_PORTS: dict[str, PortRange] = {"ssh": (22, 22), "rdp": (3389, 3389), "winrm": (5985, 5986)}
_MOST_PORTS = 10


def read_method(text: str) -> str:
    """A method with its port, where that is another one: `ssh:22` is `ssh`.

    Raises:
        ValueError: saying what is wrong, for a method or a port that there is not.
    """
    method, colon, port = text.partition(":")
    if method not in METHOD_PORTS:
        raise ValueError(
            f"{text!r} is unknown{near(method, METHOD_PORTS)}; known: {', '.join(METHOD_PORTS)},"
            ' each also on another port, as "ssh:2222"'
        )
    if not colon:
        return method
    digits = port.lstrip("0")
    if not (port.isascii() and port.isdigit() and 1 <= len(digits) <= 5) or int(digits) > 65535:
        raise ValueError(f'{text!r} names no port from 1 to 65535; write it as "{method}:2222"')
    return _word(method, int(digits))


def methods_of(words: Iterable[str]) -> tuple[str, ...]:
    """The methods among the words, on whatever port, in the order in which they are asked."""
    return tuple(those_in(METHOD_PORTS, set(map(_method, words))))


def ports_of(words: Iterable[str], method: str) -> tuple[PortRange, ...]:
    """The ports on which the words mean this method; none where they do not name it."""
    ports: list[PortRange] = []
    for word in words:
        name, colon, port = word.partition(":")
        if name == method:
            ports.append((int(port), int(port)) if colon else METHOD_PORTS[method])
    return join_ports(ports)


def with_methods(words: Iterable[str], methods: Iterable[str]) -> tuple[str, ...]:
    """The words for these methods: those that are there already stay on their ports."""
    words = tuple(words)
    chosen: list[str] = []
    for method in methods:
        own = [word for word in words if _method(word) == method]
        chosen += own or [method]
    return tuple(chosen)


def with_ports(
    words: Iterable[str], method: str, ports: Iterable[PortRange] | None
) -> tuple[str, ...]:
    """The words with this method on these ports; None: on those that it is registered with.

    Raises:
        ValueError: for more ports than anybody administers a machine on.
    """
    spans = join_ports(ports or (METHOD_PORTS[method],))
    count = port_count(spans)
    if count > _MOST_PORTS:
        raise ValueError(
            f"that is {count} ports, and administration needs {_MOST_PORTS} at most; name each,"
            " such as 22, 2222"
        )
    numbers: list[int] = []
    for low, high in spans:
        numbers += range(low, high + 1)
    own: list[str] = []
    first, last = METHOD_PORTS[method]
    registered = range(first, last + 1)
    if set(registered) <= set(numbers):
        own.append(method)
        numbers = list(those_not_in(numbers, registered))
    own += map(partial(_word, method), numbers)
    result: list[str] = []
    for word in words:
        if _method(word) != method:
            result.append(word)
        else:
            # Where the method stood first, all of it stands now.
            result += own
            own = []
    return (*result, *own)


def _word(method: str, port: int) -> str:
    return method if METHOD_PORTS[method] == (port, port) else f"{method}:{port}"


def _method(word: str) -> str:
    return word.partition(":")[0]
