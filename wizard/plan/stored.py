"""What a plan holds under a key, with nothing judged; and in which answers two plans differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import get_args

import msgspec

from wizard.network.ports import parse_ports, range_texts
from wizard.plan.field import Value, attribute_of
from wizard.plan.fields import declared_keys
from wizard.plan.keys import (
    AcrossSitesKey,
    EncryptedOnlyKey,
    FeatureKey,
    FirewallKey,
    FrontKey,
    FrontPart,
    HidesKey,
    HostKey,
    Key,
    ManagementPortKey,
    NameKey,
    NeedKey,
    NeverEndKey,
    NeverEndName,
    NeverEndPart,
    NeverKey,
    NeverPart,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    PlacePart,
    PortKey,
    ProductsKey,
    ProxyKey,
    PublicKey,
    PublishKey,
    RequestKey,
    RoleKey,
    RunsInKey,
    ServeKey,
    SiteKey,
    SiteProxyKey,
    VersionKey,
    ZoneKey,
)
from wizard.plan.management import ports_of, with_ports
from wizard.plan.model import (
    Hidden,
    NeverEnd,
    OnRecord,
    Placement,
    Plan,
    PlanStruct,
    ProductPlan,
    Published,
    SiteProxy,
    changed,
)
from wizard.tables import without_name


def stored(plan: Plan, key: Key) -> Value:
    """What the plan holds; None where it holds nothing. A feature: whether it is on."""
    match key:
        case NameKey():
            return plan.name
        case ProductsKey():
            return tuple(plan.products)
        case VersionKey(product):
            return _product(plan, product).version
        case FeatureKey(product, feature):
            return feature in _product(plan, product).features
        case OptionKey(product, feature, option):
            return _product(plan, product).features.get(feature, {}).get(option)
        case PortKey(product, listener):
            return _product(plan, product).ports.get(listener)
        case HostKey(product, host):
            return _product(plan, product).hosts.get(host)
        case AcrossSitesKey(product):
            return _product(plan, product).across_sites
        case PublicKey(product):
            return _product(plan, product).public
        case EncryptedOnlyKey(product):
            return _product(plan, product).encrypted_only
        case RunsInKey(product):
            return _product(plan, product).runs_in
        case ManagementPortKey(name, method):
            words = plan.firewalls[name].management if name in plan.firewalls else ()
            return range_texts(ports_of(words, method)) or None
        case ServeKey(name, listener):
            return plan.fronts[name].serves.get(listener) if name in plan.fronts else None
    holder = _holder(plan, key)
    value: Value = getattr(holder, attribute_of(key.path[-1])) if holder is not None else None
    return value


def with_stored(plan: Plan, key: Key, value: Value) -> Plan:
    """The plan with the value; None takes the answer away, or sets its default.

    Features, their options and the products themselves are not set here: more follows from them.
    """
    match key:
        case NameKey():
            return changed(plan, name=value or "")
        case VersionKey(product):
            return _with_product(plan, product, version=value)
        case PortKey(product, listener):
            ports = _with_entry(_product(plan, product).ports, listener, value)
            return _with_product(plan, product, ports=ports)
        case HostKey(product, host):
            hosts = _with_entry(_product(plan, product).hosts, host, value)
            return _with_product(plan, product, hosts=hosts)
        case AcrossSitesKey(product):
            return _with_product(plan, product, across_sites=bool(value))
        case PublicKey(product):
            return _with_product(plan, product, public=value or ())
        case EncryptedOnlyKey(product):
            return _with_product(plan, product, encrypted_only=bool(value))
        case RunsInKey(product):
            return _with_product(plan, product, runs_in=value)
        case RoleKey(role, part, product, feature):
            place = _with_part(_holder(plan, key) or Placement(), part, value)
            # A placement that says nothing is no placement: the general or built-in one counts.
            placement = None if place == Placement() else place
            if product is None:
                return changed(plan, roles=_with_entry(plan.roles, role, placement))
            answers = _product(plan, product)
            if feature is None:
                roles = _with_entry(answers.roles, role, placement)
                return _with_product(plan, product, roles=roles)
            of_feature = _with_entry(answers.feature_roles.get(feature, {}), role, placement)
            places = _with_entry(answers.feature_roles, feature, of_feature or None)
            return _with_product(plan, product, feature_roles=places)
        case ZoneKey(name, part):
            zone = _with_part(plan.zones[name], part, value)
            return changed(plan, zones={**plan.zones, name: zone})
        case SiteKey(name, part):
            site = _with_part(plan.sites[name], part, value)
            return changed(plan, sites={**plan.sites, name: site})
        case SiteProxyKey(name, part):
            site = plan.sites[name]
            # Of a site that has none of its own there is nothing else to say.
            is_gone = part == "mode" and value is None
            proxy = SiteProxy() if is_gone else _with_part(site.proxy, part, value)
            site = msgspec.structs.replace(site, proxy=proxy)
            return changed(plan, sites={**plan.sites, name: site})
        case ManagementPortKey(name, method):
            words = plan.firewalls[name].management
            spans = parse_ports(value) if isinstance(value, tuple) and value else None
            return _with_firewall(plan, name, management=with_ports(words, method, spans))
        case FirewallKey(name, part):
            firewall = _with_part(plan.firewalls[name], part, value)
            return changed(plan, firewalls={**plan.firewalls, name: firewall})
        case PublishKey(name, listener, part):
            entry = _with_part(_holder(plan, key) or Published(), part, value)
            # What is forwarded as it is needs no entry.
            published = None if entry == Published() else entry
            publish = _with_entry(plan.firewalls[name].publish, listener, published)
            return _with_firewall(plan, name, publish=publish)
        case HidesKey(name, zone):
            hidden = Hidden(str(value)) if value is not None else None
            hides = _with_entry(plan.firewalls[name].hides, zone, hidden)
            return _with_firewall(plan, name, hides=hides)
        case FrontKey(name, part):
            front = _with_part(plan.fronts[name], part, value)
            return changed(plan, fronts={**plan.fronts, name: front})
        case ServeKey(name, listener):
            serves = _with_entry(plan.fronts[name].serves, listener, value)
            return _with_front(plan, name, serves=serves)
        case ProxyKey(part):
            return changed(plan, proxy=_with_part(plan.proxy, part, value))
        case NeedKey(name, part):
            entry = _with_part(plan.needs.get(name) or OnRecord(), part, value)
            said = None if entry == OnRecord() else entry
            return changed(plan, needs=_with_entry(plan.needs, name, said))
        case RequestKey(part):
            return changed(plan, request=_with_part(plan.request, part, value))
        case OwnRoleKey(name, part):
            party = _with_part(plan.own.roles[name], part, value)
            return _with_own(plan, roles={**plan.own.roles, name: party})
        case OwnConnectionKey(name, part):
            connection = _with_part(plan.own.connections[name], part, value)
            return _with_own(plan, connections={**plan.own.connections, name: connection})
        case OwnEndpointKey(name, part):
            endpoint = _with_part(plan.own.endpoints[name], part, value)
            return _with_own(plan, endpoints={**plan.own.endpoints, name: endpoint})
        case NeverKey(name, part):
            never = _with_part(plan.never[name], part, value)
            return changed(plan, never={**plan.never, name: never})
        case NeverEndKey(name, end, part):
            renewed = _with_part(_holder(plan, key) or NeverEnd(), part, value)
            never = msgspec.structs.replace(plan.never[name], **{attribute_of(end): renewed})
            return changed(plan, never={**plan.never, name: never})
    raise TypeError(f"{key} is not set by itself")


def answers_of(plan: Plan) -> Iterator[Key]:
    """The key of every answer that the plan can hold as it is, whether it was given or not."""
    yield NameKey()
    yield from declared_keys(RequestKey)
    yield from need_keys(plan)
    yield ProductsKey()
    for product, answers in plan.products.items():
        yield VersionKey(product)
        for feature, options in answers.features.items():
            yield FeatureKey(product, feature)
            yield from map(partial(OptionKey, product, feature), options)
        yield from map(partial(PortKey, product), answers.ports)
        yield from map(partial(HostKey, product), answers.hosts)
        if answers.across_sites:
            yield AcrossSitesKey(product)
        if answers.public:
            yield PublicKey(product)
        if answers.encrypted_only:
            yield EncryptedOnlyKey(product)
        if answers.runs_in:
            yield RunsInKey(product)
        for role in answers.roles:
            yield from placement_keys(role, product)
        for feature, roles in answers.feature_roles.items():
            for role in roles:
                yield from placement_keys(role, product, feature)
    for zone in plan.zones:
        yield from declared_keys(ZoneKey, zone)
    for site in plan.sites:
        yield from declared_keys(SiteKey, site)
        if plan.sites[site].proxy.mode:
            yield from declared_keys(SiteProxyKey, site)
    for role in plan.roles:
        yield from placement_keys(role)
    for name, firewall in plan.firewalls.items():
        yield from declared_keys(FirewallKey, name, part_of=firewall.kind)
        for listener in firewall.publish:
            yield from declared_keys(PublishKey, name, listener)
        yield from map(partial(HidesKey, name), firewall.hides)
    for name, front in plan.fronts.items():
        yield from map(partial(FrontKey, name), FRONT_PARTS)
        yield from map(partial(ServeKey, name), front.serves)
    yield from declared_keys(ProxyKey)
    for name in plan.own.roles:
        yield from declared_keys(OwnRoleKey, name)
    for name in plan.own.connections:
        yield from declared_keys(OwnConnectionKey, name)
    for name in plan.own.endpoints:
        yield from declared_keys(OwnEndpointKey, name)
    for name in plan.never:
        yield from never_keys(name)


def placement_keys(
    role: str, product: str | None = None, feature: str | None = None
) -> Iterator[RoleKey]:
    """All that is answered about one place of a role."""
    for part in _PLACE:
        yield RoleKey(role, part, product, feature)


def need_keys(plan: Plan) -> Iterator[NeedKey]:
    """All that is answered about needs themselves."""
    for need in plan.needs:
        yield from (
            NeedKey(need, "owner"),
            NeedKey(need, "classification"),
            NeedKey(need, "expires"),
        )


def never_keys(name: str) -> Iterator[NeverKey | NeverEndKey]:
    """All that is answered about one thing that must never be."""
    for end in _ENDS:
        yield from map(partial(NeverEndKey, name, end), END_PARTS)
    yield from map(partial(NeverKey, name), NEVER_PARTS)


def differences(old: Plan, new: Plan) -> tuple[Key, ...]:
    """The answers in which two plans differ, in the order of the plan; what is gone comes last."""
    in_new, in_old = dict.fromkeys(answers_of(new)), dict.fromkeys(answers_of(old))
    differing: list[Key] = []
    for key in in_new | in_old:
        if key not in in_new or key not in in_old or stored(old, key) != stored(new, key):
            differing.append(key)
    return tuple(differing)


_ENDS: tuple[NeverEndName, ...] = get_args(NeverEndName)
END_PARTS: tuple[NeverEndPart, ...] = get_args(NeverEndPart)
NEVER_PARTS: tuple[NeverPart, ...] = get_args(NeverPart)
FRONT_PARTS: tuple[FrontPart, ...] = get_args(FrontPart)
_PLACE: tuple[PlacePart, ...] = get_args(PlacePart)


def _product(plan: Plan, product: str) -> ProductPlan:
    return plan.products.get(product, ProductPlan())


def _holder(plan: Plan, key: Key) -> PlanStruct | None:
    """What has the answer as one of its attributes."""
    match key:
        case RoleKey(role, product=product, feature=feature):
            roles = plan.roles if product is None else _product(plan, product).roles
            if product is not None and feature is not None:
                roles = _product(plan, product).feature_roles.get(feature, {})
            return roles.get(role)
        case ZoneKey(name):
            return plan.zones.get(name)
        case SiteKey(name):
            return plan.sites.get(name)
        case SiteProxyKey(name):
            return plan.sites[name].proxy if name in plan.sites else None
        case FirewallKey(name):
            return plan.firewalls.get(name)
        case PublishKey(name, listener):
            boundary = plan.firewalls.get(name)
            return boundary.publish.get(listener) if boundary is not None else None
        case HidesKey(name, zone):
            boundary = plan.firewalls.get(name)
            return boundary.hides.get(zone) if boundary is not None else None
        case FrontKey(name):
            return plan.fronts.get(name)
        case ProxyKey():
            return plan.proxy
        case RequestKey():
            return plan.request
        case NeedKey(name):
            return plan.needs.get(name)
        case OwnRoleKey(name):
            return plan.own.roles.get(name)
        case OwnConnectionKey(name):
            return plan.own.connections.get(name)
        case OwnEndpointKey(name):
            return plan.own.endpoints.get(name)
        case NeverKey(name):
            return plan.never.get(name)
        case NeverEndKey(name, end):
            never = plan.never.get(name)
            return None if never is None else never.from_ if end == "from" else never.to
    return None


def _with_product(plan: Plan, product: str, **answers: object) -> Plan:
    replaced = msgspec.structs.replace(plan.products[product], **answers)
    return changed(plan, products={**plan.products, product: replaced})


def _with_firewall(plan: Plan, name: str, **answers: object) -> Plan:
    replaced = msgspec.structs.replace(plan.firewalls[name], **answers)
    return changed(plan, firewalls={**plan.firewalls, name: replaced})


def _with_front(plan: Plan, name: str, **answers: object) -> Plan:
    replaced = msgspec.structs.replace(plan.fronts[name], **answers)
    return changed(plan, fronts={**plan.fronts, name: replaced})


def _with_own(plan: Plan, **parts: object) -> Plan:
    return changed(plan, own=msgspec.structs.replace(plan.own, **parts))


def _with_entry(table: Mapping[str, object], name: str, value: object) -> dict[str, object]:
    if value is not None:
        return {**table, name: value}
    return without_name(table, name)


def _with_part(holder: PlanStruct, part: str, value: Value) -> PlanStruct:
    attribute = attribute_of(part)
    if value is None:
        fields = msgspec.structs.fields(holder)
        value = next(field.default for field in fields if field.name == attribute)
    return msgspec.structs.replace(holder, **{attribute: value})
