"""What must come out of a real plan, as people write it down.

A rule is a line `firewall direction transport ports sources > destinations`; `internet` stands for
every public address outside the plan's zones. All rules of all firewalls together must mean exactly
these lines; how they are cut into rules is free."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.tools.internet import inside_of
from tests.tools.tuples import Addresses, Box, addresses, box_of, difference, port_span
from wizard.deployment import Deployment
from wizard.findings.model import Finding
from wizard.rules.model import Forward

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in (HERE / "plans").glob("*.toml"))


def plan_text(case: str) -> str:
    return (HERE / "plans" / f"{case}.toml").read_text("utf-8")


def expected(case: str) -> dict[str, Any]:
    return tomllib.loads((HERE / "expected" / f"{case}.toml").read_text("utf-8"))


def faults(deployment: Deployment, lines: Iterable[str]) -> list[str]:
    """Where the rules and the lines do not mean the same; none: they do."""
    networks = [network for zone in deployment.plan.zones.values() for network in zone.networks]
    wanted: dict[str, list[Box]] = {}
    for line in lines:
        place, box = _line(line, networks)
        wanted.setdefault(place, []).append(box)
    given: dict[str, list[Box]] = {}
    for rule in deployment.rules:
        given.setdefault(f"{rule.firewall} {rule.direction}", []).append(box_of(rule))
    found = []
    for place in sorted({*wanted, *given}):
        cells = difference(given.get(place, []), wanted.get(place, []))
        found += [f"{place}: {cell}" for cell in cells]
    return found


def _line(line: str, networks: list[str]) -> tuple[str, Box]:
    firewall, direction, transport, ports, *sides = line.split()
    sources, _, destinations = " ".join(sides).partition(" > ")
    here, not_here = _side(sources, networks)
    there, not_there = _side(destinations, networks)
    spans = tuple(map(port_span, ports.split(",")))
    return f"{firewall} {direction}", Box(transport, spans, here, there, not_here, not_there)


def _side(text: str, networks: list[str]) -> tuple[Addresses, Addresses]:
    if text == "internet":
        return addresses(["0.0.0.0/0"]), addresses(inside_of(networks, 4))
    return addresses(text.split(", ")), ()


def forward_line(forward: Forward) -> str:
    """A port forward as it stands in an expectation."""
    outside = f"{forward.public_address}:{forward.public_ports[0]}"
    inside = f"{forward.address}:{forward.ports[0]}"
    return f"{forward.firewall} {forward.transport} {outside} > {inside}"


def says(findings: Iterable[Finding], words: str) -> bool:
    """True where a finding has this code, and this subject, if one is named."""
    code, _, subject = words.partition(" ")
    return any(
        finding.code == code and (not subject or subject in finding.subjects)
        for finding in findings
    )
