"""A question that falls under what must never be: by which name, and whether a rule is for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.deployment import Deployment
from wizard.explain.hops import Connection
from wizard.explain.values import Explanation, Hop, NeverAnswer
from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Family
from wizard.network.ports import holds_port
from wizard.plan.keys import NeverEndKey
from wizard.plan.model import NeverEnd
from wizard.rules.denials import Denial, share, side_of
from wizard.rules.model import Rule
from wizard.rules.seen import RuleSide
from wizard.views.words import few


def with_denials(
    deployment: Deployment, way: Explanation, asked: Iterable[Connection]
) -> Explanation:
    """The same answer with what must never be; a boundary with lines that deny it stops it. `asked`
    is the connection before a port forward, and after.
    """
    connections = list(asked)
    for denial in deployment.denials:
        meeting = [each for each in connections if _meets(deployment, denial, each)]
        if meeting:
            answer = NeverAnswer(
                denial.name,
                denial.reason,
                any(_is_whole(deployment, denial, each) for each in meeting),
                tuple(_rules(deployment, denial, meeting)),
            )
            way = _stopped(deployment, _noted(way, answer), denial)
    return way


def _meets(deployment: Deployment, denial: Denial, connection: Connection) -> bool:
    """True where some of what is asked must never be."""
    if not _is_on_its_ports(denial, connection):
        return False
    return any(
        share(denial.side("from", family), sources) and share(denial.side("to", family), to)
        for family, sources, to in _sides(deployment, connection)
    )


def _is_whole(deployment: Deployment, denial: Denial, connection: Connection) -> bool:
    """True where all of what is asked must never be."""
    for family, sources, to in _sides(deployment, connection):
        if not (
            _holds(denial.side("from", family), sources) and _holds(denial.side("to", family), to)
        ):
            return False
    return True


def _is_on_its_ports(denial: Denial, connection: Connection) -> bool:
    on_port = holds_port(denial.ports, connection.port)
    return on_port and connection.transport in denial.transports


def _sides(
    deployment: Deployment, connection: Connection
) -> Iterator[tuple[Family, RuleSide, RuleSide]]:
    """Both ends in each family that they share."""
    for family in FAMILIES:
        sources = side_of(deployment.network, connection.sources, family)
        to = side_of(deployment.network, connection.destinations, family)
        if sources.cidrs and to.cidrs:
            yield family, sources, to


def _holds(outer: RuleSide, inner: RuleSide) -> bool:
    every = addresses.beyond(inner.cidrs, inner.excepted)
    inside = addresses.covers(outer.cidrs, every)
    return inside and not addresses.overlap(every, outer.excepted)


def _rules(deployment: Deployment, denial: Denial, connections: list[Connection]) -> Iterator[str]:
    """The ids of rules that are for some of what is asked, and must never be."""
    for rule in deployment.rules:
        spans = deployment.against(denial, rule)
        for connection in connections:
            on_port = holds_port(spans, connection.port)
            if on_port and _is_for(deployment, rule, connection):
                yield rule.id
                break


def _is_for(deployment: Deployment, rule: Rule, connection: Connection) -> bool:
    here = RuleSide(rule.sources, rule.except_sources)
    there = RuleSide(rule.destinations, rule.except_destinations)
    own = deployment.network.renumbered.own
    for family, sources, to in _sides(deployment, connection):
        if family != rule.family:
            continue
        for zones in deployment.network.standpoints(rule.firewall):
            seen_sources = RuleSide(own(zones, sources.cidrs), sources.excepted)
            seen_to = RuleSide(own(zones, to.cidrs), to.excepted)
            if share(seen_sources, here) and share(seen_to, there):
                return True
    return False


def _noted(way: Explanation, answer: NeverAnswer) -> Explanation:
    reason = f": {answer.reason.rstrip('.')}" if answer.reason else ""
    part = "" if answer.whole else " Some of this falls under it."
    rules = f"{few(answer.rules)} is for it all the same." if answer.rules else "No rule is for it."
    note = f"Never {answer.name}{reason}.{part} {rules}"
    return msgspec.structs.replace(way, never=(*way.never, answer), notes=(*way.notes, note))


def _stopped(deployment: Deployment, way: Explanation, denial: Denial) -> Explanation:
    """The way, where a boundary on it denies by lines of its own, before any rule is asked."""
    first_stop = next((hop for hop in way.hops if not hop.allowed), None)
    stops_at = ""
    hops: list[Hop] = []
    for hop in way.hops:
        is_here = hop.direction == "forward" and hop.firewall in denial.firewalls and not hop.never
        if is_here:
            stops_at = stops_at or (hop.firewall if first_stop in (None, hop) else "")
            hop = msgspec.structs.replace(
                hop,
                allowed=False,
                rules=(),
                because=(),
                others=hop.rules or hop.others,
                never=denial.name,
            )
        hops.append(hop)
    way = msgspec.structs.replace(way, allowed=way.allowed and not stops_at, hops=tuple(hops))
    if not stops_at:
        return way
    end = deployment.plan.never[denial.name].from_
    reason = f" ({denial.reason.rstrip('.')})" if denial.reason else ""
    return msgspec.structs.replace(
        way,
        stops=f"It stops at {stops_at}: never {denial.name}{reason}.",
        stop_key=str(_end_key(denial.name, end)),
    )


def _end_key(name: str, end: NeverEnd) -> NeverEndKey:
    if end.role:
        return NeverEndKey(name, "from", "role")
    return NeverEndKey(name, "from", "zones" if end.zones else "addresses")
