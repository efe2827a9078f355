"""What a plan still needs before every rule of it can be written."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.facts.model import Catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.fields import fields_of
from wizard.plan.keys import (
    FirewallKey,
    FrontKey,
    Key,
    NeverEndKey,
    ProductsKey,
    ProxyKey,
    RequestKey,
    RoleKey,
    SiteKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.plan.model import Plan
from wizard.plan.placement import has_place
from wizard.questions.answers import value_of
from wizard.questions.asking import question_at
from wizard.questions.model import Question
from wizard.questions.publishing import published_ports
from wizard.questions.steps import asked_roles, ids_that_need, keys_of


def open_questions(catalog: Catalog, plan: Plan) -> tuple[Question, ...]:
    """The questions without which something stays unresolved, step by step."""
    if not has_product(catalog, plan):
        return (question_at(catalog, plan, ProductsKey()),)
    return tuple(question_at(catalog, plan, key) for key in _open_keys(catalog, plan))


def has_product(catalog: Catalog, plan: Plan) -> bool:
    """True where the plan has an installation of a product that the catalog knows."""
    return not catalog_of(catalog, plan).products.keys().isdisjoint(plan.products)


def _open_keys(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    catalog = catalog_of(catalog, plan)
    for key in keys_of(catalog, plan, "features"):
        if question_at(catalog, plan, key).required and value_of(catalog, plan, key) in (None, ()):
            yield key
    for name, zone in plan.zones.items():
        yield from (ZoneKey(name, f.part) for f in fields_of(ZoneKey) if f.is_open(zone))
    for name, site in plan.sites.items():
        yield from (SiteKey(name, f.part) for f in fields_of(SiteKey) if f.is_open(site))
    if plan.sites:
        from wizard.questions.at_sites import sites_without_proxy

        yield from (SiteProxyKey(s, "addresses") for s in sites_without_proxy(plan))
    for role in asked_roles(catalog, plan):
        ids = ids_that_need(catalog, plan, role)
        if not catalog.roles[role].at and _unplaced(plan, role, ids):
            yield RoleKey(role, "zones")
    inbound = bool(published_ports(catalog, plan))
    for name, firewall in plan.firewalls.items():
        fields = fields_of(FirewallKey, firewall.kind)
        yield from (FirewallKey(name, f.part) for f in fields if f.is_open(firewall))
        if inbound and firewall.nat and firewall.public_address is None:
            yield FirewallKey(name, "public_address")
    for name, front in plan.fronts.items():
        if not front.is_placed:
            yield FrontKey(name, "addresses")
    for name, never in plan.never.items():
        if not never.from_.is_named:
            yield NeverEndKey(name, "from", "zones")
        if not never.to.is_named:
            yield NeverEndKey(name, "to", "zones")
    yield from (f.key for f in fields_of(ProxyKey) if f.is_open(plan.proxy))
    yield from (f.key for f in fields_of(RequestKey) if f.is_open(plan.request))


def _unplaced(plan: Plan, role: str, ids: tuple[str, ...]) -> bool:
    """True where one of the installations that need the role finds no place for it."""
    installations = {id_.partition("/")[0] for id_ in ids}
    return not all(has_place(plan, installation, role) for installation in installations)
