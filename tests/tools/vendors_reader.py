"""What the six makes would understand, read by parsers of our own: anything that they do not know
is an error.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

from tests.tools.tuples import Addresses, Box, Span, addresses, port_span

ANY = ("0.0.0.0/0", "::/0")


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


def _mask(address: str, mask: int) -> str:
    length = bin(mask).count("1")
    assert mask == ((1 << length) - 1) << (32 - length), "not contiguous"
    return str(ipaddress.ip_network(f"{address}/{length}"))


def _address(words: list[str], family: int, wildcard: bool) -> Addresses:
    first = words.pop(0)
    if first == "any":
        return addresses([ANY[family == 6]])
    if first == "host":
        return addresses([words.pop(0)])
    if "/" in first:
        return addresses([first])
    mask = int(ipaddress.IPv4Address(words.pop(0)))
    return addresses([_mask(first, mask ^ 0xFFFFFFFF if wildcard else mask)])


def _entry(words: list[str], family: int, wildcard: bool) -> tuple[Box, bool]:
    """A line after `permit`, and whether it is for answers."""
    transport = words.pop(0)
    assert transport in ("tcp", "udp"), transport
    source = _address(words, family, wildcard)
    source_ports = _ports(words)
    destination = _address(words, family, wildcard)
    ports = _ports(words)
    if words == ["established"]:
        assert transport == "tcp"
        assert source_ports
        assert not ports
        return Box(transport, source_ports, source, destination), True
    assert not words, words
    assert ports, "every port"
    assert not source_ports
    return Box(transport, ports, source, destination), False


def _lists(text: str, begins: dict[str, int], wildcard: bool) -> Read:
    """Cisco IOS and Arista EOS."""
    read = Read([], [], [], [])
    family = 0
    for line in text.splitlines():
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
            assert line.startswith(" permit "), line
            assert family
            words = line.split()[1:]
            if words[0].startswith("icmp"):
                read.icmp.append(f"{family} {' '.join(words)}")
                continue
            box, answer = _entry(words, family, wildcard)
            (read.answers if answer else read.boxes).append(box)
    assert not family
    return read


def cisco_ios(text: str) -> Read:
    return _lists(text, {"ip access-list extended": 4, "ipv6 access-list": 6}, True)


def arista_eos(text: str) -> Read:
    return _lists(text, {"ip access-list": 4, "ipv6 access-list": 6}, False)


def cisco_asa(text: str) -> Read:
    read = Read([], [], [], [])
    for line in text.splitlines():
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
        box, answer = _entry(words, 6 if ":" in line else 4, False)
        assert not answer
        read.boxes.append(box)
    return read


def _junos(text: str) -> list[Any]:
    """Junos' braces: a list of statements, each a list of words; a block's last element is a list
    of its own.
    """
    text = re.sub(r"^##( .*)?\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    tokens = re.findall(r"[{};\[\]]|[^\s{};\[\]]+", text)

    def block(closing: bool) -> list[Any]:
        found: list[Any] = []
        words: list[Any] = []
        while tokens:
            token = tokens.pop(0)
            if token == "{":
                found.append([*words, block(True)])
                words = []
            elif token == ";":
                assert words
                found.append(words)
                words = []
            elif token == "}":
                assert closing
                assert not words
                return found
            else:
                words.append(token)
        assert not closing
        assert not words
        return found

    return block(False)


def junos_srx(text: str) -> Read:
    nets: dict[str, str] = {}
    sets: dict[str, list[str]] = {}
    terms: dict[str, tuple[str, Span]] = {}
    applications: dict[str, list[str]] = {}
    policies: list[Any] = []
    tree = _junos(text)
    assert [statement[0] for statement in tree] == ["security", "applications"]
    for part in tree[0][1]:
        if part[0] == "address-book":
            ((where, entries),) = part[1]
            assert where == "global"
            for kind, name, value in entries:
                assert name not in (nets if kind == "address" else sets)
                if kind == "address":
                    nets[name] = value
                else:
                    assert kind == "address-set"
                    sets[name] = [member for word, member in value if word == "address"]
        else:
            assert part[0] == "policies"
            ((where, policies),) = part[1]
            assert where == "global"
    for kind, name, entries in tree[1][1]:
        assert name not in (terms if kind == "application" else applications)
        if kind == "application":
            ((word, _, protocol, transport, port, value),) = entries
            assert (word, protocol, port) == ("term", "protocol", "destination-port")
            terms[name] = transport, port_span(value)
        else:
            applications[name] = [member for word, member in entries if word == "application"]
    read = Read([], [], [], [])
    for word, name, body in policies:
        assert word == "policy"
        assert name not in read.names
        read.names.append(name)
        (_, match), (_, then) = body
        assert then == [["permit"]]
        found = {key: [item for item in values if item not in "[]"] for key, *values in match}
        assert set(found) == {"source-address", "destination-address", "application"}
        sides = [
            addresses(nets[member] for group in found[key] for member in sets[group])
            for key in ("source-address", "destination-address")
        ]
        assert len({span[0] for side in sides for span in side}) == 1, "families mixed"
        for application in found["application"]:
            for member in applications[application]:
                transport, span = terms[member]
                read.boxes.append(Box(transport, (span,), sides[0], sides[1]))
    read.names.extend([*nets, *sets, *terms, *applications])
    return read


def pan_os(text: str) -> Read:
    root = ElementTree.fromstring(text)
    vsys = root.find("devices/entry/vsys/entry")
    assert vsys is not None
    assert {part.tag for part in vsys if len(part)} == {
        "service",
        "rulebase",
        "address-group",
        "address",
    }
    nets = {
        entry.get("name"): entry.findtext("ip-netmask", "")
        for entry in vsys.iterfind("address/entry")
    }
    groups = {
        entry.get("name"): [nets[member.text] for member in entry.iterfind("static/member")]
        for entry in vsys.iterfind("address-group/entry")
    }
    services: dict[str | None, tuple[str, tuple[Span, ...]]] = {}
    for entry in vsys.iterfind("service/entry"):
        (protocol,) = list(entry.iterfind("protocol/*"))
        assert [part.tag for part in protocol] == ["port"]
        spans = tuple(map(port_span, protocol.findtext("port", "").split(",")))
        services[entry.get("name")] = protocol.tag, spans
    read = Read([], [], [], [*map(str, nets), *map(str, groups), *map(str, services)])
    for rule in vsys.iterfind("rulebase/security/rules/entry"):
        read.names.append(str(rule.get("name")))
        members = {part.tag: [member.text for member in part.iterfind("member")] for part in rule}
        assert set(members) == {
            "description", "to", "from", "source", "destination", "service", "action", "application",
        }  # fmt: skip
        assert (members["from"], members["to"], members["application"]) == (
            ["any"],
            ["any"],
            ["any"],
        )
        assert rule.findtext("action") == "allow"
        assert all((members["source"], members["destination"], members["service"]))
        sides = [
            addresses(net for group in members[side] for net in groups[group])
            for side in ("source", "destination")
        ]
        for service in members["service"]:
            transport, ports = services[service]
            read.boxes.append(Box(transport, ports, sides[0], sides[1]))
    return read


def _fortios(text: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Table, entry and settings."""
    table = entry = ""
    settings: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("# ") or line == "#":
            assert not table
            continue
        assert "?" not in line
        word, *words = shlex.split(line)
        if word == "config":
            assert not table
            table = " ".join(words)
        elif word == "edit":
            assert table
            assert not entry
            entry, settings = words[0], {}
        elif word == "set":
            assert entry
            settings[words[0]] = words[1:]
        elif word == "next":
            assert entry
            yield table, entry, settings
            entry = ""
        else:
            assert (word, words, entry) == ("end", [], "")
            table = ""
    assert not table


