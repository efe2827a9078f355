"""Selected facts → flows and endpoints: which of a product's facts count for this plan, and on
which ports.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import (
    Cast,
    Catalog,
    Condition,
    EndpointFact,
    FlowFact,
    Product,
    Scope,
    Status,
    Versions,
)
from wizard.network.ports import PortRange, parse_ports
from wizard.plan.keys import Key
from wizard.plan.model import OptionValue, Plan, ProductPlan
from wizard.rules.because import keys_of_fact

# Management of a host is a flow like any other; these are the ports that the protocols are
# registered with.
MANAGEMENT: dict[str, tuple[str, tuple[PortRange, ...], bool | None]] = {
    "ssh": ("SSH", ((22, 22),), True),
    "rdp": ("Remote Desktop", ((3389, 3389),), True),
    "winrm": ("Windows Remote Management", ((5985, 5986),), None),
}
MANAGER = "admin-computer"
PROXIED_SCHEMES = ("http", "https", "wss")


class Flow(msgspec.Struct, frozen=True):
    """A fact that the plan selects, with its ports and the addresses of both sides.

    Addresses are CIDRs; the internet is `0.0.0.0/0` and `::/0`. Empty: loopback, or a role without
    a place.
    """

    id: str
    product: str
    feature: str
    from_: str = msgspec.field(name="from")
    to: str
    transport: str
    ports: tuple[PortRange, ...]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    service: str
    status: Status
    scope: Scope
    cast: Cast
    encrypted: bool | None


class Selected(msgspec.Struct, frozen=True):
    """A flow fact that the plan selects, and the ports it has here."""

    fact: FlowFact
    ports: tuple[PortRange, ...]
    because: tuple[Key, ...]


class SelectedEndpoint(msgspec.Struct, frozen=True):
    """An endpoint fact that the plan selects, and the host it has here (None: the customer's, not
    given).
    """

    fact: EndpointFact
    host: str | None
    because: tuple[Key, ...]


def select_flows(catalog: Catalog, plan: Plan) -> Iterator[Selected]:
    """The flow facts that the plan's products, features, options and versions ask for.

    Flows with a role that the plan says is absent are left out.
    """
    for product, answers in _products(catalog, plan):
        active = active_features(product, answers)
        for fact in product.flows:
            holding = _holding(product, answers, plan, active, fact)
            if holding and not _absent(plan, fact.product, fact.from_, fact.to):
                because = keys_of_fact(product, fact, holding)
                yield Selected(fact, _ports(answers, fact), because)


def select_endpoints(catalog: Catalog, plan: Plan) -> Iterator[SelectedEndpoint]:
    """The endpoint facts that the plan asks for, each with the host it has here."""
    for product, answers in _products(catalog, plan):
        active = active_features(product, answers)
        for fact in product.endpoints:
            holding = _holding(product, answers, plan, active, fact)
            if holding and not _absent(plan, fact.product, fact.from_):
                customers = answers.hosts.get(fact.host_key) if fact.host_key else None
                because = keys_of_fact(product, fact, holding)
                yield SelectedEndpoint(fact, customers or fact.host, because)


def active_features(product: Product, answers: ProductPlan) -> set[str]:
    """The core features and those that the plan selects."""
    core = {name for name, feature in product.features.items() if feature.core}
    return core | (answers.features.keys() & product.features.keys())


def needed_roles(catalog: Catalog, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Role → ids of the flows and endpoints that need it; roles that are absent are left out."""
    found: dict[str, dict[str, None]] = {}

    def need(role: str, by: str) -> None:
        found.setdefault(role, {})[by] = None

    for selected in select_flows(catalog, plan):
        if selected.fact.scope != "loopback":
            need(selected.fact.from_, selected.fact.id)
            need(selected.fact.to, selected.fact.id)
    for endpoint in select_endpoints(catalog, plan):
        need(endpoint.fact.from_, endpoint.fact.id)
        if plan.proxy.mode == "explicit" and endpoint.fact.scheme in PROXIED_SCHEMES:
            need("web-proxy", endpoint.fact.id)
    for firewall in plan.firewalls.values():
        for method in firewall.management:
            if not _absent(plan, "", MANAGER):
                need(MANAGER, f"management/{method}")
                # Its rule leads to what the firewall guards: its role in any product, or in
                # general.
                role = None if firewall.addresses else firewall.role
                elsewhere = any(role in answers.roles for answers in plan.products.values())
                if role and not elsewhere and not _absent(plan, "", role):
                    need(role, f"management/{method}")
    return {role: tuple(by) for role, by in found.items()}


def used_listeners(catalog: Catalog, plan: Plan, product_id: str) -> dict[str, int]:
    """Listener → its port, for those that selected flows use and those that the plan moves."""
    product, answers = catalog.products[product_id], plan.products[product_id]
    active = active_features(product, answers)
    used = {
        fact.listener
        for fact in product.flows
        if fact.listener and _holding(product, answers, plan, active, fact)
    }
    ports = {name: product.listeners[name].port for name in sorted(used)}
    return {**{name: port for name, port in ports.items() if port}, **answers.ports}


def _products(catalog: Catalog, plan: Plan) -> Iterator[tuple[Product, ProductPlan]]:
    for product_id in sorted(plan.products):
        if product_id in catalog.products:
            yield catalog.products[product_id], plan.products[product_id]


def _absent(plan: Plan, product: str, *roles: str) -> bool:
    places = (plan.placement(product, role) for role in roles)
    return any(place is not None and place.absent for place in places)


def _holding(
    product: Product,
    answers: ProductPlan,
    plan: Plan,
    active: set[str],
    fact: FlowFact | EndpointFact,
) -> list[Condition]:
    """The conditions that a fact counts by; none where it does not."""
    if not fits_version(fact.versions, answers.version or product.newest):
        return []
    holding: list[Condition] = []
    for all_of in fact.when:
        if all(holds(product, answers, plan, active, condition) for condition in all_of):
            holding += all_of
    return holding


def holds(
    product: Product, answers: ProductPlan, plan: Plan, active: set[str], condition: Condition
) -> bool:
    """True where the plan selects the feature, with one of the values that each option needs."""
    if condition.feature not in active:
        return False
    declared = product.features[condition.feature].options
    given = answers.features.get(condition.feature, {})
    for name, wanted in condition.options.items():
        option = declared[name]
        value: OptionValue | None = given.get(name, option.default)
        if option.proxy_wildcards:
            value = bool(value) and plan.proxy.wildcards
        values = set(value) if isinstance(value, tuple) else {value}
        if not (values & set(wanted) or values & option.everything()):
            return False
    return True


def _ports(answers: ProductPlan, fact: FlowFact) -> tuple[PortRange, ...]:
    if fact.listener is not None and fact.listener in answers.ports:
        port = answers.ports[fact.listener]
        return ((port, port),)
    if fact.ports_option is not None:
        given = answers.features.get(fact.feature, {}).get(fact.ports_option)
        if isinstance(given, tuple) and given:
            return parse_ports(given)
    return fact.ports


def fits_version(versions: Versions, version: str) -> bool:
    """True where a fact holds for this version of its product."""
    here = _numbers(version)
    after = versions.since is None or here >= _numbers(versions.since)
    before = versions.until is None or here <= _numbers(versions.until)
    return after and before


def _numbers(version: str) -> tuple[int, ...]:
    """`24.0` and `24` are one version: trailing zeros do not count."""
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
