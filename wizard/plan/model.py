"""All the answers of one deployment, as one frozen value. `planfile.py` reads and writes it.

A plan holds every answer with its default filled in, so that comparing two plans compares what they
mean. The dictionaries are never changed in place; the functions below give a new plan.
"""

from __future__ import annotations

import datetime
from typing import Any, Literal

import msgspec

from wizard.facts.model import EndpointScheme, Login, Platform, Scalar
from wizard.plan.origin import FromPreset, Recorded

INTERNET = "internet"
FORMAT = 1

OptionValue = Scalar | tuple[Scalar, ...]
# In the order in which errors and the schema name them.
FirewallKind = Literal["host", "cloud", "boundary", "router"]
FrontKind = Literal["load-balancer", "reverse-proxy"]
ProxyMode = Literal["none", "explicit", "transparent"]
ProxyLogin = Literal["none"] | Login
Engine = Literal["docker", "podman"]
# The machines on which a product's own containers stand; what else listens has no part in them.
IN_CONTAINERS = ("print-server", "secondary-server", "mobility-server", "cluster-peer")


class PlanStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the plan's parts: unknown keys are errors."""


class OnRecord(PlanStruct, frozen=True, kw_only=True):
    """What is on record about rules: of a need before its firewalls, of those before the request."""

    owner: str | None = None
    classification: str | None = None
    expires: datetime.date | None = None


class Request(OnRecord, frozen=True):
    """Who asks, and why; for the documents. `paper` is what they are printed on."""

    requester: str | None = None
    reference: str | None = None
    justification: str | None = None
    wanted: datetime.date | None = None
    review: datetime.date | None = None
    contact: str | None = None
    department: str | None = None
    service: str | None = None
    environment: str | None = None
    paper: Literal["a4", "letter"] = "a4"


class Placement(PlanStruct, frozen=True):
    """Where a role is: zones, and in them addresses, CIDRs or ranges `a-b` (none: anywhere in the
    zones).
    """

    zones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    absent: bool = False


# Where these roles are unless the plan places them.
BUILT_IN_PLACES = dict.fromkeys((INTERNET, "mail-server"), Placement(zones=(INTERNET,)))


class Zone(PlanStruct, frozen=True):
    """A part of the network, by its CIDRs. `seen_as`: its IPv4 networks, in their order, as they are
    seen beyond what joins it; none where they are seen as they are.
    """

    networks: tuple[str, ...] = ()
    seen_as: tuple[str, ...] = ()


class Proxy(PlanStruct, frozen=True):
    """How the web is reached. The proxy's address is that of the role `web-proxy`. `login`: what an
    explicit one asks of whoever connects.
    """

    mode: ProxyMode = "none"
    port: int = 3128
    wildcards: bool = True
    tls_inspection: bool = False
    login: ProxyLogin = "none"

    @property
    def asks_for(self) -> ProxyLogin:
        """The login that it asks for: one that nobody knows of can't ask."""
        return self.login if self.mode == "explicit" else "none"


class SiteProxy(PlanStruct, frozen=True):
    """How the web is reached from the zones of a site; no `mode`: as from everywhere else. The
    proxy's address is that of the role `web-proxy` in the site, or `addresses`.
    """

    mode: ProxyMode | None = None
    addresses: tuple[str, ...] = ()
    port: int = 3128
    wildcards: bool = True
    tls_inspection: bool = False
    login: ProxyLogin = "none"


class Site(PlanStruct, frozen=True):
    """Zones that are served from within: a zone is in one site at most, those in none are central.
    `proxy` is one of its own.
    """

    zones: tuple[str, ...] = ()
    proxy: SiteProxy = SiteProxy()


class Published(PlanStruct, frozen=True):
    """On what a port forward of one listener stands: None is the boundary's own public address, and
    the port on which it listens.
    """

    address: str | None = None
    port: int | None = None


class Hidden(PlanStruct, frozen=True):
    """As what a zone's addresses leave a boundary (source NAT)."""

    behind: str | None = None


class Firewall(OnRecord, frozen=True):
    """An enforcement point. Which fields count depends on `kind`.

    `host` and `cloud` use `role`, `addresses`, `platform`, `egress`, `guests` (host), `management`, `provider`,
    `internet` (what a group's file writes for it); methods of `management` may name a port (`ssh:2222`);
    `boundary` uses `zones`, `default`, `log` (as a host does), `nat`, `public_address`, `publish` (by listener, as
    `installation/listener`), `hides` (by zone), `snat` (whose source NAT
    is), `hairpin` (the inside way through the public address is written too), `platform`; `router` uses
    `zones`. Both may reflect multicast DNS (`mdns_reflector`), with `addresses` of their own in the zones.
    """

    kind: FirewallKind
    role: str | None = None
    addresses: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    platform: Platform = "linux"
    provider: Literal["aws", "azure", "other"] | None = None
    internet: Literal["everything", "exact"] = "everything"
    egress: Literal["open", "filtered"] = "open"
    log: Literal["none", "drops"] = "none"
    management: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    default: Literal["accept", "deny"] = "accept"
    nat: bool = False
    public_address: str | None = None
    publish: dict[str, Published] = {}
    hides: dict[str, Hidden] = {}
    snat: Literal["write"] | None = None
    hairpin: bool = False
    mdns_reflector: bool = False

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

    @property
    def reflects(self) -> bool:
        """True for what says multicast DNS of one zone again in the others."""
        return self.joins_zones and self.mdns_reflector


