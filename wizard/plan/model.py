"""All the answers of one deployment, as one frozen value. `planfile.py` reads and writes it.

A plan holds every answer with its default filled in, so that comparing two plans compares what they
mean. The dictionaries are never changed in place; the functions below give a new plan.
"""

from __future__ import annotations

import datetime
from typing import Any, Literal

import msgspec

from wizard.facts.model import Scalar

INTERNET = "internet"
FORMAT = 1

OptionValue = Scalar | tuple[Scalar, ...]
Management = Literal["ssh", "rdp", "winrm"]
# In the order in which errors and the schema name them.
FirewallKind = Literal["host", "cloud", "boundary", "router"]


class PlanStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the plan's parts: unknown keys are errors."""


class Request(PlanStruct, frozen=True):
    """Who asks, and why; for the handover documents."""

    requester: str | None = None
    reference: str | None = None
    justification: str | None = None
    wanted: datetime.date | None = None
    review: datetime.date | None = None


class Placement(PlanStruct, frozen=True):
    """Where a role is: zones, and in them addresses, CIDRs or ranges `a-b` (none: anywhere in the
    zones).
    """

    zones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    absent: bool = False


# Where these roles are unless the plan places them.
BUILT_IN_PLACES = {role: Placement(zones=(INTERNET,)) for role in (INTERNET, "mail-server")}


class Zone(PlanStruct, frozen=True):
    """A part of the network, by its CIDRs."""

    networks: tuple[str, ...] = ()


class Site(PlanStruct, frozen=True):
    """Zones that are served from within: a zone is in one site at most, those in none are central."""

    zones: tuple[str, ...] = ()


class Firewall(PlanStruct, frozen=True):
    """An enforcement point. Which fields count depends on `kind`.

    `host` and `cloud` use `role`, `addresses`, `platform`, `egress`, `management`, `provider`;
    `boundary` uses `zones`, `default`, `nat`, `public_address`, `platform`; `router` uses `zones`.
    """

    kind: FirewallKind
    role: str | None = None
    addresses: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    platform: Literal["linux", "windows"] = "linux"
    provider: Literal["aws"] | None = None
    egress: Literal["open", "filtered"] = "open"
    management: tuple[Management, ...] = ()
    default: Literal["accept", "deny"] = "accept"
    nat: bool = False
    public_address: str | None = None

    @property
    def guards_hosts(self) -> bool:
        """True for a host's own firewall and a cloud group: rules are `in` and `out`, not
        `forward`.
        """
        return self.kind in ("host", "cloud")

    @property
    def joins_zones(self) -> bool:
        """True for what stands between zones: boundaries and routers."""
        return self.kind in ("boundary", "router")


class Proxy(PlanStruct, frozen=True):
    """How the web is reached. The proxy's address is that of the role `web-proxy`."""

    mode: Literal["none", "explicit", "transparent"] = "none"
    port: int = 3128
    wildcards: bool = True
    tls_inspection: bool = False


class ProductPlan(PlanStruct, frozen=True):
    """One installation of a product: selected features with their options, moved listeners,
    customer's hosts, own placements. `product` is None where the installation is called as its
    product. `across_sites`: its parties are not paired within sites.
    """

    product: str | None = None
    version: str | None = None
    features: dict[str, dict[str, OptionValue]] = {}
    ports: dict[str, int] = {}
    hosts: dict[str, str] = {}
    roles: dict[str, Placement] = {}
    across_sites: bool = False


class Plan(PlanStruct, frozen=True):
    """Everything that was answered."""

    name: str = ""
    request: Request = Request()
    products: dict[str, ProductPlan] = {}
    zones: dict[str, Zone] = {}
    sites: dict[str, Site] = {}
    roles: dict[str, Placement] = {}
    firewalls: dict[str, Firewall] = {}
    proxy: Proxy = Proxy()

    def product_of(self, installation: str) -> str:
        """The id of the product that an installation is of."""
        answers = self.products.get(installation)
        return (answers.product if answers else None) or installation

    def placement(self, installation: str, role: str) -> Placement | None:
        """Where an installation's role is: its own placement, or the general one, or the built-in
        one.
        """
        placement = self.products.get(installation, ProductPlan()).roles.get(
            role, self.roles.get(role)
        )
        if placement in (None, Placement()):
            return BUILT_IN_PLACES.get(role, placement)
        return placement


def site_of_zone(plan: Plan) -> dict[str, str]:
    """Zone → the site that it is in, without those that are central."""
    return {zone: name for name, site in plan.sites.items() for zone in site.zones}


def changed(plan: Plan, **parts: Any) -> Plan:
    """The same plan with some of its parts replaced."""
    return msgspec.structs.replace(plan, **parts)
