"""Names that a zone or a firewall may have: every word of the plan's own vocabulary, and the odd."""

from __future__ import annotations

from tests.tools.keys import answered
from wizard.facts.load import load_catalog
from wizard.plan.edits import add_firewall, add_zone
from wizard.plan.model import FirewallKind, Plan

# What stands in plan files, in keys, in rows and in commands.
NAMES = (
    *("roles", "zones", "firewalls", "products", "features", "ports", "hosts", "version", "name"),
    *("kind", "absent", "proxy", "request", "networks", "addresses", "role", "default", "nat"),
    *("management", "platform", "provider", "egress", "mode", "port", "format", "papercut-mf"),
    *("zone", "firewall", "preset", "group", "row", "step", "file", "go", "first", "naming"),
    *("none", "new", "all", "edge", "print-server", "web-proxy", "null", "true", "1", "0", "42"),
    *("a-", "x" * 63),
)
# What can name nothing, the digits of other scripts among it: they are digits to Python.
NO_NAMES = ("²", "١", "३", "internet", "-a", "a.b", "x" * 64, "Roles", "zone:1", "a=b", "")


def full_of_names() -> Plan:
    """A plan with a zone and a firewall of each name, of all kinds in turn."""
    catalog = load_catalog()
    plan = answered(catalog, Plan(), "products", ("papercut-mf", "cups"))
    for number, name in enumerate(NAMES):
        plan = add_zone(plan, name)
        plan = answered(catalog, plan, f"zones.{name}.networks", (f"10.{number}.0.0/24",))
    kinds: tuple[FirewallKind, ...] = ("host", "boundary", "cloud", "router")
    for number, name in enumerate(NAMES):
        kind = kinds[number % 4]
        plan = add_firewall(plan, name, kind)
        if kind in ("boundary", "router"):
            joined = (name, NAMES[number - 1])
            plan = answered(catalog, plan, f"firewalls.{name}.zones", joined)
    for role in ("print-server", "user-computer", "mfp"):
        plan = answered(catalog, plan, f"roles.{role}.zones", (NAMES[len(role)], "roles"))
    return answered(catalog, plan, "products.cups.roles.print-server.zones", ("roles",))
