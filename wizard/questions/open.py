"""What a plan still needs before every rule of it can be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.catalog import catalog_of
from wizard.plan.field import Field
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
from wizard.questions.steps import asked_roles, ids_that_need, installations_of, keys_of


def open_questions(catalog: Catalog, plan: Plan) -> tuple[Question, ...]:
    """The questions without which something stays unresolved, step by step."""
    if not has_product(catalog, plan):
        return (question_at(catalog, plan, ProductsKey()),)
    return tuple(map(partial(question_at, catalog, plan), _open_keys(catalog, plan)))


def has_product(catalog: Catalog, plan: Plan) -> bool:
    """True where the plan has an installation of a product that the catalog knows."""
    return not catalog_of(catalog, plan).products.keys().isdisjoint(plan.products)


def _open_keys(catalog: Catalog, plan: Plan) -> Iterator[Key]:
    catalog = catalog_of(catalog, plan)
    for key in keys_of(catalog, plan, "features"):
        if question_at(catalog, plan, key).required and value_of(catalog, plan, key) in (None, ()):
            yield key
    for name, zone in plan.zones.items():
        yield from map(partial(ZoneKey, name), _open_parts(zone, fields_of(ZoneKey)))
    for name, site in plan.sites.items():
        yield from map(partial(SiteKey, name), _open_parts(site, fields_of(SiteKey)))
    if plan.sites:
        from wizard.questions.at_sites import sites_without_proxy

        for site_name in sites_without_proxy(plan):
            yield SiteProxyKey(site_name, "addresses")
    for role in asked_roles(catalog, plan):
        ids = ids_that_need(catalog, plan, role)
        if not catalog.roles[role].at and _unplaced(plan, role, ids):
            yield RoleKey(role, "zones")
    inbound = bool(published_ports(catalog, plan))
    for name, firewall in plan.firewalls.items():
        fields = fields_of(FirewallKey, firewall.kind)
        yield from map(partial(FirewallKey, name), _open_parts(firewall, fields))
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
    yield from map(ProxyKey, _open_parts(plan.proxy, fields_of(ProxyKey)))
    yield from map(RequestKey, _open_parts(plan.request, fields_of(RequestKey)))


def _open_parts(holder: msgspec.Struct, fields: Iterable[Field]) -> Iterator[str]:
    """The parts of a thing that wait for an answer."""
    return (field.part for field in fields if field.is_open(holder))


def _unplaced(plan: Plan, role: str, ids: tuple[str, ...]) -> bool:
    """True where one of the installations that need the role finds no place for it."""
    return not all(has_place(plan, name, role) for name in installations_of(ids))
