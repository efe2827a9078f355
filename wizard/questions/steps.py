"""Which questions stand in each step, in which order: lists of keys that follow from the plan
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter

import msgspec

from wizard.facts.model import Catalog, FlowFact, Product
from wizard.plan.catalog import catalog_of
from wizard.plan.field import StepId
from wizard.plan.fields import declared_keys, fields_of
from wizard.plan.keys import (
    AcrossSitesKey,
    EncryptedOnlyKey,
    FirewallKey,
    HidesKey,
    HostKey,
    Key,
    ManagementPortKey,
    NameKey,
    NeverEndKey,
    NeverEndName,
    NeverKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    PublicKey,
    PublishKey,
    RequestKey,
    RoleKey,
    RunsInKey,
    VersionKey,
    ZoneKey,
)
from wizard.plan.management import methods_of
from wizard.plan.model import (
    IN_CONTAINERS,
    INTERNET,
    Firewall,
    NeverEnd,
    Placement,
    Plan,
    ProductPlan,
    changed,
)
from wizard.plan.proxies import PROXY
from wizard.plan.stored import END_PARTS, NEVER_PARTS, need_keys
from wizard.questions.elsewhere import SERVERS
from wizard.questions.features import feature_keys
from wizard.questions.fronting import front_keys
from wizard.questions.publishing import published_ports
from wizard.rules.management import is_management
from wizard.rules.select import (
    MANAGER,
    needed_roles,
    placeable_roles,
    select_endpoints,
    select_flows,
)
from wizard.tables import names_where, picked, those_in, without_name, without_names


def keys_of(catalog: Catalog, plan: Plan, step: StepId) -> Iterator[Key]:
    """The keys of the questions that this step asks now."""
    return _KEYS[step](catalog_of(catalog, plan), plan) if step in _KEYS else iter(())


class _Asked(msgspec.Struct, frozen=True):
    """The roles that a plan's questions ask for; `placeable`: those that nobody has to place, each
    with the id of a flow that counts where somebody does.
    """

    catalog: Catalog
    plan: Plan
    roles: dict[str, tuple[str, ...]]
    placeable: frozenset[tuple[str, str]]


def asked_roles(catalog: Catalog, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Role → ids of what needs it, in the catalog's order; also those that the plan says are
    absent.
    """
    return _asked(catalog, plan).roles


def _asked(catalog: Catalog, plan: Plan) -> _Asked:
    global _last
    catalog = catalog_of(catalog, plan)
    # Every question about a role asks this of the same plan: the last answer is kept.
    last = _last
    if last is None or last.catalog is not catalog or last.plan is not plan:
        placeable = frozenset(placeable_roles(catalog, plan))
        last = _last = _Asked(catalog, plan, _asked_roles(catalog, plan, placeable), placeable)
    return last


_last: _Asked | None = None


