"""What makes of firewalls without a checker of their own would understand, read by parsers of ours:
anything that they do not know is an error.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.tools.tuples import Box, Span, addresses, port_span

EVERYBODY = {4: "0.0.0.0/0", 6: "::/0"}


class Lines(NamedTuple):
    """What is denied and what is allowed, in order; whether all else is denied; comments."""

    denied: list[Box]
    allowed: list[Box]
    closed: bool
    comments: list[str]


def _rsc(text: str) -> Iterator[tuple[str, str]]:
    """Menu and command of each line."""
    menu = ""
    for line in text.splitlines():
        assert re.fullmatch(r"[\x20-\x7e]*", line)
        if line.startswith("# ") or line == "#":
            continue
        if line.startswith("/"):
            menu = line
            continue
        assert menu
        assert "?" not in line
        yield menu, line


def _words(command: str) -> dict[str, str]:
    """`add a=b c="d e"` as RouterOS splits it: no quote, dollar or backslash stands in a value."""
    assert command.startswith("add ")
    rest = command.removeprefix("add ")
    words: dict[str, str] = {}
    while rest:
        match = re.match(r'([a-z-]+)=("[^"$\\\[\]]*"|[^\s"\\$\[\];{}]+)(?: |$)', rest)
        assert match, rest
        assert match[1] not in words
        words[match[1]] = match[2].strip('"')
        rest = rest[match.end() :]
    return words


def routeros(text: str, chain: str) -> tuple[Lines, list[dict[str, str]]]:
    """The rules, and the port forwards as they stand there."""
    lists: dict[tuple[str, str], list[str]] = {}
    lines = Lines([], [], False, [])
    closed: set[int] = set()
    forwards: list[dict[str, str]] = []
    jumps: set[tuple[str, str]] = set()
    for menu, command in _rsc(text):
        if command.startswith("remove "):
            assert command in (
                f'remove [find chain="{chain}"]',
                f'remove [find list~"^{chain}:"]',
            )
            continue
        if command.startswith(":if"):
            condition, inner = re.fullmatch(
                r":if \(\[:len \[find (.*)\]\] = 0\) do=\{ (.*) \}", command
            ).groups()  # type: ignore[union-attr]
            jump = _words(inner)
            assert condition == f'chain={jump["chain"]} jump-target="{chain}"'
            assert (jump["action"], jump["disabled"]) == ("jump", "yes")
            jumps.add((menu, jump["chain"]))
            continue
        words = _words(command)
        family = 6 if menu.startswith("/ipv6") else 4
        if menu.endswith("address-list"):
            lists.setdefault((menu.split()[0], words["list"]), []).append(words["address"])
            assert words["list"].startswith(f"{chain}:")
            continue
        assert words.pop("chain") == chain
        if menu.endswith("nat"):
            forwards.append(words)
            continue
        assert family not in closed, "after the last drop"
        comment = words.pop("comment")
        action = words.pop("action")
        if words == {"connection-state": "established,related"}:
            assert action == "accept"
            assert all(one.sources[0][0] != family for one in lines.allowed)
            continue
        if not words:
            assert action == "drop"
            closed.add(family)
            continue
        lines.comments.append(comment)
        box = _rule(words, family, menu.split()[0], lists)
        assert not words, words
        if action == "drop":
            assert all(one.sources[0][0] != family for one in lines.allowed)
        (lines.allowed if action == "accept" else lines.denied).append(box)
    assert ("/ip firewall filter", "forward") in jumps
    assert ("/ipv6 firewall filter", "forward") in jumps
    assert (("/ip firewall nat", "dstnat") in jumps) == bool(forwards)
    assert closed in (set(), {4, 6})
    return lines._replace(closed=bool(closed)), forwards


def _rule(
    words: dict[str, str], family: int, root: str, lists: dict[tuple[str, str], list[str]]
) -> Box:
    spans = tuple(map(port_span, words.pop("dst-port").split(",")))
    assert sum(1 + (low != high) for low, high in spans) <= 15
    sides: list[Any] = []
    for end in ("src", "dst"):
        cidrs = [words.pop(f"{end}-address", EVERYBODY[family])]
        excepted: list[str] = []
        name = words.pop(f"{end}-address-list", "")
        if name.startswith("!"):
            excepted = lists[root, name[1:]]
        elif name:
            assert cidrs == [EVERYBODY[family]]
            cidrs = lists[root, name]
        sides += [addresses(cidrs), addresses(excepted)]
    return Box(words.pop("protocol"), spans, sides[0], sides[2], sides[1], sides[3])


def openwrt(text: str, prefix: str) -> Lines:
    """The sections of `uci batch`, as fw4 takes them."""
    batch = text.split("<<'PORTWRIGHT_END'\n")[1].split("\nPORTWRIGHT_END\n")[0]
    sections: dict[str, dict[str, list[str]]] = {}
    for line in filter(None, batch.splitlines()):
        verb, assignment = shlex.split(line)
        path, _, value = assignment.partition("=")
        package, section, *option = path.split(".")
        assert package == "firewall"
        assert re.fullmatch(rf"{prefix}[0-9]+", section)
        if not option:
            assert (verb, value) == ("set", "rule")
            assert section not in sections
            sections[section] = {}
            continue
        assert verb == ("add_list" if option[0] in ("src_ip", "dest_ip", "dest_port") else "set")
        sections[section].setdefault(option[0], []).append(value)
    assert f"expected={sum(1 + len(one) for one in sections.values())}\n" in text
    lines = Lines([], [], False, [])
    closed = False
    for options in sections.values():
        assert not closed
        (name,) = options.pop("name")
        assert len(name) <= 100
        assert (options.pop("src"), options.pop("dest")) == (["*"], ["*"])
        if options == {"proto": ["all"], "target": ["DROP"]}:
            closed = True
            continue
        lines.comments.append(name)
        (family,) = options.pop("family")
        (target,) = options.pop("target")
        (transport,) = options.pop("proto")
        spans: tuple[Span, ...] = tuple(map(port_span, options.pop("dest_port")))
        sides: list[Any] = []
        for side in ("src_ip", "dest_ip"):
            values = options.pop(side)
            plain = [value for value in values if not value.startswith("!")]
            assert plain, "everybody"
            sides += [addresses(plain), addresses(value[1:] for value in values if value[0] == "!")]
        assert {f"ipv{span[0]}" for side in sides for span in side} == {family}
        assert not options, options
        box = Box(transport, spans, sides[0], sides[2], sides[1], sides[3])
        if target == "DROP":
            assert not lines.allowed
        (lines.allowed if target == "ACCEPT" else lines.denied).append(box)
    return lines._replace(closed=closed)
