"""Which questions stand in each step, in which order: lists of keys that follow from the plan
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from wizard.facts.model import Catalog, Product
from wizard.plan.model import INTERNET, Plan, ProductPlan, changed
from wizard.questions.features import feature_keys
from wizard.questions.model import StepId
from wizard.rules.select import MANAGER, needed_roles, select_endpoints, select_flows

PROXY = "web-proxy"
_PLACE = ("zones", "addresses", "absent")
# Several products can share these machines or have one each; all else is where it is, whoever asks.
_SERVERS = ("print-server", "secondary-server", "document-processor", "cluster-peer")


def keys_of(catalog: Catalog, plan: Plan, step: StepId) -> Iterator[str]:
    """The keys of the questions that this step asks now."""
    return _KEYS[step](catalog, plan) if step in _KEYS else iter(())


def asked_roles(catalog: Catalog, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Role → ids of what needs it, in the catalog's order; also those that the plan says are
    absent.
    """
    global _last
    # Every question about a role asks this of the same plan: the last answer is kept.
    last = _last
    if last is None or last[0] is not catalog or last[1] is not plan:
        last = _last = (catalog, plan, _asked_roles(catalog, plan))
    return last[2]


_last: tuple[Catalog, Plan, dict[str, tuple[str, ...]]] | None = None


def _asked_roles(catalog: Catalog, plan: Plan) -> dict[str, tuple[str, ...]]:
    needed = needed_roles(catalog, plan)
    absent = {role for role, place in plan.roles.items() if place.absent}
    if absent:
        # What is absent needs nothing; but its question stays, or nobody could take the answer
        # back.
        present = changed(plan, roles={r: p for r, p in plan.roles.items() if r not in absent})
        everybody = needed_roles(catalog, present)
        needed = {**needed, **{role: ids for role, ids in everybody.items() if role in absent}}
    return {role: needed[role] for role in catalog.roles if role in needed and role != INTERNET}


def default_port(catalog: Catalog, plan: Plan, product: Product, listener: str) -> int | None:
    """The port that the documents give a listener; where it depends on an option, what the plan
    chose.
    """
    declared = product.listeners[listener].port
    if declared is not None:
        return declared
    own = msgspec.structs.replace(plan.products.get(product.id, ProductPlan()), ports={})
    alone = changed(plan, products={product.id: own})
    found = (
        flow.ports[0][0] for flow in select_flows(catalog, alone) if flow.fact.listener == listener
    )
    return next(found, None)


def _products(catalog: Catalog, plan: Plan) -> Iterator[str]:
    yield "products"


def _features(catalog: Catalog, plan: Plan) -> Iterator[str]:
    used = {(flow.fact.product, flow.fact.listener) for flow in select_flows(catalog, plan)}
    hosts: dict[str, dict[str, None]] = {}
    for endpoint in select_endpoints(catalog, plan):
        if endpoint.fact.host_key is not None:
            hosts.setdefault(endpoint.fact.product, {})[endpoint.fact.host_key] = None
    for product_id, own in plan.products.items():
        if (product := catalog.products.get(product_id)) is None:
            continue
        yield from feature_keys(product, own)
        for name in product.listeners:
            if name in own.ports or (product_id, name) in used:
                yield f"products.{product_id}.ports.{name}"
        yield from (f"products.{product_id}.hosts.{host}" for host in hosts.get(product_id, ()))
        yield f"products.{product_id}.version"


def _network(catalog: Catalog, plan: Plan) -> Iterator[str]:
    yield "name"
    yield from (f"zones.{zone}.networks" for zone in plan.zones)
    roles = asked_roles(catalog, plan)
    for role, ids in roles.items():
        if not asked_with_firewalls(role, ids):
            yield from place_keys(plan, role)
    yield from _own_places(catalog, plan, roles)


def _own_places(catalog: Catalog, plan: Plan, roles: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Where a product differs: where the plan says so, and for servers that several products need."""
    for product_id, own in plan.products.items():
        if product_id not in catalog.products:
            continue
        for role in catalog.roles:
            if role not in own.roles and role not in _SERVERS:
                continue
            users = {flow.partition("/")[0] for flow in roles.get(role, ())}
            shared = product_id in users and len(users & plan.products.keys()) > 1
            if role in own.roles or shared:
                key = f"products.{product_id}.roles.{role}"
                place = own.roles.get(role)
                if place is None:
                    yield f"{key}.zones"
                    yield f"{key}.addresses"
                else:
                    yield from (
                        f"{key}.{part}" for part in _PLACE if part == "absent" or not place.absent
                    )


def place_keys(plan: Plan, role: str) -> Iterator[str]:
    """Zones, addresses and absence of one role; an absent one has only the last."""
    place = plan.roles.get(role)
    absent = place is not None and place.absent
    yield from (f"roles.{role}.{part}" for part in _PLACE if part == "absent" or not absent)


def asked_with_firewalls(role: str, ids: tuple[str, ...]) -> bool:
    """True for roles that only the proxy or a firewall's management needs: they are placed beside
    those.
    """
    return role == PROXY or (role == MANAGER and all(id_.startswith("management/") for id_ in ids))


def _firewalls(catalog: Catalog, plan: Plan) -> Iterator[str]:
    roles = asked_roles(catalog, plan)
    for name, firewall in plan.firewalls.items():
        parts = ["kind", *FIREWALL_PARTS[firewall.kind]]
        if firewall.kind == "boundary" and firewall.nat:
            parts.append("public_address")
        yield from (f"firewalls.{name}.{part}" for part in parts)
    if MANAGER in roles and asked_with_firewalls(MANAGER, roles[MANAGER]):
        yield from place_keys(plan, MANAGER)
    yield "proxy.mode"
    if plan.proxy.mode == "explicit":
        yield "proxy.port"
        if PROXY in roles:
            yield from place_keys(plan, PROXY)
    if plan.proxy.mode != "none":
        yield "proxy.wildcards"
        yield "proxy.tls_inspection"


def _request(catalog: Catalog, plan: Plan) -> Iterator[str]:
    parts = ("requester", "reference", "justification", "wanted", "review")
    return (f"request.{part}" for part in parts)


# What is asked about a firewall of each kind, after its kind.
FIREWALL_PARTS: dict[str, tuple[str, ...]] = {
    "host": ("role", "addresses", "platform", "egress", "management"),
    "cloud": ("role", "addresses", "provider", "egress", "management"),
    "boundary": ("zones", "default", "nat"),
    "router": ("zones",),
}
_KEYS: dict[StepId, Callable[[Catalog, Plan], Iterator[str]]] = {
    "products": _products,
    "features": _features,
    "network": _network,
    "firewalls": _firewalls,
    "request": _request,
}
