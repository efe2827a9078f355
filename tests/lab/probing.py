"""Rules → connections to try: each allowed tuple (large ranges by their ends and middle) and its
neighbours.

What must happen to each is asked of the rules themselves, by `tuples.admits`; not of any exporter.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterable, Sequence

from tests.lab.netns import Probe, host_of
from tests.tools.tuples import admits, box_of
from wizard.plan.model import Plan
from wizard.rules.model import Rule

INTERNET = {4: "198.51.100.7", 6: "2001:db8:ffff::7"}
# Sources that no rule names: one for each direction, as no two machines share an address.
STRANGERS = {
    "in": {4: "192.0.2.98", 6: "2001:db8:dead::98"},
    "out": {4: "192.0.2.99", 6: "2001:db8:dead::99"},
    "forward": {4: "192.0.2.97", 6: "2001:db8:dead::97"},
}
# Who sends on the link, for the same reason one for each direction.
ON_THE_LINK = {"in": "fe80::98", "out": "fe80::99"}
_PER_RULE = 24


def connections(rules: Sequence[Rule]) -> dict[Probe, bool]:
    """Probe → whether the rules of one direction let it through."""
    chance = random.Random(len(rules))
    boxes = [box_of(rule) for rule in rules]
    inside = {4: set[str](), 6: set[str]()}
    for rule in rules:
        inside[rule.family] |= {*_senders(rule)}
    wanted: dict[Probe, bool] = {}
    for rule in rules:
        if not (rule.sources and rule.destinations):
            continue
        tuples = [
            Probe(rule.transport, source, destination, port)
            for source in _senders(rule)
            for destination in _hosts(rule.destinations)
            for port in _ports(rule)
        ]
        if len(tuples) > _PER_RULE:
            tuples = chance.sample(tuples, _PER_RULE)
        others = sorted({*inside[rule.family], STRANGERS[rule.direction][rule.family]})
        for probe in tuples:
            near = [
                probe,
                probe._replace(port=probe.port - 1),
                probe._replace(port=probe.port + 1),
                probe._replace(transport="udp" if probe.transport == "tcp" else "tcp"),
                *(
                    probe._replace(source=other)
                    for other in chance.sample(others, min(2, len(others)))
                ),
                probe._replace(source=STRANGERS[rule.direction][rule.family]),
            ]
            for entry in near:
                if _possible(entry):
                    wanted[entry] = admits(
                        boxes, entry.transport, entry.port, entry.source, entry.destination
                    )
    return wanted


def zone_of(plan: Plan, address: str) -> str:
    """The zone whose network holds the address; the internet for any other."""
    here = ipaddress.ip_address(address)
    for name, zone in plan.zones.items():
        if any(here in ipaddress.ip_network(net) for net in zone.networks):
            return name
    return "internet"


def is_group(address: str) -> bool:
    """Multicast or broadcast: nobody's own address."""
    return ipaddress.ip_address(address).is_multicast or address == "255.255.255.255"


def _senders(rule: Rule) -> list[str]:
    own = [cidr for cidr in rule.sources if cidr != "fe80::/10"]
    return _hosts(own) + ([] if own == [*rule.sources] else [ON_THE_LINK[rule.direction]])


def _hosts(cidrs: Iterable[str]) -> list[str]:
    hosts = []
    for cidr in cidrs:
        if ipaddress.ip_network(cidr).prefixlen == 0:
            hosts.append(INTERNET[6 if ":" in cidr else 4])
        else:
            hosts += [host_of(cidr, "first"), host_of(cidr, "last")]
    return sorted(set(hosts))


def _ports(rule: Rule) -> list[int]:
    return sorted({port for low, high in rule.ports for port in (low, (low + high) // 2, high)})


def _possible(probe: Probe) -> bool:
    """Not to the DHCP client's port, which is open by design, and no TCP to a group."""
    if not 1 <= probe.port <= 65535 or probe.port in (67, 68, 546, 547):
        return False
    if probe.source == probe.destination:
        return False
    return not (probe.transport == "tcp" and is_group(probe.destination))
