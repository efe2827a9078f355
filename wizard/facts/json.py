"""The facts as `catalog --json` prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from wizard.facts.model import Catalog, FlowFact, Product
from wizard.plan.model import FORMAT
from wizard.tables import by_id, each_made


def catalog_json(catalog: Catalog, product: str | None = None) -> dict[str, object]:
    """Flows, endpoints, roles, documents and products as plain lists and dictionaries; all, or one
    product's.
    """
    chosen = [p for p in catalog.products.values() if product in (None, p.id)]
    parts = ("flows", "endpoints", "tls_bypass", "mail_senders", "remarks")
    rows: dict[str, list[object]] = {part: [] for part in parts}
    for each in chosen:
        rows["flows"] += map(_flow, each.flows)
        rows["endpoints"] += map(msgspec.to_builtins, each.endpoints)
        rows["tls_bypass"] += _listed(each, each.tls_bypass)
        rows["mail_senders"] += _listed(each, each.mail_senders)
        rows["remarks"] += _remarks(each)
    return {
        "format": FORMAT,
        "catalog": msgspec.to_builtins(catalog.edition),
        "products": each_made(_product, by_id(chosen)),
        **rows,
        "roles": each_made(attrgetter("name"), catalog.roles),
        "documents": each_made(msgspec.to_builtins, catalog.documents),
    }


def _product(product: Product) -> dict[str, object]:
    return {
        "name": product.name,
        "about": product.about,
        "newest": product.newest,
        "words": product.words,
        "group": product.group,
        "basis": product.basis,
        "gaps": product.gaps,
        "gaps_in": product.gaps_in,
        "features": msgspec.to_builtins(product.features),
    }


def _listed(product: Product, facts: Iterable[object]) -> Iterator[dict[str, object]]:
    for fact in facts:
        yield {"product": product.id, **msgspec.to_builtins(fact)}


def _remarks(product: Product) -> Iterator[dict[str, object]]:
    for key, remark in product.remarks.items():
        yield {"product": product.id, "id": key, **msgspec.to_builtins(remark)}


def _flow(fact: FlowFact) -> dict[str, object]:
    fields = {**msgspec.to_builtins(fact), "never_public": fact.never_public}
    del fields["at_peer"]  # it follows from the other flows
    return fields
