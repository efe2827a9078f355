"""What the Linux formats share: rules of one family each, ports within multiport's limit, exact
exceptions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters.format import CannotSay
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family, declared_of
from wizard.network.overlaps import indistinct_zones
from wizard.network.ports import PortRange, join_ports
from wizard.network.source_nat import ZoneNat, zone_nats
from wizard.plan.model import Firewall
from wizard.rules.model import Direction, Forward, Rule

# What guests on a bridge ask the machine for (DNS, DHCP, DHCPv6), and where it tells them.
GUESTS_ASK: dict[str, tuple[int, ...]] = {"udp": (53, 67, 547), "tcp": (53,)}
GUESTS_TOLD: dict[str, tuple[int, ...]] = {"udp": (68, 546)}
_IDS = 100  # characters; nft takes 128 bytes of comment
_LONGEST = 1000  # characters of a comment, before it is made to fit
# A service's name: what it is of, and which part of it (`Queues, RPC`; `Web interface (HTTP)`).
_SERVICE = re.compile(r"(?P<head>.+?)(?:, (?P<after>.+)| \((?P<inside>[^()]+)\))")
MULTIPORT = 15  # ports that one iptables match takes; a range counts as two


def live(rules: Iterable[Rule], direction: Direction) -> list[Rule]:
    """Those of one direction that let anything through, each with sorted addresses of its one
    family only.

    Exceptions that touch nothing of the rule are left out.
    """
    halves = []
    for rule in rules:
        if rule.direction != direction:
            continue
        family = rule.family
        half = msgspec.structs.replace(
            rule,
            ports=join_ports(rule.ports),
            sources=declared_of(rule.sources, family),
            destinations=declared_of(rule.destinations, family),
            except_sources=declared_of(rule.except_sources, family),
            except_destinations=declared_of(rule.except_destinations, family),
        )
        if half.sources and half.destinations and half.ports:
            halves.append(half)
    return halves


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, those in one that differ in status or encryption only; its id is all their ids, as
    far as a comment holds them.
    """
    places: dict[object, int] = {}
    merged: list[Rule] = []
    marks: list[set[object]] = []
    for rule in rules:
        key = (
            *(rule.action, rule.direction, rule.transport, rule.from_, rule.to),
            *(rule.sources, rule.destinations, rule.except_sources, rule.except_destinations),
        )
        mark = rule.status, rule.encrypted
        place = places.get(key)
        both = "" if place is None else f"{merged[place].id} {rule.id}"
        if place is None or mark in marks[place] or len(both) > _IDS:
            places[key] = len(merged)
            merged.append(rule)
            marks.append({mark})
            continue
        first = merged[place]
        marks[place].add(mark)
        merged[place] = msgspec.structs.replace(
            first,
            id=both,
            ports=join_ports((*first.ports, *rule.ports)),
            services=tuple(dict.fromkeys((*first.services, *rule.services))),
        )
    return merged


def first_id(rule: Rule) -> str:
    """What a rule is called where a name has room for one id only."""
    return rule.id.partition(" ")[0]


def without_exceptions(rule: Rule) -> Rule:
    """The same rule with its exceptions cut out of its addresses: for formats that have no 'but not
    from'.
    """
    return msgspec.structs.replace(
        rule,
        sources=_cut(rule.sources, rule.except_sources, rule.family),
        destinations=_cut(rule.destinations, rule.except_destinations, rule.family),
        except_sources=(),
        except_destinations=(),
    )


def chunks(ports: Sequence[PortRange], most: int = MULTIPORT) -> Iterator[tuple[PortRange, ...]]:
    """The ports in runs that one multiport match takes."""
    run: list[PortRange] = []
    weight = 0
    for low, high in ports:
        more = 1 if low == high else 2
        if weight + more > most:
            yield tuple(run)
            run, weight = [], 0
        run.append((low, high))
        weight += more
    if run:
        yield tuple(run)


def listed(ports: Iterable[PortRange]) -> str:
    """Ports as iptables and ufw write them: `80,443,9200:9999`."""
    return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in ports)


