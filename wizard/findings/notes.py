"""For information: what is worth knowing and needs nothing done."""

from __future__ import annotations

from wizard.facts.model import EndpointFact, FlowFact
from wizard.findings.model import Review, Said, few


def host_only_allowlist(r: Review) -> Said:
    """An endpoint has a path, and proxies without inspection see the host only."""
    if r.plan.proxy.tls_inspection and r.plan.proxy.mode != "none":
        return
    with_path = [e for e in r.endpoints if e.fact.path != "/"]
    if with_path:
        hosts = list(dict.fromkeys(e.host or e.fact.host_key or "" for e in with_path))
        yield (
            (
                f"{few(hosts)}: only part of the host is needed, but without TLS inspection a proxy"
                " sees the host, not the path, so the whole host is let through."
            ),
            tuple(e.fact.id for e in with_path),
        )


def source_contradicts(r: Review) -> Said:
    """A selected fact is one side of a contradiction in the documents."""
    said: dict[str, list[str]] = {}
    facts: list[FlowFact | EndpointFact] = [
        *(s.fact for s in r.flows),
        *(e.fact for e in r.endpoints),
    ]
    for fact in facts:
        if fact.contradiction:
            said.setdefault(fact.contradiction, []).append(fact.id)
    for contradiction, ids in said.items():
        yield f"The documents do not agree. {contradiction}", tuple(ids)
