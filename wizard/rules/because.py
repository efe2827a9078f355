"""Which answers a connection comes from: those that would change or end it, defaults included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from wizard.facts.model import OWN_PRODUCT, Condition, EndpointFact, FlowFact, Product
from wizard.plan.fields import declared_keys
from wizard.plan.keys import (
    AcrossSitesKey,
    EncryptedOnlyKey,
    FeatureKey,
    FirewallKey,
    FrontKey,
    Key,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    PublicKey,
    ServeKey,
    SiteKey,
    SiteProxyKey,
    VersionKey,
)
from wizard.plan.model import INTERNET, Front, Plan
from wizard.plan.placement import ByFeatures, places_of
from wizard.plan.proxies import UsedProxy
from wizard.plan.publishing import publish_name
from wizard.plan.stored import FRONT_PARTS, placement_keys

_MODE, _PORT = ProxyKey("mode"), ProxyKey("port")
_PRODUCTS, _WILDCARDS = ProductsKey(), ProxyKey("wildcards")


def keys_of_fact(
    product: Product, fact: FlowFact | EndpointFact, holding: Iterable[Condition]
) -> tuple[Key, ...]:
    """Why a fact counts, and on which ports; `holding`: its conditions that hold."""
    return tuple(dict.fromkeys(_of_fact(product, fact, holding)))


def _of_fact(
    product: Product, fact: FlowFact | EndpointFact, holding: Iterable[Condition]
) -> Iterator[Key]:
    if product.id == OWN_PRODUCT:
        yield from _own_keys(fact.entry, isinstance(fact, FlowFact))
        return
    yield _PRODUCTS
    for condition in holding:
        yield from _feature_keys(product.id, condition.feature, tuple(condition.options))
        declared = product.features[condition.feature].options
        if any(declared[name].proxy_wildcards for name in condition.options):
            yield _WILDCARDS
    if fact.versions.since or fact.versions.until:
        yield VersionKey(product.id)
    if isinstance(fact, FlowFact):
        if fact.clear_twin_of is not None:
            yield EncryptedOnlyKey(product.id)
        if fact.listener is not None:
            yield PortKey(product.id, fact.listener)
            yield PublicKey(product.id)
        if fact.ports_option is not None:
            yield OptionKey(product.id, fact.feature, fact.ports_option)


def keys_of_place(plan: Plan, installation: str, role: str, by: ByFeatures = ()) -> tuple[Key, ...]:
    """Where an installation's role is, for what counts by some features: its own placement (that
    there is none, too), or the general one.
    """
    if role == INTERNET:
        return ()
    answers = plan.products.get(installation)
    if answers is None:
        named: list[Key] = []
        for at in places_of(plan, installation, role):
            if at.installation:
                named += _place_keys(at.installation, role, at.feature or None)
        return (*named, *_place_keys(None, role))
    keys = _place_keys(installation, role)
    if role not in answers.roles:
        keys += _place_keys(None, role)
    if not answers.feature_roles:
        return keys
    of_features: list[Key] = []
    for at in places_of(plan, installation, role, by):
        if at.feature:
            of_features += _place_keys(installation, role, at.feature)
    return (*of_features, *keys)


def keys_of_front(plan: Plan, name: str, front: Front, fact: FlowFact) -> tuple[Key, ...]:
    """Why a fact's connections go through a front: all that is answered about it."""
    keys: list[Key] = [*map(partial(FrontKey, name), FRONT_PARTS)]
    keys.append(ServeKey(name, publish_name(fact)))
    if front.role is not None:
        keys += keys_of_place(plan, fact.installation, front.role)
    return tuple(keys)


def keys_of_proxy(plan: Plan, used: UsedProxy, *, to_it: bool) -> Iterator[Key]:
    """Why the web is reached so; `to_it`: on the way to a proxy, not beyond."""
    if used.site:
        yield SiteProxyKey(used.site, "mode")
        yield SiteProxyKey(used.site, "addresses")
        yield SiteKey(used.site)
        if to_it:
            yield SiteProxyKey(used.site, "port")
        return
    yield _MODE
    if to_it:
        yield _PORT
    for name, site in plan.sites.items():
        if site.proxy.mode is not None:
            yield SiteProxyKey(name, "mode")
            yield SiteKey(name)


def keys_of_sites(plan: Plan, product: str) -> tuple[Key, ...]:
    """Who serves whom: the zones of each site, and whether the product keeps to them."""
    return _site_keys(product, tuple(plan.sites))


@lru_cache(maxsize=64)
def _site_keys(product: str, sites: tuple[str, ...]) -> tuple[Key, ...]:
    return (AcrossSitesKey(product), *map(SiteKey, sites))


@lru_cache(maxsize=4096)
def _own_keys(name: str, is_connection: bool) -> tuple[Key, ...]:
    """All that is answered about a connection or an endpoint that the plan adds."""
    if is_connection:
        return tuple(declared_keys(OwnConnectionKey, name))
    return tuple(declared_keys(OwnEndpointKey, name))


@lru_cache(maxsize=4096)
def management_keys(firewall: str) -> tuple[Key, ...]:
    """Why the administrators come to what a firewall guards."""
    parts = ("management", "kind", "role", "addresses")
    return tuple(map(partial(FirewallKey, firewall), parts))


@lru_cache(maxsize=4096)
def _place_keys(product: str | None, role: str, feature: str | None = None) -> tuple[Key, ...]:
    return tuple(placement_keys(role, product, feature))


@lru_cache(maxsize=4096)
def _feature_keys(product: str, feature: str, options: tuple[str, ...]) -> tuple[Key, ...]:
    return (FeatureKey(product, feature), *map(partial(OptionKey, product, feature), options))