def fortigate(text: str) -> Read:
    nets: dict[tuple[int, str], str] = {}
    groups: dict[tuple[int, str], list[str]] = {}
    services: dict[str, list[tuple[str, tuple[Span, ...]]]] = {}
    read = Read([], [], [], [])
    for table, name, found in _fortios(text):
        family = 6 if table.endswith("6") else 4
        if table == "firewall address":
            address, mask = found["subnet"]
            nets[family, name] = _mask(address, int(ipaddress.IPv4Address(mask)))
        elif table == "firewall address6":
            (nets[family, name],) = found["ip6"]
        elif table == "firewall vip":
            assert found["extintf"] == ["any"]
            assert found["portforward"] == ["enable"]
            # Policies compare the port inside.
            groups[4, name] = [f"{found['mappedip'][0]}/32"]
        elif table in ("firewall addrgrp", "firewall addrgrp6"):
            groups[family, name] = [nets[family, member] for member in found["member"]]
        elif table == "firewall service custom":
            services[name] = [
                (key[:3], tuple(map(port_span, values))) for key, values in found.items()
            ]
            assert set(found) <= {"tcp-portrange", "udp-portrange"}
        else:
            assert (table, name) == ("firewall policy", "0")
            assert (found["action"], found["srcintf"], found["dstintf"]) == (
                ["accept"],
                ["any"],
                ["any"],
            )
            assert found["schedule"] == ["always"]
            six = "srcaddr6" in found
            suffix, family = ("6", 6) if six else ("", 4)
            assert {key for key in found if "addr" in key} == {
                f"srcaddr{suffix}",
                f"dstaddr{suffix}",
            }
            sides = [
                addresses(net for group in found[key + suffix] for net in groups[family, group])
                for key in ("srcaddr", "dstaddr")
            ]
            (policy,) = found["name"]
            assert len(policy) <= 35
            read.names.append(policy)
            for service in found["service"]:
                for transport, ports in services[service]:
                    read.boxes.append(Box(transport, ports, sides[0], sides[1]))
    read.names.extend([*(name for _, name in (*nets, *groups)), *services])
    return read


READERS = {
    "cisco-ios.txt": cisco_ios,
    "cisco-asa.txt": cisco_asa,
    "junos-srx.conf": junos_srx,
    "pan-os.xml": pan_os,
    "fortigate.conf": fortigate,
    "arista-eos.txt": arista_eos,
}
