"""Terms → policies of Junos on SRX, PAN-OS and FortiOS, with the objects that they name.

Nothing stands for what a device has already: no `replace:`, no policy with a number of its own, no
line about logging, which FortiOS would switch off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import msgspec

from exporters.firewalls.vendor_objects import (
    Objects,
    masked,
    member_name,
    range_ends,
    service_name,
)
from exporters.firewalls.vendor_terms import Body, Term
from exporters.lines import ended, in_runs, prefixed, quoted
from wizard.network.ports import PortRange, range_text, range_texts

# Addresses that a policy of an SRX takes on one side.
_SRX_ADDRESSES = 1024


def junos_srx(name: str, all_terms: Sequence[Term]) -> Body:
    """Address book, global policies and applications."""
    # Whether a book takes ranges of IPv6 addresses depends on the release.
    objects = Objects(ranges=(4,))
    policies: list[str] = []
    for term in all_terms:
        policies += _srx_policies(objects, term)
    book = [
        *chain.from_iterable(map(_srx_address, objects.members())),
        *_sets("address", objects.named_groups()),
    ]
    return _body(
        _block(
            "security",
            [
                *_block("address-book", _block("global", book)),
                *_block("policies", _block("global", policies)),
            ],
        ),
        _block("applications", _srx_applications(objects.services.values())),
    )


def pan_os(name: str, all_terms: Sequence[Term]) -> Body:
    """The part of a configuration with services, rules, groups and addresses."""
    objects = Objects()
    rules = Element("rules")
    for term in all_terms:
        _pan_rule(rules, objects, term)
    config = Element("config", urldb="paloaltonetworks", version="8.1.0")
    devices = SubElement(SubElement(config, "devices"), "entry", name="localhost.localdomain")
    vsys = SubElement(SubElement(devices, "vsys"), "entry", name="vsys1")
    services = SubElement(vsys, "service")
    for service, (transport, ports) in objects.services.items():
        protocol = SubElement(SubElement(services, "entry", name=service), "protocol")
        SubElement(SubElement(protocol, transport), "port").text = ",".join(range_texts(ports))
    SubElement(SubElement(vsys, "rulebase"), "security").append(rules)
    if objects.groups:
        groups = SubElement(vsys, "address-group")
        for group, listed in objects.named_groups():
            _members(SubElement(groups, "entry", name=group), "static", listed)
    book = SubElement(vsys, "address")
    for member in objects.members():
        kind = "ip-range" if range_ends(member) else "ip-netmask"
        SubElement(SubElement(book, "entry", name=member_name(member)), kind).text = member
    ElementTree.indent(config)
    xml = ElementTree.tostring(config, encoding="unicode")
    return Body(f'<?xml version="1.0"?>\n{xml}\n')


def fortigate(name: str, all_terms: Sequence[Term]) -> Body:
    """Addresses, groups and services, then policies under the next free numbers."""
    objects = Objects()
    policies = [_forti_policy(objects, term) for term in all_terms]
    tables: dict[str, list[tuple[str, list[str]]]] = {}
    for member in objects.members():
        table, *settings = _forti_address(member)
        tables.setdefault(table, []).append((member_name(member), settings))
    for group, listed in objects.named_groups():
        table = "firewall addrgrp6" if ":" in objects.groups[group][0] else "firewall addrgrp"
        tables.setdefault(table, []).append((group, [f"member {' '.join(quoted(listed))}"]))
    services = tables["firewall service custom"] = []
    for service, (transport, ports) in objects.services.items():
        services.append((service, [f"{transport}-portrange {' '.join(range_texts(ports))}"]))
    lines: list[str] = []
    for table, entries in tables.items():
        lines += _forti_table(table, ((f'"{entry}"', settings) for entry, settings in entries))
    # `edit 0` is the next free number.
    return _body(lines, _forti_table("firewall policy", (("0", policy) for policy in policies)))


def _srx_policies(objects: Objects, term: Term) -> Iterator[str]:
    """A policy, or several where a side has more addresses than one takes."""
    sides = product(
        in_runs(term.sources, _SRX_ADDRESSES), in_runs(term.destinations, _SRX_ADDRESSES)
    )
    for number, (sources, destinations) in enumerate(sides):
        part = msgspec.structs.replace(term, sources=sources, destinations=destinations)
        match = [
            f"source-address {objects.reference(part.whose, part.sources)};",
            f"destination-address {objects.reference(part.whom, part.destinations)};",
            f"application {objects.service(part)};",
        ]
        verdict = "permit;" if term.action == "allow" else "deny;"
        yield f"/* {term.comment} */"
        yield from _block(
            f"policy {term.name}_{number}" if number else f"policy {term.name}",
            [*_block("match", match), *_block("then", [verdict])],
        )


def _srx_address(member: str) -> list[str]:
    ends = range_ends(member)
    if not ends:
        return [f"address {member_name(member)} {member};"]
    until = _block(f"range-address {ends[0]}", [f"to {ends[1]};"])
    return _block(f"address {member_name(member)}", until)


def _srx_applications(
    services: Iterable[tuple[str, tuple[PortRange, ...]]],
) -> list[str]:
    singles: dict[str, list[str]] = {}
    sets: dict[str, list[str]] = {}
    for transport, ports in services:
        names: list[str] = []
        for span in ports:
            single = service_name(transport, (span,))
            names.append(single)
            singles[single] = [f"protocol {transport};", f"destination-port {range_text(*span)};"]
        if len(ports) > 1:
            sets[service_name(transport, ports)] = names
    lines: list[str] = []
    for name, body in singles.items():
        lines += _block(f"application {name}", body)
    return [*lines, *_sets("application", sets.items())]


def _sets(kind: str, named: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for name, listed in named:
        yield from _block(f"{kind}-set {name}", [f"{kind} {member};" for member in listed])


def _pan_rule(rules: Element, objects: Objects, term: Term) -> None:
    rule = SubElement(rules, "entry", name=term.name)
    SubElement(rule, "description").text = term.comment
    for side, role, cidrs in (
        ("source", term.whose, term.sources),
        ("destination", term.whom, term.destinations),
    ):
        _members(rule, side, [objects.reference(role, cidrs)])
    for key in ("to", "from", "application"):
        _members(rule, key, ["any"])
    _members(rule, "service", [objects.service(term)])
    SubElement(rule, "action").text = term.action


def _members(parent: Element, key: str, names: Iterable[str]) -> None:
    listed = SubElement(parent, key)
    for name in names:
        SubElement(listed, "member").text = name


def _forti_policy(objects: Objects, term: Term) -> list[str]:
    six = "6" if term.family == 6 else ""
    return [
        f'name "{term.name}"',
        'srcintf "any"',
        'dstintf "any"',
        f"action {'accept' if term.action == 'allow' else 'deny'}",
        f'srcaddr{six} "{objects.reference(term.whose, term.sources)}"',
        f'dstaddr{six} "{objects.reference(term.whom, term.destinations)}"',
        'schedule "always"',
        f'service "{objects.service(term)}"',
        f'comments "{term.comment}"',
    ]


def _forti_address(member: str) -> list[str]:
    """The table of an address, and what is set there."""
    six = ":" in member
    ends = range_ends(member)
    table = "firewall address6" if six else "firewall address"
    if ends:
        return [table, "type iprange", f"start-ip {ends[0]}", f"end-ip {ends[1]}"]
    if six:
        return [table, f"ip6 {member}"]
    return [table, "type ipmask", f"subnet {' '.join(masked(member))}"]


def _forti_table(table: str, entries: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    yield f"config {table}"
    for name, settings in entries:
        yield f"    edit {name}"
        for setting in settings:
            yield f"        set {setting}"
        yield "    next"
    yield "end"


def _block(begin: str, lines: Iterable[str]) -> list[str]:
    return [f"{begin} {{", *prefixed("    ", lines), "}"]


def _body(*parts: Iterable[str]) -> Body:
    return Body(ended(chain(*parts)))
