"""The facts as `catalog --json` prints them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import Catalog, FlowFact, Product
from wizard.plan.model import FORMAT
from wizard.tables import each_made


def catalog_json(catalog: Catalog, product: str | None = None) -> dict[str, object]:
    """Flows, endpoints, roles, documents and products as plain lists and dictionaries; all, or one
    product's.
    """
    chosen = [p for p in catalog.products.values() if product in (None, p.id)]
    return {
        "format": FORMAT,
        "catalog": msgspec.to_builtins(catalog.edition),
        "products": {
            p.id: {
                "name": p.name,
                "about": p.about,
                "newest": p.newest,
                "words": p.words,
                "group": p.group,
                "basis": p.basis,
                "gaps": p.gaps,
                "gaps_in": p.gaps_in,
                "features": msgspec.to_builtins(p.features),
            }
            for p in chosen
        },
        "flows": [_flow(flow) for p in chosen for flow in p.flows],
        "endpoints": [msgspec.to_builtins(endpoint) for p in chosen for endpoint in p.endpoints],
        "tls_bypass": [
            {"product": p.id, **msgspec.to_builtins(b)} for p in chosen for b in p.tls_bypass
        ],
        "mail_senders": [
            {"product": p.id, **msgspec.to_builtins(m)} for p in chosen for m in p.mail_senders
        ],
        "remarks": [remark for p in chosen for remark in _remarks(p)],
        "roles": {role: value.name for role, value in catalog.roles.items()},
        "documents": each_made(msgspec.to_builtins, catalog.documents),
    }


def _remarks(product: Product) -> Iterator[dict[str, object]]:
    for key, remark in product.remarks.items():
        yield {"product": product.id, "id": key, **msgspec.to_builtins(remark)}


def _flow(fact: FlowFact) -> dict[str, object]:
    fields = {**msgspec.to_builtins(fact), "never_public": fact.never_public}
    del fields["at_peer"]  # it follows from the other flows
    return fields
