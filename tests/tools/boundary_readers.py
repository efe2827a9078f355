"""What makes of firewalls without a checker of their own would understand, read by parsers of ours:
anything that they do not know is an error.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

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


def opnsense(table: str, payloads: str) -> Lines:
    """The table for the import, which the payloads for the API repeat."""
    rows = list(csv.DictReader(io.StringIO(table)))
    by_api = [one["rule"] for one in json.loads(payloads)]
    assert by_api == [{k: v for k, v in row.items() if k != "@uuid"} for row in rows]
    assert len({row["@uuid"] for row in rows}) == len(rows)
    lines = Lines([], [], False, [])
    for number, row in enumerate(rows, 1000):
        assert (row["sequence"], row["enabled"], row["quick"]) == (str(number), "1", "1")
        assert (row["interface"], row["direction"], row["source_port"]) == ("", "in", "")
        assert (row["source_not"], row["destination_not"]) == ("0", "0")
        assert len(row["description"]) <= 255
        sides = [addresses(row[end].split(",")) for end in ("source_net", "destination_net")]
        family = {"inet": 4, "inet6": 6}[row["ipprotocol"]]
        assert {span[0] for side in sides for span in side} == {family}
        spans = (port_span(row["destination_port"]),)
        _add(lines, row["action"], Box(row["protocol"].lower(), spans, *sides))
        comment = row["description"].partition(": ")[2]
        if comment not in lines.comments:
            lines.comments.append(comment)
    return lines


def _add(lines: Lines, action: str, box: Box) -> None:
    if action == "block":
        assert not lines.allowed
    else:
        assert action == "pass"
    (lines.allowed if action == "pass" else lines.denied).append(box)


def pfsense(text: str) -> Lines:
    """Floating rules, with the aliases that they name."""
    root = ElementTree.fromstring(text)
    # A root of pfSense's own would be taken for an area to replace.
    assert (root.tag, [part.tag for part in root]) == ("portwright-fragment", ["aliases", "filter"])
    aliases: dict[str, list[str]] = {}
    for alias in root.iterfind("aliases/alias"):
        name = alias.findtext("name", "")
        assert re.fullmatch(r"[A-Za-z0-9_]{1,31}", name)
        assert name not in aliases
        aliases[name] = alias.findtext("address", "").split(" ")
    lines = Lines([], [], False, [])
    for rule in root.iterfind("filter/rule"):
        settings = {part.tag: part.text or "" for part in rule}
        assert (settings["floating"], settings["quick"], settings["direction"]) == (
            "yes",
            "yes",
            "in",
        )
        sides = []
        for end in ("source", "destination"):
            word = rule.findtext(f"{end}/address", "")
            assert word
            sides.append(addresses(aliases.get(word, [word])))
        word = rule.findtext("destination/port", "")
        ports = [one.replace(":", "-") for one in aliases.get(word, [word])]
        family = {"inet": 4, "inet6": 6}[settings["ipprotocol"]]
        assert {span[0] for side in sides for span in side} == {family}
        box = Box(settings["protocol"], tuple(map(port_span, ports)), *sides)
        _add(lines, settings["type"], box)
        lines.comments.append(settings["descr"].partition(": ")[2])
    return lines
