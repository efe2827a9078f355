"""What must never be against the slow second reading, on random plans: which rules let some of it
through, and what the boundaries on the way deny.

500 plans in `make test`, a quarter of those that `PORTWRIGHT_PLANS` names: each is asked a lot.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterator

import pytest

from tests.tools.parts import drawn
from tests.tools.plan_strategies import Table, as_plan, documents
from tests.tools.reference import SOMEWHERE, Denied, Reference
from tests.tools.reference_plan import Ip
from tests.tools.tuples import Box, box_of
from tests.tools.worlds import CATALOG
from tests.wizard.rules.test_compile_reference import ABROAD
from wizard.deployment import Deployment, deploy
from wizard.rules.model import Rule

PARTS = 10
PLANS = int(os.environ.get("PORTWRIGHT_PLANS", "2000")) // 4
# Ends of the spans that random plans deny, and their neighbours.
PORTS = (1, 442, 443, 444, 445, 446, 8999, 9000, 9100, 9200, 9201, 65535)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_must_never_be_is_denied_and_found(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    counts = {"plans": 0, "denials": 0, "violations": 0, "lines": 0}

    @drawn(
        part,
        PLANS // PARTS,
        documents(frozenset({"never", "own", "sites", "installations", "feature-places"})),
    )
    def agree(tables: Table) -> None:
        if not tables["never"]:
            return
        counts["plans"] += 1
        counts["denials"] += len(tables["never"])
        deployment, reference = deploy(CATALOG, as_plan(tables)), Reference(CATALOG, tables)
        everybody = [*reference.addresses, *SOMEWHERE, *map(ipaddress.ip_address, ABROAD)]
        counts["violations"] += compare_findings(deployment, reference, everybody)
        counts["lines"] += compare_lines(deployment, reference, everybody)

    agree()
    record_property("never", counts)


def compare_findings(deployment: Deployment, reference: Reference, everybody: list[Ip]) -> int:
    """Every rule and denial that meet in some connection are one finding, and no others."""
    expected = []
    for denied in reference.denials():
        ends = meant(reference, denied, everybody)
        for rule in deployment.rules:
            if lets_some(reference, rule, denied, *ends):
                expected.append((denied.name, rule.id))
    said = []
    for finding in deployment.findings:
        if finding.code == "never-violated" and finding.subjects[0].startswith("r-"):
            said.append((finding.message.split()[1].rstrip(":"), finding.subjects[0]))
    assert sorted(said) == sorted(expected)
    return len(said)


def meant(reference: Reference, denied: Denied, everybody: list[Ip]) -> tuple[list[Ip], list[Ip]]:
    sources = [ip for ip in everybody if reference.is_meant(denied.table["from"], ip)]
    return sources, [ip for ip in everybody if reference.is_meant(denied.table["to"], ip)]


def lets_some(
    reference: Reference, rule: Rule, denied: Denied, sources: list[Ip], destinations: list[Ip]
) -> bool:
    """Is there a connection that the rule lets through and that is denied?"""
    box = box_of(rule)
    here = next(inside(box.sources, box.not_sources, sources), None)
    there = next(inside(box.destinations, box.not_destinations, destinations), None)
    if here is None or there is None:
        return False
    ports = {*PORTS, *(end for span in rule.ports for end in span)}
    return any(
        reference.denies(denied, rule.transport, port, here, there)
        for port in ports
        if any(low <= port <= high for low, high in rule.ports)
    )


Spans = tuple[tuple[int, int, int], ...]


def inside(spans: Spans, excepted: Spans, ips: list[Ip]) -> Iterator[Ip]:
    for ip in ips:
        if is_in(spans, ip) and not is_in(excepted, ip):
            yield ip


def is_in(spans: Spans, ip: Ip) -> bool:
    return any(version == ip.version and first <= int(ip) <= last for version, first, last in spans)


def compare_lines(deployment: Deployment, reference: Reference, everybody: list[Ip]) -> int:
    """A boundary on the way that accepts by default denies exactly that; no other denies a thing,
    and nothing else is denied anywhere.
    """
    lines = 0
    for name, firewall in reference.plan.firewalls.items():
        accepts = firewall["kind"] == "boundary" and firewall.get("default", "accept") == "accept"
        denied_at = deployment.denied_at(name)
        boxes = [box_of(line) for line in denied_at]
        lines += len(boxes)
        assert accepts or not boxes
        if not accepts:
            continue
        for transport, port, source, destination in probes(reference, everybody):
            denied = any(
                reference.denies(each, transport, port, source, destination)
                for each in reference.denials()
            )
            crosses = name in reference.on_the_way(
                reference.zone(source), reference.zone(destination)
            )
            crosses = crosses and reference.zone(source) != reference.zone(destination)
            at_line = any(holds(box, transport, port, source, destination) for box in boxes)
            assert denied or not at_line, (name, transport, port, source, destination)
            if crosses:
                assert at_line == denied, (name, transport, port, source, destination)
    return lines


def probes(reference: Reference, everybody: list[Ip]) -> Iterator[tuple[str, int, Ip, Ip]]:
    """From each address that is meant, and its neighbours in the list, to some that are."""
    for number, denied in enumerate(reference.denials()):
        sources, destinations = meant(reference, denied, everybody)
        for at, source in enumerate([*sources[:6], *everybody[number::5]]):
            for destination in [*destinations[:4], *everybody[at % 7 :: 7]]:
                if source.version == destination.version and source != destination:
                    yield ("tcp", "udp")[at % 2], PORTS[at % len(PORTS)], source, destination
                    yield "tcp", 445, source, destination


def holds(box: Box, transport: str, port: int, source: Ip, destination: Ip) -> bool:
    return box.holds(transport, port, source.version, int(source), int(destination))
