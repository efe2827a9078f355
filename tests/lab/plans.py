"""One plan per product with every feature of it on, in both families, behind every kind of Linux
firewall.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import tomli_w

from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.facts.model import Catalog, Option
from wizard.plan.file import read_plan

PUBLIC = "203.0.113.7"

# Zone: number for its networks; the roles that sit there.
_ZONES = {
    "servers": (10, ("print-server", "secondary-server", "cluster-peer", "database-server")),
    "core": (
        11,
        ("directory-server", "dns-server", "document-processor", "load-balancer", "print-source"),
    ),
    "clients": (20, ("user-computer",)),
    "admin": (21, ("admin-computer",)),
    "wifi": (22, ("mobile-device",)),
    "printers": (30, ("printer", "mfp", "card-reader", "payment-terminal")),
}


def catalog() -> Catalog:
    return CATALOG


@cache
def compiled(product: str) -> Deployment:
    """The deployment of that product's plan."""
    return deploy(catalog(), read_plan(tomli_w.dumps(plan(product)), catalog()))


def plan(product: str) -> dict[str, Any]:
    """The plan as TOML values: every feature, every placed role with an address of its own."""
    zones = {
        name: {"networks": [f"10.0.{number}.0/24", f"2001:db8:{number}::/64"]}
        for name, (number, _) in _ZONES.items()
    }
    roles = {}
    for zone, (number, names) in _ZONES.items():
        for host, role in enumerate(names, 5):
            place: dict[str, Any] = {"zones": [zone]}
            if zone in ("servers", "core"):
                place["addresses"] = [f"10.0.{number}.{host}", f"2001:db8:{number}::{host}"]
            roles[role] = place
    known = catalog().roles
    roles["mail-relay"] = roles["directory-server"]
    roles["web-proxy"] = roles["dns-server"]
    if "mailbox-server" in known:
        roles["mailbox-server"] = roles["directory-server"]
    # A device subnet without IPv6, as they are.
    zones["printers"]["networks"] = ["10.0.30.0/24"]
    return {
        "format": 1,
        "name": f"Lab {product}",
        "products": {product: {"features": _features(product), "hosts": _hosts(product)}},
        "zones": zones,
        "roles": {role: place for role, place in roles.items() if role in known},
        "firewalls": {
            "server": {
                "kind": "host",
                "role": "print-server",
                "egress": "filtered",
                "management": ["ssh"],
            },
            "inner": {"kind": "boundary", "zones": [*zones], "default": "deny"},
            "edge": {
                "kind": "boundary",
                "zones": ["servers", "core", "internet"],
                "default": "deny",
                "nat": True,
                "public_address": PUBLIC,
            },
        },
    }


def _features(product: str) -> dict[str, dict[str, Any]]:
    features = catalog().products[product].features
    return {
        name: {key: _value(option) for key, option in feature.options.items() if option.required}
        for name, feature in features.items()
        if not feature.core
    }


def _value(option: Option) -> Any:
    values = [choice.value for choice in option.choices]
    return values if option.kind == "choices" else values[0]


def _hosts(product: str) -> dict[str, str]:
    ends = catalog().products[product].endpoints
    return {end.host_key: "host.example.com" for end in ends if end.host_key}
