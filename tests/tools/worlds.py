"""Plans for tests of the core: TOML in, a deployment out, and questions about what it lets through."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import dedent

from tests.tools.tuples import admits, box_of
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.facts.model import Catalog
from wizard.plan.file import PlanError, parse_plan, read_plan
from wizard.plan.model import Plan
from wizard.rules.model import Rule

CATALOG: Catalog = load_catalog()

# A host's firewall in `servers`, a boundary between all zones, and a way to the internet.
OFFICE = """
    format = 1
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.clients]
    networks = ["10.0.20.0/22"]
    [zones.printers]
    networks = ["10.0.30.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    zones = ["clients"]
    [roles.admin-computer]
    addresses = ["10.0.20.100"]
    [roles.printer]
    zones = ["printers"]
    [roles.mfp]
    zones = ["printers"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    management = ["ssh"]
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "clients", "printers"]
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "internet"]
"""
# Two sites with the same networks behind routers of their own, and a server for both; site-a has
# printers that the server feeds.
EQUAL_SITES = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    printers-appsocket = {}
    [zones.head]
    networks = ["10.1.0.0/24"]
    [zones.backbone]
    networks = ["10.2.0.0/16"]
    [zones.site-a]
    networks = ["192.168.1.0/24"]
    seen_as = ["10.101.1.0/24"]
    [zones.site-b]
    networks = ["192.168.1.0/24"]
    seen_as = ["10.101.2.0/24"]
    [roles.print-server]
    addresses = ["10.1.0.5"]
    [roles.user-computer]
    zones = ["site-a", "site-b"]
    [roles.printer]
    zones = ["site-a"]
    addresses = ["192.168.1.9"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    egress = "filtered"
    [firewalls.core]
    kind = "boundary"
    zones = ["head", "backbone"]
    [firewalls.router-a]
    kind = "boundary"
    zones = ["backbone", "site-a"]
    [firewalls.router-b]
    kind = "boundary"
    zones = ["backbone", "site-b"]
"""
# Guests beside an office, behind one boundary whose default is left to who takes it.
WITH_GUESTS = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.staff]
    networks = ["10.0.40.0/24"]
    [zones.guests]
    networks = ["10.0.20.0/22"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    zones = ["staff"]
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "guests", "staff"]
"""
# What passes boundaries both ways: a web interface from outside, mail that leaves.
WEB_AND_MAIL = """
    format = 1
    [products.cirrusprint.features]
    web = { ports = "standard" }
    remote-clients = {}
    [own.connections.mail-out]
    from = "print-server"
    to = "mail-relay"
    transport = "tcp"
    ports = ["587"]
    service = "Mail"
    reason = "Reports are mailed"
    encrypted = true
    public = true
"""


def behind_a_box(inside: str, between: str) -> str:
    """NAT behind NAT: an office's own boundary in front of a zone, and behind a provider's box."""
    return f"""
    [firewalls.own]
    kind = "boundary"
    zones = ["{inside}", "{between}"]
    nat = true
    public_address = "192.168.178.2"
    [firewalls.box]
    kind = "boundary"
    zones = ["{between}", "internet"]
    nat = true
    public_address = "203.0.113.7"
"""


def plan_of(*texts: str) -> Plan:
    """The plan of these pieces of TOML, put together."""
    return read_plan("\n".join(dedent(text) for text in texts), CATALOG)


def world(*texts: str) -> Deployment:
    """What follows from these pieces of TOML."""
    return deploy(CATALOG, plan_of(*texts))


@cache
def world_of(path: Path) -> Deployment:
    """What follows from the plan in this file."""
    return deploy(CATALOG, read_plan(path.read_text("utf-8"), CATALOG))


def errors_of(*texts: str) -> tuple[PlanError, ...]:
    """Everything that is wrong with these pieces of TOML."""
    return parse_plan("\n".join(dedent(text) for text in texts), CATALOG)[1]


def rules_at(deployment: Deployment, firewall: str, direction: str) -> list[Rule]:
    return [rule for rule in deployment.rules_of(firewall) if rule.direction == direction]


def lets(deployment: Deployment, at: str, source: str, destination: str, service: str) -> bool:
    """True where `firewall/direction` lets a connection from address to address through
    (`9191/tcp`).
    """
    firewall, _, direction = at.partition("/")
    port, _, transport = service.partition("/")
    boxes = [box_of(rule) for rule in rules_at(deployment, firewall, direction)]
    return admits(boxes, transport, int(port), source, destination)


def passes(deployment: Deployment, source: str, destination: str, service: str) -> set[str]:
    """Every `firewall/direction` that lets the connection through."""
    places = {f"{rule.firewall}/{rule.direction}" for rule in deployment.rules}
    return {place for place in places if lets(deployment, place, source, destination, service)}


def codes(deployment: Deployment) -> set[str]:
    return {finding.code for finding in deployment.findings}


def hosts(deployment: Deployment) -> set[str]:
    return {entry.host for entry in deployment.allowlist}