def _asked_roles(
    catalog: Catalog, plan: Plan, placeable: frozenset[tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    needed = needed_roles(catalog, plan)
    absent = set(names_where(attrgetter("absent"), plan.roles))
    if absent:
        # What is absent needs nothing; but its question stays, or nobody could take the answer
        # back.
        present = without_names(plan.roles, absent)
        everybody = needed_roles(catalog, changed(plan, roles=present))
        needed |= picked(everybody, absent)
    for flow in select_flows(catalog, plan):
        for role in flow.standing:
            needed[role] = (*needed.get(role, ()), flow.fact.id)
    for role, flow_id in sorted(placeable):
        if flow_id not in needed.get(role, ()):
            needed[role] = (*needed.get(role, ()), flow_id)
    return without_name(picked(needed, catalog.roles), INTERNET)


def must_be_placed(catalog: Catalog, plan: Plan, role: str) -> bool:
    """False for roles that stand elsewhere unless they are placed, and for those of flows that
    count only where somebody places them.
    """
    if catalog.roles[role].at:
        return False
    return role not in asked_roles(catalog, plan) or bool(ids_that_need(catalog, plan, role))


def installations_of(ids: Iterable[str]) -> set[str]:
    """The installations whose facts have these ids."""
    return {fact_id.partition("/")[0] for fact_id in ids}


def ids_that_need(catalog: Catalog, plan: Plan, role: str) -> tuple[str, ...]:
    """The ids of what needs the role to be placed."""
    asked = _asked(catalog, plan)
    ids = asked.roles.get(role, ())
    return tuple(flow_id for flow_id in ids if (role, flow_id) not in asked.placeable)


def asked_with_firewalls(catalog: Catalog, plan: Plan, role: str) -> bool:
    """True for roles that only the proxy or a firewall's management needs: they are placed beside
    those.
    """
    return role == PROXY or (
        role == MANAGER and _only_manages(asked_roles(catalog, plan).get(MANAGER, ()))
    )


def default_port(catalog: Catalog, plan: Plan, product: Product, listener: str) -> int | None:
    """The port that the documents give a listener; where it depends on an option, what the plan
    chose.
    """
    declared = product.listeners[listener].port
    if declared is not None:
        return declared
    answers = msgspec.structs.replace(plan.products.get(product.id, ProductPlan()), ports={})
    alone = changed(plan, products={product.id: answers})
    flows = (flow for flow in select_flows(catalog, alone) if flow.fact.listener == listener)
    return next((flow.ports[0][0] for flow in flows), None)


def _products(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    yield ProductsKey()


def _features(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    used: set[tuple[str, str | None]] = set()
    twins: set[str] = set()
    exposed: set[str] = set()
    for flow in select_flows(catalog, plan):
        installation = flow.fact.installation
        used.add((installation, flow.fact.listener))
        if flow.fact.clear_twin_of is not None:
            twins.add(installation)
        if _could_be_public(plan, flow.fact):
            exposed.add(installation)
    hosts: dict[str, dict[str, None]] = {}
    for endpoint in select_endpoints(catalog, plan):
        if endpoint.fact.host_key is not None:
            hosts.setdefault(endpoint.fact.installation, {})[endpoint.fact.host_key] = None
    for installation, answers in plan.products.items():
        if (product := catalog.products.get(installation)) is None:
            continue
        yield from feature_keys(product, answers)
        for name in product.listeners:
            if name in answers.ports or (installation, name) in used:
                yield PortKey(installation, name)
        if answers.encrypted_only or installation in twins:
            yield EncryptedOnlyKey(installation)
        if answers.public or installation in exposed:
            yield PublicKey(installation)
        for host in hosts.get(installation, ()):
            yield HostKey(installation, host)
        if plan.sites:
            yield AcrossSitesKey(installation)
        yield VersionKey(installation)
    yield from _own(plan)


def _own(plan: Plan) -> Iterator[Key]:
    """What the plan adds to the facts."""
    for name in plan.own.connections:
        for field in fields_of(OwnConnectionKey):
            if field.part != "served" or plan.sites:
                yield OwnConnectionKey(name, field.part)
    for name in plan.own.endpoints:
        yield from declared_keys(OwnEndpointKey, name)
    for name in plan.own.roles:
        yield from declared_keys(OwnRoleKey, name)


def _could_be_public(plan: Plan, fact: FlowFact) -> bool:
    """True where somebody on the internet would use a listener that is meant for the inside."""
    place = plan.placement(fact.installation, fact.from_)
    waits = (
        fact.listener is not None and fact.exposure == "internal" and fact.encrypted is not False
    )
    return waits and place is not None and INTERNET in place.zones


def _network(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    yield NameKey()
    if plan.sites:
        from wizard.questions.at_sites import keys_of_site

        for name, site in plan.sites.items():
            yield from keys_of_site(name, site)
    translated = _translated_zones(plan)
    for zone in plan.zones:
        for field in fields_of(ZoneKey):
            if field.part != "seen_as" or zone in translated:
                yield ZoneKey(zone, field.part)
    roles = asked_roles(catalog, plan)
    for role, ids in roles.items():
        if role != PROXY and not (role == MANAGER and _only_manages(ids)):
            yield from place_keys(plan, role)
            yield from _of_features(plan, role)
    for role in catalog.roles:
        if role not in roles or role in (PROXY, MANAGER):
            yield from _of_features(plan, role)
    yield from _own_places(catalog, plan, roles)


def _translated_zones(plan: Plan) -> set[str]:
    """The zones that are seen as others, and those that have to be: two have the same networks."""
    zones = set(names_where(attrgetter("seen_as"), plan.zones))
    # Not for the first frame.
    from wizard.network.overlaps import overlapping_zones

    for zone, other, _ in overlapping_zones(plan):
        zones |= {zone, other}
    return zones


def _of_features(plan: Plan, role: str) -> Iterator[Key]:
    """Where features place a role: beside its general place."""
    for installation, answers in plan.products.items():
        for feature, places in answers.feature_roles.items():
            if role in places:
                yield from _place(role, places[role], installation, feature)


def _own_places(catalog: Catalog, plan: Plan, roles: dict[str, tuple[str, ...]]) -> Iterator[Key]:
    """Where an installation differs: where the plan says so, and for servers that several need."""
    users_by_server: dict[str, set[str]] = {}
    for role in SERVERS:
        users_by_server[role] = installations_of(roles.get(role, ()))
    for installation, answers in plan.products.items():
        if installation not in catalog.products:
            continue
        for role in catalog.roles:
            if role in answers.roles:
                yield from _place(role, answers.roles[role], installation)
            elif role in SERVERS:
                users = users_by_server[role]
                if installation in users and len(users & plan.products.keys()) > 1:
                    yield RoleKey(role, "zones", installation)
                    yield RoleKey(role, "addresses", installation)


def place_keys(plan: Plan, role: str) -> Iterator[Key]:
    """Zones, addresses and absence of one role; an absent one has only the last."""
    return _place(role, plan.roles.get(role, Placement()))


def _place(
    role: str, place: Placement, product: str | None = None, feature: str | None = None
) -> Iterator[Key]:
    if not place.absent:
        yield RoleKey(role, "zones", product, feature)
        yield RoleKey(role, "addresses", product, feature)
    yield RoleKey(role, "absent", product, feature)


def _only_manages(ids: tuple[str, ...]) -> bool:
    return all(map(is_management, ids))


def _firewalls(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    roles = asked_roles(catalog, plan)
    for name, firewall in plan.firewalls.items():
        for field in fields_of(FirewallKey, firewall.kind):
            if field.is_asked(firewall) and _is_asked_of_joiner(
                catalog, plan, firewall, field.part
            ):
                yield FirewallKey(name, field.part)
                if field.part == "management":
                    yield from map(
                        partial(ManagementPortKey, name), methods_of(firewall.management)
                    )
        if firewall.nat:
            listeners = dict.fromkeys((*published_ports(catalog, plan), *firewall.publish))
            for listener in listeners:
                yield from declared_keys(PublishKey, name, listener)
            zones = dict.fromkeys((*firewall.zones, *firewall.hides))
            yield from map(partial(HidesKey, name), those_in(zones, plan.zones))
    yield from front_keys(catalog, plan)
    for name, never in plan.never.items():
        yield from _end_keys(name, "from", never.from_)
        yield from _end_keys(name, "to", never.to)
        yield from map(partial(NeverKey, name), NEVER_PARTS)
    yield from _in_containers(catalog, plan, roles)
    if MANAGER in roles and _only_manages(roles[MANAGER]):
        yield from place_keys(plan, MANAGER)
    for field in fields_of(ProxyKey):
        if field.is_asked(plan.proxy):
            yield field.key
            if field.part == "port" and PROXY in roles:
                yield from place_keys(plan, PROXY)


def _is_asked_of_joiner(catalog: Catalog, plan: Plan, firewall: Firewall, part: str) -> bool:
    """A reflector is asked about where something is looked for by multicast DNS, and two own zones
    are joined; its addresses where it is one.
    """
    if not firewall.joins_zones or part not in ("mdns_reflector", "addresses"):
        return True
    if firewall.reflects or part == "addresses":
        return firewall.reflects
    from wizard.facts.discovery import is_mdns

    joined = set(firewall.zones) - {INTERNET}
    return len(joined) > 1 and any(is_mdns(flow.fact) for flow in select_flows(catalog, plan))


def _in_containers(
    catalog: Catalog, plan: Plan, roles: Mapping[str, tuple[str, ...]]
) -> Iterator[Key]:
    """What each product runs in, where its server has a firewall of its own."""
    guarded = {firewall.role for firewall in plan.firewalls.values() if firewall.kind == "host"}
    users: set[str] = set()
    for role in guarded & set(IN_CONTAINERS):
        users |= installations_of(roles.get(role or "", ()))
    for installation, answers in plan.products.items():
        if installation in catalog.products and (answers.runs_in or installation in users):
            yield RunsInKey(installation)


def _end_keys(name: str, end: NeverEndName, named: NeverEnd) -> Iterator[Key]:
    """The ways to name an end; the one that does, once one does."""
    for part in END_PARTS:
        if getattr(named, part) or not named.is_named:
            yield NeverEndKey(name, end, part)


def _request(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    yield from (*declared_keys(RequestKey), *need_keys(plan))


_KEYS: dict[StepId, Callable[[Catalog, Plan], Iterator[Key]]] = {
    "products": _products,
    "features": _features,
    "network": _network,
    "firewalls": _firewalls,
    "request": _request,
}
