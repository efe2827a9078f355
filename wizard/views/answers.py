"""The answer behind a fact or a role: where somebody goes who wants it otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact, FlowFact
from wizard.plan.field import ChoiceKey
from wizard.plan.fronts import place_key
from wizard.plan.keys import (
    FeatureKey,
    FirewallKey,
    Key,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    PortKey,
    ProductsKey,
    RoleKey,
)
from wizard.rules.compiled import PUBLIC_ADDRESS
from wizard.rules.management import is_management
from wizard.rules.model import Forward, Rule


def product_key(product: str) -> ChoiceKey:
    """Whether a product is chosen."""
    return ChoiceKey(ProductsKey(), product)


def open_key(deployment: Deployment, name: str) -> Key:
    """`name` is a role, a front, a host's key or a firewall: where it is asked for."""
    plan = deployment.plan
    if name in plan.firewalls:
        return FirewallKey(name, "public_address")
    for product, answers in plan.products.items():
        if name in answers.roles:
            return RoleKey(name, "addresses", product)
    place = plan.roles.get(name)
    return place_key(plan, name, "addresses" if place is not None and place.zones else "zones")


def rule_key(deployment: Deployment, record: Rule | Forward) -> Key | ChoiceKey | None:
    """What it waits for, the firewall's public address before all else; or what asks for it."""
    if PUBLIC_ADDRESS in record.unresolved:
        return FirewallKey(record.firewall, "public_address")
    if record.unresolved:
        return open_key(deployment, record.unresolved[0])
    return fact_key(deployment, record.flows, record.firewall)


def fact_key(
    deployment: Deployment, ids: Iterable[str], firewall: str = ""
) -> Key | ChoiceKey | None:
    """The first answer that the facts with these ids hang on; of management, at its firewall."""
    return next(_fact_keys(deployment, ids, firewall), None)


def _fact_keys(
    deployment: Deployment, ids: Iterable[str], firewall: str
) -> Iterator[Key | ChoiceKey]:
    for fact_id in ids:
        if not is_management(fact_id):
            if fact := deployment.facts.get(fact_id):
                yield _key_of(deployment, fact)
        elif firewall:
            yield FirewallKey(firewall, "management")
        else:
            for name, answers in deployment.plan.firewalls.items():
                if answers.management:
                    yield FirewallKey(name, "management")


def _key_of(deployment: Deployment, fact: FlowFact | EndpointFact) -> Key | ChoiceKey:
    if fact.is_own:
        if isinstance(fact, FlowFact):
            return OwnConnectionKey(fact.entry, "from")
        return OwnEndpointKey(fact.entry, "host")
    name = fact.installation
    product = deployment.catalog.products.get(name)
    feature = product.features.get(fact.feature) if product else None
    if feature is None:
        return FeatureKey(name, fact.feature)
    if feature.core and isinstance(fact, FlowFact) and fact.listener:
        return PortKey(name, fact.listener)
    if feature.options and (feature.core or fact.options):
        option = next(iter(feature.options if feature.core else fact.options))
        return OptionKey(name, fact.feature, option)
    return product_key(name) if feature.core else FeatureKey(name, fact.feature)
