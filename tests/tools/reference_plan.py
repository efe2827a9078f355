"""The plan file once more, for the reference: where each role is and what is wanted, read from the
tables of the TOML alone.

Nothing of `wizard/plan` is used; what a word means stands in the guide and the contract."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from tests.tools.reference_proxies import ALL_OF_IT, At, Way, proxies
from wizard.facts.model import Catalog, Condition, EndpointFact, FlowFact, Product

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Table = Mapping[str, Any]
Spans = tuple[tuple[int, int], ...]
# The features of each list of conditions that holds: how a fact came to count.
Features = tuple[tuple[str, ...], ...]

INTERNET = "internet"
ON_THE_INTERNET = (INTERNET, "mail-server")
SSH_AND_SUCH = {"ssh": (22, 22), "rdp": (3389, 3389), "winrm": (5985, 5986)}
# What others run: a server of the plan uses it on the internet too, and nobody there one inside.
SERVICES = (
    "database-server",
    "directory-server",
    "dns-server",
    "mail-relay",
    "mailbox-server",
    "time-server",
    "web-proxy",
)


class Place(NamedTuple):
    """One placement: zones, addresses (none: anywhere in the zones)."""

    zones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    absent: bool = False


class Stand(NamedTuple):
    """Where a role is, by all the placements that count, and as whom it stands there."""

    as_role: str
    places: tuple[Place, ...]

    @property
    def absent(self) -> bool:
        """The plan says that there is none."""
        return bool(self.places) and all(place.absent for place in self.places)


@dataclass(frozen=True, eq=False)
class Wanted:
    """One connection of the plan. `guarded` names the firewall that management goes to. It is
    itself and equal to no other, so that what is known of it is found at once.
    """

    id: str
    installation: str
    features: Features
    from_: str
    to: str
    transport: str
    ports: Spans
    link_local: bool = False
    # Is it between members of a cluster, who know each other and come by nobody else?
    in_cluster: bool = False
    # May who opens it, and who listens, be on the internet?
    from_outside: bool = False
    to_outside: bool = False
    served: str = ""
    # The ports as the fact has them: what listens there is the same thing, wherever it was moved.
    offered: Spans = ()
    groups: tuple[Ip, ...] = ()
    # Does it go to everybody on the link by IPv4, and do they answer from their own addresses?
    broadcast: bool = False
    answered: bool = False
    guarded: str = ""
    # What plans call it where they publish it.
    published: str = ""
    # Another party of the product is who has this listener first.
    elsewhere: bool = False
    # As its document says, or the plan: who may use it, and whether others can read along.
    exposure: str = ""
    encrypted: bool | None = None
    # Of a part of a way through fronts: what comes to the front that passes it on under the addresses
    # of others, and what else is of the same part.
    passed: tuple[Wanted, ...] = ()
    # Of what a front opens: what comes to the front. Where nobody may come, it opens nothing.
    arriving: tuple[Wanted, ...] = ()
    # What of who opens it, and of who listens, takes part.
    from_at: At = ALL_OF_IT
    to_at: At = ALL_OF_IT
    # Of a proxy that goes out: for whom.
    on_behalf: tuple[str, At] | None = None
    group: str = ""


class PlanReading:
    """The tables of a plan file, and what they ask for."""

    def __init__(self, catalog: Catalog, tables: Table) -> None:
        self.catalog, self.tables = catalog, tables
        self.zones: Table = tables.get("zones", {})
        self.firewalls: Table = tables.get("firewalls", {})
        self.products: Table = tables.get("products", {})
        self.proxies = proxies(tables)
        self.own: Table = tables.get("own", {})
        self.site_by_zone = {
            zone: site for site, table in tables.get("sites", {}).items() for zone in table["zones"]
        }

        self.stand = cache(self._stand)
        self.everywhere = cache(self._everywhere)

    def wanted(self) -> list[Wanted]:
        """Every connection of the plan, less those with a party that is absent, and less those of
        a machine with itself.
        """
        every = [*self._flows(), *self._own_flows(), *self._endpoints(), *self._management()]
        return [want for want in every if self.goes(want)]

    def goes(self, want: Wanted) -> bool:
        """Is everybody there, and on a machine of its own?"""
        source = self.stand(want.installation, want.features, want.from_)
        # Who is at addresses of a site's own is there, whatever is said of the role in general.
        is_there = bool(want.from_at.addresses) or not source.absent
        if want.guarded:
            return is_there
        destination = self.stand(want.installation, want.features, want.to)
        one_machine = want.from_ != want.to and source.as_role == destination.as_role
        is_heard = bool(want.to_at.addresses) or not destination.absent
        return is_there and is_heard and not one_machine

    # Where a role is

    @property
    def installations(self) -> tuple[str, ...]:
        """Every installation; that of the plan's own connections is called `own`."""
        adds = self.own.get("connections") or self.own.get("endpoints")
        return (*self.products, *(["own"] if adds else []))

    def product(self, installation: str) -> Product:
        return self.catalog.products[self.products[installation].get("product", installation)]

    def _stand(self, installation: str, features: Features, role: str) -> Stand:
        """The most specific placement, whole: of a feature, of the installation, of the plan."""
        places: list[Place] = []
        for names in features or ((),):
            placed = self._by_features(installation, names, role)
            places += placed or self._in_general(installation, role)
        at = self._at(role)
        if not places and at:
            return self.stand(installation, features, at)
        if not places and role in ON_THE_INTERNET:
            return Stand(role, (Place((INTERNET,)),))
        return Stand(role, tuple(dict.fromkeys(places)))

    def _everywhere(self, installation: str, role: str) -> tuple[Place, ...]:
        """All places that a role has in an installation, whatever for."""
        chosen = self._chosen(installation)
        ways: Features = ((), *((name,) for name in chosen))
        stands = [self.stand(installation, (names,), role) for names in ways]
        return tuple(dict.fromkeys(place for stand in stands for place in stand.places))

    def _chosen(self, installation: str) -> Table:
        features: Table = self.products.get(installation, {}).get("features", {})
        return features

    def _by_features(self, installation: str, names: Iterable[str], role: str) -> list[Place]:
        chosen = self._chosen(installation)
        tables = [chosen.get(name, {}).get("roles", {}).get(role) for name in names]
        return [_place(table) for table in tables if table is not None]

    def _in_general(self, installation: str, role: str) -> list[Place]:
        """Of the installation, else of the plan, else wherever some feature has it: the
        installation's own, else any.
        """
        front = self.tables.get("fronts", {}).get(role)
        if front and "role" not in front:
            return [_place(front)]
        roles = self.products.get(installation, {}).get("roles", {})
        table = roles[role] if role in roles else self.tables.get("roles", {}).get(role)
        if table:
            return [_place(table)]
        if table is not None:
            return []
        own = self._by_features(installation, self._chosen(installation), role)
        if own:
            return own
        elsewhere: list[Place] = []
        for other in self.products:
            elsewhere += self._by_features(other, self._chosen(other), role)
            table = self.products[other].get("roles", {}).get(role)
            # A connection of the plan's own is no installation's: all that place the role count.
            if installation == "own" and table:
                elsewhere.append(_place(table))
        return elsewhere

    def _at(self, role: str) -> str:
        entry = self.catalog.roles.get(role)
        return getattr(entry, "at", None) or ""

    # What is wanted

    def _flows(self) -> Iterator[Wanted]:
        for installation, answers in self.products.items():
            product = self.product(installation)
            for fact in product.flows:
                features = self._counts(product, answers, fact)
                if fact.scope == "loopback" or not features:
                    continue
                if answers.get("encrypted_only") and getattr(fact, "clear_twin_of", None):
                    continue
                if fact.if_placed and not self.stand(installation, features, fact.if_placed).places:
                    continue
                from_outside, to_outside = outside(
                    _exposure(answers, fact), fact.to, fact.encrypted
                )
                yield Wanted(
                    id=f"{installation}/{fact.id.partition('/')[2]}",
                    installation=installation,
                    features=features,
                    from_=fact.from_,
                    to=fact.to,
                    transport=fact.transport,
                    ports=_ports(product, answers, fact),
                    link_local=fact.scope == "link-local",
                    in_cluster=fact.scope == "cluster",
                    from_outside=from_outside,
                    to_outside=to_outside,
                    served="" if answers.get("across_sites") else getattr(fact, "served", ""),
                    offered=fact.ports,
                    groups=tuple(ipaddress.ip_address(a) for a in fact.cast_addresses),
                    broadcast=fact.cast == "broadcast",
                    answered=fact.answers == "unicast",
                    published=f"{installation}/{fact.listener or fact.id.partition('/')[2]}",
                    elsewhere=_elsewhere(product, fact),
                    exposure=_exposure(answers, fact),
                    encrypted=fact.encrypted,
                )

    def _own_flows(self) -> Iterator[Wanted]:
        for name, table in self.own.get("connections", {}).items():
            exposure = "public" if table.get("public") else "internal"
            from_outside, to_outside = outside(exposure, table["to"], table.get("encrypted"))
            yield Wanted(
                id=f"own/{name}",
                installation="own",
                features=(),
                from_=table["from"],
                to=table["to"],
                transport=table["transport"],
                ports=tuple(_range(str(item)) for item in table["ports"]),
                from_outside=from_outside,
                to_outside=to_outside,
                served=table.get("served", ""),
                published=f"own/{name}",
                exposure=exposure,
                encrypted=table.get("encrypted"),
            )

    def _endpoints(self) -> Iterator[Wanted]:
        for proxy in self.proxies:
            for installation, answers in self.products.items():
                product = self.product(installation)
                for fact in product.endpoints:
                    features = self._counts(product, answers, fact, proxy.wildcards)
                    if features:
                        fact_id = f"{installation}/{fact.id.partition('/')[2]}"
                        ways = proxy.ways(fact.scheme, fact.from_, fact.port)
                        yield from self._ways_out(fact_id, installation, features, fact.from_, ways)
            for name, table in self.own.get("endpoints", {}).items():
                ways = proxy.ways(table["scheme"], table["from"], table["port"])
                yield from self._ways_out(f"own/{name}", "own", (), table["from"], ways)

    def _ways_out(
        self, fact_id: str, installation: str, features: Features, role: str, ways: Iterable[Way]
    ) -> Iterator[Wanted]:
        """Straight out, or by the web proxy, which is nobody's outside."""
        if self.stand(installation, features, role).absent:
            return
        for way in ways:
            yield Wanted(
                fact_id,
                installation,
                features,
                way.from_,
                way.to,
                "tcp",
                ((way.port, way.port),),
                from_outside=way.to == INTERNET,
                to_outside=True,
                from_at=way.from_at,
                to_at=way.to_at,
                on_behalf=way.on_behalf,
            )

    def _management(self) -> Iterator[Wanted]:
        for name, firewall in self.firewalls.items():
            for method in firewall.get("management", ()):
                yield Wanted(
                    id=f"management/{method}",
                    installation="",
                    features=(),
                    from_="admin-computer",
                    to="",
                    transport="tcp",
                    ports=(SSH_AND_SUCH[method],),
                    # A plan that places administrators on the internet means it.
                    from_outside=True,
                    to_outside=True,
                    guarded=name,
                )

    def _counts(
        self,
        product: Product,
        answers: Table,
        fact: FlowFact | EndpointFact,
        wildcards: bool = True,
    ) -> Features:
        """The features of each list of conditions that holds; none: the fact does not count."""
        version = _numbers(answers.get("version") or product.newest)
        if fact.versions.since and version < _numbers(fact.versions.since):
            return ()
        if fact.versions.until and version > _numbers(fact.versions.until):
            return ()
        if fact.versions.before and version >= _numbers(fact.versions.before):
            return ()
        holding = []
        for all_of in fact.when:
            if all(self._holds(product, answers, condition, wildcards) for condition in all_of):
                holding.append(tuple(condition.feature for condition in all_of))
        return tuple(holding)

    def _holds(
        self, product: Product, answers: Table, condition: Condition, wildcards: bool
    ) -> bool:
        feature = product.features[condition.feature]
        chosen = answers.get("features", {})
        if not feature.core and condition.feature not in chosen:
            return False
        for name, wanted in condition.options.items():
            value = chosen.get(condition.feature, {}).get(name, feature.options[name].default)
            if name == "wildcards":
                value = value is True and wildcards
            values = value if isinstance(value, list | tuple) else (value,)
            if "any" not in values and not set(values) & set(wanted):
                return False
        return True


