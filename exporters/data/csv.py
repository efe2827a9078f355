"""Deployment → CSV files by RFC 4180: CRLF, UTF-8 without a byte order mark, one header row.

Several values in one cell are joined by `; `. Sources stand in columns of their own: document and
place. """

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from exporters.safe import csv_cell
from wizard.deployment import Deployment
from wizard.views.words import port_texts


def files(deployment: Deployment) -> dict[str, str]:
    """All seven files; a list with nothing in it has its header row."""
    return {
        "flows.csv": _flows(deployment),
        "rules.csv": _rules(deployment),
        "forwards.csv": _forwards(deployment),
        "allowlist.csv": _allowlist(deployment),
        "tls-bypass.csv": _tls_bypass(deployment),
        "mail-senders.csv": _mail_senders(deployment),
        "findings.csv": _table(
            ("code", "severity", "message", "subjects"),
            ((f.code, f.severity, f.message, f.subjects) for f in deployment.findings),
        ),
    }


def _flows(deployment: Deployment) -> str:
    return _table(
        ("id", "product", "feature", "from", "to", "transport", "ports", "sources", "destinations", "service",
         "status", "scope", "cast", "encrypted", "documents"),
        (
            (f.id, f.product, f.feature, f.from_, f.to, f.transport, port_texts(f.ports), f.sources,
             f.destinations, f.service, f.status, f.scope, f.cast, f.encrypted, _sources(deployment, (f.id,)))
            for f in deployment.flows
        ),
    )  # fmt: skip


def _rules(deployment: Deployment) -> str:
    return _table(
        ("id", "firewall", "direction", "action", "transport", "ports", "from", "to", "sources",
         "destinations", "except_sources", "except_destinations", "flows", "products", "services",
         "status", "encrypted", "unresolved", "documents"),
        (
            (r.id, r.firewall, r.direction, r.action, r.transport, port_texts(r.ports), r.from_, r.to, r.sources,
             r.destinations, r.except_sources, r.except_destinations, r.flows, r.products, r.services,
             r.status, r.encrypted, r.unresolved, _sources(deployment, r.flows))
            for r in deployment.rules
        ),
    )  # fmt: skip


def _forwards(deployment: Deployment) -> str:
    return _table(
        ("id", "firewall", "transport", "public_address", "public_ports", "address", "ports", "sources",
         "flows", "unresolved", "documents"),
        (
            (f.id, f.firewall, f.transport, f.public_address, port_texts((f.public_ports,)), f.address,
             port_texts((f.ports,)), f.sources, f.flows, f.unresolved, _sources(deployment, f.flows))
            for f in deployment.forwards
        ),
    )  # fmt: skip


def _allowlist(deployment: Deployment) -> str:
    return _table(
        ("scheme", "host", "port", "paths", "from", "purposes", "products", "features", "status",
         "documents"),
        (
            (e.scheme, e.host, e.port, e.paths, e.from_, e.purposes, e.products, e.features, e.status,
             _sources(deployment, e.endpoints))
            for e in deployment.allowlist
        ),
    )  # fmt: skip


def _tls_bypass(deployment: Deployment) -> str:
    return _table(
        ("host", "products", "document", "place"),
        ((b.host, b.products, b.source.document, b.source.locator) for b in deployment.tls_bypass),
    )


def _mail_senders(deployment: Deployment) -> str:
    return _table(
        ("address", "domain", "products", "document", "place"),
        (
            (m.address, m.domain, m.products, m.source.document, m.source.locator)
            for m in deployment.mail_senders
        ),
    )


def _sources(deployment: Deployment, ids: Iterable[str]) -> tuple[str, ...]:
    """`document: place` for each fact among the ids, each once; `management/…` has none."""
    facts = (deployment.facts[key] for key in ids if key in deployment.facts)
    return tuple(dict.fromkeys(f"{fact.source.document}: {fact.source.locator}" for fact in facts))


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return csv_cell("; ".join(map(str, value)))
    return csv_cell(str(value))
