"""Two deployments → one CSV of what is to be added and removed, a row each, for a ticket."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from exporters.handover.names import EVIDENCE, MANAGED, managing
from exporters.safe import csv_cell
from wizard.changes import Changes, Sign
from wizard.changes.traced import cause_text, caused
from wizard.deployment import Deployment
from wizard.facts.model import Source
from wizard.network.ports import ports_text

HEADER = (
    "action", "what", "firewall", "id", "direction", "transport", "ports", "from", "sources", "except_sources", "to",
    "destinations", "except_destinations", "services", "status", "encrypted", "unresolved", "documents",
    "pair", "because", "answers",
)  # fmt: skip
_ACTION: dict[Sign, str] = {"+": "add", "-": "remove"}


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """RFC 4180, UTF-8. `pair` names the other half of a rule that stays one to a person, `answers`
    the keys.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in _rows(old, new, changes):
        writer.writerow([csv_cell(_cell(row.get(name))) for name in HEADER])
    return out.getvalue()


def _rows(old: Deployment, new: Deployment, changes: Changes) -> Iterator[dict[str, object]]:
    side: dict[Sign, Deployment] = {"+": new, "-": old}
    for change in changes.rules:
        rule = change.rule
        yield {
            "action": _ACTION[change.sign], "what": "rule" if change.whole else "ports of a rule that stays",
            "firewall": rule.firewall, "id": rule.id, "direction": rule.direction, "transport": rule.transport,
            "ports": ports_text(change.ports), "from": rule.from_, "sources": rule.sources,
            "except_sources": rule.except_sources, "to": rule.to, "destinations": rule.destinations,
            "except_destinations": rule.except_destinations, "services": rule.services, "status": rule.status,
            "encrypted": rule.encrypted, "unresolved": rule.unresolved,
            "documents": documents(side[change.sign], rule.flows), **_why(changes, change),
        }  # fmt: skip
    for forward_change in changes.forwards:
        forward = forward_change.forward
        yield {
            "action": _ACTION[forward_change.sign], "what": "port forward", "firewall": forward.firewall,
            "id": forward.id, "transport": forward.transport,
            "ports": f"{forward.public_address or ''} {ports_text((forward.public_ports,))}".strip(),
            "sources": forward.sources,
            "destinations": f"{forward.address or ''} {ports_text((forward.ports,))}".strip(),
            "unresolved": forward.unresolved, "documents": documents(side[forward_change.sign], forward.flows),
            **_why(changes, forward_change),
        }  # fmt: skip
    for listed in changes.allowlist:
        entry = listed.entry
        yield {
            "action": _ACTION[listed.sign], "what": "allowlist", "transport": "tcp", "ports": entry.port,
            "from": entry.from_, "to": "internet", "destinations": f"{entry.scheme}://{entry.host}",
            "services": entry.purposes, "status": entry.status,
            "documents": documents(side[listed.sign], entry.endpoints), **_why(changes, listed),
        }  # fmt: skip
    for bypass in changes.tls_bypass:
        yield {
            "action": _ACTION[bypass.sign], "what": "TLS bypass", "destinations": bypass.entry.host,
            "documents": place(side[bypass.sign], bypass.entry.source), **_why(changes, bypass),
        }  # fmt: skip
    for sender in changes.mail_senders:
        yield {
            "action": _ACTION[sender.sign], "what": "mail sender", "sources": sender.entry.address,
            "documents": place(side[sender.sign], sender.entry.source), **_why(changes, sender),
        }  # fmt: skip


def _why(changes: Changes, row: Any) -> dict[str, object]:
    return {
        "pair": getattr(row, "pair", ""),
        "because": cause_text(changes, row),
        "answers": tuple(key for group in caused(changes, row) for key in group.answers),
    }


def documents(deployment: Deployment, ids: Sequence[str]) -> tuple[str, ...]:
    """`Publisher: title, place` for each fact among the ids, each once, with what it leaves unsaid."""
    found: dict[str, str] = {}
    for key in ids:
        fact = deployment.facts.get(key)
        if fact is not None:
            found.setdefault(place(deployment, fact.source), EVIDENCE[fact.evidence])
    if not found and managing(ids):
        return (MANAGED,)
    return tuple(f"{said} ({note})" if note else said for said, note in found.items())


def place(deployment: Deployment, source: Source) -> str:
    """`Publisher: title, place`."""
    known = deployment.catalog.documents.get(source.document)
    return f"{f'{known.publisher}: {known.title}' if known else source.document}, {source.locator}"


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
