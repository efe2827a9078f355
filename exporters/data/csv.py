"""Deployment → CSV files by RFC 4180: CRLF, UTF-8 without a byte order mark, one header row.

Every cell is in quotes; several values of one cell stand on a line each. Sources stand in columns of
their own: document and place. Names of roles stand beside their ids; the last columns say of which
request, plan, program and facts a row is.
"""

from __future__ import annotations

from operator import attrgetter
from collections.abc import Iterable, Sequence
from typing import Any

from exporters.stamp import csv_stamped
from wizard.deployment import Deployment
from wizard.facts.model import Fact
from wizard.network.ports import PortRange
from wizard.rules.management import is_management
from wizard.rules.model import Rule
from wizard.rules.needs import need_name
from wizard.rules.records import RuleRecord, record_of
from wizard.views.words import port_texts, role_name

# File → the list of the deployment that it holds, and its columns: fields, and what `_value` says.
CSV_FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "flows.csv": ("flows", (
        "id", "product", "feature", "from", "to", "transport", "ports", "sources", "destinations", "service",
        "status", "scope", "cast", "encrypted", "documents", "installation", "fact",
        "from_name", "to_name", "evidence")),
    "rules.csv": ("rules", (
        "id", "firewall", "direction", "action", "transport", "ports", "from", "to", "sources", "destinations",
        "except_sources", "except_destinations", "flows", "products", "services", "status", "encrypted",
        "unresolved", "documents", "installations", "from_name", "to_name", "evidence", "need",
        "owner", "classification", "expires", "log", "risk", "approved_by", "approved_on", "done_by", "done_on",
        "name_on_the_device")),
    "forwards.csv": ("forwards", (
        "id", "firewall", "transport", "public_address", "public_ports", "address", "ports", "sources", "flows",
        "unresolved", "documents", "installations", "hairpin")),
    "allowlist.csv": ("allowlist", (
        "scheme", "host", "port", "paths", "from", "purposes", "products", "features", "status", "documents",
        "installations", "evidence")),
    "tls-bypass.csv": ("tls_bypass", ("host", "products", "document", "place", "installations")),
    "mail-senders.csv": ("mail_senders", ("address", "domain", "products", "document", "place", "installations")),
    "denials.csv": ("denials", (
        "name", "from", "to", "transport", "ports", "sources", "destinations", "except_sources",
        "except_destinations", "reason", "firewalls", "denied_by_default", "unresolved")),
    "findings.csv": ("findings", ("code", "severity", "message", "subjects", "installations")),
}  # fmt: skip


def files(deployment: Deployment) -> dict[str, str]:
    """A file for each list that has something in it."""
    files_of_lists: dict[str, str] = {}
    for name, (attribute, columns) in CSV_FILES.items():
        records = getattr(deployment, attribute)
        if records:
            files_of_lists[name] = _table(deployment, records, columns)
    return files_of_lists


def with_rows(paths: Iterable[str], deployment: Deployment) -> tuple[str, ...]:
    """Of these files those that are written; what is no CSV file is."""
    lists = {name: attribute for name, (attribute, _) in CSV_FILES.items()}
    return tuple(p for p in paths if p not in lists or getattr(deployment, lists[p]))


def _table(deployment: Deployment, records: Iterable[object], columns: Sequence[str]) -> str:
    def row(record: object) -> list[object]:
        on_record = record_of(record, deployment.network) if isinstance(record, Rule) else None
        return [_value(deployment, record, on_record, column) for column in columns]

    return csv_stamped(columns, map(row, records), deployment.stamp)


def _value(
    deployment: Deployment, record: Any, on_record: RuleRecord | None, column: str
) -> object:
    match column:
        case "approved_by" | "approved_on" | "done_by" | "done_on" | "name_on_the_device":
            return None  # for whoever approves the rule and puts it in
        case "owner" | "classification" | "expires" | "log":
            return getattr(on_record, column)
        case "risk":
            return on_record.risk.text if on_record is not None else None
        case "from":
            return record.from_
        case "ports" | "public_ports":
            return port_texts(_pairs(getattr(record, column)))
        case "from_name":
            return role_name(deployment.catalog, record.from_)
        case "need":
            return need_name(record)
        case "to_name":
            return role_name(deployment.catalog, record.to)
        case "document":
            return record.source.document
        case "place":
            return record.source.locator
        case "documents":
            facts = _facts(deployment, record)
            return tuple(dict.fromkeys(f"{f.source.document}: {f.source.locator}" for f in facts))
        case "evidence":
            return _evidence(deployment, record)
    return getattr(record, column)


def _evidence(deployment: Deployment, record: Any) -> tuple[str, ...]:
    """What a record rests on: as it says itself, or all that is behind its flows."""
    if hasattr(record, "evidence"):
        return record.evidence if isinstance(record.evidence, tuple) else (record.evidence,)
    behind = dict.fromkeys(map(attrgetter("evidence"), _facts(deployment, record)))
    if any(map(is_management, record.flows)):
        behind["own"] = None
    return tuple(behind)


def _pairs(ports: PortRange | tuple[PortRange, ...]) -> Iterable[Any]:
    """A forward has one range, all others a list of them."""
    return [ports] if ports and isinstance(ports[0], int) else ports


def _facts(deployment: Deployment, record: Any) -> list[Fact]:
    """The facts behind a record; `management/…` has none."""
    behind = [part for part in ("endpoints", "flows") if hasattr(record, part)]
    return deployment.facts_of(getattr(record, behind[0]) if behind else (record.id,))