class Front(PlanStruct, frozen=True):
    """A load balancer or reverse proxy. It is where its zones and addresses are, or a role is.

    `serves`: listener, as `installation/listener`, and the port on which the front takes its
    connections. `encrypts`: those that are encrypted up to the front, whatever they are behind it.
    `behind`: the front that comes before this one. `hides_sources`: servers see the front's
    address. `checks`: it probes what it serves.
    """

    kind: FrontKind = "load-balancer"
    zones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    role: str | None = None
    serves: dict[str, int] = {}
    encrypts: tuple[str, ...] = ()
    behind: str | None = None
    hides_sources: bool = True
    checks: bool = True

    @property
    def is_placed(self) -> bool:
        """True once something says where it is."""
        return bool(self.zones or self.addresses or self.role)

    @property
    def place(self) -> Placement:
        """Its own place; none of one that a role places."""
        return Placement(self.zones, self.addresses)


class ProductPlan(PlanStruct, frozen=True):
    """One installation of a product: selected features with their options, moved listeners,
    customer's hosts, own placements. `product` is None where the installation is called as its
    product. `feature_roles`: where roles are for one feature only. `across_sites`: its parties are
    not paired within sites. `public`: listeners that the internet may use. `encrypted_only` leaves
    out what is there in the clear and encrypted. `runs_in`: the container engine that publishes its
    listeners on the host.
    """

    product: str | None = None
    version: str | None = None
    features: dict[str, dict[str, OptionValue]] = {}
    ports: dict[str, int] = {}
    hosts: dict[str, str] = {}
    roles: dict[str, Placement] = {}
    across_sites: bool = False
    feature_roles: dict[str, dict[str, Placement]] = {}
    public: tuple[str, ...] = ()
    encrypted_only: bool = False
    runs_in: Engine | None = None


# They stand in columns of tables and in comments of scripts.
LONGEST_OWN_TEXT = 300


class OwnRole(PlanStruct, frozen=True):
    """A party that no product's document knows."""

    name: str = ""


class OwnConnection(PlanStruct, frozen=True):
    """A connection that the plan itself asks for; `encrypted` is None where nobody says.

    It counts once `from_`, `to` and `ports` (ports and ranges `a-b`) are answered.
    """

    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    ports: tuple[str, ...] = ()
    service: str | None = None
    reason: str | None = None
    encrypted: bool | None = None
    public: bool = False
    served: Literal["from", "to"] | None = None
    reference: str | None = None

    @property
    def counts(self) -> bool:
        """True once there is a connection: somebody opens it, somebody listens, on some port."""
        return bool(self.from_ and self.to and self.ports)


SCHEME_PORTS: dict[EndpointScheme, int] = {"https": 443, "http": 80, "wss": 443, "ldaps": 636}


class OwnEndpoint(PlanStruct, frozen=True):
    """A host on the internet that the plan itself asks for; no `port`: the scheme's own.

    It counts once `from_` and `host` are answered.
    """

    from_: str | None = msgspec.field(default=None, name="from")
    scheme: EndpointScheme = "https"
    host: str | None = None
    port: int | None = None
    path: str = "/"
    purpose: str | None = None

    @property
    def counts(self) -> bool:
        """True once somebody connects to some host."""
        return bool(self.from_ and self.host)

    @property
    def used_port(self) -> int:
        """The port that is connected to."""
        return self.port or SCHEME_PORTS[self.scheme]


class Own(PlanStruct, frozen=True):
    """What the plan adds to the facts: parties, connections between any parties, endpoints."""

    roles: dict[str, OwnRole] = {}
    connections: dict[str, OwnConnection] = {}
    endpoints: dict[str, OwnEndpoint] = {}


class NeverEnd(PlanStruct, frozen=True):
    """One end of what must never be: zones, or a role wherever it is, or addresses (CIDRs and
    ranges too). One of the three says who is meant; none: nobody has said yet.
    """

    zones: tuple[str, ...] = ()
    role: str | None = None
    addresses: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """True once something says who is meant."""
        return bool(self.zones or self.role or self.addresses)


class Never(PlanStruct, frozen=True):
    """What must never be, whatever the plan's products ask for: no `transport` is both, no `ports`
    are all. It counts once both ends are named.
    """

    from_: NeverEnd = msgspec.field(default=NeverEnd(), name="from")
    to: NeverEnd = NeverEnd()
    transport: Literal["tcp", "udp"] | None = None
    ports: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def counts(self) -> bool:
        """True once both ends are named."""
        return self.from_.is_named and self.to.is_named


class Plan(PlanStruct, frozen=True):
    """Everything that was answered."""

    name: str = ""
    request: Request = Request()
    needs: dict[str, OnRecord] = {}
    products: dict[str, ProductPlan] = {}
    zones: dict[str, Zone] = {}
    sites: dict[str, Site] = {}
    roles: dict[str, Placement] = {}
    firewalls: dict[str, Firewall] = {}
    fronts: dict[str, Front] = {}
    proxy: Proxy = Proxy()
    own: Own = Own()
    never: dict[str, Never] = {}
    preset: FromPreset = FromPreset()
    catalog: Recorded = Recorded()

    @property
    def viewpoints(self) -> tuple[str, ...]:
        """Whose places of roles count: each product's, and the general ones ('') where the plan
        adds connections of its own, or has no product.
        """
        adds = self.own.connections or self.own.endpoints
        return (*self.products, "") if adds or not self.products else tuple(self.products)

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
            front = self.fronts.get(role)
            if front is not None and front.role is None:
                return front.place
            return BUILT_IN_PLACES.get(role, placement)
        return placement


def site_of_zone(plan: Plan) -> dict[str, str]:
    """Zone → the site that it is in, without those that are central."""
    sites: dict[str, str] = {}
    for name, site in plan.sites.items():
        sites.update(dict.fromkeys(site.zones, name))
    return sites


def changed(plan: Plan, **parts: Any) -> Plan:
    """The same plan with some of its parts replaced."""
    return msgspec.structs.replace(plan, **parts)
