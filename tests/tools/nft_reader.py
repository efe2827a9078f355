"""Reads nftables text back, ours or the kernel's (`nft list table`): what each chain lets through.

Written from nft's grammar, not from the exporter: it knows no rule ids and no layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.tools.tuples import Box, addresses, port_span

_TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*|\n|[{},;]|[^\s{},;"]+')


@dataclass
class Chain:
    """A base chain: `hook` and `policy`, the boxes that rules open, those that they drop before, and
    everything else, as text.
    """

    hook: str = ""
    policy: str = ""
    boxes: list[Box] = field(default_factory=list)
    basics: list[str] = field(default_factory=list)
    redirects: list[tuple[Box, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    denied: list[Box] = field(default_factory=list)


class Reader:
    """The chains of one table, by name."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = [
            token for token in _TOKEN.findall(text) if not token.startswith("#")
        ]
        self.at = 0
        self.sets: dict[str, list[list[str]]] = {}
        self.chains: dict[str, Chain] = {}
        self.tables: list[str] = []
        while self.at < len(self.tokens):
            if self._next() == "table" and self._next() == "inet":
                name = self._next()
                if self.at < len(self.tokens) and self._peek() == "{":
                    self.tables.append(name)
                    self._next()
                    self._table()

    def _peek(self) -> str:
        return self.tokens[self.at]

    def _next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def _table(self) -> None:
        while (token := self._next()) != "}":
            if token in ("set", "chain"):
                name = self._next()
                assert self._next() == "{"
                if token == "set":
                    self.sets[name] = self._set()
                else:
                    self.chains[name] = self._chain()
            else:
                assert token in ("\n", ";"), token

    def _set(self) -> list[list[str]]:
        elements: list[list[str]] = []
        while (token := self._next()) != "}":
            if token == "elements":
                assert self._next() == "="
                assert self._next() == "{"
                elements = self._elements()
        return elements

    def _elements(self) -> list[list[str]]:
        """Each element as its parts: `a . b . c comment "..."` → [a, b, c]."""
        elements: list[list[str]] = [[]]
        while (token := self._next()) != "}":
            if token == ",":
                elements.append([])
            elif token == "comment":
                assert self._next().startswith('"')
            elif token not in (".", "\n"):
                elements[-1].append(token)
        return [element for element in elements if element]

    def _chain(self) -> Chain:
        chain = Chain()
        for line in self._lines():
            if line[0] == "type":
                chain.hook = line[line.index("hook") + 1]
            elif line[0] == "policy":
                chain.policy = line[1]
            else:
                self._rule(chain, line)
        return chain

    def _lines(self) -> Iterator[list[str]]:
        line: list[str] = []
        depth = 0
        while True:
            token = self._next()
            if token == "}" and depth == 0:
                break
            depth += {"{": 1, "}": -1}.get(token, 0)
            if token in ("\n", ";") and depth == 0:
                if line:
                    yield line
                line = []
            elif token != "\n":
                line.append(token)
        if line:
            yield line

    def _rule(self, chain: Chain, line: list[str]) -> None:
        if "comment" in line:
            chain.comments.append(line[line.index("comment") + 1].strip('"'))
        words = line[: line.index("comment")] if "comment" in line else line
        match: dict[str, list[str]] = {}
        family: set[int] = set()
        transport = ""
        at = 0

        def value() -> list[str]:
            nonlocal at
            token = words[at]
            at += 1
            if token.startswith("@"):
                return [element[0] for element in self.sets[token[1:]]]
            if token != "{":
                return [token]
            end = words.index("}", at)
            inside = [word for word in words[at:end] if word != ","]
            at = end + 1
            return inside

        while at < len(words):
            rest = words[at:]
            if rest[0] in ("ip", "ip6") and rest[1:3] == ["saddr", "."]:
                ip = rest[0]
                assert rest[:9] == [
                    ip,
                    "saddr",
                    ".",
                    ip,
                    "daddr",
                    ".",
                    rest[6],
                    "dport",
                    rest[8],
                ], rest
                for source, destination, port in self.sets[rest[8][1:]]:
                    chain.boxes.append(
                        Box(
                            rest[6],
                            (port_span(port),),
                            addresses([source]),
                            addresses([destination]),
                            addresses(match.get("not saddr", ())),
                            addresses(match.get("not daddr", ())),
                        )
                    )
                assert rest[9:] == ["accept"], rest
                return
            if rest[0] in ("ip", "ip6") and rest[1] in ("saddr", "daddr"):
                family.add(4 if rest[0] == "ip" else 6)
                negated = rest[2] == "!="
                at += 3 if negated else 2
                key = ("not " if negated else "") + rest[1]
                assert key not in match, line
                match[key] = value()
            elif rest[0] in ("tcp", "udp") and rest[1] == "dport":
                transport = rest[0]
                at += 2
                match["dport"] = value()
            elif rest == ["drop"] and {"saddr", "daddr", "dport"} <= match.keys():
                # What comes after would not be reached for what is dropped here.
                assert len(family) == 1, line
                assert not chain.boxes, line
                chain.denied.append(_box(match, transport))
                return
            elif rest == ["accept"] and {"saddr", "daddr", "dport"} <= match.keys():
                assert len(family) == 1, line
                chain.boxes.append(_box(match, transport))
                return
            elif rest[:3] == ["dnat", "ip", "to"] and {"daddr", "dport"} <= match.keys():
                chain.redirects.append(
                    (_box({"saddr": ["0.0.0.0/0"], **match}, transport), " ".join(rest[3:]))
                )
                return
            else:
                chain.basics.append(" ".join(words))
                return
        raise AssertionError(line)


def _box(match: dict[str, list[str]], transport: str) -> Box:
    return Box(
        transport,
        tuple(port_span(port) for port in match["dport"]),
        addresses(match["saddr"]),
        addresses(match["daddr"]),
        addresses(match.get("not saddr", ())),
        addresses(match.get("not daddr", ())),
    )


def read(text: str) -> dict[str, Chain]:
    """nftables text → its base chains by hook (`input`, `output`, `forward`, `prerouting`)."""
    return {chain.hook: chain for chain in Reader(text).chains.values()}


def boxes(chains: dict[str, Chain], hook: str) -> Iterable[Box]:
    """What the rules of one hook let through."""
    return chains[hook].boxes if hook in chains else ()