def _elsewhere(product: Product, fact: FlowFact) -> bool:
    """Does another party than this one have the listener first?"""
    first = next((other for other in product.flows if other.listener == fact.listener), fact)
    return fact.listener is not None and first.to != fact.to


def _exposure(answers: Table, fact: FlowFact) -> str:
    """As the fact says, or `public` where the plan opens its listener on purpose."""
    opened = fact.listener is not None and fact.listener in answers.get("public", ())
    return "public" if fact.exposure == "internal" and opened else fact.exposure


def outside(exposure: str, to: str, encrypted: bool | None) -> tuple[bool, bool]:
    """May who opens a connection, and who listens, be on the internet? Nothing in the clear."""
    if exposure == "never" or (encrypted is False and (exposure == "public" or to in SERVICES)):
        return False, False
    if to in SERVICES:
        return False, True
    return exposure == "public", exposure == "public"


def _ports(product: Product, answers: Table, fact: FlowFact) -> Spans:
    moved = answers.get("ports", {}).get(fact.listener)
    if moved:
        return ((moved, moved),)
    if not fact.ports_option:
        return fact.ports
    declared = product.features[fact.feature].options[fact.ports_option]
    chosen = answers.get("features", {}).get(fact.feature, {})
    items = chosen.get(fact.ports_option, declared.default)
    return tuple(_range(str(item)) for item in items)


def _place(table: Table) -> Place:
    return Place(
        tuple(table.get("zones", ())), tuple(table.get("addresses", ())), table.get("absent", False)
    )


def _numbers(version: str) -> list[int]:
    return [*map(int, version.split(".")), 0, 0, 0][:4]


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high or low)
