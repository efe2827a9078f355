"""What a plan adds to the facts, in the form of facts: a product of its own, and its parties."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import starmap
from operator import attrgetter

import msgspec

from wizard.facts.model import (
    OWN_PRODUCT,
    Catalog,
    Condition,
    EndpointFact,
    Feature,
    FlowFact,
    Product,
    Role,
    Source,
)
from wizard.network.ports import parse_ports
from wizard.plan.fronts import FRONT_WORDS, front_title
from wizard.plan.model import Front, Own, OwnConnection, OwnEndpoint
from wizard.tables import each_made, where, without_name, without_names

# In place of a vendor's document.
THIS_PLAN = "this plan"
_NOTHING = Own()
# What was made last, the newest last: what a plan adds, the product and the parties that it comes to.
_MADE: list[tuple[Own, Product | None, dict[str, Role]]] = []
_JOINED: list[tuple[Catalog, Own, dict[str, Role], Catalog]] = []
_MOST = 8


def with_own(catalog: Catalog, own: Own, fronts: Mapping[str, Front]) -> Catalog:
    """The catalog with this plan's additions, its fronts among the parties, in place of those of any
    other plan.
    """
    if (
        own == _NOTHING
        and not fronts
        and OWN_PRODUCT not in catalog.products
        and not _parties_in(catalog)
    ):
        return catalog
    product, own_parties = _made_of(own)
    parties = {**own_parties, **_roles_of(fronts)}
    if catalog.products.get(OWN_PRODUCT) == product and _parties_in(catalog) == parties:
        return catalog
    for basis, added, roles_added, whole in _JOINED:
        if basis is catalog and added is own and roles_added == parties:
            return whole
    products = without_name(catalog.products, OWN_PRODUCT)
    if product is not None:
        products[OWN_PRODUCT] = product
    roles = without_names(catalog.roles, _parties_in(catalog))
    whole = msgspec.structs.replace(catalog, products=products, roles={**roles, **parties})
    _JOINED.append((catalog, own, parties, whole))
    del _JOINED[:-_MOST]
    return whole


def _parties_in(catalog: Catalog) -> dict[str, Role]:
    return where(attrgetter("of_plan"), catalog.roles)


def _roles_of(fronts: Mapping[str, Front]) -> dict[str, Role]:
    """Each front as the role that it is to others, but where it stands for one that there is."""
    roles: dict[str, Role] = {}
    for name, front in fronts.items():
        if front.role is None:
            about = f"A {FRONT_WORDS[front.kind]} of this plan"
            roles[name] = Role(front_title(name, front), about, of_plan=True)
    return roles


def _made_of(own: Own) -> tuple[Product | None, dict[str, Role]]:
    for added, product, parties in _MADE:
        if added is own:
            return product, parties
    product = _product(own)
    parties = {
        name: Role(role.name or name, "A party that this plan adds", of_plan=True)
        for name, role in own.roles.items()
    }
    _MADE.append((own, product, parties))
    del _MADE[:-_MOST]
    return product, parties


def _product(own: Own) -> Product | None:
    """The connections and endpoints that count, each a feature that comes with the plan; None for
    none.
    """
    connections = where(attrgetter("counts"), own.connections)
    endpoints = where(attrgetter("counts"), own.endpoints)
    if not connections and not endpoints:
        return None
    reasons = {name: each.reason or each.service or name for name, each in connections.items()}
    reasons |= {name: each.purpose or name for name, each in endpoints.items()}
    return Product(
        id=OWN_PRODUCT,
        name="This plan",
        about="What this plan adds to the facts",
        document=THIS_PLAN,
        newest="",
        features=each_made(_feature, reasons),
        listeners={},
        flows=tuple(starmap(_flow, connections.items())),
        endpoints=tuple(starmap(_endpoint, endpoints.items())),
        tls_bypass=(),
        mail_senders=(),
    )


def _feature(reason: str) -> Feature:
    return Feature(group=OWN_PRODUCT, name=reason, about=reason, core=True)


def _flow(name: str, connection: OwnConnection) -> FlowFact:
    return FlowFact(
        id=f"{OWN_PRODUCT}/{name}",
        product=OWN_PRODUCT,
        feature=name,
        when=((Condition(name),),),
        from_=connection.from_ or "",
        to=connection.to or "",
        transport=connection.transport,
        ports=parse_ports(connection.ports),
        service=connection.service or name,
        encrypted=connection.encrypted,
        exposure="public" if connection.public else "internal",
        served=connection.served or "",
        evidence="own",
        source=Source(THIS_PLAN, connection.reference or f"own.connections.{name}"),
    )


def _endpoint(name: str, endpoint: OwnEndpoint) -> EndpointFact:
    return EndpointFact(
        id=f"{OWN_PRODUCT}/{name}",
        product=OWN_PRODUCT,
        feature=name,
        when=((Condition(name),),),
        from_=endpoint.from_ or "",
        scheme=endpoint.scheme,
        host=endpoint.host,
        port=endpoint.used_port,
        path=endpoint.path,
        purpose=endpoint.purpose or name,
        evidence="own",
        source=Source(THIS_PLAN, f"own.endpoints.{name}"),
    )
