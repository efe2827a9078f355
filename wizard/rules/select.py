"""Selected facts → flows and endpoints: which of a product's facts count for this plan, and on
which ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache, partial
from operator import attrgetter

import msgspec

from wizard.facts.model import (
    OWN_PRODUCT,
    Alternatives,
    Catalog,
    Condition,
    EndpointFact,
    FlowFact,
    Product,
    Versions,
)
from wizard.network.ports import PortRange, parse_ports
from wizard.plan.catalog import AnyFact, catalog_of
from wizard.plan.fronts import fronts_of
from wizard.plan.keys import Key
from wizard.plan.management import methods_of
from wizard.plan.model import OptionValue, Placement, Plan, ProductPlan, Proxy, changed
from wizard.plan.placement import (
    absent_roles,
    by_features,
    is_absent,
    is_nowhere,
    is_placed_by_features,
    is_placed_by_products,
    placed_roles,
)
from wizard.plan.proxies import PROXY, legs, proxies_of
from wizard.rules.because import keys_of_fact
from wizard.rules.management import MANAGEMENT
from wizard.tables import each_made, names_where, those_in, with_names

MANAGER = "admin-computer"
# What a plan adds to the facts asks nothing more.
_OF_PLAN = ProductPlan()


class _Selected(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of the product that the plan selects, and the conditions of it that hold."""

    product: Product
    fact: FlowFact | EndpointFact
    holding: list[Condition]

    @property
    def because(self) -> tuple[Key, ...]:
        """The answers that it comes from, those left at their defaults too."""
        return keys_of_fact(self.product, self.fact, self.holding)


class Selected(_Selected, frozen=True, kw_only=True):
    """A flow fact, and the ports that it has here. `standing` are roles of the document that have
    no machine of their own in this plan: the fact names the one where they stand.
    """

    fact: FlowFact
    ports: tuple[PortRange, ...]
    standing: tuple[str, ...] = ()


class SelectedEndpoint(_Selected, frozen=True, kw_only=True):
    """An endpoint fact, and the host that it has here (None: the customer's, not given); `standing`
    as for flows. `wildcards`: it counts only where the proxy's list can hold them, or only where
    it cannot.
    """

    fact: EndpointFact
    host: str | None
    standing: tuple[str, ...] = ()
    wildcards: bool | None = None

    def counts_at(self, proxy: Proxy) -> bool:
        """True where whoever goes by the proxy needs it."""
        return self.wildcards in (None, proxy.wildcards)


def select_flows(catalog: Catalog, plan: Plan) -> Iterator[Selected]:
    """The flow facts that the plan's installations, features, options and versions ask for.

    Flows with a role that the plan says is absent are left out, and those that run within one
    machine because a role stands where another is.
    """
    absent = absent_roles(plan)
    for product, answers in _products(catalog, plan):
        active = active_features(product, answers)
        elsewhere = _standing(catalog, plan, answers)
        for declared in product.flows:
            holding = _holding(product, answers, plan, active, declared)
            if not holding:
                continue
            fact = _by_holding(answers, declared, holding)
            standing = tuple(those_in((fact.from_, fact.to), elsewhere))
            if standing:
                among_themselves = fact.from_ == fact.to
                fact = _moved(fact, elsewhere)
                if fact.from_ == fact.to and not among_themselves:
                    continue
            if not _without_party(plan, fact, absent):
                ports = _ports(answers, fact)
                fact = _exposed(answers, fact)
                yield Selected(
                    product=product, fact=fact, holding=holding, ports=ports, standing=standing
                )


def select_endpoints(catalog: Catalog, plan: Plan) -> Iterator[SelectedEndpoint]:
    """The endpoint facts that the plan asks for, each with the host it has here."""
    can_be = {used.answers.wildcards for used in proxies_of(plan)}
    for product, answers in _products(catalog, plan):
        active = active_features(product, answers)
        elsewhere = _standing(catalog, plan, answers)
        for declared in product.endpoints:
            holding, wildcards = _holding(product, answers, plan, active, declared), None
            if len(can_be) > 1:
                holding, wildcards = _by_wildcards(product, answers, plan, active, declared)
            role = elsewhere.get(declared.from_, declared.from_)
            fact = _by_holding(answers, declared, holding)
            if holding and not is_absent(plan, fact.installation, role, by_features(fact)):
                standing: tuple[str, ...] = ()
                if role != declared.from_:
                    fact = msgspec.structs.replace(fact, from_=role)
                    standing = (declared.from_,)
                customers = answers.hosts.get(fact.host_key) if fact.host_key else None
                host = customers or fact.host
                yield SelectedEndpoint(
                    product=product,
                    fact=fact,
                    holding=holding,
                    host=host,
                    standing=standing,
                    wildcards=wildcards,
                )


