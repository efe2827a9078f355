"""Small deployments with an allowlist, for the formats of the web proxy."""

from __future__ import annotations

from typing import Any, Literal

from tests.tools.builders import CATALOG, deployment
from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact, Source, Versions
from wizard.plan.model import Firewall, Placement, Plan, ProductPlan, Proxy, Zone
from wizard.rules.model import AllowlistEntry, Bypass

SOURCE = Source(document="papercut-ports", locator="Cloud services")
ROLES = {
    "print-server": Placement(zones=("servers",), addresses=("10.0.10.6", "2001:db8:10::6")),
    "user-computer": Placement(zones=("clients",)),
    "mobile-device": Placement(zones=("internet",)),
    "web-proxy": Placement(addresses=("10.0.10.8",)),
}

Scheme = Literal["https", "http", "wss", "ldaps"]
Listed = tuple[str, int, str, str]  # scheme, port, host, role


def endpoint(number: int, scheme: Scheme, port: int, host: str, role: str) -> EndpointFact:
    return EndpointFact(
        id=f"papercut-mf/e{number}", product="papercut-mf", feature="web", options={}, when=(),
        versions=Versions(), from_=role, scheme=scheme, host=host, host_key=None, port=port, path="/",
        status="current", purpose="Cloud services", evidence="stated", source=SOURCE, also=(), cautions=(),
        contradiction=None, without="",
    )  # fmt: skip


def proxied(
    *listed: Listed, bypass: tuple[str, ...] = (), roles: dict[str, Any] | None = None, **more: Any
) -> Deployment:
    """A deployment whose allowlist holds these; `more` are the proxy's settings and the plan's
    name.
    """
    facts = [endpoint(number, *one) for number, one in enumerate(listed)]  # type: ignore[arg-type]
    plan = Plan(
        name=more.pop("name", "Test plan"),
        products={"papercut-mf": ProductPlan()},
        zones={
            "servers": Zone(networks=("10.0.10.0/24", "2001:db8:10::/64")),
            "clients": Zone(networks=("10.0.20.0/22",)),
        },
        roles=ROLES if roles is None else roles,
        firewalls={"server": Firewall(kind="host", role="print-server")},
        proxy=Proxy(**{"mode": "explicit", **more}),
    )
    entries = [
        AllowlistEntry(
            scheme=fact.scheme, host=fact.host or "", port=fact.port, paths=(fact.path,), from_=(fact.from_,),
            purposes=(fact.purpose,), products=(fact.product,), installations=(fact.product,),
            features=(fact.feature,), status=fact.status, endpoints=(fact.id,),
        )
        for fact in facts
    ]  # fmt: skip
    return deployment(
        plan=plan,
        catalog=CATALOG,
        allowlist=tuple(entries),
        tls_bypass=tuple(Bypass(host, ("printix",), ("printix",), SOURCE) for host in bypass),
        facts={fact.id: fact for fact in facts},
    )


def matches(pattern: str, host: str) -> bool:
    """What a listed host means: `*.` any depth, never the bare domain."""
    here = host.lower().removesuffix(".")
    return (
        here.endswith(pattern[1:]) and here != pattern[2:]
        if pattern.startswith("*.")
        else here == pattern
    )


# Names that look like papercut.com, and are not below it.
HOSTILE_HOSTS = (
    "papercut.com",
    "evilpapercut.com",
    "papercut.com.evil.example",
    "a.papercut.com.evil.example",
    "papercut.company",
    "papercut.co",
    "com",
    "papercutxcom",
    "a.papercutxcom",
    "www.papercut.com.au",
    "203.0.113.80",
    "constructor",
    "__proto__",
    "tostring",
)
