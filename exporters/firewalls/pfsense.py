"""Rules of a boundary for pfSense → `pfsense.xml`: aliases and floating rules, to put into a
configuration by hand.

The root is none of pfSense's: restoring an area of its configuration replaces the whole area, and this
file must not be taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from exporters.firewalls.boundaries import forward_lines, head
from exporters.firewalls.pf_lines import PfLine, pf_lines
from exporters.firewalls.vendor_terms import digest
from exporters.safe import xml_comment
from wizard.deployment import Deployment
from wizard.network.ports import PortRange, range_text, range_texts

_LOAD = (
    "Never restore it as an area: a restore replaces the area as a whole. Download config.xml under",
    "Diagnostics, Backup and Restore; put what stands in aliases and filter here into its own aliases and",
    "filter, before the rules that are there; restore that file. Keep the first one as the way back.",
)


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """One file with both parts."""
    lines = list(pf_lines(deployment, firewall))
    root = Element("portwright-fragment")
    aliases = SubElement(root, "aliases")
    rules = SubElement(root, "filter")
    names: set[str] = set()
    for line in lines:
        _rule(rules, line, aliases, names)
    ElementTree.indent(root)
    comments = head(deployment, firewall, "pfSense 2.6 and newer, floating rules", _LOAD)
    forwards = deployment.forwards_of(firewall)
    if forwards:
        comments += ["NOT SAID: port forwards. Make them by hand:", *forward_lines(forwards)]
    text = xml_comment("\n".join(comments))
    return {
        "pfsense.xml": (
            f'<?xml version="1.0"?>\n<!--\n{text}\n-->\n'
            f"{ElementTree.tostring(root, encoding='unicode')}\n"
        )
    }


def _rule(rules: Element, line: PfLine, aliases: Element, names: set[str]) -> None:
    rule = SubElement(rules, "rule")
    _texts(
        rule,
        {
            "tracker": str(1_000_000_000 + int.from_bytes(line.key[:4], "big") % 3_000_000_000),
            "type": line.action,
            "interface": "",
            "floating": "yes",
            "quick": "yes",
            "direction": "in",
            "ipprotocol": line.family,
            "protocol": line.protocol,
        },
    )
    SubElement(SubElement(rule, "source"), "address").text = _network(line.sources, aliases, names)
    destination = SubElement(rule, "destination")
    SubElement(destination, "address").text = _network(line.destinations, aliases, names)
    SubElement(destination, "port").text = _ports(line.ports, aliases, names)
    if line.action == "block":
        SubElement(rule, "log")
    SubElement(rule, "descr").text = line.description


def _network(cidrs: Sequence[str], aliases: Element, names: set[str]) -> str:
    """The one network, or the alias that holds them."""
    return cidrs[0] if len(cidrs) == 1 else _alias("network", cidrs, aliases, names)


def _ports(ports: Sequence[PortRange], aliases: Element, names: set[str]) -> str:
    if len(ports) == 1:
        return range_text(*ports[0])
    entries = [text.replace("-", ":") for text in range_texts(ports)]
    return _alias("port", entries, aliases, names)


def _alias(kind: str, entries: Iterable[str], aliases: Element, names: set[str]) -> str:
    listed = tuple(entries)
    name = f"pw_{kind}_{digest(*listed, size=6)}"
    if name not in names:
        names.add(name)
        content = {"name": name, "type": kind, "address": " ".join(listed), "descr": "portwright"}
        _texts(SubElement(aliases, "alias"), content)
    return name


def _texts(parent: Element, texts: dict[str, str]) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text
