"""What each firewall must let through, as values. `compile.py` makes them.

Rules join only where everything but the ports is equal, so joining never allows more. A rule's id
is made from all of it but the ports: it stays when the rule gains or loses a port.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from wizard.facts.model import Cast, Evidence, FactStatus, Scope, Source, Transport
from wizard.network.ports import PortRange
from wizard.rules.management import is_management

Direction = Literal["in", "out", "forward"]


class Flow(msgspec.Struct, frozen=True):
    """A fact that the plan selects, with its ports and the addresses of both sides.

    Addresses are CIDRs; the internet is `0.0.0.0/0` and `::/0`. Empty: loopback, or a role without
    a place. `fronts` are those through which it goes, in their order: its rules are for the parts of
    the way.
    """

    id: str
    product: str
    installation: str
    fact: str
    feature: str
    from_: str = msgspec.field(name="from")
    to: str
    transport: Transport
    ports: tuple[PortRange, ...]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    service: str
    status: FactStatus
    scope: Scope
    cast: Cast
    encrypted: bool | None
    fronts: tuple[str, ...] = ()
    evidence: Evidence = "stated"


class Rule(msgspec.Struct, frozen=True):
    """What one firewall must let through. An empty list of addresses means nobody. `action` is
    `deny` only in the lines for what must never be, which stand in no list of rules.

    `sources` and `destinations` are CIDRs of one family, IPv4 or IPv6, without `except_…`. `ports`
    are inclusive destination ports; the source port is any. `flows` are ids of flows or endpoints,
    or `management/…`. `unresolved` names the roles (or hosts) that have no place yet.
    """

    id: str
    firewall: str
    direction: Direction
    action: Literal["allow", "deny"]
    transport: Transport
    ports: tuple[PortRange, ...]
    from_: str = msgspec.field(name="from")
    to: str
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    except_sources: tuple[str, ...]
    except_destinations: tuple[str, ...]
    flows: tuple[str, ...]
    products: tuple[str, ...]
    installations: tuple[str, ...]
    services: tuple[str, ...]
    status: FactStatus
    encrypted: bool | None
    unresolved: tuple[str, ...]

    @property
    def is_management(self) -> bool:
        """True where it lets in those who administer the machine."""
        return any(map(is_management, self.flows))

    @property
    def family(self) -> Literal[4, 6]:
        """The address family of both sides (of the side that has addresses)."""
        cidrs = (*self.sources, *self.destinations)
        return 6 if cidrs and ":" in cidrs[0] else 4


class Forward(msgspec.Struct, frozen=True):
    """A port forward (destination NAT, IPv4) that a boundary firewall must make. `hairpin`: whom of
    those inside it leads there too.

    `public_address` or `address` is None where the plan does not give exactly one; `unresolved`
    says which.
    """

    id: str
    firewall: str
    transport: Transport
    public_address: str | None
    public_ports: PortRange
    address: str | None
    ports: PortRange
    sources: tuple[str, ...]
    flows: tuple[str, ...]
    installations: tuple[str, ...]
    unresolved: tuple[str, ...]
    hairpin: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True where both addresses are known, and somebody may come."""
        return bool(self.public_address and self.address and self.sources)


class AllowlistEntry(msgspec.Struct, frozen=True):
    """A destination that the web proxy, or a firewall that filters by name, must let through.

    `host` may begin with `*.` (any depth, not the bare domain). `endpoints` are the facts' ids.
    """

    scheme: str
    host: str
    port: int
    paths: tuple[str, ...]
    from_: tuple[str, ...] = msgspec.field(name="from")
    purposes: tuple[str, ...]
    products: tuple[str, ...]
    installations: tuple[str, ...]
    features: tuple[str, ...]
    status: Literal["current", "optional", "legacy"]
    endpoints: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()


class Bypass(msgspec.Struct, frozen=True):
    """A host that TLS inspection must leave alone; may begin with `*.`."""

    host: str
    products: tuple[str, ...]
    installations: tuple[str, ...]
    source: Source


class MailSender(msgspec.Struct, frozen=True):
    """An address that mail comes from, for the mail gateway; never a firewall rule."""

    address: str
    domain: str
    products: tuple[str, ...]
    installations: tuple[str, ...]
    source: Source
