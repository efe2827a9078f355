"""Reads iptables-restore text back, ours, ufw's or the kernel's (`iptables-save`): what a chain
lets through.

Written from iptables' grammar, not from an exporter: it follows jumps and RETURN, and knows no
names of ours."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.tools.tuples import Addresses, Box, Span, addresses

_FULL = {4: (4, 0, (1 << 32) - 1), 6: (6, 0, (1 << 128) - 1)}


# The one line of those that networks need which looks like a rule of a plan.
LEASES_OF_IPV6 = "-d fe80::/10 -p udp -m udp --dport 546 -j ACCEPT"


@dataclass(frozen=True)
class Match:
    """What a rule, or the way to it, asks of a packet; `other` is what no Box can say."""

    transports: tuple[str, ...] = ("tcp", "udp")
    ports: tuple[Span, ...] = ((0, 65535),)
    sources: Addresses = ()
    destinations: Addresses = ()
    not_sources: Addresses = ()
    not_destinations: Addresses = ()
    other: tuple[str, ...] = ()


@dataclass
class Reading:
    """What the walk through one chain found: boxes, other accepts as text, DNATs, and how it ends."""

    boxes: list[Box] = field(default_factory=list)
    basics: list[str] = field(default_factory=list)
    redirects: list[tuple[Box, str]] = field(default_factory=list)
    ends: str = "RETURN"
    denied: list[Box] = field(default_factory=list)


def comments(text: str) -> list[str]:
    """The comments of all rules."""
    found = []
    for line in text.splitlines():
        words = shlex.split(line) if line.startswith("-A") else []
        if "--comment" in words:
            found.append(words[words.index("--comment") + 1])
    return found


def read(text: str, family: int, chain: str, table: str = "filter") -> Reading:
    """The meaning of one chain."""
    chains = _chains(text, table)
    reading = Reading()
    full: Addresses = (_FULL[family],)
    reading.ends = _walk(chains, chain, Match(sources=full, destinations=full), reading)
    return reading


def _chains(text: str, table: str) -> dict[str, list[list[str]]]:
    chains: dict[str, list[list[str]]] = {}
    here = ""
    for line in text.splitlines():
        if line.startswith("*"):
            here = line[1:]
        elif here != table or line.startswith("#"):
            continue
        elif line.startswith(":"):
            chains.setdefault(line.split()[0][1:], [])
        elif line.startswith("-A "):
            words = shlex.split(line)
            chains[words[1]].append(words[2:])
    return chains


def _walk(chains: dict[str, list[list[str]]], name: str, way: Match, reading: Reading) -> str:
    """How the chain ends for what no rule of it took."""
    for words in chains[name]:
        match, target, rest = _rule(words, way)
        if target in chains:
            _walk(chains, target, match, reading)
        elif target == "RETURN":
            # Only exceptions by one side can be said as a Box.
            assert match.transports == way.transports, words
            assert match.ports == way.ports, words
            if match.sources != way.sources:
                assert match.destinations == way.destinations, words
                way = replace(way, not_sources=way.not_sources + match.sources)
            else:
                way = replace(way, not_destinations=way.not_destinations + match.destinations)
        elif " ".join(words) == LEASES_OF_IPV6:
            reading.basics.append(LEASES_OF_IPV6)
        elif match.other or match.ports == ((0, 65535),):
            if match.other or target != "DROP":
                reading.basics.append(" ".join(words))
            elif match == way:
                return target
        else:
            for box in _boxes(match):
                if target == "DROP":
                    assert not reading.boxes, words
                    reading.denied.append(box)
                elif target == "DNAT":
                    reading.redirects.append((box, rest))
                else:
                    assert target == "ACCEPT", words
                    reading.boxes.append(box)
    return "RETURN"


def _boxes(match: Match) -> Iterator[Box]:
    for transport in match.transports:
        if match.sources and match.destinations and match.ports:
            yield Box(
                transport,
                match.ports,
                match.sources,
                match.destinations,
                match.not_sources,
                match.not_destinations,
            )


def _rule(words: Sequence[str], way: Match) -> tuple[Match, str, str]:
    match = way
    other: list[str] = []
    target = rest = ""
    at = 0
    while at < len(words):
        word, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 2
        if word == "-s":
            match = replace(match, sources=_meet(match.sources, addresses([value])))
        elif word == "-d":
            match = replace(match, destinations=_meet(match.destinations, addresses([value])))
        elif word == "-p" and value in ("tcp", "udp"):
            match = replace(match, transports=tuple(t for t in match.transports if t == value))
        elif word in ("--dport", "--dports"):
            spans = [_span(text) for text in value.split(",")]
            assert sum(1 if low == high else 2 for low, high in spans) <= 15, words
            assert len(spans) == 1 or word == "--dports", words
            match = replace(match, ports=_meet_ports(match.ports, spans))
        elif word == "-m" and value in ("tcp", "udp", "multiport", "comment"):
            continue
        elif word == "--comment":
            assert len(value.encode()) <= 255, value
        elif word == "-j":
            target, rest = value, " ".join(words[at:])
            break
        else:
            other += [word, value]
    return (
        replace(match, other=match.other + tuple(other)),
        target,
        rest.removeprefix("--to-destination "),
    )


def _span(text: str) -> Span:
    low, _, high = text.partition(":")
    return int(low), int(high or low)


def _meet(left: Addresses, right: Addresses) -> Addresses:
    return tuple(
        (a[0], max(a[1], b[1]), min(a[2], b[2]))
        for a in left
        for b in right
        if a[0] == b[0] and max(a[1], b[1]) <= min(a[2], b[2])
    )


def _meet_ports(left: Sequence[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    met = ((max(a[0], b[0]), min(a[1], b[1])) for a in left for b in right)
    return tuple(span for span in met if span[0] <= span[1])
