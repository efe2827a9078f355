"""Small `Deployment` values made by hand, for tests that ask about files and not about the compile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from wizard.deployment import Deployment
from wizard.facts.model import Catalog, Document, Role
from wizard.network.ports import join_ports
from wizard.network.topology import Network
from wizard.plan.model import Firewall, Plan, Zone
from wizard.rules.model import Forward, Rule
from wizard.rules.seen_denials import SeenDenials

SERVER = "10.0.10.5/32"
CLIENTS = "10.0.20.0/22"
CATALOG = Catalog(
    products={},
    roles={
        "print-server": Role(name="Print server", about=""),
        "user-computer": Role(name="User computer", about=""),
        "admin-computer": Role(name="Administrator's computer", about=""),
    },
    documents={"papercut-ports": Document(title="Ports", publisher="PaperCut")},
)


def rule(
    key: str = "server-1",
    *,
    firewall: str = "server",
    direction: Literal["in", "out", "forward"] = "in",
    transport: Literal["tcp", "udp"] = "tcp",
    ports: Iterable[int | tuple[int, int]] = (9191,),
    sources: Sequence[str] = (CLIENTS,),
    destinations: Sequence[str] = (SERVER,),
    **more: Any,
) -> Rule:
    """A rule with the fields that matter here; a port stands for itself, a pair for a range."""
    pairs = join_ports((port, port) if isinstance(port, int) else port for port in ports)
    fields: dict[str, Any] = {
        "from_": "user-computer",
        "to": "print-server",
        "except_sources": (),
        "except_destinations": (),
        "flows": ("papercut-mf/web-http",),
        "products": ("papercut-mf",),
        "installations": ("papercut-mf",),
        "services": ("Web interface",),
        "status": "required",
        "encrypted": False,
        "unresolved": (),
    }
    return Rule(
        id=key,
        firewall=firewall,
        direction=direction,
        action="allow",
        transport=transport,
        ports=pairs,
        sources=tuple(sources),
        destinations=tuple(destinations),
        **{**fields, **more},
    )


def forward(key: str = "edge-443", **more: Any) -> Forward:
    """A port forward of the boundary `edge` from 203.0.113.7:443 to the server."""
    fields: dict[str, Any] = {
        "firewall": "edge",
        "transport": "tcp",
        "public_address": "203.0.113.7",
        "public_ports": (443, 443),
        "address": "10.0.10.5",
        "ports": (443, 443),
        "sources": ("0.0.0.0/0",),
        "flows": ("cirrusprint/web-https",),
        "installations": ("cirrusprint",),
        "unresolved": (),
    }
    return Forward(id=key, **{**fields, **more})


HOST = Firewall(kind="host", role="print-server", management=("ssh",))
EDGE = Firewall(
    kind="boundary", zones=("servers", "internet"), nat=True, public_address="203.0.113.7"
)


def deployment(
    *rules: Rule,
    firewalls: dict[str, Firewall] | None = None,
    forwards: Sequence[Forward] = (),
    plan: Plan | None = None,
    **more: Any,
) -> Deployment:
    """A deployment of these rules; one host firewall `server`, unless others are given."""
    plan = plan or Plan(
        name="Test plan",
        zones={"servers": Zone(networks=("10.0.10.0/24",)), "clients": Zone(networks=(CLIENTS,))},
        firewalls={"server": HOST} if firewalls is None else firewalls,
    )
    network = Network(plan)
    fields: dict[str, Any] = {
        "catalog": CATALOG,
        "network": network,
        "seen_denials": SeenDenials(network),
        "wants": (),
        "endpoints": (),
        "flows": (),
        "allowlist": (),
        "tls_bypass": (),
        "mail_senders": (),
        "findings": (),
        "facts": {},
        "coverage": dict.fromkeys(plan.firewalls, (SERVER,)),
    }
    return Deployment(plan=plan, rules=rules, forwards=tuple(forwards), **{**fields, **more})
