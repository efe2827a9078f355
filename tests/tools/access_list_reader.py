"""Access lists of Cisco IOS, Cisco ASA and Arista EOS with their groups, read by parsers of our own:
anything that they do not know is an error.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.tools.tuples import Addresses, Box, Span, addresses, port_span

ANY = ("0.0.0.0/0", "::/0")
# The ports that clients open connections from; LPD's are 721 to 731, rcmd's from 512 on.
CLIENTS = (512, 65535)


class Read(NamedTuple):
    """What lets new traffic through; TCP's answers (ports are the source's); the lines for ICMP;
    the names.
    """

    boxes: list[Box]
    answers: list[Box]
    icmp: list[str]
    names: list[str]


def _ports(words: list[str]) -> tuple[Span, ...]:
    if words and words[0] == "eq":
        words.pop(0)
        return (port_span(words.pop(0)),)
    if words and words[0] == "range":
        low, high = int(words[1]), int(words[2])
        del words[:3]
        assert low < high
        return ((low, high),)
    return ()


def masked(address: str, mask: int) -> str:
    length = bin(mask).count("1")
    assert mask == ((1 << length) - 1) << (32 - length), "not contiguous"
    return str(ipaddress.ip_network(f"{address}/{length}"))


class Groups(NamedTuple):
    """Groups of addresses, and of ports: (transport, ports)."""

    nets: dict[str, Addresses]
    services: dict[str, list[tuple[str, Span]]]


def _address(words: list[str], family: int, wildcard: bool, groups: Groups) -> Addresses:
    first = words.pop(0)
    if first in ("any", f"any{family}"):
        return addresses([ANY[family == 6]])
    if first == "object-group":
        return groups.nets[words.pop(0)]
    if first == "host":
        return addresses([words.pop(0)])
    if "/" in first:
        return addresses([first])
    mask = int(ipaddress.IPv4Address(words.pop(0)))
    return addresses([masked(first, mask ^ 0xFFFFFFFF if wildcard else mask)])


def _entry(words: list[str], family: int, wildcard: bool, groups: Groups) -> tuple[list[Box], bool]:
    """A line after `permit`, and whether it is for answers."""
    transport = words.pop(0)
    services: list[tuple[str, Span]] = []
    if transport == "object-group":
        services = groups.services[words.pop(0)]
    else:
        assert transport in ("tcp", "udp"), transport
    source = _address(words, family, wildcard, groups)
    source_ports = _ports(words)
    destination = _address(words, family, wildcard, groups)
    assert {span[0] for side in (source, destination) for span in side} == {family}
    ports = _ports(words)
    if words == ["established"]:
        assert transport == "tcp"
        assert source_ports
        assert not ports
        return [Box(transport, source_ports, source, destination)], True
    if words[:1] == ["object-group"]:
        services = groups.services[words[1]]
        del words[:2]
        assert {kind for kind, _ in services} == {transport}
    assert not words, words
    services = services or [(transport, span) for span in ports]
    assert services, "every port"
    assert not source_ports
    return [Box(kind, (span,), source, destination) for kind, span in services], False


def _group(line: str, block: list[str], groups: Groups, names: list[str]) -> None:
    """`object-group …` with the lines under it, of IOS and ASA: before the lists that name it."""
    _, kind, name, *transport = line.split()
    assert block, "a group of nothing"
    assert name not in (groups.nets if kind == "network" else groups.services), "twice"
    names.append(name)
    if kind == "network":
        spans: list[Addresses] = []
        for entry in block:
            words = entry.removeprefix("network-object ").split()
            if words[0] == "object":
                spans.append(groups.nets[words[1]])
            elif words[0] == "range":
                spans.append(addresses([f"{words[1]}-{words[2]}"]))
            else:
                spans.append(_address(words, 4, False, groups))
                assert not words
        groups.nets[name] = tuple(span for side in spans for span in side)
        return
    assert kind == "service"
    services = []
    for entry in block:
        words = entry.split()
        protocol = words.pop(0)
        if protocol == "port-object":
            (protocol,) = transport
        assert protocol in ("tcp", "udp")
        (span,) = _ports(words)
        assert not words
        services.append((protocol, span))
    groups.services[name] = services


def _without_groups(text: str, names: list[str]) -> tuple[list[str], Groups]:
    """The other lines, and the groups; a block ends where the indent does."""
    groups = Groups({}, {})
    rest: list[str] = []
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        if not line.startswith(("object-group ", "object ")):
            rest.append(line)
            continue
        block = []
        while lines[0].startswith(" "):
            block.append(lines.pop(0)[1:])
        if lines[0] == "exit":
            lines.pop(0)
        if line.startswith("object "):
            assert len(block) == 1
            assert block[0].startswith("range ")
        _group(line, block, groups, names)
    return rest, groups


def _lists(text: str, begins: dict[str, int], wildcard: bool) -> Read:
    """Cisco IOS and Arista EOS."""
    read = Read([], [], [], [])
    lines, groups = _without_groups(text, read.names)
    # Neither has groups in its IPv6 lists.
    groups_of = {4: groups, 6: Groups({}, {})}
    # What lines before have denied, and whether it was answers.
    denied_of: dict[int, list[tuple[Box, bool]]] = {4: [], 6: []}
    family = 0
    for line in lines:
        if line.startswith("! ") or line == "!":
            assert not family
            continue
        begin = next((words for words in begins if line.startswith(words + " ")), None)
        if begin:
            assert not family
            family = begins[begin]
            read.names.append(line.removeprefix(begin + " "))
        elif line == "exit":
            assert family
            family = 0
        elif line.startswith(" remark "):
            assert family
            assert len(line) <= 100
        else:
            verdict, *words = line.split()
            assert line.startswith(f" {verdict} ")
            assert verdict in ("permit", "deny"), line
            assert family
            denied = denied_of[family]
            if words[0].startswith("icmp"):
                assert verdict == "permit"
                read.icmp.append(f"{family} {' '.join(words)}")
                continue
            boxes, answer = _entry(words, family, wildcard, groups_of[family])
            if verdict == "deny":
                denied.extend((box, answer) for box in boxes)
                continue
            for before, of_answers in denied:
                lost = before if of_answers == answer else _crossing(before)
                boxes = [part for box in boxes for part in beyond(box, lost)]
            (read.answers if answer else read.boxes).extend(boxes)
    assert not family
    return read


def _crossing(denied: Box) -> Box:
    """What a line for one way takes from packets that go the other way, or come with a client's port
    where it names a server's: all of a connection, as soon as one client's port is lost.
    """
    lost = any(_shared(span, CLIENTS) for span in denied.ports)
    return denied._replace(ports=((0, 65535),) if lost else ())


def beyond(box: Box, denied: Box) -> Iterator[Box]:
    """What of a box a line that denies leaves, exactly."""
    ports = [_shared(one, other) for one in box.ports for other in denied.ports]
    if box.transport != denied.transport or not any(ports):
        yield box
        return
    apart = (
        not _touch(box.sources, denied.sources),
        not _touch(box.destinations, denied.destinations),
    )
    if any(apart):
        yield box
        return
    left = tuple(span for one in box.ports for span in _ports_beyond(one, denied.ports))
    if left:
        yield box._replace(ports=left)
    if not _within(box.sources, denied.sources):
        yield box._replace(not_sources=(*box.not_sources, *denied.sources))
    if not _within(box.destinations, denied.destinations):
        yield box._replace(not_destinations=(*box.not_destinations, *denied.destinations))


def _shared(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _ports_beyond(one: Span, gone: tuple[Span, ...]) -> list[Span]:
    left = [one]
    for low, high in gone:
        parts = [
            ((first, min(last, low - 1)), (max(first, high + 1), last)) for first, last in left
        ]
        left = [span for both in parts for span in both if span[0] <= span[1]]
    return left


def _touch(some: Addresses, others: Addresses) -> bool:
    return any(
        one[0] == other[0] and _shared(one[1:], other[1:]) for one in some for other in others
    )


def _within(some: Addresses, others: Addresses) -> bool:
    """True where each span lies in a single one of the others."""
    return all(
        any(one[0] == other[0] and other[1] <= one[1] and one[2] <= other[2] for other in others)
        for one in some
    )


def cisco_ios(text: str) -> Read:
    return _lists(text, {"ip access-list extended": 4, "ipv6 access-list": 6}, True)


def arista_eos(text: str) -> Read:
    assert "object" not in re.sub(r"(?m)^(!| remark ).*", "", text)
    return _lists(text, {"ip access-list": 4, "ipv6 access-list": 6}, False)


def cisco_asa(text: str) -> Read:
    read = Read([], [], [], [])
    lines, groups = _without_groups(text, read.names)
    for line in lines:
        if line.startswith("! ") or line == "!":
            continue
        word, name, kind, *words = line.split()
        assert word == "access-list"
        if name not in read.names:
            read.names.append(name)
        if kind == "remark":
            continue
        assert (kind, words.pop(0)) == ("extended", "permit")
        if words[0].startswith("icmp"):
            read.icmp.append(" ".join(words))
            continue
        boxes, answer = _entry(words, _asa_family(words, groups), False, groups)
        assert not answer
        read.boxes.extend(boxes)
    return read


def _asa_family(words: list[str], groups: Groups) -> int:
    """What a line is about; `_entry` holds every address against it."""
    if "any6" in words or any(":" in word for word in words):
        return 6
    return next((groups.nets[word][0][0] for word in words if word in groups.nets), 4)