def words(rule: Rule, limit: int) -> str:
    """A rule's comment: id first, then why, and from whom to whom. Where not all services have room,
    what they are of is counted, and how many more there are is said: a name that is cut off would
    look as if the rule were for the others alone.
    """
    ends = f"{rule.from_} to {rule.to}"
    for services in _service_texts(rule.services):
        text = plain(f"{rule.id} {services} ({ends})", _LONGEST)
        if len(text) <= limit:
            return text
    return plain(f"{rule.id} {ends}: {'; '.join(rule.services)}", limit)


def _service_texts(services: Sequence[str]) -> Iterator[str]:
    """The services, ever shorter: `Queues: RPC, SMB; Web (HTTP)`, `Queues (2), Web (HTTP)`, `Queues
    (2) and 1 more`, `3 services`.
    """
    parts_by_head: dict[str, dict[str, str]] = {}
    for service in services:
        match = _SERVICE.fullmatch(service)
        head, part = (match["head"], match["after"] or match["inside"]) if match else (service, "")
        parts_by_head.setdefault(head, {})[service] = part
    together, counted = [], []
    for head, parts in parts_by_head.items():
        alone = "" if len(parts) > 1 else next(iter(parts))
        together.append(alone or f"{head}: {', '.join(filter(None, parts.values()))}")
        counted.append(alone or f"{head} ({len(parts)})")
    yield "; ".join(together)
    yield ", ".join(counted)
    sizes = [*map(len, parts_by_head.values())]
    for shown in range(len(counted) - 1, 0, -1):
        yield f"{', '.join(counted[:shown])} and {sum(sizes[shown:])} more"
    if len(services) > 1:
        yield f"{len(services)} services"


def logged_elsewhere(settings: Firewall) -> list[str]:
    """What a file's head says where its device alone decides what is logged; a line, or none."""
    if settings.log != "drops":
        return []
    return [
        "The plan asks for a log of what is dropped. This file leaves logging as it is set up there"
        " and switches none off; the name and the rate of lines are the device's."
    ]


def about_guests(devices: Sequence[str]) -> str:
    """The line of a file's head about guests."""
    return (
        f"Guests on {', '.join(devices)} may ask this machine for addresses and names (DHCP, DNS)."
    )


def is_multicast(rule: Rule) -> bool:
    """True where an IPv4 group is among the destinations: then hosts need IGMP too."""
    return any(
        224 <= int(cidr.split(".")[0]) <= 239 for cidr in rule.destinations if ":" not in cidr
    )


def short_name(name: str, longest: int, mark: str) -> str:
    """A firewall's name in at most `longest` characters. `mark` stands in no name of a firewall, so
    that a shortened name is never another firewall's.
    """
    if len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name[: longest - 9] + mark + digest


def _cut(cidrs: Cidrs, excepted: Cidrs, family: Family) -> Cidrs:
    if not (cidrs and excepted):
        return cidrs
    return declared_of(addresses.beyond(cidrs, excepted), family)


def written_zone_nats(deployment: Deployment, firewall: str) -> tuple[ZoneNat, ...]:
    """The networks that a boundary's script translates one to one.

    Raises:
        CannotSay: where two of its zones have the same network, and nothing tells them apart.
    """
    nats = zone_nats(deployment.network, firewall)
    for zones, network in indistinct_zones(deployment.network, firewall) if nats else ():
        raise CannotSay(
            f"{zones[0]} and {zones[1]} both have addresses of {network} here, and source NAT by"
            " address cannot tell them apart; give each zone a router of its own, or take snat away"
            " and set it up yourself"
        )
    return nats


def led_forwards(deployment: Deployment, firewall: str) -> list[Forward]:
    """The port forwards of a boundary, with who comes to their public address from inside."""
    return [
        msgspec.structs.replace(
            forward, sources=addresses.declared((*forward.sources, *forward.hairpin))
        )
        for forward in deployment.forwards_of(firewall)
    ]
