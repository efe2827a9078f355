"""Two deployments → one CSV of what is to be added and removed, a row each, for a ticket."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from exporters.safe import csv_cell
from wizard.changes import Changes, Sign
from wizard.deployment import Deployment
from wizard.ports import ports_text

HEADER = (
    "action", "what", "firewall", "id", "direction", "transport", "ports", "from", "sources", "except_sources", "to",
    "destinations", "except_destinations", "services", "status", "encrypted", "unresolved", "documents",
)  # fmt: skip
_ACTION: dict[Sign, str] = {"+": "add", "-": "remove"}


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """RFC 4180, UTF-8.."""
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
            "documents": documents(side[change.sign], rule.flows),
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
        }  # fmt: skip
    for listed in changes.allowlist:
        entry = listed.entry
        yield {
            "action": _ACTION[listed.sign], "what": "allowlist", "transport": "tcp", "ports": entry.port,
            "from": entry.from_, "to": "internet", "destinations": f"{entry.scheme}://{entry.host}",
            "services": entry.purposes, "status": entry.status,
            "documents": documents(side[listed.sign], entry.endpoints),
        }  # fmt: skip
    for bypass in changes.tls_bypass:
        yield {"action": _ACTION[bypass.sign], "what": "TLS bypass", "destinations": bypass.entry.host}
    for sender in changes.mail_senders:
        yield {"action": _ACTION[sender.sign], "what": "mail sender", "sources": sender.entry.address}


def documents(deployment: Deployment, ids: Iterable[str]) -> tuple[str, ...]:
    """`Publisher: title, place` for each fact among the ids, each once."""
    found: dict[str, None] = {}
    for key in ids:
        fact = deployment.facts.get(key)
        if fact is not None:
            known = deployment.catalog.documents.get(fact.source.document)
            title = f"{known.publisher}: {known.title}" if known else fact.source.document
            found[f"{title}, {fact.source.locator}"] = None
    return tuple(found)


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