def _by_wildcards(
    product: Product, answers: ProductPlan, plan: Plan, active: set[str], fact: EndpointFact
) -> tuple[list[Condition], bool | None]:
    """The conditions that an endpoint counts by, and at which proxies where not at all."""
    holding, can = _holding(product, answers, plan, active, fact), plan.proxy.wildcards
    other = changed(plan, proxy=msgspec.structs.replace(plan.proxy, wildcards=not can))
    elsewhere = _holding(product, answers, other, active, fact)
    if bool(holding) == bool(elsewhere):
        return holding, None
    return holding or elsewhere, can if holding else not can


def _standing(catalog: Catalog, plan: Plan, answers: ProductPlan) -> dict[str, str]:
    """Roles that nobody has placed for an installation → the role where they stand."""
    standing: dict[str, str] = {}
    for name, role in catalog.roles.items():
        if not role.at:
            continue
        # An empty table places nobody, as with the roles that are built in.
        general = answers.roles.get(name, plan.roles.get(name, Placement()))
        if general == Placement() and not is_placed_by_features(plan, name):
            standing[name] = role.at
    return standing


def _moved(fact: FlowFact, elsewhere: Mapping[str, str]) -> FlowFact:
    return msgspec.structs.replace(
        fact,
        from_=elsewhere.get(fact.from_, fact.from_),
        to=elsewhere.get(fact.to, fact.to),
    )


def active_features(product: Product, answers: ProductPlan) -> set[str]:
    """The core features and those that the plan selects."""
    core = names_where(attrgetter("core"), product.features)
    return {*core, *(answers.features.keys() & product.features.keys())}


