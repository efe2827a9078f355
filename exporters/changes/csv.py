"""Two deployments → one CSV of what is to be added and removed, a row each, for a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter

from exporters.handover.names import EVIDENCE, MANAGED, managing
from exporters.stamp import csv_stamped
from wizard.changes import ChangedRecord, Changes, Sign
from wizard.changes.json import Half, forward_halves, halves, host_halves, rule_halves
from wizard.changes.values import WORDS
from wizard.deployment import Deployment
from wizard.facts.model import Source
from wizard.network.ports import ports_text

HEADER = (
    "action", "what", "firewall", "id", "direction", "transport", "ports", "from", "sources", "except_sources", "to",
    "destinations", "except_destinations", "services", "status", "encrypted", "unresolved", "documents",
    "pair", "because", "answers", "reason",
)  # fmt: skip


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """RFC 4180, UTF-8. `pair` names the other half of a rule that stays one to a person, `answers`
    the keys.
    """
    rows = (list(map(row.get, HEADER)) for row in _rows(old, new, changes))
    return csv_stamped(HEADER, rows, new.stamp)


def _rows(old: Deployment, new: Deployment, changes: Changes) -> Iterator[dict[str, object]]:
    side: dict[Sign, Deployment] = {"+": new, "-": old}
    for rule_half in rule_halves(changes):
        rule = rule_half.record
        yield {
            "what": "rule" if rule_half.whole else "ports of a rule that stays",
            "firewall": rule.firewall, "id": rule.id, "direction": rule.direction, "transport": rule.transport,
            "ports": ports_text(rule_half.ports), "from": rule.from_, "sources": rule.sources,
            "except_sources": rule.except_sources, "to": rule.to, "destinations": rule.destinations,
            "except_destinations": rule.except_destinations, "services": rule.services, "status": rule.status,
            "encrypted": rule.encrypted, "unresolved": rule.unresolved,
            "documents": documents(side[rule_half.sign], rule.flows), **_why(changes, rule_half),
            "pair": rule_half.other.id if rule_half.other else "",
        }  # fmt: skip
    for forward_half in forward_halves(changes):
        forward = forward_half.record
        yield {
            "what": "port forward", "firewall": forward.firewall,
            "id": forward.id, "transport": forward.transport,
            "ports": f"{forward.public_address or ''} {ports_text((forward.public_ports,))}".strip(),
            "sources": forward.sources,
            "destinations": f"{forward.address or ''} {ports_text((forward.ports,))}".strip(),
            "unresolved": forward.unresolved,
            "documents": documents(side[forward_half.sign], forward.flows), **_why(changes, forward_half),
            "pair": forward_half.other.id if forward_half.other else "",
        }  # fmt: skip
    for host_half in host_halves(changes):
        host = host_half.record
        yield {
            "what": "allowlist", "transport": "tcp", "ports": host.port,
            "from": host.from_, "to": "internet", "destinations": f"{host.scheme}://{host.host}",
            "services": host.purposes, "status": host.status,
            "documents": documents(side[host_half.sign], host.endpoints), **_why(changes, host_half),
            "pair": host_half.other.host if host_half.other else "",
        }  # fmt: skip
    for bypass in halves(changes.tls_bypass):
        yield {
            "what": "TLS bypass", "destinations": bypass.record.host,
            "documents": place(side[bypass.sign], bypass.record.source), **_why(changes, bypass),
        }  # fmt: skip
    for sender in halves(changes.mail_senders):
        yield {
            "what": "mail sender", "sources": sender.record.address,
            "documents": place(side[sender.sign], sender.record.source), **_why(changes, sender),
        }  # fmt: skip
    for denial_half in halves(changes.denials):
        denial = denial_half.record
        yield {
            "what": "must never be", "firewall": denial.firewalls, "id": denial.name,
            "transport": denial.transports, "ports": ports_text(denial.ports),
            "from": denial.from_, "sources": denial.sources, "except_sources": denial.except_sources,
            "to": denial.to, "destinations": denial.destinations,
            "except_destinations": denial.except_destinations, "unresolved": denial.unresolved,
            **_why(changes, denial_half), "reason": denial.reason,
            "pair": denial_half.other.name if denial_half.other else "",
        }  # fmt: skip


def _why(changes: Changes, half: Half[ChangedRecord]) -> dict[str, object]:
    groups = changes.of(half.cause)
    return {
        "action": WORDS[half.sign],
        "because": changes.cause_text(half.cause),
        "answers": tuple(chain.from_iterable(map(attrgetter("answers"), groups))),
    }


def documents(deployment: Deployment, ids: Sequence[str]) -> tuple[str, ...]:
    """`Publisher: title, place` for each fact among the ids, each once, with what it leaves unsaid."""
    notes: dict[str, str] = {}
    for key in ids:
        fact = deployment.facts.get(key)
        if fact is not None:
            text = place(deployment, fact.source)
            notes[text] = notes.get(text) or EVIDENCE[fact.evidence]
    if not notes and managing(ids):
        return (MANAGED,)
    return tuple(f"{text} ({note})" if note else text for text, note in notes.items())


def place(deployment: Deployment, source: Source) -> str:
    """`Publisher: title, place`."""
    known = deployment.catalog.documents.get(source.document)
    return f"{f'{known.publisher}: {known.title}' if known else source.document}, {source.locator}"
