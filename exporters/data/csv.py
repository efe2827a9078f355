"""Deployment → CSV files by RFC 4180: CRLF, UTF-8 without a byte order mark, one header row.

Several values in one cell are joined by `; `. Sources stand in columns of their own: document and
place. """

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from exporters.safe import csv_cell
from wizard.deployment import Deployment
from wizard.network.ports import PortRange
from wizard.views.words import port_texts

# File → the list of the deployment that it holds, and its columns: fields, and what `_value` says.
_FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "flows.csv": ("flows", (
        "id", "product", "feature", "from", "to", "transport", "ports", "sources", "destinations", "service",
        "status", "scope", "cast", "encrypted", "documents", "installation", "fact")),
    "rules.csv": ("rules", (
        "id", "firewall", "direction", "action", "transport", "ports", "from", "to", "sources", "destinations",
        "except_sources", "except_destinations", "flows", "products", "services", "status", "encrypted",
        "unresolved", "documents", "installations")),
    "forwards.csv": ("forwards", (
        "id", "firewall", "transport", "public_address", "public_ports", "address", "ports", "sources", "flows",
        "unresolved", "documents", "installations")),
    "allowlist.csv": ("allowlist", (
        "scheme", "host", "port", "paths", "from", "purposes", "products", "features", "status", "documents",
        "installations")),
    "tls-bypass.csv": ("tls_bypass", ("host", "products", "document", "place", "installations")),
    "mail-senders.csv": ("mail_senders", ("address", "domain", "products", "document", "place", "installations")),
    "denials.csv": ("denials", (
        "name", "from", "to", "transport", "ports", "sources", "destinations", "except_sources",
        "except_destinations", "reason", "firewalls", "denied_by_default", "unresolved")),
    "findings.csv": ("findings", ("code", "severity", "message", "subjects", "installations")),
}  # fmt: skip


def files(deployment: Deployment) -> dict[str, str]:
    """A file a list; one with nothing in it has its header row."""
    return {
        name: _table(deployment, getattr(deployment, records), columns)
        for name, (records, columns) in _FILES.items()
    }


def _table(deployment: Deployment, records: Iterable[object], columns: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for record in records:
        writer.writerow(_cell(_value(deployment, record, column)) for column in columns)
    return text.getvalue()


def _value(deployment: Deployment, record: Any, column: str) -> object:
    match column:
        case "from":
            return record.from_
        case "ports" | "public_ports":
            return port_texts(_pairs(getattr(record, column)))
        case "document":
            return record.source.document
        case "place":
            return record.source.locator
        case "documents":
            return _sources(deployment, record)
    return getattr(record, column)


def _pairs(ports: PortRange | tuple[PortRange, ...]) -> Iterable[Any]:
    """A forward has one range, all others a list of them."""
    return [ports] if ports and isinstance(ports[0], int) else ports


def _sources(deployment: Deployment, record: Any) -> tuple[str, ...]:
    """`document: place` for each fact behind a record, each once; `management/…` has none."""
    behind = [part for part in ("endpoints", "flows") if hasattr(record, part)]
    facts = deployment.facts_of(getattr(record, behind[0]) if behind else (record.id,))
    return tuple(dict.fromkeys(f"{fact.source.document}: {fact.source.locator}" for fact in facts))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return csv_cell("; ".join(map(str, value)))
    return csv_cell(str(value))
