"""What the makes would understand, read by parsers of our own: anything that they do not know
is an error.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from tests.tools.access_list_reader import Read, arista_eos, cisco_asa, cisco_ios, masked
from tests.tools.tuples import Box, Span, addresses, port_span


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
    singles: dict[str, tuple[str, Span]] = {}
    applications: dict[str, list[str]] = {}
    policies: list[Any] = []
    tree = _junos(text)
    assert [statement[0] for statement in tree] == ["security", "applications"]
    for part in tree[0][1]:
        if part[0] == "address-book":
            ((where, entries),) = part[1]
            assert where == "global"
            for kind, name, value in entries:
                assert name not in (*nets, *sets)
                if kind == "address":
                    nets[name] = _srx_net(value)
                else:
                    assert kind == "address-set"
                    assert {word for word, _ in value} == {"address"}
                    sets[name] = [member for _, member in value]
        else:
            assert part[0] == "policies"
            ((where, policies),) = part[1]
            assert where == "global"
    for kind, name, entries in tree[1][1]:
        assert name not in (*singles, *applications)
        if kind == "application":
            (_, transport), (_, port) = entries
            assert [word for word, _ in entries] == ["protocol", "destination-port"]
            singles[name] = transport, port_span(port)
        else:
            assert kind == "application-set"
            applications[name] = [member for word, member in entries if word == "application"]
    read = Read([], [], [], [])
    for word, name, body in policies:
        assert word == "policy"
        assert name not in read.names
        read.names.append(name)
        (_, match), (_, then) = body
        assert then == [["permit"]]
        found = {key: values for key, *values in match}
        assert set(found) == {"source-address", "destination-address", "application"}
        (source,), (destination,), (application,) = (found[key] for key in found)
        sides = [
            addresses(nets[member] for member in sets.get(side, [side]))
            for side in (source, destination)
        ]
        assert len({span[0] for side in sides for span in side}) == 1, "families mixed"
        for member in applications.get(application, [application]):
            transport, span = singles[member]
            read.boxes.append(Box(transport, (span,), sides[0], sides[1]))
    read.names.extend([*nets, *sets, *singles, *applications])
    return read


def _srx_net(value: Any) -> str:
    """`10.0.0.0/8`, or the block of `range-address A { to B; }`."""
    if isinstance(value, str):
        return value
    ((word, first, ((to, last),)),) = value
    assert (word, to) == ("range-address", "to")
    # Not every release has ranges of IPv6 addresses.
    assert ":" not in first
    return f"{first}-{last}"


def pan_os(text: str) -> Read:
    root = ElementTree.fromstring(text)
    vsys = root.find("devices/entry/vsys/entry")
    assert vsys is not None
    parts = [part.tag for part in vsys]
    assert len(parts) == len(set(parts))
    assert {*parts, "address-group"} == {"service", "rulebase", "address-group", "address"}
    nets: dict[str | None, str] = {}
    for entry in vsys.iterfind("address/entry"):
        (kind,) = entry
        assert kind.tag == ("ip-range" if "-" in str(kind.text) else "ip-netmask")
        assert entry.get("name") not in nets
        nets[entry.get("name")] = str(kind.text)
    # A rule names a group, or an address itself.
    groups = {name: [net] for name, net in nets.items()}
    for entry in vsys.iterfind("address-group/entry"):
        assert entry.get("name") not in groups
        groups[entry.get("name")] = [
            nets[member.text] for member in entry.iterfind("static/member")
        ]
    services: dict[str | None, tuple[str, tuple[Span, ...]]] = {}
    for entry in vsys.iterfind("service/entry"):
        (protocol,) = list(entry.iterfind("protocol/*"))
        assert [part.tag for part in protocol] == ["port"]
        spans = tuple(map(port_span, protocol.findtext("port", "").split(",")))
        services[entry.get("name")] = protocol.tag, spans
    read = Read([], [], [], [*map(str, groups), *map(str, services)])
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


def panorama(text: str) -> Read:
    """Commands of one device group: objects stand before what names them, and a list grows."""
    nets: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    services: dict[str, tuple[str, tuple[Span, ...]]] = {}
    read = Read([], [], [], [])
    for line in text.splitlines():
        if line.startswith("# ") or line == "#":
            assert not nets
            continue
        assert len(line) < 4000
        word, where, group, kind, *rest = shlex.split(line)
        assert (word, where, group) == ("set", "device-group", "DEVICE-GROUP")
        if kind == "address":
            name, form, net = rest
            assert form == ("ip-range" if "-" in net else "ip-netmask")
            assert name not in nets
            nets[name] = net
        elif kind == "address-group":
            name, static, begin, *members, end = rest
            assert (static, begin, end) == ("static", "[", "]")
            groups.setdefault(name, []).extend(nets[member] for member in members)
        elif kind == "service":
            name, protocol, transport, port, ports = rest
            assert (protocol, port) == ("protocol", "port")
            assert name not in services
            services[name] = transport, tuple(map(port_span, ports.split(",")))
        else:
            security, rules, name, *pairs = rest
            assert (kind, security, rules) == ("pre-rulebase", "security", "rules")
            found = dict(zip(pairs[::2], pairs[1::2], strict=True))
            if set(found) == {"description"}:
                assert read.names[-1] == name
                continue
            assert set(found) == {
                "from", "to", "source", "destination", "application", "service", "action",
            }  # fmt: skip
            assert {found["from"], found["to"], found["application"]} == {"any"}
            assert found["action"] == "allow"
            sides = [
                addresses(groups.get(found[side]) or [nets[found[side]]])
                for side in ("source", "destination")
            ]
            transport, spans = services[found["service"]]
            read.boxes.append(Box(transport, spans, sides[0], sides[1]))
            read.names.append(name)
    read.names.extend([*nets, *groups, *services])
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
        if table in ("firewall address", "firewall address6"):
            nets[family, name] = _forti_net(found, family)
            groups[family, name] = [nets[family, name]]
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
    read.names.extend([*(name for _, name in groups), *services])
    return read


def _forti_net(found: dict[str, list[str]], family: int) -> str:
    if found.get("type") == ["iprange"]:
        assert set(found) == {"type", "start-ip", "end-ip"}
        return f"{found['start-ip'][0]}-{found['end-ip'][0]}"
    if family == 6:
        (net,) = found["ip6"]
        return net
    assert (set(found), found["type"]) == ({"type", "subnet"}, ["ipmask"])
    address, mask = found["subnet"]
    return masked(address, int(ipaddress.IPv4Address(mask)))


READERS = {
    "cisco-ios.txt": cisco_ios,
    "cisco-asa.txt": cisco_asa,
    "junos-srx.conf": junos_srx,
    "pan-os.xml": pan_os,
    "panorama.txt": panorama,
    "fortigate.conf": fortigate,
    "arista-eos.txt": arista_eos,
}