def needed_roles(catalog: Catalog, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Role → ids of the flows and endpoints that need it; roles that are absent are left out."""
    return roles_needed(plan, select_flows(catalog, plan), select_endpoints(catalog, plan))


def roles_needed(
    plan: Plan, flows: Iterable[Selected], endpoints: Iterable[SelectedEndpoint]
) -> dict[str, tuple[str, ...]]:
    """The same of what is selected already."""
    ids_by_role: dict[str, dict[str, None]] = {}
    for role, fact_id in _needs(plan, flows, endpoints):
        ids_by_role.setdefault(role, {})[fact_id] = None
    return each_made(tuple, ids_by_role)


def _needs(
    plan: Plan, flows: Iterable[Selected], endpoints: Iterable[SelectedEndpoint]
) -> Iterator[tuple[str, str]]:
    """A role and the id of a fact that needs it."""
    proxies = proxies_of(plan)
    for flow in flows:
        if flow.fact.scope != "loopback":
            yield flow.fact.from_, flow.fact.id
            yield flow.fact.to, flow.fact.id
        for front in fronts_of(plan, flow.fact).values():
            if front.role is not None:
                yield front.role, flow.fact.id
    for endpoint in endpoints:
        fact = endpoint.fact
        for used in proxies:
            for leg in legs(used.answers, fact.scheme, fact.from_, fact.port):
                if leg.from_ != PROXY or not used.addresses:
                    yield leg.from_, fact.id
    yield from _needed_by_never(plan)
    if is_absent(plan, "", MANAGER):
        return
    for firewall in plan.firewalls.values():
        # Its rule leads to what the firewall guards: its role in any product, or in general.
        role = None if firewall.addresses else firewall.role
        elsewhere = role is not None and is_placed_by_products(plan, role)
        for method in methods_of(firewall.management):
            yield MANAGER, MANAGEMENT[method].id
            if role and not elsewhere and not is_absent(plan, "", role):
                yield role, MANAGEMENT[method].id


def _needed_by_never(plan: Plan) -> Iterator[tuple[str, str]]:
    """Roles that must never reach something, or be reached: their places, where nobody has said any."""
    for name, never in plan.never.items():
        for role in (never.from_.role, never.to.role):
            if role and role not in set(placed_roles(plan)) and not is_absent(plan, "", role):
                yield role, f"never/{name}"


def placeable_roles(catalog: Catalog, plan: Plan) -> Iterator[tuple[str, str]]:
    """A role that nobody has to place, and the id of a flow that counts where somebody does."""
    for product, answers in _products(catalog, plan):
        active = active_features(product, answers)
        for fact in product.flows:
            if fact.if_placed and _holding(product, answers, plan, active, fact):
                yield fact.if_placed, fact.id


def used_listeners(product: Product, plan: Plan) -> dict[str, int]:
    """Listener → its port, for those that selected flows of an installation use and those that the
    plan moves.
    """
    answers = plan.products[product.id]
    active = active_features(product, answers)
    used = {
        fact.listener
        for fact in product.flows
        if fact.listener and _holding(product, answers, plan, active, fact)
    }
    ports: dict[str, int] = {}
    for name in sorted(used):
        if port := product.listeners[name].port:
            ports[name] = port
    return ports | answers.ports


def _products(catalog: Catalog, plan: Plan) -> Iterator[tuple[Product, ProductPlan]]:
    """The plan's installations, each as the product that its facts are named after, then what the
    plan adds to the facts.
    """
    products = catalog_of(catalog, plan).products
    for installation in sorted(plan.products):
        if installation in products:
            yield products[installation], plan.products[installation]
    if OWN_PRODUCT in products:
        yield products[OWN_PRODUCT], _OF_PLAN


def _without_party(plan: Plan, fact: FlowFact, absent: Set[str]) -> bool:
    """True where the plan says that there is none of one of its parties, or places none of those
    that nobody has to place; `absent`: the roles of which anybody says so.
    """
    if fact.if_placed and is_nowhere(plan, fact.installation, fact.if_placed, by_features(fact)):
        return True
    roles = absent & {fact.from_, fact.to}
    return any(is_absent(plan, fact.installation, role, by_features(fact)) for role in roles)


def _by_holding(answers: ProductPlan, fact: AnyFact, holding: list[Condition]) -> AnyFact:
    """The fact with only those alternatives that hold, where a feature may have places of its own."""
    if not answers.feature_roles or len(fact.when) == 1:
        return fact
    when = tuple(all_of for all_of in fact.when if _all_in(all_of, holding))
    return msgspec.structs.replace(fact, when=when)


def _all_in(all_of: Iterable[Condition], holding: list[Condition]) -> bool:
    return all(condition in holding for condition in all_of)


def _holding(
    product: Product,
    answers: ProductPlan,
    plan: Plan,
    active: set[str],
    fact: FlowFact | EndpointFact,
) -> list[Condition]:
    """The conditions that a fact counts by; none where it does not."""
    if answers.encrypted_only and isinstance(fact, FlowFact) and fact.clear_twin_of is not None:
        return []
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
    chosen = answers.features.get(condition.feature, {})
    for name, fitting in condition.options.items():
        option = declared[name]
        value: OptionValue | None = chosen.get(name, option.default)
        if option.proxy_wildcards:
            value = bool(value) and plan.proxy.wildcards
        values = set(value) if isinstance(value, tuple) else {value}
        if not (values & set(fitting) or values & option.everything()):
            return False
    return True


def counts_in(
    product: Product, answers: ProductPlan, plan: Plan, when: Alternatives, versions: Versions
) -> bool:
    """True where a fact with these conditions and versions counts, also one that is no longer there:
    an option that the product does not have any more is taken as fitting.
    """
    active = active_features(product, answers)
    if not fits_version(versions, answers.version or product.newest):
        return False
    for all_of in when:
        asked = map(partial(_asked, product), all_of)
        if all(holds(product, answers, plan, active, condition) for condition in asked):
            return True
    return False


def _asked(product: Product, condition: Condition) -> Condition:
    """The condition, less the options that its feature does not have."""
    feature = product.features.get(condition.feature)
    declared = feature.options if feature is not None else {}
    return Condition(condition.feature, with_names(condition.options, declared))


def _exposed(answers: ProductPlan, fact: FlowFact) -> FlowFact:
    """The fact, meant for the internet where the plan opens its listener on purpose."""
    if (
        fact.exposure == "internal"
        and fact.listener is not None
        and fact.listener in answers.public
    ):
        return msgspec.structs.replace(fact, exposure="public")
    return fact


def _ports(answers: ProductPlan, fact: FlowFact) -> tuple[PortRange, ...]:
    if fact.listener is not None and fact.listener in answers.ports:
        port = answers.ports[fact.listener]
        return ((port, port),)
    if fact.ports_option is not None:
        chosen = answers.features.get(fact.feature, {}).get(fact.ports_option)
        if isinstance(chosen, tuple) and chosen:
            return parse_ports(chosen)
    return fact.ports


def fits_version(versions: Versions, version: str) -> bool:
    """True where a fact holds for this version of its product."""
    if versions.since is not None and _numbers(version) < _numbers(versions.since):
        return False
    if versions.before is not None and _numbers(version) >= _numbers(versions.before):
        return False
    return versions.until is None or _numbers(version) <= _numbers(versions.until)


@lru_cache(maxsize=1024)
def _numbers(version: str) -> tuple[int, ...]:
    """`24.0` and `24` are one version: trailing zeros do not count."""
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
