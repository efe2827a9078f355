"""Reads firewalld's XML files back: what each policy lets through. Written from firewalld's manual
pages.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.tools.tuples import Addresses, Box, Span, addresses, port_span

_FULL: dict[int, Addresses] = {4: ((4, 0, (1 << 32) - 1),), 6: ((6, 0, (1 << 128) - 1),)}


@dataclass
class Policy:
    """One policy: its ends, its target, the boxes that rich rules open by a service, all others as
    text.
    """

    ends: tuple[str, str] = ("", "")
    target: str = ""
    priority: int = 0
    boxes: list[Box] = field(default_factory=list)
    basics: list[str] = field(default_factory=list)


def read(files: Mapping[str, str]) -> dict[str, Policy]:
    """Policies by name, from files by their path below firewalld's folder."""
    trees = {path: ET.fromstring(text.encode()) for path, text in files.items()}
    services = {
        _name(path): _service(tree) for path, tree in trees.items() if path.startswith("services/")
    }
    sets = {
        _name(path): (_option(tree), addresses(_text(entry) for entry in tree.findall("entry")))
        for path, tree in trees.items()
        if path.startswith("ipsets/")
    }
    policies = {}
    for path, tree in trees.items():
        if path.startswith("policies/"):
            policy = policies[_name(path)] = Policy(
                ends=(_end(tree, "ingress-zone"), _end(tree, "egress-zone")),
                target=tree.attrib["target"],
                priority=int(tree.attrib["priority"]),
            )
            for rule in tree.findall("rule"):
                _rule(policy, rule, services, sets)
    return policies


def _rule(
    policy: Policy,
    rule: ET.Element,
    services: Mapping[str, list[tuple[str, Span]]],
    sets: Mapping[str, tuple[int, Addresses]],
) -> None:
    assert rule[-1].tag == "accept"
    service = rule.find("service")
    if service is None:
        policy.basics.append("".join(ET.tostring(part, "unicode").strip() for part in rule))
        return
    family = {"ipv4": 4, "ipv6": 6}[rule.attrib["family"]]
    sides: dict[str, Addresses] = {"source": _FULL[family], "destination": _FULL[family]}
    negated: dict[str, Addresses] = {"source": (), "destination": ()}
    for tag in sides:
        element = rule.find(tag)
        if element is None:
            continue
        if "ipset" in element.attrib:
            of, listed = sets[element.attrib["ipset"]]
            assert of == family
        else:
            listed = addresses([element.attrib["address"]])
        assert all(version == family for version, _, _ in listed)
        (negated if element.attrib.get("invert") == "True" else sides)[tag] = listed
    for transport in ("tcp", "udp"):
        spans = tuple(span for name, span in services[service.attrib["name"]] if name == transport)
        if spans:
            policy.boxes.append(
                Box(
                    transport,
                    spans,
                    sides["source"],
                    sides["destination"],
                    negated["source"],
                    negated["destination"],
                )
            )


def _service(tree: ET.Element) -> list[tuple[str, Span]]:
    return [
        (port.attrib["protocol"], port_span(port.attrib["port"])) for port in tree.findall("port")
    ]


def _option(tree: ET.Element) -> int:
    assert tree.attrib["type"] == "hash:net"
    option = tree.find("option")
    assert option is not None
    return {"inet": 4, "inet6": 6}[option.attrib["value"]]


def _end(tree: ET.Element, tag: str) -> str:
    element = tree.find(tag)
    assert element is not None
    return element.attrib["name"]


def _text(element: ET.Element) -> str:
    assert element.text
    return element.text


def _name(path: str) -> str:
    return path.partition("/")[2].removesuffix(".xml")
