"""For information: what is worth knowing and needs nothing done."""

from __future__ import annotations

from wizard.facts.model import Fact
from wizard.findings.model import PRINT_TEAM, PROXY_TEAM, Remarks, Survey, few, note
from wizard.rules.serving import Serving


@note("host-only-allowlist", PROXY_TEAM, "Nothing, if letting the whole host through is accepted.")
def host_only_allowlist(r: Survey) -> Remarks:
    """An endpoint has a path, and proxies without inspection see the host only."""
    if r.plan.proxy.tls_inspection and r.plan.proxy.mode != "none":
        return
    with_path = [endpoint for endpoint in r.endpoints if endpoint.fact.path != "/"]
    if with_path:
        hosts = few(e.host or e.fact.host_key or "" for e in with_path)
        yield (
            f"{hosts}: only part of the host is needed, but without TLS inspection a proxy sees the"
            " host, not the path, so the whole host is let through.",
            tuple(endpoint.fact.id for endpoint in with_path),
        )


@note("source-contradicts", PRINT_TEAM, "Ask the vendor which of the two holds.")
def source_contradicts(r: Survey) -> Remarks:
    """A selected fact is one side of a contradiction in the documents."""
    ids_by_contradiction: dict[str, list[str]] = {}
    facts: list[Fact] = [flow.fact for flow in r.flows]
    for fact in facts + [endpoint.fact for endpoint in r.endpoints]:
        if fact.contradiction:
            ids_by_contradiction.setdefault(fact.contradiction, []).append(fact.id)
    for contradiction, ids in ids_by_contradiction.items():
        yield f"The documents do not agree. {contradiction}", tuple(ids)


@note(
    "site-without-partner",
    PRINT_TEAM,
    "Place one in the site, or in a zone that is in no site, if it should not use the others'.",
)
def site_without_partner(r: Survey) -> Remarks:
    """Sites have no partner of their own for somebody, nor is there a central one."""
    for gap in Serving(r.network, r.flows).unserved():
        one = len(gap.sites) == 1
        partners = " or ".join(map(r.role_name, gap.partners))
        yield (
            f"{'Site' if one else 'Sites'} {few(gap.sites)} {'has' if one else 'have'} no partner for"
            f" {r.role_name(gap.served)} ({partners}), and no zone outside the sites has one: all"
            " sites that have one serve it. Place one there, or leave its zone out of the sites.",
            gap.flows,
        )
